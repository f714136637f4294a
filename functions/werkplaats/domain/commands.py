"""What can be asked about seats, and what became of it."""

from enum import StrEnum

from msgspec import Struct

from werkplaats.domain.registration import Answers, Person, Registration


class SignUp(Struct, frozen=True, kw_only=True):
    """`registration` is derived from the form's random submission: the same submission, the same sign-up."""

    registration: str
    person: Person
    answers: Answers
    mailbox: str
    identity: str


class RequestLink(Struct, frozen=True, kw_only=True):
    """Mail the link of every live registration behind `mailbox` again."""

    mailbox: str
    submission: str


class Cancel(Struct, frozen=True):
    """`by_organiser`: somebody else has decided, and the person is told so."""

    registration: str
    by_organiser: bool = False


class Accept(Struct, frozen=True):
    registration: str


class Decline(Struct, frozen=True):
    registration: str


class Rejoin(Struct, frozen=True):
    registration: str


class GiveSeat(Struct, frozen=True):
    """An organiser gives a free seat to somebody, out of turn: a rule that everybody on the waitlist is told of."""

    registration: str


class Unsubscribe(Struct, frozen=True):
    """Send this person no surveys."""

    registration: str


class Expire(Struct, frozen=True):
    """End an offer whose time is over."""

    registration: str


class Promote(Struct, frozen=True):
    """Give every free seat to the head of the waitlist."""


class SetCapacity(Struct, frozen=True):
    capacity: int


class EraseAnswers(Struct, frozen=True):
    registration: str
    questions: tuple[str, ...]


class ErasePerson(Struct, frozen=True):
    registration: str


Action = Cancel | Accept | Decline | Rejoin
OfOne = Action | GiveSeat | Unsubscribe | Expire | EraseAnswers | ErasePerson
Command = SignUp | RequestLink | OfOne | Promote | SetCapacity


class Refusal(StrEnum):
    """Why a command changed nothing."""

    SIGN_UP_NOT_OPEN = "sign_up_not_open"
    MAILBOX_FULL = "mailbox_full"
    NO_OFFER = "no_offer"
    OFFER_OVER = "offer_over"
    ENDED = "ended"
    BEGUN = "begun"
    STILL_IN = "still_in"
    SIGNED_UP_ANEW = "signed_up_anew"
    ERASED = "erased"
    FULL = "full"
    BELOW_HELD = "below_held"
    UNKNOWN = "unknown"


class Done(Struct, frozen=True):
    """It took effect, now or earlier. `registration` as it stands, where the command was about one."""

    registration: Registration | None = None


class KnownPerson(Struct, frozen=True):
    """This person is signed up already, by another submission; the link is mailed, within limits."""


class Promoted(Struct, frozen=True):
    count: int


class Refused(Struct, frozen=True):
    why: Refusal
    registration: Registration | None = None


Outcome = Done | KnownPerson | Promoted | Refused
