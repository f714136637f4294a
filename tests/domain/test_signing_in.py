"""How often somebody is mailed, when a link or a code signs in, and how long a session lasts."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.samples import NOW
from werkplaats.domain.kept import SESSION_IDLE, SESSION_LONGEST, SIGN_INS_KEPT
from werkplaats.domain.signing_in import (
    GOOD_FOR,
    MOST_A_DAY,
    MOST_AN_HOUR,
    MOST_ATTEMPTS,
    NOTED_EVERY,
    Presented,
    Refusal,
    Refused,
    SignedIn,
    SignInRequest,
    SignIns,
    admit,
    ask,
    begin,
    check_link,
    drop_requests,
    note_use,
    use_code,
    use_link,
)

SECOND = timedelta(seconds=1)
NOBODY_YET = SignIns(id="address", email="een@example.org", workshop="proef")


def request(id: str = "q1", browser: str = "b1", at: timedelta = timedelta()) -> SignInRequest:
    return SignInRequest(id=id, browser=browser, at=NOW + at)


def asked(*requests: SignInRequest) -> SignIns:
    """What is stored after each of `requests` was made, or after one sample request."""
    kept = NOBODY_YET
    for one in requests or (request(),):
        after = ask(kept, one)
        assert after is not None
        kept = after
    return kept


def link(request: str = "q1", browser: str = "b1", *, signed: bool = True, proof: str = "p") -> Presented:
    return Presented(request=request, signed=signed, proof=proof, browser=browser)


def is_right(id: str) -> bool:
    return True


def is_wrong(id: str) -> bool:
    return False


# Asking


def test_five_an_hour_and_ten_a_day_are_mailed() -> None:
    """The sixth request within an hour and the eleventh within a day are refused, until enough time has passed."""
    kept = NOBODY_YET
    for number in range(MOST_AN_HOUR):
        kept = ask(kept, request(f"q{number}", at=number * SECOND)) or pytest.fail("nothing was kept")
    assert ask(kept, request("late", at=timedelta(minutes=59))) is None
    for number in range(MOST_A_DAY - MOST_AN_HOUR):
        kept = ask(kept, request(f"r{number}", at=timedelta(hours=2, minutes=number))) or pytest.fail(
            "nothing was kept"
        )
    assert ask(kept, request("late", at=timedelta(hours=5))) is None
    assert ask(kept, request("late", at=timedelta(hours=24))) is not None
    assert (MOST_AN_HOUR, MOST_A_DAY) == (5, 10)


def test_the_hour_is_counted_from_each_request() -> None:
    """A sixth request is mailed exactly one hour after the first of five."""
    kept = asked(*(request(f"q{number}", at=number * SECOND) for number in range(5)))
    assert ask(kept, request("x", at=timedelta(hours=1) - SECOND)) is None
    assert ask(kept, request("x", at=timedelta(hours=1))) is not None


def test_what_is_over_is_not_kept() -> None:
    """A new request drops old requests and times, and everything expires two days after the last request."""
    kept = asked(request("old"), request("new", at=timedelta(days=1)))
    assert [one.id for one in kept.requests] == ["new"]
    assert kept.asked == (NOW + timedelta(days=1),)
    assert kept.expire_at == NOW + timedelta(days=1) + SIGN_INS_KEPT


# The link


def test_a_link_works_once_in_the_browser_that_asked() -> None:
    """A link signs in once in the browser that asked, and is refused the second time."""
    outcome = use_link(asked(), link(), NOW)
    assert isinstance(outcome, SignedIn)
    assert outcome.request == "q1"
    assert use_link(outcome.sign_ins, link(), NOW) == Refused(Refusal.OVER)


def test_a_link_works_for_a_quarter_of_an_hour() -> None:
    """A link works for exactly 15 minutes."""
    assert isinstance(check_link(asked(), link(), NOW + GOOD_FOR - SECOND), SignInRequest)
    assert check_link(asked(), link(), NOW + GOOD_FOR) is Refusal.OVER
    assert timedelta(minutes=15) == GOOD_FOR


@pytest.mark.parametrize(
    ("presented", "why"),
    [
        (link(browser="b2"), Refusal.OTHER_BROWSER),
        (link(browser=""), Refusal.OTHER_BROWSER),
        (link(signed=False), Refusal.OVER),
        (link(request="q2"), Refusal.OVER),
    ],
)
def test_a_link_is_refused_in_another_browser_and_unsigned(presented: Presented, why: Refusal) -> None:
    """A link of another browser, without our signature or for no request is refused, and nothing is written."""
    assert use_link(asked(), presented, NOW) == Refused(why)


def test_nobody_signs_in_with_an_address_that_is_not_known() -> None:
    """With an unknown address neither a correct link nor a correct code signs in."""
    stranger = replace(asked(), email="", workshop="")
    assert use_link(stranger, link(), NOW) == Refused(Refusal.OVER)
    assert use_link(None, link(), NOW) == Refused(Refusal.OVER)
    outcome = use_code(stranger, "b1", is_right, NOW)
    assert isinstance(outcome, Refused)
    assert outcome.why is Refusal.WRONG_CODE


def test_requests_of_other_browsers_stay_and_those_of_the_same_go() -> None:
    """Signing in drops the other requests of that browser, and keeps those of other browsers."""
    kept = asked(request("q1"), request("q2"), request("q3", browser="b2"))
    outcome = use_link(kept, link(), NOW)
    assert isinstance(outcome, SignedIn)
    assert [one.id for one in outcome.sign_ins.requests] == ["q3"]


def test_a_link_of_whoever_runs_the_program_works_in_any_browser_by_its_secret() -> None:
    """A link without a browser signs in with its secret only, in any browser, once, and is not counted as a mail."""
    kept = admit(asked(), SignInRequest(id="desk", browser="", at=NOW, proof="fingerprint"))
    assert len(kept.asked) == 1
    assert use_link(kept, link("desk", proof="guessed"), NOW) == Refused(Refusal.OVER)
    outcome = use_link(kept, link("desk", browser="b9", signed=False, proof="fingerprint"), NOW)
    assert isinstance(outcome, SignedIn)
    assert [one.id for one in outcome.sign_ins.requests] == ["q1"]
    assert use_code(kept, "", is_right, NOW) == Refused(Refusal.OVER), "no browser has such a code"


# The code


def test_a_code_signs_in_in_the_browser_that_asked() -> None:
    """A code signs in only in the browser that asked, once, and within 15 minutes."""
    outcome = use_code(asked(), "b1", is_right, NOW)
    assert isinstance(outcome, SignedIn)
    assert outcome.request == "q1"
    for refused in (
        use_code(asked(), "b2", is_right, NOW),
        use_code(asked(), "", is_right, NOW),
        use_code(asked(), "b1", is_right, NOW + GOOD_FOR),
        use_code(outcome.sign_ins, "b1", is_right, NOW),
        use_code(None, "b1", is_right, NOW),
    ):
        assert refused == Refused(Refusal.OVER)


def test_a_code_can_be_tried_five_times() -> None:
    """After five wrong codes the right one is refused too, but the link still works."""
    kept = asked()
    for left in (4, 3, 2, 1):
        outcome = use_code(kept, "b1", is_wrong, NOW)
        assert isinstance(outcome, Refused)
        assert (outcome.why, outcome.left) == (Refusal.WRONG_CODE, left)
        kept = outcome.sign_ins or pytest.fail("nothing was kept")
    last = use_code(kept, "b1", is_wrong, NOW)
    assert isinstance(last, Refused)
    assert (last.why, last.left) == (Refusal.TOO_MANY_ATTEMPTS, 0)
    kept = last.sign_ins or pytest.fail("nothing was kept")
    assert use_code(kept, "b1", is_right, NOW) == Refused(Refusal.TOO_MANY_ATTEMPTS)
    assert isinstance(use_link(kept, link(), NOW), SignedIn)
    assert MOST_ATTEMPTS == 5


def test_the_fifth_attempt_may_be_the_right_one() -> None:
    kept = replace(asked(), requests=(replace(request(), attempts=4),))
    assert isinstance(use_code(kept, "b1", is_right, NOW), SignedIn)


def only(id: str) -> Callable[[str], bool]:
    return lambda one: one == id


def test_the_code_of_any_mail_to_this_browser_is_right() -> None:
    """If a browser asked twice, the code of either mail signs in."""
    kept = asked(request("q1"), request("q2", at=SECOND))
    for id in ("q1", "q2"):
        outcome = use_code(kept, "b1", only(id), NOW + SECOND)
        assert isinstance(outcome, SignedIn)
        assert outcome.request == id


def test_dropping_requests_leaves_the_count() -> None:
    """Dropping requests keeps the count of mails, so signing out everywhere does not allow more of them."""
    kept = drop_requests(asked())
    assert kept.requests == ()
    assert len(kept.asked) == 1


# The session


def test_a_session_ends_two_weeks_after_its_last_use() -> None:
    session = begin("s", NOBODY_YET, NOW)
    assert (session.email, session.address) == ("een@example.org", "address")
    assert not session.is_over(NOW + SESSION_IDLE - SECOND)
    assert session.is_over(NOW + SESSION_IDLE)
    used = note_use(session, NOW + timedelta(days=13))
    assert not used.is_over(NOW + timedelta(days=13) + SESSION_IDLE - SECOND)
    assert used.is_over(NOW + timedelta(days=13) + SESSION_IDLE)
    assert timedelta(days=14) == SESSION_IDLE


def test_a_session_ends_after_ninety_days_however_much_it_is_used() -> None:
    session = begin("s", NOBODY_YET, NOW)
    for day in range(1, 90):
        session = note_use(session, NOW + timedelta(days=day))
        assert not session.is_over(NOW + timedelta(days=day))
    assert not session.is_over(NOW + SESSION_LONGEST - SECOND)
    assert session.is_over(NOW + SESSION_LONGEST)
    assert timedelta(days=90) == SESSION_LONGEST


def test_its_use_is_written_down_at_most_once_a_day() -> None:
    session = begin("s", NOBODY_YET, NOW)
    assert not session.is_to_be_noted(NOW + NOTED_EVERY - SECOND)
    assert session.is_to_be_noted(NOW + NOTED_EVERY)
    noted = note_use(session, NOW + NOTED_EVERY)
    assert not noted.is_to_be_noted(NOW + NOTED_EVERY)
