"""Puts all parts of the local system together, starts them in order, and stops them in reverse order."""

import asyncio
import contextlib
import errno
import fcntl
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

from local import catalogue, keys, organisers
from local.catalogue import ROOT
from local.clock import Clock
from local.emulator import PROJECT, Emulator
from local.faults import Faults
from local.front_door import FrontDoor
from local.local_routes import LocalRoutes
from local.mail_pages import MailPages
from local.mailbox import Mailbox
from local.organisers import Organisers
from local.prerequisites import Prerequisites
from local.relay import MARKERS, Relay
from local.scheduler import Scheduler
from local.sendgrid import SendGrid
from local.settled import Settling
from local.store import Package
from local.workers import Workers

_DRAIN = 3.0
"""How long, in seconds, the end waits for events that are still being delivered."""

_LONGEST_LINE = 64 * 1024
"""The longest first line of a request that is accepted, in bytes.

It is longer than what the functions' server accepts, so that the function refuses a line that is too long, as in the
cloud.
"""

_SAY_AGAIN = 10.0
"""For this time, in seconds, the same failure of the same function is reported only once."""


class PortTakenError(Exception):
    """The front door's port is in use, or not allowed."""


class FolderTakenError(Exception):
    """Another run keeps its data in the same folder."""


class System:
    """`folder` is where everything is written. If `keep` is true, the database is saved into it at the end."""

    def __init__(
        self,
        *,
        port: int,
        folder: Path,
        keep: bool,
        prerequisites: Prerequisites,
        say: Callable[[str], None],
    ) -> None:
        self.url = f"http://localhost:{port}"
        self.firestore = ""
        """host:port of the emulator, once it runs."""
        self.logs = folder / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.clock = Clock(folder / "clock")
        self._port = port
        self._folder = folder
        self._keep = keep
        self._prerequisites = prerequisites
        self._say = say
        self._faults = Faults()
        self._functions = catalogue.load()
        self.started = False
        self._said: dict[tuple[str, str], float] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The system runs inside the block and is stopped after it."""
        # The port is taken first, so that nothing is started if it is in use.
        front_sockets = _listen(self._port)
        async with AsyncExitStack() as stack:
            stack.enter_context(_alone_in(self._folder))
            for listening in front_sockets:
                stack.callback(listening.close)
            await self._start(stack, front_sockets)
            self.started = True
            yield

    async def _start(self, stack: AsyncExitStack, front_sockets: list[socket.socket]) -> None:
        # Each request uses a new connection, because gunicorn may close an idle one at the moment it is used again.
        http = await stack.enter_async_context(
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, force_close=True),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        )
        workers = Workers(logs=self.logs, clock=self.clock.path, on_death=self._died)
        stack.push_async_callback(workers.stop)
        self._workers = workers
        relay = Relay(
            self._functions,
            http=http,
            address_of=self._address_of,
            faults=lambda: self._faults,
            on_failure=self._failed,
        )
        relay_port = await _serve(stack, relay.application())
        emulator = Emulator(
            prerequisites=self._prerequisites,
            log=self.logs / "emulator.log",
            rules=ROOT / "firestore.rules",
            events_to=f"127.0.0.1:{relay_port}",
            keep_in=self._folder if self._keep else None,
        )
        with self._step("Firestore-emulator"):
            await stack.enter_async_context(emulator)
        self.firestore = emulator.host
        stack.push_async_callback(self._save, emulator)
        base = {"GOOGLE_CLOUD_PROJECT": PROJECT, "FIRESTORE_EMULATOR_HOST": emulator.host}
        secret = keys.kept_in(self._folder / "keys.json")
        makers = os.environ.get("ORGANISERS") or organisers.makers()
        package = Package(base | {"PUBLIC_URL": self.url, "ORGANISERS": makers}, self.clock.now)
        signing_in = Organisers(package.signed_in)
        mailbox = Mailbox(self._folder / "mailbox.jsonl")
        sendgrid = SendGrid(
            api_key=secret.sendgrid_api,
            private_key=secret.webhook_private,
            mailbox=mailbox,
            webhook=f"http://127.0.0.1:{self._port}/hooks/sendgrid",
            now=self.clock.now,
            http=http,
            faults=lambda: self._faults,
        )
        sendgrid_port = await _serve(stack, sendgrid.application())
        for function in self._functions.values():
            if function.trigger == "firestore":
                await emulator.register_trigger(function.name, event=function.event, document=function.document)
        await emulator.register_trigger(MARKERS, event="created", document=f"{MARKERS}/{{marker}}")
        settings = {
            "PUBLIC_URL": self.url,
            "SENDGRID_BASE_URL": f"http://127.0.0.1:{sendgrid_port}",
            **secret.settings(),
            "ORGANISERS": makers,
        }
        with self._step(f"{len(self._functions)} functies"):
            await workers.start(self._functions.values(), settings, base)
        # Published after the functions have started, so that they get the event of a larger capacity and promote.
        with self._step("Werkplaatsen publiceren"):
            await workers.publish(base, fresh=self.clock.fresh)
        stack.push_async_callback(workers.stop)  # before the database is saved and stopped
        stack.push_async_callback(relay.stop)
        stack.push_async_callback(sendgrid.stop)
        scheduler = Scheduler(
            self._functions.values(),
            now=self.clock.now,
            http=http,
            address_of=self._address_of,
            on_failure=self._failed,
        )
        front_door = FrontDoor(
            self._functions.values(),
            http=http,
            address_of=self._address_of,
            on_failure=self._failed,
            organisers=signing_in,
        )
        routes = LocalRoutes(
            clock=self.clock,
            scheduler=scheduler,
            settling=Settling(
                emulator=emulator,
                relay=relay,
                left=[relay.left, scheduler.left, sendgrid.left, front_door.left],
                backlog=package.backlog,
            ),
            workers=workers,
            mail_pages=MailPages(mailbox),
            organisers=signing_in,
            desk_link=package.desk_link,
            check_store=package.check,
            set_faults=lambda faults: self._set_faults(faults, relay),
            faulty=lambda: relay.faulty,
        )
        app = web.Application()
        routes.add_routes(app.router)
        app.router.add_route("*", r"/{path:[\s\S]*}", front_door.handle)
        await _serve(stack, app, front_sockets)
        ticking = asyncio.create_task(scheduler.run())
        stack.push_async_callback(_cancelled, ticking)
        stack.push_async_callback(_drained, [relay.left, sendgrid.left])

    def _address_of(self, function: str) -> str:
        return f"127.0.0.1:{self._workers.ports[function]}"

    def _set_faults(self, faults: Faults, relay: Relay) -> None:
        self._faults = faults
        relay.hold(faults.hold)

    async def _save(self, emulator: Emulator) -> None:
        if self._keep:
            with self._step("Gegevens bewaren"):
                await emulator.save()

    def _failed(self, function: str, problem: str) -> None:
        now = time.monotonic()
        if now - self._said.get((function, problem), -_SAY_AGAIN) >= _SAY_AGAIN:
            self._said[function, problem] = now
            self._say(f"! {function} {problem}; zie {self._workers.log(function)}")

    def _died(self, function: str) -> None:
        self._say(f"! {function} is gestopt. Het laatste dat het zei:\n{self._workers.last_output(function)}")

    @contextmanager
    def _step(self, what: str) -> Iterator[None]:
        self._say(f"  {what} …")
        started = time.monotonic()
        yield
        self._say(f"  {what}: klaar ({time.monotonic() - started:.1f} s)".replace(".", ","))


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Lock `folder` for this run; FolderTakenError if another run uses it.

    Two runs in one folder would overwrite each other's saved database.
    """
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise FolderTakenError(
                f"In {folder} draait al een Werkplaats. Stop die eerst, of kies een andere map: make run DATA=map"
            ) from error
        yield


