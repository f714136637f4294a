"""The stand-in for Eventarc: takes the emulator's events and delivers each to its function at least once.

The emulator posts its events one by one, in the order of the commits. It waits for the answer to each, and never sends
one again. So the relay answers at once, and does itself what Eventarc does: it delivers events side by side, in no
particular order, and tries each again until the function accepts it.
"""

import asyncio
import base64
import binascii
import itertools
import random
from collections import Counter
from collections.abc import Callable, Mapping

import aiohttp
from aiohttp import web

from local.catalogue import Function
from local.faults import Faults, happens

MARKERS = "local_markers"
"""Collection of documents that are made only for their event: once it arrives, all earlier events have arrived too
(see `settled.py`).
"""

_FIRST_RETRY = 0.2
_LONGEST_RETRY = 10.0


class Relay:
    """Delivers events to the functions with a Firestore trigger.

    `address_of(function name)` gives host:port; `on_failure(function name, problem)` is called when a function fails.
    """

    def __init__(
        self,
        functions: Mapping[str, Function],
        *,
        http: aiohttp.ClientSession,
        address_of: Callable[[str], str],
        faults: Callable[[], Faults],
        on_failure: Callable[[str, str], None],
    ) -> None:
        self.received = 0
        self.faulty: Counter[str] = Counter()
        """How many events were duplicated, delayed or dropped, by the name of the fault."""

        self._functions = {name: f for name, f in functions.items() if f.trigger == "firestore"}
        self._room = {name: asyncio.Semaphore(f.concurrency) for name, f in self._functions.items()}
        self._http = http
        self._address_of = address_of
        self._faults = faults
        self._on_failure = on_failure
        self._under_way: dict[asyncio.Task[None], str] = {}
        self._released = asyncio.Event()
        self._released.set()
        self._markers: dict[str, asyncio.Future[None]] = {}

    def application(self) -> web.Application:
        app = web.Application(client_max_size=32 * 1024**2)
        app.router.add_post("/functions/projects/{project}/triggers/{trigger}", self._take)
        return app

    def hold(self, held: bool) -> None:
        """If `held`, deliver no events from now on; if not, deliver all that were kept back."""
        if held:
            self._released.clear()
        else:
            self._released.set()

    def left(self) -> str:
        """How many events of each function are still to be delivered, as a Dutch text; empty if none."""
        counts = Counter(self._under_way.values())
        return ", ".join(f"{count} × {name}" for name, count in counts.items())

    def expect_marker(self, id: str) -> asyncio.Future[None]:
        """A future that is done when the event of the marker document `id` has arrived."""
        self._markers[id] = asyncio.get_running_loop().create_future()
        return self._markers[id]

    async def stop(self) -> None:
        for task in tuple(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _take(self, request: web.Request) -> web.Response:
        name = request.match_info["trigger"]
        if name == MARKERS:
            marker = self._markers.pop(request.headers.get("ce-document", "").rpartition("/")[2], None)
            if marker is not None and not marker.done():
                marker.set_result(None)
            return web.Response()
        if name not in self._functions:
            return web.Response(status=404, text=f"no function {name}")
        try:
            body = base64.b64decode(await request.read(), validate=True)
        except binascii.Error:
            return web.Response(status=400, text="the body is not base64")
        self.received += 1
        headers = {key: value for key, value in request.headers.items() if key.lower().startswith("ce-")}
        headers["Content-Type"] = "application/protobuf"
        self._accept(name, headers, body)
        if happens(self._faults().duplicate):
            self.faulty["duplicate"] += 1
            self._accept(name, headers, body)
        return web.Response()

    def _accept(self, name: str, headers: dict[str, str], body: bytes) -> None:
        task = asyncio.create_task(self._deliver(name, headers, body))
        self._under_way[task] = name
        task.add_done_callback(self._under_way.pop)

    async def _deliver(self, name: str, headers: dict[str, str], body: bytes) -> None:
        faults = self._faults()
        dropped = happens(faults.drop_first)
        delay = faults.draw_delay()
        self.faulty.update({"drop_first": int(dropped), "delay_ms": int(delay > 0)})
        await asyncio.sleep(delay)
        for attempt in itertools.count():
            await self._released.wait()
            if dropped and attempt == 0:
                problem: str | None = "dropped"
            else:
                problem = await self._post(name, headers, body)
            if problem is None:
                return
            if problem != "dropped":
                self._on_failure(name, problem)
            await asyncio.sleep(random.uniform(0.5, 1) * min(_FIRST_RETRY * 2 ** min(attempt, 10), _LONGEST_RETRY))

    async def _post(self, name: str, headers: dict[str, str], body: bytes) -> str | None:
        """Post the event to the function once; None if it was accepted, otherwise a Dutch text about what failed."""
        function = self._functions[name]
        async with self._room[name]:
            try:
                async with self._http.post(
                    f"http://{self._address_of(name)}/",
                    data=body,
                    headers=headers,
                    timeout=aiohttp.ClientTimeout(total=function.timeout),
                ) as answer:
                    await answer.read()
                    return None if 200 <= answer.status < 300 else f"antwoordde {answer.status}"
            except TimeoutError:
                return f"antwoordde niet binnen {function.timeout:.0f} s"
            except aiohttp.ClientError as error:
                return f"was niet te bereiken ({type(error).__name__})"
