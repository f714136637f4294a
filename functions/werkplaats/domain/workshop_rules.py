"""The rules that a workshop must keep to be published, in addition to the types of its fields."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from werkplaats.domain.colours import check_readable
from werkplaats.domain.mistakes import Mistake, Wrong
from werkplaats.domain.questions import (
    OF_SIGN_UP_ONLY,
    Question,
    Questions,
    check_condition,
    check_distinct,
    check_length,
    need_distinct,
)
from werkplaats.domain.times import REMINDERS_GO_OUT, into_working_hours, next_reminder_run, parse_days, parse_duration
from werkplaats.domain.translations import QuestionTexts, unknown
from werkplaats.domain.workshop import LONGEST_FOLLOW_UP, Wave, Workshop
from werkplaats.domain.workshop_parts import Hours

EARLIEST_YEAR, LATEST_YEAR = 2000, 2200
"""The years that the days of a workshop can be in."""

TAKEN_IDS = frozenset({"inloggen", "nieuw", "uitloggen"})
"""Words that addresses of the desk have where a workshop's id would be, so no workshop can have them as its id."""


def mistakes(workshop: Workshop) -> tuple[Mistake, ...]:
    """A mistake for every rule that `workshop` breaks, in the order of the rules. Empty if it can be published.

    If a length such as '90 days' cannot be read, only such mistakes are returned, because other rules need the lengths.
    """
    found = tuple(_broken(_lengths(workshop)))
    return found or tuple(_broken(_rules(workshop)))


Rule = tuple[str, Wrong, Callable[[], object]]
"""The path of a field, what is wrong if the rule is broken, and a check that raises ValueError, which says what was
expected.
"""


def _broken(rules: Iterator[Rule]) -> Iterator[Mistake]:
    for path, wrong, check in rules:
        try:
            check()
        except ValueError as error:
            yield Mistake(path, str(error), wrong)


def _lengths(workshop: Workshop) -> Iterator[Rule]:
    for path, day in _days(workshop):
        yield path, Wrong.NOT_A_DAY, partial(_check_year, day)
    for path, check in _durations(workshop):
        yield path, Wrong.NOT_A_DURATION, check


def _days(workshop: Workshop) -> Iterator[tuple[str, date]]:
    yield "first_day", workshop.first_day
    yield "last_day", workshop.last_day
    yield "sign_up.opens", workshop.sign_up.opens
    yield "sign_up.closes", workshop.sign_up.closes
    for number, question in enumerate(workshop.questions):
        if question.changeable_until is not None:
            yield f"questions.{number}.changeable_until", question.changeable_until


def _check_year(day: date) -> None:
    """Days are counted on from, and a calendar has no day before the year 1 or after 9999."""
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise ValueError(f"expected a year from {EARLIEST_YEAR} to {LATEST_YEAR}, got {day.year}")


def _durations(workshop: Workshop) -> Iterator[tuple[str, Callable[[], object]]]:
    yield "promotion.within", partial(parse_duration, workshop.promotion.within)
    yield "privacy.erase_registrations_after", partial(parse_days, workshop.privacy.erase_registrations_after)
    for number, reminder in enumerate(workshop.reminders):
        yield f"reminders.{number}", partial(parse_duration, reminder)
    for number, wave in enumerate(workshop.waves):
        yield f"waves.{number}.after", partial(parse_days, wave.after)
        yield f"waves.{number}.open_for", partial(parse_days, wave.open_for)
        for which, reminder in enumerate(wave.reminders):
            yield f"waves.{number}.reminders.{which}", partial(parse_days, reminder)
        yield from _durations_of(wave.questions, f"waves.{number}.questions")
    yield from _durations_of(workshop.questions, "questions")


def _durations_of(questions: Questions, path: str) -> Iterator[tuple[str, Callable[[], object]]]:
    for number, question in enumerate(questions):
        if question.erase_after is not None:
            yield f"{path}.{number}.erase_after", partial(parse_days, question.erase_after)


