"""How busy the machine is with other things: what they take, the measured cannot have."""

import time
from pathlib import Path

_STAT = Path("/proc/stat")
_SAMPLE = 2.0


def busy_with_others() -> float | None:
    """The part of all processors in use during two seconds in which the bench does nothing; None if Linux is not there.

    To be asked before the bench has started anything, and after it has stopped everything.
    """
    if not _STAT.exists():
        return None
    before = _ticks()
    time.sleep(_SAMPLE)
    idle, total = (after - earlier for after, earlier in zip(_ticks(), before, strict=True))
    return 1 - idle / total


def _ticks() -> tuple[int, int]:
    """Idle and all ticks of all processors since the machine started: proc(5), user … steal."""
    counts = [int(count) for count in _STAT.read_text().split("\n", 1)[0].split()[1:9]]
    return counts[3] + counts[4], sum(counts)
