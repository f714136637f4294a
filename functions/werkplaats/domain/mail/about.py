"""What a mail is about. Each record here has the ids with which the facts for the mail's text are looked up."""

from datetime import date

from msgspec import Struct


class AboutSeat(Struct, frozen=True, tag="seat"):
    """The state of a registration. `version` is the ledger's version of the commit that creates the mail.

    If the mail tells of a new state, that version is also the registration's `state_version`. As soon as the two
    differ, the state that the mail tells of has ended.
    """

    registration: str
    version: int


class AboutReminder(Struct, frozen=True, tag="reminder"):
    """A reminder of the workshop that begins on `first_day`.

    `reminder` is how long before that it is due, such as "7days".

    `version` is the ledger's version when the mail is queued.
    """

    registration: str
    version: int
    reminder: str
    first_day: date


class AboutChange(Struct, frozen=True, tag="change"):
    """A change of a workshop's days or place. `change` is its id, `version` the ledger's version that brought it."""

    registration: str
    version: int
    change: str


class AboutWave(Struct, frozen=True, tag="wave"):
    """A wave of the survey. `reminder` is 0 for the invitation, 1 for the first reminder, and so on."""

    registration: str
    wave: str
    reminder: int = 0


class AboutEntry(Struct, frozen=True, tag="entry"):
    """An entry of the journal, in a mail to one organiser.

    `entry` is its id, and `version` the ledger's version that brought it. `organiser` is the address that the mail goes
    to. `number` is the number of that organiser in the workshop, from 1; the mail's id has the number, because ids must
    not contain addresses. `registration` is the id of the registration that the entry is about, or None.
    """

    entry: str
    organiser: str
    number: int
    version: int
    registration: str | None


class AboutFold(Struct, frozen=True, tag="fold"):
    """The folded entries of the journal from the ledger's version `first` to `version`, in a mail to one organiser.

    In a digest they are all entries that can be folded.
    `version` is also that of the commit that creates the mail. `counts` says how many entries there are of each kind of
    event (Happened). `organiser` and `number` are explained at AboutEntry.
    """

    organiser: str
    number: int
    first: int
    version: int
    counts: dict[str, int]


class AboutSignIn(Struct, frozen=True, tag="sign_in"):
    """A `request` to sign in at the desk, or a sign-in with it. It is stored under `address`, a hash of the address."""

    address: str
    request: str


About = AboutSeat | AboutReminder | AboutChange | AboutWave | AboutEntry | AboutFold | AboutSignIn
"""What a mail is about. In a stored mail the field `type` says which of these records it is."""
