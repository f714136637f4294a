"""A workshop, with everything that its organisers wrote about it.

The types of the fields say which values each field may have, and `workshop_rules` checks how the fields fit together.
Both are checked when a workshop is loaded from a file (`workshop_files`), but not when a published workshop is read
from the store. Otherwise a new rule in a later version of the program could make a workshop's page and its
participants' links stop working.
"""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from msgspec import Meta, Struct, field
from msgspec.structs import replace

from werkplaats.domain.kept import RESULTS_KEPT
from werkplaats.domain.notices import Notices
from werkplaats.domain.questions import Duration, Id, Line, Question, Questions, Text
from werkplaats.domain.roles import Role
from werkplaats.domain.times import end_of, parse_days, parse_duration, start_of
from werkplaats.domain.translations import Translations, given, questions_in
from werkplaats.domain.workshop_parts import (
    Hours,
    Leader,
    LineOrNothing,
    Material,
    Organisation,
    Phone,
    Price,
    TextOrNothing,
)

ADDRESS_PATTERN = r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+$"
Address = Annotated[str, Meta(pattern=ADDRESS_PATTERN, max_length=254)]

DECISIVE = Meta(extra={"decisive": True})
"""Marks a field without whose value a stored record must not be used, although it may be absent (store/codec.py)."""


class Organiser(Struct, frozen=True, kw_only=True):
    """Somebody who works on a workshop; `role` says what they may do at the desk.

    `notices` says how somebody whose role is organiser hears of what happens; nobody else does.
    A role that this version does not know takes the person off the list, instead of making an organiser of them.
    """

    name: Line
    email: Address
    role: Annotated[Role, DECISIVE] = Role.ORGANISER
    notices: Notices = Notices.BUNDLED


class Location(Struct, frozen=True, kw_only=True):
    """Where it is; `name` is the venue's."""

    name: LineOrNothing = ""
    street: Line
    postal_code: Line
    city: Line
    country: Line = "Nederland"


class SignUpWindow(Struct, frozen=True, kw_only=True):
    """The first and the last day on which people can sign up. Both days are included.

    If somebody has opened or closed it `by_hand`, the days do not count.
    """

    opens: date
    closes: date
    by_hand: Literal["open", "closed"] | None = None


class CalledOff(Struct, frozen=True, kw_only=True):
    """The workshop does not take place: decided `at` that moment (UTC), with the ledger's `version`.

    `reason` is told to those who signed up.
    """

    at: datetime
    reason: str
    version: int


class Promotion(Struct, frozen=True, kw_only=True):
    """What the first person on the waitlist gets when a seat comes free: an offer, or directly the seat.

    `within` is how long an offer stands, such as '48 hours'.
    """

    by: Literal["offer", "direct"] = "offer"
    within: Duration = "48 hours"


class Privacy(Struct, frozen=True, kw_only=True):
    """The privacy statement (Markdown), and how long after the end of the last day registrations are erased."""

    statement: Text
    contact: Address
    erase_registrations_after: Duration = "365 days"


MOST_SEATS = 10_000
MOST_WAITING = 100_000


class Waitlist(Struct, frozen=True, kw_only=True):
    """If `at_most` so many people are on the waitlist, nobody else can join it; None: there is no such limit."""

    at_most: Annotated[int, Meta(ge=0, le=MOST_WAITING)] | None = None


class Sender(Struct, frozen=True, kw_only=True):
    """The sender of mails, and the address for replies. `email` must be a verified sender at the mail provider."""

    name: Line
    email: Address
    reply_to: Address


LONGEST_FOLLOW_UP = timedelta(days=3 * 365)
"""The last wave closes at most this long after the last day, so that schedules can leave out what ended earlier."""


