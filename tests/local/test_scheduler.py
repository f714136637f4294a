"""When schedules fall due, in Amsterdam's time on the movable clock, and how they are run."""

import asyncio
from datetime import UTC, datetime

import pytest
from aiohttp import web

from local.scheduler import Scheduler, UnknownScheduleError, next_after

from .helpers import function, http_client, served


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "after", "expected"),
    [
        ("15 8-19 * * *", "2027-02-01T06:00", "2027-02-01T07:15"),  # 08:15 in winter
        ("15 8-19 * * *", "2027-07-01T05:00", "2027-07-01T06:15"),  # 08:15 in summer
        ("15 8-19 * * *", "2027-07-01T17:15", "2027-07-02T06:15"),  # 19:15 was the last of the day
        ("*/10 * * * *", "2027-07-01T05:10", "2027-07-01T05:20"),  # strictly after
        ("30 2 * * *", "2027-03-28T00:00", "2027-03-28T01:00"),  # 02:30 does not exist: at 03:00
        ("30 2 * * *", "2027-03-28T01:00", "2027-03-29T00:30"),  # and the next day as always
        ("40 3 * * *", "2027-10-31T00:00", "2027-10-31T02:40"),  # after the hour that came twice
        ("*/10 * * * *", "2027-10-31T00:55", "2027-10-31T01:00"),  # within it, every ten minutes
    ],
)
def test_schedule_falls_due_by_the_clocks_of_amsterdam(cron: str, after: str, expected: str) -> None:
    """Cron lines are in Europe/Amsterdam time, also around the changes to and from summer time."""
    assert next_after(cron, utc(after)) == utc(expected)


class Clock:
    def __init__(self, text: str) -> None:
        self.at = utc(text)

    def now(self) -> datetime:
        return self.at


def run(statuses: list[int], scenario: object) -> list[str]:
    """Run `scenario(clock, scheduler)` with the schedules `hourly` and `daily`; returns the calls that they got."""
    calls: list[str] = []

    async def called(request: web.Request) -> web.Response:
        calls.append(request.headers["Host"].partition(":")[0])
        return web.Response(status=statuses.pop(0) if statuses else 200, text="gedaan")

    async def main() -> None:
        clock = Clock("2027-02-01T06:30")
        async with http_client() as http, served(called) as address:
            scheduler = Scheduler(
                [
                    function("hourly", trigger="schedule", cron="15 * * * *"),
                    function("daily", trigger="schedule", cron="0 4 * * *"),
                ],
                now=clock.now,
                http=http,
                address_of=lambda name: address,
                on_failure=lambda name, problem: None,
            )
            await scenario(clock, scheduler)  # type: ignore[operator]

    asyncio.run(main())
    return calls


def test_schedule_missed_many_times_runs_once() -> None:
    """After the clock jumps over several due times, a schedule runs once."""

    async def scenario(clock: Clock, scheduler: Scheduler) -> None:
        assert await scheduler.run_due() == {}
        clock.at = utc("2027-02-04T06:30")
        assert await scheduler.run_due() == {"hourly": 200, "daily": 200}
        assert await scheduler.run_due() == {}
        clock.at = utc("2027-02-04T07:15")
        assert await scheduler.run_due() == {"hourly": 200}

    assert len(run([], scenario)) == 3


def test_schedule_that_fails_is_tried_again() -> None:
    """A run that fails is tried a few more times, and the last answer is reported."""

    async def scenario(clock: Clock, scheduler: Scheduler) -> None:
        clock.at = utc("2027-02-01T07:15")
        assert await scheduler.run_due() == {"hourly": 200}

    assert len(run([500], scenario)) == 2


def test_schedule_can_be_run_at_any_moment() -> None:
    """A schedule run by name runs once, and its answer, also a failure, is returned."""

    async def scenario(clock: Clock, scheduler: Scheduler) -> None:
        outcome = await scheduler.run_now("daily")
        assert (outcome.status, outcome.body) == (500, b"gedaan")
        with pytest.raises(UnknownScheduleError):
            await scheduler.run_now("weekly")

    assert len(run([500], scenario)) == 1
