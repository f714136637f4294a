"""Which mails an organiser can send once more."""

import pytest
from msgspec.structs import replace

from tests.samples import NOW
from werkplaats.domain.delivery import Delivery, Event
from werkplaats.domain.history import may_be_sent_again
from werkplaats.domain.mail.about import AboutSeat
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import queue

SEAT = queue(Kind.CONFIRMED, AboutSeat("r1", 3), "proef", NOW)


@pytest.mark.parametrize("event", [Event.BOUNCE, Event.DROPPED, Event.BLOCKED])
def test_what_came_back_can_be_sent_again(event: Event) -> None:
    assert may_be_sent_again(replace(SEAT, state=Delivery.SENT, delivered=event))


def test_what_failed_can_be_sent_again_and_what_arrived_or_is_on_its_way_cannot() -> None:
    assert may_be_sent_again(replace(SEAT, state=Delivery.FAILED))
    assert not may_be_sent_again(SEAT)
    assert not may_be_sent_again(replace(SEAT, state=Delivery.SENT, delivered=Event.DELIVERED))
