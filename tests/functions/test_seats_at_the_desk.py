"""What organisers do about seats: adding by hand, offering, giving priority, and cancelling one or many."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.functions.conftest import Serve
from tests.functions.desk import ORGANISER, Ask, asking, main_text
from tests.samples import NOW, sign_up
from tests.samples import workshop as sample_workshop
from tests.seats import publish_workshop
from tests.shipped import WORKSHOP, sent
from werkplaats.domain.fields import fields_of
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.roles import Role
from werkplaats.domain.seats.commands import Cancel, Confirm, ErasePerson, GiveSeat
from werkplaats.domain.workshop import Organiser
from werkplaats.security.links import Links
from werkplaats.store import Store
from werkplaats.workflows.edit import DraftPublished, SavedMeanwhile, draft_of, publish_draft, save_draft
from werkplaats.workflows.seats.queue import SeatQueue

DESK = f"/organisatie/{WORKSHOP.id}"
NEW = f"{DESK}/mensen/nieuw"
MANY = f"{DESK}/mensen/afmelden"
ASSISTANT = "assistent@example.org"
READER = "lezer@example.org"


@pytest.fixture
def ask(serve: Serve, store: Store, clock: list[Any]) -> Ask:
    return asking(serve("organiser"), store, clock)


def _soup(answer: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


def _hidden(answer: TestResponse, name: str) -> str:
    field = _soup(answer).find("input", {"name": name})
    assert field is not None
    return str(field["value"])


def _form(ask: Ask, **changes: str | list[str] | None) -> MultiDict[str, str]:
    """What the browser sends: the page's own mark, the person, and the choice."""
    return sent(**({"submission": _hidden(ask(NEW), "submission"), "plaats": "seat"} | changes))


def _people(store: Store) -> dict[str, Registration]:
    return {one.person.email: one for one in store.seats.all_of(WORKSHOP.id) if one.person}


def _small(store: Store, queue: SeatQueue, people: int, capacity: int = 2) -> None:
    """The workshop with few seats, and r1, r2 … signed up."""
    publish_workshop(store, replace(WORKSHOP, capacity=capacity, organisers=_ORGANISERS), NOW)
    for number in range(1, people + 1):
        queue.do(WORKSHOP.id, sign_up(number))


_ORGANISERS = (
    Organiser(name="Een", email=ORGANISER),
    Organiser(name="Twee", email=ASSISTANT, role=Role.ASSISTANT),
    Organiser(name="Drie", email=READER, role=Role.READER),
)


def _version(ask: Ask, id: str) -> str:
    return _hidden(ask(f"{DESK}/mensen/{id}"), "version")


def _click(ask: Ask, id: str, action: str, **fields: str) -> TestResponse:
    return ask(f"{DESK}/mensen/{id}", data={"action": action, "version": _version(ask, id)} | fields)


# Adding by hand


def test_somebody_is_added_once_and_the_page_leads_there(ask: Ask, store: Store, queue: SeatQueue) -> None:
    """Two clicks add one person, with everything that was typed, and the usual mail."""
    form = _form(ask, reden="Belde ons.")
    answers = [ask(NEW, data=form) for _ in range(2)]
    [one] = store.seats.all_of(WORKSHOP.id)
    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [
        (303, f"{DESK}/mensen/{one.id}")
    ] * 2
    assert one.person is not None
    assert (one.person.name, one.state) == ("Jan de Vries", State.CONFIRMED)
    assert one.answers["opgave"] == "Ik werk aan de wijk."
    assert [(remark.text, remark.by) for remark in one.remarks] == [("Belde ons.", ORGANISER)]
    assert store.outbox.get(f"{one.id}-confirmed-{one.state_version}") is not None


def test_going_back_and_sending_the_form_with_another_name_says_who_was_added_before(ask: Ask, store: Store) -> None:
    """Also at the door: the page of the second leads to the first, as long as that one takes part."""
    form = _form(ask)
    wrong = ask(NEW, data=form).headers["Location"]
    form["achternaam"] = "de Vriest"
    form["terug"] = "aanwezig"
    second = ask(NEW, data=form).headers["Location"]
    page = ask(second)
    assert "Met hetzelfde formulier is eerder al Jan de Vries toegevoegd." in main_text(page)
    assert _soup(page).find("a", href=wrong) is not None
    assert len(store.seats.all_of(WORKSHOP.id)) == 2
    _click(ask, wrong.rpartition("/")[2], "cancel")
    assert "hetzelfde formulier" not in main_text(ask(second))
    assert "hetzelfde formulier" not in main_text(ask(f"{wrong}?formulier=ja"))


