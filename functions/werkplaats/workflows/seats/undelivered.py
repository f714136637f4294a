"""Offers whose mail cannot be delivered move on to the next person."""

from werkplaats.domain.delivery import is_undeliverable
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.seats.commands import Undelivered
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue

_OF_OFFERS = frozenset({Kind.OFFERED, Kind.OFFER_REMINDER})


def end_undeliverable_offer(store: Store, queue: SeatQueue, entry: Entry) -> bool:
    """End the offer that the mail of `entry` told of, if the entry is about such a mail and it cannot be delivered.

    Returns whether an offer was ended because of that mail, now or in an earlier attempt. Another entry says so, whose
    notice tells of the mail too. The waitlist is promoted by the event of the ledger that this changes.
    """
    if entry.kind not in (Happened.MAIL_BOUNCED, Happened.MAIL_FAILED) or not entry.mail or not entry.registration:
        return False
    guarded = store.outbox.get(entry.mail)
    if guarded is None or guarded.mail.kind not in _OF_OFFERS or not is_undeliverable(guarded.mail):
        return False
    queue.do(entry.workshop, Undelivered(entry.registration, guarded.mail.version, entry.mail, entry.detail))
    about = store.journal.about(entry.workshop, entry.registration)
    return any(one.kind is Happened.OFFER_UNDELIVERED and one.mail == entry.mail for one in about)
