"""What is left to do at a moment: nothing, if every event has come and every schedule has run."""

from datetime import datetime

from msgspec import Struct

from werkplaats.store import Store
from werkplaats.workflows.seats.promote import could_promote


class Backlog(Struct, frozen=True, kw_only=True):
    """`under_way`: mails queued or being sent. `due`: mails the schedule is to look at. `untold`: journal entries
    organisers have not been told of. `promotable`: workshops with a free seat and somebody waiting for it.

    Mails and entries that cannot be read are counted too: they are left to do, by a person or a newer version."""

    under_way: int
    due: int
    untold: int
    promotable: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return not (self.under_way or self.due or self.untold or self.promotable)

    def describe(self) -> str:
        return (
            f"{self.under_way} mails under way, {self.due} mails due, {self.untold} journal entries untold, "
            f"free seats while somebody waits: {', '.join(self.promotable) or 'none'}"
        )


def backlog(store: Store, now: datetime) -> Backlog:
    """What is left to do at `now` (UTC), asked of the store and not of whoever is to do it."""
    return Backlog(
        under_way=store.outbox.count_under_way(),
        due=store.outbox.count_due(now),
        untold=store.journal.count_without_notice(now),
        promotable=tuple(workshop.id for workshop in store.workshops.all() if could_promote(store, workshop.id, now)),
    )
