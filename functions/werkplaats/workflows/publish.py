"""Put a workshop into the store, its capacity into the ledger. `preview` says beforehand what that comes to."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from werkplaats.domain.revisions import revision
from werkplaats.domain.seats.commands import BelowHeld, Publish, Refusal, Refused, Replaced
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.workshop import Workshop
from werkplaats.store import ConflictError, OutcomeUnknownError, Store
from werkplaats.workflows.seats.commit import StoreAwayError, UnknownWorkshopError
from werkplaats.workflows.seats.queue import SeatQueue

_ATTEMPTS = 5
"""Tries to create a workshop that is not there, which only fails if somebody else just did or the answer is lost."""


class Change(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class Published(Struct, frozen=True):
    change: Change


class CapacityBelowHeld(Struct, frozen=True):
    """Refused: `held` seats are somebody's already, `excess` more than the new capacity."""

    capacity: int
    held: int

    @property
    def excess(self) -> int:
        return self.held - self.capacity


class ChangedMeanwhile(Struct, frozen=True):
    """Refused: somebody else has published the workshop since it was looked at."""


class PracticeDiffers(Struct, frozen=True):
    """Refused: the workshop that is published practises and this one does not, or the other way round."""


def publish_workshop(
    store: Store, queue: SeatQueue, workshop: Workshop, now: datetime, *, seen: int | None = None, by: str = ""
) -> Published | CapacityBelowHeld | ChangedMeanwhile | PracticeDiffers:
    """Publish `workshop` at `now` (UTC), whole or not at all, in one commit with its ledger and a revision of it.

    A seat that is somebody's is never taken away: less capacity than that is refused. More capacity changes the
    ledger, which promotes the waitlist. `seen`, of a preview, refuses to replace what that did not show. `by` is the
    address of whoever publishes, or the name of a command.

    Raises StoreAwayError if Firestore does not answer, SeatsBusyError if others keep changing the workshop's seats.
    """
    for _ in range(_ATTEMPTS):
        try:
            outcome = queue.do(workshop.id, Publish(workshop, seen, by))
        except UnknownWorkshopError:
            try:
                create_workshop(store, workshop, now, by)
            except (ConflictError, OutcomeUnknownError):
                continue
            return Published(Change.CREATED)
        match outcome:
            case Replaced(changed):
                return Published(Change.UPDATED if changed else Change.UNCHANGED)
            case BelowHeld(held):
                return CapacityBelowHeld(workshop.capacity, held)
            case Refused(Refusal.PRACTICE):
                return PracticeDiffers()
            case Refused():
                return ChangedMeanwhile()
            case _:
                raise AssertionError(f"publishing ends in {outcome}")
    raise StoreAwayError(workshop.id)


def create_workshop(store: Store, workshop: Workshop, now: datetime, by: str) -> None:
    """Publish `workshop` for the first time. Raises ConflictError if it is there already, or OutcomeUnknownError."""
    ledger = Ledger(id=workshop.id, capacity=workshop.capacity)
    store.workshops.create(revision(None, workshop, number=ledger.version, by=by, at=now), ledger)
