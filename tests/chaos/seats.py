"""The promises about seats, each as a function that says what breaks it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.chaos.evidence import Evidence
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.registration import State
from werkplaats.domain.seats import holds

_JOINED = (Happened.SIGNED_UP, Happened.REJOINED)
_NOW_OFFERED_OR_CONFIRMED = (Happened.OFFERED, Happened.PROMOTED)
_LIVE = ("confirmed", "offered", "waitlisted")
_ENDED = ("", "cancelled", "declined", "expired")
_BEFORE = {
    Happened.SIGNED_UP: ("",),
    Happened.REJOINED: _ENDED,
    Happened.CANCELLED: _LIVE,
    Happened.CANCELLED_BY_ORGANISER: _LIVE,
    Happened.OFFERED: ("waitlisted",),
    Happened.PROMOTED: ("waitlisted",),
    Happened.ACCEPTED: ("offered",),
    Happened.DECLINED: ("offered",),
    Happened.EXPIRED: ("offered",),
    Happened.SEAT_GIVEN: ("waitlisted", "offered", *_ENDED),
    Happened.SEAT_OFFERED: ("waitlisted",),
    Happened.OFFER_UNDELIVERED: ("offered",),
    Happened.REACHABLE: ("waitlisted",),
    Happened.ADDED: ("",),
}
"""In which states a registration can be when that happens. Several things can happen to one in the same commit."""

_SHOWN_BY = {
    "cancel": {Happened.CANCELLED, Happened.CANCELLED_BY_ORGANISER},
    "accept": {Happened.ACCEPTED},
    "decline": {Happened.DECLINED},
    "rejoin": {Happened.REJOINED},
    "reachable": {Happened.REACHABLE},
    "desk offer": {Happened.SEAT_OFFERED, Happened.OFFERED},
    "desk priority": {Happened.PRIORITY_GIVEN},
    "desk give_seat": {Happened.SEAT_GIVEN, Happened.ACCEPTED, Happened.PROMOTED, *_JOINED},
    "desk cancel": {Happened.CANCELLED, Happened.CANCELLED_BY_ORGANISER},
}
"""What the journal says of a registration once a click on this button has been answered with 303.

