"""Telling organisers of what was folded."""

from werkplaats.domain.seats.commands import Done, Outcome
from werkplaats.domain.seats.draft import Draft
from werkplaats.domain.seats.folding import is_due


def tell_folded(draft: Draft) -> Outcome:
    """Tell organisers of what is folded, if that is due. Otherwise somebody else has done so, or nothing is folded."""
    if is_due(draft.ledger, draft.now):
        draft.tell_folded()
    return Done()
