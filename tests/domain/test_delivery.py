"""Delivery of something that must be sent once: every change of state and every limit, for any payload."""

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
    is_undeliverable,
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
"""Claimed for its last attempt."""

SENT = settle_attempt(CLAIMED, Accepted("message-1"), NOW, 0.0)
TO_RETRY = settle_attempt(CLAIMED, Busy("busy"), NOW, 0.0)
UNCERTAIN = settle_attempt(CLAIMED, Unknown("no answer"), NOW, 0.0)
REFUSED = settle_attempt(CLAIMED, Rejected("too large"), NOW, 0.0)
SKIPPED = skip(QUEUED, "no longer true", NOW)


class Letter(Parcel, frozen=True, kw_only=True):
    """A payload that the delivery module does not know."""

    text: str


def test_a_payload_stays_as_it_is() -> None:
    """Delivery changes only its own fields and not those of the payload."""
    letter = Letter(created_at=NOW, due_at=NOW, text="Hello")
    delivered = record_event(settle_attempt(claim(letter, NOW), Accepted("m"), NOW, 0.0), Event.DELIVERED, NOW)
    assert (delivered.text, delivered.state, delivered.message_id) == ("Hello", Delivery.SENT, "m")


@pytest.mark.parametrize(
    ("length", "minutes"),
    [(LEASE, 5), (PICK_UP_AFTER, 2), (EVENTS_WITHIN, 30), (CONFIGURATION_PAUSE, 15), (LONGEST_PAUSE, 240)],
)
def test_how_long_is_waited(length: timedelta, minutes: int) -> None:
    """The lengths have these values, which schedules, timeouts and alerts elsewhere depend on."""
    assert length == timedelta(minutes=minutes)


# When a parcel can be claimed


def test_a_queued_parcel_may_be_tried_at_once() -> None:
    """A queued parcel can be claimed at once, before the schedule would look for it."""
    assert is_claimable(QUEUED, NOW)


@pytest.mark.parametrize("parcel", [TO_RETRY, UNCERTAIN])
def test_what_waits_may_be_tried_when_its_time_has_come(parcel: Parcel) -> None:
    """A parcel that waits can be claimed from `due_at` on, and not one microsecond earlier."""
    assert parcel.due_at is not None
    assert not is_claimable(parcel, parcel.due_at - MOMENT)
    assert is_claimable(parcel, parcel.due_at)


@pytest.mark.parametrize("parcel", [CLAIMED, SENT, REFUSED, SKIPPED])
def test_what_is_claimed_or_settled_is_nobody_elses(parcel: Parcel) -> None:
    """A parcel that is claimed or settled cannot be claimed, however late it is."""
    assert not is_claimable(parcel, NOW + timedelta(days=7))


def test_a_claim_counts_an_attempt_and_begins_a_lease() -> None:
    """A claim counts an attempt, begins a lease, and ends that the parcel was put off."""
    claimed = claim(postpone(QUEUED, NOW, "night"), NOW)
    assert (claimed.state, claimed.attempts, claimed.due_at) == (Delivery.SENDING, 1, NOW + LEASE)
    assert not claimed.put_off


def test_a_lease_runs_out_at_its_end_and_not_before() -> None:
    """A lease ends exactly five minutes after the claim, because the worker may be sending until then."""
    assert not lease_ran_out(CLAIMED, NOW + LEASE - MOMENT)
    assert lease_ran_out(CLAIMED, NOW + LEASE)


@pytest.mark.parametrize("parcel", [QUEUED, SENT, TO_RETRY, UNCERTAIN, REFUSED, SKIPPED])
def test_only_what_is_claimed_has_a_lease(parcel: Parcel) -> None:
    """In every other state than claimed there is no lease that could run out."""
    assert not lease_ran_out(parcel, NOW + timedelta(days=7))


def test_a_dead_workers_parcel_is_in_doubt() -> None:
    """A parcel taken back from a worker is uncertain, waits for events, and keeps its counted attempt."""
    reclaimed = reclaim(CLAIMED, NOW)
    assert (reclaimed.state, reclaimed.attempts, reclaimed.due_at) == (Delivery.UNCERTAIN, 1, NOW + EVENTS_WITHIN)
    assert reclaimed.doubtful
    assert reclaimed.reason == "worker stopped while sending"


