"""Cancelling many people at once.

GET  /organisatie/{workshop}/mensen/afmelden    with `wie` (ids, at most 100): shows who, and asks once. Opened again
                                                later it shows who has been cancelled and who has not.
POST /organisatie/{workshop}/mensen/afmelden    with action=cancel: cancels each of `wie`, if it still is as shown:
                                                `gezien` has "id.version" for each. Without: the same as GET.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Response
from msgspec import Struct
from werkzeug.datastructures import MultiDict

from werkplaats import log
from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.commands import Cancel, Refused
from werkplaats.domain.workshop import Workshop
from werkplaats.web.http.requests import form_data
from werkplaats.web.http.responses import see_other
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.pages import desk_page, no_such_page
from werkplaats.web.organisers.person import explanation
from werkplaats.web.organisers.seat_actions import NO_MAIL
from werkplaats.wording.catalogues import Phrase, in_language
from werkplaats.workflows.seats.commit import SeatsBusyError

MOST_AT_ONCE = 100

_VERSION = re.compile(r"[0-9]{1,15}")

_NOBODY = Phrase("Kies eerst wie je wilt afmelden, in de lijst met mensen.")
_TOO_MANY = Phrase("Dit zijn er te veel. Je kunt honderd mensen tegelijk afmelden. Er is niets gedaan.")
_BUSY = Phrase("Het is nu erg druk. Hieronder zie je wie er al is afgemeld, en wie nog niet. Probeer het zo opnieuw.")
_SOME_REFUSED = Phrase("Niet iedereen is afgemeld. Hieronder zie je bij wie het niet lukte, en waarom.")


class Line(Struct, frozen=True):
    """One person of those who were chosen. `refused` says why cancelling was refused, if it was."""

    registration: Registration
    refused: str = ""


def show(visit: Visit, workshop: Workshop) -> Response:
    return _asks(visit, workshop, visit.request.args)


def act(visit: Visit, workshop: Workshop) -> Response:
    """Cancel everybody who was chosen, in one commit if nothing comes between, each only if nothing has changed."""
    fields = form_data(visit.request)
    if fields.get("action") != "cancel":
        return _asks(visit, workshop, fields)
    ids = _ids(fields)
    if not 0 < len(ids) <= MOST_AT_ONCE:
        return _asks(visit, workshop, fields)
    _of_workshop(visit, workshop, ids)
    seen, mailed = _seen(fields), fields.get("mail") != NO_MAIL
    commands = [Cancel(id, seen.get(id, -1), by_organiser=True, by=visit.email, mailed=mailed) for id in ids]
    try:
        outcomes = visit.runtime.seat_queue.do_all(workshop.id, commands)
    except SeatsBusyError:
        return _page(visit, workshop, _lines(visit, workshop, ids), 503, _BUSY)
    words = visit.words
    refused = {
        id: words.show(explanation(outcome.why))
        for id, outcome in zip(ids, outcomes, strict=True)
        if isinstance(outcome, Refused)
    }
    log.event("desk.cancelled_many", workshop=workshop.id, people=len(ids) - len(refused), refused=len(refused))
    if refused:
        return _page(visit, workshop, _lines(visit, workshop, ids, refused), 409, _SOME_REFUSED)
    asked = urlencode([("wie", id) for id in ids])
    return see_other(in_language(f"/organisatie/{workshop.id}/mensen/afmelden?{asked}", words.language))


def _asks(visit: Visit, workshop: Workshop, fields: "MultiDict[str, str]") -> Response:
    ids = _ids(fields)
    if not ids:
        return _page(visit, workshop, [], 422, _NOBODY)
    if len(ids) > MOST_AT_ONCE:
        return _page(visit, workshop, [], 422, _TOO_MANY)
    return _page(visit, workshop, _lines(visit, workshop, ids))


def _ids(fields: "MultiDict[str, str]") -> list[str]:
    """The ids of those who were chosen, each once. One that cannot be an id makes the page not exist."""
    ids = list(dict.fromkeys(fields.getlist("wie")))
    if any(not id.isascii() or not id or len(id) > 100 or "/" in id for id in ids):
        raise no_such_page()
    return ids


def _seen(fields: "MultiDict[str, str]") -> dict[str, int]:
    """The versions that the page showed, by id. One that is no number is left out, so that it counts as stale."""
    sent = (seen.rpartition(".") for seen in fields.getlist("gezien"))
    return {id: int(version) for id, _, version in sent if _VERSION.fullmatch(version)}


def _of_workshop(visit: Visit, workshop: Workshop, ids: list[str]) -> dict[str, Registration]:
    """The registrations, read in one round trip. Raises Problem if one of them is not of `workshop`."""
    found = visit.runtime.store.seats.registrations(ids)
    if any(id not in found or found[id].workshop != workshop.id for id in ids):
        raise no_such_page()
    return found


def _lines(visit: Visit, workshop: Workshop, ids: list[str], refused: Mapping[str, str] = {}) -> list[Line]:
    found = _of_workshop(visit, workshop, ids)
    return [Line(found[id], refused.get(id, "")) for id in ids]


def _page(
    visit: Visit, workshop: Workshop, lines: list[Line], status: int = 200, problem: Phrase | None = None
) -> Response:
    left = [line.registration for line in lines if line.registration.state.live]
    return desk_page(
        visit.words,
        "cancel_many",
        status,
        email=visit.email,
        workshop=workshop,
        lines=lines,
        left=left,
        unmailed=bool(left) and all(one.is_unconfirmed for one in left),
        begun=workshop.has_begun(visit.runtime.now()),
        problem=visit.words.show(problem) if problem else None,
    )
