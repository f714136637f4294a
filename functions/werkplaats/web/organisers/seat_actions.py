"""What the buttons about seats on a person's page ask for besides: whether to mail, and why."""

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from werkplaats.domain.registration import LONGEST_REMARK, Registration, State
from werkplaats.domain.seats.commands import Cancel, Command, GivePriority, PriorityReason
from werkplaats.domain.workshop import Workshop
from werkplaats.wording.catalogues import Phrase
from werkplaats.wording.text import clean_text

NO_MAIL = "no"
"""What the field `mail` sends if the person is not to be mailed."""

NO_REASON = Phrase("Kies een reden. Er is niets gedaan.")
TOO_LONG = Phrase("De uitleg is te lang. Maak hem korter dan duizend tekens. Er is niets gedaan.")


def can_offer(workshop: Workshop, registration: Registration, now: datetime) -> bool:
    return _waits(workshop, registration, now) and not registration.is_passed_over


def can_give_priority(workshop: Workshop, registration: Registration, now: datetime) -> bool:
    return _waits(workshop, registration, now) and not registration.has_priority


def mailed_or_not(command: Command, fields: Mapping[str, str]) -> Command | Phrase:
    """The cancelling `command`, without mail if the form says so."""
    assert isinstance(command, Cancel)
    return replace(command, mailed=fields.get("mail") != NO_MAIL)


def with_reason(command: Command, fields: Mapping[str, str]) -> Command | Phrase:
    """`command` with the reason that was chosen and what was written about it, or what is wrong with these."""
    assert isinstance(command, GivePriority)
    reason = fields.get("reason", "")
    if reason not in set(PriorityReason):
        return NO_REASON
    text, _ = clean_text(fields.get("text", ""))
    return TOO_LONG if len(text) > LONGEST_REMARK else replace(command, reason=PriorityReason(reason), text=text)


def give_priority(registration: str, seen: int, by: str) -> GivePriority:
    """The command, with a reason that `with_reason` replaces."""
    return GivePriority(registration, seen, by=by)


def _waits(workshop: Workshop, registration: Registration, now: datetime) -> bool:
    return registration.state is State.WAITLISTED and registration.person is not None and workshop.gives_seats(now)
