"""Messages that organisers write to a group of the people who signed up.

A message is stored once, and goes out as one mail to each person in its group. The mails are queued a page of people
at a time; the record says how far that has got, so that a crash loses nobody and mails nobody twice. Who is in the
group is decided when a mail is queued, and once more when it is sent.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from werkplaats.domain.attendance import Days, came
from werkplaats.domain.kept import MAILS_KEPT
from werkplaats.domain.questions import Answer, possible_answers
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.survey.waves import Invitation
from werkplaats.domain.workshop import Workshop

LONGEST_SUBJECT = 150
"""Characters."""

LONGEST_TEXT = 8_000
"""Characters."""

PAUSED_FOR = timedelta(hours=6)
"""For how long a mail is put off whose message is paused. If the message goes on earlier, the mail does too."""

OVERLAP = timedelta(minutes=15)
"""How far back people are looked for again who joined the group. A commit takes less than this from its decision on."""


class Circle(StrEnum):
    """The circles of people that a message can be for. The values are words of the desk's addresses."""

    SEAT = "seat"
    WAITLIST = "waitlist"
    OFFERED = "offered"
    ALL = "all"
    """Everybody with a seat, with an offer, or on the waitlist."""

    ATTENDED = "attended"
    NOT_ANSWERED = "not_answered"
    """Those who were asked to answer a wave of the survey and have not. Nobody is told who or how many they are."""

    ANSWER = "answer"
    """Everybody as in ALL who chose one option of a question of the sign-up form."""


class Audience(Struct, frozen=True):
    """Whom a message is for: a `group`, with the id of a `wave`, or that of a `question` and a value of its options."""

    group: Circle
    wave: str = ""
    question: str = ""
    option: str = ""

    @property
    def secret(self) -> bool:
        """Whether nobody may learn who or how many the recipients are."""
        return self.group is Circle.NOT_ANSWERED

    @property
    def may_grow(self) -> bool:
        """Whether a message can also go to people who come into the group later."""
        return self.group not in (Circle.ATTENDED, Circle.NOT_ANSWERED)


def parse_audience(to: str) -> Audience | None:
    """The audience that the text `to` names: `seat`, `not_answered.<wave>`, `answer.<question>.<option>`, and so on."""
    word, *ids = to.split(".", 2)
    if word not in set(Circle):
        return None
    group = Circle(word)
    if group is Circle.NOT_ANSWERED:
        return Audience(group, wave=ids[0]) if len(ids) == 1 else None
    if group is Circle.ANSWER:
        return Audience(group, question=ids[0], option=ids[1]) if len(ids) == 2 else None
    return None if ids else Audience(group)


def audiences(workshop: Workshop) -> tuple[str, ...]:
    """The audiences that a message of `workshop` can be for, as texts that `parse_audience` reads."""
    plain = [one.value for one in Circle if one not in (Circle.NOT_ANSWERED, Circle.ANSWER)]
    waves = [f"{Circle.NOT_ANSWERED.value}.{wave.id}" for wave in workshop.waves]
    answers = [
        f"{Circle.ANSWER.value}.{question.id}.{option}"
        for question in workshop.questions
        for option in possible_answers(question)
    ]
    return (*plain, *waves, *answers)


class Progress(StrEnum):
    """The states of a message.

    SENDING ──everybody queued──▶ DONE, or FOLLOWING if it is for people who join later too
    SENDING, FOLLOWING ──paused──▶ PAUSED ──goes on──▶ SENDING
    SENDING, FOLLOWING, PAUSED ──stopped──▶ STOPPED
    FOLLOWING ──the workshop is over──▶ DONE
    """

    SENDING = "sending"
    FOLLOWING = "following"
    """Everybody who was there has it. Whoever comes into the group gets it too."""

    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"
    TEST = "test"
    """Sent to its writer alone. It never goes to anybody else."""


UNDER_WAY = frozenset({Progress.SENDING, Progress.FOLLOWING, Progress.PAUSED})


class GroupMessage(Struct, frozen=True, kw_only=True):
    """A message that `by` (an address) wrote to the audience `to` (a text, see `parse_audience`) `at` a time (UTC).

    - `text` is Markdown. It and `subject` can have placeholders (`wording/placeholders.py`), so they need hold no name.
    - `later`: it also goes to people who come into the group after it was sent, until the workshop has ended.
    - `unmarked_too`: whether those with a seat and no mark counted as having come when it was sent
      (`attendance.counts_unmarked`). It matters only to Circle.ATTENDED.
    - `cursor`: the id of the last document that the queueing, or looking for those who joined, has come to; "" at the
      beginning.
    - `queued`: how many mails there are of it.
    - `complete`: whether the queueing has come to everybody once. From then on only those who join later are new.
    - `expected`: how many recipients there were when it was sent, if that was known.
    - `followed`: up to when (UTC) people who joined the group have been looked for, and `version` of the ledger then.
    - `revision`: how often somebody has paused it, made it go on, or stopped it. A page shows it and sends it along.

    The store deletes it some time after `expire_at` (UTC).
    """

    id: str
    workshop: str
    by: str
    at: datetime
    to: str
    subject: str
    text: str
    later: bool = False
    unmarked_too: bool = True
    state: Progress = Progress.SENDING
    cursor: str = ""
    queued: int = 0
    complete: bool = False
    expected: int | None = None
    followed: datetime | None = None
    version: int = -1
    revision: int = 0
    changed_by: str = ""
    changed_at: datetime | None = None
    expire_at: datetime

    @property
    def audience(self) -> Audience:
        """Whom it is for. Raises ValueError if `to` names no audience, which no message is stored with."""
        audience = parse_audience(self.to)
        if audience is None:
            raise ValueError("a message is for an audience that does not exist")
        return audience

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY


