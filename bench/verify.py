"""Checks that what is stored is what people were told: nothing oversold, nothing lost, nothing stored twice."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.store import Store, codec, paths
from werkplaats.store.wire import Query, Where

_MAIL = {State.CONFIRMED: Kind.CONFIRMED, State.WAITLISTED: Kind.WAITLISTED}


@dataclass(frozen=True, kw_only=True)
class Stored:
    """Everything that is stored of one workshop, in which people have done nothing but sign up."""

    ledger: Ledger
    registrations: tuple[Registration, ...]
    mails: tuple[Mail, ...]
    journal: tuple[Entry, ...]


@dataclass(frozen=True)
class SentForm:
    """A form that was sent: the id that its registration must have, and the id that the answer's link opens.

    `answered` is None if the answer was not a 303.
    """

    expected: str
    answered: str | None


def read(store: Store, workshop: str) -> Stored:
    """Everything that the store holds of `workshop`."""
    ledger = store.seats.ledger(workshop)
    assert ledger is not None, f"{workshop} was published"
    mails = store.wire.query(Query(collection=paths.MAILS, where=(Where("workshop", "==", workshop),)))
    journal = store.wire.query(Query(collection=paths.journal(workshop)))
    return Stored(
        ledger=ledger,
        registrations=store.seats.all_of(workshop),
        mails=tuple(codec.read(found, Mail) for found in mails),
        journal=tuple(codec.read(found, Entry) for found in journal),
    )


def problems(sent: Sequence[SentForm], stored: Stored) -> list[str]:
    """A line for everything that was oversold, lost or stored twice; empty if nothing was.

    A form that was not answered with 303 may or may not be stored: its sender was told nothing, and may send it again.
    """
    return [*_oversold(stored), *_lost(sent, stored), *_doubled(sent, stored), *_miscounted(stored)]


def _oversold(stored: Stored) -> Iterator[str]:
    capacity = stored.ledger.capacity
    confirmed = [one for one in stored.registrations if one.state is State.CONFIRMED]
    if len(confirmed) > capacity:
        yield f"oversold: {len(confirmed)} seats are held of {capacity}"
    for one in confirmed:
        if one.sequence > capacity:
            yield f"overtaken: {one.id} has a seat as number {one.sequence}, and there are {capacity}"


def _lost(sent: Sequence[SentForm], stored: Stored) -> Iterator[str]:
    ids = {one.id for one in stored.registrations}
    for form in sent:
        if form.answered is None:
            continue
        if form.answered != form.expected:
            yield f"lost: the answer to {form.expected} led to {form.answered}"
        if form.expected not in ids:
            yield f"lost: {form.expected} was answered and is not stored"
    mails = {(mail.registration, mail.kind) for mail in stored.mails}
    entries = {entry.registration for entry in stored.journal if entry.kind is Happened.SIGNED_UP}
    for one in stored.registrations:
        if (one.id, _MAIL.get(one.state)) not in mails:
            yield f"lost: {one.id} is {one.state.value} and has no mail that says so"
        if one.id not in entries:
            yield f"lost: {one.id} is not in the journal"


def _doubled(sent: Sequence[SentForm], stored: Stored) -> Iterator[str]:
    expected = {form.expected for form in sent}
    for one in stored.registrations:
        if one.id not in expected:
            yield f"doubled: {one.id} is stored and was never sent"
    yield from _twice("sequence number", (one.sequence for one in stored.registrations))
    yield from _twice("person", (one.identity for one in stored.registrations))
    yield from _twice("registration in an answer", (form.answered for form in sent if form.answered))
    yield from _twice("registration in the mails", (mail.registration for mail in stored.mails))
    yield from _twice("registration in the journal", (entry.registration for entry in stored.journal))


def _twice(what: str, values: Iterable[object]) -> Iterator[str]:
    for value, count in Counter(values).items():
        if count > 1:
            yield f"doubled: {what} {value} is there {count} times"


def _miscounted(stored: Stored) -> Iterator[str]:
    ledger, states = stored.ledger, Counter(one.state for one in stored.registrations)
    counted = {"confirmed": ledger.confirmed, "offered": ledger.offered, "waitlisted": ledger.waitlisted}
    for state, count in counted.items():
        if states[State(state)] != count:
            yield f"miscounted: the ledger has {count} {state}, there are {states[State(state)]}"
    if ledger.next_sequence != len(stored.registrations) + 1:
        yield f"miscounted: the next number is {ledger.next_sequence} after {len(stored.registrations)} sign-ups"