def _listen(port: int) -> list[socket.socket]:
    """Sockets on `port` of the loopback addresses of IPv4 and, if there is one, of IPv6; PortTakenError if in use."""
    try:
        sockets = [socket.create_server(("127.0.0.1", port), backlog=1024)]
    except OSError as error:
        why = "is bezet" if error.errno == errno.EADDRINUSE else f"kan niet worden gebruikt ({error.strerror})"
        raise PortTakenError(f"Poort {port} {why}.") from error
    with contextlib.suppress(OSError):
        sockets.append(socket.create_server(("::1", port), family=socket.AF_INET6, backlog=1024))
    return sockets


async def _serve(stack: AsyncExitStack, app: web.Application, sockets: list[socket.socket] | None = None) -> int:
    """Serve `app` on `sockets`, or on a free port of 127.0.0.1, until `stack` is closed; returns the port."""
    runner = web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=1,
        handler_cancellation=False,
        max_line_size=_LONGEST_LINE,
        auto_decompress=False,  # a compressed body is passed on to the function unchanged
    )
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    sockets = sockets or [socket.create_server(("127.0.0.1", 0), backlog=1024)]
    for listening in sockets:
        await web.SockSite(runner, listening).start()
    port: int = sockets[0].getsockname()[1]
    return port


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _drained(left: list[Callable[[], str]]) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN):
            while any(one() for one in left):
                await asyncio.sleep(0.05)
