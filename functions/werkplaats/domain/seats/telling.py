"""Telling organisers of what was folded, and sending the digests."""

from werkplaats.domain.notices import Notices
from werkplaats.domain.seats.commands import Done, Outcome
from werkplaats.domain.seats.draft import Draft
from werkplaats.domain.seats.folding import digest_is_due, is_due


def tell_folded(draft: Draft) -> Outcome:
    """Tell organisers of what is folded, if that is due, and send the digests, if those are.

    Otherwise somebody else has done so, or there is nothing to tell.
    """
    if is_due(draft.ledger, draft.now):
        draft.tell(Notices.BUNDLED)
    if digest_is_due(draft.ledger, draft.now):
        draft.tell(Notices.DIGEST)
    return Done()
