"""The whole local system, started and stopped as `make run` does."""

import json
import os
import select
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from local import catalogue
from local.catalogue import ROOT
from local.testing import RunningSystem, free_port, running_system


def ask(system: RunningSystem, path: str, body: Any = None) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(system.url + path, data), timeout=60) as answer:
            text, status = answer.read(), answer.status
    except urllib.error.HTTPError as refused:
        with refused:
            text, status = refused.read(), refused.code
    try:
        return status, json.loads(text)
    except ValueError:
        return status, text.decode()


def family_of(ancestor: int) -> list[int]:
    """All child processes of `ancestor`, and theirs, as file descriptors that become readable when they end."""
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
    family, generation = set[int](), {ancestor}
    while generation := {pid for pid, parent in parents.items() if parent in generation}:
        family |= generation
    return [os.pidfd_open(pid) for pid in family]


def refused(environment: dict[str, str]) -> int:
    """The exit code of another run in the same folder, which ends at once."""
    command = [sys.executable, "-m", "local"]
    environment = {**os.environ, "PORT": str(free_port()), **environment}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=30).returncode


def all_end(handles: list[int], within: float = 5.0) -> bool:
    """Whether all processes have ended before the time is over."""
    ended = [bool(select.select([handle], [], [], within)[0]) for handle in handles]
    for handle in handles:
        os.close(handle)
    return all(ended)


def test_system_starts_keeps_its_data_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """The system answers, keeps its clock and data through a restart, and leaves no process behind."""
    with running_system(data=tmp_path / "data") as system:
        assert ask(system, "/_local/health") == (200, {"ready": True})
        assert ask(system, "/")[0] == 200
        assert ask(system, "/_local/settled?timeout=20")[0] == 200
        status, moved = ask(system, "/_local/clock", {"advance_seconds": 3600})
        assert status == 200
        assert moved["schedules"]["expire_offers"] == 200
        assert ask(system, "/_local/clock", {"advance_seconds": -1})[0] == 409
        assert ask(system, "/_local/clock", {"now": "morgen"})[0] == 400
        assert ask(system, "/_local/schedule/expire_offers", {})[0] == 200
        status, unknown = ask(system, "/_local/schedule/onbekend", {})
        assert status == 404
        assert "expire_offers" in unknown["error"]
        assert ask(system, "/_local/faults", {"duplicate": 5})[0] == 400
        assert ask(system, "/_local/onbekend")[0] == 404
        assert ask(system, "/werkplaats/" + "x" * 20_000)[0] in (400, 404)
        assert refused({"DATA": str(tmp_path / "data")}) == 2, "two runs cannot keep their data in one folder"
        family = family_of(system.process.pid)
        assert len(family) > 2 * len(catalogue.load())
    assert all_end(family)
    with running_system(data=tmp_path / "data") as system:
        assert ask(system, "/_local/clock")[1]["now"] > moved["now"]
        family = family_of(system.process.pid)
        system.process.kill()
    assert all_end(family), "a killed parent must take its children with it"


@pytest.mark.long
def test_killed_process_is_replaced() -> None:
    """Requests that a killed process was handling get 503; another process takes its place and answers."""
    functions = catalogue.load()
    with running_system() as system:
        with ThreadPoolExecutor(4) as pool:
            asked = [pool.submit(ask, system, "/") for _ in range(120)]
            killed = {ask(system, "/_local/kill", {"function": "signup"})[1]["killed"] for _ in range(3)}
            assert {answer.result()[0] for answer in asked} <= {200, 503}
        assert len(killed) == 3, "each time another process"
        assert not any(Path(f"/proc/{process}").exists() for process in killed)
        assert ask(system, "/")[0] == 200
        for name in functions:
            status, answer = ask(system, "/_local/kill", {"function": name})
            assert (status, answer["function"]) == (200, name)
        assert ask(system, "/_local/schedule/expire_offers", {})[0] == 200

        status, answer = ask(system, "/_local/kill", {"function": "onbekend"})
        assert status == 404
        assert "deliver_mail" in answer["error"]
        for bad in (["signup"], {}, {"function": 3}, {"functie": "signup"}):
            assert ask(system, "/_local/kill", bad) == (400, {"error": 'Verwacht {"function": "deliver_mail"}.'})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(f"{system.url}/_local/kill", b"geen json"), timeout=10)
        with refused.value as answer:
            assert (answer.code, json.loads(answer.read())) == (400, {"error": "Verwacht JSON."})


def test_function_gets_only_its_own_settings() -> None:
    """A function's environment has only the settings that functions.yaml gives it."""
    settings = {"PUBLIC_URL": "u", "SIGNING_KEYS": "s", "SENDGRID_API_KEY": "k", "IDENTITY_KEY": "i"}
    functions = catalogue.load()
    assert functions["expire_offers"].environment(settings) == {}
    assert "SENDGRID_API_KEY" not in functions["signup"].environment(settings)
    assert functions["deliver_mail"].environment(settings)["SENDGRID_API_KEY"] == "k"


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"PORT": "poort"}, "PORT moet een getal"),
        ({"FIRESTORE_EMULATOR_JAR": "/nergens/emulator.jar"}, "/nergens/emulator.jar"),
        ({"JAVA_HOME": "/nergens"}, "Java ontbreekt"),
    ],
)
def test_what_is_wrong_is_said_at_once(environment: dict[str, str], said: str) -> None:
    """A wrong port, a missing jar or a missing Java gives a message and exit code 2, and nothing is started."""
    ended = subprocess.run(
        [sys.executable, "-m", "local"],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert ended.returncode == 2
    assert said in ended.stderr


def test_stopping_while_it_starts_is_a_clean_end() -> None:
    """Ctrl-C during the start ends it with exit code 0."""
    process = subprocess.Popen(
        [sys.executable, "-m", "local"],
        cwd=ROOT, env={**os.environ, "PORT": str(free_port())}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        while b"Firestore-emulator" not in process.stdout.readline():
            pass
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == 0
