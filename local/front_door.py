"""The stand-in for Firebase Hosting: one address for all HTTP functions, which treats requests as Hosting does."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Iterable

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from local.catalogue import Function
from local.organisers import COOKIE, DESK, SIGN_IN, Organisers

LARGEST_BODY = 32 * 1024**2
"""Cloud Run's limit on the body of a request, in bytes."""

RETRY_AFTER = "1"
"""How many seconds a visitor is asked to wait if a function's process ended before it answered: another one starts."""

_HOP_BY_HOP = {
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
_SET_HERE = {"host", "content-length", "cookie", SIGN_IN.lower()}
_TRUSTED = ("x-forwarded-",)
"""Beginnings of headers that functions trust because only Google's servers can set them. They are removed from what a
client sends.
"""


class FrontDoor:
    """Passes each request on to the function for its path, or, if there is none, to the one that has the front page.

    `address_of(function name)` gives host:port; `on_failure(function name, problem)` is called when a function fails.
    """

    def __init__(
        self,
        functions: Iterable[Function],
        *,
        http: aiohttp.ClientSession,
        address_of: Callable[[str], str],
        on_failure: Callable[[str, str], None],
        organisers: Organisers,
    ) -> None:
        self._functions = [function for function in functions if function.trigger == "http"]
        self._http = http
        self._address_of = address_of
        self._on_failure = on_failure
        self._organisers = organisers
        self._under_way = 0

    def left(self) -> str:
        """How many requests are being handled, as a Dutch text; empty if none."""
        return f"{self._under_way} × een verzoek" if self._under_way else ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        function = self._function_for(request.path)
        try:
            body = await _bounded(request)
        except _TooLargeError:
            return page(413, "Dat is te veel tegelijk", "Wat je stuurt is te groot.")
        self._under_way += 1
        try:
            session = await self._organisers.session_for(request) if DESK in function.prefixes else None
            return await self._pass_on(request, function, body, session)
        except TimeoutError:
            self._on_failure(function.name, f"antwoordde niet binnen {function.timeout:.0f} s")
            return page(504, "Dit duurt te lang", "Probeer het over een paar minuten nog eens.")
        except aiohttp.ClientError as error:
            self._on_failure(function.name, f"was niet te bereiken ({type(error).__name__})")
            answer = page(503, "Dit lukt nu niet", "Probeer het over een paar minuten nog eens.")
            answer.headers["Retry-After"] = RETRY_AFTER
            return answer
        finally:
            self._under_way -= 1

    def _function_for(self, path: str) -> Function:
        for function in self._functions:
            if any(path == prefix or path.startswith(f"{prefix}/") for prefix in function.prefixes):
                return function
        return next(function for function in self._functions if "/" in function.exact)

    async def _pass_on(
        self, request: web.Request, function: Function, body: bytes, session: str | None
    ) -> web.Response:
        target = request.raw_path if request.raw_path.startswith("/") else request.rel_url.raw_path_qs
        async with self._http.request(
            request.method,
            URL(f"http://{self._address_of(function.name)}{target}", encoded=True),
            headers=_request_headers(request, session),
            # A body that came in chunks is passed on in chunks, without Content-Length, as it is in the cloud.
            data=_chunks(body) if _came_in_chunks(request) else io.BytesIO(body) if body else None,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=function.timeout),
            skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent", "Content-Type"),
        ) as answer:
            if answer.status >= 500:
                self._on_failure(function.name, f"antwoordde {answer.status}")
            return web.Response(
                status=answer.status,
                reason=answer.reason,
                body=await answer.read(),
                headers=_response_headers(answer, head=request.method == "HEAD"),
            )


def page(status: int, title: str, text: str) -> web.Response:
    """A page that the front door makes itself, with a header that forbids caching."""
    return web.Response(
        status=status,
        content_type="text/html",
        charset="utf-8",
        headers={"Cache-Control": "no-store"},
        text=(
            '<!doctype html><html lang="nl"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
            f"<title>{title}</title></head><body><main><h1>{title}</h1><p>{text}</p>"
            '<p><a href="/">Naar het begin</a></p></main></body></html>\n'
        ),
    )


class _TooLargeError(Exception):
    pass


async def _bounded(request: web.Request) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise _TooLargeError
    return bytes(body)


def _came_in_chunks(request: web.Request) -> bool:
    return "chunked" in request.headers.get("Transfer-Encoding", "").lower()


async def _chunks(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 65536):
        yield body[start : start + 65536]
        await asyncio.sleep(0)


def _request_headers(request: web.Request, session: str | None) -> CIMultiDict[str]:
    """The headers that Hosting would pass on. Of the cookies that is only the desk's.

    `session` is the value of that cookie for somebody who is signed in here, or None.
    """
    dropped = _dropped(request.headers.get("Connection", ""))
    headers: CIMultiDict[str] = CIMultiDict()
    for name, value in request.headers.items():
        lower = name.lower()
        if lower not in dropped and lower not in _SET_HERE and not lower.startswith(_TRUSTED):
            headers.add(name, value)
    cookies = [
        cookie.strip()
        for header in request.headers.getall("Cookie", [])
        for cookie in header.split(";")
        if cookie.strip().startswith(f"{COOKIE}=")
    ]
    if session is not None:
        cookies = [f"{COOKIE}={session}"]
    if cookies:
        headers["Cookie"] = "; ".join(cookies)
    headers["X-Forwarded-For"] = request.remote or "127.0.0.1"
    headers["X-Forwarded-Proto"] = "http"
    headers["X-Forwarded-Host"] = request.host
    return headers


def _response_headers(answer: aiohttp.ClientResponse, *, head: bool) -> CIMultiDict[str]:
    dropped = _dropped(answer.headers.get("Connection", ""))
    headers: CIMultiDict[str] = CIMultiDict()
    for name, value in answer.headers.items():
        if name.lower() not in dropped and (head or name.lower() != "content-length"):
            headers.add(name, value)
    if answer.status >= 400 and "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    return headers


def _dropped(connection: str) -> set[str]:
    return _HOP_BY_HOP | {name.strip().lower() for name in connection.split(",")}
