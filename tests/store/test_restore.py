"""A backup is restored as docs/runbooks/restore.md says, with the commands that it gives, on the real emulator."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from local import prerequisites
from local.catalogue import ROOT
from local.emulator import PROJECT, Emulator
from tests.samples import NOW, sign_up, workshop
from tests.seats import publish_workshop, seat_queue
from tests.sendgrid import ScriptedSendGrid, scripted_sendgrid
from tests.surroundings import STILL
from werkplaats.cli import after_restore, check_store, erased_list
from werkplaats.domain.attendance import Mark
from werkplaats.domain.delivery import Delivery, Event
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import Cancel, ErasePerson, RequestLink
from werkplaats.security.links import Links
from werkplaats.store import Store
from werkplaats.store.firestore import FirestoreWire
from werkplaats.workflows.mail.deliver import Postman
from werkplaats.workflows.mail.notify import notify_of_lost_entries
from werkplaats.workflows.mail.retry import retry_mail
from werkplaats.workflows.remind import send_reminders
from werkplaats.workflows.seats.expire import expire_offers
from werkplaats.workflows.seats.queue import SeatQueue
from werkplaats.workflows.sign_in import begin_session

WORKSHOP = workshop(reminders=["7 days"])
BACKED_UP = NOW + timedelta(hours=1)
LOST = WORKSHOP.begins_at - timedelta(days=6, hours=12)
"""After the reminder was sent, and half a year after the backup, in which every offer has lapsed."""


class Deployed:
    """The functions on one database, called by hand. `at` is the time for all of them."""

    def __init__(self, store: Store, sendgrid: ScriptedSendGrid) -> None:
        self.store = store
        self.at = NOW
        self.queue = seat_queue(store, lambda: self.at)
        self._postman = Postman(store, sendgrid.client, Links(("k" * 32,), "https://werkplaats.example.org"), STILL)

    def schedules(self) -> None:
        """What the schedules and the events do until nothing is left to do."""
        expire_offers(self.store, self.queue, self.at)
        send_reminders(self.store, self.at)
        self.at += timedelta(minutes=3)
        notify_of_lost_entries(self.store, SeatQueue(self.store, STILL), self.at, STILL.clock)
        self.at += timedelta(minutes=3)
        retry_mail(self._postman, self.at)

    def state(self, id: str) -> State:
        registration = self.store.seats.registration(id)
        assert registration is not None
        return registration.state


@contextmanager
def database(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Store, Any]]:
    """A database with what `folder` keeps, and a function that saves it there."""
    with asyncio.Runner() as runner:
        folder.mkdir(exist_ok=True)
        emulator = Emulator(
            prerequisites=prerequisites.find(),
            log=folder / "emulator.log",
            rules=ROOT / "firestore.rules",
            keep_in=folder,
        )
        runner.run(emulator.__aenter__())
        try:
            # On a busy machine the emulator's first commit can take longer than the store's timeout.
            runner.run(emulator.create("warm", "up"))
            runner.run(emulator.delete("warm", "up"))
            monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", emulator.host)
            monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", PROJECT)
            wire = FirestoreWire(PROJECT, "(default)")
            yield Store(wire), lambda: runner.run(emulator.save())
            wire.close()
        finally:
            runner.run(emulator.stop())


@pytest.fixture
def sendgrid() -> Iterator[ScriptedSendGrid]:
    with scripted_sendgrid() as server:
        yield server


def sent_to(sendgrid: ScriptedSendGrid) -> Counter[tuple[str, str]]:
    """How many mails of each kind everybody has got."""
    return Counter(
        (body["personalizations"][0]["to"][0]["email"], kind)
        for body in sendgrid.taken
        for kind in body["categories"]
        if kind != "werkplaats"
    )


def logged(output: str, *messages: str) -> list[dict[str, Any]]:
    """The entries of the log with one of `messages`, as `gcloud logging read` finds them."""
    lines = (json.loads(line) for line in output.splitlines() if line.startswith("{"))
    return [line for line in lines if line["message"] in messages]


SENT = tuple(f"mail.{what}" for what in ("sent", "uncertain", *(event.value for event in Event)))
"""The entries of the log about a mail that was sent, or may have been."""


def until_the_backup(deployed: Deployed) -> None:
    """Two seats, three who wait; one seat was given up and is offered. Of that some mails are not sent yet."""
    publish_workshop(deployed.store, WORKSHOP, NOW)
    deployed.queue.do_all("proef", [sign_up(number) for number in range(1, 6)])
    deployed.schedules()
    deployed.at = BACKED_UP
    deployed.queue.do("proef", Cancel("r1"))
    expire_offers(deployed.store, deployed.queue, deployed.at)
    deployed.queue.do("proef", RequestLink(mailbox="m2", address="m2", submission="s"))
    deployed.store.attendance.mark("proef", "r5", WORKSHOP.first_day, Mark.PRESENT, NOW)
    begin_session(deployed.store, "address", "een@example.org", "s1", deployed.at)


def until_the_loss(deployed: Deployed) -> None:
    """What the backup does not know: mails, a new sign-up, an erasure, offers that lapsed and were made, a reminder."""
    deployed.schedules()
    deployed.queue.do_all("proef", [sign_up(6), ErasePerson("r5")])
    deployed.schedules()
    deployed.at += timedelta(days=4)
    deployed.schedules()
    assert [deployed.state(f"r{number}") for number in (3, 4)] == [State.EXPIRED, State.OFFERED]
    deployed.at = LOST
    deployed.schedules()


@pytest.mark.long
def test_a_restored_backup_is_fit_for_use(
    tmp_path: Path,
    sendgrid: ScriptedSendGrid,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nobody gets a mail twice, who was erased is erased, lapsed offers have ended, and everything fits."""
    with database(tmp_path / "first", monkeypatch) as (store, save):
        deployed = Deployed(store, sendgrid)
        until_the_backup(deployed)
        save()
        capsys.readouterr()
        before_backup = len(sendgrid.taken)
        until_the_loss(deployed)
        log = capsys.readouterr().out
        assert erased_list.main([]) == 0
        (tmp_path / "erased.csv").write_text(capsys.readouterr().out)
    known = sent_to(sendgrid)
    assert len(sendgrid.taken) > before_backup
    assert known["p3@example.org", "offer_expired"] == known["p2@example.org", "reminder"] == 1, known
    assert (tmp_path / "erased.csv").read_text() == "workshop,registration\nproef,r5\n"

    # Everything is lost. The logs, which are kept apart, have the two lists of the runbook.
    erased = [f"{entry['workshop']},{entry['registration']}" for entry in logged(log, "registration.erased")]
    (tmp_path / "logged.csv").write_text("\n".join(["workshop,registration", *erased]))
    (tmp_path / "sent.txt").write_text("\n".join(entry["mail"] for entry in logged(log, *SENT)))
    assert erased == ["proef,r5"]

    (tmp_path / "first" / "firestore").rename(tmp_path / "backup")
    (tmp_path / "second").mkdir()
    (tmp_path / "backup").rename(tmp_path / "second" / "firestore")
    with database(tmp_path / "second", monkeypatch) as (store, _):
        restored = Deployed(store, sendgrid)
        restored.at = LOST + timedelta(hours=1)
        assert store.seats.registration("r5").person is not None, "the backup has the person"  # type: ignore[union-attr]
        assert store.seats.registration("r6") is None, "and lacks the new one"
        monkeypatch.setattr(after_restore, "utc_now", lambda: restored.at)
        monkeypatch.setattr(check_store, "utc_now", lambda: restored.at)
        lists = ["--erased", str(tmp_path / "erased.csv"), "--erased", str(tmp_path / "logged.csv")]
        assert after_restore.main([*lists, "--sent", str(tmp_path / "sent.txt"), "--yes"]) == 0
        assert check_store.main([]) == 0, capsys.readouterr().out
        assert_fit_for_use(store, restored)
        assert sent_to(sendgrid) == known, "nothing was sent before it opens"

        for _ in range(12):
            restored.schedules()
            restored.at += timedelta(minutes=10)
        assert check_store.main([]) == 0, capsys.readouterr().out
    ids = Counter(body["custom_args"]["mail_id"] for body in sendgrid.taken)
    assert {id: count for id, count in ids.items() if count > 1} == {}
    new = sent_to(sendgrid) - known
    assert new["p4@example.org", "offered"] == 1, "the seat is offered anew, until another time"
    assert {who for who, _ in new} <= {"p4@example.org", "een@example.org", "twee@example.org"}


def assert_fit_for_use(store: Store, restored: Deployed) -> None:
    erased = store.seats.registration("r5")
    assert erased is not None
    assert erased.person is None
    assert store.attendance.of_one("r5") == {}
    assert [one.registration for one in store.erasures.all()] == ["r5"]
    assert [restored.state(f"r{number}") for number in (2, 3, 4)] == [State.CONFIRMED, State.EXPIRED, State.OFFERED]
    assert store.signing_in.session("s1") is None
    assert {mail.state for mail in store.outbox.unsettled()} == {Delivery.QUEUED}
