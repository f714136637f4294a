"""Delivery of something that must go out once: every transition and every bound, whatever it is that goes out."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from werkplaats.domain.delivery import (
    CONFIGURATION_PAUSE,
    EVENTS_WITHIN,
    LEASE,
    LONGEST_PAUSE,
    MOST_ATTEMPTS,
    PICK_UP_AFTER,
    Accepted,
    Busy,
    Delivery,
    Event,
    Misconfigured,
    Parcel,
    Rejected,
    SendResult,
    Unknown,
    claim,
    count_failure,
    give_up,
    has_no_attempts_left,
    is_claimable,
    lease_ran_out,
    pause_before,
    postpone,
    reclaim,
    record_event,
    settle_attempt,
    severity_of,
    skip,
    was_returned,
)

ROOT = Path(__file__).resolve().parents[2]

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
MOMENT = timedelta(microseconds=1)
QUEUED = Parcel(created_at=NOW, due_at=NOW + PICK_UP_AFTER)
CLAIMED = claim(QUEUED, NOW)
LAST = replace(CLAIMED, attempts=MOST_ATTEMPTS)
"""Claimed for the last of its attempts."""

SENT = settle_attempt(CLAIMED, Accepted("message-1"), NOW, 0.0)
TO_RETRY = settle_attempt(CLAIMED, Busy("busy"), NOW, 0.0)
UNCERTAIN = settle_attempt(CLAIMED, Unknown("no answer"), NOW, 0.0)
REFUSED = settle_attempt(CLAIMED, Rejected("too large"), NOW, 0.0)
SKIPPED = skip(QUEUED, "no longer true", NOW)


class Letter(Parcel, frozen=True, kw_only=True):
    """A payload of a kind that delivery has never heard of."""

    text: str


def test_a_payload_stays_as_it_is() -> None:
    """Delivery changes only its own fields."""
    letter = Letter(created_at=NOW, due_at=NOW, text="Hello")
    delivered = record_event(settle_attempt(claim(letter, NOW), Accepted("m"), NOW, 0.0), Event.DELIVERED, NOW)
    assert (delivered.text, delivered.state, delivered.message_id) == ("Hello", Delivery.SENT, "m")


@pytest.mark.parametrize(
    ("length", "minutes"),
    [(LEASE, 5), (PICK_UP_AFTER, 2), (EVENTS_WITHIN, 30), (CONFIGURATION_PAUSE, 15), (LONGEST_PAUSE, 240)],
)
def test_how_long_is_waited(length: timedelta, minutes: int) -> None:
    """Schedules, timeouts and alerts outside the domain are chosen to fit these lengths."""
    assert length == timedelta(minutes=minutes)


# Whose turn it is


def test_a_queued_parcel_may_be_tried_at_once() -> None:
    """Its event comes before the time at which the schedule would look for it."""
    assert is_claimable(QUEUED, NOW)


@pytest.mark.parametrize("parcel", [TO_RETRY, UNCERTAIN])
def test_what_waits_may_be_tried_when_its_time_has_come(parcel: Parcel) -> None:
    """Not one microsecond earlier."""
    assert parcel.due_at is not None
    assert not is_claimable(parcel, parcel.due_at - MOMENT)
    assert is_claimable(parcel, parcel.due_at)


@pytest.mark.parametrize("parcel", [CLAIMED, SENT, REFUSED, SKIPPED])
def test_what_is_claimed_or_settled_is_nobody_elses(parcel: Parcel) -> None:
    """That holds however much later it is: a mail whose lease ran out has to be reclaimed before it can be claimed."""
    assert not is_claimable(parcel, NOW + timedelta(days=7))


def test_a_claim_counts_an_attempt_and_begins_a_lease() -> None:
    """A mail that had been put off no longer counts as put off once it is claimed."""
    claimed = claim(postpone(QUEUED, NOW, "night"), NOW)
    assert (claimed.state, claimed.attempts, claimed.due_at) == (Delivery.SENDING, 1, NOW + LEASE)
    assert not claimed.put_off


def test_a_lease_runs_out_at_its_end_and_not_before() -> None:
    """Until its end the worker that claimed it may still be sending."""
    assert not lease_ran_out(CLAIMED, NOW + LEASE - MOMENT)
    assert lease_ran_out(CLAIMED, NOW + LEASE)


@pytest.mark.parametrize("parcel", [QUEUED, SENT, TO_RETRY, UNCERTAIN, REFUSED, SKIPPED])
def test_only_what_is_claimed_has_a_lease(parcel: Parcel) -> None:
    """In every other state there is no worker to take it from."""
    assert not lease_ran_out(parcel, NOW + timedelta(days=7))


def test_a_dead_workers_parcel_is_in_doubt() -> None:
    """It waits for events before it is tried again, and keeps the attempt that was counted."""
    reclaimed = reclaim(CLAIMED, NOW)
    assert (reclaimed.state, reclaimed.attempts, reclaimed.due_at) == (Delivery.UNCERTAIN, 1, NOW + EVENTS_WITHIN)
    assert reclaimed.doubtful
    assert reclaimed.reason == "worker stopped while sending"


# How an attempt ends


def test_what_was_accepted_is_sent_under_the_providers_name() -> None:
    """Nothing is left to do for it, and the reason of an earlier attempt is gone."""
    sent = settle_attempt(claim(TO_RETRY, NOW), Accepted("message-1"), LATER, 0.0)
    assert (sent.state, sent.message_id, sent.reason) == (Delivery.SENT, "message-1", "")
    assert (sent.due_at, sent.settled_at) == (None, LATER)


def test_what_was_refused_has_failed_at_once() -> None:
    """A second try would end the same way, and it is certain that nothing was sent."""
    refused = settle_attempt(CLAIMED, Rejected("too large"), LATER, 0.0)
    assert (refused.state, refused.reason, refused.due_at) == (Delivery.FAILED, "too large", None)
    assert refused.settled_at == LATER
    assert not refused.doubtful


def test_what_could_not_be_taken_now_is_tried_again_after_a_pause() -> None:
    """The length of the pause follows from the number of the attempt."""
    to_retry = settle_attempt(replace(CLAIMED, attempts=3), Busy("busy"), LATER, 0.5)
    assert (to_retry.state, to_retry.reason, to_retry.attempts) == (Delivery.RETRY, "busy", 3)
    assert to_retry.due_at == LATER + pause_before(3, 0.5)
    assert not to_retry.doubtful


def test_what_got_no_answer_waits_for_events() -> None:
    """Nobody knows whether it was taken, and that doubt is remembered through all later attempts."""
    uncertain = settle_attempt(CLAIMED, Unknown("no answer"), LATER, 0.0)
    assert (uncertain.state, uncertain.due_at) == (Delivery.UNCERTAIN, LATER + EVENTS_WITHIN)
    assert (uncertain.reason, uncertain.attempts) == ("no answer", 1)
    later = settle_attempt(claim(uncertain, NOW), Busy("busy"), NOW, 0.0)
    assert later.doubtful


def test_our_own_misconfiguration_uses_up_no_attempt() -> None:
    """It may be tried any number of times; each time it waits for a person to act, and says why."""
    parcel = QUEUED
    for _ in range(MOST_ATTEMPTS + 3):
        parcel = settle_attempt(claim(parcel, NOW), Misconfigured("401"), LATER, 0.0)
    assert (parcel.state, parcel.attempts, parcel.due_at) == (Delivery.RETRY, 0, LATER + CONFIGURATION_PAUSE)
    assert parcel.reason == "401"


@pytest.mark.parametrize(
    ("result", "severity"),
    [
        (Accepted("message-1"), "INFO"),
        (Busy("429"), "INFO"),
        (Rejected("400"), "INFO"),
        (Unknown("no answer"), "INFO"),
        (Misconfigured("401"), "ERROR"),
    ],
)
def test_only_our_own_misconfiguration_is_an_error_that_alerts_a_person(result: SendResult, severity: str) -> None:
    """A refused key stops every mail until a person acts; all other outcomes are dealt with by themselves."""
    assert severity_of(result) == severity


def test_the_alert_looks_for_the_state_that_a_misconfiguration_leads_to() -> None:
    """The alert's filter names the log event `mail.retry` with the severity of a misconfiguration."""
    state = settle_attempt(CLAIMED, Misconfigured("403"), NOW, 0.0).state
    wanted = f'message=\\"mail.{state.value}\\" AND severity={severity_of(Misconfigured("403"))}"'
    assert wanted in (ROOT / "infra" / "logging.tf").read_text()


