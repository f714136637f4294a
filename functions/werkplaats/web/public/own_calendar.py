"""The event for the calendar of somebody who has a seat: the same one as in the mails about it."""

from flask import Request, Response

from werkplaats.domain.registration import Registration, State
from werkplaats.runtime import Runtime
from werkplaats.web.http.languages import same_page, words_for
from werkplaats.web.http.responses import download as a_file
from werkplaats.web.http.responses import not_found, see_other


def download(runtime: Runtime, request: Request, registration: Registration) -> Response:
    """GET /aanmelding/{token}/werkplaats.ics. Somebody without a seat is sent to their page, which says so.

    A calendar replaces the event that came with an earlier mail, and a later mail replaces this one: it has the same
    UID, and its SEQUENCE is the ledger's version, which is at least that of every mail until now.
    """
    from werkplaats.mailing import calendar  # imported here, because it is slow and few ask for it

    standing = runtime.standing(registration.workshop)
    if standing is None:
        raise not_found()
    workshop, ledger = standing
    if registration.state is not State.CONFIRMED or workshop.called_off is not None:
        return see_other(same_page(request).replace("/werkplaats.ics", "", 1))
    content = calendar.invitation(
        words_for(request, registration.language),
        workshop,
        registration.id,
        public_url=runtime.settings.public_url,
        now=runtime.now(),
        sequence=ledger.version,
    )
    return a_file(content, f"{calendar.CONTENT_TYPE}; charset=utf-8", "werkplaats.ics")
