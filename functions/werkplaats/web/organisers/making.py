"""Making a workshop: from an earlier edition, or from the shipped example. It practises until it is made real.

GET  /organisatie/nieuw              what to begin from
GET  /organisatie/nieuw?van={id}     the title, the first day, and whose it is, with what is proposed for them
POST /organisatie/nieuw              makes it, and leads to its overview
"""

from flask import Response
from msgspec import Struct

from werkplaats.domain.access import folded, role_of
from werkplaats.domain.copying import next_first_day
from werkplaats.domain.roles import Permission, Role
from werkplaats.domain.times import AMSTERDAM
from werkplaats.domain.workshop import Organiser, Workshop
from werkplaats.web.forms.desk_forms import NewWorkshopForm, new_workshop_form
from werkplaats.web.forms.forms import Sent
from werkplaats.web.http.requests import form_data
from werkplaats.web.http.responses import Problem, see_other
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.pages import desk_page, no_such_page, overview_path
from werkplaats.wording.catalogues import Phrase
from werkplaats.workflows.begin import Begun, IdTaken, begin_workshop
from werkplaats.workshop_files import example

EXAMPLE = "_voorbeeld"
"""What stands for the shipped example where else the id of a workshop stands. No id begins like this."""


class Source(Struct, frozen=True):
    """What a new workshop can be made from; `name` stands for it in addresses and forms."""

    name: str
    workshop: Workshop

    @property
    def is_example(self) -> bool:
        return self.name == EXAMPLE


def show(visit: Visit) -> Response:
    """The sources, or the form for the one that the address names."""
    _check_may_make(visit)
    name, sources = visit.request.args.get("van"), _sources(visit)
    if name is None:
        return desk_page(visit.words, "new", email=visit.email, sources=sources, source=None, form=None)
    source = _find(sources, name)
    return _page(visit, source, _form(visit, source, None))


def act(visit: Visit) -> Response:
    """Make the workshop. If it is sent twice, both lead to the one that was made."""
    _check_may_make(visit)
    fields = form_data(visit.request)
    source = _find(_sources(visit), fields.get("van", ""))
    form = _form(visit, source, fields)
    first_day = form.first_day.day
    if not form.validate() or first_day is None:
        return _page(visit, source, form, 422)
    title = form.title.data
    made = _made_before(visit, title, form)
    if made is not None:
        return see_other(overview_path(visit.words, made))
    outcome = begin_workshop(
        visit.runtime.store,
        source.workshop,
        title=title,
        first_day=first_day,
        organiser=Organiser(name=form.name.data, email=visit.email),
        now=visit.runtime.now(),
        id=form.id.data or None,
    )
    match outcome:
        case Begun(workshop):
            return see_other(overview_path(visit.words, workshop))
        case IdTaken(proposed):
            form.id.errors = [
                visit.words.gettext(
                    "Er is al een werkplaats met dit webadres. Vrij is nog: %(proposed)s.", proposed=proposed
                )
            ]
            return _page(visit, source, form, 409)


def _check_may_make(visit: Visit) -> None:
    if not visit.may_make_workshops:
        raise Problem(
            403,
            Phrase("Nieuwe werkplaatsen kun je niet maken"),
            Phrase("Je bent ingelogd, maar met dit adres kun je geen nieuwe werkplaats maken."),
            Phrase("Wil je dat wel? Vraag het aan wie deze site beheert."),
        )


def _sources(visit: Visit) -> list[Source]:
    """The workshops that the visitor is in charge of, the latest first, and then the shipped example."""
    every = reversed(visit.runtime.store.workshops.all())
    mine = [Source(one.id, one) for one in every if visit.may(one, Permission.EDIT_WORKSHOP)]
    return [*mine, Source(EXAMPLE, example())]


def _find(sources: list[Source], name: str) -> Source:
    """The source of that name. Another's workshop is answered for like one that there is not."""
    found = next((one for one in sources if one.name == name), None)
    if found is None:
        raise no_such_page()
    return found


def _form(visit: Visit, source: Source, data: Sent) -> NewWorkshopForm:
    today = visit.runtime.now().astimezone(AMSTERDAM).date()
    workshop = source.workshop
    known = (one.name for one in workshop.organisers if folded(one.email) == folded(visit.email))
    return new_workshop_form(
        visit.words,
        today,
        data,
        title=workshop.title,
        first_day=next_first_day(workshop, today).isoformat(),
        name=next(known, ""),
    )


def _made_before(visit: Visit, title: str, form: NewWorkshopForm) -> Workshop | None:
    """The workshop that the same form made before, as when a button is pressed twice."""
    for one in visit.runtime.store.workshops.all():
        asked = form.id.data in ("", one.id) and (one.title, one.first_day) == (title, form.first_day.day)
        if asked and one.practice and role_of(one, visit.email) is Role.ORGANISER:
            return one
    return None


def _page(visit: Visit, source: Source, form: NewWorkshopForm, status: int = 200) -> Response:
    return desk_page(visit.words, "new", status, email=visit.email, sources=[], source=source, form=form)
