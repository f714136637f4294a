"""`make check-store`: what the command prints, what it asks, and with which status it ends. It runs on the emulator."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.samples import NOW, sign_up
from tests.seats import seat_queue
from werkplaats.cli import check_store as command
from werkplaats.cli.check_store import main
from werkplaats.settings import Settings
from werkplaats.store import Store
from werkplaats.store.wire import Delete, Must, Put
from werkplaats.workflows.seats.queue import SeatQueue

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def told(
    queue: SeatQueue, store: Store, project: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Runs the command in this process, at NOW, after two people have got a seat. Returns its code and its output."""
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", project)
    monkeypatch.setattr(command, "utc_now", lambda: NOW)
    queue.do_all("proef", [sign_up(number) for number in (1, 2)])

    def told(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(list(arguments))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return told


def break_ledger(store: Store) -> None:
    store.wire.commit([Put("ledgers/proef", {"confirmed": 1}, Must.EXIST, mask=(("confirmed",),))])


def confirmed(store: Store) -> int:
    ledger = store.seats.ledger("proef")
    assert ledger is not None
    return ledger.confirmed


def test_it_names_the_database_and_ends_well(told: Callable[..., tuple[int, str, str]], project: str) -> None:
    """If everything fits, the command says so and ends with status 0."""
    assert told() == (0, f"In database (default) of project {project}:\nEverything fits.\n", "")


def test_what_does_not_fit_is_listed_with_what_to_do(
    told: Callable[..., tuple[int, str, str]], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each finding is a line with what to do next, and the status is 1. A collection that no code knows is one."""
    break_ledger(store)
    store.wire.commit([Put("oud/x", {}), Put("workshops/proef/oud/x", {}), Put("workshops/weg/journal/x", {})])
    store.wire.commit([Put("mails/x", {"workshop": "weg"})])
    monkeypatch.setattr(command, "_QUIET_FOR", -1.0)
    code, out, err = told()
    assert code == 1
    assert out.splitlines()[1:] == [
        "collection oud: is known to no code [collection]. "
        "Look at the document in the console, and correct it by hand (docs/runbooks/check-store.md).",
        "collection workshops/proef/oud: is known to no code [collection]. "
        "Look at the document in the console, and correct it by hand (docs/runbooks/check-store.md).",
        "ledger proef: says 1 confirmed, and 2 are [ledger.count]. "
        "Make the ledger anew: make check-store REBUILD=proef.",
        "mails/x: is of a workshop that is not there [stray]. "
        "Look at the document in the console, and correct it by hand (docs/runbooks/check-store.md).",
        "workshops/weg/journal/x: is of a workshop that is not there [stray]. "
        "Look at the document in the console, and correct it by hand (docs/runbooks/check-store.md).",
        "5 things do not fit.",
    ]
    assert err == "  proef …\n"
    assert confirmed(store) == 1, "it only reads"


def test_a_ledger_is_made_anew_only_with_consent(told: Callable[..., tuple[int, str, str]], store: Store) -> None:
    """Without a terminal nothing is written unless --yes is given; what would change is shown in any case."""
    break_ledger(store)
    code, out, err = told("--rebuild", "proef")
    assert (code, confirmed(store)) == (2, 1)
    assert out.endswith("proef:\n  confirmed: 1 → 2\n  version: 1 → 2\n")
    assert "--yes" in err
    assert told("--rebuild", "proef", "--yes")[0] == 0
    assert confirmed(store) == 2
    assert told()[0] == 0
    code, _, err = told("--rebuild", "weg", "--yes")
    assert (code, err) == (2, "There is no workshop 'weg' that this version can read.\n")


def test_what_cannot_be_read_is_named_and_nothing_is_written(
    told: Callable[..., tuple[int, str, str]], store: Store
) -> None:
    """A ledger is not made anew while a registration cannot be read: its seat would be given to somebody else."""
    store.wire.commit([Put("registrations/r1", {"state": "attending"}, Must.EXIST, mask=(("state",),))])
    code, _, err = told("--rebuild", "proef", "--yes")
    assert (code, confirmed(store)) == (2, 2)
    assert "registration r1" in err
    assert "correct it by hand" in err


@pytest.mark.parametrize(("answer", "code", "after"), [("y", 0, 2), ("n", 1, 1)])
def test_it_asks_at_a_terminal(
    told: object, emulator: str, project: str, store: Store, answer: str, code: int, after: int
) -> None:
    """At a terminal the command asks, and writes only if the answer is yes."""
    break_ledger(store)
    terminal, stdin = pty.openpty()
    asking = subprocess.Popen(
        [sys.executable, "-m", "werkplaats.cli.check_store", "--rebuild", "proef"],
        cwd=ROOT / "functions",
        env={"FIRESTORE_EMULATOR_HOST": emulator, "GOOGLE_CLOUD_PROJECT": project, "PATH": ""},
        stdin=stdin,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(stdin)
    os.write(terminal, f"{answer}\n".encode())
    assert asking.wait(timeout=60) == code
    os.close(terminal)
    assert confirmed(store) == after


def test_a_change_while_it_asks_is_not_undone(
    told: Callable[..., tuple[int, str, str]], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If somebody changes the seats after the plan was made, nothing is written and the status is 1."""
    break_ledger(store)

    def sign_up_and_agree(question: str) -> bool:
        return seat_queue(store, lambda: NOW).do("proef", sign_up(3)) is not None

    monkeypatch.setattr(command, "agreed", sign_up_and_agree)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    code, _, err = told("--rebuild", "proef")
    assert (code, confirmed(store)) == (1, 2), "1 and the new seat"
    assert "Somebody changed the seats" in err


def test_people_are_compared_only_with_lists_that_are_known(
    told: Callable[..., tuple[int, str, str]], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Locally, and without the setting ORGANISERS, it is unknown who may sign in, so nothing is said of that."""
    compared: list[object] = []

    def check(store: Store, now: object, **options: object) -> tuple[()]:
        compared.append(options["makers"])
        return ()

    monkeypatch.setattr(command, "check_store", check)
    for given in (
        {"ORGANISERS": "een@example.org"},
        {},
        {"ORGANISERS": "een@example.org", "FIRESTORE_EMULATOR_HOST": "x"},
    ):
        command._check(store, Settings(given), NOW)
    assert compared == [("een@example.org",), None, None]


def test_what_goes_wrong_is_said(
    told: Callable[..., tuple[int, str, str]], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown environment, a missing setting and a store that does not answer end with status 2."""
    store.wire.commit([Delete("ledgers/proef")])
    assert "has no ledger" in told()[1]
    assert told("--environment", "nowhere")[0] == 2
    monkeypatch.delenv("GOOGLE_CLOUD_PROJECT")
    assert told()[2].startswith("GOOGLE_CLOUD_PROJECT is not set")
