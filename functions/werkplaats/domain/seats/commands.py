"""The commands about seats, and their outcomes."""

from enum import StrEnum

from msgspec import Struct

from werkplaats.domain.mail.about import Repeatable
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import Answers, Person, Registration
from werkplaats.domain.workshop import Workshop


class NewPerson(Struct, frozen=True, kw_only=True):
    """What both ways of joining say of the person.

    `registration` is the id of the new registration. It is derived from the form and the person, so the same form sent
    again about the same person makes no second one. `form` is the id of that form. `identity`, `address`, `mailbox` and
    `language` are explained at Registration.
    """

    registration: str
    person: Person
    answers: Answers
    mailbox: str
    address: str
    identity: str
    form: str
    language: str = "nl"


class SignUp(NewPerson, frozen=True, kw_only=True):
    """Somebody sent the sign-up form. `via` is explained at Registration.

    `suspicious`: a field was filled in that people do not see, so the address has to be confirmed.
    """

    via: str = ""
    suspicious: bool = False


class RequestLink(Struct, frozen=True, kw_only=True):
    """Mail the link again to every live registration with `address`, a keyed hash that belongs to `mailbox`.

    `submission` is the id of the form that asked for it. The same form sent again mails nothing more.
    """

    mailbox: str
    address: str
    submission: str


class _Click(Struct, frozen=True):
    """Somebody clicked a button on a page about `registration` (an id).

    `seen` is the registration's `state_version` when the page was made, or its `shown_version` if the page also showed
    everything else. If its state has changed since, the click was meant for something else and is refused. If `seen` is
    None, only the present state decides.
    """

    registration: str
    seen: int | None = None


class LeavingReason(StrEnum):
    """Why somebody cancels, if they want to say so. Only organisers see it."""

    ILL = "ill"
    NO_TIME = "no_time"
    NOT_FITTING = "not_fitting"
    TOO_EXPENSIVE = "too_expensive"
    OTHER = "other"


class Cancel(_Click, frozen=True):
    """Give up the seat, the offer or the place on the waitlist.

    If `by_organiser`, an organiser decided this, and the mail to the person says so. `by` is the organiser's address.
    Unless `mailed`, the person gets no mail about it, because the organiser tells them otherwise.
    `reason` and `text` are what the person says about it to the organisers, if anything.
    """

    by_organiser: bool = False
    by: str = ""
    mailed: bool = True
    reason: LeavingReason | None = None
    text: str = ""


class Accept(_Click, frozen=True):
    """The person accepts the offered seat."""


class Decline(_Click, frozen=True):
    """The person declines the offered seat."""


class SayAbsent(_Click, frozen=True):
    """The person, who has a seat, cannot come on the days that are left of a workshop that runs."""


class Confirm(_Click, frozen=True):
    """The person confirms the e-mail address, by the link that was mailed to it."""


class SayReachable(_Click, frozen=True):
    """The person, whom an offer did not reach, says that mail arrives again."""


class Rejoin(_Click, frozen=True):
    """The person, whose registration has ended, signs up again from its page."""


class ChooseLanguage(_Click, frozen=True):
    """The person wants mails in `language`, a BCP 47 tag of one that is offered."""

    language: str = "nl"


class GiveSeat(_Click, frozen=True):
    """An organiser gives a free seat to somebody out of turn.

    The page of everybody on the waitlist says that this can happen. `by` is the address of the organiser.
    """

    by: str = ""


class Placing(StrEnum):
    """Where an organiser puts somebody whom they add by hand."""

    SEAT = "seat"
    """On a free seat, also while others wait."""

    WAITLIST = "waitlist"
    """On the waitlist, last in order."""

    EXTRA_SEAT = "extra_seat"
    """On one seat more than there are: the workshop has one more from then on."""


