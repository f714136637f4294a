"""The benchmark's check of what is stored finds each kind of mistake that is planted here."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from bench.verify import SentForm, Stored, problems
from tests.samples import World, sign_up, workshop
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import State

COUNT = 4


@pytest.fixture
def stored() -> Stored:
    """Four sign-ups, decided together, for a workshop of two seats."""
    world = World(workshop(capacity=2))
    world.do(*(sign_up(number) for number in range(COUNT)))
    return Stored(
        ledger=world.ledger,
        registrations=tuple(world.registrations.values()),
        mails=tuple(world.mails.values()),
        journal=tuple(world.journal.values()),
    )


@pytest.fixture
def sent() -> list[SentForm]:
    return [SentForm(f"r{number}", f"r{number}") for number in range(COUNT)]


def changed(stored: Stored, **changes: object) -> Stored:
    return Stored(**{**vars(stored), **changes})  # type: ignore[arg-type]


def test_nothing_is_wrong_with_what_was_decided_by_the_rules(sent: list[SentForm], stored: Stored) -> None:
    """Sign-ups that were decided by the rules have no problems."""
    assert problems(sent, stored) == []


def test_a_form_without_an_answer_may_be_stored_or_not(sent: list[SentForm], stored: Stored) -> None:
    """A form that got no answer may or may not be stored; neither is a problem."""
    assert problems([SentForm("r0", None), *sent[1:], SentForm("r99", None)], stored) == []


def test_one_seat_too_many_is_found(sent: list[SentForm], stored: Stored) -> None:
    """A third confirmed registration for two seats is found."""
    registrations = tuple(
        replace(one, state=State.CONFIRMED) if one.sequence == 3 else one for one in stored.registrations
    )
    mails = tuple(replace(one, kind=Kind.CONFIRMED) if one.registration == "r2" else one for one in stored.mails)
    ledger = replace(stored.ledger, confirmed=3, waitlisted=1)
    found = problems(sent, changed(stored, registrations=registrations, mails=mails, ledger=ledger))
    assert found == [
        "oversold: 3 seats are held of 2",
        "overtaken: r2 has a seat as number 3, and there are 2",
    ]


def test_an_answered_form_that_is_not_stored_is_found(sent: list[SentForm], stored: Stored) -> None:
    """A form that was answered but has no registration is found."""
    assert problems([*sent, SentForm("r99", "r99")], stored) == ["lost: r99 was answered and is not stored"]


def test_an_answer_that_leads_to_another_is_found(sent: list[SentForm], stored: Stored) -> None:
    """Two people whose answers lead to the same registration are found."""
    found = problems([SentForm("r0", "r1"), *sent[1:]], stored)
    assert found == [
        "lost: the answer to r0 led to r1",
        "doubled: registration in an answer r1 is there 2 times",
    ]


def test_a_number_given_twice_is_found(sent: list[SentForm], stored: Stored) -> None:
    """Two registrations with the same sequence number are found."""
    registrations = tuple(replace(one, sequence=3) if one.sequence == 4 else one for one in stored.registrations)
    assert problems(sent, changed(stored, registrations=registrations)) == [
        "doubled: sequence number 3 is there 2 times"
    ]


def test_a_registration_that_nobody_sent_is_found(sent: list[SentForm], stored: Stored) -> None:
    """A registration that belongs to no form is found."""
    assert problems(sent[1:], stored) == ["doubled: r0 is stored and was never sent"]


@pytest.mark.parametrize(
    ("part", "kept", "expected"),
    [
        ("mails", lambda one: one.registration != "r0", "lost: r0 is confirmed and has no mail that says so"),
        ("journal", lambda one: one.registration != "r3", "lost: r3 is not in the journal"),
    ],
)
def test_a_missing_mail_or_entry_is_found(
    sent: list[SentForm], stored: Stored, part: str, kept: Callable[[object], bool], expected: str
) -> None:
    """A registration without its mail or its journal entry is found."""
    assert problems(sent, changed(stored, **{part: tuple(filter(kept, getattr(stored, part)))})) == [expected]


def test_a_mail_written_twice_is_found(sent: list[SentForm], stored: Stored) -> None:
    """A second mail about one sign-up is found."""
    again = replace(stored.mails[0], id="another")
    found = problems(sent, changed(stored, mails=(*stored.mails, again)))
    assert found == [f"doubled: registration in the mails {again.registration} is there 2 times"]


def test_a_ledger_that_counts_wrong_is_found(sent: list[SentForm], stored: Stored) -> None:
    """A ledger whose counts differ from the registrations is found."""
    ledger = replace(stored.ledger, confirmed=1, next_sequence=4)
    assert problems(sent, changed(stored, ledger=ledger)) == [
        "miscounted: the ledger has 1 confirmed, there are 2",
        "miscounted: the next number is 4 after 4 sign-ups",
    ]
