"""The editor: the draft of a workshop is typed, kept and published, after a page that says what that comes to.

Every form carries the version of the draft that it shows. Whoever sends another than the present one is shown both.
"""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Response
from msgspec.structs import replace

from werkplaats import log
from werkplaats.domain.drafts import WorkshopDraft, check
from werkplaats.domain.field_lists import add_item, follow_removals, is_list, move_item, remove_item
from werkplaats.domain.fields import Fields, fields_of, in_order, is_path
from werkplaats.domain.logos import Logo, LogoProblem
from werkplaats.domain.mistakes import Mistake
from werkplaats.domain.workshop import Workshop
from werkplaats.web.http.languages import same_page
from werkplaats.web.http.responses import NO_STORE, Problem, file, see_other
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.comparing import compared
from werkplaats.web.organisers.consequences import lines_of
from werkplaats.web.organisers.editor_view import editor_view
from werkplaats.web.organisers.fields import LOGO
from werkplaats.web.organisers.pages import desk_page, no_such_page
from werkplaats.web.organisers.typed import Sent, read_form
from werkplaats.wording.catalogues import Phrase, in_language
from werkplaats.wording.mistakes import logo_problem_text
from werkplaats.workflows.edit import (
    DraftPublished,
    Mistaken,
    PublishedMeanwhile,
    Saved,
    SavedMeanwhile,
    TooMuchText,
    consequences,
    draft_of,
    keep_logo,
    publish_draft,
    save_draft,
)
from werkplaats.workflows.publish import CapacityBelowHeld

NOTICES = {
    "bewaard": Phrase("Je wijzigingen zijn bewaard als concept. Er is nog niets gepubliceerd."),
    "gepubliceerd": Phrase("De werkplaats is gepubliceerd, zoals je hem hier ziet."),
    "niets": Phrase("Er is niets te publiceren: het concept is hetzelfde als wat gepubliceerd is."),
    "geen-voorbeeld": Phrase("Er is nog geen voorbeeld: er klopt nog iets niet. Je wijzigingen zijn bewaard."),
}
"""What the page says after an action, by the word that the address then has."""

_PLAIN = frozenset({"save", "preview", "publish", "logo", "remove-logo"})
_ON_LISTS = frozenset({"add", "remove", "up", "down"})


def show(visit: Visit, workshop: Workshop) -> Response:
    draft = draft_of(visit.runtime.store, workshop.id, visit.runtime.now())
    if draft is None:
        raise no_such_page()
    found = check(draft)
    notice = NOTICES.get(visit.request.args.get("melding", ""))
    return _editor(visit, workshop, draft, found if isinstance(found, tuple) else (), notice=notice)


def act(visit: Visit, workshop: Workshop) -> Response:
    """Keep what was typed, and do what the clicked button says besides."""
    sent = read_form(visit.request)
    verb, _, path = sent.action.partition(":")
    if not (sent.action in _PLAIN or (verb in _ON_LISTS and is_path(path))):
        raise Problem(
            400,
            Phrase("Deze knop kennen we niet"),
            Phrase("Er is niets bewaard."),
            Phrase("Ga terug, en gebruik een knop die op de pagina staat. Wat je typte, staat er dan nog."),
        )
    if sent.action == "publish" and (seen := _confirmed(sent)) is not None:
        return _publish(visit, workshop, sent, *seen)
    return _keep(visit, workshop, sent)


def show_logo(visit: Visit, workshop: Workshop, digest: str) -> Response:
    """A logo that was uploaded. Who has its digest may see it: it is there to be shown to everybody."""
    logo = visit.runtime.store.logos.get(digest)
    if logo is None:
        raise no_such_page()
    return file(logo.content, "image/png", NO_STORE)


