"""Prints the results as a Markdown table, and compares them with the targets."""

from collections import Counter
from collections.abc import Mapping, Sequence

from bench.bare import GROUP, Rate
from bench.cell import Measured
from bench.workshops import PLENTY

SHARE_OF_CREATES = 0.5
"""Target: sign-ups per second by 32 visitors at once, divided by bare creates per second by 32 threads."""

_BUSY = 32
_NEVER_SLOWER = (32, 64)


def table(measured: Sequence[Measured], creates: Mapping[int, Rate], groups: Rate) -> str:
    """A Markdown table with a row for each measurement; latencies are in milliseconds."""
    rows = [
        ["what", "processes", "at once", "count", "per second", "p50 ms", "p95 ms", "p99 ms", "not signed up"],
        ["---", "---:", "---:", "---:", "---:", "---:", "---:", "---:", "---"],
    ]
    for one in measured:
        cell = one.cell
        rows.append(
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
        rows.append(_bare_row("bare `create`", str(threads), rate))
    rows.append(_bare_row(f"groups of {GROUP}, no HTTP (latency per group)", "1", groups))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def targets(measured: Sequence[Measured], creates: Mapping[int, Rate]) -> str:
    """A line for each ratio that has a target, which says whether the target was met."""
    lines = []
    per_second = {(one.cell.processes, one.cell.capacity, one.cell.at_once): one.per_second for one in measured}
    for processes, capacity in sorted({(processes, capacity) for processes, capacity, _ in per_second}):
        where = f"{processes} process{'es' if processes > 1 else ''}, {_seats(capacity)}"
        share = per_second[processes, capacity, _BUSY] / creates[_BUSY].per_second
        lines.append(_line(f"{where}: {_BUSY} at once / bare create at {_BUSY}", share, SHARE_OF_CREATES))
        for at_once in _NEVER_SLOWER:
            gain = per_second[processes, capacity, at_once] / per_second[processes, capacity, 1]
            lines.append(_line(f"{where}: {at_once} at once / 1 at once", gain, 1.0))
    return "\n".join(lines)


def load_share(measured: Sequence[Measured]) -> float:
    """The part of one processor (0 to 1) that the load itself took, on average."""
    return sum(one.burst.own_seconds for one in measured) / sum(one.burst.seconds for one in measured)


def _line(what: str, ratio: float, target: float) -> str:
    return f"- {what}: {ratio:.2f} (target ≥ {target:g}: {'met' if ratio >= target else 'NOT met'})"


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
