"""What must be true of what organisers are told: everything once, and no more than five mails an hour one by one.

As in seat_promises.py, the rules are written once more, in another way than in `werkplaats.domain`.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tests.simulation.promises import hold
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.about import AboutEntry, AboutFold
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.workshop import Workshop

_NOT_TOLD = (Happened.ERASED, Happened.CAPACITY_CHANGED, Happened.CALLED_OFF, Happened.MADE_REAL, Happened.MESSAGE_SENT)
_FAILED = (Happened.MAIL_FAILED, Happened.MAIL_BOUNCED)
_CLOCKS_DIFFER = timedelta(seconds=3)
"""More than two clocks can be apart."""


class Notices:
    """The entries of all journals, and which mail tells whom of each."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], Entry] = {}
        self._one_by_one: dict[str, list[datetime]] = {}
        self._told: dict[tuple[str, str, str], str] = {}

    def noted(self, entry: Entry) -> None:
        """An entry was written. Five an hour are told one by one; what failed always is."""
        self._entries[entry.workshop, entry.id] = entry
        if entry.kind in _NOT_TOLD or entry.kind in _FAILED:
            hold(not entry.folded, "only what organisers are told of is folded, and nothing that failed", entry)
        elif not entry.folded:
            earlier = self._one_by_one.setdefault(entry.workshop, [])
            hour = [at for at in earlier if at > entry.at - timedelta(hours=1) + _CLOCKS_DIFFER]
            hold(len(hour) < 5, "organisers are told of five an hour one by one", (entry.id, hour))
            earlier.append(entry.at)

    def queued(self, mail: Mail) -> None:
        """A mail was written. If it tells of entries, they are told to that organiser by no other mail."""
        if isinstance(about := mail.about, AboutEntry):
            entry = self._entries[mail.workshop, about.entry]
            hold(not entry.folded, "an entry is told in one way", (mail.id, entry))
            self._tell(mail, about.organiser, [entry])
        if isinstance(about, AboutFold):
            entries = [
                entry
                for entry in self._entries.values()
                if entry.workshop == mail.workshop and entry.folded and about.first <= entry.version <= about.version
            ]
            hold(sum(about.counts.values()) == len(entries) > 0, "a mail tells how much it tells of", (about, entries))
            waited = mail.created_at - min(entry.at for entry in entries)
            hold(waited > timedelta(minutes=15) - _CLOCKS_DIFFER, "entries are folded for a quarter of an hour", waited)
            self._tell(mail, about.organiser, entries)

    def _tell(self, mail: Mail, organiser: str, entries: Iterable[Entry]) -> None:
        for entry in entries:
            by = self._told.setdefault((entry.workshop, entry.id, organiser), mail.id)
            hold(by == mail.id, "organisers are told of an entry once", (entry.id, organiser, by, mail.id))

    def check_the_end(self, workshops: Iterable[Workshop]) -> None:
        """Each organiser has been told of everything. In no life do the organisers of a workshop change."""
        for workshop in workshops:
            untold = [
                (entry.id, one.email)
                for entry in self._entries.values()
                if entry.workshop == workshop.id and entry.kind not in _NOT_TOLD
                for one in workshop.in_charge
                if (entry.workshop, entry.id, one.email) not in self._told
            ]
            hold(not untold, "organisers are told of everything", untold)
