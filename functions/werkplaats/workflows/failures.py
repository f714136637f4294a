"""Lets a run that handles many things go on when one of them fails."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress

from werkplaats import log
from werkplaats.store import ConflictError

_ATTEMPTS = 5


class SomeFailedError(Exception):
    """Some of many things failed, and each failure was logged.

    All others were done. The whole run can be repeated safely. `things` names those that failed, by their ids.
    """

    def __init__(self, things: Sequence[str]) -> None:
        super().__init__(f"{len(things)} failed")
        self.things = tuple(things)


@contextmanager
def isolate_failures(event: str) -> Iterator[Callable[..., AbstractContextManager[None]]]:
    """A block in which the failure of one thing does not stop the others.

        with isolate_failures("mail.retry_failed") as isolated:
            for mail in mails:
                with isolated(mail=mail.id):
                    ...

    An exception inside an `isolated` block is logged as `event` with the ids that were given, and the loop goes on. At
    the end SomeFailedError is raised if there was any exception.
    """
    failed: list[str] = []

    @contextmanager
    def isolated(**fields: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            failed.append(", ".join(f"{name} {id}" for name, id in fields.items()))
            log.crash(event, error, **fields)

    yield isolated
    if failed:
        raise SomeFailedError(failed)


def despite_conflicts(do: Callable[[], object]) -> None:
    """Call `do`, which can be repeated safely, and once more each time that something changes at the same moment.

    Raises ConflictError if that happens five times in a row.
    """
    for _ in range(_ATTEMPTS - 1):
        with suppress(ConflictError):
            do()
            return
    do()
