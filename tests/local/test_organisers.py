"""Signing in on this machine, and what functions see of it."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web

from local.front_door import FrontDoor
from local.organisers import Organisers, makers

from .helpers import function, http_client, served

FUNCTIONS = [
    function("signup", prefixes=("/werkplaats",), access="public"),
    function("organiser", prefixes=("/organisatie",), access="public"),
]


def through(scenario: Callable[[aiohttp.ClientSession, str], Awaitable[None]]) -> None:
    """Runs `scenario(client, url)` against functions that answer with the headers they received."""

    async def headers(request: web.Request) -> web.Response:
        return web.json_response({name.lower(): value for name, value in request.headers.items()})

    async def sign_in(email: str) -> str:
        return f"s.{email}"

    async def main() -> None:
        organisers = Organisers(sign_in)
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
                await scenario(client, f"http://{front}")

    asyncio.run(main())


def test_a_header_signs_one_request_in() -> None:
    """The function gets a session's cookie in place of the header and of the cookies that the client sent."""

    async def scenario(client: aiohttp.ClientSession, url: str) -> None:
        sent = {"X-Local-Organiser": "jij@example.org", "Cookie": "__session=s.vals; other=vals"}
        async with client.get(f"{url}/organisatie/x", headers=sent) as answer:
            seen = await answer.json()
            assert "Set-Cookie" not in answer.headers
        assert seen["cookie"] == "__session=s.jij@example.org"
        assert "x-local-organiser" not in seen

    through(scenario)


@pytest.mark.parametrize("headers", [{}, {"X-Local-Organiser": " "}, {"Cookie": "local_organiser=x"}])
def test_who_says_nothing_is_not_signed_in(headers: dict[str, str]) -> None:
    """Without a valid header the function gets no cookie, and decides for itself as in the cloud."""

    async def scenario(client: aiohttp.ClientSession, url: str) -> None:
        async with client.get(f"{url}/organisatie/", headers=headers) as answer:
            seen = await answer.json()
        assert "cookie" not in seen
        assert "x-local-organiser" not in seen

    through(scenario)


def test_a_browser_signs_in_and_out() -> None:
    """A browser signs in and out by the desk's cookie, which scripts cannot read and public pages do not get."""

    async def scenario(client: aiohttp.ClientSession, url: str) -> None:
        async with client.get(f"{url}/_local/organiser") as answer:
            assert "platform31@example.org" in await answer.text()
        chosen = {"adres": "platform31@example.org"}
        async with client.post(f"{url}/_local/organiser", data=chosen, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/organisatie/")
            cookie = answer.headers["Set-Cookie"]
            for flag in ("HttpOnly", "SameSite=Lax", "Path=/organisatie"):
                assert flag in cookie
        async with client.get(f"{url}/organisatie/") as answer:
            assert "s.platform31@example.org" in (await answer.json())["cookie"]
        async with client.get(f"{url}/werkplaats/x") as answer:
            assert "cookie" not in await answer.json()
        async with client.post(f"{url}/_local/organiser", data={"adres": ""}, allow_redirects=False) as answer:
            assert answer.status == 303
        async with client.get(f"{url}/organisatie/") as answer:
            assert "cookie" not in await answer.json()

    through(scenario)


def test_the_header_counts_at_the_desk_alone() -> None:
    """The header does nothing for public pages."""

    async def scenario(client: aiohttp.ClientSession, url: str) -> None:
        sent = {"X-Local-Organiser": "jij@example.org"}
        async with client.get(f"{url}/werkplaats/x", headers=sent) as answer:
            seen = await answer.json()
        assert "cookie" not in seen
        assert "x-local-organiser" not in seen

    through(scenario)


def test_organisers_of_shipped_workshops_may_make_new_ones() -> None:
    """Organisers of the shipped workshops may make new ones, so that no setting is needed to try it."""
    assert makers() == "platform31@example.org,vanvieren@example.org"
