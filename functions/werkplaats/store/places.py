"""Places on the waitlist, which are counted only if the ledger does not tell them."""

from msgspec import Struct

from werkplaats.domain.registration import FIRST_PRIORITY, PASSED_OVER, Registration, State
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.store import paths
from werkplaats.store.wire import Query, Where, Wire


class Tail(Struct, frozen=True):
    """The unbroken end of a waitlist: everybody with sequence number `first` or more waits.

    That was so at a moment at which `absent` of the sequence numbers belonged to nobody on the waitlist, and people had
    `returned` to it so many times.
    """

    absent: int
    first: int
    returned: int = 0


class Places:
    """Tells places on the waitlist, and remembers the tail of each.

    Sequence numbers are given out in order, never twice, and nobody comes back to the waitlist under an old one, but
    for those whom the ledger counts as `returned`. So of the numbers given out, the number of those that are `absent`
    from the waitlist, which follows from the ledger, never goes down while nobody returns. As long as both stay the
    same nobody has left the waitlist, and all who joined have joined its end: a tail is still a tail. Within a tail the
    place follows from the sequence number, because all absent numbers are below it.

    Whoever gets priority gets one of the numbers below zero, which are given out in order too, and gives up the number
    they had: one more number is absent from then on. So everybody whose place that changes is counted anew.

    Whoever is passed over comes back under their own number. While there are such people, places are counted.

    So when many people join a waitlist that nobody leaves, hardly any place needs to be counted.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._tails: dict[str, Tail] = {}

    def tail(self, workshop: str) -> Tail | None:
        """What is known of the waitlist of `workshop`. Ask for it before you read the ledger that it is used with.

        Otherwise somebody may have left the waitlist after the ledger was read and before the tail was found.
        """
        return self._tails.get(workshop)

    def of(self, registration: Registration, ledger: Ledger, tail: Tail | None) -> int:
        """The place of `registration`, which is on the waitlist, 1 is next. `tail` was known before `ledger` was read.

        It was true at a moment since `ledger` was read.
        """
        if ledger.passed_over:
            return self.count(registration)
        number, absent = registration.number, ledger.given_out - ledger.waitlisted
        if (
            not absent < _rank(number, ledger) <= ledger.given_out
        ):  # the ledger is older than the registration, or is wrong
            return self.count(registration)
        if tail is None or (tail.absent, tail.returned) != (absent, ledger.returned):
            tail = Tail(absent, ledger.next_sequence - 1, ledger.returned)  # the last who joined has nobody behind them
        place = _rank(number, ledger) - absent
        if number < tail.first:
            counted = self.count(registration)
            if counted == place:  # so there is no absent number behind this one
                tail = Tail(absent, number, ledger.returned)
            place = counted
        self._tails[ledger.id] = tail
        return place

    def count(self, registration: Registration) -> int:
        """The place of `registration`, counted by the database, so that no others are read.

        For whoever is passed over, it is the place that is kept for them. It counts everybody with a lower number, also
        those who are passed over too: otherwise everybody in a rush would be told that the first place is theirs.
        """
        before = self._count(registration, Where("sequence", "<", registration.number))
        if registration.is_passed_over:
            first = Where("sequence", ">=", PASSED_OVER + FIRST_PRIORITY)
            before += self._count(registration, first, Where("sequence", "<", registration.sequence))
        return before + 1

    def _count(self, registration: Registration, *which: Where) -> int:
        where = (
            Where("workshop", "==", registration.workshop),
            Where("state", "==", State.WAITLISTED.value),
            *which,
        )
        return self._wire.count(Query(collection=paths.REGISTRATIONS, where=where))


def _rank(number: int, ledger: Ledger) -> int:
    """How many of the sequence numbers that were given out are not above `number`."""
    return number - FIRST_PRIORITY + 1 if number < 0 else ledger.priorities + number
