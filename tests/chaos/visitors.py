"""What people who sign up do, each as a function of the life's people and a source of chance, which acts by HTTP."""

import random
import threading
from collections.abc import Callable, Mapping

from bs4 import Tag

from tests.chaos.browser import Browser, Page, fields_of
from tests.chaos.story import Click, Guest, SignUp, Story
from tests.journeys.visitor import WORKSHOP

FORM = f"/werkplaats/{WORKSHOP}/aanmelden"

ACTIONS = ("cancel", "accept", "decline", "rejoin", "reachable")


class People:
    """Everybody who has come by so far, and how to open a browser for them."""

    def __init__(self, url: str, story: Story, chance: random.Random) -> None:
        self.url = url
        self.story = story
        self.guests = story.guests
        self._chance = chance
        self._one = threading.Lock()

    def browser(self) -> Browser:
        return Browser(self.url, self.story)

    def new(self, *, like: Guest | None = None) -> Guest:
        """Somebody new; `like` is a colleague whose address they use."""
        with self._one:
            number = len(self.guests) + 1
            mark = "q" + "".join(self._chance.choices("bcdfghjklmnpqrstvwxz", k=11))
            email = like.email if like else f"{mark}@example.org"
            guest = Guest(number, mark, mark.title(), f"van 't {mark}ö", email)
            self.guests.append(guest)
        return guest

    def with_page(self, chance: random.Random) -> Guest | None:
        """Somebody who knows the address of their page, or None."""
        known = [guest for guest in list(self.guests) if guest.page]
        return chance.choice(known) if known else None


def sign_up(people: People, chance: random.Random) -> None:
    """Somebody new signs up."""
    guest = people.new()
    _fill_in_and_send(people, guest, "signs up")


def double_click(people: People, chance: random.Random) -> None:
    """Somebody new signs up and clicks twice. Both answers must lead to the same page."""
    guest = people.new()
    _fill_in_and_send(people, guest, "signs up with a double click", twice=True)


def sign_up_colleague(people: People, chance: random.Random) -> None:
    """Somebody signs up a colleague with the same address."""
    first = people.with_page(chance)
    if first is None:
        return sign_up(people, chance)
    return _fill_in_and_send(people, people.new(like=first), f"is signed up by guest {first.number}")


def sign_up_again(people: People, chance: random.Random) -> None:
    """Somebody who has signed up does so again with another form."""
    guest = people.with_page(chance)
    if guest is not None:
        _fill_in_and_send(people, guest, "signs up again")


def correct_name(people: People, chance: random.Random) -> None:
    """Somebody new sends the form, goes back, and sends the same form for another name."""
    guest = people.new()
    data = _form(people, guest)
    if data is not None and _send(people, guest, data, "signs up") is not None:
        other = people.new(like=guest)
        _send(people, other, _filled(data, guest, other), f"is signed up with the form of guest {guest.number}")


def ask_link(people: People, chance: random.Random) -> None:
    """Somebody asks for the link again."""
    guest, browser = people.with_page(chance), people.browser()
    page = browser.open(f"/werkplaats/{WORKSHOP}/link")
    form = page.html.find("form", method="post") if page else None
    if guest is None or page is None or not isinstance(form, Tag):
        return
    data = fields_of(form) | {name: guest.email for name in _names(form) if name == "email"}
    answer = browser.send(page.path, data)
    people.story.tell(f"guest {guest.number} asks for the link: {_status(answer)}", "asks for the link")


def look(people: People, chance: random.Random) -> None:
    """A mail scanner follows a link."""
    guest = people.with_page(chance)
    if guest is not None:
        page = people.browser().open(guest.page)
        people.story.tell(f"guest {guest.number} looks: {page.state if page else 'no answer'}", "looks")


