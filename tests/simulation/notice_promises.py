"""What must be true of what organisers are told: everything once, and no more than five mails an hour one by one.

As in seat_promises.py, the rules are written once more, in another way than in `werkplaats.domain`.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tests.simulation.promises import hold
from werkplaats.domain import notices
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.about import AboutEntry, AboutFold
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.times import AMSTERDAM
from werkplaats.domain.workshop import Workshop

_NOT_TOLD = (
    Happened.ERASED,
    Happened.ADDRESS_CONFIRMED,
    Happened.REACHABLE,
    Happened.CORRECTED,
    Happened.ADDRESS_ASKED,
    Happened.SENT_AGAIN,
    Happened.NOTED,
    Happened.LABELLED,
    Happened.CAPACITY_CHANGED,
    Happened.CALLED_OFF,
    Happened.MADE_REAL,
    Happened.MARKED,
    Happened.LIST_COMPLETED,
    Happened.LIST_REOPENED,
    Happened.MESSAGE_SENT,
)
_AT_ONCE = (
    Happened.MAIL_FAILED,
    Happened.MAIL_BOUNCED,
    Happened.SAID_ABSENT,
    Happened.BUSY,
    Happened.OFFER_UNDELIVERED,
)
"""What every organiser is told of by itself: what failed, who cannot come while the workshop runs, and a rush."""
_OF_MAILS = (Happened.MAIL_FAILED, Happened.MAIL_BOUNCED)
_CLOCKS_DIFFER = timedelta(seconds=3)
"""More than two clocks can be apart."""


class Notices:
    """The entries of all journals, and which mail tells whom of each."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], Entry] = {}
        self._one_by_one: dict[str, list[datetime]] = {}
        self._too_many: list[tuple[Entry, list[datetime]]] = []
        self._told: dict[tuple[str, str, str], str] = {}
        self._ended_offers: set[tuple[str, str | None]] = set()
        """The mails (workshop and id) that could not be delivered, so that an offer ended."""

    def noted(self, entry: Entry) -> None:
        """An entry was written. Five an hour are told one by one; what failed, or who cannot come, always is."""
        self._entries[entry.workshop, entry.id] = entry
        if entry.kind is Happened.OFFER_UNDELIVERED:
            hold(entry.mail is not None, "an offer ends undelivered because of a mail", entry)
            self._ended_offers.add((entry.workshop, entry.mail))
        if entry.kind in _NOT_TOLD or entry.kind in _AT_ONCE:
            hold(not entry.folded, "only what organisers are told of is folded, and not what is urgent", entry)
        elif not entry.folded:
            earlier = self._one_by_one.setdefault(entry.workshop, [])
            hour = [at for at in earlier if at > entry.at - timedelta(hours=1) + _CLOCKS_DIFFER]
            if len(hour) >= 5:
                self._too_many.append((entry, hour))
            earlier.append(entry.at)

    def queued(self, mail: Mail) -> None:
        """A mail was written. If it tells of entries, they are told to that organiser by no other mail."""
        if isinstance(about := mail.about, AboutEntry):
            entry = self._entries[mail.workshop, about.entry]
            hold(not self._is_told_with_the_offer(entry), "an offer that did not arrive is told of in one mail", entry)
            self._tell(mail, about.organiser, [entry])
        if isinstance(about, AboutFold) and mail.kind is Kind.ORGANISER_DIGEST:
            entries = [
                entry
                for entry in self._entries.values()
                if entry.workshop == mail.workshop
                and entry.kind not in (*_NOT_TOLD, *_AT_ONCE)
                and about.first <= entry.version <= about.version
            ]
            hold(
                sum(about.counts.values()) == len(entries) > 0, "a digest tells how much it tells of", (about, entries)
            )
            first = min(entry.at for entry in entries) - _CLOCKS_DIFFER
            eight = first.astimezone(AMSTERDAM).replace(hour=8, minute=0, second=0, microsecond=0)
            eight = eight if eight > first else (eight + timedelta(days=1))
            hold(mail.created_at > eight - _CLOCKS_DIFFER, "a digest is sent at eight", (mail.created_at, first))
            self._tell(mail, about.organiser, entries)
        elif isinstance(about, AboutFold):
            entries = [
                entry
                for entry in self._entries.values()
                if entry.workshop == mail.workshop and entry.folded and about.first <= entry.version <= about.version
            ]
            hold(sum(about.counts.values()) == len(entries) > 0, "a mail tells how much it tells of", (about, entries))
            waited = mail.created_at - min(entry.at for entry in entries)
            hold(waited > timedelta(minutes=15) - _CLOCKS_DIFFER, "entries are folded for a quarter of an hour", waited)
            self._tell(mail, about.organiser, entries)

    def _is_told_with_the_offer(self, entry: Entry) -> bool:
        """Whether the end of an offer tells of the mail that `entry` is about."""
        return entry.kind in _OF_MAILS and (entry.workshop, entry.mail) in self._ended_offers

    def _tell(self, mail: Mail, organiser: str, entries: Iterable[Entry]) -> None:
        for entry in entries:
            by = self._told.setdefault((entry.workshop, entry.id, organiser), mail.id)
            hold(by == mail.id, "organisers are told of an entry once", (entry.id, organiser, by, mail.id))

    def check_the_end(self, workshops: Iterable[Workshop], now: datetime) -> None:
        """Each organiser has been told of everything as they want it, and in no other way.

        In no life do the organisers of a workshop change, nor what they want. A digest is sent within a day.
        """
        for workshop in workshops:
            many = [one for one in self._too_many if one[0].workshop == workshop.id]
            bundled = any(one.notices is notices.Notices.BUNDLED for one in workshop.in_charge)
            hold(not bundled or not many, "organisers are told of five an hour one by one", many)
            for one in workshop.in_charge:
                entries = [
                    entry
                    for entry in self._entries.values()
                    if entry.workshop == workshop.id and entry.kind not in _NOT_TOLD
                ]
                for entry in entries:
                    by = self._told.get((entry.workshop, entry.id, one.email))
                    waits = one.notices is notices.Notices.DIGEST and entry.at > now - timedelta(hours=26)
                    wants = entry.kind in _AT_ONCE or one.notices is not notices.Notices.NONE
                    wants = wants and not self._is_told_with_the_offer(entry)
                    hold(not wants or by is not None or waits, "organisers are told of everything", (entry, one))
                    if by is not None:
                        hold(self._way(by, entry) in _WAYS[one.notices], "and as they want it", (by, entry, one))

    def _way(self, mail: str, entry: Entry) -> str:
        if entry.kind in _AT_ONCE:
            return "failed"
        digest, fold = (f"{entry.workshop}-{kind.value}-" for kind in (Kind.ORGANISER_DIGEST, Kind.ORGANISER_FOLDED))
        if mail.startswith(digest):
            return "digest"
        return "fold" if mail.startswith(fold) else "folded, at once" if entry.folded else "at once"


_WAYS = {
    notices.Notices.BUNDLED: {"failed", "at once", "fold"},
    notices.Notices.EACH: {"failed", "at once", "folded, at once"},
    notices.Notices.DIGEST: {"failed", "digest"},
    notices.Notices.NONE: {"failed"},
}
