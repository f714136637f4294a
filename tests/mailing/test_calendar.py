"""The calendar file that goes with mails about a seat."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar, Event
from msgspec.structs import replace

from tests.shipped import NOW, WORKSHOP
from tests.words import DUTCH
from werkplaats.domain.workshop import Workshop
from werkplaats.domain.workshop_parts import Hours
from werkplaats.mailing.calendar import invitation

PUBLIC_URL = "https://werkplaats.example.org:8443/"


def file(workshop: Workshop = WORKSHOP, now: datetime = NOW) -> bytes:
    return invitation(DUTCH, workshop, "r1", public_url=PUBLIC_URL, now=now)


def event(content: bytes) -> Event:
    calendar = Calendar.from_ical(content)
    assert calendar["method"] == "PUBLISH"
    assert calendar["version"] == "2.0"
    assert calendar["prodid"]
    (only,) = calendar.walk("VEVENT")
    assert isinstance(only, Event)
    return only


def test_event_covers_the_whole_days() -> None:
    """The event has all three days and no other. Its end is the day after the last, as the format wants."""
    said = event(file())
    assert (said.start, said.end) == (date(2027, 8, 29), date(2027, 9, 1))
    assert b"DTSTART;VALUE=DATE:20270829" in file()


def test_event_says_what_and_where() -> None:
    """The event has the title, address and organiser, and a link by which somebody finds their own page."""
    said = event(file())
    assert said["summary"] == "Werkplaats ‘Werken aan wijkontwikkeling’"
    assert said["location"] == "Postweg 9, 3941 KA Doorn, Nederland"
    assert said["url"] == "https://werkplaats.example.org:8443/werkplaats/werken-aan-wijkontwikkeling/link"
    assert said["organizer"] == "mailto:platform31@example.org"
    assert said["organizer"].params["CN"] == "Platform31 en Van Vieren"


def test_event_keeps_its_uid() -> None:
    """A calendar replaces the event of an earlier file by that of a later one."""
    later = event(file(now=datetime(2027, 6, 1, tzinfo=UTC)))
    assert later["uid"] == event(file())["uid"] == "r1@werkplaats.example.org"
    assert event(file())["dtstamp"].dt == NOW


@pytest.mark.parametrize("title", ["x" * 290, "é; \\ , „“" * 20])
def test_lines_are_folded_as_the_rfc_has_it(title: str) -> None:
    """Every line ends in CRLF and has at most 75 bytes, and a long title is complete when read back."""
    content = file(replace(WORKSHOP, title=title))
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    assert event(content)["summary"] == f"Werkplaats ‘{title}’"


def test_event_lasts_from_the_first_hour_to_the_last_where_they_are_known() -> None:
    """In Amsterdam time, whose rules are in the file, so that every calendar shows the same hours."""
    hours = (
        Hours(begins="13:00", ends="21:00"),
        Hours(begins="09:00", ends="21:00"),
        Hours(begins="09:00", ends="16:30"),
    )
    content = file(replace(WORKSHOP, days=hours))
    assert b"DTSTART;TZID=Europe/Amsterdam:20270829T130000" in content
    assert b"DTEND;TZID=Europe/Amsterdam:20270831T163000" in content
    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/Amsterdam" in content
    said = event(content)
    assert said.start.astimezone(UTC) == datetime(2027, 8, 29, 11, tzinfo=UTC)  # type: ignore[union-attr]
    assert "zo 29 aug 13.00–21.00\nma 30 aug 09.00–21.00\ndi 31 aug 09.00–16.30" in said["description"]
    assert alarm(content) == timedelta(days=-1)


def alarm(content: bytes) -> timedelta:
    """When the only alarm of the file goes off, from the beginning of the event."""
    (only,) = Calendar.from_ical(content).walk("VALARM")
    assert only["action"] == "DISPLAY"
    assert only["description"] == "Werkplaats ‘Werken aan wijkontwikkeling’"
    when = only["trigger"].dt
    assert isinstance(when, timedelta)
    return when


def test_an_alarm_goes_off_the_day_before() -> None:
    """Of whole days at nine in the morning. A file that removes the event has none."""
    assert alarm(file()) == timedelta(hours=-15)
    removed = invitation(DUTCH, WORKSHOP, "r1", public_url=PUBLIC_URL, now=NOW, cancelled=True)
    assert b"VALARM" not in removed


def test_the_event_says_whom_to_call_and_how_to_cancel() -> None:
    """The number only where there is one."""
    page = "https://werkplaats.example.org:8443/werkplaats/werken-aan-wijkontwikkeling/link"
    said = event(file(replace(WORKSHOP, phone="030 123 45 67")))["description"]
    assert said == (
        f"{WORKSHOP.summary}\n\nTelefoon op de dagen zelf: 030 123 45 67\n\n"
        f"Je aanmelding bekijken of je afmelden: {page}"
    )
    assert "Telefoon" not in event(file())["description"]
