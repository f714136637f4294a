"""Signing in at the desk: asking for a link, using it or its code, staying signed in, and signing out.

Each step reads the requests for an address, lets the rules of `domain/signing_in.py` decide, and commits the result
with a guard. If somebody else changed them meanwhile, it reads and decides again. So a link that is used twice at the
same moment signs in once.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from werkplaats import log
from werkplaats.domain.access import Known
from werkplaats.domain.mail.about import AboutSignIn
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail, queue
from werkplaats.domain.signing_in import (
    Presented,
    Refused,
    Session,
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
from werkplaats.domain.signing_in import Refusal as Refusal
from werkplaats.store import ConflictError, OutcomeUnknownError, Store
from werkplaats.store.signing_in import GuardedSignIns

_ATTEMPTS = 8
"""How often a step is tried while others are faster. After that ConflictError is raised."""

Result = TypeVar("Result")


class WrongCode(Struct, frozen=True):
    """A code that did not sign in. `left` is the number of attempts left."""

    why: Refusal
    left: int


def ask_to_sign_in(store: Store, address: str, known: Known | None, request: SignInRequest) -> None:
    """Mail a link to the person `known`, who may sign in with `address` (a hash); None if nobody may.

    Apart from the mail, the same is read and written in both cases, so that neither the answer nor its time shows
    whether an address is known. Raises ConflictError or OutcomeUnknownError. The caller can safely ask again.
    """

    def step(now: GuardedSignIns) -> None:
        to = replace(now.sign_ins, email=known.email if known else "", workshop=known.workshop if known else "")
        asked = ask(to, request)
        if asked is None:
            log.event("sign_in.too_many", severity="WARNING", request=request.id)
            return
        store.signing_in.write(asked, now.guard, _mail(Kind.SIGN_IN, asked, request.id, request.at))
        log.event("sign_in.asked", request=request.id, known=known is not None)

    _again_if_somebody_was_faster(store, address, step)


def admit_without_mail(store: Store, address: str, known: Known, request: SignInRequest) -> None:
    """Store `request`, whose link an administrator hands out instead of a mail, guarded by its `proof`.

    Raises ConflictError or OutcomeUnknownError.
    """

    def step(now: GuardedSignIns) -> None:
        to = replace(now.sign_ins, email=known.email, workshop=known.workshop)
        store.signing_in.write(admit(to, request), now.guard)

    _again_if_somebody_was_faster(store, address, step)
    log.event("sign_in.admitted", severity="WARNING", request=request.id)


def look_at_link(store: Store, address: str, link: Presented, now: datetime) -> SignInRequest | Refusal:
    """The request that `link` can be used for, or why it cannot be used. Nothing is changed."""
    return check_link(store.signing_in.of(address).sign_ins, link, now)


def sign_in_by_link(store: Store, address: str, link: Presented, session: str, now: datetime) -> Session | Refusal:
    """Begin the session with the id `session` by `link`, or return why the link is refused."""

    def step(found: GuardedSignIns) -> Session | Refusal:
        match use_link(found.sign_ins, link, now):
            case SignedIn() as done:
                return _begin(store, found, done, session, now)
            case Refused(why):
                log.event("sign_in.refused", severity="WARNING", reason=why.value)
                return why

    return _begun_after_all(store, session, lambda: _again_if_somebody_was_faster(store, address, step))


def sign_in_by_code(
    store: Store, address: str, browser: str, is_code_of: Callable[[str], bool], session: str, now: datetime
) -> Session | WrongCode:
    """Begin the session with the id `session` by a code, or return why the code is refused.

    `browser` is the fingerprint of the browser in which the code was typed. `is_code_of` returns whether it is the code
    of the request with an id. The attempt is stored before this function returns.
    """

    def step(found: GuardedSignIns) -> Session | WrongCode:
        match use_code(found.sign_ins, browser, is_code_of, now):
            case SignedIn() as done:
                return _begin(store, found, done, session, now)
            case Refused(why, changed, left):
                if changed is not None:
                    store.signing_in.write(changed, found.guard)
                log.event("sign_in.refused", severity="WARNING", reason=why.value)
                return WrongCode(why, left)

    return _begun_after_all(store, session, lambda: _again_if_somebody_was_faster(store, address, step))


def current_session(store: Store, id: str, now: datetime) -> Session | None:
    """The session with the id `id`, or None if it has ended at `now`. Records its use at most once a day."""
    found = store.signing_in.session(id)
    if found is None or found.session.is_over(now):
        return None
    if found.session.is_to_be_noted(now):
        store.signing_in.note_use(note_use(found.session, now), found.guard)
    return found.session


def begin_session(store: Store, address: str, email: str, session: str, now: datetime) -> Session:
    """Begin a session without a mail, as the local run does for anybody who says who they are."""
    begun = begin(session, SignIns(id=address, email=email), now)
    store.signing_in.begin(begun)
    return begun


def sign_out(store: Store, session: str) -> None:
    store.signing_in.end([session])


def sign_out_everywhere(store: Store, address: str) -> int:
    """End all sessions of `address` (a hash) and drop its requests. Returns the number of sessions."""

    def step(found: GuardedSignIns) -> None:
        if found.sign_ins.requests:
            store.signing_in.write(drop_requests(found.sign_ins), found.guard)

    _again_if_somebody_was_faster(store, address, step)
    ended = 0
    while sessions := store.signing_in.sessions_of(address):
        store.signing_in.end(sessions)
        ended += len(sessions)
    log.event("sign_in.ended_everywhere", sessions=ended)
    return ended


def _begin(store: Store, found: GuardedSignIns, done: SignedIn, id: str, now: datetime) -> Session:
    session = begin(id, done.sign_ins, now)
    mail = _mail(Kind.SIGNED_IN, done.sign_ins, done.request, now)
    store.signing_in.write(done.sign_ins, found.guard, mail, session)
    log.event("sign_in.done", request=done.request)
    return session


def _mail(kind: Kind, sign_ins: SignIns, request: str, now: datetime) -> Mail | None:
    """The mail to queue, or None if nobody may sign in with the address or there is no workshop to send it from."""
    if not (sign_ins.email and sign_ins.workshop):
        return None
    return queue(kind, AboutSignIn(sign_ins.id, request), sign_ins.workshop, now)


def _again_if_somebody_was_faster(store: Store, address: str, step: Callable[[GuardedSignIns], Result]) -> Result:
    """Take `step` with the requests for `address`, and again if others changed them meanwhile."""
    for attempt in range(_ATTEMPTS):
        try:
            return step(store.signing_in.of(address))
        except ConflictError:
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


def _begun_after_all(store: Store, session: str, sign_in: Callable[[], Result]) -> Result | Session:
    """The result of `sign_in`, or the session if it began although the answer to the commit was lost."""
    try:
        return sign_in()
    except OutcomeUnknownError:
        found = store.signing_in.session(session)
        if found is None:
            raise
        return found.session
