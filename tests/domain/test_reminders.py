"""No reminder that a file may name is ever missed."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from cronsim import CronSim

from tests.samples import workshop
from werkplaats.domain.changes import reminder_due
from werkplaats.domain.times import AMSTERDAM, REMINDERS_GO_OUT
from werkplaats.domain.workshop_rules import mistakes

FUNCTIONS = Path(__file__).resolve().parents[2] / "infra" / "functions.yaml"
CRON = yaml.safe_load(FUNCTIONS.read_text())["send_reminders"]["cron"]

WINTER_BEGINS = date(2027, 10, 31)
"""A Sunday of 25 hours in Amsterdam, because winter time begins."""

SUMMER_BEGINS = date(2027, 3, 28)
"""A Sunday of 23 hours in Amsterdam, because summer time begins."""

FIRST_DAYS = [day + timedelta(days=days) for day in (WINTER_BEGINS, SUMMER_BEGINS) for days in range(-1, 4)]


def runs(day: date) -> list[datetime]:
    """The times (UTC) at which `send_reminders` runs on `day` by its cron line."""
    midnight = datetime.combine(day, datetime.min.time(), AMSTERDAM)
    found = []
    for run in CronSim(CRON, midnight - timedelta(minutes=1)):
        if run.date() > day:
            return found
        found.append(run.astimezone(UTC))
    raise AssertionError("cron lines go on for ever")


@pytest.mark.parametrize("day", [date(2027, 8, 28), WINTER_BEGINS, SUMMER_BEGINS])
def test_the_constant_says_when_the_function_runs(day: date) -> None:
    """The function runs every 15 minutes between the two times of REMINDERS_GO_OUT, both included."""
    first, last = (datetime.combine(day, moment, AMSTERDAM).astimezone(UTC) for moment in REMINDERS_GO_OUT)
    quarters = int((last - first) / timedelta(minutes=15))
    assert runs(day) == [first + number * timedelta(minutes=15) for number in range(quarters + 1)]


@pytest.mark.parametrize("first_day", FIRST_DAYS)
def test_every_reminder_of_five_hours_or_more_is_sent(first_day: date) -> None:
    """Every reminder from 5 to 99 hours is due at some run before the start, also when the clocks change."""
    sign_up = {"opens": first_day - timedelta(days=90), "closes": first_day - timedelta(days=30)}
    days = [runs(first_day - timedelta(days=before)) for before in range(6, -1, -1)]
    for hours in range(5, 100):
        reminder = f"{hours} hours"
        one = workshop(first_day=first_day, last_day=first_day, sign_up=sign_up, reminders=[reminder])
        assert mistakes(one) == ()
        found = [due[0] for day in days for run in day if (due := reminder_due(one, run))]
        assert set(found) == {reminder}


@pytest.mark.parametrize("first_day", FIRST_DAYS)
def test_of_two_reminders_in_a_file_both_are_sent(first_day: date) -> None:
    """Two reminders that would wait for the same morning are refused; of all other pairs both are sent."""
    sign_up = {"opens": first_day - timedelta(days=90), "closes": first_day - timedelta(days=30)}
    days = [runs(first_day - timedelta(days=before)) for before in range(3, -1, -1)]
    refused = 0
    for more in range(6, 52, 2):
        for less in range(5, more, 3):
            reminders = [f"{more} hours", f"{less} hours"]
            one = workshop(first_day=first_day, last_day=first_day, sign_up=sign_up, reminders=reminders)
            found = {due[0] for day in days for run in day if (due := reminder_due(one, run))}
            if mistakes(one):
                refused += 1
                assert len(found) == 1
            else:
                assert found == set(reminders)
    assert refused
