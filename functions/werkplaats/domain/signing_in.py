"""Signing in by a mailed link or code, and the sessions that follow: the rules, with all times in UTC.

Whoever asks to sign in gets a mail with a link and a code. The link works once, for a quarter of an hour, and only in
the browser that asked. The code is for people who read their mail on another device: it is typed in the browser that
asked, and may be tried five times. Only what was asked is stored, never the link or the code.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

GOOD_FOR = timedelta(minutes=15)
"""How long a link and its code work."""

MOST_ATTEMPTS = 5
"""How often the code of one request may be tried."""

MOST_AN_HOUR = 5
MOST_A_DAY = 10
"""Requests for one address that are mailed within an hour, and within a day."""

IDLE = timedelta(days=14)
"""A session ends if it has not been used for this long."""

LONGEST = timedelta(days=90)
"""A session ends after this time, even if it is used."""

NOTED_EVERY = timedelta(days=1)
"""The use of a session is recorded at most this often."""

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)

KEPT = timedelta(days=2)
"""How long the requests for an address are stored after the last one. They are counted for one day."""


class SignInRequest(Struct, frozen=True, kw_only=True):
    """Somebody asked to sign in.

    `id` is random; link and code are made from it with a key that is not in the store. `browser` is the fingerprint of
    the browser that asked, "" for a link that any browser may use: then `proof` is the fingerprint of the secret in
    that link. `attempts`: how often its code was tried. `leads_to` is the page that was asked for first, "" for none.
    """

    id: str
    browser: str
    at: datetime
    attempts: int = 0
    proof: str = ""
    leads_to: str = ""

    def is_good(self, now: datetime) -> bool:
        return now < self.at + GOOD_FOR


class SignIns(Struct, frozen=True, kw_only=True):
    """What was asked for one address: `requests` that are not used yet, and the times `asked` of the last day.

    `id` is a hash of the address. `email` is where its mail goes, and `workshop` in whose name; both are "" for an
    address with which nobody may sign in. Such an address is counted as any other is, so that nobody can tell the
    difference. The store deletes it some time after `expire_at`.
    """

    id: str
    email: str = ""
    workshop: str = ""
    asked: tuple[datetime, ...] = ()
    requests: tuple[SignInRequest, ...] = ()
    expire_at: datetime | None = None


class Refusal(Enum):
    """Why a link or a code signs nobody in."""

    OVER = "over"
    """It was used already, its time is over, or there never was one."""

    OTHER_BROWSER = "other browser"
    """Another browser asked for it."""

    WRONG_CODE = "wrong code"
    """This is not the code, but it can be tried again."""

    TOO_MANY_ATTEMPTS = "too many attempts"
    """This was not the code, and it can not be tried again."""


class SignedIn(Struct, frozen=True):
    """`sign_ins` as they are to be written, once the request with the id `request` has been used."""

    sign_ins: SignIns
    request: str


class Refused(Struct, frozen=True):
    """`sign_ins` as they are to be written; None if nothing of them has changed. `left`: attempts with the code."""

    why: Refusal
    sign_ins: SignIns | None = None
    left: int = 0


def ask(sign_ins: SignIns, request: SignInRequest) -> SignIns | None:
    """`sign_ins` with one more request, to be mailed; None if too many were mailed lately."""
    now = request.at
    asked = tuple(at for at in sign_ins.asked if now - at < _DAY)
    within_the_hour = sum(now - at < _HOUR for at in asked)
    if len(asked) >= MOST_A_DAY or within_the_hour >= MOST_AN_HOUR:
        return None
    return _with_request(replace(sign_ins, asked=(*asked, now)), request)


def admit(sign_ins: SignIns, request: SignInRequest) -> SignIns:
    """`sign_ins` with a request that is not mailed and not counted: whoever runs the program hands out its link."""
    return _with_request(sign_ins, request)


class Presented(Struct, frozen=True, kw_only=True):
    """A link as a browser brings it: which `request` it is for, whether it is `signed` by us, the fingerprint of the
    `proof` in it, and that of the `browser` ("" if it has none)."""

    request: str
    signed: bool
    proof: str
    browser: str


def check_link(sign_ins: SignIns | None, link: Presented, now: datetime) -> SignInRequest | Refusal:
    """The request that `link` can be used for at `now`, or why it can not."""
    request = _good(sign_ins, now).get(link.request)
    if request is None or sign_ins is None or not sign_ins.email:
        return Refusal.OVER
    if request.proof:
        return request if link.proof == request.proof else Refusal.OVER
    if not link.signed:
        return Refusal.OVER
    return request if link.browser == request.browser else Refusal.OTHER_BROWSER


def use_link(sign_ins: SignIns | None, link: Presented, now: datetime) -> SignedIn | Refused:
    """What becomes of `sign_ins` when somebody signs in with `link`."""
    request = check_link(sign_ins, link, now)
    if sign_ins is None or isinstance(request, Refusal):
        return Refused(request if isinstance(request, Refusal) else Refusal.OVER)
    return _used(sign_ins, request, now)


def use_code(
    sign_ins: SignIns | None, browser: str, is_code_of: Callable[[str], bool], now: datetime
) -> SignedIn | Refused:
    """What becomes of `sign_ins` when `browser` sends a code.

    `is_code_of` says whether that is the code of the request with an id. Whatever it says is told to nobody before the
    attempt has been written down: the caller commits the result first.
    """
    open = [one for one in _good(sign_ins, now).values() if browser and one.browser == browser]
    tried = [replace(one, attempts=one.attempts + 1) for one in open if one.attempts < MOST_ATTEMPTS]
    if sign_ins is None or not tried:
        return Refused(Refusal.TOO_MANY_ATTEMPTS if open else Refusal.OVER)
    found = [one for one in tried if is_code_of(one.id)]
    if found and sign_ins.email:
        return _used(sign_ins, found[0], now)
    counted = {one.id: one for one in tried}
    requests = tuple(counted.get(one.id, one) for one in sign_ins.requests)
    left = max(MOST_ATTEMPTS - one.attempts for one in tried)
    why = Refusal.WRONG_CODE if left else Refusal.TOO_MANY_ATTEMPTS
    return Refused(why, _kept(replace(sign_ins, requests=requests), now), left)


def drop_requests(sign_ins: SignIns) -> SignIns:
    """`sign_ins` without anything that could still be used to sign in."""
    return replace(sign_ins, requests=())


def _good(sign_ins: SignIns | None, now: datetime) -> dict[str, SignInRequest]:
    """The requests that can still be used, by id."""
    return {} if sign_ins is None else {one.id: one for one in sign_ins.requests if one.is_good(now)}


def _with_request(sign_ins: SignIns, request: SignInRequest) -> SignIns:
    return _kept(replace(sign_ins, requests=(*sign_ins.requests, request)), request.at)


def _used(sign_ins: SignIns, used: SignInRequest, now: datetime) -> SignedIn:
    """Other requests of the same browser go too: the mails that came with them are of no use any more."""
    left = [one for one in sign_ins.requests if one.id != used.id and (not used.browser or one.browser != used.browser)]
    return SignedIn(_kept(replace(sign_ins, requests=tuple(left)), now), used.id)


def _kept(sign_ins: SignIns, now: datetime) -> SignIns:
    """`sign_ins` without requests whose time is over."""
    good = tuple(one for one in sign_ins.requests if one.is_good(now))
    return replace(sign_ins, requests=good, expire_at=now + KEPT)


class Session(Struct, frozen=True, kw_only=True):
    """A browser in which somebody is signed in.

    `id` is the fingerprint of the token in its cookie. `address` is the hash of `email`, by which all sessions of one
    address are found. `seen_at` is when its use was last written down, and `expire_at` when it ends if it is not used
    any more; the store deletes it some time after that.
    """

    id: str
    address: str
    email: str
    began_at: datetime
    seen_at: datetime
    expire_at: datetime

    def is_over(self, now: datetime) -> bool:
        return now >= self.expire_at

    def is_to_be_noted(self, now: datetime) -> bool:
        """Whether its use at `now` is to be written down."""
        return now - self.seen_at >= NOTED_EVERY


def begin(id: str, sign_ins: SignIns, now: datetime) -> Session:
    """A new session for the address of `sign_ins`."""
    return Session(id=id, address=sign_ins.id, email=sign_ins.email, began_at=now, seen_at=now, expire_at=now + IDLE)


def note_use(session: Session, now: datetime) -> Session:
    """`session` as it is written down when it is used at `now`."""
    return replace(session, seen_at=now, expire_at=min(now + IDLE, session.began_at + LONGEST))
