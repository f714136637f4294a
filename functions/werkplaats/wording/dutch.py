"""Dutch on paper: days, moments, durations. Our own, because Python's locales need the machine's."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from werkplaats.domain.changes import Change
from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import State
from werkplaats.domain.times import AMSTERDAM
from werkplaats.domain.workshop_parts import Hours

_DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)

_STATES = {
    State.CONFIRMED: "heeft een plek",
    State.WAITLISTED: "staat op de wachtlijst",
    State.OFFERED: "heeft een plek aangeboden gekregen",
    State.CANCELLED: "is afgemeld",
    State.DECLINED: "heeft de plek niet genomen",
    State.EXPIRED: "heeft niet op tijd gekozen",
}

_STATE_LABELS = {
    State.CONFIRMED: "plek",
    State.WAITLISTED: "wachtlijst",
    State.OFFERED: "plek aangeboden",
    State.CANCELLED: "afgemeld",
    State.DECLINED: "plek niet genomen",
    State.EXPIRED: "niet op tijd gekozen",
}

_MAILS = {
    Kind.CONFIRMED: "de bevestiging van een plek",
    Kind.WAITLISTED: "de mail over de wachtlijst",
    Kind.OFFERED: "het aanbod van een plek",
    Kind.OFFER_EXPIRED: "de mail dat een aanbod voorbij is",
    Kind.CANCELLED: "de bevestiging van een afmelding",
    Kind.LINK: "de mail met de link",
    Kind.REMINDER: "de herinnering aan de werkplaats",
    Kind.CHANGED: "de mail over een wijziging",
    Kind.CALLED_OFF: "de mail dat de werkplaats niet doorgaat",
    Kind.SURVEY_REMINDER: "de herinnering aan de vragenlijst",
    Kind.SURVEY_INVITATION: "de uitnodiging voor de vragenlijst",
    Kind.ORGANISER_SIGNED_UP: "het bericht over een aanmelding",
    Kind.ORGANISER_CANCELLED: "het bericht over een afmelding",
    Kind.ORGANISER_PROMOTED: "het bericht over de wachtlijst",
    Kind.ORGANISER_MAIL_FAILED: "het bericht over een mislukte mail",
    Kind.SIGN_IN: "de mail om in te loggen",
    Kind.SIGNED_IN: "het bericht dat er is ingelogd",
}

if _missing := [kind.name for kind in Kind if kind not in _MAILS]:
    raise TypeError(f"no name in _MAILS for {', '.join(_missing)}")

_NEWS = {
    Happened.CANCELLED: ("Afgemeld", "Iemand heeft zich afgemeld", "heeft zich afgemeld"),
    Happened.CANCELLED_BY_ORGANISER: (
        "Afgemeld door de organisatie",
        "De organisatie heeft iemand afgemeld",
        "is door de organisatie afgemeld",
    ),
    Happened.DECLINED: ("Nee gezegd", "Iemand wil de aangeboden plek niet", "zei nee tegen de aangeboden plek"),
    Happened.EXPIRED: ("Niet op tijd gekozen", "Een aanbod is voorbij", "heeft niet op tijd gekozen"),
    Happened.OFFERED: (
        "Plek aangeboden",
        "Een plek is aangeboden",
        "was aan de beurt en kreeg een plek aangeboden",
    ),
    Happened.ACCEPTED: ("Ja gezegd", "Iemand neemt de aangeboden plek", "zei ja en heeft nu een plek"),
    Happened.PROMOTED: (
        "Van de wachtlijst naar een plek",
        "Iemand van de wachtlijst heeft een plek",
        "was aan de beurt en heeft nu een plek",
    ),
    Happened.SEAT_GIVEN: (
        "Plek gegeven door de organisatie",
        "De organisatie heeft iemand een plek gegeven",
        "kreeg van de organisatie een plek, buiten de volgorde om",
    ),
}


def day(day: date) -> str:
    """1 augustus 2027"""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def long_day(day_: date) -> str:
    """zondag 29 augustus 2027"""
    return f"{_DAYS[day_.weekday()]} {day(day_)}"


def long_day_of(at: datetime) -> str:
    """zondag 29 augustus 2027: the day it is in Amsterdam at an aware `at`"""
    return long_day(at.astimezone(AMSTERDAM).date())


def day_range(first: date, last: date) -> str:
    """29 t/m 31 augustus 2027, naming month and year twice only where they differ."""
    if first == last:
        return day(last)
    if first.year != last.year:
        return f"{day(first)} t/m {day(last)}"
    if first.month != last.month:
        return f"{first.day} {_MONTHS[first.month - 1]} t/m {day(last)}"
    return f"{first.day} t/m {day(last)}"


def moment(at: datetime) -> str:
    """maandag 2 augustus 2027 om 14.00 uur, in Amsterdam, for an aware `at`."""
    local = at.astimezone(AMSTERDAM)
    return f"{long_day(local.date())} om {local:%H.%M} uur"


def short_day(day_: date) -> str:
    """zo 29 aug"""
    month = "mrt" if day_.month == 3 else _MONTHS[day_.month - 1][:3]
    return f"{_DAYS[day_.weekday()][:2]} {day_.day} {month}"


def short_moment(at: datetime) -> str:
    """02-08-2027 14:00, in Amsterdam, for an aware `at`: for tables."""
    return f"{at.astimezone(AMSTERDAM):%d-%m-%Y %H:%M}"


def decimal(number: float, places: int = 1) -> str:
    """3,4"""
    return f"{number:.{places}f}".replace(".", ",")


def percentage(share: float) -> str:
    """62%, for a share of 0.62"""
    return f"{100 * share:.0f}%"


def hours(first_day: date, days: Iterable[Hours]) -> list[str]:
    """zondag 29 augustus 2027 van 09.30 tot 21.00 uur, for each of `days` from `first_day` on"""
    return [
        f"{long_day(first_day + timedelta(days=number))} van {of_day.begins.replace(':', '.')} tot "
        f"{of_day.ends.replace(':', '.')} uur"
        for number, of_day in enumerate(days)
    ]


def changed(change: Change) -> str:
    """Andere dagen en een andere plek: what `change` is about, at the beginning of a sentence"""
    parts = ((change.of_days, "andere dagen"), (change.of_hours, "andere tijden"), (change.of_place, "een andere plek"))
    text = listed(words for is_so, words in parts if is_so)
    return text[:1].upper() + text[1:]


def until(end: datetime) -> str:
    """t/m donderdag 30 september 2027, for an `end` (aware) at midnight; else tot vrijdag … om 14.00 uur."""
    local = end.astimezone(AMSTERDAM)
    if local.time() == time():
        return f"t/m {long_day(local.date() - timedelta(days=1))}"
    return f"tot {moment(end)}"


def duration(text: str) -> str:
    """48 uur for '48 hours', 1 dag for '1 day': a length as a workshop's file writes it."""
    amount, unit = text.split(" ")
    if unit.startswith("hour"):
        return f"{amount} uur"
    return count(int(amount), "dag", "dagen")


def count(number: int, one: str, more: str) -> str:
    """1 plek, 2 plekken, 0 plekken"""
    return f"{number} {one if number == 1 else more}"


def listed(words: Iterable[str]) -> str:
    """Jan, Piet en Klaas"""
    *most, last = words
    return f"{', '.join(most)} en {last}" if most else last


class News(NamedTuple):
    """What happened, for organisers: as a mail's `subject`, its `heading`, and `what`, to follow a name."""

    subject: str
    heading: str
    what: str


def news(happened: Happened) -> News | None:
    """What is told of it; None where that is told in other words."""
    told = _NEWS.get(happened)
    return News(*told) if told else None


def state_name(state: str) -> str:
    """What a registration in `state` does, to follow a name; empty for a word that is no state."""
    return _STATES[State(state)] if state in set(State) else ""


def state_label(state: str) -> str:
    """Where a registration in `state` stands, in a word or three for a list."""
    return _STATE_LABELS[State(state)]


def mail_name(kind: str) -> str:
    """What a mail of `kind` is, in the middle of a sentence."""
    return _MAILS[Kind(kind)] if kind in set(Kind) else "een mail"
