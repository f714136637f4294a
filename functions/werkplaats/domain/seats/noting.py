"""What organisers write about somebody: notes and labels. All of it is erased together with the person."""

from msgspec.structs import replace

from werkplaats.domain.journal import Happened
from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.commands import Done, Outcome, Refusal, Refused, SetLabels, WriteNote
from werkplaats.domain.seats.draft import Draft

LONGEST_NOTE = 2_000
"""The most characters of a note."""

MOST_REMARKS = 100
"""The most remarks about one person, so that the record stays small."""

MOST_LABELS = 5
LONGEST_LABEL = 30
"""The most labels of one person, and the most characters of each."""


def write_note(command: WriteNote, registration: Registration, draft: Draft) -> Outcome:
    """Keep the note. It is refused if it is blank or too long, or if there are too many already."""
    text = command.text.strip()
    if not 0 < len(text) <= LONGEST_NOTE or len(registration.remarks) >= MOST_REMARKS:
        return Refused(Refusal.UNFIT, registration)
    registration = draft.remark(registration, text, command.by)
    draft.note(Happened.NOTED, registration.id, "", command.by)
    return Done(registration)


def has_note(command: WriteNote, registration: Registration) -> bool:
    """Whether the same person has written the same before."""
    return any((one.text, one.by) == (command.text.strip(), command.by) for one in registration.remarks)


def set_labels(command: SetLabels, registration: Registration, draft: Draft) -> Outcome:
    """Give `registration` exactly these labels. It is refused if there are too many, or one is too long."""
    labels = tidy_labels(command.labels)
    if len(labels) > MOST_LABELS or any(len(one) > LONGEST_LABEL for one in labels):
        return Refused(Refusal.UNFIT, registration)
    if labels == registration.labels:
        return Done(registration)
    registration = replace(registration, labels=labels, details_version=draft.version)
    draft.keep(registration)
    draft.note(Happened.LABELLED, registration.id, "", command.by)
    return Done(registration)


def has_labels(command: SetLabels, registration: Registration) -> bool:
    return registration.labels == tidy_labels(command.labels)


def tidy_labels(labels: tuple[str, ...]) -> tuple[str, ...]:
    """`labels` without blanks around them, and each once. Case makes no difference between them."""
    named: dict[str, str] = {}
    for label in labels:
        if tidy := " ".join(label.split()):
            named.setdefault(tidy.casefold(), tidy)
    return tuple(named.values())
