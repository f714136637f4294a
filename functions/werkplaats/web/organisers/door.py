"""The page that opens when somebody at the door scans a participant's code: who it is, and the button "Aanwezig"."""

from flask import Response

from werkplaats.domain.attendance import day_to_mark, days_of, on_list
from werkplaats.domain.registration import Registration
from werkplaats.domain.times import day_of
from werkplaats.domain.workshop import Workshop
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.attendance import day_written
from werkplaats.web.organisers.pages import desk_page


def show(visit: Visit, workshop: Workshop, registration: Registration) -> Response:
    """One person at the door. The day is today, or that in the address (`dag`), such as 2027-08-29.

    It reads three documents: the session, the registration and its marks. The workshop comes in addition.
    """
    today = day_of(visit.runtime.now())
    marks = visit.runtime.store.attendance.of_one(registration.id)
    day = day_written(workshop, visit.request.args.get("dag")) or day_to_mark(workshop, visit.runtime.now())
    return desk_page(
        visit.words,
        "door",
        email=visit.email,
        workshop=workshop,
        registration=registration,
        day=day,
        days=days_of(workshop),
        is_today=day == today,
        mark=marks.get(day.isoformat()),
        on_list=on_list(registration, marks),
    )
