"""Measures how busy the machine is with other programs, because they make the measured rates lower."""

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


def _ticks() -> tuple[int, int]:
    """The idle ticks and all ticks of all processors since the machine started: the fields user to steal of proc(5)."""
    counts = [int(count) for count in _STAT.read_text().split("\n", 1)[0].split()[1:9]]
    return counts[3] + counts[4], sum(counts)
