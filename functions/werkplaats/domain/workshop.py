"""A workshop: all there is to know of it, as its organisers wrote it down.

The types of the fields say what each may be, and `workshop_rules` what must be so between them. Both are asked when a
workshop is brought in (`workshop_files`), and not when a published one is read: an upgrade of the program, with a rule
more, must not take a workshop's page and its participants' links away.
"""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from werkplaats.domain.questions import Duration, Id, Line, Question, Questions, Text
from werkplaats.domain.roles import Role
from werkplaats.domain.times import end_of, parse_days, parse_duration, start_of
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

    A role that this version does not know takes the person off the list, instead of making an organiser of them.
    """

    name: Line
    email: Address
    role: Annotated[Role, DECISIVE] = Role.ORGANISER


class Location(Struct, frozen=True, kw_only=True):
    """Where it is; `name` is the venue's."""

    name: LineOrNothing = ""
    street: Line
    postal_code: Line
    city: Line
    country: Line = "Nederland"


class SignUpWindow(Struct, frozen=True, kw_only=True):
    """The days on which people can sign up, both included; unless somebody has opened or closed it `by_hand`."""

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
    """How a free seat reaches the head of the waitlist: as an offer to accept within `within`, or directly."""

    by: Literal["offer", "direct"] = "offer"
    within: Duration = "48 hours"


class Privacy(Struct, frozen=True, kw_only=True):
    """The privacy statement (Markdown) and the terms it promises, counted from the end of the last day."""

    statement: Text
    contact: Address
    erase_registrations_after: Duration = "365 days"


class Sender(Struct, frozen=True, kw_only=True):
    """Who mails come from and where answers go. The mail provider must know `email` as a verified sender."""

    name: Line
    email: Address
    reply_to: Address


class Wave(Struct, frozen=True, kw_only=True):
    """One round of the follow-up survey. Falls due `after` the last day; closes `open_for` later.

    `to`: those who `attended` (or had a seat, where nobody's attendance was marked), all with a `seat`, or those
    still `waitlisted`. `reminders`: how long after falling due those who have not answered are reminded.
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
    """All there is to know of one workshop. Days are Amsterdam calendar days, both ends included.

    `organisers` are all who work on it, whatever their role. `practical` (Markdown) goes with the reminders;
    `reminders` are how long before the first day those are due.
    `days` has the hours of each day from `first_day` on, or is empty. `cancelling` (the terms of it), `programme`,
    `for_whom` and `route` are Markdown. `phone` is answered on the days themselves. `materials` are for those with a
    seat.

    `practice`: it is there to try everything out; mails go only to those who are in charge of it.
    `called_off` is not written by anybody: what became of the workshop stands there, and nothing takes it away again.
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
    capacity: Annotated[int, Meta(ge=1, le=10_000)]
    sign_up: SignUpWindow
    promotion: Promotion = field(default_factory=Promotion)
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
    practice: Annotated[bool, DECISIVE] = False
    called_off: Annotated[CalledOff | None, DECISIVE] = None

    @property
    def in_charge(self) -> tuple[Organiser, ...]:
        """Those whose role is organiser: they get the notices, and mails are signed with their names."""
        return tuple(one for one in self.organisers if one.role is Role.ORGANISER)

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
        """Whether free seats still go down the waitlist at `now` (UTC): until it begins, unless it is called off."""
        return self.called_off is None and not self.has_begun(now)

    def sign_up_phase(self, now: datetime) -> Literal["early", "open", "closed"]:
        """Whether people can sign up at `now` (UTC): the closing day itself is still open.

        Nobody can once the workshop is called off. By hand it can be opened until the workshop begins, whatever the
        days say, and closed at any time.
        """
        if self.called_off is not None or self.sign_up.by_hand == "closed":
            return "closed"
        if self.sign_up.by_hand == "open":
            return "closed" if self.has_begun(now) else "open"
        if now < start_of(self.sign_up.opens):
            return "early"
        return "open" if now < end_of(self.sign_up.closes) else "closed"

    def reminders_at(self) -> tuple[datetime, ...]:
        """When each of `reminders` falls due, UTC.

        Whole days are counted on the calendar: '1 day' is the start of the day before the first, however many hours
        that day has. What is left of '30 hours' after its whole day is counted in hours.
        """
        lengths = [parse_duration(reminder) for reminder in self.reminders]
        return tuple(
            start_of(self.first_day - timedelta(days=length.days)) - timedelta(seconds=length.seconds)
            for length in lengths
        )

    def wave(self, id: str) -> Wave | None:
        return next((wave for wave in self.waves if wave.id == id), None)

    def wave_opens_at(self, wave: Wave) -> datetime:
        """When `wave` falls due (UTC): '1 day' after a last day of 31 August is the start of 1 September."""
        return start_of(self.last_day + parse_days(wave.after))

    def wave_closes_at(self, wave: Wave) -> datetime:
        return start_of(self.last_day + parse_days(wave.after) + parse_days(wave.open_for))

    def wave_reminders_at(self, wave: Wave) -> tuple[datetime, ...]:
        """When those who have not answered are to be reminded, UTC."""
        due = parse_days(wave.after)
        return tuple(start_of(self.last_day + due + parse_days(reminder)) for reminder in wave.reminders)

    def erase_registrations_at(self) -> datetime:
        """When personal data of registrations is to be gone, UTC."""
        return end_of(self.last_day + parse_days(self.privacy.erase_registrations_after))

    def erase_answer_at(self, question: Question) -> datetime | None:
        """When the answers to `question` are to be gone, UTC; None: together with the registration."""
        if question.erase_after is None:
            return None
        return end_of(self.last_day + parse_days(question.erase_after))

    def questions_to_erase(self, at: datetime) -> tuple[str, ...]:
        """The questions whose answers are to be gone by `at` (UTC), apart from the registrations themselves."""
        due = [(question.id, self.erase_answer_at(question)) for question in self.questions]
        return tuple(id for id, erase_at in due if erase_at is not None and at >= erase_at)