def make_message(
    *,
    id: str,
    workshop: Workshop,
    by: str,
    to: str,
    subject: str,
    text: str,
    now: datetime,
    later: bool = False,
    unmarked_too: bool = True,
    expected: int | None = None,
) -> GroupMessage:
    """A message that goes out from `now` (UTC) on. The arguments are explained at GroupMessage."""
    return GroupMessage(
        id=id,
        workshop=workshop.id,
        by=by,
        at=now,
        to=to,
        subject=subject,
        text=text,
        later=later,
        unmarked_too=unmarked_too,
        expected=expected,
        followed=now,
        expire_at=now + MAILS_KEPT,
    )


class Counts(Struct, frozen=True):
    """What has become of the mails of one message so far."""

    sent: int
    failed: int
    skipped: int


class Deed(StrEnum):
    """What an organiser can do with a message under way. The values are those of the buttons."""

    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


def deeds(message: GroupMessage) -> tuple[Deed, ...]:
    """What can be done with `message` now."""
    if message.state in (Progress.SENDING, Progress.FOLLOWING):
        return (Deed.PAUSE, Deed.STOP)
    if message.state is Progress.PAUSED:
        return (Deed.RESUME, Deed.STOP)
    return ()


def may_hold_back(message: GroupMessage, unsent: int | None) -> tuple[Deed, ...]:
    """What can be done with `message`, of which `unsent` mails wait: also one that is all queued can be held back.

    `unsent` is None if nobody may know whether any wait. Then it can be tried.
    """
    if message.state is Progress.DONE and unsent != 0:
        return (Deed.PAUSE, Deed.STOP)
    return deeds(message)


def change(message: GroupMessage, deed: Deed, by: str, now: datetime) -> GroupMessage:
    """`message` after somebody with the address `by` did `deed` at `now` (UTC).

    One that goes on is gone through from its beginning: whoever has a mail already gets no other, and mails that were
    put off because of the pause become due.
    """
    noted = replace(message, revision=message.revision + 1, changed_by=by, changed_at=now)
    match deed:
        case Deed.PAUSE:
            return replace(noted, state=Progress.PAUSED)
        case Deed.RESUME:
            return replace(noted, state=Progress.SENDING, cursor="")
        case Deed.STOP:
            return replace(noted, state=Progress.STOPPED)


def end_of_queue(message: GroupMessage, workshop: Workshop, now: datetime) -> GroupMessage:
    """`message` once everybody who was there at `now` (UTC) has a mail."""
    follows = message.later and message.audience.may_grow and now < workshop.ends_at
    return replace(message, state=Progress.FOLLOWING if follows else Progress.DONE, cursor="", complete=True)


def is_recipient(
    message: GroupMessage,
    workshop: Workshop,
    registration: Registration,
    days: Days | None = None,
    invitation: Invitation | None = None,
) -> bool:
    """Whether `message` is for the person with `registration`, as everything is now.

    It is for nobody whose address is not confirmed: it may be that of somebody who knows nothing of the workshop.

    `days` are the person's marks of attendance, and `invitation` theirs to the wave, if the audience depends on them.
    """
    person, audience = registration.person, message.audience
    if person is None or registration.workshop != workshop.id or not workshop.may_be_mailed(person.email):
        return False
    if registration.is_unconfirmed:
        return False
    match audience.group:
        case Circle.SEAT:
            return registration.state is State.CONFIRMED
        case Circle.WAITLIST:
            return registration.state is State.WAITLISTED
        case Circle.OFFERED:
            return registration.state is State.OFFERED
        case Circle.ALL:
            return registration.state.live
        case Circle.ANSWER:
            chosen = registration.answers.get(audience.question)
            return registration.state.live and has_chosen(chosen, audience.option)
        case Circle.ATTENDED:
            return came(registration, days or {}, unmarked_too=message.unmarked_too)
        case Circle.NOT_ANSWERED:
            return invitation is not None and not invitation.answered and not registration.unsubscribed


def has_chosen(answer: Answer | None, option: str) -> bool:
    """Whether `answer` to a question is, or has among it, the `option` (a value, as text)."""
    if answer is None:
        return False
    chosen = answer if isinstance(answer, list | tuple) else [answer]
    return option in map(str, chosen)


def size_of(audience: Audience, ledger: Ledger) -> int | None:
    """How many people are in the audience, if the counts of `ledger` tell it.

    They do not tell how many of those with a seat, or of those on the waitlist, still have to confirm the address and
    so get no message.
    """
    match audience.group:
        case Circle.SEAT:
            return None if ledger.unconfirmed else ledger.confirmed
        case Circle.WAITLIST:
            return None if ledger.unconfirmed else ledger.waitlisted
        case Circle.OFFERED:
            return ledger.offered
        case Circle.ALL:
            return ledger.confirmed + ledger.waitlisted + ledger.offered - ledger.unconfirmed
        case Circle.ATTENDED | Circle.NOT_ANSWERED | Circle.ANSWER:
            return None
