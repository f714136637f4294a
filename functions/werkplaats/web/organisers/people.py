"""The people who signed up for a workshop, as a list to search and as a file."""

import re
from datetime import datetime

from flask import Request, Response

from werkplaats import log
from werkplaats.domain.people import Group, Listed, finds, list_people, words_of
from werkplaats.domain.questions import Answer, AnyQuestion
from werkplaats.domain.roles import Permission
from werkplaats.domain.workshop import Workshop
from werkplaats.web.http.downloads import CSV_TYPE, XLSX_TYPE, csv_file, xlsx_file
from werkplaats.web.http.responses import download
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.pages import desk_page, no_such_page
from werkplaats.wording.answers import Cell, answer_text, question_label
from werkplaats.wording.catalogues import Phrase, Words
from werkplaats.wording.dates import short_moment
from werkplaats.wording.labels import state_label
from werkplaats.workflows.list_people import MOST_FOUND, Start, list_page

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
    Phrase("Gekomen via"),
    Phrase("Adres bevestigen voor"),
)

Row = list[Cell | datetime]

_GROUPS = {_WORDS[group]: group for group in Group}


def show(visit: Visit, workshop: Workshop) -> Response:
    """One page of the list, or of the part of it that is asked for, with the number of people in each group."""
    store = visit.runtime.store
    ledger = store.seats.ledger(workshop.id)
    if ledger is None:
        raise no_such_page()
    query, group = _asked(visit.request)
    trail = _trail(visit.request)
    listed = list_page(store, ledger, query, group, trail[-1] if trail else None)
    return desk_page(
        visit.words,
        "people",
        email=visit.email,
        workshop=workshop,
        lines=listed.lines,
        totals={_WORDS[one]: number for one, number in listed.totals.items()},
        query=query,
        group=None if group is None else _WORDS[group],
        groups=list(_GROUPS),
        words=_WORDS,
        by_number=listed.by_number,
        cut=listed.cut,
        most=MOST_FOUND,
        following=_address_of([*trail, listed.following]) if listed.following else None,
        before=_address_of(trail[:-1]) if trail else None,
        may_cancel=_may_cancel(visit, workshop),
    )


def _may_cancel(visit: Visit, workshop: Workshop) -> bool:
    """Whether the list has boxes to choose people whom to cancel."""
    goes_on = workshop.called_off is None and not workshop.has_begun(visit.runtime.now())
    return goes_on and visit.may(workshop, Permission.CHANGE_PEOPLE)


def csv(visit: Visit, workshop: Workshop) -> Response:
    """The same list as a file, with everything that people filled in, but without people whose data is erased."""
    rows = _rows(visit, workshop)
    return download(csv_file(rows), CSV_TYPE, f"{workshop.id}-mensen.csv")


def xlsx(visit: Visit, workshop: Workshop) -> Response:
    """The same as a workbook, in which numbers and times are numbers and times."""
    words = visit.words
    rows = _rows(visit, workshop, typed=True)
    return download(xlsx_file([(words.gettext("Mensen"), rows)]), XLSX_TYPE, f"{workshop.id}-mensen.xlsx")


_LONGEST_TRAIL = 200
"""How many pages can be gone back: those of 20,000 people."""

_POSITION = re.compile(rf"({'|'.join(_GROUPS)})-(-?[0-9]{{1,12}})", re.ASCII)


def _trail(request: Request) -> list[Start]:
    """Where the page that is asked for begins, as the last item, and before it where those before it did.

    It is empty for the first page. What cannot be read is left out, so that a mutilated address shows an earlier page.
    """
    begins = request.args.get("vanaf", "")
    if not _POSITION.fullmatch(begins):
        return []
    earlier = request.args.get("terug", "").split(".")[-_LONGEST_TRAIL:]
    found = [_POSITION.fullmatch(one) for one in (*earlier, begins)]
    return [Start(_GROUPS[one[1]], int(one[2])) for one in found if one]


def _address_of(trail: list[Start]) -> dict[str, str]:
    """What the address of the page at the end of `trail` says about where it begins."""
    written = [f"{_WORDS[one.group]}-{one.sequence}" for one in trail[-_LONGEST_TRAIL:]]
    return {"terug": ".".join(written[:-1]), "vanaf": written[-1]} if written else {}


def _asked(request: Request) -> tuple[str, Group | None]:
    """The text that is searched for, and the group that is asked for, None if there is no such group."""
    return request.args.get("q", "")[:200].strip(), _GROUPS.get(request.args.get("stand", ""))


def _rows(visit: Visit, workshop: Workshop, *, typed: bool = False) -> list[Row]:
    """The head and a row for each person who is asked for. All are read, in parts, each once.

    If `typed`, times and numbers are not texts.
    """
    words = visit.words
    query, group = _asked(visit.request)
    wanted = words_of(query)
    lines = list_people(visit.runtime.store.people.everybody(workshop.id))
    shown = [line for line in lines if group in (None, line.group) and finds(wanted, line.registration.person)]
    head: Row = [*map(words.show, _HEAD), *(question_label(words, question) for question in workshop.questions)]
    rows = [row for line in shown if (row := _row(words, workshop, line, typed))]
    log.event("people.exported", workshop=workshop.id, people=len(rows))
    return [head, *rows]


def _row(words: Words, workshop: Workshop, line: Listed, typed: bool) -> Row:
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
        _moment(words, one.signed_up_at, typed),
        one.via,
        _moment(words, one.held_until, typed) if one.is_unconfirmed else "",
        *(_answer_cell(words, question, one.answers.get(question.id), typed) for question in workshop.questions),
    ]


def _moment(words: Words, at: datetime | None, typed: bool) -> Cell | datetime:
    """The moment (UTC) as it is in the file; nothing if there is none."""
    if at is None:
        return ""
    return at if typed else short_moment(words, at)


def _answer_cell(words: Words, question: AnyQuestion, answer: Answer | None, typed: bool) -> Cell:
    if typed and isinstance(answer, int) and not isinstance(answer, bool):
        return answer
    return answer_text(words, question, answer)
