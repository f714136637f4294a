"""The outbox: all mails, from the moment they are queued until they are deleted."""

from datetime import datetime

from msgspec.structs import replace

from werkplaats.domain.delivery import BULK_PICKED_UP_AFTER, PICK_UP_AFTER, Parcel
from werkplaats.domain.kept import MAILS_KEPT, SIGN_IN_MAILS_KEPT
from werkplaats.domain.mail.about import (
    About,
    AboutChange,
    AboutEntry,
    AboutFold,
    AboutMessage,
    AboutOldAddress,
    AboutReminder,
    AboutSeat,
    AboutSignIn,
    AboutTest,
    AboutWave,
    AboutWish,
)
from werkplaats.domain.mail.kinds import BULK, Kind, check_fits, kind_shows_text


class Mail(Parcel, frozen=True, kw_only=True):
    """One mail in the outbox, and the state of its delivery.

    The participant's address and the text are looked up when it is sent, with the ids in `about`. From the moment that
    it is claimed, a mail to a participant about their registration has its `subject` and plain `text` as they are sent,
    but without its links, so that the desk can show them; `has_text` says whether they are there. They are emptied when
    the person is erased. The store deletes the mail some time after `expire_at` (UTC).
    """

    id: str
    kind: Kind
    workshop: str
    about: About
    expire_at: datetime
    subject: str = ""
    text: str = ""
    has_text: bool = False

    def __post_init__(self) -> None:
        check_fits(self.kind, self.about)

    @property
    def registration(self) -> str | None:
        """The id of the registration it is about, or None for a mail to organisers that is not about one person."""
        return None if isinstance(self.about, AboutFold | AboutSignIn | AboutTest) else self.about.registration

    @property
    def version(self) -> int:
        """The ledger's version that the mail belongs to; 0 for mails about surveys, messages and signing in."""
        if isinstance(self.about, AboutWave | AboutSignIn | AboutMessage | AboutTest):
            return 0
        return self.about.version


def queue(kind: Kind, about: About, workshop: str, now: datetime) -> Mail:
    """A new mail of `workshop` (an id), for the commit that decides on it at `now` (UTC).

    Its id is made of its kind, its recipient and what it is about, so the same mail cannot be created twice. Raises
    TypeError if a mail of `kind` is about something else.
    """
    return Mail(
        id=mail_id(kind, about, workshop),
        kind=kind,
        workshop=workshop,
        about=about,
        created_at=now,
        due_at=now + (BULK_PICKED_UP_AFTER if kind in BULK else PICK_UP_AFTER),
        expire_at=now + (SIGN_IN_MAILS_KEPT if kind.of_signing_in else MAILS_KEPT),
    )


def mail_id(kind: Kind, about: About, workshop: str) -> str:
    """The id of the mail of `kind` about `about` in `workshop` (an id)."""
    match about:
        case AboutSeat(registration, version, again) | AboutChange(registration, version, _, again):
            return f"{registration}-{kind.value}-{version}{_repeated(again)}"
        case AboutReminder(registration, _, reminder, first_day, again):
            return f"{registration}-{kind.value}-{reminder}-{first_day.isoformat()}{_repeated(again)}"
        case AboutOldAddress(registration, version) | AboutWish(registration, version):
            return f"{registration}-{kind.value}-{version}"
        case AboutWave(registration, wave, 0):
            return f"{registration}-{kind.value}-{wave}"
        case AboutWave(registration, wave, reminder):
            return f"{registration}-{kind.value}-{wave}-{reminder}"
        case AboutEntry(entry, _, number):
            return f"{workshop}-{entry}-{number}"
        case AboutFold(_, number, first):
            return f"{workshop}-{kind.value}-{first}-{number}"
        case AboutMessage(registration, message):
            return f"{registration}-{kind.value}-{message}"
        case AboutTest(message):
            return f"{workshop}-{kind.value}-{message}"
        case AboutSignIn(_, request):
            return f"{kind.value}-{request}"


def _repeated(again: int) -> str:
    return f"-again-{again}" if again else ""


LONGEST_TEXT = 20_000
"""How many characters of a mail's text are kept for the desk. The mails that we write are much shorter."""


def with_text(mail: Mail, subject: str, text: str) -> Mail:
    """`mail` with its `subject` and plain `text` as they are sent, which must have no links of the person in them.

    Only mails about a registration have them. What a mail about a survey says of somebody is no matter of the desk's.
    """
    if not kind_shows_text(mail.kind):
        return mail
    return replace(mail, subject=subject, text=text[:LONGEST_TEXT], has_text=True)


def to_keep(mail: Mail) -> Mail:
    """`mail` as it is stored: once it is settled without an address that only sending it needed."""
    if mail.state.final and isinstance(mail.about, AboutOldAddress):
        return replace(mail, about=replace(mail.about, email=""))
    return mail
