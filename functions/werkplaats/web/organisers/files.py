"""A workshop as a file: to take along, and to bring in again as a draft. Nothing is published by that.

GET  /organisatie/{workshop}/bestand           what can be done with files
GET  /organisatie/{workshop}/werkplaats.yaml   what is published, as a file
POST /organisatie/{workshop}/werkplaats.yaml   the file `bestand` becomes the draft, if that still is `version`
"""

from flask import Response

from werkplaats import log
from werkplaats.domain.drafts import WorkshopDraft
from werkplaats.domain.fields import fields_of
from werkplaats.domain.mistakes import Mistake, Wrong
from werkplaats.domain.workshop import Workshop
from werkplaats.web.forms.forms import version_shown
from werkplaats.web.http.requests import sent_file
from werkplaats.web.http.responses import download, see_other
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.pages import desk_page, editor_path, no_such_page
from werkplaats.wording.catalogues import Phrase
from werkplaats.workflows.edit import Saved, SavedMeanwhile, draft_of, save_draft
from werkplaats.workshop_files import LineMistake, WorkshopFileError, parse, write

_YAML_TYPE = "application/yaml; charset=utf-8"

_NO_FILE = Phrase("Kies eerst een bestand.")
_TOO_LARGE = Phrase("Dit bestand is te groot. Maak de teksten korter, of laat vragen weg.")
_NO_YAML = Phrase("Dit bestand kunnen we niet lezen. Het is geen YAML, of er zit een fout in de opmaak.")
_PRACTICE = Phrase(
    "In dit bestand staat iets anders over oefenen (‘practice’) dan er nu is. Met een bestand verander je dat niet. "
    "Haal die regel weg, of voeg hem toe."
)


def show(visit: Visit, workshop: Workshop) -> Response:
    return _page(visit, workshop)


def take_along(visit: Visit, workshop: Workshop) -> Response:
    """What is published, as a file that `make publish` takes."""
    return download(write(workshop).encode(), _YAML_TYPE, f"{workshop.id}.yaml")


def bring_in(visit: Visit, workshop: Workshop) -> Response:
    """Make the draft of what the file says, or tell every mistake in it."""
    sent = sent_file(visit.request, "bestand")
    seen = version_shown(sent.fields)
    if not sent.content:
        return _page(visit, workshop, 422, _NO_FILE)
    try:
        wanted = parse(sent.content, sent.name)
    except WorkshopFileError as error:
        return _page(visit, workshop, 422, None if error.mistakes else _unusable(error), error.mistakes)
    if wanted.id != workshop.id:
        another = Mistake("id", f"expected {workshop.id!r}", Wrong.ANOTHER_WORKSHOP)
        return _page(visit, workshop, 422, None, (LineMistake(_line_of_id(sent.content), another),))
    if wanted.practice is not workshop.practice:
        return _page(visit, workshop, 422, _PRACTICE)
    outcome = save_draft(
        visit.runtime.store,
        workshop.id,
        fields_of(wanted),
        seen=seen,
        by=visit.email,
        now=visit.runtime.now(),
    )
    match outcome:
        case Saved():
            log.event("desk.file_brought_in", workshop=workshop.id)
            return see_other(editor_path(visit.words, workshop))
        case SavedMeanwhile(theirs=theirs):
            return _page(visit, workshop, 409, theirs=theirs)
        case _:
            return _page(visit, workshop, 422, _TOO_LARGE)


def _unusable(error: WorkshopFileError) -> Phrase:
    if error.too_large:
        return _TOO_LARGE
    if error.line is None:
        return _NO_YAML
    return Phrase(
        "Dit bestand kunnen we niet lezen. Kijk bij regel %(line)d: daar klopt de opmaak niet.", {"line": error.line}
    )


def _line_of_id(content: bytes) -> int:
    lines = content.splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.startswith(b"id:")), 1)


def _page(
    visit: Visit,
    workshop: Workshop,
    status: int = 200,
    problem: Phrase | None = None,
    mistakes: tuple[LineMistake, ...] = (),
    theirs: WorkshopDraft | None = None,
) -> Response:
    """`theirs` is a draft that was saved since the page was opened."""
    draft = draft_of(visit.runtime.store, workshop.id, visit.runtime.now())
    if draft is None:
        raise no_such_page()
    return desk_page(
        visit.words,
        "file",
        status,
        email=visit.email,
        workshop=workshop,
        version=draft.version,
        draft=draft if draft.version and draft.fields != fields_of(workshop) else None,
        problem=visit.words.show(problem) if problem else None,
        mistakes=mistakes,
        theirs=theirs,
    )
