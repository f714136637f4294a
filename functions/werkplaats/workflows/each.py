"""Many things to look after in one run, of which one that makes trouble harms none of the others."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from werkplaats import log


class SomeFailedError(Exception):
    """Some of many failed, each logged with where; the others were done. Doing it all again is safe."""


@contextmanager
def each(event: str) -> Iterator[Callable[..., AbstractContextManager[None]]]:
    """A block that gives another for each thing: an error in there is logged as `event`, and the rest goes on.

    The fields (ids) given for a thing are logged with its error. SomeFailedError is raised when all have been tried.
    """
    failed = 0

    @contextmanager
    def one(**fields: str) -> Iterator[None]:
        nonlocal failed
        try:
            yield
        except Exception as error:
            failed += 1
            log.crash(event, error, **fields)

    yield one
    if failed:
        raise SomeFailedError(f"{failed} failed")
