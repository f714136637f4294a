"""The kinds of mail: one entry in KINDS for each.

docs/adding.md tells how to add one. A kind without an entry here, or without a name in wording/dutch.py, fails when
this program is imported; one without templates or without a sample fails in tests/mailing.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from werkplaats.domain import signing_in
from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.about import (
    About,
    AboutChange,
    AboutEntry,
    AboutReminder,
    AboutSeat,
    AboutSignIn,
    AboutWave,
)
from werkplaats.domain.registration import LIVE, Registration, State
from werkplaats.domain.seats import offers
from werkplaats.domain.workshop import Workshop


class Kind(StrEnum):
    """Each kind has a folder of that name in templates/mail/, and an entry in KINDS."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    OFFER_EXPIRED = "offer_expired"
    CANCELLED = "cancelled"
    LINK = "link"
    REMINDER = "reminder"
    CHANGED = "changed"
    CALLED_OFF = "called_off"
    SURVEY_INVITATION = "survey_invitation"
    SURVEY_REMINDER = "survey_reminder"
    ORGANISER_SIGNED_UP = "organiser_signed_up"
    ORGANISER_CANCELLED = "organiser_cancelled"
    ORGANISER_PROMOTED = "organiser_promoted"
    ORGANISER_MAIL_FAILED = "organiser_mail_failed"
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
    """What a rule looks at.

    The recipient's `registration` and the `workshop` as they are `now` (UTC), and the ledger's `version` that the mail
    carries.
    """

    workshop: Workshop
    registration: Registration
    version: int
    now: datetime


Rule = Callable[[Situation], str | None]
"""Why a mail must not be sent any more, or None if this rule has nothing against it."""


def in_state(*states: State) -> Rule:
    """True as long as the registration is in one of `states`, whether it left that in between or not."""

    def rule(situation: Situation) -> str | None:
        state = situation.registration.state
        return None if state in states else f"registration is {state.value} by now"

    return rule


