"""What the page of somebody with a seat says besides where they stand: what comes next, and links to calendars."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from msgspec import Struct

from werkplaats.domain.questions import AnyQuestion, Consent
from werkplaats.domain.registration import Registration
from werkplaats.domain.span import span
from werkplaats.domain.times import AMSTERDAM, next_reminder_run
from werkplaats.domain.workshop import Workshop
from werkplaats.wording.answers import answer_text
from werkplaats.wording.catalogues import Words, in_language
from werkplaats.wording.dates import long_day, unbroken, weekday_range
from werkplaats.wording.templating import address


class Step(Struct, frozen=True):
    """Something that comes: the day, or the days, and what happens then."""

    when: str
    what: str


class TicketLinks(Struct, frozen=True, kw_only=True):
    """Where the workshop is put into a calendar, or told to somebody else.

    Only the address of `file` tells who they were made for; the file itself does not. `page` is the whole address of
    the workshop's page, and `mail` begins a mail with it.
    """

    page: str
    mail: str
    file: str
    google: str
    outlook: str


def steps(words: Words, workshop: Workshop, registration: Registration, now: datetime) -> list[Step]:
    """What comes after `now` (UTC) for somebody with a seat, in order: mails, the days themselves, surveys, erasure."""
    return [Step(unbroken(when), what) for at, when, what in sorted(_coming(words, workshop, registration)) if at > now]


def _coming(words: Words, workshop: Workshop, registration: Registration) -> Iterator[tuple[datetime, str, str]]:
    for at in workshop.reminders_at():
        told = words.gettext("Je krijgt een mail met wat je moet weten om te komen.")
        yield (sent := next_reminder_run(at)), _day(words, sent), told
    place = words.gettext("De werkplaats, in %(city)s.", city=workshop.location.city)
    yield workshop.begins_at, weekday_range(words, workshop.first_day, workshop.last_day), place
    for wave in workshop.waves:
        if wave.to != "waitlisted" and not registration.unsubscribed:
            told = words.gettext("Je krijgt de vragenlijst ‘%(title)s’.", title=wave.title)
            yield (opens := workshop.wave_opens_at(wave)), _day(words, opens), told
    erased = workshop.erase_registrations_at()
    yield erased, _day(words, erased), words.gettext("We hebben je gegevens dan gewist.")


def _day(words: Words, at: datetime) -> str:
    return long_day(words, at.astimezone(AMSTERDAM).date())


def filled_in(words: Words, workshop: Workshop, registration: Registration) -> list[tuple[AnyQuestion, str]]:
    """The questions that somebody answered, besides what they agreed to, with their answers."""
    return [
        (question, answer_text(words, question, registration.answers[question.id]))
        for question in workshop.questions
        if question.id in registration.answers and not isinstance(question, Consent)
    ]


def ticket_links(words: Words, workshop: Workshop, public_url: str, own_path: str) -> TicketLinks:
    """The links for `workshop`. `public_url` is the beginning of those that lead to us, `own_path` the own page's."""
    begins, ends = span(workshop)
    path = f"/werkplaats/{workshop.id}"
    link = in_language(f"{public_url.rstrip('/')}{path}/link", words.language)
    text = {"text": workshop.title, "details": f"{workshop.summary}\n\n{link}", "location": address(workshop.location)}
    if isinstance(begins, datetime) and isinstance(ends, datetime):
        of_google = f"{begins:%Y%m%dT%H%M%S}/{ends:%Y%m%dT%H%M%S}"
        of_outlook = {"startdt": begins.isoformat(), "enddt": ends.isoformat()}
    else:
        after = ends + timedelta(days=1)  # calendars end a span of whole days with the day after the last
        of_google = f"{begins:%Y%m%d}/{after:%Y%m%d}"
        of_outlook = {"startdt": f"{begins:%Y-%m-%d}", "enddt": f"{after:%Y-%m-%d}", "allday": "true"}
    outlook = {"path": "/calendar/action/compose", "rru": "addevent", **of_outlook}
    outlook |= {"subject": text["text"], "body": text["details"], "location": text["location"]}
    google = {"action": "TEMPLATE", "dates": of_google, "ctz": "Europe/Amsterdam", **text}
    page = in_language(f"{public_url.rstrip('/')}{path}", words.language)
    mail = {"subject": workshop.title, "body": f"{workshop.summary}\n\n{page}"}
    return TicketLinks(
        page=page,
        mail=f"mailto:?{urlencode(mail, quote_via=quote)}",
        file=in_language(f"{own_path}/werkplaats.ics", words.language),
        google=f"https://calendar.google.com/calendar/render?{urlencode(google)}",
        outlook=f"https://outlook.office.com/calendar/0/deeplink/compose?{urlencode(outlook)}",
    )
