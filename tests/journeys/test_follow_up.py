"""The whole course by moving the clock, from sign-up to the last survey reminder, with every mail counted."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from local.testing import running_system
from tests.journeys.visitor import WORKSHOP, Visitor, addressee, links

pytestmark = pytest.mark.xdist_group("journey")

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CAPACITY = 24
ORGANISER = {"X-Local-Organiser": "platform31@example.org"}

WALK = [
    ("2027-03-29", "after the clocks went forward"),
    ("2027-08-21", ""),
    ("2027-08-22", "a week before"),
    ("2027-08-28", "a day before"),
    ("2027-08-31", "the last day"),
    ("2027-09-01", "the evaluation falls due"),
    ("2027-09-05", "five days later is a Sunday"),
    ("2027-09-06", "so Monday it is"),
    ("2027-09-15", "fourteen days later"),
    ("2027-10-02", "the evaluation has closed"),
    ("2027-11-01", "after the clocks went back"),
    ("2027-11-29", "ninety days later"),
    ("2027-12-06", "seven days later"),
    ("2027-12-15", "sixteen days later"),
    ("2027-12-30", "the second wave has closed"),
]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_system() as system:
        Visitor(system.url).ask_nobody_to_confirm()
        yield system.url


def mark(visitor: Visitor, registration: str, day: str, present: str) -> None:
    path = f"/organisatie/{WORKSHOP}/aanwezig/{registration}"
    answer = visitor.post(path, {"dag": day, "stand": present}, headers=ORGANISER)
    assert answer.status_code == 303, answer.text


def survey(visitor: Visitor, number: int, wave: int) -> str:
    """The link in somebody's invitation to the first or second wave."""
    found = [link for mail in visitor.mails(f"p{number}@example.org") for link in links(mail, "/enquete/")]
    return list(dict.fromkeys(found))[wave]


@pytest.mark.long
def test_every_mail_goes_to_whom_and_when_it_should(url: str) -> None:
    """Every mail goes to the right people at the promised local time, also after both changes of the clocks."""
    visitor = Visitor(url)
    pages = {number: visitor.sign_up(number) for number in range(1, CAPACITY + 2)}
    ids = {number: page.removeprefix("/aanmelding/").split(".")[0] for number, page in pages.items()}
    visitor.settle()
    visitor.clock(advance_seconds=15 * 60)  # then organisers are told of all these sign-ups
    visitor.settle()
    sent: dict[str, dict[str, set[int]]] = defaultdict(dict)
    seen = len(visitor.mails())
    for day, _ in WALK:
        visitor.clock(
            now=datetime.combine(date.fromisoformat(day), datetime.min.time(), AMSTERDAM).replace(hour=10).isoformat()
        )
        visitor.settle()
        mails = visitor.mails()
        for body in mails[seen:]:
            [kind] = set(body["categories"]) - {"werkplaats"}
            sent[day].setdefault(kind, set()).add(int(addressee(body).split("@")[0].lstrip("p")))
        seen = len(mails)
        if day == "2027-08-31":
            # Everybody was present but 23 and 24, and 22 was not marked.
            for number in range(1, 22):
                mark(visitor, ids[number], "2027-08-29", "present")
            mark(visitor, ids[23], "2027-08-29", "absent")
            desk = f"{url}/organisatie/{WORKSHOP}/aanwezig"  # until the list is complete, who is not marked counts too
            done = visitor.http.post(desk, data={"lijst": "compleet"}, headers=ORGANISER, allow_redirects=False)
            assert done.status_code == 303
        if day == "2027-09-05":
            for number in range(1, 11):
                link = survey(visitor, number, 0)
                assert visitor.post(link, visitor.form(link)).status_code == 303
            one_click = survey(visitor, 21, 0).replace("/enquete/", "/uitschrijven/")
            assert visitor.post(one_click, {"List-Unsubscribe": "One-Click"}).status_code == 200
        if day == "2027-11-29":
            link = survey(visitor, 2, 1)
            assert visitor.post(link, visitor.form(link)).status_code == 303
    seated, came = set(range(1, CAPACITY + 1)), set(range(1, 22))
    assert {day: kinds for day, kinds in sent.items() if kinds} == {
        "2027-08-22": {"reminder": seated},
        "2027-08-28": {"reminder": seated},
        "2027-08-31": {"not_placed": {CAPACITY + 1}},  # the first day on which the clock stands after the beginning
        "2027-09-01": {"survey_invitation": came},
        "2027-09-06": {"survey_reminder": set(range(11, 21))},
        "2027-09-15": {"survey_reminder": set(range(11, 21))},
        "2027-11-29": {"survey_invitation": came - {21}},
        "2027-12-06": {"survey_reminder": came - {21, 2}},
        "2027-12-15": {"survey_reminder": came - {21, 2}},
    }
    received = [datetime.fromisoformat(entry["received_at"]) for entry in visitor.get("/_local/mail.json").json()]
    later = [at.astimezone(AMSTERDAM) for at in received[-3:]]
    assert all(at.hour == 10 and at - later[0] < timedelta(hours=1) for at in later)

    # Ten answers have come in, and the organiser's page shows so.
    results = visitor.http.get(f"{url}/organisatie/{WORKSHOP}/resultaten/evaluatie", headers=ORGANISER, timeout=30)
    assert results.status_code == 200
    assert "10" in results.text
