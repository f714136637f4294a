"""Any request to a function with pages is answered with a page of ours, and only a POST that is accepted changes
anything."""

from tests.fuzz.amounts import amounts, explore
from tests.fuzz.made import desk_visits, public_visits
from tests.fuzz.promises import check
from tests.fuzz.world import World


@amounts
def test_public_pages_hold_out(world: World, amount: int) -> None:
    """Signing up, one's own page and the survey."""
    explore(amount, 0.35, public_visits, lambda sent: check(world, sent))


@amounts
def test_the_desk_holds_out(world: World, amount: int) -> None:
    """The desk, in every role and in none."""
    explore(amount, 0.35, desk_visits, lambda sent: check(world, sent))