def test_our_own_misconfiguration_gives_nothing_up_at_the_last_attempt() -> None:
    """The attempt is not counted, so there is one left."""
    parcel = settle_attempt(LAST, Misconfigured("403"), NOW, 0.0)
    assert parcel.state is Delivery.RETRY
    assert not has_no_attempts_left(parcel)


def test_it_is_given_up_after_the_last_attempt_and_not_before() -> None:
    """The reason says how many attempts there were and how the last one ended."""
    last_but_one = replace(CLAIMED, attempts=MOST_ATTEMPTS - 1)
    assert settle_attempt(last_but_one, Busy("busy"), NOW, 0.0).state is Delivery.RETRY
    given_up = settle_attempt(LAST, Busy("busy"), NOW, 0.0)
    assert (given_up.state, given_up.reason) == (Delivery.FAILED, "given up after 12 attempts: busy")
    assert (given_up.due_at, given_up.settled_at) == (None, NOW)


def test_a_last_attempt_in_doubt_waits_for_events_too() -> None:
    """It is given up only after the time in which events may still come."""
    parcel = settle_attempt(LAST, Unknown("no answer"), NOW, 0.0)
    assert (parcel.state, parcel.due_at) == (Delivery.UNCERTAIN, NOW + EVENTS_WITHIN)
    assert has_no_attempts_left(parcel)
    assert reclaim(LAST, NOW).state is Delivery.UNCERTAIN


