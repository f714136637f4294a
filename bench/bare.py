"""Measures the store alone, without HTTP, so that the rates of sign-ups can be compared with it."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass

from google.cloud import firestore

from werkplaats.domain.registration import Person
from werkplaats.domain.seats.commands import Done, SignUp
from werkplaats.machine import surroundings
from werkplaats.security.identity import Identity
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue

GROUP = 50


@dataclass(frozen=True)
class Rate:
    """`count` things were done in `seconds`; `latencies` are the durations of the commits, in seconds."""

    count: int
    seconds: float
    latencies: tuple[float, ...]

    @property
    def per_second(self) -> float:
        return self.count / self.seconds

    def __add__(self, other: "Rate") -> "Rate":
        """The two measurements taken together; they are made at two moments, in case the machine's speed changes."""
        return Rate(self.count + other.count, self.seconds + other.seconds, self.latencies + other.latencies)


def creates(client: firestore.Client, collection: str, count: int, threads: int) -> Rate:
    """The rate at which `threads` threads create `count` small documents, each with a `create` call of its own."""
    documents = client.collection(collection)

    def create(number: int) -> float:
        began = time.perf_counter()
        documents.document(f"{number:06d}").create({"number": number, "name": f"Noor{number}"})
        return time.perf_counter() - began

    with ThreadPoolExecutor(threads) as pool:
        began = time.perf_counter()
        latencies = tuple(pool.map(create, range(count)))
        return Rate(count, time.perf_counter() - began, latencies)


def group_commits(store: Store, workshop: str, count: int) -> Rate:
    """The rate at which one thread commits `count` sign-ups for the published `workshop`, in groups of GROUP."""
    queue = SeatQueue(store, surroundings())
    latencies = []
    began = time.perf_counter()
    for first in range(0, count, GROUP):
        commands = [sign_up(workshop, number) for number in range(first, min(first + GROUP, count))]
        group_began = time.perf_counter()
        with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):  # drops its log
            outcomes = queue.do_all(workshop, commands)
        latencies.append(time.perf_counter() - group_began)
        assert all(isinstance(outcome, Done) for outcome in outcomes), outcomes
    return Rate(count, time.perf_counter() - began, tuple(latencies))


def sign_up(workshop: str, number: int) -> SignUp:
    """The command that a form would make: another person for each workshop and number."""
    person = Person(given_name=f"Noor{number}", family_name="van der Meting", email=f"noor.{number}@example.org")
    identity = Identity(b"a key for measuring")
    return SignUp(
        registration=identity.registration(workshop, str(number), person),
        person=person,
        answers={"opgave": "Wat er wél blijft, samen met bewoners, de corporatie en de school." * 4, "akkoord": True},
        mailbox=identity.mailbox(workshop, person.email),
        address=identity.address(workshop, person.email),
        identity=identity.person(workshop, person),
        form=str(number),
    )
