"""Who came: a list that organisers tap through on a phone at the door, also where the connection is bad."""

from datetime import date
from urllib.parse import urlencode

from flask import Response

from werkplaats import log
from werkplaats.domain.attendance import Mark, count, day_to_mark, days_of
from werkplaats.domain.people import matches, sort_by_name
from werkplaats.domain.registration import Registration
from werkplaats.domain.roles import Permission
from werkplaats.domain.seats.commands import CompleteList, Refused
from werkplaats.domain.workshop import Workshop
from werkplaats.web.http.requests import form_data
from werkplaats.web.http.responses import Problem, plain, see_other
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.pages import desk_page, unknown_button
from werkplaats.web.qr import door_path
from werkplaats.wording.catalogues import Phrase, in_language
from werkplaats.workflows.mark_attendance import MarkResult, mark_attendance, people_on_list

_MARKS: dict[str, Mark | None] = {"present": Mark.PRESENT, "absent": Mark.ABSENT, "none": None}


def show(visit: Visit, workshop: Workshop) -> Response:
    """The list of one day, by given name. It has a line for everybody, hidden or not, so that the script can search."""
    runtime, asked = visit.runtime, visit.request.args
    day = day_written(workshop, asked.get("dag")) or day_to_mark(workshop, runtime.now())
    query = asked.get("q", "")[:200].strip()
    marks = runtime.store.attendance.of(workshop.id)
    ledger = runtime.store.seats.ledger(workshop.id)
    people = people_on_list(runtime.store, workshop.id, marks)
    lines = [(one, marks.get(one.id, {}).get(day.isoformat()), matches(one, query)) for one in sort_by_name(people)]
    return desk_page(
        visit.words,
        "attendance",
        scripted=True,
        email=visit.email,
        workshop=workshop,
        day=day,
        days=days_of(workshop),
        lines=lines,
        shown=sum(matches for _, _, matches in lines),
        count=count((marks.get(one.id, {}) for one in people), day),
        query=query,
        begun=workshop.has_begun(runtime.now()),
        complete=ledger is not None and ledger.list_complete,
        asks=any(wave.to == "attended" for wave in workshop.waves),
        may_add=visit.may(workshop, Permission.CHANGE_PEOPLE),
    )


def complete(visit: Visit, workshop: Workshop) -> Response:
    """Say that the list is complete, or that it is not. The same again changes nothing."""
    fields = form_data(visit.request)
    said = fields.get("lijst", "")
    if said not in _LIST:
        raise unknown_button()
    outcome = visit.runtime.seat_queue.do(workshop.id, CompleteList(_LIST[said], visit.email))
    if isinstance(outcome, Refused):
        raise Problem(
            409,
            Phrase("Dat kan nog niet"),
            Phrase("De werkplaats is nog niet begonnen. Er is niets veranderd."),
            Phrase("Sluit de lijst als je weet wie er waren."),
        )
    log.event("desk.list", workshop=workshop.id, said=said)
    day = day_written(workshop, fields.get("dag")) or day_to_mark(workshop, visit.runtime.now())
    asked = urlencode({"dag": day.isoformat()})
    return see_other(in_language(f"/organisatie/{workshop.id}/aanwezig?{asked}", visit.words.language))


_LIST = {"compleet": True, "open": False}
"""By the value of the button, whether the list is complete."""


def mark(visit: Visit, workshop: Workshop, registration: Registration) -> Response:
    """Record one tap. The same tap again changes nothing, so a browser that is not sure may send it again."""
    fields = form_data(visit.request)
    day, stand = day_written(workshop, fields.get("dag")), fields.get("stand", "")
    if day is None or stand not in _MARKS:
        raise Problem(
            400,
            Phrase("Dit kunnen we niet noteren"),
            Phrase("De dag of de knop klopt niet. Er is niets veranderd."),
            Phrase("Ga terug naar de lijst, laad die opnieuw en tik nog een keer."),
        )
    match mark_attendance(visit.runtime.store, registration, day, _MARKS[stand], visit.runtime.now(), by=visit.email):
        case MarkResult.NOT_ON_LIST:
            raise Problem(
                409,
                Phrase("Deze persoon heeft geen plek"),
                Phrase("Je noteert alleen wie een plek heeft, tot de gegevens zijn gewist. Er is niets veranderd."),
                Phrase("Geef de persoon eerst een plek, bij Mensen."),
            )
        case MarkResult.MARKED if visit.request.headers.get("X-Requested-With"):
            return plain(stand, 200)
        case MarkResult.MARKED:
            if fields.get("terug") == "deur":
                asked = urlencode({"dag": day.isoformat()})
                return see_other(
                    in_language(f"{door_path(workshop.id, registration.id)}?{asked}", visit.words.language)
                )
            return see_other(_back(visit, workshop, day, fields.get("q", ""), registration))


def day_written(workshop: Workshop, written: str | None) -> date | None:
    """The day that is `written`, such as 2027-08-29; None if that is not a day of `workshop`."""
    return next((day for day in days_of(workshop) if day.isoformat() == written), None)


def _back(visit: Visit, workshop: Workshop, day: date, query: str, registration: Registration) -> str:
    """The address of the list at the line of `registration`."""
    asked = urlencode({"dag": day.isoformat()} | ({"q": query} if query else {}))
    return in_language(f"/organisatie/{workshop.id}/aanwezig?{asked}#p-{registration.id}", visit.words.language)
