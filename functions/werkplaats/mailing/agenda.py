"""The workshops as a calendar to subscribe to (.ics, RFC 5545). It says nothing of anybody who signed up."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from werkplaats.domain.span import span
from werkplaats.domain.workshop import Workshop
from werkplaats.wording.catalogues import Words
from werkplaats.wording.sharing import page_address
from werkplaats.wording.templating import address

CONTENT_TYPE = "text/calendar; charset=utf-8"

_ASKED_AGAIN = timedelta(hours=6)
"""How often calendars are asked to read it again (RFC 7986)."""

_A_YEAR = timedelta(days=365)
"""How far before and after the workshops the file tells when Amsterdam changes its clocks."""


def agenda(words: Words, workshops: Iterable[Workshop], *, public_url: str, now: datetime) -> bytes:
    """A calendar of `workshops`, made at `now` (UTC), whose links begin with `public_url`.

    One that was called off stays in it as cancelled, since a calendar would not tell anybody that it is gone.
    """
    from icalendar import Calendar, vDuration  # imported here, because it is slow and few need it

    shown = [workshop.in_language(words.language) for workshop in workshops]
    calendar = Calendar()
    calendar.add("prodid", f"-//Werkplaats//{words.language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):  # the second is what Google and Outlook know
        calendar.add(name, words.gettext("Werkplaatsen"))
    for name in ("refresh-interval", "x-published-ttl"):  # the second is what Outlook reads
        calendar.add(name, vDuration(_ASKED_AGAIN), parameters={"value": "DURATION"})
    for workshop in shown:
        link = page_address(words, public_url, workshop)
        calendar.add_component(_event(words, workshop, public_url, now, link))
    if shown:
        first, last = min(one.first_day for one in shown), max(one.last_day for one in shown)
        calendar.add_missing_timezones(first - _A_YEAR, last + _A_YEAR)
    content: bytes = calendar.to_ical()
    return content


def _event(words: Words, workshop: Workshop, public_url: str, now: datetime, link: str):  # type: ignore[no-untyped-def]
    from icalendar import Event

    begins, ends = span(workshop)
    event = Event()
    event.add("uid", f"{workshop.id}@{urlsplit(public_url).hostname}")
    event.add("dtstamp", now)
    event.add("dtstart", begins)
    event.add("dtend", ends if isinstance(ends, datetime) else ends + timedelta(days=1))
    off = workshop.called_off is not None
    title = words.gettext("Afgelast: %(title)s", title=workshop.title) if off else workshop.title
    event.add("summary", title)
    event.add("description", f"{workshop.summary}\n\n{link}")
    event.add("location", address(workshop.location))
    event.add("url", link)
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event
