"""What there is about one person besides the registration: mails, the journal, attendance, surveys."""

from msgspec import Struct

from werkplaats.domain.attendance import Days
from werkplaats.domain.delivery import Delivery, was_returned
from werkplaats.domain.journal import Entry
from werkplaats.domain.mail.about import Repeatable
from werkplaats.domain.mail.kinds import kind_shows_text
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.registration import Registration
from werkplaats.domain.survey.waves import Invitation


class History(Struct, frozen=True, kw_only=True):
    """The `mails` to the person and the `entries` of the journal about them, oldest first."""

    mails: tuple[Mail, ...]
    entries: tuple[Entry, ...]


class Held(Struct, frozen=True, kw_only=True):
    """Everything that is kept about the person of `registration`."""

    registration: Registration
    history: History
    attendance: Days
    invitations: tuple[Invitation, ...]


def may_be_sent_again(mail: Mail) -> bool:
    """Whether `mail` did not arrive, and is of a kind that can be sent once more."""
    missed = mail.state is Delivery.FAILED or was_returned(mail)
    return missed and kind_shows_text(mail.kind) and isinstance(mail.about, Repeatable)
