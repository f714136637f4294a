"""Tells organisers of what is folded: many entries of the journal in one mail."""

from collections.abc import Callable
from datetime import datetime

from werkplaats import log
from werkplaats.domain.seats.commands import TellFolded
from werkplaats.store import Store
from werkplaats.workflows.failures import isolate_failures
from werkplaats.workflows.seats.queue import SeatQueue


def tell_what_is_folded(
    store: Store, queue: SeatQueue, now: datetime, has_time: Callable[[], bool] = lambda: True
) -> int:
    """Queue the mails about folded entries that are due, in all workshops. Returns in how many workshops.

    It takes no further workshop once `has_time` says no; a later run goes on.

    If this fails for one workshop, the others are done all the same, and SomeFailedError is raised at the end.
    """
    told = 0
    with isolate_failures("organisers.not_told") as isolated:
        for id in store.seats.with_folding_due(now):
            if not has_time():
                break
            with isolated(workshop=id):
                queue.do(id, TellFolded())
                told += 1
                log.event("organisers.told", workshop=id)
    return told
