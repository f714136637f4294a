"""What can be asked about seats, and what became of it."""

from enum import StrEnum

from msgspec import Struct

from werkplaats.domain.registration import Answers, Person, Registration
from werkplaats.domain.workshop import Workshop


class SignUp(Struct, frozen=True, kw_only=True):
    """Somebody sent the sign-up form.

    `registration`, the id, follows from the form and the person: the same form sent again by the same person is the
    same sign-up. `form` is the id of that form; `identity`, `address` and `mailbox` are as in Registration.
    """

    registration: str
    person: Person
    answers: Answers
    mailbox: str
    address: str
    identity: str
    form: str


class RequestLink(Struct, frozen=True, kw_only=True):
    """Mail the link again to every live registration with `address`, which leads to `mailbox`.

    `submission` is the id of the form that asked for it: sent twice, it mails once.
    """

    mailbox: str
    address: str
    submission: str


class _Click(Struct, frozen=True):
    """Somebody clicked a button on a page about `registration`.

    `seen` is the registration's `state_version` as that page showed it. If the registration has changed since, the
    click was about something else and is refused. None: nothing is known of what was shown, and the state decides.
    """

    registration: str
    seen: int | None = None


class Cancel(_Click, frozen=True):
    """`by_organiser`: somebody else has decided, and the person is told so."""

    by_organiser: bool = False


class Accept(_Click, frozen=True):
    """The person takes the seat that was offered."""


class Decline(_Click, frozen=True):
    """The person does not want the seat that was offered."""


class Rejoin(_Click, frozen=True):
    """The person, whose registration has ended, wants to take part after all."""


class GiveSeat(_Click, frozen=True):
    """An organiser gives a free seat to somebody, out of turn: a rule that everybody on the waitlist is told of."""


class Unsubscribe(Struct, frozen=True):
    """Send this person no surveys."""

    registration: str


class Expire(Struct, frozen=True):
    """End an offer whose time is over."""

    registration: str


class Promote(Struct, frozen=True):
    """Give every free seat to the head of the waitlist."""


class Publish(Struct, frozen=True):
    """Put `workshop` in the place of what is published, its capacity into the ledger.

    `seen` is the ledger's `published` as it was shown to whoever publishes: if somebody else has published since, it
    is refused. None: nothing was shown, and whatever is published is replaced. `by`: who publishes, by address.
    """

    workshop: Workshop
    seen: int | None = None
    by: str = ""


class CallOff(Struct, frozen=True):
    """The workshop does not take place, for a `reason` that those who signed up are told. It cannot be taken back.

    `by`: who decides so, by address.
    """

    reason: str
    by: str = ""


class MakeReal(Struct, frozen=True):
    """The workshop has practised enough. Whoever took part in that must be erased first. `by`: who decides so."""

    by: str = ""


class EraseAnswers(Struct, frozen=True):
    registration: str
    questions: tuple[str, ...]


class ErasePerson(Struct, frozen=True):
    """Forget who it is. `who_practised`: only as long as the workshop practises."""

    registration: str
    who_practised: bool = False


Action = Cancel | Accept | Decline | Rejoin
Click = Action | GiveSeat
OfOne = Click | Unsubscribe | Expire | EraseAnswers | ErasePerson
Command = SignUp | RequestLink | OfOne | Promote | Publish | CallOff | MakeReal


class Refusal(StrEnum):
    """Why a command changed nothing."""

    SIGN_UP_NOT_OPEN = "sign_up_not_open"
    MAILBOX_FULL = "mailbox_full"
    TOO_MANY_TODAY = "too_many_today"
    REJOINED_TOO_OFTEN = "rejoined_too_often"
    CHANGED = "changed"
    NO_OFFER = "no_offer"
    OFFER_OVER = "offer_over"
    ENDED = "ended"
    BEGUN = "begun"
    STILL_IN = "still_in"
    SIGNED_UP_ANEW = "signed_up_anew"
    ERASED = "erased"
    FULL = "full"
    UNKNOWN = "unknown"
    CALLED_OFF = "called_off"
    OVER = "over"
    NO_REASON = "no_reason"
    PRACTICE = "practice"
    PEOPLE_LEFT = "people_left"


class Done(Struct, frozen=True):
    """It took effect, now or earlier. `registration` as it stands, where the command was about one.

    `form_used_before`: the sign-up form had made another registration, of somebody else, whatever became of it.
    """

    registration: Registration | None = None
    form_used_before: bool = False


class KnownPerson(Struct, frozen=True):
    """This person is signed up already, by another submission; the link is mailed, within limits."""


class Promoted(Struct, frozen=True):
    count: int


class Replaced(Struct, frozen=True):
    """The workshop is published. `changed`: it is another than before."""

    changed: bool


class BelowHeld(Struct, frozen=True):
    """Refused: the workshop to be published has less capacity than the `held` seats that are somebody's already."""

    held: int


class Refused(Struct, frozen=True):
    why: Refusal
    registration: Registration | None = None


Outcome = Done | KnownPerson | Promoted | Replaced | BelowHeld | Refused
