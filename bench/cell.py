"""One row of the table: measures sign-ups over HTTP for one workshop, then compares the answers with the store."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench import verify, workshops
from bench.forms import Form, filled_in
from bench.load import Answer, Burst, Visitors
from bench.server import Server
from werkplaats.machine import utc_now
from werkplaats.security.identity import Identity
from werkplaats.security.links import Links, Submissions
from werkplaats.store import Store

_PAGE = "/aanmelding/"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What is measured: `at_once` visitors sign up `sign_ups` people for a workshop of `capacity` seats.

    `signup` runs in `processes` processes. Before it, `warm_up` people sign up for another workshop. If the same is
    measured more than once, `round` tells the measurements apart.
    """

    processes: int
    capacity: int
    at_once: int
    sign_ups: int
    warm_up: int
    round: int = 0

    @property
    def name(self) -> str:
        again = f"-{self.round}" if self.round else ""
        return f"{self.capacity}-seats-{self.processes}-by-{self.at_once}{again}"


@dataclass(frozen=True)
class Measured:
    cell: Cell
    burst: Burst
    problems: tuple[str, ...]
    """A line for everything that was oversold, lost or doubled; empty if nothing was."""

    @property
    def answered(self) -> list[Answer]:
        """The answers that led to a registration."""
        return [answer for answer in self.burst.answers if _signed_up(answer)]

    @property
    def per_second(self) -> float:
        return len(self.answered) / self.burst.seconds


def measure(cell: Cell, server: Server, store: Store, settings: Mapping[str, str]) -> Measured:
    """Publish a workshop, have people sign up for it, and compare the answers with what is stored."""
    host = f"127.0.0.1:{server.address[1]}"
    before = workshops.published(store, f"warming-up-{cell.name}", workshops.PLENTY, utc_now())
    workshop = workshops.published(store, f"bench-{cell.name}", cell.capacity, utc_now())
    submissions = Submissions((settings["SIGNING_KEYS"],), utc_now)
    forms = filled_in(workshop, host, [submissions.new() for _ in range(cell.sign_ups)])
    with Visitors.at(server.address, cell.at_once) as visitors:
        warm_up = filled_in(before, host, [submissions.new() for _ in range(cell.warm_up)])
        visitors.send([form.request for form in warm_up])
        burst = visitors.send([form.request for form in forms])
    sent = _sent(forms, burst, workshop.id, settings, submissions)
    return Measured(cell, burst, tuple(verify.problems(sent, verify.read(store, workshop.id))))


def _sent(
    forms: list[Form], burst: Burst, workshop: str, settings: Mapping[str, str], submissions: Submissions
) -> list[verify.SentForm]:
    identity, links = Identity(settings["IDENTITY_KEY"].encode()), Links((settings["SIGNING_KEYS"],))
    answered = {answer.number: _registration(links, answer) for answer in burst.answers if _signed_up(answer)}
    return [
        verify.SentForm(
            identity.registration(workshop, submissions.read(form.submission) or "", form.person), answered.get(number)
        )
        for number, form in enumerate(forms)
    ]


def _signed_up(answer: Answer) -> bool:
    return answer.status == 303 and answer.location.startswith(_PAGE)


def _registration(links: Links, answer: Answer) -> str:
    """The id of the registration that the answer's link opens; the link itself if it opens none."""
    link = links.read_registration(answer.location.removeprefix(_PAGE))
    return link.id if link else answer.location
