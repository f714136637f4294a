"""Requests to sign in, in sign_ins/{hash of the address}, and sessions, in sessions/{fingerprint of the token}."""

from collections.abc import Sequence

from msgspec import Struct

from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.signing_in import Session, SignIns
from werkplaats.store import codec, paths
from werkplaats.store.errors import ConflictError, OutcomeUnknownError
from werkplaats.store.outbox import create_mail
from werkplaats.store.wiping import delete_some
from werkplaats.store.wire import Delete, Guard, Must, Query, Revision, Where, Wire, Write


class GuardedSignIns(Struct, frozen=True):
    """The requests for an address as they were read. `guard` is their revision, or that there were none."""

    sign_ins: SignIns
    guard: Guard


class GuardedSession(Struct, frozen=True):
    session: Session
    guard: Revision


class SigningIn:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def of(self, address: str) -> GuardedSignIns:
        """The requests for `address`, a hash. They are empty if nobody has asked."""
        path = paths.of(paths.SIGN_INS, address)
        found = self._wire.get([path]).get(path)
        if found is None:
            return GuardedSignIns(SignIns(id=address), Must.NOT_EXIST)
        return GuardedSignIns(codec.read(found, SignIns), found.revision)

    def session(self, id: str) -> GuardedSession | None:
        path = paths.of(paths.SESSIONS, id)
        found = self._wire.get([path]).get(path)
        return None if found is None else GuardedSession(codec.read(found, Session), found.revision)

    def write(self, sign_ins: SignIns, guard: Guard, mail: Mail | None = None, session: Session | None = None) -> None:
        """Write `sign_ins`, queue `mail` and begin `session` in one commit, if `sign_ins` still has `guard`.

        Raises ConflictError if it was changed meanwhile, or OutcomeUnknownError if the answer was lost.
        """
        writes: list[Write] = [codec.update(paths.of(paths.SIGN_INS, sign_ins.id), sign_ins, guard)]
        if mail is not None:
            writes.append(create_mail(mail))
        if session is not None:
            writes.append(codec.create(paths.of(paths.SESSIONS, session.id), session))
        self._wire.commit(writes)

    def begin(self, session: Session) -> None:
        self._wire.commit([codec.create(paths.of(paths.SESSIONS, session.id), session)])

    def note_use(self, session: Session, guard: Revision) -> None:
        """Write `session` with its new use, unless it was changed or ended meanwhile.

        An answer that was lost is ignored as well, because the next use is recorded again.
        """
        try:
            self._wire.commit([codec.update(paths.of(paths.SESSIONS, session.id), session, guard)])
        except (ConflictError, OutcomeUnknownError):
            return

    def end(self, sessions: Sequence[str]) -> None:
        """End the sessions with these ids. Those that do not exist have ended already."""
        if sessions:
            self._wire.commit([Delete(paths.of(paths.SESSIONS, id)) for id in sessions])

    def forget_all(self, most: int = 200) -> None:
        """End every session and drop every request to sign in, `most` in each commit."""
        everything = [Query(collection=one) for one in (paths.SESSIONS, paths.SIGN_INS)]
        while delete_some(self._wire, everything, most):
            pass

    def sessions_of(self, address: str, most: int = 200) -> list[str]:
        """The ids of at most `most` sessions of `address`, a hash."""
        of_address = Query(collection=paths.SESSIONS, where=(Where("address", "==", address),), limit=most)
        return [found.id for found in self._wire.query(of_address)]
