"""Holds the mails of a workshop, its journal and its changes against what they are about."""

from collections.abc import Iterator
from datetime import datetime

from werkplaats.domain.checking.findings import (
    BY_HAND,
    LATE,
    LONG_PAST,
    REBUILD,
    RUN,
    Finding,
    WorkshopRecords,
    is_recent,
)
from werkplaats.domain.delivery import Delivery
from werkplaats.domain.journal import Entry
from werkplaats.domain.mail.about import AboutChange, AboutEntry, AboutMessage, AboutTest, AboutWave
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail, mail_id
from werkplaats.domain.notices import Notices
from werkplaats.domain.registration import State
from werkplaats.domain.reminding import not_placed_from
from werkplaats.domain.survey.waves import invitation_id

MAIL_THEM = "The schedule no longer tells them: write to them from the desk, to everybody on the waitlist."


def check_mail(records: WorkshopRecords, now: datetime) -> Iterator[Finding]:
    """What does not fit in the mails, the journal and the changes at `now` (UTC)."""
    for id, mail in records.mails.items():
        yield from _state(id, mail, now)
        yield from _about(id, mail, records, now)
    for id, entry in records.journal.items():
        yield from _entry(id, entry, records, now)
    yield from _states_without_entry(records, now)
    yield from _changes(records, now)
    yield from _not_placed(records, now)


def _state(id: str, mail: Mail, now: datetime) -> Iterator[Finding]:
    """Whether the times of `mail` fit its state."""
    where = f"mail {id}"
    if mail.state.final:
        if mail.due_at is not None:
            yield Finding(where, "mail.due", f"is {mail.state.value}, and due all the same", BY_HAND)
        if mail.settled_at is None:
            yield Finding(where, "mail.settled", f"is {mail.state.value}, and does not say since when", BY_HAND)
        if mail.state is not Delivery.SENT and not mail.reason:
            yield Finding(where, "mail.reason", f"is {mail.state.value}, and does not say why", BY_HAND)
        return
    if mail.settled_at is not None:
        yield Finding(where, "mail.settled", f"is {mail.state.value}, and says that it is settled", BY_HAND)
    if mail.due_at is None:
        yield Finding(where, "mail.due", f"is {mail.state.value}, and never due", BY_HAND)
    elif mail.due_at < now - LATE:
        kind = "mail.lease" if mail.state is Delivery.SENDING else "mail.late"
        says = "is being sent for longer than its lease" if mail.state is Delivery.SENDING else "has long been due"
        yield Finding(where, kind, says, RUN.format(function="retry_mail"))


def _about(id: str, mail: Mail, records: WorkshopRecords, now: datetime) -> Iterator[Finding]:
    """Whether what `mail` is about exists, or was erased."""
    where = f"mail {id}"
    if mail.id != id or mail_id(mail.kind, mail.about, mail.workshop) != id:
        yield Finding(where, "mail.id", "is about something else than its id says", BY_HAND)
    if records.missing(mail.registration, records.registrations):
        says = f"is about registration {mail.registration}, which is gone"
        yield Finding(where, "mail.registration", says, BY_HAND)
    if records.ledger is not None and mail.version > records.ledger.version:
        says = f"is of version {mail.version}, and the ledger of {records.ledger.version}"
        yield Finding(where, "mail.version", says, REBUILD.format(workshop=records.id))
    match mail.about:
        case AboutChange(change=change) if records.missing(change, records.changes):
            yield Finding(where, "mail.change", f"is about change {change}, which is gone", BY_HAND)
        case AboutWave(registration, wave):
            invitation = invitation_id(mail.workshop, wave, registration)
            if records.missing(invitation, records.invitations) and not _may_be_gone(registration, records, now):
                yield Finding(where, "mail.invitation", "is about an invitation that is gone", BY_HAND)
        case AboutEntry() as about:
            yield from _notice(id, mail, about, records, now)
        case AboutMessage(message=message) | AboutTest(message=message):
            if records.missing(message, records.messages) and is_recent(mail.created_at, now):
                yield Finding(where, "mail.message", f"is about message {message}, which is gone", BY_HAND)
        case _:
            pass  # about nothing else that must be there: what was asked to sign in is deleted before its mail


def _may_be_gone(registration: str, records: WorkshopRecords, now: datetime) -> bool:
    """Whether invitations of `registration` may have been erased: with the person, or all of the workshop."""
    one, workshop = records.registrations.get(registration), records.workshop
    erased = one is None or one.person is None
    return erased or workshop is None or workshop.practice or now >= workshop.erase_registrations_at()


def _wants_each(organiser: str, records: WorkshopRecords) -> bool:
    """Whether the mail may be right: this organiser wants, or may have wanted, to hear of each thing at once."""
    workshop = records.workshop
    return workshop is None or organiser in workshop.told_by(Notices.EACH) or len(records.revisions) > 1


