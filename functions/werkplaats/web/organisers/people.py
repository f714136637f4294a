"""The people who signed up for a workshop, as a list to search and as a file."""

from collections import Counter

from flask import Request, Response

from werkplaats import log
from werkplaats.domain.people import Group, Listed, list_people, matches
from werkplaats.domain.workshop import Workshop
from werkplaats.web.http.downloads import CSV_TYPE, csv_file
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.pages import desk_page, download
from werkplaats.wording.answers import Cell, answer_text, question_label
from werkplaats.wording.catalogues import Phrase, Words
from werkplaats.wording.dates import short_moment
from werkplaats.wording.labels import state_label

_WORDS = {Group.SEAT: "plek", Group.OFFER: "aanbod", Group.WAITLIST: "wachtlijst", Group.ENDED: "weg"}
"""What the groups are called in addresses and in the stylesheet."""

_HEAD = (
    Phrase("Voornaam"),
    Phrase("Achternaam"),
    Phrase("E-mailadres"),
    Phrase("Organisatie"),
    Phrase("Functie"),
    Phrase("Telefoonnummer"),
    Phrase("Stand"),
    Phrase("Plaats"),
    Phrase("Aangemeld op"),
)

_GROUPS = {_WORDS[group]: group for group in Group}


def show(visit: Visit, workshop: Workshop) -> Response:
    """The list, or the part of it that is asked for, with the number of people in each group."""
    everybody = list_people(visit.runtime.store.seats.all_of(workshop.id))
    query, group = _asked(visit.request)
    totals = Counter(_WORDS[line.group] for line in everybody if matches(line.registration, query))
    return desk_page(
        visit.words,
        "people",
        email=visit.email,
        workshop=workshop,
        lines=_filtered(everybody, query, group),
        totals=totals,
        query=query,
        group=None if group is None else _WORDS[group],
        groups=list(_GROUPS),
        words=_WORDS,
    )


def csv(visit: Visit, workshop: Workshop) -> Response:
    """The same list as a file, with everything that people filled in, but without people whose data is erased."""
    words = visit.words
    query, group = _asked(visit.request)
    lines = _filtered(list_people(visit.runtime.store.seats.all_of(workshop.id)), query, group)
    head = [*map(words.show, _HEAD), *(question_label(words, question) for question in workshop.questions)]
    rows = [row for line in lines if (row := _row(words, workshop, line))]
    log.event("people.exported", workshop=workshop.id, people=len(rows))
    return download(csv_file([head, *rows]), CSV_TYPE, f"{workshop.id}-mensen.csv")


def _asked(request: Request) -> tuple[str, Group | None]:
    """The text that is searched for, and the group that is asked for, None if there is no such group."""
    return request.args.get("q", "")[:200].strip(), _GROUPS.get(request.args.get("stand", ""))


def _filtered(lines: tuple[Listed, ...], query: str, group: Group | None) -> list[Listed]:
    return [line for line in lines if matches(line.registration, query) and group in (None, line.group)]


def _row(words: Words, workshop: Workshop, line: Listed) -> list[Cell]:
    one, person = line.registration, line.registration.person
    if person is None:
        return []
    return [
        person.given_name,
        person.family_name,
        person.email,
        person.organisation,
        person.job_title,
        person.phone,
        state_label(words, one.state.value),
        line.place,
        short_moment(words, one.signed_up_at),
        *(answer_text(words, question, one.answers.get(question.id)) for question in workshop.questions),
    ]
