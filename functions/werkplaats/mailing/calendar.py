"""The workshop as a calendar file (.ics, RFC 5545), which is attached to mails about a seat."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from werkplaats.domain.workshop import Workshop
from werkplaats.wording.catalogues import Words, in_language
from werkplaats.wording.templating import address, heading

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
    """The days of `workshop` as one event, made at `now` (UTC). With `cancelled`, the file that removes the event.

    The event of a registration always has the same UID. A calendar that is given a file with a higher `sequence`
    replaces the event it has. `public_url` is the beginning of every link.
    """
    from icalendar import Calendar, Event, vCalAddress, vText  # imported here, because it is slow and few mails need it

    event = Event()
    event.add("uid", f"{registration_id}@{urlsplit(public_url).hostname}")
    event.add("dtstamp", now)
    event.add("sequence", sequence)
    event.add("dtstart", workshop.first_day)
    event.add("dtend", workshop.last_day + timedelta(days=1))  # the RFC wants the day after the last one
    event.add("summary", heading(words, workshop))
    event.add("description", workshop.summary)
    event.add("location", address(workshop.location))
    event.add("url", in_language(f"{public_url.rstrip('/')}/werkplaats/{workshop.id}", words.language))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE")
    organiser = vCalAddress(f"mailto:{workshop.sender.reply_to}")
    organiser.params["CN"] = vText(workshop.sender.name)
    event.add("organizer", organiser)

    calendar = Calendar()
    calendar.add("prodid", f"-//Werkplaats//{words.language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
