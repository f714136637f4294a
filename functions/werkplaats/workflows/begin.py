"""Makes a new workshop from an earlier edition or from the shipped example. It is a practice workshop at first."""

from datetime import date, datetime

from msgspec import Struct

from werkplaats import log
from werkplaats.domain.copying import copied, proposed_id
from werkplaats.domain.workshop import Organiser, Workshop
from werkplaats.store import ConflictError, OutcomeUnknownError, Store
from werkplaats.workflows.publish import create_workshop

_ATTEMPTS = 5


class Begun(Struct, frozen=True):
    """The new workshop, which has been published."""

    workshop: Workshop


class IdTaken(Struct, frozen=True):
    """A workshop with that id exists already. `proposed` is an id that is free."""

    proposed: str


def begin_workshop(
    store: Store,
    source: Workshop,
    *,
    title: str,
    first_day: date,
    organiser: Organiser,
    now: datetime,
    id: str | None = None,
) -> Begun | IdTaken:
    """Make a workshop like `source` that begins on `first_day` and has `organiser` as its only organiser.

    If `id` is None, an id is made from title and year. Raises OutcomeUnknownError if it may or may not have been made.
    """
    for _ in range(_ATTEMPTS):
        taken = {workshop.id for workshop in store.workshops.all()}
        free = proposed_id(title, first_day, taken)
        wanted = free if id is None else id
        if wanted in taken:
            return IdTaken(free)
        begun = copied(source, id=wanted, title=title, first_day=first_day, organiser=organiser)
        try:
            create_workshop(store, begun, now, organiser.email)
        except ConflictError:
            continue
        log.event("workshop.begun", workshop=begun.id, source=source.id)
        return Begun(begun)
    raise OutcomeUnknownError
