"""The search for planted strings notices each of these mistakes, which are made on purpose."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.privacy.test_planted import in_memory, nothing_is_logged
from werkplaats import log
from werkplaats.domain.seats import draft, erasing
from werkplaats.store.journal import Journal
from werkplaats.store.surveys import Surveys
from werkplaats.web.public import sign_up

pytestmark = pytest.mark.long

Break = Callable[[pytest.MonkeyPatch], None]


def a_hash_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    replace = erasing.replace
    monkeypatch.setattr(erasing, "replace", lambda one, **new: replace(one, **{**new, "address": one.address}))


def the_answers_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    replace = erasing.replace
    monkeypatch.setattr(erasing, "replace", lambda one, **new: replace(one, **{**new, "answers": one.answers}))


def the_form_is_stored_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_up, "stored_form", lambda form: form)


def what_servers_said_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Journal, "erase_details", lambda *_: None)


def results_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Surveys, "erase_results", lambda *_: 0)


def mailboxes_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft, "EMPTY_MAILBOX_KEPT", timedelta(days=9_000))


def a_name_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    command = sign_up._command

    def telling(*given: Any) -> Any:
        log.event("sign_up.sent", who=given[-1].person().given_name)
        return command(*given)

    monkeypatch.setattr(sign_up, "_command", telling)


def messages_of_errors_are_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(name: str, error: BaseException, **fields: str) -> None:
        log.event(name, severity="ERROR", error=str(error), **fields)

    monkeypatch.setattr(log, "crash", crash)


@pytest.mark.parametrize(
    ("mistake", "found"),
    [
        (a_hash_is_left, r"registrations/.*address \(visitor\) as a hash"),
        (the_answers_are_left, r"registrations/.*answers.dieetwensen: diet \(early\) as text"),
        (the_form_is_stored_as_it_is, r"proef-0: .*@"),
        (what_servers_said_is_left, r"journal/.*detail: name \(visitor\) as text"),
        (results_are_left, r"answers/.*survey \(result\) as text"),
        (mailboxes_are_kept, r"mailboxes/.* \(visitor\) as a hash"),
        (a_name_is_logged, r"log: name \(visitor\) as text"),
        (messages_of_errors_are_logged, r"log: .* \(visitor\) as text"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_mistake_is_found(monkeypatch: pytest.MonkeyPatch, mistake: Break, found: str) -> None:
    """One course with the mistake in it fails, and says what is left and where."""
    mistake(monkeypatch)
    with pytest.raises(AssertionError, match=found):
        nothing_is_logged(*in_memory(monkeypatch, seed=1, courses=1, people=16))
