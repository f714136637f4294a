"""The front door, in front of small real functions."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from local.front_door import LARGEST_BODY, FrontDoor
from local.organisers import Organisers
from local.testing import free_port

from .helpers import Handler, function, http_client, served

FUNCTIONS = [
    function("signup", prefixes=("/werkplaats",), exact=("/",)),
    function("manage", prefixes=("/aanmelding",), timeout=0.2),
    function("organiser", prefixes=("/organisatie",)),
    function("expire_offers", trigger="schedule", cron="* * * * *"),
]


async def sign_in(email: str) -> str:
    return f"s.{email}"


ORGANISERS = Organisers(sign_in)


def through(handler: Handler | None, scenario: Callable[[aiohttp.ClientSession, str], Awaitable[None]]) -> None:
    """Run `scenario(client, url)` with `handler` as every function; with None, no function can be reached."""

    async def main() -> None:
        async with http_client() as http:
            if handler is None:
                await behind(http, f"127.0.0.1:{free_port()}")
            else:
                async with served(handler) as address:
                    await behind(http, address)

    async def behind(http: aiohttp.ClientSession, address: str) -> None:
        front_door = FrontDoor(
            FUNCTIONS,
            http=http,
            address_of=lambda name: address,
            on_failure=lambda name, problem: None,
            organisers=ORGANISERS,
        )
        async with served(front_door.handle) as front, aiohttp.ClientSession() as client:
            await scenario(client, f"http://{front}")

    asyncio.run(main())


async def echo(request: web.Request) -> web.Response:
    return web.json_response(
        {
            "method": request.method,
            "target": request.raw_path,
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "body": (await request.read()).decode(),
        }
    )


def test_method_path_query_and_body_arrive_unchanged() -> None:
    """Method, path, query and body reach the function as the client sent them."""

    async def scenario(client: aiohttp.ClientSession, url: str) -> None:
        target = "/werkplaats/een%2Ftwee/aanmelden?naam=J%C3%B6%26&leeg"
        async with client.request("PROPFIND", URL(url + target, encoded=True), data=b"inhoud") as answer:
            seen = await answer.json()
        assert (seen["method"], seen["target"], seen["body"]) == ("PROPFIND", target, "inhoud")

    through(echo, scenario)


def test_body_in_chunks_stays_in_chunks() -> None:
    """A body without Content-Length reaches the function without one."""

    async def pieces() -> AsyncIterator[bytes]:
        yield b"een"
        yield b"twee"

    async def scenario(client: aiohttp.ClientSession, url: str) -> None:
        async with client.post(f"{url}/werkplaats/x", data=pieces()) as answer:
            seen = await answer.json()
        assert seen["body"] == "eentwee"
        assert seen["headers"]["transfer-encoding"] == "chunked"
        assert "content-length" not in seen["headers"]

    through(echo, scenario)


def test_only_the_session_cookie_passes() -> None:
    """As Hosting does, the front door removes every request cookie but __session."""

    async def scenario(client: aiohttp.ClientSession, url: str) -> None:
        async with client.get(f"{url}/", headers={"Cookie": "a=1; __session=ja; __sessions=nee"}) as answer:
            assert (await answer.json())["headers"]["cookie"] == "__session=ja"
        async with client.get(f"{url}/", headers={"Cookie": "a=1"}) as answer:
            assert "cookie" not in (await answer.json())["headers"]

    through(echo, scenario)


def test_forwarded_headers_are_the_front_doors_own() -> None:
    """Forwarded headers are set by the front door; those that a client sends, and hop-by-hop headers, are removed."""

    async def scenario(client: aiohttp.ClientSession, url: str) -> None:
        claims = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Port": "1", "Connection": "X-Odd", "X-Odd": "1"}
        async with client.get(f"{url}/", headers=claims) as answer:
            seen = (await answer.json())["headers"]
        assert seen["x-forwarded-for"] == "127.0.0.1"
        assert seen["x-forwarded-proto"] == "http"
        assert seen["x-forwarded-host"] == url.removeprefix("http://")
        assert "x-forwarded-port" not in seen
        assert "x-odd" not in seen

    through(echo, scenario)


@pytest.mark.parametrize(
    "path", ["/robots.txt", "/werkplaatsen", "/expire_offers", "/organisaties", "/_werkplaats", "//aanmelding/x"]
)
def test_path_that_no_function_has_goes_to_the_front_page_s(path: str) -> None:
    """A path that is no function's goes to the front page's function; prefixes match whole segments only."""

    async def scenario(client: aiohttp.ClientSession, url: str) -> None:
        async with client.get(URL(url + path, encoded=True)) as answer:
            assert (await answer.json())["target"] == path

    through(echo, scenario)


def test_error_of_a_function_is_kept_by_no_cache() -> None:
    """An error without Cache-Control gets `no-store`; one that has it keeps its own."""

    async def failing(request: web.Request) -> web.Response:
        own = {"Cache-Control": "max-age=5"} if "own" in request.query else {}
        return web.Response(status=int(request.query["status"]), headers=own)

    async def scenario(client: aiohttp.ClientSession, url: str) -> None:
        for query, expected in {"status=404": "no-store", "status=500": "no-store", "status=200": None}.items():
            async with client.get(f"{url}/werkplaats/x?{query}") as answer:
                assert answer.headers.get("Cache-Control") == expected
        async with client.get(f"{url}/werkplaats/x?status=404&own") as answer:
            assert answer.headers["Cache-Control"] == "max-age=5"

    through(failing, scenario)


def test_function_that_is_not_there_is_a_503() -> None:
    """If no function can be reached, the visitor gets 503 with Retry-After, and a Dutch page that is not cached."""

    async def scenario(client: aiohttp.ClientSession, url: str) -> None:
        async with client.get(f"{url}/werkplaats/x") as answer:
            assert answer.status == 503
            assert answer.headers["Retry-After"] == "1"
            assert answer.headers["Cache-Control"] == "no-store"
            assert "Dit lukt nu niet" in await answer.text()

    through(None, scenario)


def test_function_that_dies_while_it_answers_is_a_503() -> None:
    """If a function's process ends before it has answered, or halfway, the visitor gets 503 with Retry-After."""

    async def dying(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": "1000"})
        if "halfway" in request.query:
            await answer.prepare(request)
            await answer.write(b"half of it")
        assert request.transport is not None
        request.transport.close()
        return answer

    async def scenario(client: aiohttp.ClientSession, url: str) -> None:
        for query in ("", "?halfway"):
            async with client.post(f"{url}/werkplaats/x{query}") as answer:
                assert (answer.status, answer.headers["Retry-After"]) == (503, "1")

    through(dying, scenario)


def test_function_that_is_too_slow_is_a_504() -> None:
    """If a function takes longer than its timeout in functions.yaml, the visitor gets 504."""

    async def silent(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    async def scenario(client: aiohttp.ClientSession, url: str) -> None:
        async with client.get(f"{url}/aanmelding/x") as answer:
            assert answer.status == 504

    through(silent, scenario)


def test_body_beyond_the_clouds_limit_is_a_413() -> None:
    """A body of more than 32 MiB, Cloud Run's limit, gets 413."""

    async def scenario(client: aiohttp.ClientSession, url: str) -> None:
        async with client.post(f"{url}/werkplaats/x", data=io.BytesIO(b"x" * (LARGEST_BODY + 1))) as answer:
            assert answer.status == 413

    through(echo, scenario)


def test_redirects_and_cookies_of_a_function_reach_the_client() -> None:
    """Redirects and cookies of a function are passed on, neither followed nor kept."""

    async def redirecting(request: web.Request) -> web.Response:
        answer = web.Response(status=303, headers={"Location": "/aanmelding/token"})
        answer.set_cookie("__session", "een")
        answer.set_cookie("twee", "2")
        return answer

    async def scenario(client: aiohttp.ClientSession, url: str) -> None:
        async with client.post(f"{url}/werkplaats/x", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/aanmelding/token")
            assert len(answer.headers.getall("Set-Cookie")) == 2

    through(redirecting, scenario)
