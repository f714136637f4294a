"""What makes a mail of a workshop look like a ticket of it: its colour, its logo, and the first day on a tile."""

from datetime import date, timedelta

from msgspec import Struct

from werkplaats.domain.colours import PAPER, text_on
from werkplaats.domain.workshop import Workshop
from werkplaats.domain.workshop_parts import Hours
from werkplaats.wording.brand import FOLDER, brand_path
from werkplaats.wording.catalogues import Words
from werkplaats.wording.dates import short_day

PLAIN_COLOUR = "#ffd21f"
"""The colour of mails of a workshop without a colour of its own. The pages have the same one (`--signal`)."""


class Tile(Struct, frozen=True, kw_only=True):
    """A day as a leaf of a calendar shows it: zo, 29, aug."""

    weekday: str
    day: str
    month: str


class Ticket(Struct, frozen=True, kw_only=True):
    """The looks of a mail.

    Text on `colour` has the colour `on_colour`, and `edge` is what a border around `colour` has on white. `logo` is the
    address of the organisation's logo, None if it has none, and `name` is what the organisation is called, or empty.
    """

    colour: str
    on_colour: str
    edge: str
    logo: str | None
    name: str
    tile: Tile


def make_ticket(words: Words, workshop: Workshop, public_url: str) -> Ticket:
    """How mails of `workshop` look. `public_url` is the beginning of the logo's address; without it there is no logo.

    Mail programs cannot compute a contrast, so a colour on which no text can be read is not used.
    """
    organisation = workshop.organisation
    colour = organisation.colour if brand_path(organisation.colour) else PLAIN_COLOUR
    on = text_on(colour)
    has_logo = bool(public_url and organisation.logo)
    return Ticket(
        colour=colour,
        on_colour=on,
        edge=colour if on == PAPER else on,
        logo=f"{public_url.rstrip('/')}{FOLDER}/logo-{organisation.logo}.png" if has_logo else None,
        name=organisation.name,
        tile=_tile(words, workshop.first_day),
    )


def hours_by_day(words: Words, workshop: Workshop) -> list[str]:
    """zo 29 aug 09.30–21.00, for each day of which the hours are known; one line if they are the same every day."""
    days = workshop.days
    if len(days) > 1 and len(set(days)) == 1:
        return [words.gettext("elke dag %(hours)s uur", hours=_hours(words, days[0]))]
    return [
        words.gettext(
            "%(day)s %(hours)s",
            day=short_day(words, workshop.first_day + timedelta(days=number)),
            hours=_hours(words, of_day),
        )
        for number, of_day in enumerate(days)
    ]


def how_far(words: Words, first_day: date, today: date) -> str:
    """Morgen, Over 3 dagen, Volgende week, Over 2 weken: how far `first_day` is at the beginning of a sentence."""
    days = (first_day - today).days
    if days <= 0:
        return words.gettext("Vandaag")
    if days == 1:
        return words.gettext("Morgen")
    if days == 7:
        return words.gettext("Volgende week")
    if days % 7 == 0:
        return words.ngettext("Over %(num)d week", "Over %(num)d weken", days // 7)
    return words.ngettext("Over %(num)d dag", "Over %(num)d dagen", days)


def _hours(words: Words, of_day: Hours) -> str:
    return words.gettext(
        "%(begins)s–%(ends)s", begins=of_day.begins.replace(":", "."), ends=of_day.ends.replace(":", ".")
    )


def _tile(words: Words, day: date) -> Tile:
    names = words.names
    return Tile(
        weekday=words.gettext("%(weekday)s", weekday=names.short_weekdays[day.weekday()]),
        day=str(day.day),
        month=words.gettext("%(month)s", month=names.short_months[day.month - 1]),
    )
