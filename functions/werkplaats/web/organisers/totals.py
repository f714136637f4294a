"""How many people chose what when they signed up: beds, meals, wishes. All with a seat or an offer are read for it."""

from flask import Response

from werkplaats.domain.questions import AnyOf, OneOf
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.totals import Totals, total
from werkplaats.domain.workshop import Workshop
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.pages import desk_page

MOST_AT_A_GLANCE = 100
"""The most people that the overview reads to show totals. With more of them it only links to the page of totals."""


def show(visit: Visit, workshop: Workshop) -> Response:
    return desk_page(visit.words, "totals", email=visit.email, workshop=workshop, totals=totals_of(visit, workshop))


def totals_of(visit: Visit, workshop: Workshop) -> Totals:
    """The totals of `workshop` as they are now."""
    return total(workshop, _holders(visit, workshop))


def totals_at_a_glance(visit: Visit, workshop: Workshop, ledger: Ledger) -> Totals | None:
    """The same for the overview; None if there is nothing to count, or if too many people would have to be read."""
    counts = any(isinstance(one, OneOf | AnyOf) for one in workshop.questions)
    return totals_of(visit, workshop) if counts and 0 < ledger.held <= MOST_AT_A_GLANCE else None


def _holders(visit: Visit, workshop: Workshop) -> list[Registration]:
    """Everybody with a seat or an offer, read in parts. There are at most as many as the workshop has seats.

    Somebody who accepts an offer meanwhile may be read twice, and is there once.
    """
    states = (State.OFFERED, State.CONFIRMED)
    read = {one.id: one for state in states for one in visit.runtime.store.people.everybody_in(workshop.id, state)}
    return list(read.values())