class Wave(Struct, frozen=True, kw_only=True):
    """One wave of the follow-up survey. It opens `after` the last day and closes `open_for` after that.

    `to` says who is asked: those who `attended` (`attendance.attended` decides who did), everybody with a
    `seat`, or those who are still `waitlisted`. `reminders` are how long after the opening people who have not answered
    are reminded. All lengths are in days.
    """

    id: Id
    title: Line
    after: Duration
    open_for: Duration = "30 days"
    to: Literal["attended", "seat", "waitlisted"] = "attended"
    reminders: Annotated[tuple[Duration, ...], Meta(max_length=2)] = ()
    introduction: Text
    questions: Annotated[Questions, Meta(min_length=1)]


class Workshop(Struct, frozen=True, kw_only=True):
    """Everything about one workshop. Days are calendar days in Amsterdam; `last_day` is part of the workshop.

    - `organisers`: all who work on it, whatever their role.
    - `practical` (Markdown): added to the reminders.
    - `reminders`: how long before the first day they are due.
    - `days`: the hours of each day from `first_day` on, or empty.
    - `cancelling` (its terms), `programme`, `for_whom`, `route`: Markdown.
    - `confirm_address`: when whoever signs up has to confirm the e-mail address: `never`, when it is `busy`
      (`domain/seats/confirming.py`), or `always`.
    - `phone`: answered on the days themselves.
    - `materials`: for those with a seat.
    - `translations`: its texts in other languages. Fields of it hold Dutch.
    - `practice`: it is for trying everything out. Mails go only to people whose role is organiser.
    - `called_off`: not written by people. Once it is set, nothing takes it away.
    """

    id: Id
    title: Line
    summary: Line
    description: Text
    first_day: date
    last_day: date
    days: Annotated[tuple[Hours, ...], Meta(max_length=31)] = ()
    location: Location
    organisers: Annotated[tuple[Organiser, ...], Meta(min_length=1, max_length=30)]
    sender: Sender
    capacity: Annotated[int, Meta(ge=1, le=MOST_SEATS)]
    sign_up: SignUpWindow
    promotion: Promotion = field(default_factory=Promotion)
    waitlist: Waitlist = field(default_factory=Waitlist)
    confirm_address: Literal["never", "busy", "always"] = "busy"
    questions: Questions = ()
    practical: TextOrNothing = ""
    for_whom: TextOrNothing = ""
    programme: TextOrNothing = ""
    leaders: Annotated[tuple[Leader, ...], Meta(max_length=20)] = ()
    price: Price = field(default_factory=Price)
    cancelling: TextOrNothing = ""
    route: TextOrNothing = ""
    phone: Phone = ""
    materials: Annotated[tuple[Material, ...], Meta(max_length=30)] = ()
    organisation: Organisation = field(default_factory=Organisation)
    reminders: Annotated[tuple[Duration, ...], Meta(max_length=4)] = ()
    privacy: Privacy
    waves: Annotated[tuple[Wave, ...], Meta(max_length=12)] = ()
    translations: Translations = field(default_factory=Translations)
    practice: Annotated[bool, DECISIVE] = False
    called_off: Annotated[CalledOff | None, DECISIVE] = None

    def in_language(self, language: str) -> "Workshop":
        """This workshop with its texts in `language`, for whoever reads them. What is not translated stays as it is."""
        texts = self.translations.into(language)
        if texts is None:
            return self
        waves = []
        for wave in self.waves:
            said = texts.waves.get(wave.id)
            if said is not None:
                wave = replace(wave, **given(said), questions=questions_in(wave.questions, said.questions))
            waves.append(wave)
        return replace(
            self,
            **given(texts),
            price=replace(self.price, **given(texts.price)),
            privacy=replace(self.privacy, **given(texts.privacy)),
            questions=questions_in(self.questions, texts.questions),
            waves=tuple(waves),
        )

    @property
    def in_charge(self) -> tuple[Organiser, ...]:
        """Those whose role is organiser: they get the notices, and mails are signed with their names."""
        return tuple(one for one in self.organisers if one.role is Role.ORGANISER)

    def told_by(self, way: Notices) -> frozenset[str]:
        """The addresses of those in charge who want to hear of things in this `way`."""
        return frozenset(one.email for one in self.in_charge if one.notices is way)

    def may_be_mailed(self, address: str) -> bool:
        """Whether a mail of this workshop may go to `address`: while it practises, only to those in charge of it."""
        return not self.practice or address.casefold() in {one.email.casefold() for one in self.in_charge}

    @property
    def begins_at(self) -> datetime:
        """The first moment of the first day, UTC."""
        return start_of(self.first_day)

    @property
    def ends_at(self) -> datetime:
        """The first moment after the last day, UTC."""
        return end_of(self.last_day)

    @property
    def offer_window(self) -> timedelta:
        return parse_duration(self.promotion.within)

    def has_begun(self, now: datetime) -> bool:
        return now >= self.begins_at

    def gives_seats(self, now: datetime) -> bool:
        """Whether free seats go to the waitlist at `now` (UTC): until it begins, unless it has been called off."""
        return self.called_off is None and not self.has_begun(now)

    def sign_up_phase(self, now: datetime) -> Literal["early", "open", "closed"]:
        """Whether people can sign up at `now` (UTC). On the closing day itself they still can.

        Nobody can if the workshop has been called off. If it was opened by hand, people can sign up until the workshop
        begins, whatever the days say. If it was closed by hand, nobody can.
        """
        if self.called_off is not None or self.sign_up.by_hand == "closed":
            return "closed"
        if self.sign_up.by_hand == "open":
            return "closed" if self.has_begun(now) else "open"
        if now < start_of(self.sign_up.opens):
            return "early"
        return "open" if now < end_of(self.sign_up.closes) else "closed"

    def reminders_at(self) -> tuple[datetime, ...]:
        """When each of `reminders` falls due, in UTC.

        Whole days are counted on the calendar: '1 day' means the start of the day before the first day, even if that
        day has 23 or 25 hours. Of '30 hours' one day is counted on the calendar, and the remaining 6 hours as hours.
        """
        lengths = [parse_duration(reminder) for reminder in self.reminders]
        return tuple(
            start_of(self.first_day - timedelta(days=length.days)) - timedelta(seconds=length.seconds)
            for length in lengths
        )

    def wave(self, id: str) -> Wave | None:
        return next((wave for wave in self.waves if wave.id == id), None)

    def wave_opens_at(self, wave: Wave) -> datetime:
        """When `wave` opens, in UTC. '1 day' after a last day of 31 August is the start of 1 September in Amsterdam."""
        return start_of(self.last_day + parse_days(wave.after))

    def wave_closes_at(self, wave: Wave) -> datetime:
        return start_of(self.last_day + parse_days(wave.after) + parse_days(wave.open_for))

    def wave_reminders_at(self, wave: Wave) -> tuple[datetime, ...]:
        """When people who have not answered `wave` should be reminded, in UTC."""
        due = parse_days(wave.after)
        return tuple(start_of(self.last_day + due + parse_days(reminder)) for reminder in wave.reminders)

    def erase_registrations_at(self) -> datetime:
        """When the personal data of registrations must be erased, in UTC."""
        return end_of(self.last_day + parse_days(self.privacy.erase_registrations_after))

    def erase_results_at(self) -> datetime:
        """When the opened answers of its surveys must be erased, in UTC."""
        return end_of(self.last_day + RESULTS_KEPT)

    def erase_answer_at(self, question: Question) -> datetime | None:
        """When the answers to `question` must be erased, in UTC; None if that is together with the registration."""
        if question.erase_after is None:
            return None
        return end_of(self.last_day + parse_days(question.erase_after))

    def questions_to_erase(self, at: datetime) -> tuple[str, ...]:
        """The ids of the questions whose answers must be erased by `at` (UTC), before the registrations themselves."""
        due = [(question.id, self.erase_answer_at(question)) for question in self.questions]
        return tuple(id for id, erase_at in due if erase_at is not None and at >= erase_at)