def test_an_attempt_that_failed_before_anything_was_sent_counts_and_leaves_no_doubt() -> None:
    """It is treated like an attempt that the provider was too busy to take."""
    assert count_failure(QUEUED, "busy", NOW, 0.0) == TO_RETRY
    exhausted = replace(QUEUED, attempts=MOST_ATTEMPTS - 1)
    assert count_failure(exhausted, "busy", NOW, 0.0).state is Delivery.FAILED


@pytest.mark.parametrize(
    ("attempt", "minutes"), [(1, 5), (2, 10), (3, 20), (6, 160), (7, 240), (MOST_ATTEMPTS - 1, 240)]
)
def test_pauses_double_up_to_four_hours(attempt: int, minutes: int) -> None:
    """The random part makes each pause longer, by a fifth at most, and never shorter."""
    assert pause_before(attempt, 0.0) == timedelta(minutes=minutes)
    assert pause_before(attempt, 0.5) == timedelta(minutes=minutes) * 1.1
    assert pause_before(attempt, 1.0) == timedelta(minutes=minutes) * 1.2


def test_attempts_go_on_for_more_than_a_day() -> None:
    """A provider is never away for so long. No single pause is longer than four hours plus a fifth."""
    pauses = [pause_before(attempt, 0.0) for attempt in range(1, MOST_ATTEMPTS)]
    assert sum(pauses, timedelta()) > timedelta(days=1)
    assert max(pause_before(attempt, 1.0) for attempt in range(1, MOST_ATTEMPTS + 1)) == LONGEST_PAUSE * 1.2


# Not sending


def test_what_is_skipped_says_why() -> None:
    """It is settled, and the schedule does not look at it again."""
    skipped = skip(TO_RETRY, "no longer true", LATER)
    assert (skipped.state, skipped.reason, skipped.due_at) == (Delivery.SKIPPED, "no longer true", None)
    assert skipped.settled_at == LATER


def test_what_is_put_off_waits_without_an_attempt() -> None:
    """It is marked as put off and says why, so that nobody takes it for a mail in trouble."""
    morning = NOW + timedelta(hours=9)
    parcel = postpone(QUEUED, morning, "night")
    assert parcel.reason == "night"
    assert (parcel.state, parcel.due_at, parcel.attempts, parcel.put_off) == (Delivery.RETRY, morning, 0, True)
    assert not is_claimable(parcel, morning - MOMENT)


def test_giving_up_names_the_number_of_attempts() -> None:
    """The reason tells an organiser how often it was tried and how the last attempt ended."""
    given_up = give_up(UNCERTAIN, "no answer", LATER)
    assert given_up.reason == "given up after 1 attempts: no answer"
    assert (given_up.state, given_up.settled_at) == (Delivery.FAILED, LATER)


# What the provider tells afterwards