def _rules(workshop: Workshop) -> Iterator[Rule]:
    addresses = [organiser.email.casefold() for organiser in workshop.organisers]
    yield "id", Wrong.TAKEN, partial(_check_id, workshop)
    yield "last_day", Wrong.LAST_DAY_BEFORE_FIRST, partial(_check_days, workshop)
    yield "days", Wrong.HOURS_NOT_FOR_EACH_DAY, partial(_check_hours, workshop)
    for number, hours in enumerate(workshop.days):
        yield f"days.{number}.ends", Wrong.ENDS_BEFORE_IT_BEGINS, partial(_check_order, hours)
    yield "sign_up.closes", Wrong.CLOSES_BEFORE_IT_OPENS, partial(_check_window, workshop)
    yield "sign_up.closes", Wrong.CLOSES_AFTER_THE_START, partial(_check_sign_up, workshop)
    yield "organisers", Wrong.TWICE, partial(need_distinct, addresses, "organiser's email")
    yield "organisers", Wrong.NOBODY_RUNS_IT, partial(_check_in_charge, workshop)
    yield from _rules_of_form(workshop.questions, "questions")
    for number, question in enumerate(workshop.questions):
        check = partial(_check_changeable, workshop, question)
        yield f"questions.{number}.changeable_until", Wrong.CHANGEABLE_AFTER_THE_START, check
    yield "reminders", Wrong.REMINDERS, partial(_check_reminders, workshop)
    if workshop.organisation.colour:
        yield "organisation.colour", Wrong.UNREADABLE_COLOUR, partial(check_readable, workshop.organisation.colour)
    yield "waves", Wrong.TWICE, partial(need_distinct, [wave.id for wave in workshop.waves], "wave's id")
    for number, wave in enumerate(workshop.waves):
        path = f"waves.{number}"
        yield f"{path}.reminders", Wrong.WAVE_REMINDERS, partial(_check_wave_reminders, workshop, wave)
        yield from _rules_of_form(wave.questions, f"{path}.questions")
        yield from _rules_of_survey(wave.questions, f"{path}.questions")
        yield f"{path}.after", Wrong.WAVE_CLOSES_LATE, partial(_check_closing, wave)
        erasure = partial(_check_erasure, workshop, wave)
        yield "privacy.erase_registrations_after", Wrong.ERASED_BEFORE_WAVE_CLOSES, erasure
    for path in _untranslatable(workshop):
        yield path, Wrong.TRANSLATES_NOTHING, partial(_refuse_translation, path)


def _rules_of_form(questions: Questions, path: str) -> Iterator[Rule]:
    yield path, Wrong.TWICE, partial(check_distinct, questions)
    yield path, Wrong.TOO_MUCH_TEXT, partial(check_length, questions)
    for number, question in enumerate(questions):
        yield f"{path}.{number}.only_if", Wrong.CONDITION, partial(check_condition, question, questions[:number])


def _rules_of_survey(questions: Questions, path: str) -> Iterator[Rule]:
    for number, question in enumerate(questions):
        for name in OF_SIGN_UP_ONLY:
            yield f"{path}.{number}.{name}", Wrong.NOT_OF_A_SURVEY, partial(_check_absent, question, name)


def _untranslatable(workshop: Workshop) -> Iterator[str]:
    """The paths of translations of what `workshop` does not have: a question, an option or a wave."""
    for language in workshop.translations.__struct_fields__:
        texts = workshop.translations.into(language)
        if texts is None:
            continue
        yield from _unknown_questions(workshop.questions, texts.questions, f"translations.{language}.questions")
        for id, said in texts.waves.items():
            path, wave = f"translations.{language}.waves.{id}", workshop.wave(id)
            if wave is None:
                yield path
            else:
                yield from _unknown_questions(wave.questions, said.questions, f"{path}.questions")


def _unknown_questions(questions: Questions, texts: dict[str, QuestionTexts], path: str) -> Iterator[str]:
    return (f"{path}.{inside}" for inside in unknown(questions, texts))


