"""Delivery of something that must go out once: every transition, and every bound. What it is does not matter."""

from datetime import UTC, datetime, timedelta

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
    skip,
    was_returned,
)

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
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
    """Delivery changes only what is its own."""
    letter = Letter(created_at=NOW, due_at=NOW, text="Hello")
    delivered = record_event(settle_attempt(claim(letter, NOW), Accepted("m"), NOW, 0.0), Event.DELIVERED, NOW)
    assert (delivered.text, delivered.state, delivered.message_id) == ("Hello", Delivery.SENT, "m")


# Whose turn it is


def test_a_queued_parcel_may_be_tried_at_once() -> None:
    """Its event comes before the time at which the schedule would look for it."""
    assert is_claimable(QUEUED, NOW)


@pytest.mark.parametrize("parcel", [TO_RETRY, UNCERTAIN])
def test_what_waits_may_be_tried_when_its_time_has_come(parcel: Parcel) -> None:
    """And not a moment before."""
    assert parcel.due_at is not None
    assert not is_claimable(parcel, parcel.due_at - MOMENT)
    assert is_claimable(parcel, parcel.due_at)


@pytest.mark.parametrize("parcel", [CLAIMED, SENT, REFUSED, SKIPPED])
def test_what_is_claimed_or_settled_is_nobody_elses(parcel: Parcel) -> None:
    """Also long after: a lease that ran out is reclaimed first."""
    assert not is_claimable(parcel, NOW + timedelta(days=7))


def test_a_claim_counts_an_attempt_and_begins_a_lease() -> None:
    """That it had been put off is over."""
    claimed = claim(postpone(QUEUED, NOW, "night"), NOW)
    assert (claimed.state, claimed.attempts, claimed.due_at) == (Delivery.SENDING, 1, NOW + LEASE)
    assert not claimed.put_off


def test_a_lease_runs_out_at_its_end_and_not_before() -> None:
    """Until then its worker may still be sending."""
    assert not lease_ran_out(CLAIMED, NOW + LEASE - MOMENT)
    assert lease_ran_out(CLAIMED, NOW + LEASE)


@pytest.mark.parametrize("parcel", [QUEUED, SENT, TO_RETRY, UNCERTAIN, REFUSED, SKIPPED])
def test_only_what_is_claimed_has_a_lease(parcel: Parcel) -> None:
    """Nothing else is ever taken from a worker."""
    assert not lease_ran_out(parcel, NOW + timedelta(days=7))


def test_a_dead_workers_parcel_is_in_doubt() -> None:
    """It waits for events before it is tried again, and keeps the attempt that was counted."""
    reclaimed = reclaim(CLAIMED, NOW)
    assert (reclaimed.state, reclaimed.attempts, reclaimed.due_at) == (Delivery.UNCERTAIN, 1, NOW + EVENTS_WITHIN)
    assert reclaimed.doubtful
    assert reclaimed.reason == "worker stopped while sending"


# How an attempt ends


def test_what_was_accepted_is_sent_under_the_providers_name() -> None:
    """There is nothing left to do, and no reason to give."""
    assert (SENT.state, SENT.message_id, SENT.reason) == (Delivery.SENT, "message-1", "")
    assert (SENT.due_at, SENT.settled_at) == (None, NOW)


def test_what_was_refused_has_failed_at_once() -> None:
    """A second try would end the same; that it was not sent is sure."""
    assert (REFUSED.state, REFUSED.reason, REFUSED.due_at) == (Delivery.FAILED, "too large", None)
    assert REFUSED.settled_at == NOW
    assert not REFUSED.doubtful


def test_what_could_not_be_taken_now_is_tried_again_after_a_pause() -> None:
    """Of the length that belongs to that attempt."""
    assert (TO_RETRY.state, TO_RETRY.reason, TO_RETRY.attempts) == (Delivery.RETRY, "busy", 1)
    assert TO_RETRY.due_at == NOW + pause_before(1, 0.0)
    assert not TO_RETRY.doubtful


