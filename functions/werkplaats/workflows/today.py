"""What organisers have to do today: what runs out, what did not arrive, and how many people signed up."""

from datetime import date, datetime, timedelta

from msgspec import Struct

from werkplaats.domain.attendance import Keeping, keeping
from werkplaats.domain.delivery import Delivery
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.seats.sending_again import was_mailed_again
from werkplaats.domain.times import day_of, end_of, start_of
from werkplaats.domain.workshop import Workshop
from werkplaats.store import Store

MOST_OFFERS = 20
"""How many offers are shown. The ledger says how many there are."""

MOST_TROUBLE = 30
"""How many mails in trouble are looked at: each is three reads."""

TROUBLE_SHOWN = timedelta(days=14)
"""How long a mail that did not arrive is shown."""

DAYS = 14
"""Of how many days the sign-ups are shown."""


class Trouble(Struct, frozen=True):
    """A mail that failed or came back, as `entry` says, and the person whom it did not reach."""

    entry: Entry
    mail: Mail
    registration: Registration


class SignUps(Struct, frozen=True):
    """How many people signed up on one day in Amsterdam, also those who left again."""

    day: date
    number: int


class Counted:
    """Remembers the sign-ups of days that are over: these do not change. Make one for each process."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, datetime | None, date], int] = {}

    def of(self, store: Store, workshop: str, now: datetime, since: datetime | None = None) -> tuple[SignUps, ...]:
        """The sign-ups of the last DAYS days, those from `since` (UTC) on if it is given.

        The first time each takes a count, later only those of today.
        """
        today = day_of(now)
        days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
        return tuple(SignUps(day, self._on(store, workshop, since, day, today)) for day in days)

    def _on(self, store: Store, workshop: str, since: datetime | None, day: date, today: date) -> int:
        key = (store.wire.name, workshop, since, day)
        if (known := self._known.get(key)) is not None:
            return known
        first = max(start_of(day), since or start_of(day))
        number = store.journal.count_sign_ups(workshop, first, end_of(day)) if first < end_of(day) else 0
        if day < today - timedelta(days=1):  # what was decided just before midnight may be stored just after it
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = number
        return number


_COUNTED = Counted()


def sign_ups_per_day(store: Store, ledger: Ledger, now: datetime) -> tuple[SignUps, ...]:
    """The sign-ups of the last days but of those who practised. This process remembers what cannot change any more."""
    return _COUNTED.of(store, ledger.id, now, ledger.real_since)


_MOST_KNOWN = 5_000
"""Days of all workshops: some hundred kilobytes."""


def offers_running_out(store: Store, workshop: Workshop, ledger: Ledger, now: datetime) -> tuple[Registration, ...]:
    """Those who have an offer, the one that ends first at the front. Nothing is read if nobody has one."""
    if ledger.offered == 0 or not workshop.gives_seats(now):
        return ()
    return store.seats.next_offers(workshop.id, MOST_OFFERS)


def mails_in_trouble(store: Store, workshop: Workshop, now: datetime) -> tuple[Trouble, ...]:
    """The mails that somebody should look after, the newest first.

    Left out is what was sent after all, or once more since; what somebody erased since would have got; what is no
    longer true, because the person's state has changed since the mail was queued; and what would tell who has not
    answered a survey. A mail that came back twice is in it once, as of the last time.
    """
    entries = store.journal.of_mails_in_trouble(workshop.id, now - TROUBLE_SHOWN, MOST_TROUBLE)
    if not entries:
        return ()
    mails = store.outbox.get_all({entry.mail for entry in entries if entry.mail})
    people = store.seats.registrations({entry.registration for entry in entries if entry.registration})
    found: dict[str, Trouble] = {}
    for entry in entries:
        kept, person = mails.get(entry.mail or ""), people.get(entry.registration or "")
        if kept is not None and person is not None and _matters(entry, kept.mail, person):
            found.setdefault(kept.mail.id, Trouble(entry, kept.mail, person))
    return tuple(found.values())


def _matters(entry: Entry, mail: Mail, person: Registration) -> bool:
    if person.person is None or person.state_version > mail.version > 0 or was_mailed_again(person, mail, entry.at):
        return False
    if mail.kind.of_survey and mail.kind is not Kind.SURVEY_INVITATION:
        return False
    return entry.kind is not Happened.MAIL_FAILED or mail.state is Delivery.FAILED


def list_kept(store: Store, workshop: Workshop, ledger: Ledger, now: datetime) -> Keeping | None:
    """How far the attendance list is kept; None before the workshop, and if it was called off."""
    if workshop.called_off is not None or not workshop.has_begun(now):
        return None
    marked = 0 if ledger.list_complete else store.attendance.count_marked(workshop.id)
    return keeping(ledger.confirmed, marked, complete=ledger.list_complete)
