"""A registration's page in every state at every moment: what it says, what it offers, and what the store then does."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from msgspec.structs import replace

from tests.functions.conftest import Serve
from tests.samples import sign_up
from tests.seats import publish_workshop
from tests.shipped import WORKSHOP
from tests.surroundings import STILL
from werkplaats.domain.attendance import Mark
from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.notices import Notices
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import CallOff, Cancel, Decline, Expire, Promote
from werkplaats.domain.times import end_of, start_of
from werkplaats.security.links import Links
from werkplaats.store import Store
from werkplaats.workflows.mail.notify import notify_organisers
from werkplaats.workflows.remind import send_reminders
from werkplaats.workflows.seats.expire import expire_offers
from werkplaats.workflows.seats.queue import SeatQueue

SMALL = replace(WORKSHOP, capacity=3, phone="030 123 45 67")
ACTIONS = ("cancel", "accept", "decline", "rejoin", "absent")
BY_STATE = {
    State.CONFIRMED: "r1",
    State.CANCELLED: "r2",
    State.EXPIRED: "r4",
    State.DECLINED: "r5",
    State.OFFERED: "r6",
    State.WAITLISTED: "r7",
}
"""Somebody in each state, as `everybody` makes them; r3 has a seat too."""


class Moment(NamedTuple):
    """A moment, and what each page then says (a part of its heading) and offers, by the stored state."""

    at: datetime
    says: dict[State, str]
    offers: dict[State, set[str]]
    called_off: bool = False


ENDED = {State.CANCELLED: "afgemeld", State.DECLINED: "nee gezegd", State.EXPIRED: "voorbij"}
NOTHING: dict[State, set[str]] = {state: set() for state in State}
BEFORE = {State.CONFIRMED: "Je hebt een plek", State.WAITLISTED: "wachtlijst", State.OFFERED: "Er is een plek", **ENDED}
LATER = {State.WAITLISTED: "niet gelukt", State.OFFERED: "Het aanbod is voorbij", **ENDED}
TO_CHOOSE = {State.CONFIRMED: {"cancel"}, State.WAITLISTED: {"cancel"}, State.OFFERED: {"accept", "decline"}}

MOMENTS = {
    "open": Moment(
        end_of(SMALL.sign_up.closes) - timedelta(hours=30),
        BEFORE,
        NOTHING | TO_CHOOSE | {state: {"rejoin"} for state in ENDED},
    ),
    "closed": Moment(end_of(SMALL.sign_up.closes) + timedelta(hours=10), BEFORE, NOTHING | TO_CHOOSE),
    "the first moment": Moment(
        SMALL.begins_at, LATER | {State.CONFIRMED: "bezig"}, NOTHING | {State.CONFIRMED: {"absent"}}
    ),
    "the last moment": Moment(
        SMALL.ends_at - timedelta(seconds=1),
        LATER | {State.CONFIRMED: "bezig"},
        NOTHING | {State.CONFIRMED: {"absent"}},
    ),
    "after": Moment(SMALL.ends_at, LATER | {State.CONFIRMED: "Bedankt"}, NOTHING),
    "called off": Moment(
        start_of(SMALL.first_day - timedelta(days=20)), dict.fromkeys(State, "gaat niet door"), NOTHING, True
    ),
}


@pytest.fixture
def manage(serve: Serve, store: Store, clock: list[datetime]) -> FlaskClient:
    client = serve("manage")
    publish_workshop(store, SMALL, clock[0])
    return client


def everybody(queue: SeatQueue, store: Store, clock: list[datetime], moment: Moment) -> None:
    """Make somebody in each state of BY_STATE, with offers made within the hour, or just before it begins."""
    id = SMALL.id
    queue.do_all(id, [sign_up(number) for number in range(1, 8)])
    offered_at = min(moment.at, SMALL.begins_at) - timedelta(hours=1)
    clock[0] = offered_at - timedelta(days=5)
    for command in (Cancel("r2"), Promote()):
        queue.do(id, command)
    clock[0] = offered_at
    for command in (Expire("r4"), Promote(), Decline("r5"), Promote()):
        queue.do(id, command)
    clock[0] = moment.at
    if moment.called_off:
        queue.do(id, CallOff("Ziek."))
    found = store.seats.registrations(BY_STATE.values())
    assert {found[one].state: one for one in BY_STATE.values()} == BY_STATE


class Shown(NamedTuple):
    """A page: its heading, its buttons, its whole text, the attributes of main, and the version in its forms."""

    heading: str
    buttons: set[str]
    text: str
    main: dict[str, Any]
    version: str
    links: set[str]


def look(client: FlaskClient, path: str) -> Shown:
    answer = client.get(path)
    assert answer.status_code == 200
    page = BeautifulSoup(answer.text, "html.parser")
    [heading], [main] = page.find_all("h1"), page.find_all("main")
    versions = {str(one["value"]) for one in page.find_all("input", attrs={"name": "version"})} or {""}
    return Shown(
        heading.get_text(),
        {str(one["value"]) for one in page.find_all("button", attrs={"name": "action"})},
        " ".join(page.get_text().split()),
        main.attrs,
        versions.pop(),
        {str(one["href"]) for one in page.find_all("a")},
    )


@pytest.mark.parametrize("name", MOMENTS)
def test_each_page_says_and_offers_what_is_so(
    name: str, manage: FlaskClient, queue: SeatQueue, store: Store, links: Links, clock: list[datetime]
) -> None:
    """In every state: the heading, the stored state, the buttons, and a way to sign somebody up only while it is open.

    What a page does not offer is refused, or had taken effect already, and nothing changes but an offer that is over.
    What it offers, takes effect.
    """
    moment = MOMENTS[name]
    everybody(queue, store, clock, moment)
    for state, id in BY_STATE.items():
        path = links.registration_path(id)
        shown = look(manage, path)
        lapsed = state is State.OFFERED and name not in ("open", "closed", "called off")
        assert moment.says[state] in shown.heading, (name, state, shown.heading)
        assert shown.main["data-state"] == ("expired" if lapsed else state.value)
        assert ("data-workshop" in shown.main) is moment.called_off
        assert shown.buttons == moment.offers[state], (name, state)
        assert (f"/werkplaats/{SMALL.id}/aanmelden" in shown.links) is (name == "open")
        assert "gaat naar de volgende" not in shown.text or state is State.OFFERED, "somebody waits"
        for action in set(ACTIONS) - shown.buttons:
            if (state, action) == (State.OFFERED, "cancel") and not lapsed:
                continue  # no page has the button, but who asks for it leaves
            before = store.seats.registration(id)
            answer = manage.post(path, data={"action": action})
            after = store.seats.registration(id)
            assert before is not None
            assert after is not None
            if lapsed and after.state is State.EXPIRED:
                assert answer.status_code == 409, (name, state, action)
            else:
                assert after == before, (name, state, action)
                assert answer.status_code == 409 or (state, action) in _IN_EFFECT, (name, state, action)
    for state, id in BY_STATE.items():
        for action in sorted(moment.offers[state])[:1]:
            path = links.registration_path(id)
            answer = manage.post(path, data={"action": action, "version": look(manage, path).version})
            assert answer.status_code == 303, (name, state, action)
            assert look(manage, path).buttons != moment.offers[state], (name, state, action)


_IN_EFFECT = {
    (State.CANCELLED, "cancel"),
    (State.DECLINED, "decline"),
    (State.CONFIRMED, "accept"),
}
"""What had taken effect already."""


def test_from_midnight_on_whoever_cannot_come_says_so(
    manage: FlaskClient, queue: SeatQueue, store: Store, links: Links, clock: list[datetime]
) -> None:
    """The days left are absent, the state stays, and every organiser is told at once, whatever they chose. Once."""
    quiet = replace(SMALL, organisers=tuple(replace(one, notices=Notices.NONE) for one in SMALL.organisers))
    publish_workshop(store, quiet, clock[0])
    queue.do(SMALL.id, sign_up(1))
    clock[0] = SMALL.begins_at + timedelta(days=1, hours=7)
    path = links.registration_path("r1")
    page = look(manage, path)
    assert "030 123 45 67" in page.text
    for _ in range(2):
        answer = manage.post(path, data={"action": "absent", "version": page.version})
        assert (answer.status_code, answer.headers["Location"]) == (303, path)
    days = [(SMALL.first_day + timedelta(days=number)).isoformat() for number in range(3)]
    assert store.attendance.of_one("r1") == dict.fromkeys(days[1:], Mark.ABSENT)
    after = look(manage, path)
    assert (after.main["data-state"], after.buttons) == ("confirmed", set())
    assert "Je kunt niet komen" in after.heading
    [entry] = [one for one in store.journal.about(SMALL.id, "r1") if one.kind is Happened.SAID_ABSENT]
    notify_organisers(store, SeatQueue(store, STILL), SMALL.id, entry.id, clock[0])
    mails = [mail for mail in store.outbox.due(clock[0] + timedelta(days=1), 50) if mail.kind is Kind.ORGANISER_ABSENT]
    assert len(mails) == len(SMALL.in_charge)
    # At the door somebody sees that they came after all.
    store.attendance.mark(SMALL.id, "r1", date.fromisoformat(days[1]), Mark.PRESENT, clock[0])
    assert "bezig" in look(manage, path).heading
    clock[0] = SMALL.ends_at
    assert "Bedankt" in look(manage, path).heading


def test_whoever_was_absent_is_not_thanked_for_coming(
    manage: FlaskClient, queue: SeatQueue, links: Links, clock: list[datetime]
) -> None:
    """After the end the page says so, and names no survey for those who came."""
    queue.do_all(SMALL.id, [sign_up(1), sign_up(2)])
    clock[0] = SMALL.begins_at
    manage.post(links.registration_path("r1"), data={"action": "absent"})
    clock[0] = SMALL.ends_at
    absent, there = (look(manage, links.registration_path(id)) for id in ("r1", "r2"))
    assert "Bedankt" not in absent.heading
    assert "Bedankt" in there.heading
    wave = next(one for one in SMALL.waves if one.to == "attended")
    assert wave.title in there.text
    assert wave.title not in absent.text


def test_page_and_mails_agree_when_it_begins(
    manage: FlaskClient, queue: SeatQueue, store: Store, links: Links, clock: list[datetime]
) -> None:
    """The one who still waits, and nobody else, is told by one mail that it did not work out; their page says the same.

    The state stays as it is. An offer without an answer is ended by another schedule, whose mail says so.
    """
    everybody(queue, store, clock, MOMENTS["the first moment"])
    clock[0] = SMALL.begins_at + timedelta(hours=9)
    for at in (clock[0] - timedelta(hours=2), clock[0], clock[0] + timedelta(hours=1)):
        send_reminders(store, at)
    mails = [mail for mail in store.outbox.due(clock[0] + timedelta(days=9), 100) if mail.kind is Kind.NOT_PLACED]
    assert [mail.registration for mail in mails] == [BY_STATE[State.WAITLISTED]]
    assert mails[0].created_at == clock[0], "not at night"
    page = look(manage, links.registration_path(BY_STATE[State.WAITLISTED]))
    assert "niet gelukt" in page.heading
    assert page.main["data-state"] == "waitlisted"


def test_an_open_offer_is_reminded_of_once(
    manage: FlaskClient, queue: SeatQueue, store: Store, links: Links, clock: list[datetime]
) -> None:
    """Half-way, if there is no answer yet. The page says until when it stands, and how long that is."""
    queue.do_all(SMALL.id, [sign_up(number) for number in range(1, 6)])
    clock[0] = start_of(SMALL.first_day - timedelta(days=60)) + timedelta(hours=10)
    for command in (Cancel("r1"), Cancel("r2"), Promote()):
        queue.do(SMALL.id, command)
    assert "nog 2 dagen" in look(manage, links.registration_path("r4")).text
    queue.do(SMALL.id, Decline("r5"))
    for hours in (1, 23, 24, 25, 40):
        expire_offers(store, queue, clock[0] + timedelta(hours=hours))
    mails = [mail for mail in store.outbox.due(clock[0] + timedelta(days=9), 100) if mail.kind is Kind.OFFER_REMINDER]
    assert [(mail.registration, mail.created_at) for mail in mails] == [("r4", clock[0] + timedelta(hours=24))]
