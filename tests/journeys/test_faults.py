"""The running system while events are duplicated, late or lost, and SendGrid is busy, failing or silent."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from local.testing import running_system
from tests.journeys.visitor import WORKSHOP, Visitor

pytestmark = [pytest.mark.xdist_group("journey"), pytest.mark.long]

CAPACITY = 24
PEOPLE = 34


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_system() as system:
        Visitor(system.url).ask_nobody_to_confirm()
        yield system.url


def test_promises_hold_on_a_bad_day(url: str) -> None:
    """Everyone who was answered is stored in order, no seat is given twice, and every mail arrives in the end."""
    visitor = Visitor(url)
    visitor.faults(
        duplicate=0.3,
        delay_ms=[0, 200],
        drop_first=0.3,
        sendgrid={"429": 0.2, "500": 0.1, "lost_answer": 0.1},
    )

    def sign_up(number: int) -> str:
        """Send the form twice at the same time, as somebody does who clicks twice."""
        form = visitor.person(number)
        with ThreadPoolExecutor(2) as two:
            answers = list(two.map(lambda _: Visitor(url).post(f"/werkplaats/{WORKSHOP}/aanmelden", form), range(2)))
        assert [answer.status_code for answer in answers] == [303, 303]
        assert answers[0].headers["Location"] == answers[1].headers["Location"]
        return answers[0].headers["Location"]

    with ThreadPoolExecutor(8) as pool:
        pages = dict(zip(range(PEOPLE), pool.map(sign_up, range(PEOPLE)), strict=True))
    standings = {number: visitor.standing(page) for number, page in pages.items()}
    assert Counter(state for state, _ in standings.values()) == {"confirmed": CAPACITY, "waitlisted": PEOPLE - CAPACITY}
    assert sorted(place or 0 for _, place in standings.values() if place) == list(range(1, PEOPLE - CAPACITY + 1))

    line = sorted((number for number in pages if standings[number][1]), key=lambda number: standings[number][1] or 0)
    leavers = [number for number in pages if standings[number][0] == "confirmed"][:3]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: Visitor(url).act(pages[number], "cancel"), leavers * 2))
    visitor.settle()
    states = {number: visitor.standing(page)[0] for number, page in pages.items()}
    assert [states[number] for number in line] == ["offered"] * 3 + ["waitlisted"] * (len(line) - 3)
    assert Counter(states.values())["confirmed"] == CAPACITY - 3

    visitor.faults()
    for _ in range(3):
        visitor.clock(advance_seconds=35 * 60)
        visitor.settle()
    for number, state in states.items():
        kinds = {kind for body in visitor.mails(f"p{number}@example.org") for kind in body["categories"]}
        earlier = {"offered": {"waitlisted"}, "cancelled": {"confirmed"}}.get(state, set())
        assert state in kinds, "everyone hears how it stands"
        assert kinds <= {"werkplaats", state} | earlier, (
            "what was overtaken before it was sent may be left out, no more"
        )
    ids = Counter(body["custom_args"]["mail_id"] for body in visitor.mails())
    again = {id for id, count in ids.items() if count > 1}
    lost = {
        entry["request"]["custom_args"]["mail_id"]
        for entry in visitor.get("/_local/mail.json").json()
        if entry["answer_lost"]
    }
    assert again <= lost, "a mail goes out twice only where an answer was lost"
