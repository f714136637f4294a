"""Events of the real emulator, through the relay, to a small function that accepts or refuses them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from aiohttp import web

from local.emulator import PROJECT, Emulator
from local.faults import Faults
from local.prerequisites import Prerequisites
from local.relay import Relay
from local.settled import Settling

from .helpers import eventually, function, http_client, served


@dataclass
class Taken:
    """The function: records what it gets, and answers with each status in `answers` once, and then with 200.

    A status of 0 closes the connection without an answer, as a process that is killed does.
    """

    answers: list[int] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def handle(self, request: web.Request) -> web.Response:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        body = await request.read()
        await asyncio.sleep(0)
        self.requests.append(({name.lower(): value for name, value in request.headers.items()}, body))
        self.documents.append(request.headers["ce-document"])
        self.at_once -= 1
        status = self.answers.pop(0) if self.answers else 200
        if status == 0 and request.transport is not None:
            request.transport.close()
        return web.Response(status=status or 200)


@dataclass
class Running:
    relay: Relay
    taken: Taken
    failures: list[str]
    create: Callable[[str], Awaitable[None]]
    settling: Settling


@asynccontextmanager
async def running(
    emulator_address: str, relay_port: int, faults: Faults | None = None, *, concurrency: int = 8
) -> AsyncIterator[Running]:
    taken, failures = Taken(), []
    take = function("take", trigger="firestore", event="created", document="things/{thing}", concurrency=concurrency)
    async with http_client() as http, served(taken.handle) as address:
        relay = Relay(
            {"take": take},
            http=http,
            address_of=lambda name: address,
            faults=lambda: faults or Faults(),
            on_failure=lambda name, problem: failures.append(problem),
        )
        emulator = Emulator(prerequisites=Prerequisites(java="", jar=""), log=None)  # type: ignore[arg-type]
        emulator.port = int(emulator_address.rpartition(":")[2])
        emulator._http = http
        settling = Settling(emulator=emulator, relay=relay, left=[relay.left], backlog=_nothing)
        async with served(relay.application(), relay_port):
            yield Running(relay, taken, failures, partial(emulator.create, "things"), settling)
            await relay.stop()


async def _nothing() -> str:
    return ""


def test_function_gets_the_event_as_the_cloud_sends_it(emulator_address: str, relay_port: int) -> None:
    """The function gets a binary CloudEvent: attributes in headers, and raw protobuf, not base64, as the body."""

    async def scenario() -> None:
        async with running(emulator_address, relay_port) as it:
            await it.create("raw")
            await eventually(lambda: bool(it.taken.requests))
        headers, body = it.taken.requests[0]
        name = f"projects/{PROJECT}/databases/(default)/documents/things/raw"
        assert name.encode() in body
        assert headers["content-type"] == "application/protobuf"
        assert headers["ce-type"] == "google.cloud.firestore.document.v1.created"
        assert headers["ce-document"] == "things/raw"
        assert {"ce-id", "ce-source", "ce-specversion", "ce-subject", "ce-time"} <= headers.keys()

    asyncio.run(scenario())


def test_event_that_is_refused_comes_again_until_it_is_taken(emulator_address: str, relay_port: int) -> None:
    """An event is delivered again until the function accepts it, and each failure is reported."""

    async def scenario() -> None:
        async with running(emulator_address, relay_port) as it:
            it.taken.answers = [500, 503]
            await it.create("refused")
            await eventually(lambda: len(it.taken.documents) == 3)
            await eventually(lambda: it.relay.left() == "")
        assert len({headers["ce-id"] for headers, _ in it.taken.requests}) == 1
        assert it.failures == ["antwoordde 500", "antwoordde 503"]

    asyncio.run(scenario())


def test_event_in_a_process_that_is_killed_comes_again(emulator_address: str, relay_port: int) -> None:
    """An event whose function ends before it has answered is delivered again, under the same id."""

    async def scenario() -> None:
        async with running(emulator_address, relay_port) as it:
            it.taken.answers = [0]
            await it.create("killed")
            await eventually(lambda: len(it.taken.documents) == 2)
            await eventually(lambda: it.relay.left() == "")
        assert len({headers["ce-id"] for headers, _ in it.taken.requests}) == 1
        assert it.failures == ["was niet te bereiken (ServerDisconnectedError)"]

    asyncio.run(scenario())


def test_duplicated_event_comes_twice_with_one_id(emulator_address: str, relay_port: int) -> None:
    """A duplicated event is delivered twice with the same id."""

    async def scenario() -> None:
        async with running(emulator_address, relay_port, Faults(duplicate=1)) as it:
            await it.create("duplicate")
            assert not (await it.settling.wait(10)).left
        assert it.taken.documents == ["things/duplicate"] * 2
        assert len({headers["ce-id"] for headers, _ in it.taken.requests}) == 1

    asyncio.run(scenario())


def test_dropped_event_is_delivered_by_the_retry(emulator_address: str, relay_port: int) -> None:
    """A first delivery that is dropped does not reach the function, but the next attempt does."""

    async def scenario() -> None:
        async with running(emulator_address, relay_port, Faults(drop_first=1)) as it:
            await it.create("dropped")
            assert not (await it.settling.wait(10)).left
        assert it.taken.documents == ["things/dropped"]
        assert it.failures == []

    asyncio.run(scenario())


def test_delayed_event_comes_after_its_delay(emulator_address: str, relay_port: int) -> None:
    """No event is delivered before the shortest delay has passed."""

    async def scenario() -> None:
        async with running(emulator_address, relay_port, Faults(delay=(0.2, 0.3))) as it:
            started = asyncio.get_running_loop().time()
            await it.create("late")
            await eventually(lambda: bool(it.taken.documents))
            assert asyncio.get_running_loop().time() - started >= 0.2

    asyncio.run(scenario())


def test_held_event_waits_until_it_is_released(emulator_address: str, relay_port: int) -> None:
    """While events are held the system is not settled, and the answer says what is left."""

    async def scenario() -> None:
        async with running(emulator_address, relay_port) as it:
            it.relay.hold(True)
            await it.create("held")
            await eventually(lambda: it.relay.received == 1)
            assert (await it.settling.wait(0.2)).left == "1 × take"
            assert it.taken.documents == []
            it.relay.hold(False)
            assert not (await it.settling.wait(10)).left
        assert it.taken.documents == ["things/held"]

    asyncio.run(scenario())


def test_settled_means_that_every_event_of_a_burst_was_taken(emulator_address: str, relay_port: int) -> None:
    """The system is settled only after the last event of many fast writes has been accepted."""

    async def scenario() -> None:
        async with running(emulator_address, relay_port) as it:
            await asyncio.gather(*(it.create(f"burst-{number}") for number in range(200)))
            assert not (await it.settling.wait(20)).left
            assert sorted(it.taken.documents) == sorted(f"things/burst-{number}" for number in range(200))

    asyncio.run(scenario())


def test_function_gets_no_more_events_at_once_than_its_concurrency(emulator_address: str, relay_port: int) -> None:
    """A function gets at most as many events at the same time as its concurrency."""

    async def scenario() -> None:
        async with running(emulator_address, relay_port, concurrency=2) as it:
            it.relay.hold(True)
            for number in range(10):
                await it.create(f"crowd-{number}")
            await eventually(lambda: it.relay.received == 10)
            it.relay.hold(False)
            assert not (await it.settling.wait(10)).left
        assert len(it.taken.documents) == 10
        assert it.taken.most_at_once == 2

    asyncio.run(scenario())