def test_what_is_wrong_is_said_and_nothing_is_lost(ask: Ask, store: Store) -> None:
    """A mistake, a missing choice, and an extra seat without a reason; what was typed is shown again as text."""
    for changes, says in (
        ({"email": "jan"}, "ontbreekt een @"),
        ({"plaats": None}, "Kies wat deze persoon krijgt"),
        ({"plaats": "onzin"}, "Kies wat deze persoon krijgt"),
        ({"plaats": "extra_seat"}, "Vul in waarom"),
        ({"submission": "onzin"}, "Verstuur het nog een keer"),
    ):
        answer = ask(NEW, data=_form(ask, **({"achternaam": "<b>Vries</b>", "reden": ""} | changes)))
        assert answer.status_code == 422, changes
        assert says in main_text(answer), changes
        assert "&lt;b&gt;Vries&lt;/b&gt;" in answer.text
    assert not store.seats.all_of(WORKSHOP.id)


def test_without_mail_and_on_the_waitlist(ask: Ask, store: Store) -> None:
    assert ask(NEW, data=_form(ask, plaats="waitlist", mail="no")).status_code == 303
    [one] = store.seats.all_of(WORKSHOP.id)
    assert (one.state, one.unmailed) == (State.WAITLISTED, True)
    assert store.outbox.get(f"{one.id}-waitlisted-{one.state_version}") is None


def test_somebody_who_is_known_is_not_added_but_shown(ask: Ask, store: Store) -> None:
    ask(NEW, data=_form(ask))
    [one] = store.seats.all_of(WORKSHOP.id)
    again = ask(NEW, data=_form(ask, plaats="extra_seat", reden="Groter."))
    assert again.status_code == 409
    assert _soup(again).select_one(f'main a[href="{DESK}/mensen/{one.id}"]')
    assert len(store.seats.all_of(WORKSHOP.id)) == 1


def test_when_no_seat_is_free_something_else_can_be_chosen(ask: Ask, store: Store, queue: SeatQueue) -> None:
    """The page does not offer a seat. Somebody who opened it before reads that there is none, and loses nothing."""
    form = _form(ask)
    _small(store, queue, 2)
    refused = ask(NEW, data=form)
    assert refused.status_code == 409
    assert "geen plek meer vrij" in main_text(refused)
    offered = [str(one["value"]) for one in _soup(refused).select("input[name=plaats]")]
    assert offered == ["waitlist", "extra_seat"]
    form["plaats"] = "extra_seat"
    form["reden"] = "Groter."
    assert ask(NEW, data=form).status_code == 303


def test_an_extra_seat_raises_workshop_and_ledger_and_the_draft_follows(
    ask: Ask, store: Store, queue: SeatQueue
) -> None:
    """A draft that somebody is working on can be published afterwards without a conflict, and keeps the seat."""
    _small(store, queue, 2)
    draft = draft_of(store, WORKSHOP.id, NOW)
    assert draft is not None
    save_draft(store, WORKSHOP.id, draft.fields | {"title": "Anders"}, seen=0, by="twee@example.org", now=NOW)
    assert ask(NEW, data=_form(ask, plaats="extra_seat", reden="De zaal is groter.")).status_code == 303
    ledger, workshop = store.seats.ledger(WORKSHOP.id), store.workshops.get(WORKSHOP.id)
    assert ledger is not None
    assert workshop is not None
    assert (ledger.capacity, workshop.capacity, ledger.confirmed) == (3, 3, 3)
    followed = draft_of(store, WORKSHOP.id, NOW)
    assert followed is not None
    assert (followed.base, followed.fields["capacity"], followed.fields["title"]) == (ledger.published, "3", "Anders")
    published = publish_draft(store, queue, WORKSHOP.id, seen=followed.version, by="twee@example.org", now=NOW)
    assert isinstance(published, DraftPublished)
    assert store.workshops.get(WORKSHOP.id) == replace(workshop, title="Anders")