# How an attempt ends


def test_what_was_accepted_is_sent_under_the_providers_name() -> None:
    """An accepted parcel is sent and settled, has the provider's id, and loses the reason of earlier attempts."""
    sent = settle_attempt(claim(TO_RETRY, NOW), Accepted("message-1"), LATER, 0.0)
    assert (sent.state, sent.message_id, sent.reason) == (Delivery.SENT, "message-1", "")
    assert (sent.due_at, sent.settled_at) == (None, LATER)


def test_what_was_refused_has_failed_at_once() -> None:
    """A rejected parcel fails without another attempt, and it is certain that it was not sent."""
    refused = settle_attempt(CLAIMED, Rejected("too large"), LATER, 0.0)
    assert (refused.state, refused.reason, refused.due_at) == (Delivery.FAILED, "too large", None)
    assert refused.settled_at == LATER
    assert not refused.doubtful


def test_what_could_not_be_taken_now_is_tried_again_after_a_pause() -> None:
    """If the provider is busy, the parcel is tried again after the pause for that attempt."""
    to_retry = settle_attempt(replace(CLAIMED, attempts=3), Busy("busy"), LATER, 0.5)
    assert (to_retry.state, to_retry.reason, to_retry.attempts) == (Delivery.RETRY, "busy", 3)
    assert to_retry.due_at == LATER + pause_before(3, 0.5)
    assert not to_retry.doubtful


def test_what_got_no_answer_waits_for_events() -> None:
    """If no answer came, the parcel waits for events, and stays doubtful through later attempts."""
    uncertain = settle_attempt(CLAIMED, Unknown("no answer"), LATER, 0.0)
    assert (uncertain.state, uncertain.due_at) == (Delivery.UNCERTAIN, LATER + EVENTS_WITHIN)
    assert (uncertain.reason, uncertain.attempts) == ("no answer", 1)
    later = settle_attempt(claim(uncertain, NOW), Busy("busy"), NOW, 0.0)
    assert later.doubtful


def test_our_own_misconfiguration_uses_up_no_attempt() -> None:
    """Attempts that fail by a misconfiguration are not counted, however many there are."""
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
    """Only a misconfiguration is logged as an error, because it stops all mail until a person acts."""
    assert severity_of(result) == severity


def test_the_alert_looks_for_the_state_that_a_misconfiguration_leads_to() -> None:
    """The alert's filter names the log event `mail.retry` with the severity of a misconfiguration."""
    state = settle_attempt(CLAIMED, Misconfigured("403"), NOW, 0.0).state
    wanted = f'message=\\"mail.{state.value}\\" AND severity={severity_of(Misconfigured("403"))}"'
    assert wanted in (ROOT / "infra" / "logging.tf").read_text()


def test_our_own_misconfiguration_gives_nothing_up_at_the_last_attempt() -> None:
    """A misconfiguration during the last attempt leaves that attempt to be made again."""
    parcel = settle_attempt(LAST, Misconfigured("403"), NOW, 0.0)
    assert parcel.state is Delivery.RETRY
    assert not has_no_attempts_left(parcel)


def test_it_is_given_up_after_the_last_attempt_and_not_before() -> None:
    """A parcel fails after its last attempt, with the number of attempts and the last problem as the reason."""
    last_but_one = replace(CLAIMED, attempts=MOST_ATTEMPTS - 1)
    assert settle_attempt(last_but_one, Busy("busy"), NOW, 0.0).state is Delivery.RETRY
    given_up = settle_attempt(LAST, Busy("busy"), NOW, 0.0)
    assert (given_up.state, given_up.reason) == (Delivery.FAILED, "given up after 12 attempts: busy")
    assert (given_up.due_at, given_up.settled_at) == (None, NOW)


