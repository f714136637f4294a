"""Makes docs/states.md: in which states and holds a registration can be, and who brings it from where to where.

Nothing of it is written by hand. Each command is decided, by the rules themselves, for a registration in each state and
hold: with a free seat and without one, before and after the hold is over, and so on. What comes of it is drawn.

PYTHONPATH=functions .venv/bin/python -m tools.states
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from werkplaats.domain.registration import PASSED_OVER, AddressWish, Hold, Mailbox, Paused, Person, Registration, State
from werkplaats.domain.seats.commands import (
    Accept,
    AddPerson,
    Cancel,
    Command,
    Confirm,
    Correct,
    Decline,
    Done,
    ErasePerson,
    Expire,
    GivePriority,
    GiveSeat,
    GrantWish,
    NewPerson,
    OfferSeat,
    Placing,
    Promote,
    Promoted,
    Rejoin,
    RequestLink,
    SayReachable,
    SignUp,
    Undelivered,
)
from werkplaats.domain.seats.ledger import Ledger, Seating
from werkplaats.domain.seats.rules import decide
from werkplaats.domain.workshop import Workshop
from werkplaats.workshop_files import example

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "states.md"

NOBODY = "–"
"""Not signed up yet."""

CALLED: dict[type[Any], tuple[str, str]] = {
    SignUp: ("participant", "signs up"),
    Confirm: ("participant", "confirms the address"),
    Accept: ("participant", "accepts"),
    Decline: ("participant", "declines"),
    Rejoin: ("participant", "joins again"),
    Cancel: ("participant or organiser", "cancels"),
    Promote: ("schedule or event", "gives a free seat to the first"),
    Expire: ("schedule", "ends what is over"),
    AddPerson: ("organiser", "adds"),
    GiveSeat: ("organiser", "gives a seat"),
    OfferSeat: ("organiser", "offers a seat"),
    GivePriority: ("organiser", "gives priority"),
    ErasePerson: ("participant or organiser", "erases"),
    Undelivered: ("event", "says that an offer did not arrive"),
    SayReachable: ("participant", "says that mail arrives"),
    RequestLink: ("participant", "asks for the link"),
    Correct: ("organiser", "corrects the address"),
    GrantWish: ("participant", "confirms another address"),
}
"""Who gives a command that can change a state, and what it does."""


class Place(Struct, frozen=True):
    """A state with what is held in it: one place of the picture. `id` names it in the picture, and `name` in words."""

    id: str
    name: str
    state: State
    hold: Hold | None = None
    paused: Paused | None = None


PLACES = (
    Place("held", "confirmed, held until the address is confirmed", State.CONFIRMED, Hold.CONFIRM),
    Place("confirmed", "confirmed", State.CONFIRMED),
    Place("passed", "waitlisted, passed over until the address is confirmed", State.WAITLISTED, Hold.CONFIRM),
    Place(
        "paused", "waitlisted, passed over until the address can be reached", State.WAITLISTED, paused=Paused.ADDRESS
    ),
    Place("waitlisted", "waitlisted", State.WAITLISTED),
    Place("offered", "offered, held until it is answered", State.OFFERED, Hold.OFFER),
    Place("declined", "declined", State.DECLINED),
    Place("lapsed", "expired without an answer", State.EXPIRED, Hold.OFFER),
    Place("unconfirmed", "expired, the address not confirmed", State.EXPIRED, Hold.CONFIRM),
    Place("cancelled", "cancelled", State.CANCELLED),
)

_NOW = datetime.fromisoformat("2027-03-01T09:00Z")
_ENDS = _NOW + timedelta(hours=24)
_PERSON = Person(given_name="Jan", family_name="de Vries", email="jan@example.org")
_MOVED = replace(_PERSON, email="jan.de.vries@example.org")


class Move(Struct, frozen=True, order=True):
    """Somebody (`who`) does something (`what`), and a registration goes from place to place (ids of PLACES)."""

    before: str
    after: str
    who: str
    what: str


@cache
def moves() -> tuple[Move, ...]:
    """Every change of a state or a hold that the rules make, in the order of PLACES."""
    order = [NOBODY, *(place.id for place in PLACES)]
    found = set(_moves())
    return tuple(sorted(found, key=lambda one: (order.index(one.before), order.index(one.after), one)))


def document() -> str:
    """The whole of docs/states.md."""
    there = moves()
    name = {place.id: place.name for place in PLACES} | {NOBODY: "(nobody)"}
    picture = [f"    {place.id}: {place.name}" for place in PLACES]
    pairs = dict.fromkeys((one.before, one.after) for one in there)
    for before, after in pairs:
        what = dict.fromkeys(one.what for one in there if (one.before, one.after) == (before, after))
        picture.append(f"    {'[*]' if before == NOBODY else before} --> {after}: {', '.join(what)}")
    rows = [f"| {name[one.before]} | {one.who} | {one.what} | {name[one.after]} |" for one in there]
    return "\n".join([*_HEAD, *picture, "```", "", *_TABLE, *rows, ""])


_HEAD = (
    "# States and holds",
    "",
    "<!-- This page is made by tools/states.py from the rules themselves. A test keeps it true. -->",
    "",
    "A registration is in one of six states. A *hold* keeps a seat, or a place on the waitlist, until a time",
    "([decision 0028](decisions/0028-one-notion-of-holds.md)). Whoever is *passed over* keeps the number and gets no",
    "seat meanwhile. The picture has everything that changes a state or a hold, and nothing else.",
    "",
    "```mermaid",
    "stateDiagram-v2",
)
_TABLE = ("| from | who | what | to |", "| --- | --- | --- | --- |")


def _moves() -> Iterator[Move]:
    for place, free, over, settings in product((None, *PLACES), (0, 1), (False, True), _workshops()):
        now = _ENDS + timedelta(hours=1) if over else _NOW
        one = _registration(place) if place else None
        for command in _commands():
            if isinstance(command, SignUp | AddPerson) is not (place is None):
                continue
            plan = decide(_seating(settings, one, free), (command,), now)
            [outcome] = plan.outcomes
            after = next((it for it in plan.registrations if it.id == "r1"), one)
            who, what = CALLED[type(command)]
            if not isinstance(outcome, Done | Promoted):
                who, what = CALLED[Expire]  # a click that comes too late ends what is over, and does nothing else
            if after is not None and (one is None or _place(after) is not place):
                yield Move(place.id if place else NOBODY, _place(after).id, who, what)


def _workshops() -> Iterator[Workshop]:
    shipped = replace(_example(), capacity=2)
    window = replace(shipped.sign_up, opens=(_NOW - timedelta(days=9)).date(), closes=(_NOW + timedelta(days=9)).date())
    begins = (_NOW + timedelta(days=90)).date()
    length = shipped.last_day - shipped.first_day
    here = replace(shipped, sign_up=window, first_day=begins, last_day=begins + length)
    for by, confirm in product(("offer", "direct"), ("never", "always")):
        yield replace(here, promotion=replace(here.promotion, by=by), confirm_address=confirm)


@cache
def _example() -> Workshop:
    return example()


def _registration(place: Place) -> Registration:
    held = place.hold is not None and (place.state.live or place.hold is Hold.OFFER)
    passed = place.state is State.WAITLISTED and place.id != "waitlisted"
    return Registration(
        id="r1",
        workshop=_example().id,
        person=_PERSON,
        answers={},
        mailbox="m1",
        identity="i1",
        address="a1",
        state=place.state,
        sequence=1 + PASSED_OVER * passed,
        state_version=1,
        signed_up_at=_NOW - timedelta(hours=1),
        state_since=_NOW - timedelta(hours=1),
        held_for=place.hold,
        held_until=_ENDS if held else None,
        paused=place.paused,
        address_wish=AddressWish(email=_MOVED.email, at=_NOW - timedelta(minutes=1), version=1),
    )


def _seating(workshop: Workshop, one: Registration | None, free: int) -> Seating:
    """One registration, or none, and as many others with a seat as leave `free` seats."""
    holds_seat = one is not None and one.state in (State.CONFIRMED, State.OFFERED)
    waits = one is not None and one.state is State.WAITLISTED
    own = {"confirmed": 0, "offered": 0}
    if one is not None and holds_seat:
        own[one.state.value] = 1
    ledger = Ledger(
        id=workshop.id,
        capacity=workshop.capacity,
        confirmed=workshop.capacity - free - holds_seat + own["confirmed"],
        offered=own["offered"],
        waitlisted=int(waits),
        next_sequence=9,
        version=5,
        unconfirmed=int(one is not None and one.is_unconfirmed),
        passed_over=int(one is not None and one.is_passed_over),
    )
    live = one is not None and one.state.live
    mailbox = Mailbox(id="m1", workshop=workshop.id, registrations={"i1": "r1"} if live else {})
    return Seating(
        workshop=workshop,
        ledger=ledger,
        registrations={"r1": one} if one is not None else {},
        mailboxes={"m1": mailbox},
        waiting=("r1",) if waits else (),
    )


def _commands() -> Iterator[Command]:
    """Each command that CALLED has, about the registration r1."""
    new = NewPerson(registration="r1", person=_PERSON, answers={}, mailbox="m1", address="a1", identity="i1", form="f1")
    about = {name: getattr(new, name) for name in new.__struct_fields__}
    for command in CALLED:
        if command is SignUp:
            yield SignUp(**about)
        elif command is AddPerson:
            for placing in Placing:
                yield AddPerson(placing=placing, reason="x", by="een@example.org", **about)
        elif command is Undelivered:
            yield Undelivered("r1", 1)
        elif command is RequestLink:
            yield RequestLink(mailbox="m1", address="a1", submission="s")
        elif command is Correct:
            yield Correct(registration="r1", person=_MOVED, answers={}, mailbox="m2", address="a2", identity="i2")
        elif command is GrantWish:
            yield GrantWish(registration="r1", wish=1, person=_MOVED, mailbox="m2", address="a2", identity="i2")
        else:
            yield command("r1") if "registration" in command.__struct_fields__ else command()


def _place(one: Registration) -> Place:
    """The place of PLACES where `one` is. Raises LookupError if there is none: then a place has to be added."""
    for place in PLACES:
        held = one.is_unconfirmed if place.state.live else one.held_for is Hold.CONFIRM
        wanted = place.hold is Hold.CONFIRM
        if one.state is place.state and one.paused is place.paused:
            if place.state in (State.CONFIRMED, State.WAITLISTED, State.EXPIRED) and held is not wanted:
                continue
            return place
    raise LookupError(f"no place of the picture is {one.state} with {one.held_for}, {one.paused}")


def main() -> None:
    DOCUMENT.write_text(document())


if __name__ == "__main__":
    main()
