"""The journal of a workshop: who did what and when.

GET /organisatie/{workshop}/logboek        100 entries a page, newest first; `door` and `wat` choose among them, and
                                           `voor` is the id of the entry before which the page begins
GET /organisatie/{workshop}/logboek.csv    the same as a file
"""

from collections.abc import Callable
from typing import Any

from flask import Request, Response
from msgspec import Struct

from werkplaats import log
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.workshop import Workshop
from werkplaats.web.http.downloads import CSV_TYPE, csv_file
from werkplaats.web.http.responses import download
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.pages import desk_page
from werkplaats.wording.catalogues import Phrase, Words
from werkplaats.wording.dates import short_moment
from werkplaats.wording.journal import Doer, doer_of, entry_by, entry_detail, entry_name
from werkplaats.workflows.read_journal import JournalPage, export_journal, read_journal

BY = {
    Doer.PARTICIPANT: Phrase("Deelnemers"),
    Doer.ORGANISER: Phrase("De organisatie"),
    Doer.SYSTEM: Phrase("Het systeem"),
}

_MAIL = frozenset({Happened.MAIL_FAILED, Happened.MAIL_BOUNCED, Happened.SENT_AGAIN, Happened.MESSAGE_SENT})
_PERSON = frozenset(
    {
        Happened.CORRECTED,
        Happened.DETAILS_CHANGED,
        Happened.ADDRESS_ASKED,
        Happened.NOTED,
        Happened.LABELLED,
        Happened.ERASED,
    }
)
_ATTENDANCE = frozenset({Happened.MARKED, Happened.SAID_ABSENT, Happened.LIST_COMPLETED, Happened.LIST_REOPENED})
_WORKSHOP = frozenset(
    {
        Happened.CAPACITY_CHANGED,
        Happened.CALLED_OFF,
        Happened.MADE_REAL,
        Happened.LIST_COMPLETED,
        Happened.LIST_REOPENED,
    }
)

ABOUT: dict[str, tuple[Phrase, Callable[[Entry], bool]]] = {
    "plekken": (Phrase("Plekken"), lambda entry: entry.kind not in _MAIL | _PERSON | _WORKSHOP | _ATTENDANCE),
    "gegevens": (Phrase("Gegevens van mensen"), lambda entry: entry.kind in _PERSON),
    "aanwezig": (Phrase("Aanwezigheid"), lambda entry: entry.kind in _ATTENDANCE),
    "mail": (Phrase("Mails"), lambda entry: entry.kind in _MAIL),
    "werkplaats": (Phrase("De werkplaats"), lambda entry: entry.kind in _WORKSHOP),
}

_HEAD = (Phrase("Wanneer"), Phrase("Wat"), Phrase("Toelichting"), Phrase("Wie"), Phrase("Door"))


class Line(Struct, frozen=True, kw_only=True):
    """An entry as the page shows it. `about` is the id of the registration, and `name` that of its person."""

    at: Any
    what: str
    detail: str
    by: str
    about: str | None
    name: str


def show(visit: Visit, workshop: Workshop) -> Response:
    by, about = _asked(visit.request)
    before = visit.request.args.get("voor", "")[:200]
    page = read_journal(visit.runtime.store, workshop.id, _wanted(by, about), before)
    return desk_page(
        visit.words,
        "journal",
        email=visit.email,
        **page_of(visit.words, workshop, page, by, about, first=not before),
    )


def csv(visit: Visit, workshop: Workshop) -> Response:
    """The same entries as a file, without those that are older than the newest 5,000."""
    words = visit.words
    by, about = _asked(visit.request)
    page = export_journal(visit.runtime.store, workshop.id, _wanted(by, about))
    rows = [
        [short_moment(words, line.at), line.what, line.detail, line.name, line.by]
        for line in _lines(words, workshop, page)
    ]
    log.event("journal.exported", workshop=workshop.id, entries=len(rows))
    head = [words.show(one) for one in _HEAD]
    return download(csv_file([head, *rows]), CSV_TYPE, f"{workshop.id}-logboek.csv")


def page_of(
    words: Words, workshop: Workshop, page: JournalPage, by: Doer | None, about: str | None, *, first: bool
) -> dict[str, Any]:
    """What templates/pages/organiser/journal.html is given."""
    return {
        "workshop": workshop,
        "lines": _lines(words, workshop, page),
        "last": page.last,
        "first": first,
        "door": by.value if by else None,
        "wat": about,
        "doers": [(one.value, words.show(name)) for one, name in BY.items()],
        "subjects": [(one, words.show(name)) for one, (name, _) in ABOUT.items()],
    }


def _asked(request: Request) -> tuple[Doer | None, str | None]:
    """Whose deeds are asked for, and of what kind. None for a word that we do not know."""
    by, about = request.args.get("door", ""), request.args.get("wat", "")
    return Doer(by) if by in set(Doer) else None, about if about in ABOUT else None


def _wanted(by: Doer | None, about: str | None) -> Callable[[Entry], bool]:
    of_kind = ABOUT[about][1] if about else None

    def wanted(entry: Entry) -> bool:
        return (by is None or doer_of(entry) is by) and (of_kind is None or of_kind(entry))

    return wanted


def _lines(words: Words, workshop: Workshop, page: JournalPage) -> list[Line]:
    return [_line(words, workshop, page, entry) for entry in page.entries]


def _line(words: Words, workshop: Workshop, page: JournalPage, entry: Entry) -> Line:
    registration = page.people.get(entry.registration or "")
    name = ""
    if entry.registration is not None:
        erased = registration is None or registration.person is None
        name = words.gettext("Gegevens gewist") if erased else registration.person.name  # type: ignore[union-attr]
    return Line(
        at=entry.at,
        what=entry_name(words, entry.kind.value),
        detail=entry_detail(words, entry),
        by=entry_by(words, workshop, entry),
        about=entry.registration if registration is not None else None,
        name=name,
    )
