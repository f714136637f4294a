"""What organisers do at the desk, each as one function like those of visitors."""

import random
import re
from collections.abc import Callable, Mapping

from tests.chaos.browser import Browser, Page
from tests.chaos.story import Click
from tests.chaos.visitors import People
from tests.journeys.visitor import WORKSHOP

DESK = f"/organisatie/{WORKSHOP}"
_WHO = ("platform31@example.org", "vanvieren@example.org")


def desk(people: People, who: str = _WHO[0]) -> Browser:
    return Browser(people.url, people.story, {"X-Local-Organiser": who})


def decide_about_one(people: People, chance: random.Random) -> None:
    """An organiser opens somebody's page and gives or offers them a seat, or cancels their registration."""
    browser = desk(people, chance.choice(_WHO))
    people_page = browser.open(f"{DESK}/mensen")
    ids = sorted(set(re.findall(rf"{DESK}/mensen/([\w-]+)", people_page.text))) if people_page else []
    ids = [id for id in ids if id not in ("nieuw", "afmelden")]
    if not ids:
        return
    id = chance.choice(ids)
    page = browser.open(f"{DESK}/mensen/{id}")
    there = [action for action in ("give_seat", "offer", "cancel") if page and page.button("action", action)]
    if page is None or not there:
        return
    action = chance.choice(there)
    answer = browser.press(page, "action", action)
    people.story.tell(f"an organiser presses {action} for {id[:8]}: {answer and answer.status}", f"desk: {action}")
    if answer is not None and answer.status == 303:
        people.story.clicks.append(Click(id, f"desk {action}"))


def change_capacity(people: People, chance: random.Random) -> None:
    """An organiser publishes the workshop with more seats, or fewer."""
    browser = desk(people, chance.choice(_WHO))
    publish(people, browser, {"capacity": str(chance.randint(2, 6))}, "desk: publishes")


def open_or_close(people: People, chance: random.Random) -> None:
    """An organiser closes the sign-up by hand, or lets the days count again."""
    browser = desk(people, chance.choice(_WHO))
    page = browser.open(DESK)
    if page is None:
        return
    to = "" if page.button("by_hand", "") else "closed"
    answer = browser.press(page, "by_hand", to)
    people.story.tell(f"an organiser sets sign-up to {to or 'its days'}: {answer and answer.status}", "desk: opens")


def open_again(people: People) -> None:
    """Let the days of the sign-up count again, if an organiser has closed it by hand."""
    browser = desk(people)
    page = browser.open(DESK)
    if page is not None and page.button("by_hand", ""):
        browser.press(page, "by_hand", "")


def call_off(people: People, chance: random.Random) -> None:
    """An organiser calls the workshop off."""
    browser = desk(people)
    page = browser.open(f"{DESK}/afgelasten")
    checked = browser.press(page, "action", "check", {"reason": "De begeleider is ziek."}) if page else None
    form = checked.html.find("form", action=re.compile("afgelasten")) if checked else None
    answer = browser.send(f"{DESK}/afgelasten", {"reason": "De begeleider is ziek."}) if form else None
    people.story.tell(f"an organiser calls the workshop off: {answer and answer.status}", "desk: calls off")


def publish(people: People, browser: Browser, changes: Mapping[str, str], counted_as: str) -> bool:
    """Change fields in the editor and publish. Returns whether that was done."""
    page = browser.open(f"{DESK}/bewerken")
    shown = browser.press(page, "action", "publish", changes) if page else None
    answer = browser.press(shown, "action", "publish") if shown and shown.status == 200 else shown
    said = f"{answer.status} {_problem(answer)}" if answer else "no answer"
    people.story.tell(f"an organiser publishes {dict(changes)}: {said}", counted_as)
    return answer is not None and answer.status == 303


def _problem(page: Page) -> str:
    found = page.html.find(attrs={"role": "alert"})
    return found.get_text(" ", strip=True)[:150] if found else ""


AT_THE_DESK: Mapping[Callable[[People, random.Random], None], int] = {
    decide_about_one: 9,
    change_capacity: 5,
    open_or_close: 1,
}
"""How often each happens, compared with the others and with VISITS."""
