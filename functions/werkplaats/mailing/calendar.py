"""The workshop as a calendar file (.ics, RFC 5545), which is attached to mails about a seat."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from werkplaats.domain.span import span
from werkplaats.domain.workshop import Workshop
from werkplaats.mailing.ticket import hours_by_day
from werkplaats.wording.catalogues import Words, in_language
from werkplaats.wording.templating import address, heading

if TYPE_CHECKING:
    from icalendar import Alarm

_A_DAY = timedelta(days=1)
_NINE_HOURS = timedelta(hours=9)
_A_YEAR = timedelta(days=365)
"""How far before and after the workshop the file tells when Amsterdam changes its clocks."""

CONTENT_TYPE = "text/calendar"
"""It has no parameters, since a provider may refuse a type with a semicolon. The method is in the file itself."""


def invitation(
    words: Words,
    workshop: Workshop,
    registration_id: str,
    *,
    public_url: str,
    now: datetime,
    sequence: int = 0,
    cancelled: bool = False,
) -> bytes:
    """The days of `workshop`, or its hours where they are known, as one event, made at `now` (UTC).

    It is one event also if there are several days: Outlook opens a file with more than one event as a calendar of its
    own, Gmail shows only the first, and people would have to remove each of them. The hours of each day are in its
    description. Its link asks for an address, because calendars are shared: it is not the person's own page.

    With `cancelled` it is the file that removes the event. The event of a registration always has the same UID. A
    calendar that is given a file with a higher `sequence` replaces the event it has. `public_url` is the beginning of
    every link.
    """
    from icalendar import Calendar, Event, vCalAddress, vText  # imported here, because it is slow and few mails need it

    workshop = workshop.in_language(words.language)
    event = Event()
    event.add("uid", f"{registration_id}@{urlsplit(public_url).hostname}")
    event.add("dtstamp", now)
    event.add("sequence", sequence)
    begins, ends = _span(workshop)
    event.add("dtstart", begins)
    event.add("dtend", ends)
    event.add("summary", heading(words, workshop))
    page = in_language(f"{public_url.rstrip('/')}/werkplaats/{workshop.id}/link", words.language)
    event.add("description", _description(words, workshop, page))
    event.add("location", address(workshop.location))
    event.add("url", page)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE")
    organiser = vCalAddress(f"mailto:{workshop.sender.reply_to}")
    organiser.params["CN"] = vText(workshop.sender.name)
    event.add("organizer", organiser)
    if not cancelled:
        event.add_component(_alarm(words, workshop))

    calendar = Calendar()
    calendar.add("prodid", f"-//Werkplaats//{words.language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(event)
    calendar.add_missing_timezones(workshop.first_day - _A_YEAR, workshop.last_day + _A_YEAR)
    content: bytes = calendar.to_ical()
    return content


def _description(words: Words, workshop: Workshop, page: str) -> str:
    """What it is about, the hours of each day, the number to call, and where somebody finds their own page."""
    parts = [workshop.summary, "\n".join(hours_by_day(words, workshop))]
    if phone := workshop.phone_on_the_days:
        parts.append(words.gettext("Telefoon op de dagen zelf: %(phone)s", phone=phone))
    parts.append(words.gettext("Je aanmelding bekijken of je afmelden: %(page)s", page=page))
    return "\n\n".join(part for part in parts if part)


def _alarm(words: Words, workshop: Workshop) -> "Alarm":
    """A day before the first hour; if the hours are not known, at nine in the morning of the day before."""
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", heading(words, workshop))
    alarm.add("trigger", -_A_DAY if workshop.days else -_A_DAY + _NINE_HOURS)
    return alarm


def _span(workshop: Workshop) -> tuple[datetime, datetime] | tuple[date, date]:
    """From when to when the event lasts: from the first hour to the last in Amsterdam, or whole days if the hours are
    not known. Of whole days the RFC wants the day after the last one as the end."""
    begins, ends = span(workshop)
    return (begins, ends) if isinstance(begins, datetime) else (begins, ends + timedelta(days=1))
