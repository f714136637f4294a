"""The kinds of mail, each with an entry in KINDS.

docs/adding.md explains how to add one. Importing the program fails if a kind has no entry here or no name in
wording/labels.py. Tests in tests/mailing fail if it has no templates or no sample.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from werkplaats.domain import signing_in
from werkplaats.domain.journal import Happened
from werkplaats.domain.kept import SIGN_INS_KEPT
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
from werkplaats.domain.registration import LIVE, Registration, State
from werkplaats.domain.seats import holds
from werkplaats.domain.workshop import Workshop


class Kind(StrEnum):
    """The kinds of mail. Each has an entry in KINDS, and a folder in templates/mail/ with its value as the name."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    OFFER_REMINDER = "offer_reminder"
    OFFER_EXPIRED = "offer_expired"
    NOT_PLACED = "not_placed"
    CANCELLED = "cancelled"
    CONFIRM_ADDRESS = "confirm_address"
    NOT_CONFIRMED = "not_confirmed"
    LINK = "link"
    NEW_ADDRESS = "new_address"
    OLD_ADDRESS = "old_address"
    ADDRESS_WISH = "address_wish"
    """Asks whoever reads mail at an address to confirm that somebody who signed up wants to use it."""

    ADDRESS_ASKED = "address_asked"
    """Tells the present address of that."""

    REMINDER = "reminder"
    CHANGED = "changed"
    CALLED_OFF = "called_off"
    SURVEY_INVITATION = "survey_invitation"
    SURVEY_REMINDER = "survey_reminder"
    ORGANISER_SIGNED_UP = "organiser_signed_up"
    ORGANISER_CANCELLED = "organiser_cancelled"
    ORGANISER_PROMOTED = "organiser_promoted"
    ORGANISER_MAIL_FAILED = "organiser_mail_failed"
    ORGANISER_ABSENT = "organiser_absent"
    ORGANISER_BUSY = "organiser_busy"
    ORGANISER_UNDELIVERED = "organiser_undelivered"
    ORGANISER_DETAILS = "organiser_details"
    ORGANISER_FOLDED = "organiser_folded"
    MESSAGE = "message"
    """What organisers wrote to a group of people."""

    SURVEY_MESSAGE = "survey_message"
    """The same, to those who have not answered a survey."""

    ORGANISER_MESSAGE_TEST = "organiser_message_test"
    """The same, to its writer alone."""

    ORGANISER_DIGEST = "organiser_digest"
    SIGN_IN = "sign_in"
    SIGNED_IN = "signed_in"

    @property
    def of_survey(self) -> bool:
        return isinstance(KINDS[self], ForSurvey)

    @property
    def for_organisers(self) -> bool:
        return isinstance(KINDS[self], ForOrganisers)

    @property
    def of_signing_in(self) -> bool:
        return isinstance(KINDS[self], ForSigningIn)


class Situation(Struct, frozen=True, kw_only=True):
    """What a rule decides on: the recipient's `registration` and the `workshop` as they are `now` (UTC).

    `version` is the ledger's version that the mail belongs to.
    """

    workshop: Workshop
    registration: Registration
    version: int
    now: datetime


Rule = Callable[[Situation], str | None]
"""A rule returns the reason why a mail must not be sent any more, or None if it has no objection."""


def in_state(*states: State) -> Rule:
    """A rule: the registration must be in one of `states`. It may have left that state in between and come back."""

    def rule(situation: Situation) -> str | None:
        state = situation.registration.state
        return None if state in states else f"registration is {state.value} by now"

    return rule


def in_that_very_state(*states: State) -> Rule:
    """A rule: the registration must still be in the state, one of `states`, that the mail tells of.

    Somebody who cancels and joins again can be in the same state as before, but a new mail tells of that.
    """

    def rule(situation: Situation) -> str | None:
        if (ended := in_state(*states)(situation)) is not None:
            return ended
        registration = situation.registration
        if registration.state_version != situation.version:
            return f"registration has become {registration.state.value} again since"
        return None

    return rule