def test_what_got_no_answer_waits_for_events() -> None:
    """Nobody knows whether it was taken, and that is remembered through all that follows."""
    assert (UNCERTAIN.state, UNCERTAIN.due_at) == (Delivery.UNCERTAIN, NOW + EVENTS_WITHIN)
    later = settle_attempt(claim(UNCERTAIN, NOW), Busy("busy"), NOW, 0.0)
    assert later.doubtful


def test_our_own_misconfiguration_uses_up_no_attempt() -> None:
    """However often it is tried; each time it waits for a person to act."""
    parcel = QUEUED
    for _ in range(MOST_ATTEMPTS + 3):
        parcel = settle_attempt(claim(parcel, NOW), Misconfigured("401"), NOW, 0.0)
    assert (parcel.state, parcel.attempts, parcel.due_at) == (Delivery.RETRY, 0, NOW + CONFIGURATION_PAUSE)


def test_our_own_misconfiguration_gives_nothing_up_at_the_last_attempt() -> None:
    """That attempt is still to be had."""
    parcel = settle_attempt(LAST, Misconfigured("403"), NOW, 0.0)
    assert parcel.state is Delivery.RETRY
    assert not has_no_attempts_left(parcel)


def test_it_is_given_up_after_the_last_attempt_and_not_before() -> None:
    """With the reason for which the last one ended."""
    last_but_one = replace(CLAIMED, attempts=MOST_ATTEMPTS - 1)
    assert settle_attempt(last_but_one, Busy("busy"), NOW, 0.0).state is Delivery.RETRY
    given_up = settle_attempt(LAST, Busy("busy"), NOW, 0.0)
    assert (given_up.state, given_up.reason) == (Delivery.FAILED, "given up after 12 attempts: busy")
    assert (given_up.due_at, given_up.settled_at) == (None, NOW)


def test_a_last_attempt_in_doubt_waits_for_events_too() -> None:
    """It is given up only when they have had their time."""
    parcel = settle_attempt(LAST, Unknown("no answer"), NOW, 0.0)
    assert (parcel.state, parcel.due_at) == (Delivery.UNCERTAIN, NOW + EVENTS_WITHIN)
    assert has_no_attempts_left(parcel)
    assert reclaim(LAST, NOW).state is Delivery.UNCERTAIN


def test_an_attempt_that_failed_before_anything_was_sent_counts_and_leaves_no_doubt() -> None:
    """It ends as one that the provider could not take."""
    assert count_failure(QUEUED, "busy", NOW, 0.0) == TO_RETRY
    exhausted = replace(QUEUED, attempts=MOST_ATTEMPTS - 1)
    assert count_failure(exhausted, "busy", NOW, 0.0).state is Delivery.FAILED


@pytest.mark.parametrize(
    ("attempt", "minutes"), [(1, 5), (2, 10), (3, 20), (6, 160), (7, 240), (MOST_ATTEMPTS - 1, 240)]
)
def test_pauses_double_up_to_four_hours(attempt: int, minutes: int) -> None:
    """Chance makes each of them longer by a fifth at most, never shorter."""
    assert pause_before(attempt, 0.0) == timedelta(minutes=minutes)
    assert pause_before(attempt, 0.5) == timedelta(minutes=minutes) * 1.1
    assert pause_before(attempt, 1.0) == timedelta(minutes=minutes) * 1.2


def test_attempts_go_on_for_more_than_a_day() -> None:
    """Longer than a provider is ever away; no single pause is longer than four hours and its fifth."""
    pauses = [pause_before(attempt, 0.0) for attempt in range(1, MOST_ATTEMPTS)]
    assert sum(pauses, timedelta()) > timedelta(days=1)
    assert max(pause_before(attempt, 1.0) for attempt in range(1, MOST_ATTEMPTS + 1)) == LONGEST_PAUSE * 1.2


# Not sending


def test_what_is_skipped_says_why() -> None:
    """It is settled, and nobody looks at it again."""
    assert (SKIPPED.state, SKIPPED.reason, SKIPPED.due_at) == (Delivery.SKIPPED, "no longer true", None)
    assert SKIPPED.settled_at == NOW


