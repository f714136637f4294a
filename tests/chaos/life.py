"""One life of a workshop on the real local system, from a seed: people, organisers, faults, killed processes, time."""

import os
import random
import re
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from local.testing import PROJECT, RunningSystem, running_system
from tests.chaos import organisers, promises, visitors
from tests.chaos.ending import erase_everything, finish_what_is_left, mails
from tests.chaos.evidence import Evidence, gather
from tests.chaos.story import Kill, Story
from tests.chaos.visitors import VISITS, People
from werkplaats.store import Store
from werkplaats.store.firestore import FirestoreWire

ROUNDS = 14
"""How many rounds a life has, if nothing else is asked. After each, time goes on and other faults begin."""

_KILLED = {
    "signup": 5,
    "manage": 5,
    "organiser": 3,
    "deliver_mail": 5,
    "promote_waitlist": 5,
    "notify_organisers": 3,
    "retry_mail": 3,
    "expire_offers": 3,
    "mail_events": 2,
    "send_reminders": 1,
}
"""Which functions' processes are killed, and how often compared with the others."""

_PAUSES = {timedelta(seconds=20): 6, timedelta(minutes=6): 5, timedelta(hours=1): 4, timedelta(hours=20): 3,
           timedelta(days=2): 2}  # fmt: skip
_READY_WITHIN = 180.0
"""How long the system may take to start, in seconds: several lives may run at the same time."""

_SETTLED_WITHIN = 300.0
_ONLY_UNDER_WAY = re.compile(
    r"\d+ mails under way, 0 mails due, 0 journal entries unnotified, 0 workshops with folded entries due, "
    r"free seats while somebody waits: none"
)
"""What /_local/settled says if nothing is left but mails that are claimed."""

_ROUND_LASTS = 1.5
"""Within this many seconds all that happens in one round begins."""


