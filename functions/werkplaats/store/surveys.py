"""Surveys: invitations/{id}, survey_versions/{id}, sealed_answers/{id} and, once their lot is opened, answers/{id}."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.survey.waves import (
    Envelope,
    Invitation,
    OpenAnswer,
    SealedAnswer,
    SurveyVersion,
)
from werkplaats.store import codec, paths
from werkplaats.store.errors import ConflictError
from werkplaats.store.outbox import create_mail
from werkplaats.store.wiping import delete_some
from werkplaats.store.wire import Delete, Must, Put, Query, Revision, Where, Wire, Write, pages


class GuardedInvitation(Struct, frozen=True):
    """An invitation, and the revision that it had when it was read."""

    invitation: Invitation
    guard: Revision


class Surveys:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def invitation(self, id: str) -> GuardedInvitation | None:
        path = _invitation(id)
        found = self._wire.get([path]).get(path)
        return None if found is None else GuardedInvitation(codec.read(found, Invitation), found.revision)

    def invitations_of(self, registration: str) -> tuple[Invitation, ...]:
        """The invitations of `registration` (an id). One that cannot be read is logged and left out."""
        query = Query(collection=paths.INVITATIONS, where=(Where("registration", "==", registration),), limit=100)
        return tuple(codec.readable(self._wire.query(query), Invitation))

    def invited(self, ids: Iterable[str]) -> frozenset[str]:
        """Which of the invitations `ids` exist."""
        return frozenset(found.id for found in self._wire.get(map(_invitation, ids)).values())

    def invite(self, invited: Iterable[tuple[Invitation, Mail]]) -> None:
        """Write invitations and their mails in one commit. Raises ConflictError if one of them already exists."""
        writes: list[Write] = []
        for invitation, mail in invited:
            writes += [codec.create(_invitation(invitation.id), invitation), create_mail(mail)]
        self._wire.commit(writes)

    def invitations(self, workshop: str, wave: str, *, unanswered: bool = False) -> tuple[Invitation, ...]:
        """The invitations to `wave`. With `unanswered`, only those that have not been answered."""
        also = (Where("answered", "==", False),) if unanswered else ()
        found = self._wire.query(_of_wave(paths.INVITATIONS, workshop, wave, *also))
        return tuple(codec.read(one, Invitation) for one in found)

    def count_invitations(self, workshop: str, wave: str, *, answered: bool = False) -> int:
        """How many people were invited to `wave`. With `answered`, only those who have answered."""
        also = (Where("answered", "==", True),) if answered else ()
        return self._wire.count(_of_wave(paths.INVITATIONS, workshop, wave, *also))

    def remind(self, guarded: GuardedInvitation, mail: Mail) -> None:
        """Store that the invitation's reminder was sent, and queue its mail, in one commit.

        Raises ConflictError if the invitation has changed since it was read, for instance because it was answered.
        """
        invitation = guarded.invitation
        counted = Put(
            _invitation(invitation.id), {"reminded": invitation.reminded}, guarded.guard, mask=(("reminded",),)
        )
        self._wire.commit([counted, create_mail(mail)])

    def answer(self, answered: Invitation, guard: Revision, sealed: SealedAnswer, version: SurveyVersion) -> None:
        """Mark the invitation as answered and store the sealed answer and the questions it answers, in one commit.

        Raises ConflictError if the invitation has changed since it was read, for instance because it was answered.
        """
        kept = codec.to_fields(answered)
        marks = {name: kept[name] for name in ("answered", "answered_on")}
        writes: list[Write] = [
            Put(_invitation(answered.id), marks, guard, mask=tuple((name,) for name in marks)),
            codec.create(paths.of(paths.SEALED_ANSWERS, sealed.id), sealed),
        ]
        questions = paths.of(paths.SURVEY_VERSIONS, version.id)
        if not self._wire.get([questions]):
            writes.append(codec.update(questions, version))
        self._wire.commit(writes)

    def count_sealed(self, workshop: str, wave: str) -> int:
        return self._wire.count(_of_wave(paths.SEALED_ANSWERS, workshop, wave))

    def envelopes(self, workshop: str, wave: str) -> Iterator[Envelope]:
        """The envelopes of all answers to `wave` that are still sealed, in the order of their ids.

        One that cannot be read is logged and left out.
        """
        envelopes = _of_wave(paths.SEALED_ANSWERS, workshop, wave, only=Envelope.__struct_fields__)
        yield from codec.readable(pages(self._wire, envelopes, at_once=1000), Envelope)

    def all_envelopes(self) -> dict[tuple[str, str], list[Envelope]]:
        """The envelopes of all answers that are still sealed, by workshop and wave (ids).

        One that cannot be read is logged and left out. Those of closed waves are soon opened, unless there are fewer
        than five, so there are never many.
        """
        query = Query(collection=paths.SEALED_ANSWERS, only=_SealedHead.__struct_fields__)
        sealed: dict[tuple[str, str], list[Envelope]] = {}
        for head in codec.readable(pages(self._wire, query, at_once=1000), _SealedHead):
            sealed.setdefault((head.workshop, head.wave), []).append(head)
        return sealed

    def sealed(self, ids: Iterable[str]) -> tuple[SealedAnswer, ...]:
        """The sealed answers with `ids`, in one round trip. One that cannot be read is logged and left out.

        Raises ConflictError if one of them no longer exists, because somebody else has opened it.
        """
        wanted = [paths.of(paths.SEALED_ANSWERS, id) for id in ids]
        found = self._wire.get(wanted)
        if len(found) < len(set(wanted)):
            raise ConflictError("a sealed answer is gone")
        return tuple(codec.readable(found.values(), SealedAnswer))

    def open_lot(self, sealed: Iterable[SealedAnswer], opened: Iterable[OpenAnswer]) -> None:
        """Replace the answers `sealed` by the answers `opened`, in one commit.

        Raises ConflictError if somebody else has opened one of them in the meantime.
        """
        writes: list[Write] = [codec.create(paths.of(paths.ANSWERS, answer.id), answer) for answer in opened]
        writes += [Delete(paths.of(paths.SEALED_ANSWERS, one.id), Must.EXIST) for one in sealed]
        self._wire.commit(writes)

    def opened(self, workshop: str, wave: str) -> tuple[OpenAnswer, ...]:
        found = self._wire.query(_of_wave(paths.ANSWERS, workshop, wave))
        return tuple(codec.read(one, OpenAnswer) for one in found)

    def versions(self, workshop: str, wave: str) -> tuple[SurveyVersion, ...]:
        """The versions of the questions of `wave` that have been answered, newest first."""
        found = self._wire.query(_of_wave(paths.SURVEY_VERSIONS, workshop, wave))
        versions = [codec.read_leniently(one, SurveyVersion) for one in found]
        return tuple(sorted(versions, key=lambda version: version.first_used_at, reverse=True))

    def erase(self, workshop: str, most: int = 200) -> int:
        """Delete up to `most` invitations and sealed answers of `workshop`. Returns how many documents that were."""
        return self._delete(workshop, (paths.INVITATIONS, paths.SEALED_ANSWERS), most)

    def erase_results(self, workshop: str, most: int = 200) -> int:
        """Delete up to `most` opened answers of `workshop` and the questions that they answer. Returns how many."""
        return self._delete(workshop, (paths.ANSWERS, paths.SURVEY_VERSIONS), most)

    def _delete(self, workshop: str, collections: Sequence[str], most: int) -> int:
        where = (Where("workshop", "==", workshop),)
        return delete_some(self._wire, [Query(collection=one, where=where) for one in collections], most)


class _SealedHead(Envelope, frozen=True, kw_only=True):
    """An envelope, and what it is about."""

    workshop: str
    wave: str


def _invitation(id: str) -> str:
    return paths.of(paths.INVITATIONS, id)


def _of_wave(collection: str, workshop: str, wave: str, *also: Where, only: tuple[str, ...] | None = None) -> Query:
    where = (Where("workshop", "==", workshop), Where("wave", "==", wave), *also)
    return Query(collection=collection, where=where, only=only)
