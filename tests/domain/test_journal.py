"""The journal: which words it is kept in, and that an entry is to be told until somebody was."""

from tests.samples import NOW
from werkplaats.domain.journal import Entry, Happened


def test_an_entry_is_to_be_told_until_somebody_was() -> None:
    """Whoever writes one without saying so leaves it to the schedule, which tells organisers of it."""
    entry = Entry(id="e", workshop="proef", kind=Happened.SIGNED_UP, at=NOW, version=7)
    assert not entry.notified
    assert (entry.registration, entry.mail, entry.detail) == (None, None, "")


def test_what_happened_is_stored_under_its_own_name() -> None:
    """The names stand in the store and in the ids of entries, so they must stay as they are."""
    assert all(happened.value == happened.name.lower() for happened in Happened)
