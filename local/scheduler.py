"""The stand-in for Cloud Scheduler: runs functions by cron lines in Europe/Amsterdam time, using the movable clock."""

import asyncio
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
from cronsim import CronSim

from local.catalogue import Function
from local.clock import AMSTERDAM

_TICK = 0.5
_ATTEMPTS = 3
_RETRY_AFTER = 0.5


def next_after(cron: str, moment: datetime) -> datetime:
    """The first moment, in UTC, after `moment` (aware) at which the line `cron`, in Amsterdam's time, falls due."""
    return next(CronSim(cron, moment.astimezone(AMSTERDAM))).astimezone(UTC)


@dataclass(frozen=True)
class Outcome:
    """The function's answer to a run. `status` is 502 if it did not answer."""

    status: int
    body: bytes
    content_type: str = "text/plain; charset=utf-8"

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


@dataclass
class _Schedule:
    function: Function
    next_at: datetime
    alone: asyncio.Lock = field(default_factory=asyncio.Lock)


class UnknownScheduleError(KeyError):
    """There is no scheduled function of that name."""


class Scheduler:
    def __init__(
        self,
        functions: Iterable[Function],
        *,
        now: Callable[[], datetime],
        http: aiohttp.ClientSession,
        address_of: Callable[[str], str],
        on_failure: Callable[[str, str], None],
    ) -> None:
        self._now = now
        self._http = http
        self._address_of = address_of
        self._on_failure = on_failure
        self._schedules = {
            f.name: _Schedule(f, next_after(f.cron, now())) for f in functions if f.trigger == "schedule"
        }
        self._running: list[str] = []

    @property
    def names(self) -> list[str]:
        return list(self._schedules)

    def left(self) -> str:
        """The names of the schedules that are running now, separated by commas; empty if none."""
        return ", ".join(self._running)

    async def run(self) -> None:
        """Run each schedule when it falls due, until this is cancelled."""
        async with asyncio.TaskGroup() as runs:
            while True:
                runs.create_task(self.run_due())
                await asyncio.sleep(_TICK)

    async def run_due(self) -> dict[str, int]:
        """Run each schedule that has fallen due once, even if the clock passed several of its times.

        Returns the status of each answer by the name of the function.
        """
        now = self._now()
        due = [schedule for schedule in self._schedules.values() if schedule.next_at <= now]
        for schedule in due:
            schedule.next_at = next_after(schedule.function.cron, now)
        outcomes = await asyncio.gather(*(self._run(schedule, attempts=_ATTEMPTS) for schedule in due))
        return {schedule.function.name: outcome.status for schedule, outcome in zip(due, outcomes, strict=True)}

    async def run_now(self, name: str) -> Outcome:
        """Run one schedule now, without trying again; UnknownScheduleError if there is none of that name."""
        if name not in self._schedules:
            raise UnknownScheduleError(name)
        return await self._run(self._schedules[name], attempts=1)

    async def _run(self, schedule: _Schedule, *, attempts: int) -> Outcome:
        name = schedule.function.name
        self._running.append(name)
        try:
            async with schedule.alone:
                for attempt in range(1, attempts + 1):
                    outcome = await self._post(schedule.function)
                    if outcome.ok:
                        break
                    self._on_failure(name, f"antwoordde {outcome.status}")
                    if attempt < attempts:
                        await asyncio.sleep(random.uniform(0.5, 1) * _RETRY_AFTER * attempt)
            return outcome
        finally:
            self._running.remove(name)

    async def _post(self, function: Function) -> Outcome:
        headers = {"User-Agent": "Google-Cloud-Scheduler", "X-CloudScheduler": "true"}
        try:
            async with self._http.post(
                f"http://{self._address_of(function.name)}/",
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=function.timeout),
            ) as answer:
                return Outcome(answer.status, await answer.read(), answer.headers.get("Content-Type", "text/plain"))
        except (aiohttp.ClientError, TimeoutError) as error:
            return Outcome(502, f"{function.name} antwoordde niet ({type(error).__name__}).".encode())
