"""Lists to print and take along: to sign at the door, badges, rooms, for the kitchen and the venue, and a booklet.

GET /organisatie/{workshop}/lijsten              what there is to print, as far as one may see it
GET /organisatie/{workshop}/lijsten/boekje       the booklet, for whoever may read what people wrote
GET /organisatie/{workshop}/lijsten/tekenlijst, badges, kamers, keuken, locatie    for whoever may see people

Those with a seat are read for a list, or an offer too where the numbers of both are wanted: at most as many as the
workshop has seats.
"""

from typing import Any

from flask import Response

from werkplaats.domain.attendance import days_of
from werkplaats.domain.people import sort_by_name
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.totals import all_counts, counted_for
from werkplaats.domain.workshop import Workshop
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.opgaven import opgaven_of
from werkplaats.web.organisers.pages import desk_page
from werkplaats.web.organisers.totals import totals_of
from werkplaats.web.qr import door_code, qr_svg

_A_SHEET = 10
"""How many badges are on a sheet of A4: two beside each other, five below each other."""

_EMPTY_LINES = 5
"""Lines on the list to sign for people who are not on it."""


def show(visit: Visit, workshop: Workshop) -> Response:
    return desk_page(visit.words, "lists", email=visit.email, workshop=workshop)


def to_sign(visit: Visit, workshop: Workshop) -> Response:
    """For each day a list of who comes, with room for a signature, and lines for whoever is not on it.

    On top of each is a code that opens the attendance list of that day on a phone.
    """
    path = f"{visit.runtime.settings.public_url}/organisatie/{workshop.id}/aanwezig?dag="
    name = visit.words.gettext("QR-code van de aanwezigheidslijst")
    days = [(day, qr_svg(f"{path}{day.isoformat()}", name)) for day in days_of(workshop)]
    people = _seated(visit, workshop)
    return _paper(visit, "list_to_sign", workshop, days=days, people=people, empty=_EMPTY_LINES)


def badges(visit: Visit, workshop: Workshop) -> Response:
    """A badge with the name and organisation of everybody, and the code for the door, to cut out."""
    public_url = visit.runtime.settings.public_url
    made = []
    for one in _seated(visit, workshop):
        person = one.person
        name = visit.words.gettext("QR-code van %(name)s", name=person.name if person else "")
        made.append((person, door_code(public_url, workshop.id, one.id, name)))
    sheets = [made[start : start + _A_SHEET] for start in range(0, len(made), _A_SHEET)]
    return _paper(visit, "list_badges", workshop, sheets=sheets)


def rooms(visit: Visit, workshop: Workshop) -> Response:
    """Everybody who counts for something, such as a night, with what that is."""
    counts = list(dict.fromkeys(what for question in workshop.questions for what in all_counts(question)))
    lines = [
        (one.person, [what in counted for what in counts])
        for one in _seated(visit, workshop)
        if (counted := {what for question in workshop.questions for what in counted_for(question, one.answers)})
    ]
    return _paper(visit, "list_rooms", workshop, counts=counts, lines=lines)


def kitchen(visit: Visit, workshop: Workshop) -> Response:
    """How many people eat, what their choices count for, and what they wrote, such as about diet; without names."""
    return _with_totals(visit, "list_kitchen", workshop)


def venue(visit: Visit, workshop: Workshop) -> Response:
    """How many people are there, and how many chose what, such as beds, without names."""
    return _with_totals(visit, "list_venue", workshop)


def booklet(visit: Visit, workshop: Workshop) -> Response:
    """What everybody with a seat wrote about their own work, to read on paper."""
    read = opgaven_of(visit, workshop)
    return _paper(visit, "list_booklet", workshop, lines=read.lines, asked=read.asked)


def _paper(visit: Visit, name: str, workshop: Workshop, **shown: Any) -> Response:
    return desk_page(visit.words, name, email=visit.email, workshop=workshop, **shown)


def _with_totals(visit: Visit, name: str, workshop: Workshop) -> Response:
    return _paper(visit, name, workshop, totals=totals_of(visit, workshop), days=days_of(workshop))


def _seated(visit: Visit, workshop: Workshop) -> list[Registration]:
    """Everybody with a confirmed seat, by given name."""
    read = visit.runtime.store.people.everybody_in(workshop.id, State.CONFIRMED)
    return [one for one in sort_by_name(read) if one.person is not None]
