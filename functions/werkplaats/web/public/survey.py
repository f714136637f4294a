"""The survey afterwards."""

from hashlib import sha256
from typing import Any

from flask import Request, Response
from werkzeug.routing import Map, Rule

from werkplaats.domain.seats.commands import Unsubscribe
from werkplaats.domain.survey.waves import version_id
from werkplaats.runtime import Runtime
from werkplaats.web.forms.forms import survey_form
from werkplaats.web.http.requests import form_data
from werkplaats.web.http.responses import asset_file, not_found, page, see_other
from werkplaats.workflows.survey.answer import Asked, Standing, answer_survey, find

_ROUTES = Map(
    [
        Rule("/enquete/_/<file>", endpoint="script", methods=["GET"]),
        Rule("/enquete/<token>", endpoint="show", methods=["GET"]),
        Rule("/enquete/<token>", endpoint="answer", methods=["POST"]),
        Rule("/uitschrijven/<token>", endpoint="ask_to_stop", methods=["GET"]),
        Rule("/uitschrijven/<token>", endpoint="stop", methods=["POST"]),
    ],
    merge_slashes=False,
)


def handle(runtime: Runtime, request: Request) -> Response:
    """Show a survey, take its answers, or stop asking."""
    endpoint, values = _ROUTES.bind("").match(request.path, method=request.method)
    if endpoint == "script":
        return asset_file("vragenlijst.js", values["file"])
    id = runtime.links.read_survey(values["token"])
    asked = find(runtime.store, id, runtime.now()) if id else None
    if asked is None:
        raise not_found()
    match endpoint:
        case "show":
            return _show(asked)
        case "answer":
            return _answer(runtime, asked, request)
        case "ask_to_stop":
            return page("unsubscribe", workshop=asked.workshop, path=request.path)
        case _:
            return _stop(runtime, asked)


def _stop(runtime: Runtime, asked: Asked) -> Response:
    """Whoever has the link may stop its surveys, with one click in a mail program too (RFC 8058).

    That POST comes from the mail provider, without a cookie or an origin, and in a content type of its choice.
    """
    runtime.seat_queue.do(asked.workshop.id, Unsubscribe(asked.invitation.registration))
    return page("unsubscribed", workshop=asked.workshop)


def _show(asked: Asked, status: int = 200) -> Response:
    shared: dict[str, Any] = {"workshop": asked.workshop, "wave": asked.wave, "draft": _draft(asked)}
    match asked.standing:
        case Standing.OPEN:
            form = survey_form(asked.wave, None)
            return page("survey", status, scripted=True, form=form, changed=False, version=_version(asked), **shared)
        case Standing.ANSWERED:
            return page("survey_done", status, scripted=True, **shared)
        case Standing.EARLY | Standing.CLOSED:
            return page(
                "survey_closed",
                status,
                standing=asked.standing.value,
                opens_at=asked.workshop.wave_opens_at(asked.wave),
                closes_at=asked.workshop.wave_closes_at(asked.wave),
                **shared,
            )


def _draft(asked: Asked) -> str:
    """The name under which a browser keeps a half-filled form: of this invitation, telling nothing."""
    return f"vragenlijst.{sha256(asked.invitation.id.encode()).hexdigest()[:16]}"


def _version(asked: Asked) -> str:
    """What the form carries of the questions it shows: an answer belongs to those that were seen."""
    return version_id(asked.workshop, asked.wave)


def _answer(runtime: Runtime, asked: Asked, request: Request) -> Response:
    if asked.standing is Standing.OPEN:
        data = form_data(request)
        form = survey_form(asked.wave, data)
        changed = data.get("versie", _version(asked)) != _version(asked) or not form.knows(data)
        if not form.validate() or changed:
            return page(
                "survey",
                422,
                scripted=True,
                form=form,
                changed=changed,
                version=_version(asked),
                workshop=asked.workshop,
                wave=asked.wave,
                draft=_draft(asked),
            )
        standing = answer_survey(runtime.store, runtime.seal, asked, form.answers(), runtime.now())
    else:
        standing = asked.standing
    if standing is Standing.ANSWERED:
        return see_other(request.path)
    fresh = find(runtime.store, asked.invitation.id, runtime.now())
    if fresh is None:
        raise not_found()
    return _show(fresh, 409)
