"""Signing in with a store in memory that fails as a test tells it to."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.samples import NOW, workshop
from tests.simulation.database.firestore import SimulatedWire
from tests.surroundings import STILL
from werkplaats.domain.access import Known
from werkplaats.domain.delivery import Accepted, Delivery, SendResult
from werkplaats.domain.mail.about import AboutEntry
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import queue
from werkplaats.domain.signing_in import Presented, Session, SignInRequest
from werkplaats.mailing.message import Message
from werkplaats.security.links import Links
from werkplaats.store import ConflictError, OutcomeUnknownError, Store
from werkplaats.store.wire import Write
from werkplaats.workflows.mail.deliver import Postman, deliver_in_turn
from werkplaats.workflows.mail.retry import retry_mail
from werkplaats.workflows.publish import create_workshop
from werkplaats.workflows.sign_in import (
    Refusal,
    WrongCode,
    ask_to_sign_in,
    begin_session,
    current_session,
    sign_in_by_code,
    sign_in_by_link,
    sign_out_everywhere,
)

KNOWN = Known("een@example.org", "proef")
LINK = Presented(request="q1", signed=True, proof="", browser="b1")
LINKS = Links(("k" * 32,), "https://werkplaats.example.org")


@pytest.fixture
def wire() -> SimulatedWire:
    return SimulatedWire()


@pytest.fixture
def store(wire: SimulatedWire) -> Store:
    store = Store(wire)
    create_workshop(store, workshop(), NOW, "test")
    return store


def ask(store: Store, id: str = "q1", known: Known | None = KNOWN) -> None:
    ask_to_sign_in(store, "address", known, SignInRequest(id=id, browser="b1", at=NOW))


def test_a_request_that_somebody_else_interrupts_is_decided_again(store: Store, wire: SimulatedWire) -> None:
    """Two requests at the same moment are both stored."""
    interruptions = iter([lambda: ask(store, "q2")])

    def interrupted(writes: Sequence[Write]) -> None:
        for interrupt in interruptions:
            interrupt()

    wire.before_commit = interrupted
    ask(store, "q1")
    assert {one.id for one in store.signing_in.of("address").sign_ins.requests} == {"q1", "q2"}


def test_somebody_who_is_never_left_alone_is_told_to_try_again(store: Store, wire: SimulatedWire) -> None:
    """If others are faster every time, ConflictError is raised and nothing is stored."""

    def always(writes: Sequence[Write]) -> None:
        raise ConflictError

    wire.before_commit = always
    with pytest.raises(ConflictError):
        ask(store)
    wire.before_commit = lambda writes: None
    assert store.signing_in.of("address").sign_ins.requests == ()


def test_a_session_whose_commit_was_not_answered_has_begun(store: Store, wire: SimulatedWire) -> None:
    """If the answer to the commit was lost but it took effect, the person is signed in."""
    ask(store)
    lost = [True]
    commit = wire.commit

    def commit_unanswered(writes: Sequence[Write]) -> object:
        commit(writes)
        if lost:
            lost.pop()
            raise OutcomeUnknownError
        return []

    wire.commit = commit_unanswered  # type: ignore[method-assign,assignment]
    outcome = sign_in_by_link(store, "address", LINK, "s1", NOW)
    assert isinstance(outcome, Session)
    assert sign_in_by_link(store, "address", LINK, "s2", NOW) is Refusal.OVER


def test_an_attempt_is_stored_before_it_is_told(store: Store, wire: SimulatedWire) -> None:
    """If an attempt cannot be stored, an error is raised whether or not the code was right."""
    ask(store)

    def away(writes: Sequence[Write]) -> None:
        raise OutcomeUnknownError

    wire.before_commit = away
    for is_right in (True, False):
        with pytest.raises(OutcomeUnknownError):
            sign_in_by_code(store, "address", "b1", lambda id: is_right, "s1", NOW)  # noqa: A006,B023
    wire.before_commit = lambda writes: None
    outcome = sign_in_by_code(store, "address", "b1", lambda request: False, "s1", NOW)
    assert outcome == WrongCode(Refusal.WRONG_CODE, 4)


def test_a_session_that_was_ended_meanwhile_is_not_brought_back(store: Store, wire: SimulatedWire) -> None:
    """Recording the use of a session that was ended meanwhile does not bring it back."""
    begin_session(store, "address", "een@example.org", "s1", NOW)

    def end_it(writes: Sequence[Write]) -> None:
        wire.before_commit = lambda writes: None
        sign_out_everywhere(store, "address")

    wire.before_commit = end_it
    assert current_session(store, "s1", NOW + timedelta(days=2)) is not None
    assert current_session(store, "s1", NOW + timedelta(days=2)) is None


def test_signing_out_everywhere_counts_what_it_ends(store: Store) -> None:
    for number in range(3):
        begin_session(store, "address", "een@example.org", f"s{number}", NOW)
    begin_session(store, "other", "twee@example.org", "s9", NOW)
    assert sign_out_everywhere(store, "address") == 3
    assert current_session(store, "s9", NOW) is not None


# A mail to sign in with goes before all other mail


class Provider:
    """Accepts every mail, and keeps the order in which they came."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    def send(self, message: Message) -> SendResult:
        self.taken.append(message.mail_id)
        return Accepted("m")


def notices(store: Store, count: int) -> list[str]:
    """The ids of `count` queued notices that are skipped when they are sent, because their entries do not exist."""
    mails = [
        queue(Kind.ORGANISER_SIGNED_UP, AboutEntry(f"e{number}", "een@example.org", 1, 1, None), "proef", NOW)
        for number in range(count)
    ]
    store.outbox.add_missing(mails)
    return [mail.id for mail in mails]


def test_in_a_queue_a_mail_to_sign_in_goes_first(store: Store) -> None:
    """A mail to sign in with is sent before a mail that has waited for more than five seconds."""
    provider = Provider()
    postman = Postman(store, provider, LINKS, STILL)
    first, *_ = notices(store, 20)
    ask(store)
    deliver_in_turn(postman, first, NOW + timedelta(seconds=4))
    assert provider.taken == [], "as long as mails go out at once nobody looks for others"
    first, second, *_ = notices(store, 20)[1:]
    deliver_in_turn(postman, second, NOW + timedelta(seconds=10))
    assert provider.taken == ["sign_in-q1"]
    assert deliver_in_turn(postman, "sign_in-q1", NOW + timedelta(seconds=11)) is Delivery.SENT
    assert provider.taken == ["sign_in-q1"], "its own event finds it sent"


def test_the_schedule_takes_it_first(store: Store) -> None:
    """The schedule handles the mail to sign in with first, even if it was queued last."""
    provider = Provider()
    postman = Postman(store, provider, LINKS, STILL)
    notices(store, 5)
    later = NOW + timedelta(minutes=3)
    ask_to_sign_in(store, "address", KNOWN, SignInRequest(id="q1", browser="b1", at=later))
    settled: list[str] = []
    update = store.outbox.update

    def noted(mail, *rest):  # type: ignore[no-untyped-def]
        settled.append(mail.id)
        return update(mail, *rest)

    store.outbox.update = noted  # type: ignore[method-assign]
    retry_mail(postman, later)
    assert settled[0] == "sign_in-q1"
    assert len(set(settled)) == 6
