"""Holds invitations, sealed and opened answers, and attendance against each other, by counts and ids alone."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from werkplaats.domain.checking.findings import (
    BY_HAND,
    LONG_PAST,
    RUN,
    Finding,
    OpenHead,
    SealedHead,
    WorkshopRecords,
    is_recent,
)
from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.about import AboutWave
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import mail_id
from werkplaats.domain.survey.waves import LARGEST_LOT, SMALLEST_LOT, invitation_id


def check_surveys(records: WorkshopRecords, now: datetime) -> Iterator[Finding]:
    """What does not fit in the surveys and the attendance at `now` (UTC)."""
    yield from _invitations(records, now)
    yield from _answers(records, now)
    yield from _lots(records)
    for id, attendance in records.attendance.items():
        where = f"attendance {id}"
        if (attendance.id, attendance.registration) != (id, id):
            yield Finding(where, "attendance.id", "has another id in it", BY_HAND)
        if records.missing(id, records.registrations):
            yield Finding(where, "attendance.registration", "is of a registration that is gone", BY_HAND)
        elif _was_erased_long_ago(id, records, now):
            yield Finding(where, "attendance.left_behind", "is of somebody who was erased", _ERASE)


_ERASE = RUN.format(function="erase_personal_data")


def _invitations(records: WorkshopRecords, now: datetime) -> Iterator[Finding]:
    for id, one in records.invitations.items():
        where = f"invitation {id}"
        if one.id != id or id != invitation_id(records.id, one.wave, one.registration):
            yield Finding(where, "invitation.id", "has another id in it", BY_HAND)
        if records.missing(one.registration, records.registrations):
            yield Finding(where, "invitation.registration", "is of a registration that is gone", BY_HAND)
        elif _was_erased_long_ago(one.registration, records, now):
            yield Finding(where, "invitation.left_behind", "is of somebody who was erased", _ERASE)
        if one.answered is (one.answered_on is None):
            yield Finding(where, "invitation.answered", "is answered without a day, or the other way round", BY_HAND)
        for reminder in range(one.reminded + 1) if is_recent(one.invited_at, now) else ():
            kind = Kind.SURVEY_REMINDER if reminder else Kind.SURVEY_INVITATION
            mail = mail_id(kind, AboutWave(one.registration, one.wave, reminder), records.id)
            # If two reminders fall due at once, only the later one is sent.
            if reminder in (0, one.reminded) and records.missing(mail, records.mails):
                yield Finding(where, "invitation.mail", f"has no mail {mail}", BY_HAND)


def _was_erased_long_ago(registration: str, records: WorkshopRecords, now: datetime) -> bool:
    """Whether the person was erased so long ago that what the nightly run leaves until the next night is gone too.

    Never while the workshop practises: making it real takes the rest away, by a second click if the first broke off.
    """
    if records.workshop is not None and records.workshop.practice:
        return False
    one = records.registrations.get(registration)
    if one is None or one.person is not None:
        return False
    entries = records.journal.values()
    erased = [entry.at for entry in entries if entry.kind is Happened.ERASED and entry.registration == registration]
    return bool(erased) and max(erased) < now - LONG_PAST


def _answers(records: WorkshopRecords, now: datetime) -> Iterator[Finding]:
    """Each answer is written in one commit with the mark that somebody answered. Erasing takes one of them away."""
    people, workshop = records.registrations.values(), records.workshop
    if workshop is None or workshop.practice or now >= workshop.erase_results_at():
        return
    if any(one.person is None for one in people):
        return
    answers = Counter(one.wave for one in _given(records))
    marks = Counter(one.wave for one in records.invitations.values() if one.answered)
    for wave in sorted({*answers, *marks}):
        if answers[wave] != marks[wave]:
            says = f"{marks[wave]} people have answered, and there are {answers[wave]} answers"
            yield Finding(f"wave {wave} of {records.id}", "wave.answers", says, BY_HAND)


def _given(records: WorkshopRecords) -> Iterator[SealedHead | OpenHead]:
    yield from records.sealed.values()
    yield from records.opened.values()


def _lots(records: WorkshopRecords) -> Iterator[Finding]:
    sizes = Counter((one.lot, one.wave, one.version) for one in records.opened.values())
    spread = Counter(lot for lot, _, _ in sizes)
    for (lot, wave, _), size in sorted(sizes.items()):
        where = f"lot {lot} of {records.id}"
        if not SMALLEST_LOT <= size < LARGEST_LOT + SMALLEST_LOT:
            yield Finding(where, "lot.size", f"has {size} answers to {wave}", BY_HAND)
        if spread[lot] > 1:
            yield Finding(where, "lot.mixed", "has answers to more than one list of questions", BY_HAND)
    for one in _given(records):
        if one.version not in records.survey_versions and one.version not in records.unreadable:
            says = f"answers to questions {one.version} are there, and the questions are gone"
            yield Finding(f"wave {one.wave} of {records.id}", "wave.questions", says, BY_HAND)
