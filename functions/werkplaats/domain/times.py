"""Days, moments and durations.

Inside the program every moment is an aware datetime in UTC. A *day* is a calendar day in Amsterdam,
because that is what an organiser writes down and a participant reads.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

OFFICE_OPENS = time(8)
OFFICE_CLOSES = time(20)

REMINDERS_GO_OUT = (time(8), time(19, 45))
"""The first and the last run of `send_reminders` on any day, Amsterdam time; between them it runs every 15 minutes.

A test holds this equal to the cron line of `send_reminders` in infra/functions.yaml.
"""

_DURATION = re.compile(r"([1-9]\d{0,3}) (day|hour)s?")


def start_of(day: date) -> datetime:
    """The first moment of `day` in Amsterdam, in UTC."""
    return datetime.combine(day, time(), AMSTERDAM).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The first moment after `day` in Amsterdam, in UTC."""
    return start_of(day + timedelta(days=1))


def day_of(moment: datetime) -> date:
    """The calendar day in Amsterdam on which `moment` (UTC) is."""
    return moment.astimezone(AMSTERDAM).date()


def parse_duration(text: str) -> timedelta:
    """The length of a duration such as '1 day', '90 days' or '48 hours'.

    Raises ValueError, which says what was expected.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"expected a duration such as '1 day' or '48 hours', got {text!r}")
    amount = int(match[1])
    return timedelta(days=amount) if match[2] == "day" else timedelta(hours=amount)


def parse_days(text: str) -> timedelta:
    """The length of a number of calendar days such as '1 day' or '90 days'. Raises ValueError like `parse_duration`."""
    if "hour" in text:
        raise ValueError(f"expected a number of days such as '90 days', got {text!r}")
    return parse_duration(text)


def next_reminder_run(moment: datetime) -> datetime:
    """The time (UTC) of the run of `send_reminders` that sends a reminder that falls due at `moment` (UTC).

    Reminders fall due on the hour. By day that is also the time of a run; at night the reminder waits for the first run
    of the morning.
    """
    first, last = REMINDERS_GO_OUT
    local = moment.astimezone(AMSTERDAM)
    if first <= local.time() <= last:
        return moment
    day = local.date() + timedelta(days=local.time() > last)
    return datetime.combine(day, first, AMSTERDAM).astimezone(UTC)


def next_morning(moment: datetime) -> datetime:
    """The first 08:00 in Amsterdam after `moment`, both in UTC. A day can have 23 or 25 hours in between."""
    local = moment.astimezone(AMSTERDAM)
    day = local.date() + timedelta(days=local.time() >= OFFICE_OPENS)
    return datetime.combine(day, OFFICE_OPENS, AMSTERDAM).astimezone(UTC)


def into_office_hours(moment: datetime) -> datetime:
    """`moment` itself (UTC) if it lies in 08:00–20:00 Amsterdam time, else the next 08:00 there, in UTC.

    It is used for the deadlines of offers, which should not be in the middle of the night.
    """
    local = moment.astimezone(AMSTERDAM)
    if local.time() < OFFICE_OPENS:
        day = local.date()
    elif local.time() > OFFICE_CLOSES:
        day = local.date() + timedelta(days=1)
    else:
        return moment
    return datetime.combine(day, OFFICE_OPENS, AMSTERDAM).astimezone(UTC)


def into_working_hours(moment: datetime) -> datetime:
    """`moment` itself (UTC) if it is Monday to Friday, 08:00–20:00 Amsterdam time, else the next such time, in UTC."""
    moment = into_office_hours(moment)
    local = moment.astimezone(AMSTERDAM)
    if local.weekday() < 5 and local.time() < OFFICE_CLOSES:
        return moment
    day = local.date() + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return datetime.combine(day, OFFICE_OPENS, AMSTERDAM).astimezone(UTC)
