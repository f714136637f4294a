"""Asking for the link to one's registration."""

from datetime import timedelta

from tests.samples import NOW, World, sign_up, workshop
from werkplaats.domain.seats.commands import (
    Done,
    RequestLink,
)


def test_the_link_is_mailed_within_limits(world: World) -> None:
    """The link is mailed at most three times in an hour and six times in a day."""
    for number in range(5):
        world.do(RequestLink(mailbox="m1", address="m1", submission=f"s{number}"))
    assert world.kinds("r1").count("link") == 3
    for hour in range(1, 5):
        world.now = NOW + timedelta(hours=2 * hour)
        world.do(RequestLink(mailbox="m1", address="m1", submission=f"h{hour}"))
    assert world.kinds("r1").count("link") == 6
    world.now = NOW + timedelta(days=2)
    world.do(RequestLink(mailbox="m1", address="m1", submission="next"))
    assert world.kinds("r1").count("link") == 7


def test_the_same_request_for_the_link_mails_it_once(world: World) -> None:
    """A request that is sent twice, such as by a double click, mails the link once."""
    world.do(RequestLink(mailbox="m1", address="m1", submission="s"))
    world.do(RequestLink(mailbox="m1", address="m1", submission="s"))
    assert world.kinds("r1").count("link") == 1


def test_an_unknown_mailbox_is_no_news() -> None:
    """A request for an unknown mailbox succeeds and writes nothing."""
    world = World(workshop())
    assert world.do(RequestLink(mailbox="nobody", address="nobody", submission="s")) == Done()
    assert world.ledger.version == 0


def test_the_limits_on_links_are_of_the_last_hour_and_the_last_24() -> None:
    """A request counts for exactly one hour and 24 hours."""
    world = World(workshop())
    world.do(sign_up(1))

    def mailed(after: timedelta, submission: str) -> bool:
        before = world.kinds("r1").count("link")
        world.now = NOW + after
        world.do(RequestLink(mailbox="m1", address="m1", submission=submission))
        return world.kinds("r1").count("link") > before

    instant = timedelta(microseconds=1)
    assert [mailed(timedelta(), f"a{number}") for number in range(3)] == [True] * 3
    assert not mailed(timedelta(hours=1) - instant, "b0")
    assert [mailed(timedelta(hours=1), f"b{number}") for number in range(3)] == [True] * 3
    assert not mailed(timedelta(hours=24) - instant, "c")
    assert mailed(timedelta(hours=24), "c")
    assert [request.submission for request in world.registrations["r1"].link_requests] == ["b0", "b1", "b2", "c"]