def in_that_very_state(*states: State) -> Rule:
    """True as long as the very state lasts that the mail's version brought, which is one of `states`.

    Cancelling and joining again brings another state of the same name, and another mail.
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
    """True until the offer is over."""
    over = offers.is_over(situation.workshop, situation.registration, situation.now)
    return "offer is over" if over else None


def goes_on(situation: Situation) -> str | None:
    """True until the workshop is called off."""
    return None if situation.workshop.called_off is None else "workshop was called off"


def before_the_start(situation: Situation) -> str | None:
    """True until the workshop begins."""
    return "workshop has begun" if situation.workshop.has_begun(situation.now) else None


class CalendarFile(StrEnum):
    """The file for a calendar that goes with a mail to somebody who has, or had, a seat."""

    INVITATION = "invitation"
    CANCELLATION = "cancellation"


class ForParticipant(Struct, frozen=True, kw_only=True):
    """A mail to somebody about their own registration.

    `about`: what it is about. `true_while`: the rules by which it is still true when it is sent; () if it always is.
    `calendar`: the file that goes with it, if one does. `names_place`: its text names the place on the waitlist.
    """

    about: type[AboutSeat | AboutReminder | AboutChange]
    true_while: tuple[Rule, ...]
    calendar: CalendarFile | None = None
    names_place: bool = False


class ForSurvey(Struct, frozen=True, kw_only=True):
    """A mail that asks somebody to answer a survey. It can be unsubscribed from.

    It is sent until the wave closes, to those who have not answered and not unsubscribed. `in_working_hours`: at night
    and at the weekend it waits.
    """

    in_working_hours: bool
    about: type[AboutWave] = AboutWave


class ForOrganisers(Struct, frozen=True, kw_only=True):
    """A mail that tells each organiser of something that is in the journal, of one of the kinds `tells_of`."""

    tells_of: frozenset[Happened]
    about: type[AboutEntry] = AboutEntry


class ForSigningIn(Struct, frozen=True, kw_only=True):
    """A mail to somebody who signs in at the desk, with what they need for it, or to say that they did.

    It is sent until `good_for` after it was queued: later it would be of no use. `urgent`: it goes before all other
    mail, because somebody sits waiting for it.
    """

    good_for: timedelta
    urgent: bool = False
    about: type[AboutSignIn] = AboutSignIn


KINDS: dict[Kind, ForParticipant | ForSurvey | ForOrganisers | ForSigningIn] = {
    Kind.CONFIRMED: ForParticipant(
        about=AboutSeat,
        true_while=(
            goes_on,
            in_that_very_state(State.CONFIRMED),
        ),
        calendar=CalendarFile.INVITATION,
    ),
    Kind.WAITLISTED: ForParticipant(
        about=AboutSeat,
        true_while=(
            goes_on,
            in_that_very_state(State.WAITLISTED),
        ),
        names_place=True,
    ),
    Kind.OFFERED: ForParticipant(
        about=AboutSeat, true_while=(goes_on, in_that_very_state(State.OFFERED), offer_stands)
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
    Kind.LINK: ForParticipant(about=AboutSeat, true_while=()),
    Kind.REMINDER: ForParticipant(
        about=AboutReminder,
        true_while=(goes_on, in_state(State.CONFIRMED), before_the_start),
        calendar=CalendarFile.INVITATION,
    ),
    Kind.CHANGED: ForParticipant(
        about=AboutChange,
        true_while=(
            goes_on,
            in_state(*LIVE),
        ),
        calendar=CalendarFile.INVITATION,
    ),
    Kind.CALLED_OFF: ForParticipant(about=AboutSeat, true_while=(in_state(*LIVE),), calendar=CalendarFile.CANCELLATION),
    Kind.SURVEY_INVITATION: ForSurvey(in_working_hours=False),
    Kind.SURVEY_REMINDER: ForSurvey(in_working_hours=True),
    Kind.ORGANISER_SIGNED_UP: ForOrganisers(tells_of=frozenset({Happened.SIGNED_UP, Happened.REJOINED})),
    Kind.ORGANISER_CANCELLED: ForOrganisers(
        tells_of=frozenset({Happened.CANCELLED, Happened.CANCELLED_BY_ORGANISER, Happened.DECLINED, Happened.EXPIRED})
    ),
    Kind.ORGANISER_PROMOTED: ForOrganisers(
        tells_of=frozenset({Happened.OFFERED, Happened.ACCEPTED, Happened.PROMOTED, Happened.SEAT_GIVEN})
    ),
    Kind.ORGANISER_MAIL_FAILED: ForOrganisers(tells_of=frozenset({Happened.MAIL_FAILED, Happened.MAIL_BOUNCED})),
    Kind.SIGN_IN: ForSigningIn(good_for=signing_in.GOOD_FOR, urgent=True),
    Kind.SIGNED_IN: ForSigningIn(good_for=signing_in.KEPT),
}
"""What is particular to each kind of mail."""

if _missing := [kind.name for kind in Kind if kind not in KINDS]:
    raise TypeError(f"no entry in KINDS for {', '.join(_missing)}")


URGENT = frozenset(kind for kind, traits in KINDS.items() if isinstance(traits, ForSigningIn) and traits.urgent)
"""The kinds of mail that go before all others."""


def _notices() -> dict[Happened, Kind]:
    """The kinds of notice by what they tell of. TypeError if two tell of the same."""
    told = [
        (happened, kind)
        for kind, traits in KINDS.items()
        if isinstance(traits, ForOrganisers)
        for happened in traits.tells_of
    ]
    notices = dict(told)
    if len(notices) < len(told):
        raise TypeError("two kinds of mail in KINDS tell organisers of the same thing")
    return notices


NOTICE: dict[Happened, Kind] = _notices()
"""The mail that tells organisers of an entry of the journal; what is not here is kept there and not mailed."""


def check_fits(kind: Kind, about: About) -> None:
    """Raise TypeError unless a mail of `kind` can be `about` that."""
    wanted = KINDS[kind].about
    if not isinstance(about, wanted):
        raise TypeError(f"a mail of kind {kind.value} is {wanted.__name__}, not {type(about).__name__}")
