"""The outbox's net: mails whose event was lost, whose worker died, or whose time to try again has come."""

from datetime import datetime, timedelta

from werkplaats import log
from werkplaats.domain.delivery import lease_ran_out, reclaim
from werkplaats.domain.mail.outbox import Mail
from werkplaats.store import ConflictError
from werkplaats.workflows.backlog import backlog
from werkplaats.workflows.each import each
from werkplaats.workflows.mail.deliver import Postman, deliver_in_turn, log_delivery
from werkplaats.workflows.mail.notify import notify_of_lost_entries

BUDGET = 240.0
"""Seconds after which no further mail is begun: with the notices' half a minute, less than the function's timeout."""


def look_after_mail(postman: Postman, now: datetime) -> int:
    """Make good what events should have done, and log what is left; how many mails and notices it was."""
    done = 0
    with each("schedule.part_failed") as part:
        with part(part="notices"):
            done += notify_of_lost_entries(postman.store, now, postman.surroundings.clock)
        with part(part="mails"):
            done += retry_mail(postman, now)
        _log_backlog(postman, now)
    return done


def _log_backlog(postman: Postman, now: datetime) -> None:
    left = backlog(postman.store, now)
    oldest = postman.store.outbox.oldest_waiting()
    oldest_s = int((now - oldest).total_seconds()) if oldest else 0
    log.event("outbox.backlog", under_way=left.under_way, due=left.due, untold=left.untold, oldest_s=oldest_s)


def retry_mail(postman: Postman, now: datetime) -> int:
    """Look at every mail that is due at `now` (UTC), the longest due first; how many.

    One that makes trouble harms none of the others; SomeFailedError at the end says how many did.
    """
    clock = postman.surroundings.clock
    began, seen = clock.elapsed(), 0
    with each("mail.retry_failed") as one:
        for mail in postman.store.outbox.due(now):
            spent = clock.elapsed() - began
            if spent >= BUDGET:
                break
            seen += 1
            with one(mail=mail.id):
                # A lease counts from when the mail is claimed, which may be minutes after the run began.
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
