"""The survey afterwards."""

from typing import Any

from flask import Request, Response
from werkzeug.routing import Map, Rule

from werkplaats.runtime import Runtime
from werkplaats.web.forms import survey_form
from werkplaats.web.requests import form_data
from werkplaats.web.responses import not_found, page, see_other
from werkplaats.workflows.answer_survey import Asked, Standing, answer_survey, find

_ROUTES = Map(
    [
        Rule("/enquete/<token>", endpoint="show", methods=["GET"]),
        Rule("/enquete/<token>", endpoint="answer", methods=["POST"]),
    ],
    merge_slashes=False,
)


def handle(runtime: Runtime, request: Request) -> Response:
    """Show a survey, or take its answers."""
    endpoint, values = _ROUTES.bind("").match(request.path, method=request.method)
    id = runtime.links.read_survey(values["token"])
    asked = find(runtime.store, id, runtime.now()) if id else None
    if asked is None:
        raise not_found()
    if endpoint == "show":
        return _show(asked)
    return _answer(runtime, asked, request)


def _show(asked: Asked, status: int = 200) -> Response:
    shared: dict[str, Any] = {"workshop": asked.workshop, "wave": asked.wave}
    match asked.standing:
        case Standing.OPEN:
            return page("survey", status, form=survey_form(asked.wave, None), **shared)
        case Standing.ANSWERED:
            return page("survey_done", status, **shared)
        case Standing.EARLY | Standing.CLOSED:
            return page(
                "survey_closed",
                status,
                standing=asked.standing.value,
                opens_at=asked.workshop.wave_opens_at(asked.wave),
                closes_at=asked.workshop.wave_closes_at(asked.wave),
                **shared,
            )


def _answer(runtime: Runtime, asked: Asked, request: Request) -> Response:
    if asked.standing is Standing.OPEN:
        form = survey_form(asked.wave, form_data(request))
        if not form.validate():
            return page("survey", 422, form=form, workshop=asked.workshop, wave=asked.wave)
        standing = answer_survey(runtime.store, runtime.seal, asked, form.answers(), runtime.now())
    else:
        standing = asked.standing
    if standing is Standing.ANSWERED:
        return see_other(request.path)
    fresh = find(runtime.store, asked.invitation.id, runtime.now())
    if fresh is None:
        raise not_found()
    return _show(fresh, 409)
