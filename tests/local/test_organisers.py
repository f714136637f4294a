"""The stand-in for Identity-Aware Proxy: who gets through, and what functions are told."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web

from local.front_door import FrontDoor
from local.organisers import ASSERTION, Organisers
from werkplaats.security.iap import Assertions, NotSignedInError

from .helpers import function, http_client, served

FUNCTIONS = [
    function("signup", prefixes=("/werkplaats",), access="public"),
    function("organiser", prefixes=("/organisatie",), access="organisers"),
]


def through(scenario: Callable[[aiohttp.ClientSession, str, Assertions], Awaitable[None]]) -> None:
    """Runs `scenario(client, url, assertions)` before a function that tells which headers came."""

    async def headers(request: web.Request) -> web.Response:
        return web.json_response({name.lower(): value for name, value in request.headers.items()})

    async def main() -> None:
        organisers = Organisers()
        settings = organisers.settings()
        keys = json.loads(settings["IAP_PUBLIC_KEYS"])
        async with http_client() as http, served(headers) as address:
            front_door = FrontDoor(
                FUNCTIONS,
                http=http,
                address_of=lambda name: address,
                on_failure=lambda name, problem: None,
                organisers=organisers,
            )
            app = web.Application()
            organisers.add_routes(app.router)
            app.router.add_route("*", "/{path:.*}", front_door.handle)
            jar = aiohttp.CookieJar(unsafe=True)
            async with served(app) as front, aiohttp.ClientSession(cookie_jar=jar) as client:
                await scenario(client, f"http://{front}", Assertions(settings["IAP_AUDIENCE"], lambda wanted: keys))

    asyncio.run(main())


def test_a_header_signs_one_request_in() -> None:
    """The function gets an assertion it can verify, and none of what the client wrote itself."""

    async def scenario(client: aiohttp.ClientSession, url: str, assertions: Assertions) -> None:
        sent = {
            "X-Local-Organiser": "jij@example.org",
            "x-goog-iap-jwt-assertion": "vals",
            "X-Goog-IAP-Anything": "vals",
            "X-Goog-Authenticated-User-Email": "vals",
        }
        async with client.get(f"{url}/organisatie/x", headers=sent) as answer:
            seen = await answer.json()
        assert assertions.email(seen[ASSERTION.lower()]) == "jij@example.org"
        assert "vals" not in seen.values()
        assert "x-local-organiser" not in seen

    through(scenario)


@pytest.mark.parametrize(
    "headers", [{}, {"X-Local-Organiser": " "}, {ASSERTION: "vals"}, {"Cookie": "local_organiser="}]
)
def test_who_is_not_signed_in_is_told_where_to(headers: dict[str, str]) -> None:
    """As the proxy does, the front door lets nobody through; the function is not asked."""

    async def scenario(client: aiohttp.ClientSession, url: str, assertions: Assertions) -> None:
        async with client.get(f"{url}/organisatie/", headers=headers) as answer:
            assert answer.status == 401
            assert "/_local/organiser" in await answer.text()

    through(scenario)


def test_a_browser_signs_in_and_out() -> None:
    """By a cookie that scripts and other sites cannot use; functions never see it."""

    async def scenario(client: aiohttp.ClientSession, url: str, assertions: Assertions) -> None:
        async with client.get(f"{url}/_local/organiser") as answer:
            assert "platform31@example.org" in await answer.text()
        chosen = {"adres": "platform31@example.org"}
        async with client.post(f"{url}/_local/organiser", data=chosen, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/organisatie/")
            cookie = answer.headers["Set-Cookie"]
            assert "HttpOnly" in cookie
            assert "SameSite=Lax" in cookie
        async with client.get(f"{url}/organisatie/") as answer:
            seen = await answer.json()
        assert assertions.email(seen[ASSERTION.lower()]) == "platform31@example.org"
        assert "cookie" not in seen
        async with client.post(f"{url}/_local/organiser", data={"adres": ""}, allow_redirects=False) as answer:
            assert answer.status == 303
        async with client.get(f"{url}/organisatie/") as answer:
            assert answer.status == 401

    through(scenario)


def test_only_organisers_functions_are_told_who_it_is() -> None:
    """The proxy does not stand before public pages."""

    async def scenario(client: aiohttp.ClientSession, url: str, assertions: Assertions) -> None:
        sent = {"X-Local-Organiser": "jij@example.org", ASSERTION: "vals"}
        async with client.get(f"{url}/werkplaats/x", headers=sent) as answer:
            seen = await answer.json()
        assert ASSERTION.lower() not in seen
        with pytest.raises(NotSignedInError):
            assertions.email(seen.get(ASSERTION.lower()))

    through(scenario)