def test_an_editor_that_was_open_cannot_take_the_seat_away_unnoticed(ask: Ask, store: Store, queue: SeatQueue) -> None:
    """Also if nobody had saved a draft: what it saves is of an earlier version, and it is shown both."""
    _small(store, queue, 2)
    shown = draft_of(store, WORKSHOP.id, NOW)
    assert shown is not None
    ask(NEW, data=_form(ask, plaats="extra_seat", reden="Groter."))
    saved = save_draft(store, WORKSHOP.id, shown.fields, seen=shown.version, by=ORGANISER, now=NOW)
    assert isinstance(saved, SavedMeanwhile)
    assert saved.theirs.fields["capacity"] == "3"


def test_a_draft_with_another_number_of_seats_is_left_as_it_is(ask: Ask, store: Store, queue: SeatQueue) -> None:
    """Whoever typed it is shown both when publishing."""
    _small(store, queue, 2)
    typed = fields_of(replace(WORKSHOP, capacity=9, organisers=_ORGANISERS))
    save_draft(store, WORKSHOP.id, typed, seen=0, by="twee@example.org", now=NOW)
    before = store.drafts.get(WORKSHOP.id)
    ask(NEW, data=_form(ask, plaats="extra_seat", reden="Groter."))
    after = store.drafts.get(WORKSHOP.id)
    assert before is not None
    assert after is not None
    assert after.draft == before.draft


def test_an_assistant_adds_people_but_no_seats(ask: Ask, store: Store, queue: SeatQueue) -> None:
    _small(store, queue, 1)
    page = ask(NEW, email=ASSISTANT)
    assert [str(one["value"]) for one in _soup(page).select("input[name=plaats]")] == ["seat", "waitlist"]
    form = _form(ask, plaats="extra_seat", reden="Groter.")
    assert ask(NEW, data=form, email=ASSISTANT).status_code == 403
    assert ask(NEW, data=_form(ask), email=ASSISTANT).status_code == 303
    assert ask(NEW, email=READER).status_code == 403


def test_at_the_door_somebody_is_added_from_the_attendance_list(ask: Ask, store: Store, clock: list[Any]) -> None:
    """While the workshop runs, after sign-up has closed. Nobody is marked by that."""
    clock[0] = WORKSHOP.begins_at + timedelta(hours=1)
    link = _soup(ask(f"{DESK}/aanwezig")).find("a", string="Iemand toevoegen")
    assert link is not None
    page = ask(str(link["href"]))
    assert [str(one["value"]) for one in _soup(page).select("input[name=plaats]")] == ["seat", "extra_seat"]
    form = sent(submission=_hidden(page, "submission"), plaats="seat", terug=_hidden(page, "terug"))
    added = ask(NEW, data=form)
    [one] = store.seats.all_of(WORKSHOP.id)
    assert (added.status_code, added.headers["Location"]) == (303, f"{DESK}/aanwezig#p-{one.id}")
    assert store.attendance.of_one(one.id) == {}
    assert "Jan de Vries" in main_text(ask(f"{DESK}/aanwezig"))
    clock[0] = WORKSHOP.ends_at
    assert not _soup(ask(NEW)).select("main form")


