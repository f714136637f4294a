"""A script signs up sixty made-up people in ten minutes; people who come meanwhile keep what they confirm."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from local.testing import running_system
from tests.journeys.visitor import WORKSHOP, Visitor, links

pytestmark = pytest.mark.xdist_group("journey")

MADE_UP = 60
RECEIVED = f"/werkplaats/{WORKSHOP}/ontvangen"
SEATS = 24


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_system() as system:
        yield system.url


@pytest.mark.long
def test_a_script_gets_few_seats_and_keeps_none_of_the_others(url: str) -> None:
    """Sixty made-up people in ten minutes end with at most six seats whose address nobody confirmed.

    Two real people come in the middle of it. One gets a seat and one a place in line. Both confirm from their mails,
    and once the holds of the others have ended, a seat is offered to the second.
    """
    visitor = Visitor(url)
    told = []
    for number in range(MADE_UP):
        told.append(visitor.sign_up(number))
        if number in (10, 40):
            assert visitor.sign_up(1_000 + number) == RECEIVED
        if number % 6 == 5:
            visitor.clock(advance_seconds=55)
    assert sum(path != RECEIVED for path in told) <= 6
    visitor.settle()
    real = [confirm(visitor, 1_010), confirm(visitor, 1_040)]
    assert visitor.standing(real[0]) == ("confirmed", None)
    assert visitor.standing(real[1])[0] == "waitlisted"

    # A hold ends after 24 hours, or in the morning after that: this test runs at any time of the day.
    visitor.clock(advance_seconds=int(timedelta(hours=37).total_seconds()))
    visitor.run("expire_offers")
    visitor.settle()
    made_up = [path_in_mail(visitor, number) for number in range(MADE_UP)]
    states = [
        visitor.standing(path)[0] for path in (*(path for path in told if path != RECEIVED), *filter(None, made_up))
    ]
    assert states.count("confirmed") <= 6
    assert {"confirmed", "expired"} >= set(states)
    assert visitor.standing(real[0]) == ("confirmed", None)
    assert visitor.standing(real[1])[0] == "offered"


def confirm(visitor: Visitor, number: int) -> str:
    """Confirm the address of a person from the mail; returns the address of their page."""
    path = path_in_mail(visitor, number)
    assert path is not None
    assert 'data-held="confirm"' in visitor.get(path).text
    assert visitor.act(path, "confirm").status_code == 303
    return path


def path_in_mail(visitor: Visitor, number: int) -> str | None:
    """The page to which the first mail to a person leads that asks to confirm."""
    for mail in visitor.mails(f"p{number}@example.org"):
        if "confirm_address" in mail["categories"]:
            return links(mail, "/aanmelding/")[0]
    return None