class Local:
    """The addresses below /_local/ of the running system."""

    def __init__(self, url: str, story: Story) -> None:
        self._url = url
        self._story = story

    def now(self) -> datetime:
        return datetime.fromisoformat(self._ask("GET", "clock")["now"])

    def advance(self, by: timedelta) -> datetime:
        """Move the clock forward. The schedules that have fallen due have run when this returns."""
        answer = self._ask("POST", "clock", {"advance_seconds": by.total_seconds()})
        ran = {name: status for name, status in answer["schedules"].items() if status != 200}
        self._story.tell(f"time goes on by {by}{f'; schedules failed: {ran}' if ran else ''}")
        return datetime.fromisoformat(answer["now"])

    def run(self, function: str) -> int:
        """Run a schedule. Returns the status of its answer."""
        return requests.post(f"{self._url}/_local/schedule/{function}", timeout=400).status_code

    def kill(self, function: str) -> None:
        after = self.now()
        self._ask("POST", "kill", {"function": function})
        self._story.tell(f"SIGKILL {function}", f"SIGKILL {function}")
        self._story.kills.append(Kill(function, after, self.now()))

    def faults(self, faults: dict[str, Any]) -> dict[str, int]:
        """Switch these faults on, and all others off. Returns how many events have met each so far."""
        self._story.tell(f"faults: {faults or 'none'}")
        counted: dict[str, int] = self._ask("POST", "faults", faults)["events_so_far"]
        return counted

    def mailbox(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._ask("GET", "mail.json")
        return found

    def settle(self, *, leases: bool = False) -> None:
        """Wait until nothing is left to do; complain if that takes too long.

        With `leases`, mails that a killed process was sending may be left: they wait until the clock has reached the
        end of their lease.
        """
        deadline = time.monotonic() + _SETTLED_WITHIN
        while True:
            answer = requests.get(f"{self._url}/_local/settled?timeout=5", timeout=60)
            if answer.status_code == 200 or (leases and _ONLY_UNDER_WAY.fullmatch(answer.json()["left"])):
                return None
            if time.monotonic() > deadline:
                return self._story.complain(f"not settled: {answer.text}")

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = requests.request(method, f"{self._url}/_local/{path}", json=body, timeout=400)
        answer.raise_for_status()
        return answer.json()


def live(seed: int, story: Story, folder: Path, rounds: int = ROUNDS) -> None:
    """Live the life of `seed`, with the system's data in `folder`, and tell it in `story`.

    What broke a promise is in the story's `wrong`.
    """
    chance = random.Random(seed)
    with running_system(data=folder, ready_within=_READY_WITHIN) as system:
        story.tell(f"the system has started ({system.firestore})")
        store = _store(system)
        local, people = Local(system.url, story), People(system.url, story, random.Random(chance.random()))
        try:
            called_off, erased = chance.random() < 0.15, chance.random() < 0.5
            _middle(chance, local, people, rounds, called_off=called_off)
            _end(chance, local, people, store, folder, erased=erased)
        finally:
            wire = store.wire
            assert isinstance(wire, FirestoreWire)
            wire.close()


def _middle(chance: random.Random, local: Local, people: People, rounds: int, *, called_off: bool) -> None:
    """People come and go, and everything that can go wrong does. Near the end it is perhaps called off."""
    desk, within = organisers.desk(people), chance.choice(["2 hours", "24 hours", "48 hours"])
    chosen = {
        "capacity": str(chance.randint(2, 5)),
        "promotion.by": chance.choice(["offer", "offer", "direct"]),
        "confirm_address": "never",
    }
    if not organisers.publish(people, desk, chosen | {"promotion.within": within}, "desk: publishes"):
        people.story.complain("the workshop could not be published before anything went wrong")
    for number in range(rounds):
        people.story.tell(f"— round {number + 1}")
        local.faults(_faults(chance))
        _round(chance, local, people)
        if called_off and number == rounds - 2:
            organisers.call_off(people, chance)
        organisers.open_again(people)
        (pause,) = chance.choices([*_PAUSES], [*_PAUSES.values()])
        local.advance(pause * chance.uniform(0.5, 1.5))


def _round(chance: random.Random, local: Local, people: People) -> None:
    """Several people act at the same time, and some processes are killed meanwhile."""
    does = VISITS | organisers.AT_THE_DESK
    acts = chance.choices([*does], [*does.values()], k=chance.randint(2, 7))
    begin = [chance.uniform(0, _ROUND_LASTS) for _ in acts]
    with ThreadPoolExecutor(16) as pool:
        acting: list[Future[None]] = []
        for wait, act in zip(begin, acts, strict=True):
            acting.append(pool.submit(_later, wait, act, people, random.Random(chance.random())))
        for function in chance.choices([*_KILLED], [*_KILLED.values()], k=chance.choice([0, 0, 1, 2, 3, 4])):
            # Soon after somebody has begun to do something, so that there is something to interrupt.
            wait, act = chance.choice([*zip(begin, acts, strict=True)])
            killed = _serves(act) if chance.random() < 0.5 else function
            acting.append(pool.submit(_later, wait + chance.uniform(0, 0.4), local.kill, killed))
        if chance.random() < 0.4:
            acting.append(pool.submit(_later, chance.uniform(0, _ROUND_LASTS), local.advance, timedelta(minutes=7)))
        for done in acting:
            done.result()


def _serves(act: object) -> str:
    """The function whose pages somebody uses who does `act`."""
    if act in organisers.AT_THE_DESK:
        return "organiser"
    return "manage" if act in (visitors.click, visitors.look) else "signup"


def _later(wait: float, act: Callable[..., object], *arguments: object) -> None:
    """Do `act` after `wait` seconds."""
    time.sleep(wait)
    act(*arguments)


def _faults(chance: random.Random) -> dict[str, Any]:
    """Faults by the front door; in one round of seven there are none."""
    if chance.random() < 1 / 7:
        return {}
    sendgrid = {name: round(chance.uniform(0, 0.35), 2) for name in ("429", "500", "lost_answer", "bounce")}
    return {
        "duplicate": round(chance.uniform(0, 0.5), 2),
        "delay_ms": [0, chance.choice([0, 100, 1000, 4000])],
        "drop_first": round(chance.uniform(0, 0.5), 2),
        "hold": chance.random() < 0.2,
        "sendgrid": sendgrid if chance.random() < 0.8 else {},
    }


def _end(chance: random.Random, local: Local, people: People, store: Store, folder: Path, *, erased: bool) -> None:
    """Faults end, the schedules run, and the promises are checked; then, perhaps, everything is erased."""
    story = people.story
    story.counts.update({f"event: {name}": number for name, number in local.faults({}).items()})
    finish_what_is_left(local, store, story)
    evidence = _check(promises.ALWAYS, local, story, store, folder)
    story.counts.update(f"journal: {entry.kind}" for entry in evidence.journal)
    if erased:
        erase_everything(chance, local, store, story)
        _check(promises.AFTER_ERASURE, local, story, store, folder)
    mailbox = local.mailbox()
    story.counts.update(f"SendGrid: {entry['status']}" for entry in mailbox if entry["status"] != 202)
    story.counts["SendGrid: lost_answer"] += sum(bool(entry.get("answer_lost")) for entry in mailbox)
    story.counts["mails sent"] += sum(entry["status"] == 202 for entry in mailbox)
    story.counts["mails bounced"] += sum(one.delivered == "bounce" for one in mails(store))


def _check(kept: tuple[promises.Promise, ...], local: Local, story: Story, store: Store, folder: Path) -> Evidence:
    evidence = gather(store, story, local.now(), local.mailbox(), folder / "logs")
    for what in (*promises.broken(kept, evidence), *promises.misfits(store, local.now())):
        story.complain(what)
    story.tell(f"checked {len(kept)} promises on {len(evidence.documents)} documents")
    return evidence


def _store(system: RunningSystem) -> Store:
    os.environ["FIRESTORE_EMULATOR_HOST"] = system.firestore
    return Store(FirestoreWire(PROJECT, "(default)"))