def _keep(visit: Visit, workshop: Workshop, sent: Sent) -> Response:
    store = visit.runtime.store
    now = visit.runtime.now()
    fields, logo_problem = _changed(visit, workshop, sent)
    outcome = save_draft(store, workshop.id, fields, seen=sent.version, by=visit.email, now=now, base=sent.base)
    match outcome:
        case None:
            raise no_such_page()
        case TooMuchText(draft):
            problem = visit.words.gettext(
                "Dit is meer tekst dan we kunnen bewaren. Wat je typte staat hieronder nog. Maak het korter."
            )
            return _editor(visit, workshop, replace(draft, version=sent.version), (), 413, problem=problem)
        case SavedMeanwhile(theirs, mine) if theirs.fields != mine.fields:
            return _conflict(visit, workshop, theirs, mine)
        case Saved(draft) | SavedMeanwhile(draft, _):
            pass
    if logo_problem is not None:
        return _editor(visit, workshop, draft, (), 422, logo_problem=logo_problem)
    match sent.action:
        case "publish":
            return _before_publishing(visit, workshop, draft)
        case "preview":
            return see_other(in_language(f"/organisatie/{workshop.id}/voorbeeld", visit.words.language))
        case _:
            return _back(visit, "bewaard", _place_after(sent.action))


def _changed(visit: Visit, workshop: Workshop, sent: Sent) -> tuple[Fields, LogoProblem | None]:
    """What was typed, as the clicked button changes it; and why the file that was sent cannot be a logo."""
    fields = follow_removals(fields_of(workshop), {"id": workshop.id} | sent.fields)
    verb, _, path = sent.action.partition(":")
    match verb:
        case "add" if is_list(path):
            return add_item(fields, path), None
        case "remove":
            return remove_item(fields, path), None
        case "up" | "down":
            return move_item(fields, path, -1 if verb == "up" else 1), None
        case "remove-logo":
            return {name: text for name, text in fields.items() if name != LOGO}, None
        case "logo":
            match keep_logo(visit.runtime.store, sent.file or b""):
                case Logo(digest=digest):
                    return fields | {LOGO: digest}, None
                case problem:
                    return fields, problem
    return fields, None


def _before_publishing(visit: Visit, workshop: Workshop, draft: WorkshopDraft) -> Response:
    """The page that says what publishing `draft` comes to, with the button that does it."""
    store = visit.runtime.store
    now = visit.runtime.now()
    found = consequences(store, draft, now)
    preview = found.preview
    if preview is None:
        return _editor(visit, workshop, draft, found.mistakes, 422)
    if not preview.changes:
        return _back(visit, "niets")
    if preview.seen is not None and preview.seen != draft.base:
        return _published_meanwhile(visit, workshop, PublishedMeanwhile(preview.before, preview.seen, draft))
    if preview.refused is not None:
        return _too_small(visit, workshop, draft, preview.refused)
    return desk_page(
        visit.words,
        "publish",
        email=visit.email,
        workshop=workshop,
        draft=draft,
        confirmed=f"{draft.version}.{draft.base}",
        **lines_of(visit.words, preview),
    )


def _publish(visit: Visit, workshop: Workshop, sent: Sent, seen: int, base: int) -> Response:
    """Publish the draft's version `seen`, made from the published version `base`."""
    runtime = visit.runtime
    outcome = publish_draft(
        runtime.store, runtime.seat_queue, workshop.id, seen=seen, by=visit.email, now=runtime.now()
    )
    match outcome:
        case None:
            raise no_such_page()
        case DraftPublished():
            log.event("desk.published", workshop=workshop.id)
            return _back(visit, "gepubliceerd")
        case Mistaken(draft, mistakes):
            return _editor(visit, workshop, draft, mistakes, 422)
        case CapacityBelowHeld():
            present = draft_of(runtime.store, workshop.id, runtime.now())
            if present is None:
                raise no_such_page()
            return _too_small(visit, workshop, present, outcome)
        case PublishedMeanwhile():
            return _published_meanwhile(visit, workshop, outcome)
        case SavedMeanwhile(theirs):
            if _published_already(visit, workshop, theirs, seen, base):
                return _back(visit, "gepubliceerd")
            mine = replace(theirs, fields=in_order(sent.fields) if sent.fields else theirs.fields)
            return _conflict(visit, workshop, theirs, mine)


