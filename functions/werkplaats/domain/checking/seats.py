"""Holds the ledger of a workshop against its registrations and mailboxes."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime

from werkplaats.domain.checking.findings import BY_HAND, LATE, REBUILD, RUN, Finding, WorkshopRecords, is_recent
from werkplaats.domain.checking.folded import left_to_tell
from werkplaats.domain.journal import BY_FORM, first_entry_of
from werkplaats.domain.mail.about import AboutSeat
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import mail_id
from werkplaats.domain.people import PAGE, search_words
from werkplaats.domain.registration import FIRST_PRIORITY, Hold, Mailbox, Registration, State
from werkplaats.domain.seats import holds
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.workshop import Workshop

_TOLD_BY = {
    State.CONFIRMED: Kind.CONFIRMED,
    State.WAITLISTED: Kind.WAITLISTED,
    State.OFFERED: Kind.OFFERED,
    State.EXPIRED: Kind.OFFER_EXPIRED,
    State.CANCELLED: Kind.CANCELLED,
    State.DECLINED: Kind.CANCELLED,
}
"""The kind of mail that tells a person of each state."""


def check_seats(records: WorkshopRecords, now: datetime) -> Iterator[Finding]:
    """What does not fit in the ledger, the registrations and the mailboxes at `now` (UTC)."""
    if records.ledger is not None:
        yield from _ledger(records.ledger, records)
        yield from _undone(records.ledger, records, now)
    yield from _sequences(records)
    for id, registration in records.registrations.items():
        yield from _registration(id, registration, records, now)
    yield from _erasures(records)
    for id, mailbox in records.mailboxes.items():
        yield from _mailbox(id, mailbox, records)


def rebuilt(records: WorkshopRecords) -> Ledger | None:
    """The ledger as the registrations say it should be.

    Its version and its next number are above all that were used; these and `published` are never lower than in the
    present ledger. If the waitlist was counted wrong, some numbers are passed over, so that the numbers that belong to
    nobody on the waitlist are more than ever before, on which `store/places.py` relies. What is folded follows from the
    journal and the mails, unless something of the workshop cannot be read: then it stays as it is.

    None if the workshop cannot be read, or if a registration or a revision cannot: a seat that somebody holds would
    count as free.
    """
    if records.workshop is None or records.unread_registrations or records.unread_revisions:
        return None
    ledger = records.ledger or Ledger(id=records.id, capacity=records.workshop.capacity)
    people = records.registrations.values()
    states = Counter(one.state for one in people)
    published = max([ledger.published, *(one.number for one in records.revisions.values())])
    used = [one.state_version for one in people] + [one.version for one in records.journal.values()]
    used += [one.version for one in records.mails.values()]
    next_sequence = max([ledger.next_sequence, *(one.number + 1 for one in people)])
    priorities = max([ledger.priorities, *(one.number - FIRST_PRIORITY + 1 for one in people if one.has_priority)])
    if (waitlisted := states[State.WAITLISTED]) != ledger.waitlisted:
        absent = ledger.given_out - ledger.waitlisted
        next_sequence = max(next_sequence, absent + waitlisted + 2 - priorities)
    return Ledger(
        id=records.id,
        capacity=records.workshop.capacity,
        confirmed=states[State.CONFIRMED],
        offered=states[State.OFFERED],
        waitlisted=waitlisted,
        next_sequence=next_sequence,
        version=max([ledger.version, published, *used]) + 1,
        published=published,
        told_at=ledger.told_at,
        folding=ledger.folding if records.unreadable else left_to_tell(records),
        digest=ledger.digest,
        list_complete=ledger.list_complete,
        turns=ledger.turns,
        priorities=priorities,
        practised_priorities=ledger.practised_priorities,
        real_since=ledger.real_since,
        unconfirmed=sum(one.is_unconfirmed for one in people),
        passed_over=sum(one.is_passed_over for one in people),
        returned=ledger.returned,
        sign_ups=ledger.sign_ups,
        busy_until=ledger.busy_until,
    )


def _ledger(ledger: Ledger, records: WorkshopRecords) -> Iterator[Finding]:
    where, mend = f"ledger {records.id}", REBUILD.format(workshop=records.id)
    states = Counter(one.state for one in records.registrations.values())
    counted = {State.CONFIRMED: ledger.confirmed, State.OFFERED: ledger.offered, State.WAITLISTED: ledger.waitlisted}
    for state, count in counted.items():
        if count != states[state] and not records.unread_registrations:
            yield Finding(where, "ledger.count", f"says {count} {state.value}, and {states[state]} are", mend)
    people = records.registrations.values()
    for name, count, are in (
        ("unconfirmed", ledger.unconfirmed, sum(one.is_unconfirmed for one in people)),
        ("passed over", ledger.passed_over, sum(one.is_passed_over for one in people)),
    ):
        if count != are and not records.unread_registrations:
            yield Finding(where, "ledger.count", f"says {count} {name}, and {are} are", mend)
    held = states[State.CONFIRMED] + states[State.OFFERED]
    if held > ledger.capacity:
        says = f"{held} seats are held, of {ledger.capacity}"
        yield Finding(where, "ledger.overbooked", says, "Raise the capacity, or cancel some at the desk.")
    if ledger.id != records.id:
        yield Finding(where, "ledger.id", "has another id", BY_HAND)
    if records.workshop is not None and ledger.capacity != records.workshop.capacity:
        says = f"has a capacity of {ledger.capacity}, and the published workshop of {records.workshop.capacity}"
        yield Finding(where, "ledger.capacity", says, mend)
    if ledger.published > ledger.version:
        yield Finding(where, "ledger.published", f"was published at {ledger.published}, which is to come", mend)
    numbers = [one.number for one in records.registrations.values()]
    if numbers and ledger.next_sequence <= max(numbers):
        says = f"gives out number {ledger.next_sequence} next, and {max(numbers)} is in use"
        yield Finding(where, "ledger.next_sequence", says, mend)
    given = max((number - FIRST_PRIORITY + 1 for number in numbers if number < 0), default=0)
    if not max(given, ledger.practised_priorities) <= ledger.priorities:
        says = f"has given priority {ledger.priorities} times, and {given} numbers of it are in use"
        yield Finding(where, "ledger.priorities", says, mend)


def _undone(ledger: Ledger, records: WorkshopRecords, now: datetime) -> Iterator[Finding]:
    """Seats that have long been free while somebody waits, and holds that have long been over."""
    workshop, people = records.workshop, records.registrations.values()
    if workshop is None:
        return
    changed = [*(one.state_since for one in people), *(one.at for one in records.revisions.values())]
    if ledger.free > 0 and ledger.waiting > 0 and workshop.gives_seats(now) and max(changed, default=now) < now - LATE:
        says = f"{ledger.free} seats are free while {ledger.waiting} people wait"
        yield Finding(f"ledger {records.id}", "seats.unused", says, RUN.format(function="expire_offers"))
    for one in people:
        if one.state is State.OFFERED and _is_long_over(one, workshop, now):
            says = "has an offer that has long been over"
            yield Finding(f"registration {one.id}", "offer.over", says, RUN.format(function="expire_offers"))
        if one.is_unconfirmed and now < workshop.ends_at and _is_long_over(one, workshop, now):
            says = "is still held, and the time to confirm the address has long been over"
            yield Finding(f"registration {one.id}", "hold.over", says, RUN.format(function="expire_offers"))


def _is_long_over(registration: Registration, workshop: Workshop, now: datetime) -> bool:
    ends = holds.ends_at(workshop, registration)
    return workshop.called_off is None and ends is not None and ends < now - LATE


def _sequences(records: WorkshopRecords) -> Iterator[Finding]:
    used = Counter(one.sequence for one in records.registrations.values())
    for one in records.registrations.values():
        if used[one.sequence] > 1:
            says = f"shares number {one.sequence} with {used[one.sequence] - 1} other"
            yield Finding(f"registration {one.id}", "registration.sequence", says, BY_HAND)


def _erasures(records: WorkshopRecords) -> Iterator[Finding]:
    """What was erased must not be there again, as it is after a backup was restored."""
    again = "Erase it once more: make after-restore (docs/runbooks/restore.md)."
    for one in records.erasures.values():
        where, registration = f"registration {one.registration}", records.registrations.get(one.registration)
        if registration is None or registration.person is None:
            continue
        if not one.questions or any(question in registration.answers for question in one.questions):
            yield Finding(where, "registration.back", "was erased, and is there again", again)


def _registration(id: str, one: Registration, records: WorkshopRecords, now: datetime) -> Iterator[Finding]:
    def finding(kind: str, says: str, remedy: str = BY_HAND) -> Finding:
        return Finding(f"registration {id}", f"registration.{kind}", says, remedy)

    if one.id != id:
        yield finding("id", "has another id in it")
    if records.ledger is not None and one.shown_version > records.ledger.version:
        says = f"is of version {one.shown_version}, and the ledger of {records.ledger.version}"
        yield finding("version", says, REBUILD.format(workshop=records.id))
    if one.state is State.OFFERED and one.held_until is None:
        yield finding("offer", "has an offer without an end")
    if (one.sequence != one.number) != one.is_passed_over:
        is_so = "is" if one.is_passed_over else "is not"
        yield finding("passed_over", f"{is_so} passed over, and number {one.sequence} says otherwise")
    # An earlier version of the program stored no words, and where few people are nobody needs them.
    many = len(records.registrations) > PAGE
    if one.person is not None and (one.search or many) and one.search != search_words(one.person):
        yield finding("search", "is not found by a search", REBUILD.format(workshop=records.id))
    yield from _personal(one, finding_of=finding)
    if one.state.live and one.person is not None:
        box = records.mailboxes.get(one.mailbox)
        if records.missing(one.mailbox, records.mailboxes) or (
            box is not None and box.registrations.get(one.identity) != id
        ):
            yield finding("mailbox", f"is {one.state.value}, and its mailbox does not have it")
    yield from _traces(id, one, records, now)


_Says = Callable[[str, str], Finding]
"""Makes a finding about one registration, of its kind and what it says."""


def _personal(one: Registration, finding_of: _Says) -> Iterator[Finding]:
    if one.person is not None:
        if not (one.mailbox and one.identity):
            yield finding_of("hashes", "has a person, and no mailbox or identity")
        return
    if one.state.live:
        yield finding_of("erased_live", f"was erased, and is {one.state.value} all the same")
    wrote = one.answers or one.link_requests or one.remarks or one.labels
    if wrote or one.mailbox or one.identity or one.address or one.form or one.search:
        yield finding_of("left_behind", "was erased, and has something of the person left")


def _traces(id: str, one: Registration, records: WorkshopRecords, now: datetime) -> Iterator[Finding]:
    """What is missing of what must have been written when `one` was made, and when it came into its present state.

    - The sign-up with the form: an entry of the journal, whose id is made from the form, of a kind of BY_FORM.
    - The present state: a mail that tells the person of it, unless the person has been erased, or an
      organiser wanted no mail.

    That the journal has an entry about the present state is checked with the mail (`domain/checking/mail.py`). What is
    so old that the database may have deleted its traces is not looked at.
    """
    where = f"registration {id}"
    if one.form and is_recent(one.signed_up_at, now):
        entry = records.journal.get(first_entry_of(one.form))
        if entry is None and first_entry_of(one.form) not in records.unreadable:
            says = "was made with a form of which the journal has no entry"
            yield Finding(where, "registration.form", says, BY_HAND)
        elif entry is not None and entry.kind not in BY_FORM:
            yield Finding(where, "registration.form", "was made with a form whose entry is of something else", BY_HAND)
    if not is_recent(one.state_since, now):
        return
    told = mail_id(_told_by(one), AboutSeat(id, one.state_version), records.id)
    if one.person is not None and not one.unmailed and records.missing(told, records.mails):
        says = f"is {one.state.value}, and no mail of version {one.state_version} tells of that"
        yield Finding(where, "registration.untold", says, "Let the person know, from the desk.")


def _told_by(one: Registration) -> Kind:
    """The kind of the mail that tells the person of the present state."""
    if one.is_unconfirmed:
        return Kind.CONFIRM_ADDRESS
    if one.state is State.EXPIRED and one.held_for is Hold.CONFIRM:
        return Kind.NOT_CONFIRMED
    return _TOLD_BY[one.state]


def _mailbox(id: str, mailbox: Mailbox, records: WorkshopRecords) -> Iterator[Finding]:
    where = f"mailbox {id}"
    if mailbox.id != id:
        yield Finding(where, "mailbox.id", "has another id in it", BY_HAND)
    for identity, registration in mailbox.registrations.items():
        one = records.registrations.get(registration)
        if one is None:
            if registration not in records.unreadable:
                yield Finding(where, "mailbox.unknown", f"has registration {registration}, which is gone", BY_HAND)
        elif not one.state.live or one.mailbox != id or one.identity != identity:
            says = f"has registration {registration}, which is not live, or not of this mailbox"
            yield Finding(where, "mailbox.entry", says, BY_HAND)
    if bool(mailbox.registrations) is (mailbox.expire_at is not None):
        says = "has people in it and an end" if mailbox.registrations else "is empty and has no end"
        yield Finding(where, "mailbox.end", says, BY_HAND)