def test_a_last_attempt_in_doubt_waits_for_events_too() -> None:
    """If the last attempt got no answer, the parcel first waits for events and is not given up yet."""
    parcel = settle_attempt(LAST, Unknown("no answer"), NOW, 0.0)
    assert (parcel.state, parcel.due_at) == (Delivery.UNCERTAIN, NOW + EVENTS_WITHIN)
    assert has_no_attempts_left(parcel)
    assert reclaim(LAST, NOW).state is Delivery.UNCERTAIN


def test_an_attempt_that_failed_before_anything_was_sent_counts_and_leaves_no_doubt() -> None:
    """A failure before sending is handled as if the provider had been busy."""
    assert count_failure(QUEUED, "busy", NOW, 0.0) == TO_RETRY
    exhausted = replace(QUEUED, attempts=MOST_ATTEMPTS - 1)
    assert count_failure(exhausted, "busy", NOW, 0.0).state is Delivery.FAILED


@pytest.mark.parametrize(
    ("attempt", "minutes"), [(1, 5), (2, 10), (3, 20), (6, 160), (7, 240), (MOST_ATTEMPTS - 1, 240)]
)
def test_pauses_double_up_to_four_hours(attempt: int, minutes: int) -> None:
    """Pauses double up to four hours, and chance makes each at most a fifth longer."""
    assert pause_before(attempt, 0.0) == timedelta(minutes=minutes)
    assert pause_before(attempt, 0.5) == timedelta(minutes=minutes) * 1.1
    assert pause_before(attempt, 1.0) == timedelta(minutes=minutes) * 1.2


def test_attempts_go_on_for_more_than_a_day() -> None:
    """All pauses together take more than a day, and no pause takes more than four hours plus a fifth."""
    pauses = [pause_before(attempt, 0.0) for attempt in range(1, MOST_ATTEMPTS)]
    assert sum(pauses, timedelta()) > timedelta(days=1)
    assert max(pause_before(attempt, 1.0) for attempt in range(1, MOST_ATTEMPTS + 1)) == LONGEST_PAUSE * 1.2


# Not sending


def test_what_is_skipped_says_why() -> None:
    """A skipped parcel is settled, keeps the reason, and is no longer due."""
    skipped = skip(TO_RETRY, "no longer true", LATER)
    assert (skipped.state, skipped.reason, skipped.due_at) == (Delivery.SKIPPED, "no longer true", None)
    assert skipped.settled_at == LATER


def test_what_is_put_off_waits_without_an_attempt() -> None:
    """A parcel that is put off waits without counting an attempt, and is marked with the reason."""
    morning = NOW + timedelta(hours=9)
    parcel = postpone(QUEUED, morning, "night")
    assert parcel.reason == "night"
    assert (parcel.state, parcel.due_at, parcel.attempts, parcel.put_off) == (Delivery.RETRY, morning, 0, True)
    assert not is_claimable(parcel, morning - MOMENT)


def test_giving_up_names_the_number_of_attempts() -> None:
    """The reason of a parcel that is given up has the number of attempts and the last problem."""
    given_up = give_up(UNCERTAIN, "no answer", LATER)
    assert given_up.reason == "given up after 1 attempts: no answer"
    assert (given_up.state, given_up.settled_at) == (Delivery.FAILED, LATER)


# Events of the provider


@pytest.mark.parametrize("event", list(Event))
@pytest.mark.parametrize("parcel", [CLAIMED, TO_RETRY, UNCERTAIN])
def test_any_event_settles_what_was_not_settled(parcel: Parcel, event: Event) -> None:
    """Any event proves that the provider has the parcel, so it counts as sent, whatever it was waiting for."""
    heard = record_event(parcel, event, LATER)
    assert (heard.state, heard.due_at, heard.reason, heard.delivered) == (Delivery.SENT, None, "", event.value)
    assert heard.settled_at == LATER


def test_an_event_does_not_settle_what_was_never_tried() -> None:
    """An event about a parcel that was never tried does not settle it."""
    assert record_event(QUEUED, Event.DELIVERED, NOW).state is Delivery.QUEUED


