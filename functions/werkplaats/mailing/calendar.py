"""The workshop as a calendar file (.ics, RFC 5545), to go with the mail that confirms a seat."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from werkplaats.domain.workshop import Workshop
from werkplaats.wording.catalogues import Words, in_language
from werkplaats.wording.templating import address, heading

CONTENT_TYPE = "text/calendar"
"""Without parameters: a provider may refuse an attachment whose type has a semicolon. The method is in the file."""


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
    """The whole days of `workshop` as one event, stamped `now` (UTC); with `cancelled` the file that takes it back.

    Its UID stays the same for a registration, so that a calendar that gets a file of a higher `sequence` replaces
    the event. `public_url` is what links begin with.
    """
    from icalendar import Calendar, Event, vCalAddress, vText  # here: only this mail needs it, and it is slow

    event = Event()
    event.add("uid", f"{registration_id}@{urlsplit(public_url).hostname}")
    event.add("dtstamp", now)
    event.add("sequence", sequence)
    event.add("dtstart", workshop.first_day)
    event.add("dtend", workshop.last_day + timedelta(days=1))  # exclusive, as the RFC has it
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
