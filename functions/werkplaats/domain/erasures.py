"""The list of what was erased. After a backup is restored, everything on it is erased once more.

It holds ids, which tell nothing once what they named is gone.
"""

from datetime import datetime

from msgspec import Struct

from werkplaats.domain.kept import ERASURES_KEPT


class Erasure(Struct, frozen=True, kw_only=True):
    """The person of `registration` (an id) was erased `at` that time (UTC).

    If `questions` is not empty, only the answers to these questions (ids) were. `at_once` is true if that was
    before the time was over: somebody asked for it, or only practised. Then the traces that may still come in about the
    person are erased for some nights more. The store deletes the record some time after `expire_at` (UTC).
    """

    id: str
    workshop: str
    registration: str
    at: datetime
    expire_at: datetime
    questions: tuple[str, ...] = ()
    at_once: bool = False


def erasure(
    workshop: str,
    registration: str,
    version: int,
    now: datetime,
    questions: tuple[str, ...] = (),
    *,
    at_once: bool = False,
) -> Erasure:
    """The record of an erasure in the commit of `version` at `now` (UTC)."""
    return Erasure(
        id=f"{registration}-{version}",
        workshop=workshop,
        registration=registration,
        at=now,
        expire_at=now + ERASURES_KEPT,
        questions=questions,
        at_once=at_once,
    )
