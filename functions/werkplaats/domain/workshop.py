"""A workshop as its organisers wrote it down: workshops/<id>.yaml, and the document published from it.

Every field that is missing, unknown or of the wrong type is refused with its path and what was expected
(msgspec); rules between fields are checked in `__post_init__`.
"""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from werkplaats.domain.questions import Id, Line, Question, Questions, Text, check_questions, need_distinct
from werkplaats.domain.times import (
    REMINDERS_GO_OUT,
    end_of,
    into_working_hours,
    next_reminder_run,
    parse_days,
    parse_duration,
    start_of,
)

ADDRESS_PATTERN = r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+$"
Address = Annotated[str, Meta(pattern=ADDRESS_PATTERN, max_length=254)]


class Organiser(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Line
    email: Address


class Location(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    street: Line
    postal_code: Line
    city: Line
    country: Line = "Nederland"


class SignUpWindow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The days on which people can sign up, both included."""

    opens: date
    closes: date


class Promotion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a free seat reaches the head of the waitlist: as an offer to accept within `within`, or directly."""

    by: Literal["offer", "direct"] = "offer"
    within: str = "48 hours"

    def __post_init__(self) -> None:
        parse_duration(self.within)


class Privacy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The privacy statement (Markdown) and the terms it promises, counted from the end of the last day."""

    statement: Text
    contact: Address
    erase_registrations_after: str = "365 days"

    def __post_init__(self) -> None:
        parse_days(self.erase_registrations_after)


class Sender(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who mails come from and where answers go. The mail provider must know `email` as a verified sender."""

    name: Line
    email: Address
    reply_to: Address


class Wave(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One round of the follow-up survey. Falls due `after` the last day; closes `open_for` later.

    `to`: those who `attended` (or had a seat, where nobody's attendance was marked), all with a `seat`, or those
    still `waitlisted`. `reminders`: how long after falling due those who have not answered are reminded.
    """

    id: Id
    title: Line
    after: str
    open_for: str = "30 days"
    to: Literal["attended", "seat", "waitlisted"] = "attended"
    reminders: Annotated[tuple[str, ...], Meta(max_length=2)] = ()
    introduction: Text
    questions: Annotated[Questions, Meta(min_length=1)]

    def __post_init__(self) -> None:
        parse_days(self.after)
        reminders = [parse_days(reminder) for reminder in self.reminders]
        if [*reminders, parse_days(self.open_for)] != sorted({*reminders, parse_days(self.open_for)}):
            raise ValueError("expected reminders one after the other and before open_for is over")
        check_questions(self.questions)


class Workshop(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All there is to know of one workshop. Days are Amsterdam calendar days, both ends included.

    `practical` (Markdown) goes with the reminders; `reminders` are how long before the first day those are due.
    """

    id: Id
    title: Line
    summary: Line
    description: Text
    first_day: date
    last_day: date
    location: Location
    organisers: Annotated[tuple[Organiser, ...], Meta(min_length=1, max_length=10)]
    sender: Sender
    capacity: Annotated[int, Meta(ge=1, le=10_000)]
    sign_up: SignUpWindow
    promotion: Promotion = field(default_factory=Promotion)
    questions: Questions = ()
    practical: str = ""
    reminders: Annotated[tuple[str, ...], Meta(max_length=4)] = ()
    privacy: Privacy
    waves: Annotated[tuple[Wave, ...], Meta(max_length=12)] = ()

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError(f"expected last_day on or after first_day {self.first_day}, got {self.last_day}")
        if self.sign_up.closes < self.sign_up.opens:
            raise ValueError(f"expected sign_up.closes on or after sign_up.opens, got {self.sign_up.closes}")
        if self.sign_up.closes >= self.first_day:
            raise ValueError(f"expected sign_up.closes before first_day {self.first_day}, got {self.sign_up.closes}")
        check_questions(self.questions)
        before = [parse_duration(reminder) for reminder in self.reminders]
        if before != sorted(set(before), reverse=True):
            raise ValueError("expected reminders from the earliest to the latest, such as '7 days', '1 day'")
        need_distinct([wave.id for wave in self.waves], "wave's id")
        for wave in self.waves:
            if self.wave_closes_at(wave) > self.erase_registrations_at():
                raise ValueError(
                    f"expected privacy.erase_registrations_after to be later than wave {wave.id!r} closes, "
                    f"got {self.privacy.erase_registrations_after!r}; make it longer, or leave out the wave"
                )

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

    def sign_up_phase(self, now: datetime) -> Literal["early", "open", "closed"]:
        """Whether people can sign up at `now` (UTC): the closing day itself is still open."""
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


def check_file(workshop: Workshop) -> None:
    """Raise ValueError for what no file may say any more, though a workshop that was published earlier may.

    These rules came later than the record itself. A published workshop that breaks one of them must stay readable, or
    an upgrade of the program would take its page and its participants' links away.
    """
    need_distinct([organiser.email.casefold() for organiser in workshop.organisers], "organiser's email")
    _check_reminders(workshop)
    for wave in workshop.waves:
        for reminder, due in zip(wave.reminders, workshop.wave_reminders_at(wave), strict=True):
            if into_working_hours(due) >= workshop.wave_closes_at(wave):
                raise ValueError(
                    f"expected a working day between reminder {reminder!r} of wave {wave.id!r} and its close: at the "
                    "weekend no reminders are sent. Make open_for longer, or remind earlier"
                )


def _check_reminders(workshop: Workshop) -> None:
    """Each reminder must have a run of `send_reminders` to itself: before the next one is due, and before the start.

    Of several that are due only the latest is sent, and none once the workshop has begun.
    """
    first, last = REMINDERS_GO_OUT
    moments = workshop.reminders_at()
    nexts = zip(workshop.reminders[1:], moments[1:], strict=True)
    for reminder, due in zip(workshop.reminders, moments, strict=True):
        if next_reminder_run(due) >= workshop.begins_at:
            raise ValueError(
                f"expected reminders of {24 - last.hour} hours or more, got {reminder!r}: none are sent after "
                f"{last:%H:%M}, and the first day begins at midnight"
            )
    for reminder, due, (next, next_due) in zip(workshop.reminders, moments, nexts, strict=False):
        if next_reminder_run(due) >= next_due:
            raise ValueError(
                f"expected reminder {reminder!r} to be sent before {next!r} falls due, but reminders go out from "
                f"{first:%H:%M} to {last:%H:%M} only and both would wait for the same morning. Leave one of them out"
            )