def _notice(id: str, mail: Mail, about: AboutEntry, records: WorkshopRecords, now: datetime) -> Iterator[Finding]:
    where, entry = f"mail {id}", records.journal.get(about.entry)
    if entry is None:
        if about.entry not in records.unreadable and is_recent(mail.created_at, now):
            yield Finding(where, "mail.entry", f"tells of entry {about.entry}, which is gone", BY_HAND)
    elif entry.folded and not _wants_each(about.organiser, records):
        says = f"tells of entry {about.entry}, of which organisers are told together with others"
        yield Finding(where, "mail.folded", says, BY_HAND)
    elif not entry.notified:
        says = f"tells of entry {about.entry}, which says that nobody was told"
        yield Finding(where, "mail.notified", says, BY_HAND)
    elif (entry.version, entry.registration) != (about.version, about.registration):
        yield Finding(where, "mail.entry", f"tells of entry {about.entry}, which says something else", BY_HAND)


def _entry(id: str, entry: Entry, records: WorkshopRecords, now: datetime) -> Iterator[Finding]:
    where = f"entry {id} of {records.id}"
    if entry.id != id or entry.workshop != records.id:
        yield Finding(where, "entry.id", "has another id or workshop in it", BY_HAND)
    if records.ledger is not None and entry.version > records.ledger.version:
        says = f"is of version {entry.version}, and the ledger of {records.ledger.version}"
        yield Finding(where, "entry.version", says, REBUILD.format(workshop=records.id))
    if id[:10].isdecimal() and id[10:11] == "-" and int(id[:10]) != entry.version:
        yield Finding(where, "entry.version", f"is of version {entry.version}", BY_HAND)
    if records.missing(entry.registration, records.registrations):
        says = f"is about registration {entry.registration}, which is gone"
        yield Finding(where, "entry.registration", says, BY_HAND)
    if records.missing(entry.mail, records.mails) and is_recent(entry.at, now):
        yield Finding(where, "entry.mail", f"is about mail {entry.mail}, which is gone", BY_HAND)
    if not entry.notified and entry.at < now - LATE:
        says = "has long been there, and organisers have not been told"
        yield Finding(where, "entry.untold", says, RUN.format(function="retry_mail"))


def _states_without_entry(records: WorkshopRecords, now: datetime) -> Iterator[Finding]:
    """Each change of a state is written in one commit with an entry of the journal."""
    noted = {(entry.registration, entry.version) for entry in records.journal.values()}
    for id, one in records.registrations.items():
        if is_recent(one.state_since, now) and (id, one.state_version) not in noted:
            says = f"is {one.state.value} since version {one.state_version}, of which the journal has no entry"
            yield Finding(f"registration {id}", "registration.unnoted", says, BY_HAND)


def _changes(records: WorkshopRecords, now: datetime) -> Iterator[Finding]:
    for id, change in records.changes.items():
        where = f"change {id}"
        if change.id != id or id != f"{records.id}.{change.version}":
            yield Finding(where, "change.id", "has another id in it", BY_HAND)
        if records.ledger is not None and change.version > records.ledger.version:
            says = f"is of version {change.version}, and the ledger of {records.ledger.version}"
            yield Finding(where, "change.version", says, REBUILD.format(workshop=records.id))
        if not change.announced and change.at < now - LONG_PAST:
            says = "has long been published, and nobody has been told"
            yield Finding(where, "change.untold", says, RUN.format(function="send_reminders"))


def _not_placed(records: WorkshopRecords, now: datetime) -> Iterator[Finding]:
    """Whoever still waited when the workshop began has a mail that tells so.

    Not whoever came onto the waitlist after that, by an organiser's hand. If the days were changed since, somebody may
    have had the mail about the earlier ones and is told anew by the next run, so nothing is said of it.
    """
    workshop = records.workshop
    if workshop is None or workshop.called_off is not None:
        return
    told_from = not_placed_from(workshop)
    published = max((one.at for one in records.revisions.values() if one.at is not None), default=told_from)
    if now < max(told_from, published) + LATE or not is_recent(told_from, now):
        return
    told = {mail.registration for mail in records.mails.values() if mail.kind is Kind.NOT_PLACED}
    for id, one in records.registrations.items():
        waited = one.state is State.WAITLISTED and one.person is not None and one.state_since < told_from
        if waited and id not in told:
            says = "still waited when the workshop began, and has no mail about that"
            remedy = RUN.format(function="send_reminders") if now < workshop.ends_at else MAIL_THEM
            yield Finding(f"registration {id}", "registration.not_placed", says, remedy)
