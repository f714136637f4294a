"""What a mail is about. Each record here has the ids with which the facts for the mail's text are looked up."""

from datetime import date

from msgspec import Struct


class AboutSeat(Struct, frozen=True, tag="seat"):
    """The state of a registration. `version` is the ledger's version of the commit that creates the mail.

    If the mail tells of a new state, that version is also the registration's `state_version`. As soon as the two
    differ, the state that the mail tells of has ended.

    `again` is 0 for the first such mail. If it is sent again at the desk, that is the ledger's version of the commit
    that queues it once more. The same goes for the records below that have it.
    """

    registration: str
    version: int
    again: int = 0


class AboutReminder(Struct, frozen=True, tag="reminder"):
    """A reminder of the workshop that begins on `first_day`.

    `reminder` is how long before that it is due, such as "7days".

    `version` is the ledger's version when the mail is queued.
    """

    registration: str
    version: int
    reminder: str
    first_day: date
    again: int = 0


class AboutChange(Struct, frozen=True, tag="change"):
    """A change of a workshop's days or place. `change` is its id, `version` the ledger's version that brought it."""

    registration: str
    version: int
    change: str
    again: int = 0


class AboutOldAddress(Struct, frozen=True, tag="old_address"):
    """The address of a registration was corrected in the commit of `version`.

    `email` is the address before that, to which the mail goes. It is emptied as soon as the mail is settled, because
    nothing needs it any more, and stands nowhere else.
    """

    registration: str
    version: int
    email: str


class AboutWish(Struct, frozen=True, tag="wish"):
    """Another address that somebody asked for in the commit of `version`. The registration has it, and nothing else."""

    registration: str
    version: int


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

    In a digest they are all entries that can be folded. `version` is also that of the commit that creates the mail.
    `counts` says how many entries there are of each kind of event (Happened). `organiser` and `number` are explained at
    AboutEntry.
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


class AboutMessage(Struct, frozen=True, tag="message"):
    """A message of organisers (GroupMessage) to somebody who signed up. `message` is its id."""

    registration: str
    message: str


class AboutTest(Struct, frozen=True, tag="test"):
    """A message of organisers (GroupMessage), to its writer alone. `organiser` is the address that it goes to."""

    message: str
    organiser: str


About = (
    AboutSeat
    | AboutReminder
    | AboutChange
    | AboutOldAddress
    | AboutWish
    | AboutWave
    | AboutEntry
    | AboutFold
    | AboutSignIn
    | AboutMessage
    | AboutTest
)
"""What a mail is about. In a stored mail the field `type` says which of these records it is."""

Repeatable = AboutSeat | AboutReminder | AboutChange
"""What a mail is about that can be sent again at the desk."""
