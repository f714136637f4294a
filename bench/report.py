"""Prints the results as a Markdown table, and compares them with the goals."""

from collections import Counter
from collections.abc import Mapping, Sequence

from bench.bare import GROUP, Rate
from bench.cell import Measured
from bench.rows import Row
from bench.workshops import PLENTY

SHARE_OF_CREATES = 0.5
"""Goal: sign-ups per second by 32 visitors at once, divided by bare creates per second by 32 threads."""

_BUSY = 32
_NEVER_SLOWER = (32, 64)


def table(measured: Sequence[Measured], creates: Mapping[int, Rate], groups: Rate) -> str:
    """A Markdown table with a row for each measurement; latencies are in milliseconds."""
    lines = [
        ["what", "processes", "at once", "count", "per second", "p50 ms", "p95 ms", "p99 ms", "not signed up"],
        ["---", "---:", "---:", "---:", "---:", "---:", "---:", "---:", "---"],
    ]
    for one in measured:
        cell = one.cell
        lines.append(
            [
                f"sign-up, {_seats(cell.capacity)}",
                str(cell.processes),
                str(cell.at_once),
                str(cell.sign_ups),
                f"{one.per_second:.0f}",
                *_percentiles([answer.seconds for answer in one.answered]),
                _others(one),
            ]
        )
    for threads, rate in creates.items():
        lines.append(_bare_row("bare `create`", str(threads), rate))
    lines.append(_bare_row(f"groups of {GROUP}, no HTTP (latency per group)", "1", groups))
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)


def rows(measured: Sequence[Measured], creates: Mapping[int, Rate]) -> list[Row]:
    """A figure for each measurement, and one for each ratio that has a goal."""
    found = []
    alone = {one.cell.capacity: one.per_second for one in measured if one.cell.at_once == 1}
    for one in measured:
        at_once, seats = one.cell.at_once, _seats(one.cell.capacity)
        bare = creates[at_once].per_second
        name = f"{seats}, {at_once} at once"
        found.append(
            Row(
                part="sign-ups",
                name=name,
                value=one.per_second,
                unit="/s",
                floor=bare,
                floor_name="bare create",
                ratio=one.per_second / bare,
                at_least=SHARE_OF_CREATES if at_once == _BUSY else None,
            )
        )
        if at_once in _NEVER_SLOWER:
            found.append(
                Row(
                    part="sign-ups",
                    name=f"{name}, beside one at a time",
                    value=one.per_second,
                    unit="/s",
                    floor=alone[one.cell.capacity],
                    floor_name="one at a time",
                    ratio=one.per_second / alone[one.cell.capacity],
                    at_least=1.0,
                )
            )
    return found


def load_share(measured: Sequence[Measured]) -> float:
    """The part of one processor (0 to 1) that the load itself took, on average."""
    return sum(one.burst.own_seconds for one in measured) / sum(one.burst.seconds for one in measured)


def _seats(capacity: int) -> str:
    return "plenty of seats" if capacity >= PLENTY else f"{capacity} seats"


def _bare_row(what: str, at_once: str, rate: Rate) -> list[str]:
    return [what, "1", at_once, str(rate.count), f"{rate.per_second:.0f}", *_percentiles(rate.latencies), ""]


def _percentiles(seconds: Sequence[float]) -> list[str]:
    ordered = sorted(seconds)
    if not ordered:
        return ["–", "–", "–"]
    return [f"{1000 * ordered[min(len(ordered) - 1, len(ordered) * p // 100)]:.0f}" for p in (50, 95, 99)]


def _others(one: Measured) -> str:
    """The number of answers that were not a sign-up, by status; 0 stands for a connection that ended without one."""
    registered = set(one.answered)
    statuses = Counter(answer.status for answer in one.burst.answers if answer not in registered)
    return ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
