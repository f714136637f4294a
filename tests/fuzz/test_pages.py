"""Any request to a function with pages is answered with a page of ours, and only a POST that is accepted changes
anything."""

from tests.fuzz.amounts import amounts, explore
from tests.fuzz.made import visits
from tests.fuzz.promises import check
from tests.fuzz.world import World


@amounts
def test_pages_hold_out(world: World, amount: int) -> None:
    """Signing up, one's own page, the survey, and the desk in every role and in none."""
    explore(amount, 0.56, visits(), lambda sent: check(world, sent))


@amounts
def test_pages_hold_out_on_the_emulator(real_world: World, amount: int) -> None:
    """The same on Firestore's emulator: fewer, since each takes longer."""
    explore(amount, 0.02, visits(), lambda sent: check(real_world, sent))
