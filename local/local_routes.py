"""The addresses under /_local/: health, clock, schedules, faults, settled, check, mailbox. None exist in the cloud."""

import json
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from local import faults
from local.clock import Clock, ClockError, requested_moment
from local.faults import Faults
from local.mail_pages import MailPages
from local.organisers import Organisers
from local.scheduler import Scheduler, UnknownScheduleError
from local.settled import Settling
from local.workers import UnknownFunctionError, WorkerError, Workers

_LONGEST_WAIT = 600.0


class LocalRoutes:
    def __init__(
        self,
        *,
        clock: Clock,
        scheduler: Scheduler,
        settling: Settling,
        workers: Workers,
        mail_pages: MailPages,
        organisers: Organisers,
        desk_link: Callable[[str], Awaitable[str]],
        check_store: Callable[[], Awaitable[list[str]]],
        set_faults: Callable[[Faults], None],
        faulty: Callable[[], Mapping[str, int]],
    ) -> None:
        self._clock = clock
        self._scheduler = scheduler
        self._settling = settling
        self._workers = workers
        self._mail_pages = mail_pages
        self._organisers = organisers
        self._desk_link = desk_link
        self._check_store = check_store
        self._set_faults = set_faults
        self._faulty = faulty

    def add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/_local/health", self._health)
        router.add_get("/_local/clock", self._clock_shown)
        router.add_post("/_local/clock", self._clock_moved)
        router.add_post("/_local/schedule/{function}", self._schedule)
        router.add_post("/_local/faults", self._faults_set)
        router.add_post("/_local/kill", self._kill)
        router.add_get("/_local/settled", self._settled)
        router.add_post("/_local/desk-link", self._desk_link_made)
        router.add_get("/_local/check", self._checked)
        self._mail_pages.add_routes(router)
        self._organisers.add_routes(router)
        router.add_route("*", "/_local{rest:(/.*)?}", self._unknown)

    async def _health(self, request: web.Request) -> web.Response:
        return _answer({"ready": True})

    async def _clock_shown(self, request: web.Request) -> web.Response:
        return _answer({"now": self._clock.now().isoformat()})

    async def _clock_moved(self, request: web.Request) -> web.Response:
        try:
            self._clock.move_to(requested_moment(await _json(request), self._clock.now()))
        except TypeError as error:
            return _answer({"error": str(error)}, 400)
        except ClockError as error:
            return _answer({"error": str(error)}, 409)
        ran = await self._scheduler.run_due()
        return _answer({"now": self._clock.now().isoformat(), "schedules": ran})

    async def _schedule(self, request: web.Request) -> web.Response:
        try:
            outcome = await self._scheduler.run_now(request.match_info["function"])
        except UnknownScheduleError:
            known = ", ".join(self._scheduler.names)
            return _answer({"error": f"Zo'n schema is er niet. Deze zijn er wel: {known}."}, 404)
        headers = {"Content-Type": outcome.content_type, "Cache-Control": "no-store"}
        return web.Response(status=outcome.status, body=outcome.body, headers=headers)

    async def _faults_set(self, request: web.Request) -> web.Response:
        try:
            asked = await _json(request)
            self._set_faults(faults.parse(asked))
        except (TypeError, ValueError) as error:
            return _answer({"error": str(error)}, 400)
        return _answer({"faults": asked, "events_so_far": dict(self._faulty())})

    async def _kill(self, request: web.Request) -> web.Response:
        try:
            name = _field(await _json(request), "function", "deliver_mail")
            killed = await self._workers.kill(name)
        except TypeError as error:
            return _answer({"error": str(error)}, 400)
        except UnknownFunctionError:
            known = ", ".join(self._workers.ports)
            return _answer({"error": f"Zo'n functie is er niet. Deze zijn er wel: {known}."}, 404)
        except WorkerError as error:
            return _answer({"error": str(error)}, 500)
        return _answer({"function": name, "killed": killed})

    async def _desk_link_made(self, request: web.Request) -> web.Response:
        try:
            email = _field(await _json(request), "email", "jij@example.org")
            return _answer({"link": await self._desk_link(email)})
        except (TypeError, ValueError) as error:
            return _answer({"error": str(error)}, 400)

    async def _settled(self, request: web.Request) -> web.Response:
        try:
            timeout = float(request.query.get("timeout", "30"))
        except ValueError:
            timeout = math.nan
        if not 0 <= timeout <= _LONGEST_WAIT:
            return _answer({"error": f"timeout: verwacht 0 tot en met {_LONGEST_WAIT:.0f} seconden."}, 400)
        outcome = await self._settling.wait(timeout)
        answer: dict[str, Any] = {"settled": not outcome.left, "waited_seconds": round(outcome.waited_seconds, 3)}
        if outcome.left:
            return _answer({**answer, "left": outcome.left}, 408)
        return _answer(answer)

    async def _checked(self, request: web.Request) -> web.Response:
        found = await self._check_store()
        return _answer({"fits": not found, "findings": found}, 409 if found else 200)

    async def _unknown(self, request: web.Request) -> web.Response:
        known = "health, clock, mail, mail.json, organiser, desk-link, check, settled, faults, kill, schedule/{functie}"
        return _answer({"error": f"Hier is niets voor {request.method}. Onder /_local/ staan: {known}."}, 404)


def _field(asked: Any, name: str, example: str) -> str:
    """The text in the field `name` of a request's JSON; TypeError, with a text for its sender, if there is none."""
    value = asked.get(name) if isinstance(asked, dict) else None
    if not isinstance(value, str):
        raise TypeError(f"Verwacht {json.dumps({name: example})}.")
    return value


async def _json(request: web.Request) -> Any:
    try:
        return json.loads(await request.read())
    except (ValueError, RecursionError):
        raise TypeError("Verwacht JSON.") from None


def _answer(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(
        status=status,
        text=json.dumps(body, ensure_ascii=False),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