def _published_already(visit: Visit, workshop: Workshop, draft: WorkshopDraft, seen: int, base: int) -> bool:
    """Whether the same click has published already: `draft` is what went on from there."""
    if draft.version != seen + 1 or draft.base <= base:
        return False
    revision = visit.runtime.store.workshops.revision(workshop.id, draft.base)
    return revision is not None and revision.by == visit.email and fields_of(revision.workshop) == draft.fields


def _confirmed(sent: Sent) -> tuple[int, int] | None:
    """The version of the draft, and the published one, that the page before publishing was about; None if it is no
    form of that page."""
    version, _, base = (sent.confirmed or "").partition(".")
    if not (version.isascii() and version.isdecimal() and base.isascii() and base.isdecimal()):
        return None
    return int(version[:15]), int(base[:15])


def _too_small(visit: Visit, workshop: Workshop, draft: WorkshopDraft, refused: CapacityBelowHeld) -> Response:
    problem = visit.words.ngettext(
        "Dit kan niet worden gepubliceerd: er is %(num)d plek bezet of aangeboden, en jij wilt er %(capacity)d. "
        "Kies meer plekken, of meld eerst %(excess)d mensen af.",
        "Dit kan niet worden gepubliceerd: er zijn %(num)d plekken bezet of aangeboden, en jij wilt er %(capacity)d. "
        "Kies meer plekken, of meld eerst %(excess)d mensen af.",
        refused.held,
        capacity=refused.capacity,
        excess=refused.excess,
    )
    return _editor(visit, workshop, draft, (), 422, at_capacity=problem)


def _published_meanwhile(visit: Visit, workshop: Workshop, found: PublishedMeanwhile) -> Response:
    """Both versions: what somebody else has published, and the draft. Whichever is chosen becomes the draft."""
    published = fields_of(found.published) if found.published else {}
    theirs = replace(found.draft, fields=published, base=found.version)
    return _conflict(visit, workshop, theirs, replace(found.draft, base=found.version), published=True)


def _conflict(
    visit: Visit, workshop: Workshop, theirs: WorkshopDraft, mine: WorkshopDraft, *, published: bool = False
) -> Response:
    return desk_page(
        visit.words,
        "conflict",
        409,
        email=visit.email,
        workshop=workshop,
        theirs=theirs,
        mine=mine,
        published=published,
        differing=compared(visit.words, theirs.fields, mine.fields),
    )


def _editor(
    visit: Visit,
    workshop: Workshop,
    draft: WorkshopDraft,
    mistakes: Sequence[Mistake],
    status: int = 200,
    *,
    notice: Phrase | None = None,
    problem: str | None = None,
    at_capacity: str | None = None,
    logo_problem: LogoProblem | None = None,
) -> Response:
    words = visit.words
    told = {"capacity": at_capacity} if at_capacity else {}
    if logo_problem is not None:
        told[LOGO] = logo_problem_text(words, logo_problem)
    return desk_page(
        words,
        "edit",
        status,
        email=visit.email,
        workshop=workshop,
        draft=draft,
        editor=editor_view(words, draft.fields, mistakes, told),
        notice=words.show(notice) if notice else None,
        problem=problem,
        failed=status >= 400,
    )


def _place_after(action: str) -> str:
    """Where the page goes on after a button of a list: that list."""
    verb, _, path = action.partition(":")
    if verb not in _ON_LISTS:
        return ""
    return "#f-" + (path if verb == "add" else path.rpartition(".")[0]).replace(".", "-")


def _back(visit: Visit, notice: str, place: str = "") -> Response:
    """A redirect to the editor, which then says `notice` and goes to `place`."""
    path = same_page(visit.request)
    return see_other(f"{path}{'&' if '?' in path else '?'}{urlencode({'melding': notice})}{place}")