def offer_stands(situation: Situation) -> str | None:
    """A rule: the offer must not have expired."""
    over = holds.is_over(situation.workshop, situation.registration, situation.now)
    return "offer is over" if over else None


def is_unconfirmed(situation: Situation) -> str | None:
    """A rule: the address must still have to be confirmed, and the time for it must not be over."""
    if not situation.registration.is_unconfirmed:
        return "address has been confirmed"
    over = holds.is_over(situation.workshop, situation.registration, situation.now)
    return "time to confirm the address is over" if over else None


def is_confirmed(situation: Situation) -> str | None:
    """A rule: the address must not still have to be confirmed."""
    return "address is not confirmed" if situation.registration.is_unconfirmed else None


def goes_on(situation: Situation) -> str | None:
    """True until the workshop is called off."""
    return None if situation.workshop.called_off is None else "workshop was called off"


def wish_stands(situation: Situation) -> str | None:
    """A rule: the address that somebody asked for must be neither confirmed nor withdrawn, and less than a day old."""
    wish = situation.registration.address_wish
    if wish is None or wish.version != situation.version:
        return "address was confirmed, withdrawn, or asked for again"
    return "too late to confirm the address" if situation.now >= wish.ends_at else None


def before_the_start(situation: Situation) -> str | None:
    """A rule: the workshop must not have begun."""
    return "workshop has begun" if situation.workshop.has_begun(situation.now) else None


def after_the_start(situation: Situation) -> str | None:
    """A rule: the workshop must have begun. Its days can have been put off since the mail was queued."""
    return None if situation.workshop.has_begun(situation.now) else "workshop has not begun"


def concerns(situation: Situation) -> str | None:
    """A rule: whoever has no seat must still be able to get one, which nobody can once the workshop has begun."""
    return None if situation.registration.state is State.CONFIRMED else before_the_start(situation)


class CalendarFile(StrEnum):
    """The kinds of calendar file that can be attached to a mail."""

    INVITATION = "invitation"
    CANCELLATION = "cancellation"


class ForParticipant(Struct, frozen=True, kw_only=True):
    """A kind of mail to somebody about their own registration.

    `true_while` are the rules that must all hold when the mail is sent; () if it may always be sent. `calendar` is the
    calendar file to attach, if any. `names_place` is true if the text names the place on the waitlist.
    """

    about: type[AboutSeat | AboutReminder | AboutChange | AboutOldAddress | AboutWish | AboutMessage]
    true_while: tuple[Rule, ...]
    calendar: CalendarFile | None = None
    names_place: bool = False


class ForSurvey(Struct, frozen=True, kw_only=True):
    """A kind of mail that asks somebody to answer a survey, and from which people can unsubscribe.

    It is not sent if the wave has closed, or if the person has answered or unsubscribed. If `in_working_hours` is true,
    it is not sent at night or at the weekend, but waits.
    """

    in_working_hours: bool
    about: type[AboutWave | AboutMessage] = AboutWave


class ForOrganisers(Struct, frozen=True, kw_only=True):
    """A kind of mail that tells each organiser of an entry in the journal, or of many at once.

    `tells_of` are the kinds of entries that have a mail of this kind by themselves. If `folds`, such an entry can be
    told of together with others instead. What failed does not fold, because somebody has to do something about it, nor
    does what they must know because the workshop runs: all of them are told of these at once, whatever they chose.
    """

    tells_of: frozenset[Happened] = frozenset()
    folds: bool = True
    about: type[AboutEntry | AboutFold | AboutTest] = AboutEntry


class ForSigningIn(Struct, frozen=True, kw_only=True):
    """A mail to somebody who signs in at the desk, with what they need for it, or to tell them that they did.

    It is sent until `good_for` after it was queued, because later it would be of no use. If it is `urgent`, it goes
    before all other mail, because somebody is waiting for it.
    """

    good_for: timedelta
    urgent: bool = False
    about: type[AboutSignIn] = AboutSignIn


Traits = ForParticipant | ForSurvey | ForOrganisers | ForSigningIn

