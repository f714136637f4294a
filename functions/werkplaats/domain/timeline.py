"""What will happen in a workshop by itself, and when: what is sent, what opens and closes, what is erased."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from werkplaats.domain.reminding import not_placed_from
from werkplaats.domain.times import end_of, into_working_hours, next_reminder_run, start_of
from werkplaats.domain.workshop import Workshop


class Planned(StrEnum):
    """What happens."""

    SIGN_UP_OPENS = "sign_up_opens"
    SIGN_UP_CLOSES = "sign_up_closes"
    REMINDER = "reminder"
    BEGINS = "begins"
    NOT_PLACED = "not_placed"
    WAVE_SENT = "wave_sent"
    WAVE_REMINDER = "wave_reminder"
    WAVE_CLOSES = "wave_closes"
    ANSWER_ERASED = "answer_erased"
    REGISTRATIONS_ERASED = "registrations_erased"
    RESULTS_ERASED = "results_erased"


class Coming(Struct, frozen=True):
    """Something that happens `at` that time (UTC). `about` is the title of the wave, or the label of the question."""

    at: datetime
    what: Planned
    about: str = ""


def timeline(workshop: Workshop, now: datetime) -> tuple[Coming, ...]:
    """Everything that is planned after `now` (UTC), in order, if nobody changes the workshop.

    Mails are planned for when the schedules send them: by day, and reminders of surveys on working days.
    """
    planned = [*_erasures(workshop)]
    if workshop.called_off is None:
        planned += [*_sign_up(workshop), *_before(workshop), *_waves(workshop)]
    return tuple(sorted((one for one in planned if one.at > now), key=lambda one: one.at))


def _sign_up(workshop: Workshop) -> Iterator[Coming]:
    """Nothing if it was closed by hand. If it was opened by hand, it closes when the workshop begins."""
    window = workshop.sign_up
    if window.by_hand is None:
        yield Coming(start_of(window.opens), Planned.SIGN_UP_OPENS)
        yield Coming(end_of(window.closes), Planned.SIGN_UP_CLOSES)
    elif window.by_hand == "open":
        yield Coming(workshop.begins_at, Planned.SIGN_UP_CLOSES)


def _before(workshop: Workshop) -> Iterator[Coming]:
    for at in workshop.reminders_at():
        yield Coming(next_reminder_run(at), Planned.REMINDER)
    yield Coming(workshop.begins_at, Planned.BEGINS)
    yield Coming(not_placed_from(workshop), Planned.NOT_PLACED)


def _waves(workshop: Workshop) -> Iterator[Coming]:
    for wave in workshop.waves:
        closes = workshop.wave_closes_at(wave)
        yield Coming(workshop.wave_opens_at(wave), Planned.WAVE_SENT, wave.title)
        for at in workshop.wave_reminders_at(wave):
            if (sent := into_working_hours(at)) < closes:
                yield Coming(sent, Planned.WAVE_REMINDER, wave.title)
        yield Coming(closes, Planned.WAVE_CLOSES, wave.title)


def _erasures(workshop: Workshop) -> Iterator[Coming]:
    for question in workshop.questions:
        if (at := workshop.erase_answer_at(question)) is not None:
            yield Coming(at, Planned.ANSWER_ERASED, question.label)
    yield Coming(workshop.erase_registrations_at(), Planned.REGISTRATIONS_ERASED)
    if workshop.waves:
        yield Coming(workshop.erase_results_at(), Planned.RESULTS_ERASED)
