"""Mistakes in a workshop's file or draft: where each one is, what is wrong, and what was expected."""

from enum import StrEnum

from msgspec import Struct


class Wrong(StrEnum):
    """The kind of a mistake. Pages have a text for each kind, in the reader's language."""

    MISSING = "missing"
    UNKNOWN_FIELD = "unknown_field"
    NOT_OF_THAT_TYPE = "not_of_that_type"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DAY = "not_a_day"
    NOT_A_CHOICE = "not_a_choice"
    NOT_ONE_LINE = "not_one_line"
    NOT_AN_ID = "not_an_id"
    NOT_AN_ADDRESS = "not_an_address"
    NOT_A_WEB_ADDRESS = "not_a_web_address"
    NOT_A_PHONE = "not_a_phone"
    NOT_A_TIME = "not_a_time"
    NOT_A_DURATION = "not_a_duration"
    NOT_A_COLOUR = "not_a_colour"
    NOT_A_DIGEST = "not_a_digest"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    TWICE = "twice"
    TAKEN = "taken"
    LAST_DAY_BEFORE_FIRST = "last_day_before_first"
    HOURS_NOT_FOR_EACH_DAY = "hours_not_for_each_day"
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"
    CLOSES_BEFORE_IT_OPENS = "closes_before_it_opens"
    CLOSES_AFTER_THE_START = "closes_after_the_start"
    REMINDERS = "reminders"
    WAVE_REMINDERS = "wave_reminders"
    WAVE_CLOSES_LATE = "wave_closes_late"
    ERASED_BEFORE_WAVE_CLOSES = "erased_before_wave_closes"
    TOO_MUCH_TEXT = "too_much_text"
    CONDITION = "condition"
    UNREADABLE_COLOUR = "unreadable_colour"
    NO_SUCH_LOGO = "no_such_logo"
    ANOTHER_WORKSHOP = "another_workshop"
    NOBODY_RUNS_IT = "nobody_runs_it"
    TRANSLATES_NOTHING = "translates_nothing"
    CHANGEABLE_AFTER_THE_START = "changeable_after_the_start"
    NOT_OF_A_SURVEY = "not_of_a_survey"


class Mistake(Struct, frozen=True):
    """The value at `path` (such as 'waves.0.after') is wrong.

    `what` says in English what was expected, and `wrong` is the kind of mistake. `limit` is the number that the value
    exceeds or falls short of, or None.
    """

    path: str
    what: str
    wrong: Wrong = Wrong.NOT_OF_THAT_TYPE
    limit: int | None = None