class AddPerson(NewPerson, frozen=True, kw_only=True):
    """An organiser adds somebody by hand, also after sign-up has closed and while the workshop runs.

    `reason` is what the organiser writes about it, for colleagues; an extra seat is refused without one. Unless
    `mailed`, the person gets no mail about it. `by` is the address of the organiser. How many may sign up with one
    address does not matter here.
    """

    placing: Placing
    reason: str = ""
    mailed: bool = True
    by: str


class OfferSeat(_Click, frozen=True):
    """An organiser offers a free seat to somebody on the waitlist out of turn. `by` is the address of the organiser."""

    by: str = ""


class PriorityReason(StrEnum):
    """Why somebody goes before others on the waitlist. Only the desk sees it."""

    OUR_MISTAKE = "our_mistake"
    STAND_IN = "stand_in"
    """The person comes in the place of somebody who had a seat."""

    ACCESSIBILITY = "accessibility"
    OTHER = "other"


class GivePriority(_Click, frozen=True):
    """An organiser puts somebody on the waitlist before all others, but behind those who got priority earlier.

    Everybody on the waitlist is shown that this was done, and how many times. `text` is what the organiser writes about
    it, for colleagues. `by` is the address of the organiser.
    """

    reason: PriorityReason = PriorityReason.OTHER
    text: str = ""
    by: str = ""


class Unsubscribe(Struct, frozen=True):
    """The person wants no more mails about surveys."""

    registration: str


class Undelivered(Struct, frozen=True):
    """The `mail` (its id) with the offer to `registration` cannot be delivered, for a `reason` that others wrote.

    `version` is the ledger's that the mail is of.
    """

    registration: str
    version: int
    mail: str | None = None
    reason: str = ""


class Expire(Struct, frozen=True):
    """End what is held for `registration`, the seat or the place, if that is over."""

    registration: str


class Promote(Struct, frozen=True):
    """Give the free seats to the first people on the waitlist."""


class TellFolded(Struct, frozen=True):
    """Queue the mails that tell organisers of what is folded, and the digests: those that are due."""


