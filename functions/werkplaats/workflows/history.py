"""What the store has about one person besides the registration: mails, the journal, attendance, surveys."""

from werkplaats.domain.history import Held, History, may_be_sent_again
from werkplaats.domain.mail.about import Repeatable
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.commands import Outcome, Refusal, Refused, SendAgain
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue


def history_of(store: Store, registration: Registration, *, for_the_desk: bool = True) -> History:
    """What happened about `registration`. It takes two queries, of at most 300 documents each.

    With `for_the_desk`, reminders of surveys and messages to those who have not answered one are left out: that
    somebody got one tells that they had not answered.
    """
    hidden = _TELLS_WHO_ANSWERED if for_the_desk else frozenset()
    mails = [one for one in store.outbox.of_registration(registration.id) if one.kind not in hidden]
    entries = store.journal.about(registration.workshop, registration.id)
    return History(
        mails=tuple(sorted(mails, key=lambda one: (one.created_at, one.id))),
        entries=tuple(sorted(entries, key=lambda one: (one.at, one.version))),
    )


_TELLS_WHO_ANSWERED = frozenset({Kind.SURVEY_REMINDER, Kind.SURVEY_MESSAGE})
"""The kinds of mail that only those get who have not answered a survey."""


def gather_held(store: Store, registration: Registration, *, for_the_desk: bool) -> Held:
    """Everything that is kept about `registration`. It takes three queries and one read.

    `for_the_desk` is explained at `history_of`.
    """
    return Held(
        registration=registration,
        history=history_of(store, registration, for_the_desk=for_the_desk),
        attendance=store.attendance.of_one(registration.id),
        invitations=store.surveys.invitations_of(registration.id),
    )


def send_again(
    store: Store, queue: SeatQueue, registration: Registration, mail_id: str, *, seen: int, by: str
) -> Outcome:
    """Mail `registration` the link once more, or the mail with the id `mail_id` if that is not "".

    It is refused with UNKNOWN if there is no such mail, or if it arrived. Raises SeatsBusyError or StoreError.
    """
    if not mail_id:
        return queue.do(registration.workshop, SendAgain(registration=registration.id, seen=seen, by=by))
    guarded = store.outbox.get(mail_id)
    mail = guarded.mail if guarded else None
    if mail is None or mail.registration != registration.id or not may_be_sent_again(mail):
        return Refused(Refusal.UNKNOWN, registration)
    # The links in it can have been replaced since, so the link is mailed as it is now.
    about = mail.about if isinstance(mail.about, Repeatable) and mail.kind is not Kind.LINK else None
    command = SendAgain(registration=registration.id, seen=seen, by=by, kind=mail.kind, about=about)
    return queue.do(registration.workshop, command)
