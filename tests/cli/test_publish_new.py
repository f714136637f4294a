"""What a run that keeps its data publishes when it starts again: files that have changed, and not what the desk has."""

import pytest
from msgspec.structs import replace

from tests.samples import NOW, sign_up, workshop
from tests.seats import publish_workshop, seat_queue
from tests.simulation.database.firestore import SimulatedFirestore, SimulatedWire
from werkplaats.cli import publish
from werkplaats.domain.seats.commands import CallOff
from werkplaats.domain.workshop import Workshop
from werkplaats.store import Store

FILE = workshop(capacity=2)


@pytest.fixture
def store() -> Store:
    return Store(SimulatedWire(SimulatedFirestore()))


def start(store: Store, monkeypatch: pytest.MonkeyPatch, *files: Workshop) -> list[str]:
    monkeypatch.setattr(publish, "load_all", lambda: files)
    return publish.publish_new(store, NOW)


def published(store: Store) -> Workshop:
    found = store.workshops.get("proef")
    assert found is not None
    return found


def test_a_file_is_published_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(FILE, id="ander")
    assert start(store, monkeypatch, FILE) == ["proef: created"]
    assert start(store, monkeypatch, FILE, other) == ["ander: created"]
    assert len(store.workshops.revisions("proef")) == 1


def test_what_the_desk_has_published_stays(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if more seats are held by now than the file has, so that it could not be published any more."""
    start(store, monkeypatch, FILE)
    edited = replace(FILE, title="Andere titel", capacity=3)
    publish_workshop(store, edited, NOW)
    seat_queue(store, lambda: NOW).do_all("proef", [sign_up(number) for number in (1, 2, 3)])
    assert start(store, monkeypatch, FILE) == []
    assert published(store) == edited


def test_a_file_that_has_changed_is_published(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also over what the desk has published since, as `make publish` does; what was called off stays that."""
    start(store, monkeypatch, FILE)
    publish_workshop(store, replace(FILE, title="Andere titel"), NOW)
    changed = replace(FILE, capacity=5)
    assert start(store, monkeypatch, changed) == ["proef: updated"]
    assert published(store) == changed
    seat_queue(store, lambda: NOW).do("proef", CallOff("Ziekte.", "een@example.org"))
    assert start(store, monkeypatch, changed) == []
    changed = replace(FILE, capacity=6)
    assert start(store, monkeypatch, changed) == ["proef: updated"]
    assert start(store, monkeypatch, changed) == []
    assert published(store).called_off is not None
