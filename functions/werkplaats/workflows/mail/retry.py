"""Handles mails whose event was lost, whose worker died, or whose next attempt is due."""

from datetime import datetime, timedelta

from werkplaats import log
from werkplaats.domain.delivery import lease_ran_out, reclaim
from werkplaats.domain.mail.outbox import Mail
from werkplaats.store import ConflictError
from werkplaats.workflows.failures import isolate_failures
from werkplaats.workflows.mail.deliver import Postman, deliver_in_turn, log_delivery
from werkplaats.workflows.mail.notify import notify_of_lost_entries

BUDGET = 240.0
"""After this many seconds a run takes no further mail.

Together with the 30 s for notices that is less than the function's timeout.
"""


def look_after_mail(postman: Postman, now: datetime) -> int:
    """Do what lost events should have done, and what is due. Then log the backlog.

    Returns how many notices were queued and mails looked at. Raises SomeFailedError if some of it failed.
    """
    done, waiting = 0, True
    with isolate_failures("schedule.part_failed") as isolated:
        with isolated(part="notices"):
            done += notify_of_lost_entries(postman.store, now, postman.surroundings.clock)
        with isolated(part="mails"):
            first = postman.store.outbox.first_due()
            waiting = first is not None
            if first is not None and first <= now:
                done += retry_mail(postman, now)
        _log_backlog(postman, now, waiting=waiting)
    return done


def _log_backlog(postman: Postman, now: datetime, *, waiting: bool) -> None:
    """Log how much is left. If no mail is `waiting` for anything, there is nothing to count."""
    outbox = postman.store.outbox
    oldest = outbox.oldest_waiting() if waiting else None
    log.event(
        "outbox.backlog",
        under_way=outbox.count_under_way() if waiting else 0,
        due=outbox.count_due(now) if waiting else 0,
        unnotified=postman.store.journal.count_without_notice(now),
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
        deliver_in_turn(postman, mail.id, now)


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