def test_another_sites_page_adds_nobody(ask: Ask, store: Store) -> None:
    refused = ask(NEW, data=_form(ask), headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert not store.seats.all_of(WORKSHOP.id)


# Offering and priority


def test_a_seat_is_offered_out_of_turn(ask: Ask, store: Store, queue: SeatQueue) -> None:
    _small(store, queue, 4)
    assert _click(ask, "r4", "offer").status_code == 409, "no seat is free"
    queue.do(WORKSHOP.id, Cancel("r1"))
    page = ask(f"{DESK}/mensen/r4")
    assert "gaat Naam4 Achter voor op één ander die langer wacht" in main_text(page)
    seen = _hidden(page, "version")
    for _ in range(2):
        assert ask(f"{DESK}/mensen/r4", data={"action": "offer", "version": seen}).status_code == 303
    one = store.seats.registration("r4")
    assert one is not None
    assert one.state is State.OFFERED
    for fields in ({}, {"version": "3"}):
        assert ask(f"{DESK}/mensen/r3", data={"action": "offer"} | fields).status_code == 409


def test_priority_is_given_with_a_reason_and_the_waitlist_reads_how_often(
    ask: Ask, store: Store, queue: SeatQueue, serve: Serve, links: Links
) -> None:
    """Those who wait read that it was given and how many times, never to whom or why."""
    _small(store, queue, 5)
    assert _click(ask, "r5", "priority").status_code == 422
    assert _click(ask, "r5", "priority", reason="onzin").status_code == 422
    assert _click(ask, "r5", "priority", reason="other", text="x" * 1001).status_code == 422
    assert _click(ask, "r5", "priority", version="999").status_code == 409
    for _ in range(2):
        done = _click(ask, "r5", "priority", reason="accessibility", text="Reist met de rolstoelbus <b>.")
        assert done.status_code == 303
    page = ask(f"{DESK}/mensen/r5")
    assert "Wachtlijst, plaats 1 van 3 (met voorrang)" in main_text(page)
    assert not _soup(page).find("button", value="priority")
    own = main_text(serve("manage").get(links.registration_path("r3")))
    assert "kan de organisatie iemand een plek of voorrang geven" in own
    assert "gaf de organisatie tot nu toe één keer iemand voorrang" in own
    assert "Naam5" not in own
    assert "rolstoel" not in own
    assert _soup(serve("manage").get(links.registration_path("r3"))).main["data-place"] == "2"  # type: ignore[index]
    _click(ask, "r4", "priority", reason="stand_in")
    assert [store.seats.place(_one(store, id)) for id in ("r5", "r4", "r3")] == [1, 2, 3]


def _one(store: Store, id: str) -> Registration:
    found = store.seats.registration(id)
    assert found is not None
    return found


def test_a_click_on_an_old_page_gives_no_priority(ask: Ask, store: Store, queue: SeatQueue) -> None:
    _small(store, queue, 4)
    seen = _version(ask, "r4")
    queue.do(WORKSHOP.id, Cancel("r4"))
    for fields in ({"version": seen}, {}):
        refused = ask(f"{DESK}/mensen/r4", data={"action": "priority", "reason": "other"} | fields)
        assert refused.status_code == 409


# Cancelling


def test_cancelling_without_mail(ask: Ask, store: Store, queue: SeatQueue) -> None:
    _small(store, queue, 2)
    assert _click(ask, "r1", "cancel", mail="no").status_code == 303
    assert _click(ask, "r2", "cancel").status_code == 303
    mailed = {id: store.outbox.get(f"{id}-cancelled-{_one(store, id).state_version}") for id in ("r1", "r2")}
    assert (mailed["r1"], bool(mailed["r2"])) == (None, True)


def test_a_seat_goes_to_the_waitlist_only_if_somebody_really_waits(
    ask: Ask, store: Store, queue: SeatQueue, clock: list[Any]
) -> None:
    """Not if all who are on it are passed over, and not once the workshop has begun."""
    _small(store, queue, 1, capacity=1)
    queue.do(WORKSHOP.id, replace(sign_up(2), suspicious=True))
    goes = "De plek gaat naar de eerste op de wachtlijst."
    assert goes not in main_text(ask(f"{DESK}/mensen/r1"))
    queue.do(WORKSHOP.id, Confirm("r2"))
    assert main_text(ask(f"{DESK}/mensen/r1")).count(goes) == 2, "beside cancelling and beside erasing"
    clock[0] = WORKSHOP.begins_at
    assert goes not in main_text(ask(f"{DESK}/mensen/r1"))


def test_many_are_cancelled_after_one_question(ask: Ask, store: Store, queue: SeatQueue) -> None:
    """Each as it was shown. Whoever changed since is not, and is listed with the reason; the next look says who is."""
    _small(store, queue, 4)
    page = ask(f"{MANY}?wie=r1&wie=r3&wie=r4")
    assert "Weet je het zeker? 3 mensen" in main_text(page)
    form = MultiDict((str(one["name"]), str(one["value"])) for one in _soup(page).select("main input[type=hidden]"))
    form["action"] = "cancel"
    queue.do(WORKSHOP.id, Cancel("r2"))
    queue.do(WORKSHOP.id, GiveSeat("r4"))
    some = ask(MANY, data=form)
    assert some.status_code == 409
    assert {id: _one(store, id).state for id in ("r1", "r3", "r4")} == {
        "r1": State.CANCELLED,
        "r3": State.CANCELLED,
        "r4": State.CONFIRMED,
    }
    assert "Naam4 Achter (plek) Er is intussen iets veranderd" in main_text(some)
    assert [str(one["value"]) for one in _soup(some).select("input[name=wie]")] == ["r4"], "and asks for that one again"
    assert ask(MANY, data=MultiDict([("wie", "r1"), ("action", "cancel")])).status_code == 303, "it has taken effect"
    again = MultiDict((str(one["name"]), str(one["value"])) for one in _soup(some).select("main input[type=hidden]"))
    done = ask(MANY, data=again | {"action": "cancel", "mail": "no"})
    assert (done.status_code, done.headers["Location"]) == (303, f"{MANY}?wie=r4")
    assert "Iedereen is afgemeld" in main_text(ask(done.headers["Location"]))
    assert _one(store, "r4").unmailed


def test_many_are_cancelled_in_one_commit(ask: Ask, store: Store, queue: SeatQueue) -> None:
    """So that a crash leaves nothing half."""
    publish_workshop(store, replace(WORKSHOP, capacity=100, organisers=_ORGANISERS), NOW)
    queue.do_all(WORKSHOP.id, [sign_up(number) for number in range(1, 101)])
    ids = [f"r{number}" for number in range(1, 101)]
    page = ask(f"{MANY}?" + "&".join(f"wie={id}" for id in ids))
    form = MultiDict((str(one["name"]), str(one["value"])) for one in _soup(page).select("main input[type=hidden]"))
    assert ask(MANY, data=form | {"action": "cancel"}).status_code == 303
    assert len({one.state_version for one in store.seats.all_of(WORKSHOP.id)}) == 1
    assert {one.state for one in store.seats.all_of(WORKSHOP.id)} == {State.CANCELLED}


def test_who_cannot_be_cancelled_together(ask: Ask, store: Store, queue: SeatQueue) -> None:
    """Nobody, more than a hundred, somebody of another workshop, or nobody that there is: nothing is done."""
    _small(store, queue, 2)
    publish_workshop(store, sample_workshop(organisers=[{"name": "Een", "email": ORGANISER}]), NOW)
    queue.do("proef", replace(sign_up(9)))
    assert ask(MANY).status_code == 422
    many = MultiDict([("wie", f"r{number}") for number in range(101)] + [("action", "cancel")])
    assert ask(MANY, data=many).status_code == 422
    for wrong in ("r9", "niemand", "a/b", ""):
        form = MultiDict([("wie", "r1"), ("gezien", f"r1.{_version(ask, 'r1')}"), ("wie", wrong), ("action", "cancel")])
        assert ask(MANY, data=form).status_code == 404, wrong
    assert ask(MANY, data=MultiDict([("wie", "r1"), ("action", "cancel")]), email=READER).status_code == 403
    form = MultiDict([("wie", "r1"), ("gezien", "r1.²"), ("gezien", "onzin"), ("action", "cancel")])
    assert ask(MANY, data=form).status_code == 409
    assert _one(store, "r1").state is State.CONFIRMED
    assert _one(store, "r9").state is not State.CANCELLED


def test_looking_cancels_nobody_and_an_erased_person_is_shown_without_a_name(
    ask: Ask, store: Store, queue: SeatQueue
) -> None:
    _small(store, queue, 2)
    queue.do(WORKSHOP.id, ErasePerson("r1"))
    version = store.seats.ledger(WORKSHOP.id)
    page = ask(f"{MANY}?wie=r1&wie=r2&action=cancel")
    assert "Gegevens gewist" in main_text(page)
    assert store.seats.ledger(WORKSHOP.id) == version
