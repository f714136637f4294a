"""Reads a mail from the store, and what it is about, in as few round trips as possible."""

from collections.abc import Iterator
from typing import TypeVar

from msgspec import Struct

from werkplaats.domain.attendance import Days
from werkplaats.domain.mail.about import (
    AboutChange,
    AboutEntry,
    AboutFold,
    AboutMessage,
    AboutSignIn,
    AboutTest,
    AboutWave,
)
from werkplaats.domain.mail.decision import Facts, Told
from werkplaats.domain.mail.kinds import KINDS, ForParticipant, Kind
from werkplaats.domain.mail.notices import MOST_NAMED
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.mail.trouble import troubled_by_id
from werkplaats.domain.messages import Circle, GroupMessage
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.survey.waves import Invitation, invitation_id
from werkplaats.domain.workshop import Workshop
from werkplaats.store import Store, reads
from werkplaats.store.outbox import GuardedMail
from werkplaats.store.places import Tail
from werkplaats.store.reads import Reads, Ref

Record = TypeVar("Record", bound=Struct)


def gather(store: Store, mail: Mail) -> Facts:
    """Everything that is needed to decide on `mail` and to compose it, as it is now. Raises StoreError."""
    return MailReading(store, mail.id, hint=mail).facts(mail)


class MailReading:
    """One reading of the mail `id` and of what it names.

    `hint` is the mail as somebody found it earlier, if they did. It only says what to read together with the mail: then
    one round trip is enough, and otherwise it takes two. One more is needed if the workshop was published since this
    process read it, and another if a place on the waitlist has to be counted.
    """

    def __init__(self, store: Store, id: str, hint: Mail | None = None) -> None:
        self._store = store
        self._mail = reads.mail(id)
        self._hint = hint
        self._reads = Reads(store.wire)
        self._tail: Tail | None = None

    def mail(self) -> GuardedMail | None:
        """The mail as it is stored, or None. Raises StoreError, or msgspec.ValidationError if it cannot be read."""
        self._fetch(self._hint)
        mail = self._reads.get(self._mail)
        return None if mail is None else GuardedMail(mail, self._reads.found[self._mail.path].revision)

    def facts(self, mail: Mail) -> Facts:
        """Everything that is needed to decide on `mail`, which is what `mail()` returned, and to compose it.

        Raises StoreError, or msgspec.ValidationError if something cannot be read.
        """
        self._fetch(mail)
        get, about = self._get, mail.about
        ledger = get(reads.ledger(mail.workshop))
        registration = get(reads.registration(mail.registration)) if mail.registration else None
        entry = get(reads.entry(mail.workshop, about.entry)) if isinstance(about, AboutEntry) else None
        message = get(reads.message(about.message)) if isinstance(about, AboutMessage | AboutTest) else None
        return Facts(
            workshop=self._workshop(ledger) if ledger else None,
            ledger=ledger,
            registration=registration,
            place=self._place(mail, registration, ledger),
            change=get(reads.change(about.change)) if isinstance(about, AboutChange) else None,
            invitation=self._invitation(mail, message),
            entry=entry,
            troubled=get(reads.mail(entry.mail)) if entry is not None and entry.mail is not None else None,
            folded=_folded(self._store, mail),
            sign_ins=get(reads.sign_ins(about.address)) if isinstance(about, AboutSignIn) else None,
            message=message,
            days=self._days(mail, message),
        )

    def _fetch(self, mail: Mail | None) -> None:
        """Read the mail and, if `mail` says what it is about, everything that it names."""
        wanted = [self._mail.path]
        if mail is not None:
            if not self._reads.has_read(reads.ledger(mail.workshop)):
                self._tail = self._store.seats.places.tail(mail.workshop)
            wanted += [ref.path for ref in _named(mail)]
            if not self._store.workshops.is_kept(mail.workshop):
                wanted.append(reads.workshop(mail.workshop).path)
        self._reads.fetch(wanted)

    def _get(self, ref: Ref[Record]) -> Record | None:
        self._reads.fetch([ref.path])
        return self._reads.get(ref)

    def _workshop(self, ledger: Ledger) -> Workshop | None:
        """The published workshop. It is from this process's memory, if `ledger` says that it is still the same."""
        if (kept := self._store.workshops.kept(ledger)) is not None:
            return kept
        path = reads.workshop(ledger.id).path
        self._reads.fetch([path])
        found = self._reads.found.get(path)
        return None if found is None else self._store.workshops.keep(found, ledger)

    def _invitation(self, mail: Mail, message: GroupMessage | None) -> Invitation | None:
        """The invitation to the wave that the mail is about, or whose missing answer its message is about."""
        match mail.about:
            case AboutWave():
                return self._get(_invitation(mail.workshop, mail.about))
            case AboutMessage(registration=registration) if message is not None and message.audience.secret:
                return self._get(reads.invitation(invitation_id(mail.workshop, message.audience.wave, registration)))
            case _:
                return None

    def _days(self, mail: Mail, message: GroupMessage | None) -> Days | None:
        """The marks of attendance of the recipient, if the message is for those who came."""
        if message is None or message.audience.group is not Circle.ATTENDED or not mail.registration:
            return None
        attendance = self._get(reads.attendance(mail.registration))
        return attendance.days if attendance else {}

    def _place(self, mail: Mail, registration: Registration | None, ledger: Ledger | None) -> int | None:
        traits = KINDS[mail.kind]
        if registration is None or registration.state is not State.WAITLISTED or ledger is None:
            return None
        if not isinstance(traits, ForParticipant) or not traits.names_place:
            return None
        return self._store.seats.places.of(registration, ledger, self._tail)


def _named(mail: Mail) -> Iterator[Ref[Struct]]:
    """What `mail` names. Whatever is missing here is found all the same, in a round trip of its own."""
    yield reads.ledger(mail.workshop)
    if mail.registration:
        yield reads.registration(mail.registration)
    match mail.about:
        case AboutChange(change=change):
            yield reads.change(change)
        case AboutWave():
            yield _invitation(mail.workshop, mail.about)
        case AboutEntry(entry=entry):
            yield reads.entry(mail.workshop, entry)
            if (troubled := troubled_by_id(entry)) is not None:
                yield reads.mail(troubled)
        case AboutSignIn(address=address):
            yield reads.sign_ins(address)
        case AboutMessage(message=message) | AboutTest(message=message):
            yield reads.message(message)


def _invitation(workshop: str, about: AboutWave) -> Ref[Invitation]:
    return reads.invitation(invitation_id(workshop, about.wave, about.registration))


def _folded(store: Store, mail: Mail) -> tuple[Told, ...]:
    """The entries that the mail tells of together and names, in the order in which they happened.

    Entries of one commit happened at the same moment. They come in the order in which their people signed up.
    """
    if not isinstance(about := mail.about, AboutFold):
        return ()
    find = store.journal.foldable if mail.kind is Kind.ORGANISER_DIGEST else store.journal.folded
    entries = find(mail.workshop, about.first, about.version, MOST_NAMED)
    people = store.seats.registrations({entry.registration for entry in entries if entry.registration is not None})
    told = [Told(entry, people.get(entry.registration or "")) for entry in entries]
    return tuple(
        sorted(told, key=lambda one: (one.entry.version, one.registration.sequence if one.registration else 0))
    )