def test_what_is_put_off_waits_without_an_attempt() -> None:
    """It is marked, so that nobody thinks that something is the matter with it."""
    morning = NOW + timedelta(hours=9)
    parcel = postpone(QUEUED, morning, "night")
    assert (parcel.state, parcel.due_at, parcel.attempts, parcel.put_off) == (Delivery.RETRY, morning, 0, True)
    assert not is_claimable(parcel, morning - MOMENT)


def test_giving_up_names_the_number_of_attempts() -> None:
    """So whoever reads it knows that it was tried."""
    assert give_up(UNCERTAIN, "no answer", NOW).reason == "given up after 1 attempts: no answer"


# What the provider tells afterwards


@pytest.mark.parametrize("event", list(Event))
@pytest.mark.parametrize("parcel", [CLAIMED, TO_RETRY, UNCERTAIN])
def test_any_event_settles_what_was_not_settled(parcel: Parcel, event: Event) -> None:
    """It proves that the provider took it."""
    heard = record_event(parcel, event, NOW)
    assert (heard.state, heard.due_at, heard.reason, heard.delivered) == (Delivery.SENT, None, "", event.value)


@pytest.mark.parametrize(
    "settled", [give_up(UNCERTAIN, "no answer", NOW), skip(UNCERTAIN, "no longer true", NOW)], ids=["failed", "skipped"]
)
def test_an_event_corrects_what_was_settled_in_doubt(settled: Parcel) -> None:
    """It was given up or skipped, and had been taken all the same."""
    heard = record_event(settled, Event.DELIVERED, NOW)
    assert (heard.state, heard.delivered) == (Delivery.SENT, "delivered")


def test_doubt_about_an_early_attempt_is_enough_to_correct_it() -> None:
    """Also where every attempt since then has surely sent nothing."""
    parcel = settle_attempt(replace(LAST, doubtful=True), Busy("busy"), NOW, 0.0)
    assert parcel.state is Delivery.FAILED
    assert record_event(parcel, Event.PROCESSED, NOW).state is Delivery.SENT


@pytest.mark.parametrize(("parcel", "state"), [(REFUSED, Delivery.FAILED), (SKIPPED, Delivery.SKIPPED)])
def test_an_event_does_not_change_what_was_settled_without_doubt(parcel: Parcel, state: Delivery) -> None:
    """It cannot be about this one as we sent it."""
    assert record_event(parcel, Event.DELIVERED, NOW).state is state


def test_the_providers_name_for_it_is_kept() -> None:
    """Whatever is heard of it afterwards."""
    assert record_event(SENT, Event.BOUNCE, NOW).message_id == "message-1"
    assert record_event(replace(UNCERTAIN, message_id="message-1"), Event.PROCESSED, NOW).message_id == "message-1"


def test_an_event_of_lower_rank_or_the_same_again_changes_nothing() -> None:
    """They come repeatedly and in any order."""
    ranks = [Event.PROCESSED, Event.DEFERRED, Event.DELIVERED, Event.DROPPED, Event.BOUNCE]
    for rank, event in enumerate(ranks):
        heard = record_event(SENT, event, NOW)
        for other in ranks[: rank + 1]:
            assert record_event(heard, other, NOW) == heard
        for other in ranks[rank + 1 :]:
            assert record_event(heard, other, NOW).delivered == other.value


@pytest.mark.parametrize("event", list(Event))
def test_what_bounced_or_was_dropped_was_returned(event: Event) -> None:
    """Nothing else was: what is deferred may still arrive."""
    assert was_returned(record_event(SENT, event, NOW)) is (event in (Event.BOUNCE, Event.DROPPED))


def test_what_nothing_was_heard_of_was_not_returned() -> None:
    """No news is no bad news."""
    assert not was_returned(SENT)


@pytest.mark.parametrize("state", list(Delivery))
def test_only_what_is_settled_is_due_no_more(state: Delivery) -> None:
    """So a single query on `due_at` finds all that is left to do."""
    samples = [QUEUED, CLAIMED, TO_RETRY, UNCERTAIN, SENT, SKIPPED, REFUSED]
    parcel = next(one for one in samples if one.state is state)
    assert (parcel.due_at is None) is state.final