@pytest.mark.parametrize(
    "settled", [give_up(UNCERTAIN, "no answer", NOW), skip(UNCERTAIN, "no longer true", NOW)], ids=["failed", "skipped"]
)
def test_an_event_corrects_what_was_settled_in_doubt(settled: Parcel) -> None:
    """A parcel that was given up or skipped in doubt becomes sent when an event comes after all."""
    heard = record_event(settled, Event.DELIVERED, NOW)
    assert (heard.state, heard.delivered) == (Delivery.SENT, "delivered")


def test_doubt_does_not_keep_it_from_being_given_up() -> None:
    """A doubtful parcel is given up after its last attempt too."""
    doubtful = replace(LAST, doubtful=True)
    assert has_no_attempts_left(doubtful)
    assert settle_attempt(doubtful, Busy("busy"), NOW, 0.0).state is Delivery.FAILED


def test_doubt_about_an_early_attempt_is_enough_to_correct_it() -> None:
    """An event corrects a failed parcel even if only an earlier attempt was in doubt."""
    parcel = settle_attempt(replace(LAST, doubtful=True), Busy("busy"), NOW, 0.0)
    assert parcel.state is Delivery.FAILED
    assert record_event(parcel, Event.PROCESSED, NOW).state is Delivery.SENT


@pytest.mark.parametrize(("parcel", "state"), [(REFUSED, Delivery.FAILED), (SKIPPED, Delivery.SKIPPED)])
def test_an_event_does_not_change_what_was_settled_without_doubt(parcel: Parcel, state: Delivery) -> None:
    """An event does not change a parcel that certainly was not sent."""
    assert record_event(parcel, Event.DELIVERED, NOW).state is state


def test_the_providers_name_for_it_is_kept() -> None:
    """The provider's id comes from the latest accepted attempt, and events do not remove it."""
    again = settle_attempt(replace(CLAIMED, message_id="message-0"), Accepted("message-1"), NOW, 0.0)
    assert again.message_id == "message-1", "the name of the latest attempt"
    assert record_event(SENT, Event.BOUNCE, NOW).message_id == "message-1"
    assert record_event(replace(UNCERTAIN, message_id="message-1"), Event.PROCESSED, NOW).message_id == "message-1"


def test_an_event_of_lower_rank_or_the_same_again_changes_nothing() -> None:
    """Only an event of a higher rank changes anything, because events come repeatedly and in any order."""
    ranks = [Event.PROCESSED, Event.DEFERRED, Event.DELIVERED, Event.DROPPED, Event.BOUNCE]
    for rank, event in enumerate(ranks):
        heard = record_event(SENT, event, NOW)
        for other in ranks[: rank + 1]:
            assert record_event(heard, other, NOW) == heard
        for other in ranks[rank + 1 :]:
            assert record_event(heard, other, NOW).delivered == other.value


@pytest.mark.parametrize("event", list(Event))
def test_what_bounced_or_was_dropped_was_returned(event: Event) -> None:
    """Bounced and dropped parcels count as returned; a deferred one may still arrive and does not."""
    assert was_returned(record_event(SENT, event, NOW)) is (event in (Event.BLOCKED, Event.BOUNCE, Event.DROPPED))


@pytest.mark.parametrize("event", list(Event))
def test_what_will_never_arrive_is_told_from_what_may(event: Event) -> None:
    """A hard bounce and a drop are for good, and so is what was refused outright; a full mailbox is not."""
    assert is_undeliverable(record_event(SENT, event, NOW)) is (event in (Event.BOUNCE, Event.DROPPED))
    assert is_undeliverable(REFUSED)
    assert not is_undeliverable(UNCERTAIN)


def test_what_nothing_was_heard_of_was_not_returned() -> None:
    """A sent parcel without any event does not count as returned."""
    assert not was_returned(SENT)


@pytest.mark.parametrize("state", list(Delivery))
def test_only_what_is_settled_is_due_no_more(state: Delivery) -> None:
    """Exactly the settled states have no `due_at`, so a query on it finds all that is left to do."""
    samples = [QUEUED, CLAIMED, TO_RETRY, UNCERTAIN, SENT, SKIPPED, REFUSED]
    parcel = next(one for one in samples if one.state is state)
    assert (parcel.due_at is None) is state.final
