"""How a life ends: what is left is done once nothing goes wrong any more, and in the end everything is erased."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Protocol

from tests.chaos.story import Story
from tests.journeys.visitor import WORKSHOP
from werkplaats.domain.mail.outbox import Mail
from werkplaats.store import Store, codec, paths
from werkplaats.store.wire import Query, Where

SETTLES_WITHIN = timedelta(minutes=45)
"""A mail settles at most this long after the time at which it was due when faults ended."""

_SCHEDULE = timedelta(minutes=5)
"""How often `retry_mail` runs."""


class Clockwork(Protocol):
    """What is needed of the running system."""

    def now(self) -> datetime: ...
    def advance(self, by: timedelta) -> datetime: ...
    def run(self, function: str) -> int: ...
    def kill(self, function: str) -> None: ...
    def settle(self, *, leases: bool = False) -> None: ...


def finish_what_is_left(local: Clockwork, store: Store, story: Story) -> None:
    """Let events arrive, and let the schedules run until every mail that was under way has settled."""
    local.settle(leases=True)
    due_at = {mail.id: mail.due_at for mail in unsettled(store) if mail.due_at and not mail.put_off}
    story.tell(f"faults have ended; {len(due_at)} mails wait for their next attempt")
    while waiting := [mail for mail in unsettled(store) if mail.due_at and not mail.put_off]:
        now = local.now()
        for mail in waiting:
            if mail.id in due_at and now > (due_at[mail.id] or now) + SETTLES_WITHIN + _SCHEDULE:
                story.complain(f"{mail.id} was due at {due_at[mail.id]}, and is still {mail.state.value} at {now}")
        if story.wrong:
            return
        soonest = min(mail.due_at for mail in waiting if mail.due_at)
        local.advance(_next_run(max(soonest, now)) - now)
        local.settle(leases=True)
    local.run("expire_offers")
    local.settle()
    local.advance(_SCHEDULE)
    local.settle()
    local.run("expire_offers")
    local.settle()


def erase_everything(chance: random.Random, local: Clockwork, store: Store, story: Story) -> None:
    """Go through the course to the day on which all personal data is erased; some processes are killed on the way."""
    workshop = store.workshops.get(WORKSHOP)
    assert workshop is not None
    stops = [*workshop.reminders_at(), workshop.ends_at]
    for wave in workshop.waves:
        stops += [workshop.wave_opens_at(wave), *workshop.wave_reminders_at(wave), workshop.wave_closes_at(wave)]
    for stop in sorted(stops):
        if (ahead := stop + timedelta(hours=10) - local.now()) > timedelta():
            local.advance(ahead)
            local.settle()
    local.advance(workshop.erase_registrations_at() - local.now() + timedelta(hours=2))
    with ThreadPoolExecutor(1) as meanwhile:
        run = meanwhile.submit(local.run, "erase_personal_data")
        if chance.random() < 0.5:
            local.kill("erase_personal_data")
        story.tell(f"everything is erased: {run.result()}", "erases everything")
    local.advance(timedelta(hours=4))
    local.settle()
    for _ in range(4):
        local.advance(timedelta(hours=12))
        local.settle()


def mails(store: Store, *where: Where) -> list[Mail]:
    return [codec.read(one, Mail) for one in store.wire.query(Query(collection=paths.MAILS, where=where))]


def unsettled(store: Store) -> list[Mail]:
    return [mail for mail in mails(store) if not mail.state.final]


def _next_run(moment: datetime) -> datetime:
    """Just after the next run of the schedule that sends mails."""
    since = moment - datetime(2020, 1, 1, tzinfo=UTC)
    return moment - since % _SCHEDULE + _SCHEDULE + timedelta(seconds=1)
