"""Handles mails whose event was lost, whose worker died, or whose next attempt is due."""

from datetime import datetime, timedelta

from msgspec import Struct

from werkplaats import log
from werkplaats.domain.delivery import lease_ran_out, reclaim
from werkplaats.domain.mail.outbox import Mail
from werkplaats.store import ConflictError, Store
from werkplaats.workflows.failures import isolate_failures
from werkplaats.workflows.mail.deliver import Postman, deliver_in_turn, log_delivery
from werkplaats.workflows.mail.notify import notify_of_lost_entries
from werkplaats.workflows.mail.tell import tell_what_is_folded
from werkplaats.workflows.messages import queue_messages
from werkplaats.workflows.seats.queue import SeatQueue

BUDGET = 240.0
"""After this many seconds a run takes no further mail.

Together with the 30 s for notices that is less than the function's timeout.
"""


TOLD_WITHIN = 260.0
"""After this many seconds a run tells of nothing more that is folded. A workshop may take 20 s and more for it."""


def look_after_mail(postman: Postman, queue: SeatQueue, now: datetime) -> int:
    """Do what lost events should have done, and what is due. Then log the backlog.

    What is folded comes last, because it makes new mails to organisers: if the mails that are due took all of their
    time, it waits for a later run. Returns how many notices were queued and mails looked at, and in how many
    workshops organisers were told of what is folded. Raises SomeFailedError if some of it failed.
    """
    store, clock, done = postman.store, postman.surroundings.clock, 0
    began, left, in_time = clock.elapsed(), _Left(), True
    with isolate_failures("schedule.part_failed") as isolated:
        with isolated(part="notices"):
            left.entries = store.journal.count_without_notice(now) > 0
            if left.entries:
                done += notify_of_lost_entries(store, queue, now, clock)
        with isolated(part="mails"):
            first = store.outbox.first_due()
            left.mails = first is not None
            if first is not None and first <= now:
                mails_began = clock.elapsed()
                done += retry_mail(postman, now)
                in_time = clock.elapsed() - mails_began < BUDGET
        with isolated(part="folded"):
            left.folded = store.seats.count_with_folding_due(now) > 0
            if left.folded and in_time:
                done += tell_what_is_folded(store, queue, now, lambda: clock.elapsed() - began < TOLD_WITHIN)
        with isolated(part="messages"):
            if in_time:
                done += queue_messages(store, now, lambda: clock.elapsed() - began < TOLD_WITHIN)
        _log_backlog(store, left, now)
    return done


class _Left(Struct):
    """What may be left to do after a run. What was not waiting before it need not be counted again."""

    entries: bool = True
    mails: bool = True
    folded: bool = True


def _log_backlog(store: Store, left: _Left, now: datetime) -> None:
    oldest = store.outbox.oldest_waiting() if left.mails else None
    log.event(
        "outbox.backlog",
        under_way=store.outbox.count_under_way() if left.mails else 0,
        due=store.outbox.count_due(now) if left.mails else 0,
        unnotified=store.journal.count_without_notice(now) if left.entries else 0,
        folded=store.seats.count_with_folding_due(now) if left.folded else 0,
        oldest_s=int((now - oldest).total_seconds()) if oldest else 0,
    )


def retry_mail(postman: Postman, now: datetime) -> int:
    """Handle every mail that is due at `now` (UTC), those that have been due longest first. Returns how many.

    If one fails, the others are handled all the same, and SomeFailedError is raised at the end.
    """
    clock = postman.surroundings.clock
    began, seen = clock.elapsed(), 0
    with isolate_failures("mail.retry_failed") as isolated:
        for mail in postman.store.outbox.due(now):
            spent = clock.elapsed() - began
            if spent >= BUDGET:
                break
            seen += 1
            with isolated(mail=mail.id):
                # The lease must begin when the mail is claimed, which can be minutes after the run began.
                _look_after(postman, mail, now + timedelta(seconds=spent))
    return seen


def _look_after(postman: Postman, mail: Mail, now: datetime) -> None:
    if lease_ran_out(mail, now):
        _reclaim(postman, mail.id, now)
    else:
        deliver_in_turn(postman, mail.id, now, hint=mail)


def _reclaim(postman: Postman, mail_id: str, now: datetime) -> None:
    guarded = postman.store.outbox.get(mail_id)
    if guarded is None or not lease_ran_out(guarded.mail, now):
        return
    reclaimed = reclaim(guarded.mail, now)
    try:
        postman.store.outbox.update(reclaimed, guarded.guard)
    except ConflictError:
        return
    log_delivery(reclaimed, "WARNING")
