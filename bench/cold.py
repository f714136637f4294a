"""A cold start: from starting the function `signup` to its first page that read Firestore.

The floor is the smallest function that reads one document, with Google's own client, served by the same
functions-framework. Both are started in turn, and each has one processor, as functions have in the cloud
(infra/functions.yaml): with several, what the floor does in threads of its client would take no time.
"""

import os
import resource
import secrets
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from bench import workshops
from bench.rows import Row
from local import catalogue
from local.catalogue import ROOT
from local.testing import PROJECT, free_port
from werkplaats.machine import utc_now
from werkplaats.store import Store
from werkplaats.store.firestore import FirestoreWire

TIMES = 7
"""How often each is started. The medians are compared."""

AT_MOST = 1.15
"""Goal: the start of `signup`, divided by the floor."""

_FLOOR = """\
import functions_framework
from google.cloud import firestore

client = None


@functions_framework.http
def hello(request):
    global client
    client = client or firestore.Client(project="{project}")
    return str(client.document("ledgers/{workshop}").get().exists)
"""

_READY_WITHIN = 60.0


class Start(Struct, frozen=True):
    """One start: `seconds` until the first page, and the processor time until the process ended, in seconds."""

    seconds: float
    processor: float


def measure(emulator: str) -> list[Row]:
    """Start everything TIMES times, in turn. `emulator` is the address of a Firestore emulator."""
    os.environ["FIRESTORE_EMULATOR_HOST"] = emulator
    wire = FirestoreWire(PROJECT, "(default)")
    workshop = workshops.published(Store(wire), "cold", workshops.PLENTY, utc_now()).id
    wire.close()
    settings = {
        "SIGNING_KEYS": secrets.token_hex(32),
        "IDENTITY_KEY": secrets.token_hex(32),
        "PUBLIC_URL": "http://x.example.org",
    }
    settings |= {"GOOGLE_CLOUD_PROJECT": PROJECT, "FIRESTORE_EMULATOR_HOST": emulator}
    with tempfile.TemporaryDirectory(prefix="werkplaats-bench-") as folder:
        floor = Path(folder) / "floor.py"
        floor.write_text(_FLOOR.format(project=PROJECT, workshop=workshop))
        page = f"/werkplaats/{workshop}"
        what: dict[str, Callable[[], Start]] = {
            "floor": lambda: _start(floor, "hello", "/", settings, folder),
            "signup": lambda: _start(ROOT / "functions" / "main.py", "signup", page, settings, folder),
        }
        starts: dict[str, list[Start]] = {name: [] for name in what}
        for _ in range(TIMES):
            for name, start in what.items():
                starts[name].append(start())
    return _rows("signup", starts["signup"], starts["floor"])


def _rows(name: str, starts: list[Start], floors: list[Start]) -> list[Row]:
    rows = []
    for what, field in (("until the first page", "seconds"), ("processor time of it", "processor")):
        value, floor = (statistics.median(getattr(one, field) for one in some) for some in (starts, floors))
        rows.append(
            Row(
                part="cold",
                name=f"{name}: {what}",
                value=1000 * value,
                unit="ms",
                floor=1000 * floor,
                floor_name="a function that reads one document with Google's client",
                ratio=value / floor,
                at_most=AT_MOST,
            )
        )
    return rows


def _start(source: Path, target: str, path: str, settings: Mapping[str, str], home: str) -> Start:
    """Start the function `target` of `source`, ask for `path`, and stop it.

    Raises RuntimeError if it does not answer with 200 in time.
    """
    port = free_port()
    threads = catalogue.load()["signup"].concurrency
    run = textwrap.dedent(f"""\
        import os, sys
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {{max(os.sched_getaffinity(0))}})
        from functions_framework._cli import _cli
        sys.argv = ["functions-framework", "--source", {str(source)!r}, "--target", {target!r}]
        sys.argv += ["--signature-type", "http", "--host", "127.0.0.1", "--port", "{port}"]
        _cli()
        """)
    environment = {"PATH": os.environ["PATH"], "HOME": home, "FUNCTION_TARGET": target, "K_SERVICE": target}
    environment |= {"THREADS": str(threads), "WORKERS": "1", **settings}
    before, began = _children(), time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", run],
        cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _ask(process, f"http://127.0.0.1:{port}{path}")
        seconds = time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(30)
    return Start(seconds, _children() - before)


def _ask(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=30):
                return
        except urllib.error.HTTPError as error:
            error.close()
            raise RuntimeError(f"{url} answers {error.code}") from error
        except OSError:
            time.sleep(0.005)
    raise RuntimeError(f"{url} does not answer")


def _children() -> float:
    """The processor time of all processes that were started here and have ended, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
