"""The overview of a workshop: what there is to do, what comes next, and how I hear of it."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from msgspec.structs import replace

from tests.functions.conftest import Serve
from tests.functions.desk import CROSS_SITE, ORGANISER, Ask, asking, field, main_text
from tests.samples import NOW, sign_up
from tests.seats import publish_workshop
from tests.sendgrid import ScriptedSendGrid
from tests.shipped import WORKSHOP
from werkplaats.domain.attendance import Mark
from werkplaats.domain.delivery import Delivery
from werkplaats.domain.mail.about import AboutMessage
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import queue as queue_mail
from werkplaats.domain.mail.trouble import entry_if_failed, entry_of_return
from werkplaats.domain.notices import Notices
from werkplaats.domain.registration import Person
from werkplaats.domain.roles import Role
from werkplaats.domain.seats.commands import Cancel, ErasePerson, Promote
from werkplaats.domain.times import next_morning
from werkplaats.domain.workshop import Organiser
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue

DESK = f"/organisatie/{WORKSHOP.id}"
MINE = f"{DESK}/mijn-berichten"


@pytest.fixture
def ask(serve: Serve, store: Store, clock: list[Any]) -> Ask:
    return asking(serve("organiser"), store, clock)


def setting(store: Store, email: str = ORGANISER) -> Notices:
    workshop = store.workshops.get(WORKSHOP.id)
    assert workshop is not None
    return next(one.notices for one in workshop.organisers if one.email == email)


# What there is to do


def test_the_overview_says_that_a_workshop_is_over(ask: Ask, queue: SeatQueue, clock: list[Any]) -> None:
    """While it runs it has begun; a month later that would be an odd thing to say."""
    clock[0] = WORKSHOP.begins_at
    assert "De werkplaats is begonnen." in main_text(ask(DESK))
    clock[0] = WORKSHOP.ends_at
    assert "De werkplaats is voorbij." in main_text(ask(DESK))
    assert "is begonnen" not in main_text(ask(DESK))


def test_the_overview_says_what_there_is_to_do(ask: Ask, queue: SeatQueue, store: Store, clock: list[Any]) -> None:
    """Who has an offer until when, whose mail did not arrive, and what happens next by itself."""
    people = [replace(sign_up(number), person=replace(PERSON, given_name=f"<i>{number}")) for number in range(1, 26)]
    queue.do_all(WORKSHOP.id, people)
    queue.do(WORKSHOP.id, Cancel("r2"))
    queue.do(WORKSHOP.id, Promote())
    guarded = store.outbox.get("r1-confirmed-1")
    assert guarded is not None
    entry = entry_of_return(guarded.mail, "550", NOW)
    store.outbox.update(guarded.mail, guarded.guard, entry)
    page = ask(DESK)
    said = main_text(page)
    assert "<i>1" not in page.text
    assert "Deze mails kwamen niet aan" in said
    assert "Deze mensen kiezen nog" in said
    assert "Aanmeldingen per dag" in said
    assert "Wat gebeurt er vanzelf?" in said
    assert "?." not in said
    links = {str(one["href"]) for one in BeautifulSoup(page.text, "html.parser").select(".todo a")}
    assert links == {f"{DESK}/mensen/r1", f"{DESK}/mensen/r25"}
    clock[0] = WORKSHOP.begins_at
    store.attendance.mark(WORKSHOP.id, "r1", WORKSHOP.first_day, Mark.PRESENT, NOW)
    said = main_text(ask(DESK))
    assert "De aanwezigheidslijst is half ingevuld" in said
    assert "kiezen nog" not in said.partition("Wat is er te doen?")[2]
    ask(f"{DESK}/aanwezig", data={"lijst": "compleet"})
    assert "half ingevuld" not in main_text(ask(DESK))


PERSON = Person(given_name="Jan", family_name="de Vries", email="jan@example.org")


def test_a_reader_sees_no_names_on_the_overview(ask: Ask, queue: SeatQueue, store: Store) -> None:
    """Numbers, and what is planned; not who chooses, nor whose mail did not arrive."""
    reader = Organiser(name="Lezer", email="lezer@example.org", role=Role.READER)
    publish_workshop(store, replace(WORKSHOP, organisers=(*WORKSHOP.organisers, reader)), NOW)
    queue.do(WORKSHOP.id, replace(sign_up(1), person=PERSON))
    guarded = store.outbox.get(f"r1-confirmed-{_version(store)}")
    assert guarded is not None
    store.outbox.update(guarded.mail, guarded.guard, entry_of_return(guarded.mail, "550", NOW))
    assert "Vries" in ask(DESK).text
    page = ask(DESK, email="lezer@example.org")
    assert "Vries" not in page.text
    assert "Wat gebeurt er vanzelf?" in page.text
    assert "Berichten die jij krijgt" not in page.text
    refused = ask(MINE, data={"notices": "none", "version": "1"}, email="lezer@example.org")
    assert refused.status_code == 403


def test_only_a_mail_that_can_be_sent_again_has_the_button(ask: Ask, queue: SeatQueue, store: Store) -> None:
    """The button goes to the person's page, which refuses what is about a survey or a message of organisers."""
    queue.do(WORKSHOP.id, replace(sign_up(1), person=PERSON))
    message = queue_mail(Kind.MESSAGE, AboutMessage("r1", "m1"), WORKSHOP.id, NOW)
    store.outbox.add_missing([message])
    for id in (f"r1-confirmed-{_version(store)}", message.id):
        guarded = store.outbox.get(id)
        assert guarded is not None
        failed = replace(guarded.mail, state=Delivery.FAILED, due_at=None, settled_at=NOW, reason="550")
        store.outbox.update(failed, guarded.guard, entry_if_failed(failed))
    page = BeautifulSoup(ask(DESK).text, "html.parser")
    assert len(page.select(".todo li:has(a)")) == 2
    forms = page.select(".todo form")
    assert len(forms) == 1
    sent = {str(one["name"]): str(one["value"]) for one in forms[0].select("[name]")}
    assert ask(str(forms[0]["action"]), data=sent).status_code == 303


