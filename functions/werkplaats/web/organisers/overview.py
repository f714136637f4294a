"""The workshops of an organiser, and the numbers of one of them."""

from typing import Literal

from flask import Response
from msgspec import Struct
from msgspec.structs import replace

from werkplaats import log
from werkplaats.domain.roles import Permission
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.survey.waves import phase
from werkplaats.domain.totals import Totals
from werkplaats.domain.workshop import Wave, Workshop
from werkplaats.web.forms.forms import version_shown
from werkplaats.web.http.requests import form_data
from werkplaats.web.http.responses import see_other
from werkplaats.web.organisers.access import Visit, not_yours
from werkplaats.web.organisers.my_notices import mine
from werkplaats.web.organisers.pages import desk_page, no_such_page, overview_path, unknown_button
from werkplaats.web.organisers.today import today
from werkplaats.web.organisers.totals import totals_at_a_glance
from werkplaats.wording.catalogues import Phrase
from werkplaats.wording.labels import NOTICE_SETTINGS
from werkplaats.workflows.publish import Published, publish_workshop


class WaveStanding(Struct, frozen=True, kw_only=True):
    """A wave of the survey, and how many people were invited to it and have answered."""

    wave: Wave
    phase: str
    invited: int
    answered: int


def home(visit: Visit) -> Response:
    """The workshops of the organiser who asks, the latest first."""
    store = visit.runtime.store
    mine = [workshop for workshop in store.workshops.all() if visit.may(workshop, Permission.READ_NUMBERS)]
    if not mine and not visit.may_make_workshops:
        raise not_yours()
    now = visit.runtime.now()
    ledgers = store.seats.ledgers(workshop.id for workshop in mine)
    lines = [(workshop, ledgers.get(workshop.id), now >= workshop.ends_at) for workshop in reversed(mine)]
    return desk_page(visit.words, "home", email=visit.email, lines=lines, may_make=visit.may_make_workshops)


def show(visit: Visit, workshop: Workshop) -> Response:
    """One workshop: its seats, and the waves of its survey."""
    return _page(visit, workshop)


def open_or_close(visit: Visit, workshop: Workshop) -> Response:
    """Open or close sign-up by hand, or leave it to its days again: this is published, and nothing else.

    If somebody else has published since the page was opened, it shows what is published now, and nothing is changed.
    """
    fields = form_data(visit.request)
    by_hand = fields.get("by_hand")
    if by_hand not in _BY_HAND:
        raise unknown_button()
    seen = version_shown(fields)
    if workshop.called_off is not None:
        return _page(visit, workshop, 409, _CALLED_OFF)
    changed = replace(workshop, sign_up=replace(workshop.sign_up, by_hand=_BY_HAND[by_hand]))
    runtime = visit.runtime
    outcome = publish_workshop(
        runtime.store,
        runtime.seat_queue,
        changed,
        runtime.now(),
        seen=seen,
        by=visit.email,
    )
    if isinstance(outcome, Published):
        log.event("desk.sign_up_by_hand", workshop=workshop.id, by_hand=by_hand)
        return see_other(overview_path(visit.words, workshop))
    return _page(visit, runtime.store.workshops.get(workshop.id) or workshop, 409, _CHANGED)


_BY_HAND: dict[str, Literal["open", "closed"] | None] = {"open": "open", "closed": "closed", "": None}
"""By the value of the button."""

_CHANGED = Phrase(
    "Iemand anders heeft de werkplaats intussen veranderd. Hieronder zie je hoe het nu is. Klik zo nodig opnieuw."
)
_CALLED_OFF = Phrase("De werkplaats is afgelast. Aanmelden blijft gesloten.")


def _page(visit: Visit, workshop: Workshop, status: int = 200, problem: Phrase | None = None) -> Response:
    ledger = visit.runtime.store.seats.ledger(workshop.id)
    if ledger is None:
        raise no_such_page()
    now = visit.runtime.now()
    return desk_page(
        visit.words,
        "workshop",
        status,
        email=visit.email,
        workshop=workshop,
        ledger=ledger,
        waves=[_standing(visit, workshop, wave) for wave in workshop.waves],
        sign_up=workshop.sign_up_phase(now),
        begun=workshop.has_begun(now),
        totals=_totals(visit, workshop, ledger),
        over=now >= workshop.ends_at,
        may_make=visit.may_make_workshops,
        mine=mine(visit, workshop),
        ways=[(way.value, visit.words.show(label)) for way, label in NOTICE_SETTINGS.items()],
        problem=visit.words.show(problem) if problem else None,
        **today(visit, workshop, ledger),
    )


def _totals(visit: Visit, workshop: Workshop, ledger: Ledger) -> Totals | None:
    seen = visit.may(workshop, Permission.READ_PEOPLE)
    return totals_at_a_glance(visit, workshop, ledger) if seen else None


def _standing(visit: Visit, workshop: Workshop, wave: Wave) -> WaveStanding:
    store = visit.runtime.store
    return WaveStanding(
        wave=wave,
        phase=phase(workshop, wave, visit.runtime.now()).value,
        invited=store.surveys.count_invitations(workshop.id, wave.id),
        answered=store.surveys.count_invitations(workshop.id, wave.id, answered=True),
    )
