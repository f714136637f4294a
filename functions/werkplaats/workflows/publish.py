"""Publishes a workshop. `preview` says beforehand what publishing it would do."""

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
"""How many times publishing is tried.

It is tried again only if somebody else creates the same workshop at the same moment, or if the answer is lost.
"""


class Effect(StrEnum):
    """What publishing did to the stored workshop."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class Published(Struct, frozen=True):
    """The workshop is published."""

    effect: Effect


class CapacityBelowHeld(Struct, frozen=True):
    """Refused: `held` seats are confirmed or offered, which is `excess` more than the new capacity."""

    capacity: int
    held: int

    @property
    def excess(self) -> int:
        return self.held - self.capacity


class ChangedMeanwhile(Struct, frozen=True):
    """Refused: somebody else has published the workshop since its preview was made."""


class PracticeDiffers(Struct, frozen=True):
    """Refused: the workshop that is published practises and this one does not, or the other way round."""


def publish_workshop(
    store: Store, queue: SeatQueue, workshop: Workshop, now: datetime, *, seen: int | None = None, by: str = ""
) -> Published | CapacityBelowHeld | ChangedMeanwhile | PracticeDiffers:
    """Publish `workshop` at `now` (UTC) in one commit with its ledger and a revision of it.

    A capacity below the number of seats held is refused, so that nobody loses a seat. A higher capacity changes the
    ledger, and that event promotes people from the waitlist. If `seen`, from a preview, is given, publishing is refused
    if somebody else has published since that preview. `by` is the address of whoever publishes, or the name of a
    command.

    Raises StoreAwayError if Firestore does not answer, and SeatsBusyError if other processes keep changing the
    workshop's seats.
    """
    for _ in range(_ATTEMPTS):
        try:
            outcome = queue.do(workshop.id, Publish(workshop, seen, by))
        except UnknownWorkshopError:
            try:
                create_workshop(store, workshop, now, by)
            except (ConflictError, OutcomeUnknownError):
                continue
            return Published(Effect.CREATED)
        match outcome:
            case Replaced(changed):
                return Published(Effect.UPDATED if changed else Effect.UNCHANGED)
            case BelowHeld(held):
                return CapacityBelowHeld(workshop.capacity, held)
            case Refused(Refusal.PRACTICE):
                return PracticeDiffers()
            case Refused():
                return ChangedMeanwhile()
            case _:
                raise AssertionError(f"unexpected outcome of publishing: {outcome}")
    raise StoreAwayError(workshop.id)


def create_workshop(store: Store, workshop: Workshop, now: datetime, by: str) -> None:
    """Publish `workshop` for the first time. Raises ConflictError if it is there already, or OutcomeUnknownError."""
    ledger = Ledger(id=workshop.id, capacity=workshop.capacity)
    store.workshops.create(revision(None, workshop, number=ledger.version, by=by, at=now), ledger)
