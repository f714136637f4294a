"""A workshop's whole course through the running system, as its participants experience it."""

from collections.abc import Iterator

import pytest

from local.testing import running_system
from tests.journeys.visitor import WORKSHOP, Visitor, links, standing

pytestmark = pytest.mark.xdist_group("journey")

CAPACITY = 24


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_system() as system:
        Visitor(system.url).ask_nobody_to_confirm()
        yield system.url


@pytest.fixture
def visitor(url: str) -> Visitor:
    return Visitor(url)


def test_from_sign_up_to_survey(visitor: Visitor) -> None:
    """More people sign up than fit; offers are declined, expire and are accepted; afterwards a survey is answered."""
    pages = {number: visitor.sign_up(number) for number in range(1, CAPACITY + 5)}
    assert [visitor.standing(pages[number])[0] for number in (1, CAPACITY)] == ["confirmed", "confirmed"]
    waiting = range(CAPACITY + 1, CAPACITY + 5)
    assert [visitor.standing(pages[number]) for number in waiting] == [("waitlisted", place) for place in (1, 2, 3, 4)]
    visitor.settle()
    for number, page in pages.items():
        mails = visitor.mails(f"p{number}@example.org")
        assert len(mails) == 1
        assert links(mails[0], "/aanmelding/")[0].endswith(page)
        assert bool(mails[0].get("attachments")) == (number <= CAPACITY), "a seat comes with its .ics"

    # Somebody cancels. The first on the waitlist declines the offer, the second lets it expire, the third accepts.
    assert visitor.act(pages[1], "cancel").status_code == 303
    assert visitor.act(pages[1], "cancel").status_code == 303
    visitor.settle()
    first, second, third, fourth = (pages[number] for number in waiting)
    assert visitor.standing(first)[0] == "offered"
    assert visitor.standing(second) == ("waitlisted", 1)
    assert visitor.act(second, "accept").status_code == 409
    assert visitor.act(first, "decline").status_code == 303
    visitor.settle()
    assert visitor.standing(second)[0] == "offered"

    # Organisers are told of the first five one by one, and of the rest together, a quarter of an hour later.
    assert len(visitor.mails("platform31@example.org")) == 5
    visitor.clock(advance_seconds=15 * 60)
    visitor.settle()
    *_, told = visitor.subjects("platform31@example.org")
    assert told == (
        f"{CAPACITY + 4 - 5} aanmeldingen, 1 afmelding, 2 plekken aangeboden, 1 keer nee gezegd: "
        "Werken aan wijkontwikkeling"
    )
    visitor.clock(advance_seconds=4 * 24 * 3600)
    visitor.settle()
    assert visitor.standing(second)[0] == "expired"
    refused = visitor.act(second, "accept")
    assert (refused.status_code, standing(refused.text)[0]) == (409, "expired")
    assert visitor.standing(third)[0] == "offered"
    assert visitor.act(third, "accept").status_code == 303
    assert visitor.act(third, "accept").status_code == 303
    visitor.settle()
    assert visitor.standing(third)[0] == "confirmed"
    assert visitor.standing(fourth) == ("waitlisted", 1)
    assert visitor.act(pages[1], "rejoin").status_code == 303
    assert visitor.standing(pages[1]) == ("waitlisted", 2)
    visitor.settle()
    assert len(visitor.mails("p26@example.org")) == 3, "waitlisted, offered, expired"

    # Organisers are mailed about each of the four things that have happened since.
    assert len(visitor.mails("platform31@example.org")) == 5 + 1 + 4

    # After 1 August nobody can sign up; after the workshop those who had a seat are invited to the survey.
    form = visitor.person(90)
    visitor.clock(now="2027-08-02T10:00:00+02:00")
    assert "gesloten" in visitor.get(f"/werkplaats/{WORKSHOP}/aanmelden").text
    assert visitor.post(f"/werkplaats/{WORKSHOP}/aanmelden", form).status_code == 409
    visitor.clock(now="2027-08-29T09:00:00+02:00")
    visitor.settle()
    assert len(visitor.mails("p28@example.org")) == 2, "waitlisted, not placed"
    visitor.clock(now="2027-09-01T10:00:00+02:00")
    visitor.settle()
    invited = [
        number for number in pages if any(links(m, "/enquete/") for m in visitor.mails(f"p{number}@example.org"))
    ]
    assert invited == [*range(2, CAPACITY + 1), 27]
    visitor.run("send_surveys")
    visitor.settle()
    [link] = [found for mail in visitor.mails("p2@example.org") for found in links(mail, "/enquete/")]
    answers = visitor.form(link)
    assert visitor.post(link, answers).status_code == 303
    assert visitor.post(link, answers).status_code == 303
    assert "<form" not in visitor.get(link).text
    [other] = [found for mail in visitor.mails("p3@example.org") for found in links(mail, "/enquete/")]
    visitor.clock(now="2027-10-05T10:00:00+02:00")
    assert "<form" not in visitor.get(other).text
    assert visitor.post(other, answers).status_code == 409
