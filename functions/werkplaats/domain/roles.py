"""The roles that people have in a workshop, and what each role permits.

The table `PERMITTED` is the only place that decides this. Every page of the desk names the permission that it needs,
and is shown to people whose role in that workshop has it.
"""

from enum import Enum, StrEnum


class Role(StrEnum):
    """The role of a person in one workshop."""

    ORGANISER = "organiser"
    """May do everything, and gets notices by mail."""

    ASSISTANT = "assistant"
    """Helps people who signed up, and records attendance."""

    FACILITATOR = "facilitator"
    """Reads what people wrote about their own work, to prepare for the days. Sees no addresses."""

    READER = "reader"
    """Reads numbers and results. Sees no names."""


class Permission(Enum):
    """Something that a role may do with a workshop at the desk."""

    READ_NUMBERS = "read_numbers"
    READ_RESULTS = "read_results"
    READ_PEOPLE = "read_people"
    CHANGE_PEOPLE = "change_people"
    ATTENDANCE = "attendance"
    READ_OPGAVE = "read_opgave"
    EDIT_WORKSHOP = "edit_workshop"
    SEND_MESSAGES = "send_messages"


PERMITTED: dict[Role, frozenset[Permission]] = {
    Role.ORGANISER: frozenset(Permission),
    Role.ASSISTANT: frozenset(
        {
            Permission.READ_NUMBERS,
            Permission.READ_PEOPLE,
            Permission.CHANGE_PEOPLE,
            Permission.ATTENDANCE,
            Permission.READ_OPGAVE,
        }
    ),
    Role.FACILITATOR: frozenset({Permission.READ_NUMBERS, Permission.READ_OPGAVE}),
    Role.READER: frozenset({Permission.READ_NUMBERS, Permission.READ_RESULTS}),
}