@pytest.mark.parametrize("event", list(Event))
@pytest.mark.parametrize("parcel", [CLAIMED, TO_RETRY, UNCERTAIN])
def test_any_event_settles_what_was_not_settled(parcel: Parcel, event: Event) -> None:
    """An event proves that the provider took it, also while it is being sent or waits to be tried again."""
    heard = record_event(parcel, event, LATER)
    assert (heard.state, heard.due_at, heard.reason, heard.delivered) == (Delivery.SENT, None, "", event.value)
    assert heard.settled_at == LATER


def test_an_event_does_not_settle_what_was_never_tried() -> None:
    """A queued mail is still to be sent: the event must be about something else."""
    assert record_event(QUEUED, Event.DELIVERED, NOW).state is Delivery.QUEUED


@pytest.mark.parametrize(
    "settled", [give_up(UNCERTAIN, "no answer", NOW), skip(UNCERTAIN, "no longer true", NOW)], ids=["failed", "skipped"]
)
def test_an_event_corrects_what_was_settled_in_doubt(settled: Parcel) -> None:
    """It was given up or skipped, although the provider had taken it."""
    heard = record_event(settled, Event.DELIVERED, NOW)
    assert (heard.state, heard.delivered) == (Delivery.SENT, "delivered")


def test_doubt_does_not_keep_it_from_being_given_up() -> None:
    """Events have had their time by then; if one comes after all, it still corrects the outcome."""
    doubtful = replace(LAST, doubtful=True)
    assert has_no_attempts_left(doubtful)
    assert settle_attempt(doubtful, Busy("busy"), NOW, 0.0).state is Delivery.FAILED


def test_doubt_about_an_early_attempt_is_enough_to_correct_it() -> None:
    """It may be corrected even if every later attempt is known to have sent nothing."""
    parcel = settle_attempt(replace(LAST, doubtful=True), Busy("busy"), NOW, 0.0)
    assert parcel.state is Delivery.FAILED
    assert record_event(parcel, Event.PROCESSED, NOW).state is Delivery.SENT


@pytest.mark.parametrize(("parcel", "state"), [(REFUSED, Delivery.FAILED), (SKIPPED, Delivery.SKIPPED)])
def test_an_event_does_not_change_what_was_settled_without_doubt(parcel: Parcel, state: Delivery) -> None:
    """The provider never had it, so the event must be about something else."""
    assert record_event(parcel, Event.DELIVERED, NOW).state is state


def test_the_providers_name_for_it_is_kept() -> None:
    """Later events carry no such name, and they do not remove the one that is known."""
    again = settle_attempt(replace(CLAIMED, message_id="message-0"), Accepted("message-1"), NOW, 0.0)
    assert again.message_id == "message-1", "the name of the latest attempt"
    assert record_event(SENT, Event.BOUNCE, NOW).message_id == "message-1"
    assert record_event(replace(UNCERTAIN, message_id="message-1"), Event.PROCESSED, NOW).message_id == "message-1"


def test_an_event_of_lower_rank_or_the_same_again_changes_nothing() -> None:
    """Events come repeatedly and in any order, so only a higher rank counts."""
    ranks = [Event.PROCESSED, Event.DEFERRED, Event.DELIVERED, Event.DROPPED, Event.BOUNCE]
    for rank, event in enumerate(ranks):
        heard = record_event(SENT, event, NOW)
        for other in ranks[: rank + 1]:
            assert record_event(heard, other, NOW) == heard
        for other in ranks[rank + 1 :]:
            assert record_event(heard, other, NOW).delivered == other.value


@pytest.mark.parametrize("event", list(Event))
def test_what_bounced_or_was_dropped_was_returned(event: Event) -> None:
    """A deferred mail may still arrive, so it does not count as returned."""
    assert was_returned(record_event(SENT, event, NOW)) is (event in (Event.BOUNCE, Event.DROPPED))


def test_what_nothing_was_heard_of_was_not_returned() -> None:
    """Before the first event nothing is wrong with it."""
    assert not was_returned(SENT)


@pytest.mark.parametrize("state", list(Delivery))
def test_only_what_is_settled_is_due_no_more(state: Delivery) -> None:
    """A single query on `due_at` therefore finds everything that is left to do."""
    samples = [QUEUED, CLAIMED, TO_RETRY, UNCERTAIN, SENT, SKIPPED, REFUSED]
    parcel = next(one for one in samples if one.state is state)
    assert (parcel.due_at is None) is state.final