class Publish(Struct, frozen=True):
    """Replace the published workshop by `workshop`, and the ledger's capacity by its capacity.

    `seen` is the ledger's `published` when whoever publishes was shown the differences. If somebody else has published
    since, the command is refused. If `seen` is None, the published workshop is replaced in any case. `by` is the
    address of whoever publishes.
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


class CompleteList(Struct, frozen=True):
    """The attendance list is complete: whoever is not marked present was not there. Or it is not, if not `complete`.

    `by` is the address of the organiser who says so.
    """

    complete: bool
    by: str = ""


class EraseAnswers(Struct, frozen=True):
    """Erase the answers of `registration` to `questions` (ids)."""

    registration: str
    questions: tuple[str, ...]


class ErasePerson(Struct, frozen=True):
    """Erase all personal data of `registration`.

    With `who_practised` it is refused unless the workshop is still a practice workshop. `by` is the address of the
    organiser who decided this, "" if the time of keeping it was over. `seen` is explained at _Change. `at_once` is true
    if it was asked for before the time was over.
    """

    registration: str
    who_practised: bool = False
    by: str = ""
    seen: int | None = None
    at_once: bool = False


class _Change(Struct, frozen=True, kw_only=True):
    """Somebody changes something about a `registration` (an id) that is not its state.

    `seen` is the registration's `shown_version` when their page was made. If anything that the page shows has changed
    since, the command is refused. `by` is the address of whoever does it at the desk, "" for the person themselves.
    """

    registration: str
    seen: int | None = None
    by: str = ""


class Correct(_Change, frozen=True, kw_only=True):
    """Replace the person and the answers. The hashes are explained at Registration, and are those of the new person."""

    person: Person
    answers: Answers
    mailbox: str
    address: str
    identity: str


class ChangeDetails(_Change, frozen=True, kw_only=True):
    """The person, or whoever has the link to the page, replaces the name, particulars and `answers`.

    The address in `person` is the present one. `identity` is the hash of the new name and that address.
    """

    person: Person
    answers: Answers
    identity: str


class AskAddress(_Change, frozen=True, kw_only=True):
    """The person wants mails to go to `email` from now on. Somebody at that address has to confirm it."""

    email: str


class DropWish(_Change, frozen=True, kw_only=True):
    """Forget the address that the person asked for and that is not confirmed.

    The person withdraws it, or, if `only_if_over`, the time to confirm it must be over.
    """

    only_if_over: bool = False


class GrantWish(Struct, frozen=True, kw_only=True):
    """Somebody at the address that was asked for confirms the `wish` (its version).

    `person` and the hashes are those of the registration as it will be.
    """

    registration: str
    wish: int
    person: Person
    mailbox: str
    address: str
    identity: str


class SendAgain(_Change, frozen=True, kw_only=True):
    """Mail the link, or a mail of `kind` about `about` once more, which did not arrive the first time.

    `about` is None for the link.
    """

    kind: Kind = Kind.LINK
    about: Repeatable | None = None


class WriteNote(_Change, frozen=True, kw_only=True):
    """Keep a remark of the organiser about the person."""

    text: str


class SetLabels(_Change, frozen=True, kw_only=True):
    """Give the person exactly these `labels`."""

    labels: tuple[str, ...]


Action = Cancel | Accept | Decline | Rejoin | SayAbsent | Confirm | SayReachable
Click = Action | ChooseLanguage | GiveSeat | OfferSeat | GivePriority
OwnChange = ChangeDetails | AskAddress | DropWish
Change = Correct | SendAgain | WriteNote | SetLabels | OwnChange
OfOne = Click | Unsubscribe | Expire | Undelivered | EraseAnswers | ErasePerson | Change | GrantWish
Command = SignUp | AddPerson | RequestLink | OfOne | Promote | TellFolded | Publish | CallOff | MakeReal | CompleteList


class Refusal(StrEnum):
    """Why a command was refused."""

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
    LINK_REPLACED = "link_replaced"
    SENT_TOO_OFTEN = "sent_too_often"
    NOT_TRUE = "not_true"
    UNFIT = "unfit"
    NOT_BEGUN = "not_begun"
    ALREADY_IN = "already_in"
    NOT_WAITING = "not_waiting"
    MOST_SEATS = "most_seats"
    NO_SEAT = "no_seat"
    UNCONFIRMED = "unconfirmed"
    HOLD_OVER = "hold_over"
    NOT_PAUSED = "not_paused"
    PASSED_OVER = "passed_over"
    WAITLIST_FULL = "waitlist_full"
    ANSWERS_FIXED = "answers_fixed"
    WISH_OVER = "wish_over"


class Done(Struct, frozen=True):
    """The command took effect, now or earlier.

    `registration` is as it is now, or None if the command was not about one. `form_used_before` is true if the same
    sign-up form was used before for another person's registration, which may have ended.
    """

    registration: Registration | None = None
    form_used_before: bool = False


class KnownPerson(Struct, frozen=True):
    """This person has already signed up, with another form.

    The link has been mailed, unless that happened too often.
    """


class Promoted(Struct, frozen=True):
    """`count` people on the waitlist got a seat or an offer."""

    count: int


class Replaced(Struct, frozen=True):
    """The workshop is published. `changed` is false if it was already published exactly like this."""

    changed: bool


class BelowHeld(Struct, frozen=True):
    """Publishing was refused: the new capacity is less than the number of seats `held` (confirmed or offered)."""

    held: int


class Refused(Struct, frozen=True):
    """The command changed nothing, or nothing but an expired offer. `registration` is as it is now, if there is one."""

    why: Refusal
    registration: Registration | None = None


class SamePerson(Struct, frozen=True):
    """Correcting or changing was refused: the live registration `other` (an id) is of exactly this person."""

    other: str


Outcome = Done | SamePerson | KnownPerson | Promoted | Replaced | BelowHeld | Refused
