"""`make publish`, as an organiser runs it."""

import subprocess
import sys
from pathlib import Path

from tests.samples import NOW, sign_up
from tests.shipped import WORKSHOP
from werkplaats.store import Store
from werkplaats.workflows.publish import publish_workshop
from werkplaats.workflows.seats.change import SeatDesk

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"


def publish(emulator: str, project: str, database: str = "(default)") -> subprocess.CompletedProcess[str]:
    environment = {
        "FIRESTORE_EMULATOR_HOST": emulator,
        "GOOGLE_CLOUD_PROJECT": project,
        "FIRESTORE_DATABASE": database,
        "PATH": "",
    }
    command = [sys.executable, "-m", "werkplaats.cli.publish"]
    return subprocess.run(
        command, cwd=FUNCTIONS, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_files_are_published_once(emulator: str, project: str, store: Store) -> None:
    """The second time nothing is written. Where it went is told."""
    where = f"In database (default) of project {project}.\n"
    assert publish(emulator, project).stdout == f"werken-aan-wijkontwikkeling: created\n{where}"
    assert store.workshops.get(WORKSHOP.id) == WORKSHOP
    assert publish(emulator, project).stdout == f"werken-aan-wijkontwikkeling: unchanged\n{where}"


def test_a_restored_database_is_published_to_by_name(emulator: str, project: str, store: Store) -> None:
    """FIRESTORE_DATABASE names it, and what was there before is left alone."""
    assert f"In database restored of project {project}." in publish(emulator, project, "restored").stdout
    assert store.workshops.get(WORKSHOP.id) is None


def test_too_little_capacity_is_refused_naming_the_excess(emulator: str, project: str, store: Store) -> None:
    """With what to do; nothing of the file is published."""
    from msgspec.structs import replace

    publish_workshop(store, replace(WORKSHOP, capacity=30), NOW)
    SeatDesk(store, lambda: NOW).do_all(WORKSHOP.id, [sign_up(number) for number in range(1, 28)])
    refused = publish(emulator, project)
    assert refused.returncode == 1
    assert "expected at least 27" in refused.stderr
    assert "24 is 3 too few" in refused.stderr
    published = store.workshops.get(WORKSHOP.id)
    assert published is not None
    assert published.capacity == 30
