"""Put a workshop's file into the store, its capacity into the ledger."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct, ValidationError

from werkplaats.domain.changes import change_between
from werkplaats.domain.seats.commands import Refused, SetCapacity
from werkplaats.domain.seats.ledger import Ledger, Seating
from werkplaats.domain.seats.rules import decide
from werkplaats.domain.workshop import Workshop
from werkplaats.store import ConflictError, OutcomeUnknownError, Store

_ATTEMPTS = 20


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


def publish_workshop(store: Store, workshop: Workshop, now: datetime) -> Published | CapacityBelowHeld:
    """Publish `workshop`, whole or not at all, in one commit with its ledger.

    A seat that is somebody's is never taken away: less capacity than that is refused. More capacity changes the
    ledger, which promotes the waitlist.
    """
    for _ in range(_ATTEMPTS):
        try:
            return _publish(store, workshop, now)
        except (ConflictError, OutcomeUnknownError):
            continue
    raise OutcomeUnknownError(f"others keep changing {workshop.id}; publish again in a minute")


def _publish(store: Store, workshop: Workshop, now: datetime) -> Published | CapacityBelowHeld:
    guarded = store.seats.guarded_ledger(workshop.id)
    if guarded is None:
        store.workshops.create(workshop, Ledger(id=workshop.id, capacity=workshop.capacity))
        return Published(Change.CREATED)
    ledger, guard = guarded
    published = _published(store, workshop.id)
    seating = Seating(workshop=workshop, ledger=ledger)
    plan = decide(seating, (SetCapacity(workshop.capacity),), now)
    if isinstance(plan.outcomes[0], Refused):
        return CapacityBelowHeld(workshop.capacity, ledger.held)
    if plan.ledger is None and workshop == published:
        return Published(Change.UNCHANGED)
    plan = plan.touching(ledger)
    change = change_between(published, workshop, ledger.version + 1, now) if published else None
    store.seats.commit(plan, guard, workshop, change)
    return Published(Change.UPDATED)


def _published(store: Store, id: str) -> Workshop | None:
    """What is published now; None if that breaks a rule of this version of the program: then it is replaced whole."""
    try:
        return store.workshops.get(id)
    except ValidationError:
        return None
