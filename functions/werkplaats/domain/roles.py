"""Who may do what at the desk: the roles of a workshop's people, and what each permits.

`PERMITTED` is the one table of it. Every page of the desk names the permission it needs, and whoever asks for it must
have a role in that very workshop that permits it.
"""

from enum import Enum, StrEnum


class Role(StrEnum):
    """What somebody is in one workshop."""

    ORGANISER = "organiser"
    """Does everything, and gets the notices of what happens."""

    ASSISTANT = "assistant"
    """Helps people who signed up, and notes who is there."""

    FACILITATOR = "facilitator"
    """Reads what people wrote about their own work, to prepare. Sees no addresses."""

    READER = "reader"
    """Reads numbers and results. Sees nobody's name."""


class Permission(Enum):
    """One thing that can be done with a workshop at the desk."""

    READ_NUMBERS = "read_numbers"
    READ_RESULTS = "read_results"
    READ_PEOPLE = "read_people"
    CHANGE_PEOPLE = "change_people"
    ATTENDANCE = "attendance"
    READ_OPGAVE = "read_opgave"
    EDIT_WORKSHOP = "edit_workshop"


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