def click(people: People, chance: random.Random) -> None:
    """Somebody opens their page and presses one of its buttons, sometimes twice."""
    browser = people.browser()
    guest, page = _somebody_at_their_page(people, chance, browser)
    if guest is None or page is None:
        return None
    there = [action for action in ACTIONS if page.button("action", action)]
    if not there:
        return people.story.tell(f"guest {guest.number} finds no button ({page.state})", "looks")
    action = chance.choice(there)
    if page.state == "waitlisted" and chance.random() < 0.7:
        return people.story.tell(f"guest {guest.number} thinks better of it ({page.state})", "looks")
    button = page.button("action", action)
    form = button.find_parent("form") if button else None
    assert isinstance(form, Tag)
    data = fields_of(form) | {"action": action}
    twice = chance.random() < 0.3
    answers = browser.send_twice(guest.page, data) if twice else [browser.send(guest.page, data)]
    how = " twice" if twice else ""
    said = ", ".join(map(_status, answers))
    people.story.tell(f"guest {guest.number} ({page.state}) presses {action}{how}: {said}", action)
    if any(answer is not None and answer.status == 303 for answer in answers):
        people.story.clicks.append(Click(registration_of(guest.page), action))
    return None


def _somebody_at_their_page(
    people: People, chance: random.Random, browser: Browser
) -> tuple[Guest | None, Page | None]:
    """Somebody, and their page. Of three people it is one with an offer, because few have one, and not for long."""
    guest, page = None, None
    for _ in range(3):
        candidate = people.with_page(chance)
        opened = browser.open(candidate.page) if candidate else None
        if opened is not None and (page is None or opened.state == "offered"):
            guest, page = candidate, opened
    return guest, page


VISITS: Mapping[Callable[[People, random.Random], None], int] = {
    sign_up: 16,
    double_click: 8,
    sign_up_colleague: 5,
    sign_up_again: 4,
    correct_name: 3,
    ask_link: 3,
    look: 4,
    click: 50,
}
"""How often each happens, compared with the others."""


def registration_of(page: str) -> str:
    """The id of the registration whose page has the path `page`."""
    return page.removeprefix("/aanmelding/").split(".")[0]


def _fill_in_and_send(people: People, guest: Guest, what: str, *, twice: bool = False) -> None:
    data = _form(people, guest)
    if data is not None:
        _send(people, guest, data, what, twice=twice)


def _form(people: People, guest: Guest) -> dict[str, str] | None:
    """The sign-up form as `guest` fills it in; None if there is no form now."""
    page = people.browser().open(FORM)
    form = page.html.find("form", method="post") if page and page.status == 200 else None
    if not isinstance(form, Tag):
        people.story.tell(f"guest {guest.number} finds no form: {_status(page)}", "finds no form")
        return None
    data = fields_of(form)
    for field in form.find_all("textarea"):
        data[str(field["name"])] = guest.answer
    for field in form.find_all("input", attrs={"required": True}):
        if field.get("type") in ("radio", "checkbox"):
            data.setdefault(str(field["name"]), str(field.get("value", "on")))
    for autocomplete, text in guest.typed.items():
        field = form.find(attrs={"autocomplete": autocomplete})
        assert isinstance(field, Tag), autocomplete
        data[str(field["name"])] = text
    return data


def _filled(data: Mapping[str, str], was: Guest, now: Guest) -> dict[str, str]:
    """The same form, with what `now` types in the place of what `was` typed."""
    changes = dict(zip(was.typed.values(), now.typed.values(), strict=True)) | {was.answer: now.answer}
    return {name: changes.get(text, text) for name, text in data.items()}


def _send(people: People, guest: Guest, data: Mapping[str, str], what: str, *, twice: bool = False) -> Page | None:
    browser, story = people.browser(), people.story
    sent = story.seconds()
    answers = browser.send_twice(FORM, data) if twice else [browser.send(FORM, data)]
    answered = story.seconds()
    story.tell(f"guest {guest.number} {what}: {', '.join(map(_status, answers))}", what.split(" guest")[0])
    good = [answer for answer in answers if answer is not None and answer.status == 303]
    for path in {answer.location.partition("?")[0] for answer in good}:
        registration = registration_of(path) if path.startswith("/aanmelding/") else None
        story.sign_ups.append(SignUp(guest, registration, sent, answered))
        if registration is not None:
            guest.page = path
    if len({answer.location for answer in good}) > 1:
        story.complain(f"guest {guest.number}: a double click led to two pages")
    return good[0] if good else None


def _names(form: Tag) -> list[str]:
    return [str(field["name"]) for field in form.find_all("input") if field.get("name")]


def _status(page: Page | None) -> str:
    if page is None:
        return "no answer"
    return f"{page.status} {page.location.partition('?')[0][:36]}".strip()
