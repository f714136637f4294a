"""The workshops of an organiser, and the numbers of one of them."""

from flask import Response
from msgspec import Struct

from werkplaats.domain.roles import Permission
from werkplaats.domain.survey.waves import phase
from werkplaats.domain.workshop import Wave, Workshop
from werkplaats.web.organisers.access import Visit, not_yours
from werkplaats.web.organisers.pages import desk_page, no_such_page


class RoundStanding(Struct, frozen=True, kw_only=True):
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
    lines = [(workshop, store.seats.ledger(workshop.id), now >= workshop.ends_at) for workshop in reversed(mine)]
    return desk_page(visit.words, "home", email=visit.email, lines=lines)


def show(visit: Visit, workshop: Workshop) -> Response:
    """One workshop: its seats, and the waves of its survey."""
    ledger = visit.runtime.store.seats.ledger(workshop.id)
    if ledger is None:
        raise no_such_page()
    now = visit.runtime.now()
    return desk_page(
        visit.words,
        "workshop",
        email=visit.email,
        workshop=workshop,
        ledger=ledger,
        rounds=[_standing(visit, workshop, wave) for wave in workshop.waves],
        sign_up=workshop.sign_up_phase(now),
        begun=workshop.has_begun(now),
    )


def _standing(visit: Visit, workshop: Workshop, wave: Wave) -> RoundStanding:
    store = visit.runtime.store
    return RoundStanding(
        wave=wave,
        phase=phase(workshop, wave, visit.runtime.now()).value,
        invited=store.surveys.count_invitations(workshop.id, wave.id),
        answered=store.surveys.count_invitations(workshop.id, wave.id, answered=True),
    )
