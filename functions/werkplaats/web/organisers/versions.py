"""What was published of a workshop: every version, what each would change now, and the way back to it.

GET  /organisatie/{workshop}/versies             all of them, the latest first
GET  /organisatie/{workshop}/versies/{number}    one of them beside what is published now
POST /organisatie/{workshop}/versies/{number}    makes the draft of it, which can then be looked at and published
"""

from flask import Response
from msgspec import ValidationError

from werkplaats import log
from werkplaats.domain.differences import Difference, differences
from werkplaats.domain.fields import fields_of
from werkplaats.domain.revisions import Revision
from werkplaats.domain.workshop import Workshop
from werkplaats.web.forms.forms import version_shown
from werkplaats.web.http.requests import form_data
from werkplaats.web.http.responses import see_other
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.pages import desk_page, editor_path, no_such_page
from werkplaats.wording.catalogues import Phrase
from werkplaats.workflows.edit import Saved, draft_from_revision, draft_of

_NOT_GONE_BACK_TO = frozenset({"called_off", "practice"})
"""Fields that stay as they are, whichever version somebody goes back to."""

_LONGEST_NUMBER = 15
"""Digits."""

_CHANGED = Phrase(
    "Er is intussen een ander concept bewaard. Er is niets veranderd. Kijk eerst wat daarin staat. Wil je het toch "
    "vervangen, klik dan opnieuw."
)


def show_all(visit: Visit, workshop: Workshop) -> Response:
    heads = visit.runtime.store.workshops.revisions(workshop.id)
    return desk_page(visit.words, "versions", email=visit.email, workshop=workshop, heads=heads)


def show(visit: Visit, workshop: Workshop, number: str) -> Response:
    return _page(visit, workshop, _find(visit, workshop, number))


def go_back(visit: Visit, workshop: Workshop, number: str) -> Response:
    """Keep that version as the draft, unless somebody has saved another draft since the page was opened."""
    revision = _find(visit, workshop, number)
    seen = version_shown(form_data(visit.request))
    outcome = draft_from_revision(
        visit.runtime.store,
        workshop.id,
        revision.number,
        seen=seen,
        by=visit.email,
        now=visit.runtime.now(),
    )
    if isinstance(outcome, Saved):
        log.event("desk.went_back", workshop=workshop.id, revision=revision.number)
        return see_other(editor_path(visit.words, workshop))
    return _page(visit, workshop, revision, 409, _CHANGED)


def changes_back(workshop: Workshop, revision: Revision) -> list[Difference]:
    """What becomes another by going back from `workshop` to `revision`: before is now, and after is then."""
    return [
        one for one in differences(workshop, revision.workshop) if one.path.partition(".")[0] not in _NOT_GONE_BACK_TO
    ]


def _find(visit: Visit, workshop: Workshop, number: str) -> Revision:
    """The revision of that number. Raises Problem if there is none, or none that this version can read."""
    found = None
    if number.isascii() and number.isdecimal() and len(number) <= _LONGEST_NUMBER:
        try:
            found = visit.runtime.store.workshops.revision(workshop.id, int(number))
        except ValidationError:
            log.event("desk.unreadable_revision", severity="WARNING", workshop=workshop.id, revision=number)
    if found is None:
        raise no_such_page()
    return found


def _page(
    visit: Visit, workshop: Workshop, revision: Revision, status: int = 200, problem: Phrase | None = None
) -> Response:
    draft = draft_of(visit.runtime.store, workshop.id, visit.runtime.now())
    if draft is None:
        raise no_such_page()
    return desk_page(
        visit.words,
        "version",
        status,
        email=visit.email,
        workshop=workshop,
        revision=revision,
        changes=changes_back(workshop, revision),
        version=draft.version,
        draft=draft if draft.version and draft.fields != fields_of(workshop) else None,
        problem=visit.words.show(problem) if problem else None,
    )
