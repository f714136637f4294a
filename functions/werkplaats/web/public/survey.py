"""The survey after a workshop, as participants see it."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from flask import Request, Response

from werkplaats.domain.seats.commands import Unsubscribe
from werkplaats.domain.survey.waves import version_id
from werkplaats.runtime import Runtime
from werkplaats.web.forms.forms import Sent, SurveyForm, survey_form
from werkplaats.web.http.languages import same_page, words_for
from werkplaats.web.http.requests import form_data
from werkplaats.web.http.responses import about, no_such_link, page, see_other
from werkplaats.web.http.routing import Page, answer, get, post, routes
from werkplaats.wording.catalogues import Words
from werkplaats.workflows.survey.answer import Asked, Standing, answer_survey, find


def handle(runtime: Runtime, request: Request) -> Response:
    """Show a survey, accept answers to it, or unsubscribe somebody from surveys."""
    return answer(ROUTES, runtime, request)


def _of_invitation(page: Callable[[Runtime, Request, Asked], Response]) -> Page:
    """`page` for the invitation that the `token` in the address is for."""

    def show(runtime: Runtime, request: Request, token: str) -> Response:
        link = runtime.links.read_survey(token)
        asked = find(runtime.store, link.invitation, runtime.now(), link.generation) if link else None
        if asked is None:
            raise no_such_link()
        with about(lambda: asked.workshop):
            return page(runtime, request, asked)

    return show


def _look(runtime: Runtime, request: Request, asked: Asked) -> Response:
    return _show(words_for(request), asked)


def _ask_to_stop(runtime: Runtime, request: Request, asked: Asked) -> Response:
    return page(words_for(request), "unsubscribe", workshop=asked.workshop, path=request.path)


def _stop(runtime: Runtime, request: Request, asked: Asked) -> Response:
    """Unsubscribe whoever the link is for, also by one click in a mail program (RFC 8058).

    The POST of that click comes from a mail provider, without a cookie or an origin and in any content type.
    """
    runtime.seat_queue.do(asked.workshop.id, Unsubscribe(asked.invitation.registration))
    return page(words_for(request), "unsubscribed", workshop=asked.workshop)


def _show(words: Words, asked: Asked, status: int = 200) -> Response:
    shared: dict[str, Any] = {"workshop": asked.workshop, "wave": asked.wave, "draft": _draft(asked)}
    match asked.standing:
        case Standing.OPEN:
            shared |= {"form": _form(words, asked, None), "changed": False, "version": _version(asked)}
            return page(words, "survey", status, scripted=True, **shared)
        case Standing.ANSWERED:
            return page(words, "survey_done", status, scripted=True, **shared)
        case Standing.EARLY | Standing.CLOSED:
            return page(
                words,
                "survey_closed",
                status,
                standing=asked.standing.value,
                opens_at=asked.workshop.wave_opens_at(asked.wave),
                closes_at=asked.workshop.wave_closes_at(asked.wave),
                **shared,
            )


def _form(words: Words, asked: Asked, data: Sent) -> SurveyForm:
    """The questions in the language of `words`. Answers are stored under the version in the workshop's own language."""
    wave = asked.workshop.in_language(words.language).wave(asked.wave.id)
    return survey_form(words, wave or asked.wave, data)


def _draft(asked: Asked) -> str:
    """The name under which a browser keeps a half-filled form of this invitation. It does not tell whose it is."""
    return f"vragenlijst.{sha256(asked.invitation.id.encode()).hexdigest()[:16]}"


def _version(asked: Asked) -> str:
    """The id of the version of the questions that the form shows. It is sent along with the answers."""
    return version_id(asked.workshop, asked.wave)


def _answer(runtime: Runtime, request: Request, asked: Asked) -> Response:
    words = words_for(request)
    if asked.standing is Standing.OPEN:
        data = form_data(request)
        form = _form(words, asked, data)
        changed = data.get("versie", _version(asked)) != _version(asked) or not form.knows(data)
        if not form.validate() or changed:
            return page(
                words,
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
        return see_other(same_page(request))
    fresh = find(runtime.store, asked.invitation.id, runtime.now(), asked.generation)
    if fresh is None:
        raise no_such_link()
    return _show(words, fresh, 409)


ROUTES = routes(
    get("/enquete/<token>", _of_invitation(_look)),
    post("/enquete/<token>", _of_invitation(_answer)),
    get("/uitschrijven/<token>", _of_invitation(_ask_to_stop)),
    post("/uitschrijven/<token>", _of_invitation(_stop)),
    strict_slashes=False,
)
