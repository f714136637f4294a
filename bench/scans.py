"""What the schedules take when there is nothing to do: 200 workshops to come, and 200 that ended years ago.

Round trips and documents are counted in tests/workflows/test_scans.py. The floor is one round trip that reads as many
documents as there are workshops to come.
"""

import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec.structs import replace

from bench.rows import Row
from local.testing import PROJECT
from werkplaats.domain.workshop import SignUpWindow, Workshop
from werkplaats.machine import surroundings, utc_now
from werkplaats.store import Store
from werkplaats.store.firestore import FirestoreWire
from werkplaats.workflows.erase import erase_personal_data
from werkplaats.workflows.publish import create_workshop
from werkplaats.workflows.remind import send_reminders
from werkplaats.workflows.seats.expire import expire_offers
from werkplaats.workflows.seats.queue import SeatQueue
from werkplaats.workflows.survey.invite import send_surveys
from werkplaats.workshop_files import FOLDER, load

MANY = 200
TIMES = 5


def measure() -> list[Row]:
    """The medians of TIMES runs of each schedule, in milliseconds. FIRESTORE_EMULATOR_HOST names the emulator."""
    store, now = Store(FirestoreWire(PROJECT, "(default)")), utc_now()
    for number in range(MANY):
        for what, days in (("komt", 2 + number % 5), ("voorbij", -3000 + number)):
            create_workshop(store, _beginning(f"{what}-{number}", now + timedelta(days=days)), now, "een@example.org")
    queue = SeatQueue(store, surroundings())
    send_reminders(store, now)
    erase_personal_data(store, queue, now)
    coming = [f"komt-{number}" for number in range(MANY)]
    floor = _milliseconds(lambda: store.workshops.get_all(coming))
    runs: dict[str, Callable[[], object]] = {
        "expire_offers": lambda: expire_offers(store, queue, now),
        "send_reminders": lambda: send_reminders(store, now),
        "send_surveys": lambda: send_surveys(store, now),
        "erase_personal_data": lambda: erase_personal_data(store, queue, now),
    }
    return [
        Row(
            part="scans",
            name=f"{name} with {MANY} workshops to come",
            value=(value := _milliseconds(run)),
            unit="ms",
            floor=floor,
            floor_name=f"one read of {MANY} workshops",
            ratio=value / floor,
        )
        for name, run in runs.items()
    ]


def _milliseconds(run: Callable[[], object]) -> float:
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        run()
        took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)


def _beginning(id: str, first_day: datetime) -> Workshop:
    day = first_day.date()
    window = SignUpWindow(opens=day - timedelta(days=90), closes=day - timedelta(days=1))
    shipped = load(FOLDER / "werken-aan-wijkontwikkeling.yaml")
    shipped = replace(shipped, confirm_address="never")
    return replace(shipped, id=id, sign_up=window, first_day=day, last_day=day + timedelta(days=2))
