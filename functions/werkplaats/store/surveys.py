"""Surveys: invitations/{id}, survey_versions/{id}, sealed_answers/{id} and, once their lot is opened, answers/{id}."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from google.cloud import firestore
from google.cloud.firestore import FieldFilter
from msgspec import Struct

from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.survey.waves import (
    Envelope,
    Invitation,
    OpenAnswer,
    SealedAnswer,
    SurveyVersion,
    invitation_id,
)
from werkplaats.store.documents import found, from_document, readable, to_document
from werkplaats.store.errors import ConflictError
from werkplaats.store.reading import commit, count, pages, read, read_all, run, unchanged_since


class GuardedInvitation(Struct, frozen=True):
    invitation: Invitation
    guard: datetime


class Watermark(Struct, frozen=True):
    """Up to which version of a workshop's ledger, and which moment (UTC), a recurring chore is done."""

    version: int
    at: datetime


class Surveys:
    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._invitations = client.collection("invitations")
        self._sealed = client.collection("sealed_answers")
        self._answers = client.collection("answers")
        self._versions = client.collection("survey_versions")
        self._watermarks = client.collection("watermarks")

    def invitation(self, id: str) -> GuardedInvitation | None:
        snapshot = read(self._invitations.document(id))
        return GuardedInvitation(from_document(snapshot, Invitation), snapshot.update_time) if snapshot.exists else None

    def invitation_of(self, mail: Mail) -> Invitation | None:
        """The invitation a survey mail goes with."""
        guarded = self.invitation(invitation_id(mail.workshop, mail.wave or "", mail.registration or ""))
        return guarded.invitation if guarded else None

    def invited(self, ids: Iterable[str]) -> frozenset[str]:
        """Which of the invitations `ids` exist."""
        snapshots = read_all(self._client, [self._invitations.document(id) for id in ids])
        return frozenset(snapshot.id for snapshot in snapshots.values() if snapshot.exists)

    def invite(self, invited: Iterable[tuple[Invitation, Mail]]) -> None:
        """Write invitations and their mails in one commit; ConflictError if one of them is there already."""
        batch = self._client.batch()
        for invitation, mail in invited:
            batch.create(self._invitations.document(invitation.id), to_document(invitation))
            batch.create(self._client.collection("mails").document(mail.id), to_document(mail))
        commit(batch)

    def invitations(self, workshop: str, wave: str, *, unanswered: bool = False) -> tuple[Invitation, ...]:
        """Everyone who was asked; with `unanswered` those who have not answered."""
        query = self._invited_to(workshop, wave)
        if unanswered:
            query = query.where(filter=FieldFilter("answered", "==", False))
        return tuple(from_document(snapshot, Invitation) for snapshot in run(query))

    def count_invitations(self, workshop: str, wave: str, *, answered: bool = False) -> int:
        """How many were asked; with `answered` how many of them have answered."""
        query = self._invited_to(workshop, wave)
        return count(query.where(filter=FieldFilter("answered", "==", True)) if answered else query)

    def remind(self, guarded: GuardedInvitation, mail: Mail) -> None:
        """Count the reminder and queue its mail in one commit; ConflictError if it was answered meanwhile."""
        batch = self._client.batch()
        invitation = guarded.invitation
        batch.update(
            self._invitations.document(invitation.id),
            {"reminded": invitation.reminded},
            option=unchanged_since(self._client, guarded.guard),
        )
        batch.create(self._client.collection("mails").document(mail.id), to_document(mail))
        commit(batch)

    def answer(self, answered: Invitation, guard: datetime, sealed: SealedAnswer, version: SurveyVersion) -> None:
        """Mark the invitation and keep the sealed answer, with the questions it answers, in one commit.

        ConflictError if it was answered meanwhile.
        """
        batch = self._client.batch()
        if not read(self._versions.document(version.id)).exists:
            batch.set(self._versions.document(version.id), to_document(version))
        batch.create(self._sealed.document(sealed.id), to_document(sealed))
        batch.update(
            self._invitations.document(answered.id),
            {"answered": True, "answered_on": to_document(answered)["answered_on"]},
            option=unchanged_since(self._client, guard),
        )
        commit(batch)

    def count_sealed(self, workshop: str, wave: str) -> int:
        return count(self._of_wave(workshop, wave))

    def envelopes(self, workshop: str, wave: str) -> Iterator[Envelope]:
        """The outsides of all answers to a wave that are still sealed, without what is in them, by id.

        One that cannot be read is logged and passed over.
        """
        outsides = self._of_wave(workshop, wave).select(Envelope.__struct_fields__)
        yield from readable(pages(outsides, at_once=1000), Envelope)

    def sealed(self, ids: Iterable[str]) -> tuple[SealedAnswer, ...]:
        """The sealed answers `ids`, in one round trip; one that cannot be read is logged and left out.

        Raises ConflictError if one of them is gone: somebody else has opened it.
        """
        snapshots = read_all(self._client, [self._sealed.document(id) for id in ids]).values()
        if not all(snapshot.exists for snapshot in snapshots):
            raise ConflictError("a sealed answer is gone")
        return tuple(readable(snapshots, SealedAnswer))

    def open_lot(self, sealed: Iterable[SealedAnswer], opened: Iterable[OpenAnswer]) -> None:
        """Put the opened answers in the place of the sealed ones; ConflictError if one was opened meanwhile."""
        batch = self._client.batch()
        for answer in opened:
            batch.create(self._answers.document(answer.id), to_document(answer))
        for one in sealed:
            batch.delete(self._sealed.document(one.id), option=self._client.write_option(exists=True))
        commit(batch)

    def opened(self, workshop: str, wave: str) -> tuple[OpenAnswer, ...]:
        query = self._answers.where(filter=FieldFilter("workshop", "==", workshop)).where(
            filter=FieldFilter("wave", "==", wave)
        )
        return tuple(from_document(snapshot, OpenAnswer) for snapshot in run(query))

    def versions(self, workshop: str, wave: str) -> tuple[SurveyVersion, ...]:
        """The questions that have been answered, the newest first."""
        query = self._versions.where(filter=FieldFilter("workshop", "==", workshop)).where(
            filter=FieldFilter("wave", "==", wave)
        )
        versions = [from_document(snapshot, SurveyVersion) for snapshot in run(query)]
        return tuple(sorted(versions, key=lambda version: version.first_used_at, reverse=True))

    def erase(self, workshop: str, most: int = 200) -> int:
        """Delete up to `most` invitations and answers never opened of `workshop`; how many there were."""
        paths = [self._invitations, self._sealed]
        queries = [path.where(filter=FieldFilter("workshop", "==", workshop)).limit(most // 2) for path in paths]
        snapshots = [snapshot for query in queries for snapshot in run(query)]
        if snapshots:
            batch = self._client.batch()
            for snapshot in snapshots:
                batch.delete(snapshot.reference)
            commit(batch)
        return len(snapshots)

    def done_up_to(self, chore: str) -> Watermark | None:
        return found(read(self._watermarks.document(chore)), Watermark)

    def mark_done(self, chore: str, version: int, at: datetime) -> None:
        batch = self._client.batch()
        batch.set(self._watermarks.document(chore), to_document(Watermark(version, at)))
        commit(batch)

    def _invited_to(self, workshop: str, wave: str) -> firestore.Query:
        return self._invitations.where(filter=FieldFilter("workshop", "==", workshop)).where(
            filter=FieldFilter("wave", "==", wave)
        )

    def _of_wave(self, workshop: str, wave: str) -> firestore.Query:
        return self._sealed.where(filter=FieldFilter("workshop", "==", workshop)).where(
            filter=FieldFilter("wave", "==", wave)
        )
