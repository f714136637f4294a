"""What happened in one life: a readable list of steps with their times, and what is counted and checked later."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class SignUp:
    """A sign-up that was answered with 303.

    `registration` is the id that the answer led to, or None if it led to the page that says only that a mail is under
    way. `sent` and `answered` are seconds of the life: when the form was sent the first time, and when it was answered.
    """

    guest: "Guest"
    registration: str | None
    sent: float
    answered: float


@dataclass(frozen=True)
class Click:
    """A button that somebody pressed for `registration`, and that was answered with 303."""

    registration: str
    action: str


@dataclass(frozen=True)
class Kill:
    """A process of `function` was killed between two times of the system's clock."""

    function: str
    after: datetime
    before: datetime


@dataclass(eq=False)
class Guest:
    """Somebody who signs up. Everything they type contains `mark`, which is found nowhere else."""

    number: int
    mark: str
    given_name: str
    family_name: str
    email: str
    page: str = ""
    """The path of their registration's page; empty until they are sent to it."""

    @property
    def typed(self) -> dict[str, str]:
        """What they fill in, by the autocomplete names of the fields."""
        return {
            "given-name": self.given_name,
            "family-name": self.family_name,
            "email": self.email,
            "organization": f"Bureau {self.mark}",
            "organization-title": f"adviseur {self.mark}",
            "tel": f"06-{self.number:08d}",
        }

    @property
    def answer(self) -> str:
        """Their answer to every question in words."""
        return f"Mijn opgave: {self.mark}, én “meer”"


@dataclass
class Story:
    """Filled by several threads. `wrong` are answers that no visitor should ever get."""

    steps: list[tuple[float, str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    sign_ups: list[SignUp] = field(default_factory=list)
    clicks: list[Click] = field(default_factory=list)
    kills: list[Kill] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    guests: list[Guest] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)
    _one: threading.Lock = field(default_factory=threading.Lock)

    def seconds(self) -> float:
        return time.monotonic() - self._began

    def tell(self, what: str, counted_as: str = "") -> None:
        """Add a step to the list. It is counted under `counted_as`, if that is given."""
        with self._one:
            self.steps.append((self.seconds(), what))
            if counted_as:
                self.counts[counted_as] += 1

    def complain(self, what: str) -> None:
        """An answer that is wrong whatever else happens."""
        self.tell(f"WRONG: {what}")
        self.wrong.append(what)

    def text(self) -> str:
        return "\n".join(f"{at:7.2f} s  {what}" for at, what in sorted(self.steps))
