"""What is shared with other sites and programs: the picture of a link, and the calendar of all workshops."""

from flask import Request, Response

from werkplaats.runtime import Runtime
from werkplaats.web.http.responses import file, not_found
from werkplaats.wording.catalogues import PARAMETER, words_in
from werkplaats.wording.picture import read_picture

AGENDA = "/werkplaats/agenda.ics"

_FOR_EVER = "public, max-age=31536000, immutable"
_SOME_MINUTES = "public, max-age=600"
"""Calendars of many people ask for the same; Hosting answers them for so long."""


def picture(runtime: Runtime, request: Request, name: str) -> Response:
    content = read_picture(name)
    if content is None:
        raise not_found()
    return file(content, "image/png", _FOR_EVER)


def agenda(runtime: Runtime, request: Request) -> Response:
    """The workshops that have not ended, as a calendar to subscribe to, without those for practice.

    It is in the language that its address names, whatever the program that asks says, because it is cached for all.
    """
    from werkplaats.mailing.agenda import CONTENT_TYPE, agenda  # imported here, because it is slow and few ask for it

    now = runtime.now()
    content = agenda(
        words_in(request.args.get(PARAMETER)),
        [one for one in runtime.store.workshops.not_ended(now) if not one.practice],
        public_url=runtime.settings.public_url,
        now=now,
    )
    return file(content, CONTENT_TYPE, _SOME_MINUTES)
