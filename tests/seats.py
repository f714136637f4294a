"""Makes seat queues and publishes workshops at a time that the test chooses."""

from collections.abc import Callable
from datetime import datetime

from werkplaats import machine
from werkplaats.domain.workshop import Workshop
from werkplaats.store import Store
from werkplaats.workflows import publish
from werkplaats.workflows.publish import CapacityBelowHeld, ChangedMeanwhile, PracticeDiffers, Published
from werkplaats.workflows.seats.queue import SeatQueue


def seat_queue(store: Store, now: Callable[[], datetime]) -> SeatQueue:
    """A queue as a process of its own would have it. `now` returns the present in UTC."""
    return SeatQueue(store, machine.surroundings(now))


def publish_workshop(
    store: Store, workshop: Workshop, now: datetime, seen: int | None = None
) -> Published | CapacityBelowHeld | ChangedMeanwhile | PracticeDiffers:
    """Publish `workshop` as `make publish` does, at `now` (UTC)."""
    return publish.publish_workshop(store, seat_queue(store, lambda: now), workshop, now, seen=seen)