def _refuse_translation(path: str) -> None:
    raise ValueError(
        f"expected a translation of what the workshop has, and it has no {path.rpartition('.')[2]!r} there"
    )


def _check_id(workshop: Workshop) -> None:
    if workshop.id in TAKEN_IDS:
        raise ValueError(f"expected another word than {workshop.id!r}, which is an address of the desk")


def _check_in_charge(workshop: Workshop) -> None:
    if not workshop.in_charge:
        raise ValueError("expected somebody whose role is organiser: nobody else is told what happens")


def _check_days(workshop: Workshop) -> None:
    if workshop.last_day < workshop.first_day:
        raise ValueError(f"expected last_day on or after first_day {workshop.first_day}, got {workshop.last_day}")


def _check_hours(workshop: Workshop) -> None:
    there_are = (workshop.last_day - workshop.first_day).days + 1
    if workshop.days and len(workshop.days) != there_are > 0:
        raise ValueError(f"expected hours for each of the {there_are} days, or for none, got {len(workshop.days)}")


def _check_order(hours: Hours) -> None:
    if hours.ends <= hours.begins:
        raise ValueError(f"expected ends to be later than begins {hours.begins}, got {hours.ends}")


def _check_window(workshop: Workshop) -> None:
    window = workshop.sign_up
    if window.closes < window.opens:
        raise ValueError(f"expected sign_up.closes on or after sign_up.opens, got {window.closes}")


def _check_sign_up(workshop: Workshop) -> None:
    window = workshop.sign_up
    if window.closes >= workshop.first_day:
        raise ValueError(f"expected sign_up.closes before first_day {workshop.first_day}, got {window.closes}")


def _check_changeable(workshop: Workshop, question: Question) -> None:
    until = question.changeable_until
    if until is not None and until >= workshop.first_day:
        raise ValueError(f"expected changeable_until before first_day {workshop.first_day}, got {until}")


def _check_absent(question: Question, name: str) -> None:
    if getattr(question, name):
        raise ValueError(f"expected no {name}, which only a question of the sign-up form can have")


def _check_closing(wave: Wave) -> None:
    if parse_days(wave.after) + parse_days(wave.open_for) > LONGEST_FOLLOW_UP:
        raise ValueError(
            f"expected wave {wave.id!r} to close within {LONGEST_FOLLOW_UP.days} days after the last day, "
            f"got {wave.after!r} and {wave.open_for!r}"
        )


def _check_erasure(workshop: Workshop, wave: Wave) -> None:
    if workshop.wave_closes_at(wave) > workshop.erase_registrations_at():
        raise ValueError(
            f"expected privacy.erase_registrations_after to be later than wave {wave.id!r} closes, "
            f"got {workshop.privacy.erase_registrations_after!r}; make it longer, or leave out the wave"
        )


def _check_wave_reminders(workshop: Workshop, wave: Wave) -> None:
    days = [*map(parse_days, wave.reminders), parse_days(wave.open_for)]
    if days != sorted(set(days)):
        raise ValueError("expected reminders one after the other and before open_for is over")
    for reminder, due in zip(wave.reminders, workshop.wave_reminders_at(wave), strict=True):
        if into_working_hours(due) >= workshop.wave_closes_at(wave):
            raise ValueError(
                f"expected a working day between reminder {reminder!r} of wave {wave.id!r} and its close: at the "
                "weekend no reminders are sent. Make open_for longer, or remind earlier"
            )


def _check_reminders(workshop: Workshop) -> None:
    """Raise ValueError unless `send_reminders` runs for each reminder before the next one is due and before the start.

    Otherwise a reminder would never be sent: if several are due, only the latest is sent, and none is sent once the
    workshop has begun.
    """
    before = [parse_duration(reminder) for reminder in workshop.reminders]
    if before != sorted(set(before), reverse=True):
        raise ValueError("expected reminders from the earliest to the latest, such as '7 days', '1 day'")
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
