"""Making a workshop at the desk, practising with it, and making it real; and sign-up opened and closed by hand."""

from datetime import date, datetime

import pytest
from msgspec.structs import replace

from tests.functions.conftest import Serve
from tests.functions.desk import CROSS_SITE, MAKER, ORGANISER, Ask, asking, field, main_text
from tests.samples import NOW, sign_up
from tests.samples import workshop as sample_workshop
from tests.seats import publish_workshop
from tests.shipped import WORKSHOP
from werkplaats.domain.roles import Role
from werkplaats.domain.workshop import Organiser
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue

NEW = "/organisatie/nieuw"
DESK = f"/organisatie/{WORKSHOP.id}"
BY_HAND = f"{DESK}/aanmelden-openen-of-sluiten"
FILLED = {"van": "_voorbeeld", "title": "Nieuwe wijken", "first_day": "2028-03-05", "name": "Maker", "id": ""}


@pytest.fixture
def ask(serve: Serve, store: Store, clock: list[datetime]) -> Ask:
    return asking(serve("organiser"), store, clock)


def test_a_workshop_is_made_from_the_example_and_practises(ask: Ask, store: Store) -> None:
    """Its overview is shown at once, to whoever made it and to nobody else."""
    assert NEW in ask("/organisatie/", email=MAKER).text
    sources = ask(NEW, email=MAKER)
    assert sources.status_code == 200
    assert "Het voorbeeld" in main_text(sources)
    assert WORKSHOP.title not in main_text(sources), "only workshops of one's own can be copied"
    form = ask(f"{NEW}?van=_voorbeeld", email=MAKER)
    assert "schuiven niet mee" in main_text(form)
    assert (field(form, "title"), field(form, "first_day")) == (WORKSHOP.title, "2028-08-27")
    answer = ask(NEW, FILLED, MAKER)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/organisatie/nieuwe-wijken-2028")
    made = store.workshops.get("nieuwe-wijken-2028")
    assert made is not None
    assert (made.title, made.first_day, made.last_day) == ("Nieuwe wijken", date(2028, 3, 5), date(2028, 3, 7))
    assert made.organisers == (Organiser(name="Maker", email=MAKER),)
    assert made.practice
    assert [one.by for one in store.workshops.revisions(made.id)] == [MAKER]
    overview = ask("/organisatie/nieuwe-wijken-2028", email=MAKER)
    assert "mails gaan alleen naar organisatoren" in main_text(overview)
    assert ask("/organisatie/nieuwe-wijken-2028").status_code == 403


def test_the_same_form_twice_makes_one_workshop(ask: Ask, store: Store) -> None:
    answers = [ask(NEW, FILLED, MAKER).headers["Location"] for _ in range(2)]
    assert len(set(answers)) == 1
    assert len(store.workshops.all()) == 2


def test_an_edition_is_copied_by_its_organiser(ask: Ask, store: Store) -> None:
    """Who also may make workshops; their name is proposed. The questions go along, and the colleagues do not."""
    ours = (*WORKSHOP.organisers, Organiser(name="De maker", email=MAKER))
    publish_workshop(store, replace(WORKSHOP, organisers=ours), NOW)
    form = ask(f"{NEW}?van={WORKSHOP.id}", email=MAKER)
    assert field(form, "name") == "De maker"
    sent = FILLED | {"van": WORKSHOP.id, "id": "wijken"}
    assert ask(NEW, sent, MAKER).headers["Location"] == "/organisatie/wijken"
    made = store.workshops.get("wijken")
    assert made is not None
    assert [one.label for one in made.questions] == [one.label for one in WORKSHOP.questions]
    assert len(made.organisers) == 1


def test_an_address_that_is_taken_is_told_and_another_proposed(ask: Ask) -> None:
    """Nothing typed is lost."""
    answer = ask(NEW, FILLED | {"id": WORKSHOP.id, "title": "A<b>&"}, MAKER)
    assert answer.status_code == 409
    assert "Vrij is nog: a-b-2028" in main_text(answer)
    assert field(answer, "title") == "A<b>&"
    assert "A<b>" not in answer.text


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"title": "x" * 201},
        {"name": ""},
        {"first_day": ""},
        {"first_day": "morgen"},
        {"first_day": "2028-02-30"},
        {"first_day": "2027-03-01"},
        {"first_day": "9999-12-31"},
        {"id": "Hoofdletters"},
        {"id": "nieuw"},
        {"id": "../x"},
    ],
)
def test_mistakes_are_told_and_nothing_is_made(ask: Ask, store: Store, changes: dict[str, str]) -> None:
    answer = ask(NEW, FILLED | changes, MAKER)
    assert answer.status_code == 422
    assert "klopt nog niet" in main_text(answer)
    assert len(store.workshops.all()) == 1


