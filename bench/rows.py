"""A figure that a part of the benchmark measured, with its floor and its goal, as `--json` writes it."""

from collections.abc import Iterable

from msgspec import Struct


class Row(Struct, frozen=True, kw_only=True):
    """What was measured.

    `part` is the part of the benchmark, and `name` says what it is; together they are unique. `floor` is the best that
    is possible, in the same `unit`, measured in the same run, and `floor_name` says what it is. `ratio` is the number
    that has a goal, and does not depend on how fast the machine is; None if the row is for information only.
    """

    part: str
    name: str
    value: float
    unit: str
    floor: float | None = None
    floor_name: str = ""
    ratio: float | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the goal was met; None if there is no goal."""
        if self.ratio is None or (self.at_least is None and self.at_most is None):
            return None
        return (self.at_least is None or self.ratio >= self.at_least) and (
            self.at_most is None or self.ratio <= self.at_most
        )


def table(rows: Iterable[Row]) -> str:
    """A Markdown table with a line for each row."""
    lines = [
        ["part", "what", "measured", "floor", "ratio", "goal"],
        ["---", "---", "---:", "---:", "---:", "---"],
    ]
    for row in rows:
        floor = "" if row.floor is None else f"{row.floor:.4g} ({row.floor_name})"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        lines.append([row.part, row.name, f"{row.value:.4g} {row.unit}", floor, ratio, _goal(row)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _goal(row: Row) -> str:
    bounds = [f"{sign} {bound:g}" for sign, bound in (("≥", row.at_least), ("≤", row.at_most)) if bound is not None]
    return f"{', '.join(bounds)}: {'met' if row.met else 'NOT met'}" if bounds and row.ratio is not None else ""


class Result(Struct, frozen=True, kw_only=True):
    """All rows of one run, of the program at `commit`, measured at `at` (ISO 8601, UTC) on so many `processors`.

    `busy` is the part of them (0 to 1) that other programs used.
    """

    commit: str
    at: str
    processors: int
    busy: float
    rows: tuple[Row, ...]
