"""How often each fault happens in a life."""

from random import Random

from msgspec import Struct


class Faults(Struct, frozen=True, kw_only=True):
    """The probability of each fault. 0 is never, 1 always.

    - `read_fails`: Firestore does not answer a read.
    - `commit_refused`, `commit_lost`: a commit does not take effect, and the program is told that another came first
      (ABORTED), or it gets no answer (UNAVAILABLE, DEADLINE_EXCEEDED).
    - `answer_lost`: a commit takes effect, but the program gets no answer.
    - `commit_late`: as `answer_lost`, but the commit takes effect a while after the program has stopped waiting.
    - `dies`: the process is killed at a call of the database or the provider, before or after it took effect.
    - `event_lost`: an event never arrives, so only the schedule's net is left. `event_twice`, `event_late`.
    - `run_lost`: the schedule does not call a function that is due.
    - `busy`, `rejected`, `misconfigured`: the provider answers 429 or 5xx, 400, or 401.
    - `send_lost`, `send_answer_lost`: the provider gives no answer, or garbage; it has not taken the mail, or it has.
    - `send_slow`: the provider takes up to twenty seconds, and meanwhile `retry_mail` runs.
    - `hook_early`: the webhook is called before the provider has answered the send.
    - `hook_lost`, `hook_twice`: what the provider tells of a mail never arrives, or arrives twice.
    - `returned`: a mail that the provider took bounces or is dropped.
    """

    read_fails: float = 0.0
    commit_refused: float = 0.0
    commit_lost: float = 0.0
    answer_lost: float = 0.0
    commit_late: float = 0.0
    dies: float = 0.0
    event_lost: float = 0.0
    event_twice: float = 0.0
    event_late: float = 0.0
    run_lost: float = 0.0
    busy: float = 0.0
    rejected: float = 0.0
    misconfigured: float = 0.0
    send_lost: float = 0.0
    send_answer_lost: float = 0.0
    send_slow: float = 0.0
    hook_early: float = 0.0
    hook_lost: float = 0.0
    hook_twice: float = 0.0
    returned: float = 0.0


NO_FAULTS = Faults()
NO_EVENTS = Faults(event_lost=1.0)
"""Nothing goes wrong but that no event arrives."""


def some_faults(random: Random) -> Faults:
    """The faults of one life. Some lives have many of one kind, some have few of all kinds, and some have none."""
    storm = random.choice([0.0, 0.3, 1.0, 1.0, 3.0])
    chosen = dict.fromkeys(Faults.__struct_fields__, 0.0)
    for name, usual in _USUAL.items():
        if random.random() < 0.7:
            chosen[name] = min(0.6, usual * storm * random.choice([0.5, 1.0, 1.0, 4.0]))
    return Faults(**chosen)


_USUAL = {
    "read_fails": 0.01,
    "commit_refused": 0.02,
    "commit_lost": 0.02,
    "answer_lost": 0.03,
    "commit_late": 0.01,
    "dies": 0.005,
    "event_lost": 0.1,
    "event_twice": 0.1,
    "event_late": 0.2,
    "run_lost": 0.1,
    "busy": 0.05,
    "rejected": 0.02,
    "misconfigured": 0.02,
    "send_lost": 0.03,
    "send_answer_lost": 0.03,
    "send_slow": 0.05,
    "hook_early": 0.1,
    "hook_lost": 0.2,
    "hook_twice": 0.1,
    "returned": 0.05,
}
