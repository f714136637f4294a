"""The rules of signing in with a mailed link or code, and of the sessions that follow. All times are in UTC.

Somebody who asks to sign in gets a mail with a link and a code. The link works once, for 15 minutes, and only in the
browser that asked. The code is for people who read their mail on another device: they type it in the browser that
asked, and have five attempts. The store holds what was asked, and never the link or the code.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from werkplaats.domain.kept import SESSION_IDLE, SESSION_LONGEST, SIGN_INS_KEPT

GOOD_FOR = timedelta(minutes=15)
"""How long a link and its code work."""

MOST_ATTEMPTS = 5
"""The number of attempts at the code of one request."""

MOST_AN_HOUR = 5
MOST_A_DAY = 10
"""The most requests for one address that are mailed within an hour, and within a day."""

NOTED_EVERY = timedelta(days=1)
"""The use of a session is recorded at most this often."""

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


class SignInRequest(Struct, frozen=True, kw_only=True):
    """A request to sign in.

    - `id`: random. Link and code are made from it with a key that is not in the store.
    - `browser`: the fingerprint of the browser that asked, or "" if any browser may use the link.
    - `at`: when it was made.
    - `attempts`: how many attempts at its code there were.
    - `proof`: if `browser` is "", the fingerprint of the secret in the link.
    - `leads_to`: the address of the page to show after signing in, or "" for the desk's first page.
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
    """The requests for one address.

    - `id`: a hash of the address.
    - `email`, `workshop`: where its mail goes, and the id of the workshop that it comes from. Both are "" for an
      address that may not sign in. Its requests are counted all the same, so that nobody can tell the difference.
    - `asked`: when requests of the last day were made. `requests` are those that can still be used.
    - `expire_at`: the store deletes the record some time after this.
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
    """It was used, its time is over, or it never existed."""

    OTHER_BROWSER = "other browser"
    """Another browser asked for it."""

    WRONG_CODE = "wrong code"
    """The code is wrong, but another attempt is allowed."""

    TOO_MANY_ATTEMPTS = "too many attempts"
    """The code is refused, and no further attempt is allowed."""


class SignedIn(Struct, frozen=True):
    """The request with the id `request` was used. `sign_ins` is what must be written."""

    sign_ins: SignIns
    request: str


class Refused(Struct, frozen=True):
    """A link or code that does not sign in.

    `sign_ins` is what must be written, or None if nothing changed. `left` is the number of attempts left at the code.
    """

    why: Refusal
    sign_ins: SignIns | None = None
    left: int = 0


def ask(sign_ins: SignIns, request: SignInRequest) -> SignIns | None:
    """`sign_ins` with `request`, which must then be mailed. None if too many were mailed in the last hour or day."""
    now = request.at
    asked = tuple(at for at in sign_ins.asked if now - at < _DAY)
    within_the_hour = sum(now - at < _HOUR for at in asked)
    if len(asked) >= MOST_A_DAY or within_the_hour >= MOST_AN_HOUR:
        return None
    return _with_request(replace(sign_ins, asked=(*asked, now)), request)


def admit(sign_ins: SignIns, request: SignInRequest) -> SignIns:
    """`sign_ins` with a request that is not mailed and so not counted: an administrator hands out its link."""
    return _with_request(sign_ins, request)


class Presented(Struct, frozen=True, kw_only=True):
    """A link as a browser sends it.

    - `request`: the id of the request that it is for.
    - `signed`: whether our signature on it is right.
    - `proof`: the fingerprint of the secret in it.
    - `browser`: the fingerprint of the browser, or "" if it has no cookie of a request.
    """

    request: str
    signed: bool
    proof: str
    browser: str


def check_link(sign_ins: SignIns | None, link: Presented, now: datetime) -> SignInRequest | Refusal:
    """The request that `link` can be used for at `now`, or why it cannot be used."""
    request = _good(sign_ins, now).get(link.request)
    if request is None or sign_ins is None or not sign_ins.email:
        return Refusal.OVER
    if request.proof:
        return request if link.proof == request.proof else Refusal.OVER
    if not link.signed:
        return Refusal.OVER
    return request if link.browser == request.browser else Refusal.OTHER_BROWSER


def use_link(sign_ins: SignIns | None, link: Presented, now: datetime) -> SignedIn | Refused:
    """The result of signing in with `link` at `now`."""
    request = check_link(sign_ins, link, now)
    if sign_ins is None or isinstance(request, Refusal):
        return Refused(request if isinstance(request, Refusal) else Refusal.OVER)
    return _used(sign_ins, request, now)


def use_code(
    sign_ins: SignIns | None, browser: str, is_code_of: Callable[[str], bool], now: datetime
) -> SignedIn | Refused:
    """The result of an attempt with a code in `browser`, a fingerprint.

    `is_code_of` returns whether the code that was typed belongs to the request with an id. The caller must commit the
    result before it tells anybody what it is, so that every attempt is counted.
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
    """`sign_ins` without its requests, so that nothing can be used to sign in any more."""
    return replace(sign_ins, requests=())


def _good(sign_ins: SignIns | None, now: datetime) -> dict[str, SignInRequest]:
    """The requests that can still be used, by id."""
    return {} if sign_ins is None else {one.id: one for one in sign_ins.requests if one.is_good(now)}


def _with_request(sign_ins: SignIns, request: SignInRequest) -> SignIns:
    return _kept(replace(sign_ins, requests=(*sign_ins.requests, request)), request.at)


def _used(sign_ins: SignIns, used: SignInRequest, now: datetime) -> SignedIn:
    """Removes the request `used`, and with it all others of the same browser, whose mails are of no use any more."""
    left = [one for one in sign_ins.requests if one.id != used.id and (not used.browser or one.browser != used.browser)]
    return SignedIn(_kept(replace(sign_ins, requests=tuple(left)), now), used.id)


def _kept(sign_ins: SignIns, now: datetime) -> SignIns:
    """`sign_ins` without requests whose time is over, and with a new `expire_at`."""
    good = tuple(one for one in sign_ins.requests if one.is_good(now))
    return replace(sign_ins, requests=good, expire_at=now + SIGN_INS_KEPT)


class Session(Struct, frozen=True, kw_only=True):
    """A browser in which somebody is signed in.

    - `id`: the fingerprint of the token in its cookie.
    - `address`: the hash of `email`, by which all sessions of an address are found.
    - `began_at`, `seen_at`: when it began, and when its use was last recorded.
    - `expire_at`: when it ends if it is not used again. The store deletes it some time after this.
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
        """Whether its use at `now` must be recorded."""
        return now - self.seen_at >= NOTED_EVERY


def begin(id: str, sign_ins: SignIns, now: datetime) -> Session:
    """A new session, with the fingerprint `id`, for the address of `sign_ins`."""
    return Session(
        id=id, address=sign_ins.id, email=sign_ins.email, began_at=now, seen_at=now, expire_at=now + SESSION_IDLE
    )


def note_use(session: Session, now: datetime) -> Session:
    """`session` with its use at `now` recorded."""
    return replace(session, seen_at=now, expire_at=min(now + SESSION_IDLE, session.began_at + SESSION_LONGEST))
