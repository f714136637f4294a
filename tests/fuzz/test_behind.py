"""Any request to a function without pages is answered, and none that is malformed is to be sent again.

Eventarc sends an event again until it is answered with 2xx. So an event that is of no use to us is answered with 200
(triggers.py). What no program can read as an event is answered with 400: it does not come from Eventarc.
"""

from tests.fuzz.amounts import amounts, explore
from tests.fuzz.made_events import calls, events, reports
from tests.fuzz.promises import check
from tests.fuzz.world import World


@amounts
def test_functions_that_eventarc_calls_hold_out(world: World, amount: int) -> None:
    """Events with headers, types, documents and bodies that are missing, wrong, cut off or huge."""
    explore(amount, 0.15, events(), lambda sent: check(world, sent))


@amounts
def test_functions_that_the_scheduler_calls_hold_out(world: World, amount: int) -> None:
    """Only a POST does anything, whatever else it has."""
    explore(amount, 0.05, calls(), lambda sent: check(world, sent))


@amounts
def test_the_webhook_holds_out(world: World, amount: int) -> None:
    """Reports of the mail provider that are unsigned, unreadable, or about anything."""
    explore(amount, 0.1, reports(), lambda sent: check(world, sent))