A click that had already taken effect is answered so too: a seat that is given to somebody who has one by now.
"""


@dataclass
class _Queue:
    """The queue as the journal tells it, up to one version of the ledger."""

    capacity: int
    state: dict[str, str] = field(default_factory=dict)
    waiting_since: dict[str, int] = field(default_factory=dict)
    """By registration: the version of the ledger with which it came on the waitlist.

    Whoever got priority is there before all others: for the n-th of them that is n below zero, from far below.
    Whoever is passed over is not in it.
    """
    place: dict[str, int] = field(default_factory=dict)
    """The same of everybody who has been on the waitlist, so that whoever was passed over can be put back."""

    priorities: int = 0

    @property
    def held(self) -> int:
        return sum(state in ("confirmed", "offered") for state in self.state.values())

    def apply(self, entry: Entry) -> None:
        if entry.kind is Happened.CAPACITY_CHANGED:
            self.capacity = int(entry.detail.split()[-1])
        elif entry.kind is Happened.PRIORITY_GIVEN and entry.registration is not None:
            self._wait(entry.registration, self.priorities - 1_000_000)
            self.priorities += 1
        elif entry.registration is not None:
            before = self.state.get(entry.registration, "")
            if entry.kind is Happened.ERASED:
                self._put(entry, "cancelled" if before in _LIVE else before)
            elif entry.kind is Happened.OFFER_UNDELIVERED:
                self.state[entry.registration] = "waitlisted"
            elif entry.kind is Happened.REACHABLE:
                self._wait(entry.registration, self.place.get(entry.registration, entry.version))
            elif entry.kind in _BEFORE:
                self._put(entry, entry.detail)

    def can_follow(self, entry: Entry) -> bool:
        """Whether `entry` can be the next thing that happened."""
        if entry.kind is Happened.PRIORITY_GIVEN:
            return self.state.get(entry.registration or "", "") == "waitlisted"
        return entry.kind not in _BEFORE or self.state.get(entry.registration or "", "") in _BEFORE[entry.kind]

    def _put(self, entry: Entry, state: str) -> None:
        assert entry.registration is not None
        self.state[entry.registration] = state
        if state == "waitlisted":
            self._wait(entry.registration, entry.version)
        else:
            self.waiting_since.pop(entry.registration, None)

    def _wait(self, registration: str, since: int) -> None:
        self.waiting_since[registration] = self.place[registration] = since


def seats_are_never_above_capacity(it: Evidence) -> Iterator[str]:
    """Not now, and not after any commit that the journal tells of."""
    counted = Counter(one.state for one in it.registrations)
    ledger = it.ledger
    if (ledger.confirmed, ledger.offered, ledger.waitlisted) != (
        counted[State.CONFIRMED], counted[State.OFFERED], counted[State.WAITLISTED],
    ):  # fmt: skip
        yield f"the ledger counts {ledger}, but the registrations are {dict(counted)}"
    if counted[State.CONFIRMED] + counted[State.OFFERED] > ledger.capacity:
        yield f"{dict(counted)} with a capacity of {ledger.capacity}"
    for version, queue, _ in _history(it):
        if queue.held > queue.capacity:
            yield f"after version {version}: {queue.held} seats held of {queue.capacity}"


def journal_tells_what_is_stored(it: Evidence) -> Iterator[str]:
    """Each registration is in the state that the last entry about it tells of."""
    last = [queue.state for _, queue, _ in _history(it)][-1:] or [{}]
    for one in it.registrations:
        told = last[0].get(one.id)
        if told != one.state.value:
            yield f"{one.id} is {one.state.value}, and the journal says {told}"


def first_come_is_first_served(it: Evidence) -> Iterator[str]:
    """Whoever was answered before another sent the form is ahead; nobody on the waitlist is overtaken."""
    # Whoever joined again, or was given a seat after leaving, has a later number than that of the first sign-up.
    # Whoever got priority has an earlier one.
    sequence = {
        one.id: one.number for one in it.registrations if one.joined_at == one.signed_up_at and not one.has_priority
    }
    first = {one.registration: one for one in reversed(it.story.sign_ups) if one.registration in sequence}
    for earlier in first.values():
        for later in first.values():
            if earlier.answered < later.sent:
                ahead, behind = sequence[str(earlier.registration)], sequence[str(later.registration)]
                if ahead >= behind:
                    yield f"guest {later.guest.number} signed up after guest {earlier.guest.number}, and is ahead"
    for version, queue, (waiting, entries) in _history(it):
        still = {id: since for id, since in waiting.items() if queue.waiting_since.get(id) == since}
        for entry in entries:
            if (since := _turn(entry, waiting, queue, version)) is not None:
                for id, before in still.items():
                    if before < since:
                        yield f"version {version}: {entry.registration} ({entry.kind}) overtakes {id}, there before"


def answered_sign_ups_are_stored(it: Evidence) -> Iterator[str]:
    """Each exactly once, with what was typed, as long as it is kept; and nobody is there who did not sign up."""
    stored = {one.id: one for one in it.registrations}
    for answered in it.story.sign_ups:
        guest = answered.guest
        if answered.registration is None:
            if not any(_is(one.person, guest.email, guest.family_name) for one in stored.values()):
                yield f"guest {guest.number} was told that a mail is under way, and is not stored"
            continue
        registration = stored.get(answered.registration)
        if registration is None:
            yield f"guest {guest.number} got a page, and is not stored"
        elif not _is(registration.person, guest.email, guest.family_name):
            yield f"guest {guest.number} got the page of somebody else"
        elif registration.person and guest.answer not in registration.answers.values():
            yield f"guest {guest.number}'s answers are not stored as they were typed"
    live = Counter((one.identity, one.mailbox) for one in it.registrations if one.state.live and one.identity)
    for _, times in live.items():
        if times > 1:
            yield f"one person is registered {times} times"


def answered_clicks_took_effect(it: Evidence) -> Iterator[str]:
    """Each button that was answered with 303 is in the journal."""
    told: dict[str, set[Happened]] = {}
    for entry in it.journal:
        told.setdefault(entry.registration or "", set()).add(entry.kind)
    for click in it.story.clicks:
        if not told.get(click.registration, set()) & _SHOWN_BY[click.action]:
            yield f"{click.action} of {click.registration} was answered, and the journal does not know it"


def nobody_waits_beside_a_free_seat(it: Evidence) -> Iterator[str]:
    held = sum(one.state in (State.CONFIRMED, State.OFFERED) for one in it.registrations)
    waiting = sum(one.state is State.WAITLISTED and not one.is_passed_over for one in it.registrations)
    if held < it.workshop.capacity and waiting and it.workshop.gives_seats(it.now):
        yield f"{waiting} people wait, and {held} of {it.workshop.capacity} seats are held"


def offers_lapse(it: Evidence) -> Iterator[str]:
    """No offer stands that is over. The schedule has just run."""
    for one in it.registrations:
        if one.state is State.OFFERED and it.workshop.called_off is None and holds.is_over(it.workshop, one, it.now):
            yield f"the offer to {one.id} ended at {one.held_until}, and it is {it.now}"


def _history(it: Evidence) -> Iterator[tuple[int, _Queue, tuple[dict[str, int], list[Entry]]]]:
    """For each version that the journal tells of: the queue after it, who was waiting before it, and its entries."""
    versions: dict[int, list[Entry]] = {}
    for entry in it.journal:
        versions.setdefault(entry.version, []).append(entry)
    queue = _Queue(_first_capacity(it))
    for version, entries in sorted(versions.items()):
        waiting = dict(queue.waiting_since)
        left = list(entries)
        while left:
            following = next((entry for entry in left if queue.can_follow(entry)), left[0])
            left.remove(following)
            queue.apply(following)
        yield version, queue, (waiting, entries)


def _first_capacity(it: Evidence) -> int:
    changes = [entry for entry in it.journal if entry.kind is Happened.CAPACITY_CHANGED]
    return int(min(changes, key=lambda entry: entry.version).detail.split()[0]) if changes else it.ledger.capacity


def _turn(entry: Entry, waiting: dict[str, int], after: _Queue, version: int) -> int | None:
    """Since when whoever gets a seat or an offer by `entry` has waited; None if that is no matter of order.

    `waiting` is who waited before the commit. Whoever did not may have been put back at their place by it.
    """
    if entry.kind in _NOW_OFFERED_OR_CONFIRMED:
        return waiting.get(entry.registration or "", after.place.get(entry.registration or "", version))
    return version if entry.kind in _JOINED and entry.detail == "confirmed" else None


def _is(person: object, email: str, family_name: str) -> bool:
    """Whether `person` is who typed this; also if their data has been erased, and so cannot be compared."""
    return person is None or (getattr(person, "email", ""), getattr(person, "family_name", "")) == (email, family_name)
