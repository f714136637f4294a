"""The outbox: mails that wait to be sent, are being sent, or were."""

from datetime import datetime, timedelta

from werkplaats.domain.delivery import PICK_UP_AFTER, Parcel
from werkplaats.domain.mail.about import (
    About,
    AboutChange,
    AboutEntry,
    AboutReminder,
    AboutSeat,
    AboutSignIn,
    AboutWave,
)
from werkplaats.domain.mail.kinds import Kind, check_fits

KEPT = timedelta(days=730)
"""How long mails and journal entries are kept: longer than registrations are, after which they tell nobody anything."""


class Mail(Parcel, frozen=True, kw_only=True):
    """One mail in the outbox, and how far its delivery has got.

    It holds no address and no text of a participant: those are read when it is sent. `about` says by which ids.
    The store deletes it some time after `expire_at` (UTC).
    """

    id: str
    kind: Kind
    workshop: str
    about: About
    expire_at: datetime

    def __post_init__(self) -> None:
        check_fits(self.kind, self.about)

    @property
    def registration(self) -> str | None:
        """The registration it is about; None for a mail to organisers that is about nobody."""
        return None if isinstance(self.about, AboutSignIn) else self.about.registration

    @property
    def version(self) -> int:
        """The ledger's version of the commit that it tells of; 0 where it tells of none."""
        return 0 if isinstance(self.about, AboutWave | AboutSignIn) else self.about.version


def queue(kind: Kind, about: About, workshop: str, now: datetime) -> Mail:
    """A new mail of `workshop`, to be written by the commit that decides on it at `now` (UTC).

    Its id follows from what it says and to whom, so that whoever decides the same again cannot write it twice.
    Raises TypeError if a mail of `kind` is about something else.
    """
    return Mail(
        id=mail_id(kind, about, workshop),
        kind=kind,
        workshop=workshop,
        about=about,
        created_at=now,
        due_at=now + PICK_UP_AFTER,
        expire_at=now + KEPT,
    )


def mail_id(kind: Kind, about: About, workshop: str) -> str:
    """The id of the mail of `kind` in `workshop` that is `about` that."""
    match about:
        case AboutSeat(registration, version) | AboutChange(registration, version):
            return f"{registration}-{kind.value}-{version}"
        case AboutReminder(registration, _, reminder, first_day):
            return f"{registration}-{kind.value}-{reminder}-{first_day.isoformat()}"
        case AboutWave(registration, wave, 0):
            return f"{registration}-{kind.value}-{wave}"
        case AboutWave(registration, wave, reminder):
            return f"{registration}-{kind.value}-{wave}-{reminder}"
        case AboutEntry(entry, _, number):
            return f"{workshop}-{entry}-{number}"
        case AboutSignIn(_, request):
            return f"{kind.value}-{request}"
