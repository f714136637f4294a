"""A small process that imports the heavy libraries once and forks one process for each function.

Starting a Python process for each function would take much longer. This process has a single thread and opens no
connection to a database, because threads and gRPC channels do not survive a fork. `workers.py` controls it: each line
on its standard input is an order in JSON, and each line on its standard output is a report in JSON. When its input
ends, it ends its children and then itself.
"""

import contextlib
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from local.catalogue import ROOT
from local.clock import Clock, starting_moment
from local.leash import tie_to_parent

GRACE = 3
"""The time, in seconds, that a function gets at the end to finish the requests it is working on."""

_PRELOADED = (
    "functions_framework._http.gunicorn",
    "google.cloud.firestore",
    "sendgrid",
    "jinja2",
    "wtforms",
    "email_validator",
    "itsdangerous",
    "icalendar",
    "markdown_it",
    "msgspec",
    "nacl.public",
    "yaml",
)


def main() -> NoReturn:
    tie_to_parent(os.getppid())
    reports = os.dup(1)
    os.dup2(2, 1)  # so that text a library prints does not end up among the reports
    for name in _PRELOADED:
        with contextlib.suppress(ImportError):  # a function that needs the library reports this when it starts
            importlib.import_module(name)
    _serve(reports)


def _serve(reports: int) -> NoReturn:
    children: dict[int, str] = {}
    woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _report(reports, event="loaded")
    pending = b""
    while True:
        readable, _, _ = select.select([0, woken], [], [])
        if woken in readable:
            os.read(woken, 1024)
            _reap(children, reports)
        if 0 in readable:
            chunk = os.read(0, 65536)
            if not chunk:
                _end(children, reports)
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                order = json.loads(line)
                children[_fork(order, reports, woken, wake)] = order["name"]


def _fork(order: dict[str, Any], reports: int, *close: int) -> int:
    parent = os.getpid()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        tie_to_parent(parent)
        for descriptor in close:
            os.close(descriptor)
        _redirect(order["log"])
        os.environ.clear()
        os.environ.update(order["env"])
        _WORK[order["kind"]](order, reports)
        code = 0
    except SystemExit as exit:
        code = exit.code if isinstance(exit.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _redirect(log: str) -> None:
    with open(log, "ab") as file, open(os.devnull) as nothing:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        os.dup2(nothing.fileno(), 0)
    sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)


def _run_function(order: dict[str, Any], reports: int) -> None:
    """Serve the function as its container in the cloud does, but with the movable clock in place of the real one."""
    import functions_framework
    import functions_framework._http

    app = functions_framework.create_app(  # type: ignore[no-untyped-call]
        order["name"], str(ROOT / "functions" / "main.py"), order["signature_type"]
    )
    sys.modules["main"].runtime.clock = Clock(Path(order["clock"])).now
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    listening.set_inheritable(True)
    port = listening.getsockname()[1]
    os.environ["PORT"] = str(port)
    arbiter = os.getpid()
    server = functions_framework._http.create_server(  # type: ignore[no-untyped-call]
        app,
        False,
        bind=f"fd://{listening.fileno()}",
        graceful_timeout=GRACE,
        control_socket_disable=True,
        when_ready=lambda arbiter: _report(reports, event="ready", name=order["name"], port=port),
        post_fork=lambda arbiter_, worker: _begin_work(arbiter, order["name"], reports),
    )
    server.run("127.0.0.1", port)


def _begin_work(arbiter: int, name: str, reports: int) -> None:
    """In a worker process that gunicorn has just forked: end with `arbiter`, and report its process id.

    Gunicorn calls this for the first worker, and for each that takes the place of one that has ended.
    """
    tie_to_parent(arbiter)
    _report(reports, event="working", name=name, pid=os.getpid())


def _publish(order: dict[str, Any], reports: int) -> None:
    """Publish the workshops whose files are new or have changed.

    If the clock is new, first set it to a moment at which people can sign up.
    """
    sys.path.insert(0, str(ROOT / "functions"))
    from werkplaats.cli.publish import NotPublishedError, publish_new
    from werkplaats.runtime import Runtime
    from werkplaats.workshop_files import WorkshopFileError, load_all

    clock = Clock(Path(order["clock"]))
    try:
        if order["fresh"]:
            clock.set(starting_moment(clock.now(), load_all()))
        publish_new(Runtime.from_environment().store, clock.now())
    except (NotPublishedError, WorkshopFileError) as error:
        print(error, file=sys.stderr)  # without a traceback: the message itself says what to do
        sys.exit(1)


_WORK: dict[str, Callable[[dict[str, Any], int], None]] = {"function": _run_function, "publish": _publish}


def _reap(children: dict[int, str], reports: int) -> None:
    while children:
        try:
            child, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if child == 0:
            return
        if child in children:
            _report(reports, event="ended", name=children.pop(child), code=os.waitstatus_to_exitcode(status))


def _end(children: dict[int, str], reports: int) -> NoReturn:
    for child in children:
        os.kill(child, signal.SIGTERM)
    deadline = time.monotonic() + GRACE + 1
    while children and time.monotonic() < deadline:
        _reap(children, reports)
        time.sleep(0.02)
    for child in children:
        os.kill(child, signal.SIGKILL)
    for child in children:
        os.waitpid(child, 0)
    os._exit(0)


def _report(descriptor: int, **report: Any) -> None:
    os.write(descriptor, json.dumps(report).encode() + b"\n")  # shorter than PIPE_BUF, so never mixed with another


if __name__ == "__main__":
    main()
