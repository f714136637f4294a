"""The names under which the journal stores what happened, and when an entry still has to be told."""

from tests.samples import NOW
from werkplaats.domain.journal import Entry, Happened


def test_an_entry_is_to_be_told_until_somebody_was() -> None:
    """A new entry counts as not told yet, so that the schedule tells organisers of it."""
    entry = Entry(id="e", workshop="proef", kind=Happened.SIGNED_UP, at=NOW, version=7)
    assert not entry.notified
    assert (entry.registration, entry.mail, entry.detail) == (None, None, "")


def test_what_happened_is_stored_under_its_own_name() -> None:
    """The stored names are the names in lower case and must not change, because ids of entries have them."""
    assert all(happened.value == happened.name.lower() for happened in Happened)
