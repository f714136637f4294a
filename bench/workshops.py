"""Makes the workshops to sign up for: copies of the shipped one with another id, capacity and dates."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from werkplaats.domain.workshop import SignUpWindow, Workshop
from werkplaats.machine import surroundings
from werkplaats.store import Store
from werkplaats.workflows.publish import publish_workshop
from werkplaats.workflows.seats.queue import SeatQueue
from werkplaats.workshop_files import FOLDER, load

PLENTY = 10_000
FEW = 24


def published(store: Store, id: str, capacity: int, now: datetime) -> Workshop:
    """Publish a workshop for which people can sign up from two days before `now` (UTC) until 30 days after it."""
    today = now.date()
    workshop = replace(
        load(FOLDER / "werken-aan-wijkontwikkeling.yaml"),
        id=id,
        capacity=capacity,
        confirm_address="never",
        sign_up=SignUpWindow(opens=today - timedelta(days=2), closes=today + timedelta(days=30)),
        first_day=today + timedelta(days=60),
        last_day=today + timedelta(days=62),
    )
    publish_workshop(store, SeatQueue(store, surroundings(lambda: now)), workshop, now)
    return workshop