def test_others_make_nothing(ask: Ask, store: Store) -> None:
    """Not an organiser of a workshop, nobody from another's workshop, and no other site."""
    assert NEW not in ask("/organisatie/").text
    for data in (None, FILLED):
        assert ask(NEW, data).status_code == 403
    publish_workshop(store, replace(WORKSHOP, organisers=(*WORKSHOP.organisers, helper())), NOW)
    for source in ("proef", "bestaat-niet", WORKSHOP.id):
        assert ask(f"{NEW}?van={source}", email=MAKER).status_code == 404, "an assistant copies nothing either"
        assert ask(NEW, FILLED | {"van": source}, MAKER).status_code == 404
    assert ask(NEW, FILLED, MAKER, headers=CROSS_SITE).status_code == 403
    assert len(store.workshops.all()) == 1


def helper() -> Organiser:
    return Organiser(name="Hulp", email=MAKER, role=Role.ASSISTANT)


# Making it real


@pytest.fixture
def practising(store: Store, queue: SeatQueue) -> str:
    """The desk of a workshop that practises, for which one person has signed up."""
    us = (Organiser(name="Een", email=ORGANISER),)
    publish_workshop(store, replace(sample_workshop(), practice=True, organisers=us), NOW)
    queue.do("proef", sign_up(1))
    return "/organisatie/proef"


def test_a_workshop_is_made_real_after_one_question(ask: Ask, store: Store, practising: str) -> None:
    """The page says who is erased. Doing it twice is no harm."""
    assert f"{practising}/echt-maken" in ask(practising).text
    asked = ask(f"{practising}/echt-maken")
    assert "De ene aanmelding van het oefenen wordt gewist" in main_text(asked)
    assert store.workshops.get("proef").practice  # type: ignore[union-attr]
    for _ in range(2):
        answer = ask(f"{practising}/echt-maken", {})
        assert (answer.status_code, answer.headers["Location"]) == (303, practising)
    real = store.workshops.get("proef")
    assert real is not None
    assert not real.practice
    assert store.seats.registration("r1").person is None  # type: ignore[union-attr]
    assert ask(f"{practising}/echt-maken").status_code == 303
    assert "Oefenen" not in main_text(ask(practising))


def test_before_it_is_made_real_it_is_told_that_sign_up_stays_open_by_hand(ask: Ask, practising: str) -> None:
    """Whoever opened it in order to practise would otherwise open it for everybody, long before its first day."""
    assert "met de hand geopend" not in main_text(ask(f"{practising}/echt-maken"))
    opened = {"by_hand": "open", "version": field(ask(practising), "version")}
    assert ask(f"{practising}/aanmelden-openen-of-sluiten", opened).status_code == 303
    assert "met de hand geopend, en dat blijft zo" in main_text(ask(f"{practising}/echt-maken"))


def test_others_do_not_make_it_real(ask: Ask, store: Store, practising: str) -> None:
    assert ask(f"{practising}/echt-maken", {}, MAKER).status_code == 403
    assert ask(f"{practising}/echt-maken", {}, headers=CROSS_SITE).status_code == 403
    assert store.workshops.get("proef").practice  # type: ignore[union-attr]


# Sign-up by hand


def test_sign_up_is_closed_and_opened_by_hand(ask: Ask, store: Store) -> None:
    """It is published as a revision by whoever did it; everything else stays as it is."""
    overview = ask(DESK)
    assert "Aanmelden nu sluiten" in main_text(overview)
    answer = ask(BY_HAND, {"by_hand": "closed", "version": field(overview, "version")})
    assert (answer.status_code, answer.headers["Location"]) == (303, DESK)
    closed = store.workshops.get(WORKSHOP.id)
    assert closed == replace(WORKSHOP, sign_up=replace(WORKSHOP.sign_up, by_hand="closed"))
    head = store.workshops.revisions(WORKSHOP.id)[0]
    assert (head.by, head.changed) == (ORGANISER, ("sign_up.by_hand",))
    overview = ask(DESK)
    assert "met de hand gesloten" in main_text(overview)
    for by_hand in ("open", ""):
        version = field(ask(DESK), "version")
        assert ask(BY_HAND, {"by_hand": by_hand, "version": version}).status_code == 303
    assert store.workshops.get(WORKSHOP.id) == WORKSHOP


def test_a_stale_click_changes_nothing_unless_it_is_so_already(ask: Ask, store: Store) -> None:
    version = field(ask(DESK), "version")
    publish_workshop(store, replace(WORKSHOP, summary="Anders."), NOW)
    for stale in ({"version": version}, {"version": "x"}, {}):
        answer = ask(BY_HAND, {"by_hand": "closed"} | stale)
        assert answer.status_code == 409
        assert "intussen veranderd" in main_text(answer)
    assert store.workshops.get(WORKSHOP.id) == replace(WORKSHOP, summary="Anders.")
    fresh = field(answer, "version")
    for _ in range(2):
        assert ask(BY_HAND, {"by_hand": "closed", "version": fresh}).status_code == 303


def test_an_unknown_button_or_another_site_opens_nothing(ask: Ask, store: Store) -> None:
    version = field(ask(DESK), "version")
    assert ask(BY_HAND, {"by_hand": "ajar", "version": version}).status_code == 400
    assert ask(BY_HAND, {"version": version}).status_code == 400
    assert ask(BY_HAND, {"by_hand": "closed", "version": version}, headers=CROSS_SITE).status_code == 403
    assert store.workshops.get(WORKSHOP.id) == WORKSHOP