KINDS: dict[Kind, Traits] = {
    Kind.CONFIRMED: ForParticipant(
        about=AboutSeat,
        true_while=(
            goes_on,
            in_that_very_state(State.CONFIRMED),
            is_confirmed,
        ),
        calendar=CalendarFile.INVITATION,
    ),
    Kind.WAITLISTED: ForParticipant(
        about=AboutSeat,
        true_while=(
            goes_on,
            in_that_very_state(State.WAITLISTED),
            is_confirmed,
            before_the_start,
        ),
        names_place=True,
    ),
    Kind.OFFERED: ForParticipant(
        about=AboutSeat, true_while=(goes_on, in_that_very_state(State.OFFERED), offer_stands)
    ),
    Kind.OFFER_REMINDER: ForParticipant(
        about=AboutSeat, true_while=(goes_on, in_that_very_state(State.OFFERED), offer_stands)
    ),
    Kind.NOT_PLACED: ForParticipant(
        about=AboutReminder, true_while=(goes_on, in_state(State.WAITLISTED), after_the_start)
    ),
    Kind.OFFER_EXPIRED: ForParticipant(
        about=AboutSeat,
        true_while=(
            goes_on,
            in_that_very_state(State.EXPIRED),
        ),
    ),
    Kind.CANCELLED: ForParticipant(
        about=AboutSeat,
        true_while=(in_that_very_state(State.CANCELLED, State.DECLINED),),
        calendar=CalendarFile.CANCELLATION,
    ),
    Kind.CONFIRM_ADDRESS: ForParticipant(
        about=AboutSeat,
        true_while=(goes_on, in_that_very_state(State.CONFIRMED, State.WAITLISTED), is_unconfirmed),
    ),
    Kind.NOT_CONFIRMED: ForParticipant(about=AboutSeat, true_while=(goes_on, in_that_very_state(State.EXPIRED))),
    Kind.LINK: ForParticipant(about=AboutSeat, true_while=()),
    Kind.NEW_ADDRESS: ForParticipant(about=AboutSeat, true_while=()),
    Kind.OLD_ADDRESS: ForParticipant(about=AboutOldAddress, true_while=()),
    Kind.ADDRESS_WISH: ForParticipant(about=AboutWish, true_while=(goes_on, in_state(*LIVE), wish_stands)),
    Kind.ADDRESS_ASKED: ForParticipant(about=AboutSeat, true_while=(goes_on, in_state(*LIVE), wish_stands)),
    Kind.REMINDER: ForParticipant(
        about=AboutReminder,
        true_while=(goes_on, in_state(State.CONFIRMED), before_the_start, is_confirmed),
        calendar=CalendarFile.INVITATION,
    ),
    Kind.CHANGED: ForParticipant(
        about=AboutChange,
        true_while=(
            goes_on,
            in_state(*LIVE),
            concerns,
        ),
        calendar=CalendarFile.INVITATION,
    ),
    Kind.CALLED_OFF: ForParticipant(about=AboutSeat, true_while=(in_state(*LIVE),), calendar=CalendarFile.CANCELLATION),
    Kind.SURVEY_INVITATION: ForSurvey(in_working_hours=False),
    Kind.SURVEY_REMINDER: ForSurvey(in_working_hours=True),
    Kind.ORGANISER_SIGNED_UP: ForOrganisers(tells_of=frozenset({Happened.SIGNED_UP, Happened.REJOINED})),
    Kind.ORGANISER_CANCELLED: ForOrganisers(
        tells_of=frozenset(
            {
                Happened.CANCELLED,
                Happened.CANCELLED_BY_ORGANISER,
                Happened.DECLINED,
                Happened.EXPIRED,
                Happened.NOT_CONFIRMED,
            }
        )
    ),
    Kind.ORGANISER_PROMOTED: ForOrganisers(
        tells_of=frozenset(
            {
                Happened.OFFERED,
                Happened.ACCEPTED,
                Happened.PROMOTED,
                Happened.SEAT_GIVEN,
                Happened.ADDED,
                Happened.SEAT_OFFERED,
                Happened.PRIORITY_GIVEN,
            }
        )
    ),
    Kind.ORGANISER_MAIL_FAILED: ForOrganisers(
        tells_of=frozenset({Happened.MAIL_FAILED, Happened.MAIL_BOUNCED}), folds=False
    ),
    Kind.ORGANISER_ABSENT: ForOrganisers(tells_of=frozenset({Happened.SAID_ABSENT}), folds=False),
    Kind.ORGANISER_UNDELIVERED: ForOrganisers(tells_of=frozenset({Happened.OFFER_UNDELIVERED}), folds=False),
    Kind.ORGANISER_BUSY: ForOrganisers(tells_of=frozenset({Happened.BUSY}), folds=False),
    Kind.ORGANISER_DETAILS: ForOrganisers(tells_of=frozenset({Happened.DETAILS_CHANGED})),
    Kind.ORGANISER_FOLDED: ForOrganisers(about=AboutFold),
    Kind.MESSAGE: ForParticipant(about=AboutMessage, true_while=()),
    Kind.SURVEY_MESSAGE: ForSurvey(in_working_hours=False, about=AboutMessage),
    Kind.ORGANISER_MESSAGE_TEST: ForOrganisers(about=AboutTest, folds=False),
    Kind.ORGANISER_DIGEST: ForOrganisers(about=AboutFold),
    Kind.SIGN_IN: ForSigningIn(good_for=signing_in.GOOD_FOR, urgent=True),
    Kind.SIGNED_IN: ForSigningIn(good_for=SIGN_INS_KEPT),
}
"""The properties of each kind of mail."""

