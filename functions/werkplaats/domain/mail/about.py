"""What a mail is about: one of a few records, each of which holds the ids that the mail's text is looked up by."""

from datetime import date

from msgspec import Struct


class AboutSeat(Struct, frozen=True, tag="seat"):
    """Where a registration stands. `version` is the ledger's version of the commit that writes the mail.

    For a mail that tells of a new state that is the registration's `state_version`: when the two are no longer the
    same, the state that it told of is over.
    """

    registration: str
    version: int


class AboutReminder(Struct, frozen=True, tag="reminder"):
    """The workshop that begins on `first_day`. `reminder` says how long before it, such as "7days".

    `version` is the ledger's at the time that the mail is queued.
    """

    registration: str
    version: int
    reminder: str
    first_day: date


class AboutChange(Struct, frozen=True, tag="change"):
    """The `change` of a workshop's days or place, which the ledger's `version` brought."""

    registration: str
    version: int
    change: str


class AboutWave(Struct, frozen=True, tag="wave"):
    """The questions of a survey's `wave`: the invitation (`reminder` 0) or its first, second … reminder."""

    registration: str
    wave: str
    reminder: int = 0


class AboutEntry(Struct, frozen=True, tag="entry"):
    """An `entry` of the journal, which the ledger's `version` brought, told to one organiser.

    `organiser` is the address that the mail goes to, and `number` which of the organisers that is, from 1: it makes the
    mail's id, where no address may stand. `registration` is whom the entry is about, if it is about somebody.
    """

    entry: str
    organiser: str
    number: int
    version: int
    registration: str | None


class AboutSignIn(Struct, frozen=True, tag="sign_in"):
    """The `request` of somebody who wants to sign in, or has signed in by it, kept under `address`, a hash."""

    address: str
    request: str


About = AboutSeat | AboutReminder | AboutChange | AboutWave | AboutEntry | AboutSignIn
"""About whom or what a mail is: in a stored mail, the field `type` says which of these it is."""
