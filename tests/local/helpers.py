"""Small real HTTP servers for tests."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from local.catalogue import Function

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def served(app: web.Application | Handler, port: int = 0) -> AsyncIterator[str]:
    """Serve `app`, or one handler for every request, on 127.0.0.1; gives host:port."""
    if not isinstance(app, web.Application):
        handler, app = app, web.Application(client_max_size=64 * 1024**2)
        app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", port))
    await web.SockSite(runner, listening).start()
    try:
        yield f"127.0.0.1:{listening.getsockname()[1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def http_client() -> AsyncIterator[aiohttp.ClientSession]:
    """An HTTP session with the settings that the local system uses."""
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, force_close=True),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
    ) as session:
        yield session


async def eventually(condition: Callable[[], bool], within: float = 10.0) -> None:
    """Wait until `condition` is true; TimeoutError if it takes too long."""
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(0.005)


def function(name: str, **fields: object) -> Function:
    """A function as in functions.yaml, with `fields` in place of the defaults."""
    given = {"trigger": "http", "settings": (), "concurrency": 8, "timeout": 10.0, **fields}
    return Function(name=name, **given)  # type: ignore[arg-type]
