"""Signing in at the desk: ask for a link, use it or its code, stay signed in, and sign out.

Each step reads what is kept of the address, lets the rules decide (`domain/signing_in.py`), and commits the result
under a guard. Where somebody else was faster it is read and decided again: of two uses of one link one signs in.
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
"""Times that a step is decided anew because somebody else was faster, before whoever asks is told to try again."""

Result = TypeVar("Result")


class WrongCode(Struct, frozen=True):
    """A code signed nobody in. `left` says how often another can be tried."""

    why: Refusal
    left: int


def ask_to_sign_in(store: Store, address: str, known: Known | None, request: SignInRequest) -> None:
    """Mail a link to whoever may sign in with `address` (a hash); `known` is None if nobody may.

    What is read and written is the same in both cases but for the mail itself, so that neither the answer nor the time
    it takes tells whether an address is known. Raises ConflictError or OutcomeUnknownError: asking again is safe.
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
    """Let in whoever has the link for `request`, which its `proof` guards: for whoever runs the program."""

    def step(now: GuardedSignIns) -> None:
        to = replace(now.sign_ins, email=known.email, workshop=known.workshop)
        store.signing_in.write(admit(to, request), now.guard)

    _again_if_somebody_was_faster(store, address, step)
    log.event("sign_in.admitted", severity="WARNING", request=request.id)


def look_at_link(store: Store, address: str, link: Presented, now: datetime) -> Refusal | None:
    """Why `link` cannot be used, None if it can. Nothing is changed."""
    found = check_link(store.signing_in.of(address).sign_ins, link, now)
    return found if isinstance(found, Refusal) else None


def sign_in_by_link(store: Store, address: str, link: Presented, session: str, now: datetime) -> Session | Refusal:
    """Begin the session with the id `session` by `link`, or say why not."""

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
    """Begin the session with the id `session` by a code that was typed in `browser` (its fingerprint), or say why not.

    `is_code_of` says whether that code belongs to the request with an id. The attempt is stored before it is told.
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
    """The session with the id `id` if it has not ended at `now`; once a day it is written down that it is used."""
    found = store.signing_in.session(id)
    if found is None or found.session.is_over(now):
        return None
    if found.session.is_to_be_noted(now):
        store.signing_in.note_use(note_use(found.session, now), found.guard)
    return found.session


def begin_session(store: Store, address: str, email: str, session: str, now: datetime) -> Session:
    """Begin a session without any mail: what the local run does for whoever says who they are."""
    begun = begin(session, SignIns(id=address, email=email), now)
    store.signing_in.begin(begun)
    return begun


def sign_out(store: Store, session: str) -> None:
    store.signing_in.end([session])


def sign_out_everywhere(store: Store, address: str) -> int:
    """End every session of `address` (a hash), and what could still begin one; how many sessions there were."""

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
    """None for an address with which nobody may sign in."""
    return queue(kind, AboutSignIn(sign_ins.id, request), sign_ins.workshop, now) if sign_ins.email else None


def _again_if_somebody_was_faster(store: Store, address: str, step: Callable[[GuardedSignIns], Result]) -> Result:
    """Take `step` with what is kept of `address`, anew for as long as others change it in between."""
    for attempt in range(_ATTEMPTS):
        try:
            return step(store.signing_in.of(address))
        except ConflictError:
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


def _begun_after_all(store: Store, session: str, sign_in: Callable[[], Result]) -> Result | Session:
    """What `sign_in` returns; or the session, if it was begun by a commit whose answer was lost."""
    try:
        return sign_in()
    except OutcomeUnknownError:
        found = store.signing_in.session(session)
        if found is None:
            raise
        return found.session
