"""The backlog: what is left to do. It is empty once every event has arrived and every schedule has run."""

from datetime import datetime

from msgspec import Struct

from werkplaats.store import Store
from werkplaats.workflows.seats.promote import promotable


class Backlog(Struct, frozen=True, kw_only=True):
    """What is left to do.

    - `under_way`: the number of mails that are queued or being sent.
    - `due`: the number of mails that the schedule should look at.
    - `unnotified`: the number of journal entries whose notices to organisers have not been queued.
    - `folded`: the number of workshops in which organisers should be told of what is folded.
    - `messages`: the number of messages of organisers that have not been queued for everybody.
    - `promotable`: the ids of the workshops with a free seat and somebody on the waitlist.

    Mails and entries that this version of the program cannot read are counted too: they still have to be dealt with.
    """

    under_way: int
    due: int
    unnotified: int
    folded: int
    messages: int
    promotable: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return not (self.under_way or self.due or self.unnotified or self.folded or self.messages or self.promotable)

    def describe(self) -> str:
        return (
            f"{self.under_way} mails under way, {self.due} mails due, {self.unnotified} journal entries unnotified, "
            f"{self.folded} workshops with folded entries due, {self.messages} messages being queued, "
            f"free seats while somebody waits: {', '.join(self.promotable) or 'none'}"
        )


def backlog(store: Store, now: datetime) -> Backlog:
    """What is left to do at `now` (UTC), according to the store."""
    return Backlog(
        under_way=store.outbox.count_under_way(),
        due=store.outbox.count_due(now),
        unnotified=store.journal.count_without_notice(now),
        folded=store.seats.count_with_folding_due(now),
        messages=store.messages.count_sending(),
        promotable=promotable(store, now),
    )