if _missing := [kind.name for kind in Kind if kind not in KINDS]:
    raise TypeError(f"no entry in KINDS for {', '.join(_missing)}")


URGENT = frozenset(kind for kind, traits in KINDS.items() if isinstance(traits, ForSigningIn) and traits.urgent)
"""The kinds of mail that go before all others."""

BULK = frozenset({Kind.MESSAGE, Kind.SURVEY_MESSAGE})
"""The kinds of mail of which many are queued at once, because somebody wrote a message. All other mail goes first."""

BEFORE_BULK = frozenset(
    kind for kind, traits in KINDS.items() if kind not in BULK and isinstance(traits, ForParticipant)
)
"""The kinds of mail with which somebody is told of their own seat, and which must not wait behind a message to all."""


def notice_kinds(kinds: Mapping[Kind, Traits]) -> dict[Happened, Kind]:
    """The kinds of notice among `kinds`, by what they tell of. Raises TypeError if two kinds tell of the same thing."""
    told = [
        (happened, kind)
        for kind, traits in kinds.items()
        if isinstance(traits, ForOrganisers)
        for happened in traits.tells_of
    ]
    notices = dict(told)
    if len(notices) < len(told):
        raise TypeError("two kinds of mail in KINDS tell organisers of the same thing")
    return notices


NOTICE: dict[Happened, Kind] = notice_kinds(KINDS)
"""The kind of mail that tells organisers of a journal entry. Entries of other kinds are stored but not mailed."""

FOLDABLE = frozenset(
    happened
    for traits in KINDS.values()
    if isinstance(traits, ForOrganisers) and traits.folds
    for happened in traits.tells_of
)
"""The kinds of journal entry that organisers can be told of together with others."""


def untrue(kind: Kind, situation: Situation) -> str | None:
    """Why a mail of `kind` to a participant is no longer true in `situation`, or None if it still is."""
    traits = KINDS[kind]
    rules = traits.true_while if isinstance(traits, ForParticipant) else ()
    return next((reason for rule in rules if (reason := rule(situation)) is not None), None)


def kind_shows_text(kind: Kind) -> bool:
    """Whether the desk shows the text of mails of `kind`: those to participants about their registration."""
    return isinstance(KINDS[kind], ForParticipant)


def check_fits(kind: Kind, about: About) -> None:
    """Raise TypeError unless `about` is of the type that mails of `kind` are about."""
    wanted = KINDS[kind].about
    if not isinstance(about, wanted):
        raise TypeError(f"a mail of kind {kind.value} is {wanted.__name__}, not {type(about).__name__}")
