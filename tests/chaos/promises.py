"""All promises that a life is checked for, and where they are called."""

from collections.abc import Callable, Iterator
from datetime import datetime

from tests.chaos import letters, privacy, seats
from tests.chaos.evidence import Evidence
from werkplaats.store import Store
from werkplaats.workflows.check import check_store

Promise = Callable[[Evidence], Iterator[str]]

ALWAYS: tuple[Promise, ...] = (
    seats.seats_are_never_above_capacity,
    seats.journal_tells_what_is_stored,
    seats.first_come_is_first_served,
    seats.answered_sign_ups_are_stored,
    seats.answered_clicks_took_effect,
    seats.nobody_waits_beside_a_free_seat,
    seats.offers_lapse,
    letters.every_mail_ends,
    letters.organisers_are_told_once,
    letters.sent_is_what_the_provider_took,
    letters.no_mail_goes_out_twice_but_in_doubt,
    letters.everybody_hears_where_they_stand,
    privacy.no_log_has_personal_data,
)
"""Once nothing is left to do."""

AFTER_ERASURE: tuple[Promise, ...] = (
    seats.seats_are_never_above_capacity,
    seats.journal_tells_what_is_stored,
    letters.every_mail_ends,
    letters.organisers_are_told_once,
    letters.sent_is_what_the_provider_took,
    letters.no_mail_goes_out_twice_but_in_doubt,
    privacy.no_log_has_personal_data,
    privacy.nothing_personal_is_left,
)
"""Once the time of all personal data is over."""


def broken(promises: tuple[Promise, ...], evidence: Evidence) -> list[str]:
    """What breaks one of `promises`, each with the name of the promise."""
    return [f"{promise.__name__}: {what}" for promise in promises for what in promise(evidence)]


def misfits(store: Store, now: datetime) -> list[str]:
    """What does not fit together in the store at `now` (UTC), as `make check-store` prints it."""
    return [finding.line for finding in check_store(store, now)]
