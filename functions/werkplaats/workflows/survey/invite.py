"""Invites people to a wave of the survey once it is open, and reminds those who have not answered."""

from datetime import datetime

from werkplaats import log
from werkplaats.domain.attendance import attended
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.reminding import may_remind
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.survey.waves import Phase, invitation_id, invite, phase, remind, survey_reminder_due
from werkplaats.domain.workshop import Wave, Workshop
from werkplaats.store import ConflictError, Store
from werkplaats.store.chores import Watermark
from werkplaats.store.surveys import GuardedInvitation
from werkplaats.workflows.failures import isolate_failures
from werkplaats.workflows.remind import last_reminded

AT_ONCE = 100
"""The most invitations in one commit. Each is two writes."""


def send_surveys(store: Store, now: datetime) -> int:
    """Invite everyone for whom an open wave is meant, and remind people, at `now` (UTC).

    Returns how many mails were queued. Workshops whose waves must all have closed, because they ended so long ago, are
    not read.

    Raises SomeFailedError if that failed for some waves.
    """
    total = 0
    with isolate_failures("survey.not_sent") as isolated:
        open_waves = []
        for workshop in store.workshops.followed_up(now):
            for wave in workshop.waves:
                with isolated(workshop=workshop.id, wave=wave.id):
                    if phase(workshop, wave, now) is Phase.OPEN:
                        open_waves.append((workshop, wave, survey_reminder_due(workshop, wave, now)))
        for workshop, wave, reminder in _with_something_to_do(store, open_waves):
            with isolated(workshop=workshop.id, wave=wave.id):
                total += _invite_all(store, workshop, wave, now) + _remind_all(store, workshop, wave, reminder, now)
    return total


def _with_something_to_do(store: Store, waves: list[tuple[Workshop, Wave, int]]) -> list[tuple[Workshop, Wave, int]]:
    """Those of `waves` that have somebody to invite, or a reminder to send. The number is that of the reminder due.

    Two round trips find them for all workshops together, or a few if there are very many waves.
    """
    invites = [_invite_chore(workshop, wave) for workshop, wave, _ in waves]
    reminders = [_remind_chore(workshop, wave, number) for workshop, wave, number in waves if number > 0]
    progress = store.chores.progress({workshop.id for workshop, _, _ in waves}, [*invites, *reminders])
    invited = [
        (workshop.id, mark.at)
        for (workshop, wave, _), chore in zip(waves, invites, strict=True)
        if wave.to == "attended" and (mark := progress.done.get(chore))
    ]
    since = min((at for _, at in invited), default=None)
    marked = store.attendance.last_marked({id for id, _ in invited}, since) if since else {}

    def has_something(workshop: Workshop, wave: Wave, number: int) -> bool:
        done, ledger = progress.done.get(_invite_chore(workshop, wave)), progress.ledgers.get(workshop.id)
        if done is None or ledger is None or done.version != ledger.version:
            return True
        if wave.to == "attended" and workshop.id in marked and marked[workshop.id] >= done.at:
            return True
        return number > 0 and _remind_chore(workshop, wave, number) not in progress.done

    return [one for one in waves if has_something(*one)]


def wave_chores(workshop: Workshop, wave: Wave) -> tuple[str, ...]:
    """The names under which it is kept how far `wave` has got."""
    reminders = (_remind_chore(workshop, wave, number) for number in range(1, len(wave.reminders) + 1))
    return (_invite_chore(workshop, wave), *reminders)


def _invite_chore(workshop: Workshop, wave: Wave) -> str:
    return f"invite.{workshop.id}.{wave.id}"


def _remind_chore(workshop: Workshop, wave: Wave, number: int) -> str:
    return f"remind.{workshop.id}.{wave.id}.{number}"


def _invite_all(store: Store, workshop: Workshop, wave: Wave, now: datetime) -> int:
    """Invite everyone for whom `wave` is meant. Returns how many were invited.

    Nothing is done if nothing has changed since everyone was invited.
    """
    ledger = store.seats.ledger(workshop.id)
    chore = _invite_chore(workshop, wave)
    done = store.chores.done_up_to(chore)
    if ledger is None or (done is not None and not _has_changed(store, workshop, wave, ledger.version, done)):
        return 0
    registrations = _audience(store, workshop, wave, ledger)
    total = 0
    for start in range(0, len(registrations), AT_ONCE):
        some = registrations[start : start + AT_ONCE]
        ids = [invitation_id(workshop.id, wave.id, registration.id) for registration in some]
        there = store.surveys.invited(ids)
        new = [pair for pair in invite(workshop, wave, some, now) if pair[0].id not in there]
        try:
            if new:
                store.surveys.invite(new)
        except ConflictError:
            # Another run is inviting the same people. The next run invites those who are left.
            return total
        total += len(new)
    store.chores.mark_done(chore, ledger.version, now)
    log.event("survey.invited", workshop=workshop.id, wave=wave.id, invitations=total)
    return total


def _has_changed(store: Store, workshop: Workshop, wave: Wave, version: int, done: Watermark) -> bool:
    """Whether a registration, or a mark of attendance that matters to `wave`, has changed since `done`."""
    if done.version != version:
        return True
    return wave.to == "attended" and store.attendance.count_marked_since(workshop.id, done.at) > 0


def _audience(store: Store, workshop: Workshop, wave: Wave, ledger: Ledger) -> tuple[Registration, ...]:
    if wave.to == "waitlisted":
        return store.seats.in_state(workshop.id, State.WAITLISTED)
    if wave.to == "attended":
        marks = store.attendance.of(workshop.id)
        return attended(marks, store.seats.all_of(workshop.id), complete=ledger.list_complete)
    return store.seats.in_state(workshop.id, State.CONFIRMED)


def _remind_all(store: Store, workshop: Workshop, wave: Wave, number: int, now: datetime) -> int:
    """Send the reminder `number` of `wave`, unless it is 0. Returns how many people were reminded.

    Each reminder is sent in one run only: people who are invited later have only just been asked. It waits until
    tomorrow if people of the workshop have been reminded of something else today.
    """
    chore = _remind_chore(workshop, wave, number)
    if number == 0 or store.chores.done_up_to(chore) is not None:
        return 0
    last = store.chores.done_up_to(last_reminded(workshop))
    if not may_remind(last.at if last else None, now):
        return 0
    reminded = 0
    for asked in store.surveys.invitations(workshop.id, wave.id, unanswered=True):
        guarded = store.surveys.invitation(asked.id)
        reminder = remind(guarded.invitation, number, now) if guarded else None
        if guarded is None or reminder is None:
            continue
        invitation, mail = reminder
        try:
            store.surveys.remind(GuardedInvitation(invitation, guarded.guard), mail)
        except ConflictError:
            # The person has just answered, or another run has reminded them.
            continue
        reminded += 1
    store.chores.mark_done(chore, 0, now, last_reminded(workshop))
    log.event("survey.reminded", workshop=workshop.id, wave=wave.id, number=number, reminders=reminded)
    return reminded
