"""Turns of processes that change the seats of one workshop at the same time.

Of several processes that have read the same ledger, one commits. The others have worked in vain and must decide again.
And the one that has committed is the first to know the new ledger, so if it began again at once, it would come first
again and again. Therefore processes take turns. They do not talk to each other: the ledger itself says whose turn it
is. Its `turns` are the ids of the processes that committed last, the latest at the end. A process that commits puts its
own id at the end, in the commit that it makes anyway. The one at the front has waited longest, and is next.

    turns in the ledger     A B C        B C A        C A B        A B C
    process A               commits ···················|·············commits
    process B               ··looks··looks·commits ····|························
    process C               ························looks·commits ··············

- After its commit a process waits until all that stand before it have committed. It looks at the ledger about when it
  expects that, and then often, so that little time is lost between two commits. Meanwhile its visitors gather, and the
  next group is the larger. What it read at its last look is what it decides on.
- If the next one does not come (it has nothing to do, or has ended), the one behind it passes it over, and removes its
  id. So a process that is alone is soon alone in `turns` too, and then it never waits.
- A process that stands in `turns` and loses a round tries again at once. One that does not, a newcomer, comes between
  two others: it looks until somebody has committed, and begins when the next one does. Then its chance is as good.
- The time that a turn takes is learned from what was seen. It is doubled if a process comes back that was passed over:
  its groups are larger, and take longer, than one's own. After a quiet time it is learned anew.

All this only saves time and makes waits even. If it goes wrong, for instance because two processes have drawn the same
id, rounds are lost, and nothing else: each commit is still guarded by the revision of the ledger it was decided on.

`tests/workflows/seats/rush.py` tries it out in a model. docs/decisions/0001 says what else was tried.
"""

from msgspec import Struct
from msgspec.structs import replace

from werkplaats.domain.seats.ledger import Ledger
from werkplaats.store import Store, StoreUnavailableError
from werkplaats.store.seats import LedgerRead
from werkplaats.workflows.surroundings import Surroundings

LONGEST_PAUSE = 1.0
"""The longest time that a process waits for others after its commit, or after a lost round, in seconds."""

PATIENCE = 3.0
"""After this many times the duration of a turn without a commit, the process whose turn it is, is passed over."""

MOST_IN_TURNS = 8
"""The most processes that take turns. If there are more, those that committed longest ago come as newcomers."""

_FIRST_LOOK = 0.8
"""When a process first looks at the ledger, as a part of the time after which it expects its turn."""

_LOOKS = 8
"""How many times it looks at the ledger in the time that one turn takes."""

_SHORTEST_PAUSE = 0.001
"""The shortest time between two looks, in seconds."""

_LEARNED = 0.3
"""How much the turn that was seen last weighs in what is expected, from 0 to 1."""


class OwnCommit(Struct, frozen=True):
    """A commit of this process: the ledger as it has `written` it, and when it `ended` by the clock's `elapsed`.

    `seconds` is how long the last round took.
    """

    written: LedgerRead
    ended: float
    seconds: float


class Turn:
    """The turns of this process, whose id is `process`, at the seats of one workshop.

    Only the thread that leads waits. Other threads may commit at the same time. At worst that misleads it about whose
    turn it is.
    """

    def __init__(self, store: Store, surroundings: Surroundings, workshop: str, process: str) -> None:
        self._store = store
        self._clock = surroundings.clock
        self._waiting = surroundings.waiting
        self._workshop = workshop
        self._process = process
        self._last: OwnCommit | None = None
        self._learned = 0.0
        self._passed_over: frozenset[str] = frozenset()
        self._missing: frozenset[str] = frozenset()

    def wait(self) -> LedgerRead | None:
        """Wait until it is the turn of this process, or the others have had their time.

        Returns the ledger as it was read last, or None if there was no need to read it.
        """
        last = self._last
        if last is None or not self._others(last.written):
            return None
        stop_at = last.ended + LONGEST_PAUSE
        is_rush = self._clock.elapsed() < stop_at
        if not is_rush:
            self._learned = 0.0
        turn, others = max(last.seconds, self._learned), self._others(last.written)
        version, moved = last.written.ledger.version, last.ended
        self._sleep_until(min(stop_at, last.ended + _FIRST_LOOK * others * turn))
        while (seen := self._look()) is not None:
            now = self._clock.elapsed()
            if seen.ledger.version > version:
                version, moved = seen.ledger.version, now
            ahead = self._ahead(seen)
            if not ahead:
                self._learn(last, seen, others)
                return seen
            if now >= min(stop_at, moved + PATIENCE * turn * len(ahead)):
                self._passed_over = ahead
                if is_rush:
                    self._missing |= ahead
                return seen
            self._sleep_until(min(stop_at, now + max(_SHORTEST_PAUSE, turn / _LOOKS)))
        return None

    def after_loss(self, seconds: float) -> LedgerRead | None:
        """The ledger to decide on after a round of `seconds` was lost; None if it could not be read.

        If others take turns and this process is not among them yet, it waits until the next of them has committed.
        """
        lost_at, seen = self._clock.elapsed(), self._look()
        if seen is None or self._process in seen.ledger.turns or len(seen.ledger.turns) < 2:
            return seen
        stop_at, version = lost_at + min(LONGEST_PAUSE, PATIENCE * seconds), seen.ledger.version
        while seen is not None and seen.ledger.version == version and self._clock.elapsed() < stop_at:
            self._waiting.sleep(max(_SHORTEST_PAUSE, seconds / _LOOKS))
            seen = self._look()
        return seen

    def signed(self, ledger: Ledger) -> Ledger:
        """`ledger` as this process commits it: with its id as the last, and without those that it has passed over."""
        others = [one for one in ledger.turns if one != self._process and one not in self._passed_over]
        return replace(ledger, turns=(*others[1 - MOST_IN_TURNS :], self._process))

    def committed(self, written: LedgerRead, seconds: float) -> None:
        """Note that this process has just committed `written`, in a round of `seconds`."""
        self._last = OwnCommit(written, self._clock.elapsed(), seconds)
        self._passed_over = frozenset()
        if self._missing.intersection(written.ledger.turns):
            self._learned = min(2 * max(self._learned, seconds), LONGEST_PAUSE / PATIENCE)
            self._missing = frozenset()

    def _others(self, read: LedgerRead) -> int:
        """How many other processes take turns."""
        return sum(one != self._process for one in read.ledger.turns)

    def _ahead(self, read: LedgerRead) -> frozenset[str]:
        """Those whose last commit was before that of this process; none if this process was itself passed over."""
        turns = read.ledger.turns
        return frozenset(turns[: turns.index(self._process)] if self._process in turns else ())

    def _learn(self, last: OwnCommit, seen: LedgerRead, others: int) -> None:
        """Take into account how long the turns of `others` took, by the database's clock."""
        took = (seen.revision - last.written.revision) / 1e9
        if 0 < took < LONGEST_PAUSE:
            self._learned += _LEARNED * (took / others - self._learned)

    def _look(self) -> LedgerRead | None:
        try:
            return self._store.seats.newest_ledger(self._workshop)
        except StoreUnavailableError:
            return None  # the next round will find that out as well, and says so

    def _sleep_until(self, moment: float) -> None:
        if (pause := moment - self._clock.elapsed()) > 0:
            self._waiting.sleep(pause)
