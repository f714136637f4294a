"""Who asked to sign in, and who is signed in: sign_ins/{hash of the address}, sessions/{fingerprint of the token}."""

from collections.abc import Sequence

from msgspec import Struct

from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.signing_in import Session, SignIns
from werkplaats.store import codec, paths
from werkplaats.store.errors import ConflictError, OutcomeUnknownError
from werkplaats.store.outbox import create_mail
from werkplaats.store.wire import Delete, Guard, Must, Query, Revision, Where, Wire, Write


class GuardedSignIns(Struct, frozen=True):
    """What was asked for an address, as it was read; `guard` is the revision it had, or that there was nothing yet."""

    sign_ins: SignIns
    guard: Guard


class GuardedSession(Struct, frozen=True):
    session: Session
    guard: Revision


class SigningIn:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def of(self, address: str) -> GuardedSignIns:
        """What was asked for `address`, a hash; nothing, if nobody has asked."""
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
        """Write `sign_ins` if it is still as guarded, and with it queue `mail` and begin `session`: all or nothing.

        Raises ConflictError if it is not, or OutcomeUnknownError.
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
        """Write that `session` was used. If somebody else has just written it, or ended it, nothing is written; and it
        does no harm if the answer is lost: the next use is noted instead."""
        try:
            self._wire.commit([codec.update(paths.of(paths.SESSIONS, session.id), session, guard)])
        except (ConflictError, OutcomeUnknownError):
            return

    def end(self, sessions: Sequence[str]) -> None:
        """End the sessions with these ids; those that are not there have ended already."""
        if sessions:
            self._wire.commit([Delete(paths.of(paths.SESSIONS, id)) for id in sessions])

    def sessions_of(self, address: str, most: int = 200) -> list[str]:
        """The ids of up to `most` sessions of `address`, a hash."""
        of_address = Query(collection=paths.SESSIONS, where=(Where("address", "==", address),), limit=most)
        return [found.id for found in self._wire.query(of_address)]