def _version(store: Store) -> int:
    ledger = store.seats.ledger(WORKSHOP.id)
    assert ledger is not None
    return ledger.version


# How I hear of it


def test_one_click_changes_my_setting_and_nothing_else(ask: Ask, store: Store) -> None:
    """It is published, with who did it; the page shows it; the same click again changes nothing."""
    version = field(ask(DESK), "version")
    assert setting(store) is Notices.BUNDLED
    done = ask(MINE, data={"notices": "digest", "version": version})
    assert (done.status_code, done.headers["Location"]) == (303, DESK)
    assert setting(store) is Notices.DIGEST
    pressed = BeautifulSoup(ask(DESK).text, "html.parser").select('button[name=notices][aria-pressed="true"]')
    assert [one["value"] for one in pressed] == ["digest"]
    head = store.workshops.revisions(WORKSHOP.id)[0]
    assert head.by == ORGANISER
    assert all(path.endswith("notices") for path in head.changed)
    others = {one.notices for one in WORKSHOP.organisers if one.email != ORGANISER}
    assert others <= {Notices.BUNDLED}


@pytest.mark.parametrize("data", [{}, {"notices": "x"}, {"notices": "<b>"}])
def test_a_setting_that_is_none_is_refused(ask: Ask, store: Store, data: dict[str, str]) -> None:
    """400, and nothing is changed; nor by another site, nor from a page of before."""
    version = field(ask(DESK), "version")
    assert ask(MINE, data={"version": version} | data).status_code == 400
    good = {"notices": "none", "version": version}
    assert ask(MINE, data=good, headers=CROSS_SITE).status_code == 403
    publish_workshop(store, replace(WORKSHOP, title="Anders"), NOW)
    stale = ask(MINE, data=good)
    assert stale.status_code == 409
    assert "intussen veranderd" in main_text(stale)
    assert setting(store) is Notices.BUNDLED


# What is mailed


def test_a_notice_is_answered_to_the_person_and_a_digest_to_the_workshop(
    serve: Serve, queue: SeatQueue, store: Store, sendgrid: ScriptedSendGrid, clock: list[Any]
) -> None:
    """Reply-To is the person's address; for a mail about many, and about somebody erased since, the workshop's."""
    one, two = (
        Organiser(name="Een", email="een@example.org", notices=Notices.EACH),
        Organiser(name="Twee", email="twee@example.org", notices=Notices.DIGEST),
    )
    publish_workshop(store, replace(WORKSHOP, organisers=(one, two)), NOW)
    queue.do(WORKSHOP.id, replace(sign_up(1), person=PERSON))
    queue.do(WORKSHOP.id, replace(sign_up(2), person=replace(PERSON, given_name="Piet", email="piet@example.com")))
    run = serve("retry_mail")
    clock[0] = NOW + timedelta(minutes=3)
    queue.do(WORKSHOP.id, ErasePerson("r2"))
    assert run.post("/").status_code == 200
    clock[0] += timedelta(minutes=5)
    assert run.post("/").status_code == 200
    notices = [mail for mail in sendgrid.taken if Kind.ORGANISER_SIGNED_UP.value in mail["categories"]]
    assert [mail["reply_to"]["email"] for mail in notices] == ["jan@example.org", WORKSHOP.sender.reply_to]
    assert {mail["personalizations"][0]["to"][0]["email"] for mail in notices} == {"een@example.org"}
    clock[0] = next_morning(clock[0]) + timedelta(minutes=20)
    for _ in range(3):
        assert run.post("/").status_code == 200
        clock[0] += timedelta(minutes=5)
    digests = [mail for mail in sendgrid.taken if Kind.ORGANISER_DIGEST.value in mail["categories"]]
    assert [mail["personalizations"][0]["to"][0]["email"] for mail in digests] == ["twee@example.org"]
    assert digests[0]["reply_to"]["email"] == WORKSHOP.sender.reply_to
    assert "Jan de Vries" in str(digests[0]["content"])
    assert "2 aanmeldingen" in digests[0]["subject"]
