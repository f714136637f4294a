"""Measures how busy the machine is with other programs, because they make the measured rates lower."""

import os
import time
from pathlib import Path

_STAT = Path("/proc/stat")
_SAMPLE = 2.0


def busy_with_others() -> float | None:
    """The part of all processors (0 to 1) that is in use during the next two seconds; None if this is not Linux.

    Call it before the benchmark has started anything, and after it has stopped everything.
    """
    if not _STAT.exists():
        return None
    before = _ticks()
    time.sleep(_SAMPLE)
    idle, total = (after - earlier for after, earlier in zip(_ticks(), before, strict=True))
    return 1 - idle / total


def processor_seconds(pid: int) -> float | None:
    """The processor time that the process `pid` and its children have taken so far; None if this is not Linux.

    Children that have ended are not counted, and neither are theirs.
    """
    if not _STAT.exists():
        return None
    left, ticks = [pid], 0
    while left:
        folder = Path(f"/proc/{left.pop()}")
        try:
            after_name = (folder / "stat").read_text().rpartition(")")[2].split()
            ticks += int(after_name[11]) + int(after_name[12])
            for task in (folder / "task").iterdir():
                left += map(int, (task / "children").read_text().split())
        except OSError:
            continue  # it has ended meanwhile
    return ticks / os.sysconf("SC_CLK_TCK")


def _ticks() -> tuple[int, int]:
    """The idle ticks and all ticks of all processors since the machine started: the fields user to steal of proc(5)."""
    counts = [int(count) for count in _STAT.read_text().split("\n", 1)[0].split()[1:9]]
    return counts[3] + counts[4], sum(counts)
