"""The draft of a plan: it changes with each command that is decided, and becomes the plan at the end."""

from collections.abc import Iterable
from datetime import date, datetime

from msgspec.structs import replace

from werkplaats.domain.changes import change_between
from werkplaats.domain.erasures import Erasure, erasure
from werkplaats.domain.journal import BY_FORM, Entry, Happened, first_entry_of
from werkplaats.domain.kept import EMPTY_MAILBOX_KEPT, MAILS_KEPT
from werkplaats.domain.mail.about import About, AboutSeat
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.notices import is_left_to_tell, make_digests, make_folded_notices
from werkplaats.domain.mail.outbox import Mail, queue
from werkplaats.domain.notices import Notices
from werkplaats.domain.people import search_words
from werkplaats.domain.registration import FIRST_PRIORITY, PASSED_OVER, Hold, Mailbox, Registration, Remark, State
from werkplaats.domain.revisions import Revision, revision
from werkplaats.domain.seats.commands import Outcome
from werkplaats.domain.seats.folding import collect, fold_or_tell
from werkplaats.domain.seats.ledger import Absence, Plan, Seating
from werkplaats.domain.workshop import Workshop


class Draft:
    """What the rules read and change while the commands of one commit are decided.

    `now` (UTC) is when they are decided, and `version` is the version that the ledger will have after the commit.
    `capacity_before` is the ledger's capacity before the first of them.
    `workshop`, `ledger`, `registrations` and `mailboxes` (both by id) are as the commands so far have left them. Rules
    must change them only by the methods below, which keep the ledger's counts and the mailboxes consistent.
    """

    def __init__(self, seating: Seating, now: datetime) -> None:
        self.now = now
        self.version = seating.ledger.version + 1
        self.workshop = seating.workshop
        self.ledger = seating.ledger
        self.registrations = dict(seating.registrations)
        self.mailboxes = dict(seating.mailboxes)
        self.marks = seating.marks
        self._used_forms = set(seating.used_forms)
        self._waiting = list(seating.waiting)
        self._head_is_whole = len(seating.waiting) >= seating.ledger.waitlisted
        self.capacity_before = seating.ledger.capacity
        self._published_before = None if seating.unreadable else seating.workshop
        self._publishes = False
        self._published_by = ""
        self._tells: set[Notices] = set()
        self._settings_before: Workshop | None = None
        self._changed_registrations: set[str] = set()
        self._changed_mailboxes: set[str] = set()
        self._mails: dict[str, Mail] = {}
        self._journal: dict[str, Entry] = {}
        self._erasures: dict[str, Erasure] = {}
        self._absences: dict[str, Absence] = {}
        self._by_form: dict[str, set[str]] = {}
        for registration in self.registrations.values():
            self._by_form.setdefault(registration.form, set()).add(registration.id)

    # Reading

    def mailbox(self, id: str) -> Mailbox:
        """The mailbox `id`, or a new empty one."""
        return self.mailboxes.get(id) or Mailbox(id=id, workshop=self.workshop.id, registrations={})

    def live_with(self, mailbox: Mailbox, address: str) -> list[Registration]:
        """The live registrations of `mailbox` that were made with exactly this `address` (a keyed hash)."""
        behind = [self.registrations[id] for id in mailbox.registrations.values()]
        return [registration for registration in behind if registration.address == address]

    def made_with(self, form: str) -> list[Registration]:
        """The registrations that were made with `form` (its id), in no particular order."""
        return [self.registrations[id] for id in self._by_form.get(form, ())]

    def next_waiting(self) -> Registration | None:
        """Take the next person from the part of the waitlist that was read, or None if nobody is left in it."""
        while self._waiting:
            registration = self.registrations[self._waiting.pop(0)]
            if registration.state is State.WAITLISTED and not registration.is_passed_over:
                return registration
        return None

    @property
    def workshop_is_readable(self) -> bool:
        """Whether this version of the program can read the published workshop, and so can compare it with another."""
        return self._published_before is not None or self._publishes

    # Changing the state of a registration

    def join(self, registration: Registration, state: State) -> Registration:
        """Add `registration`, which is new or has ended, in `state`. Returns it as it is then.

        It gets the next sequence number, which puts it last, and is added to its mailbox.
        """
        number = self.ledger.next_sequence
        self.ledger = replace(self.ledger, next_sequence=number + 1)
        self._enter_in_mailbox(registration)
        # Whoever left in this same commit and joins again is not at the old place in line.
        self._waiting = [one for one in self._waiting if one != registration.id]
        return self._put_in_state(replace(registration, sequence=number, had_seat=False, joined_at=self.now), state)

    def move(self, registration: Registration, state: State) -> Registration:
        """Change the state of `registration`, which is live, to `state`. Returns it as it is then.

        If `state` is not a live one, the registration is removed from its mailbox.
        """
        self._count(self.registrations[registration.id], -1)
        if not state.live:
            self._strike_from_mailbox(registration)
        return self._put_in_state(registration, state)

    def let_wait(self, registration: Registration) -> Registration:
        """Put `registration`, which was passed over until now, back at its number. Returns it as it is then.

        It must be as it is from now on: neither unconfirmed nor paused.
        """
        registration = self.move(registration, State.WAITLISTED)
        self._put_back_in_head(registration)
        return registration

    def put_first(self, registration: Registration) -> Registration:
        """Put `registration`, which is on the waitlist, before all others but those who were put there earlier.

        Its state stays the same. It gets the next number of priority. Returns it as it is then.
        """
        number = FIRST_PRIORITY + self.ledger.priorities
        self.ledger = replace(self.ledger, priorities=self.ledger.priorities + 1)
        registration = _in_order(replace(registration, sequence=number))
        self.keep(registration)
        if not registration.is_passed_over:
            self._put_first_in_head(registration.id)
        return registration

    def _put_first_in_head(self, id: str) -> None:
        """Move `id` behind those with priority in the part of the waitlist that was read.

        If all of that part have priority, there may be others with priority who were not read: then it is left out.
        """
        head = [one for one in self._waiting if one != id]
        ahead = [one for one in head if self.registrations[one].has_priority]
        behind = [one for one in head if not self.registrations[one].has_priority]
        known = bool(behind) or self._head_is_whole
        self._waiting = [*ahead, *([id] if known else []), *behind]

    def _put_back_in_head(self, registration: Registration) -> None:
        """Put `registration` at its number in the part of the waitlist that was read.

        If all of that part come before it, there may be others in between who were not read: then it is left out.
        """
        others = [one for one in self._waiting if one != registration.id]
        ahead = [one for one in others if self.registrations[one].sequence < registration.sequence]
        behind = [one for one in others if one not in ahead]
        known = bool(behind) or self._head_is_whole
        self._waiting = [*ahead, *([registration.id] if known else []), *behind]

    def _put_in_state(self, registration: Registration, state: State) -> Registration:
        known = self.registrations.get(registration.id)
        if state is State.WAITLISTED and known is not None and known.state is State.OFFERED:
            self.ledger = replace(self.ledger, returned=self.ledger.returned + 1)
        lapsed = not state.live and registration.held_for is Hold.CONFIRM
        registration = replace(
            registration,
            held_until=None if lapsed else registration.held_until,
            paused=registration.paused if state is State.WAITLISTED else None,
            state=state,
            state_since=self.now,
            state_version=self.version,
            had_seat=registration.had_seat or state is State.CONFIRMED,
            cancelled_by_organiser=False,
            unmailed=False,
        )
        registration = _in_order(registration)
        self._count(registration, +1)
        return self.keep(registration)

    def _count(self, registration: Registration, by: int) -> None:
        ledger = self.ledger
        self.ledger = replace(
            ledger,
            confirmed=ledger.confirmed + by * (registration.state is State.CONFIRMED),
            offered=ledger.offered + by * (registration.state is State.OFFERED),
            waitlisted=ledger.waitlisted + by * (registration.state is State.WAITLISTED),
            unconfirmed=ledger.unconfirmed + by * registration.is_unconfirmed,
            passed_over=ledger.passed_over + by * registration.is_passed_over,
        )

    # Changing other things

    def keep(self, registration: Registration) -> Registration:
        """Replace the registration with the same id by `registration`, whose state must not have changed.

        Returns it as it is then: with the words by which its person, as it is now, is found.
        """
        words = search_words(registration.person)
        if words != registration.search:
            registration = replace(registration, search=words)
        self.registrations[registration.id] = registration
        self._changed_registrations.add(registration.id)
        self._by_form.setdefault(registration.form, set()).add(registration.id)
        return registration

    def remark(self, registration: Registration, text: str, by: str, about: Happened | None = None) -> Registration:
        """Keep `text`, which `by` (an address, "" for the person) wrote about `registration`; nothing if it is blank.

        `about` is what it explains. Returns the registration as it is then.
        """
        if text := text.strip():
            said = Remark(at=self.now, by=by, text=text, about=about.value if about else "")
            registration = replace(registration, remarks=(*registration.remarks, said), details_version=self.version)
            return self.keep(registration)
        return registration

    def correct(self, registration: Registration, corrected: Registration) -> Registration:
        """Replace `registration` by `corrected`, which has another person, and perhaps other hashes of it.

        If it is live, it is moved to the mailbox of the new person. Returns it as it is then.
        """
        if registration.state.live:
            self._strike_from_mailbox(registration)
            self._enter_in_mailbox(corrected)
        corrected = replace(corrected, details_version=self.version)
        return self.keep(corrected)

    def keep_mailbox(self, mailbox: Mailbox) -> None:
        """Replace the mailbox with the same id by `mailbox`.

        If no live registration is left in it, the store deletes it later.
        """
        expire_at = None if mailbox.registrations else self.now + EMPTY_MAILBOX_KEPT
        self.mailboxes[mailbox.id] = replace(mailbox, expire_at=expire_at)
        self._changed_mailboxes.add(mailbox.id)

    def _enter_in_mailbox(self, registration: Registration) -> None:
        mailbox = self.mailbox(registration.mailbox)
        entered = {**mailbox.registrations, registration.identity: registration.id}
        self.keep_mailbox(replace(mailbox, registrations=entered))

    def _strike_from_mailbox(self, registration: Registration) -> None:
        mailbox = self.mailbox(registration.mailbox)
        left = {identity: id for identity, id in mailbox.registrations.items() if id != registration.id}
        self.keep_mailbox(replace(mailbox, registrations=left))

    def list_as_erased(
        self, registration: Registration, questions: tuple[str, ...] = (), *, at_once: bool = False
    ) -> None:
        """Remember that the person of `registration` is erased, or only the answers to `questions` (ids).

        `at_once` is explained at Erasure.
        """
        earlier = self._erasures.get(registration.id)
        if earlier is not None:
            whole = not questions or not earlier.questions
            questions = () if whole else tuple(sorted({*earlier.questions, *questions}))
            at_once = at_once or earlier.at_once
        listed = erasure(self.workshop.id, registration.id, self.version, self.now, questions, at_once=at_once)
        self._erasures[registration.id] = listed

    def publish(self, workshop: Workshop, by: str) -> None:
        """Replace the published workshop by `workshop`, and the ledger's capacity by its capacity.

        `by` is the address of whoever publishes.
        """
        self._tell_before_settings_change(workshop)
        self.workshop, self._publishes, self._published_by = workshop, True, by
        self.ledger = replace(self.ledger, capacity=workshop.capacity, published=self.version)
        if not workshop.has_begun(self.now):
            self.set_list(complete=False)  # it was practised with, or the days were put off

    def mark_absent(self, registration: str, days: Iterable[date]) -> None:
        """Mark `registration` (an id) absent on `days` in the attendance list."""
        if absent_on := tuple(days):
            self._absences[registration] = Absence(registration, absent_on, self.now)

    def set_list(self, *, complete: bool) -> None:
        """Keep whether the attendance list is complete."""
        self.ledger = replace(self.ledger, list_complete=complete)

    def count_sign_ups(self, recent: tuple[datetime, ...], busy_until: datetime | None) -> None:
        """Keep the moments (UTC) of the last sign-ups, and until when everybody has to confirm the address."""
        self.ledger = replace(self.ledger, sign_ups=recent, busy_until=busy_until)

    def end_practice(self) -> None:
        """Those who sign up from now on are told nothing of the priorities given so far. Numbers go on all the same."""
        self.ledger = replace(self.ledger, practised_priorities=self.ledger.priorities, real_since=self.now)

    # Mails and the journal

    def mail_and_note(
        self,
        kind: Kind,
        registration: Registration,
        happened: Happened,
        by: str = "",
        *,
        mailed: bool = True,
        detail: str = "",
    ) -> Registration:
        """Queue a mail of `kind` to the participant, and an entry in the journal, from which organisers are mailed.

        `by` is the address of whoever did it at the desk. `detail` is that of the entry, "" for the new state. Unless
        `mailed`, the participant gets no mail about the state that the registration has come into; the registration,
        which is returned, says so.
        """
        if mailed:
            self.mail(kind, registration)
        else:
            registration = replace(registration, unmailed=True)
            self.keep(registration)
        self.note(happened, registration.id, detail or registration.state.value, by)
        return registration

    def mail(self, kind: Kind, registration: Registration) -> None:
        """Queue a mail of `kind` about `registration` to its person."""
        self.queue(kind, AboutSeat(registration.id, self.version))

    def queue(self, kind: Kind, about: About) -> None:
        """Queue a mail of `kind` about `about`."""
        mail = queue(kind, about, self.workshop.id, self.now)
        self._mails[mail.id] = mail

    def note(
        self, happened: Happened, registration: str | None, detail: str, by: str = "", *, mail: str | None = None
    ) -> None:
        """Add an entry to the journal, about `registration` (an id), or about the workshop if that is None.

        `detail`, `by` and `mail` are explained at Entry.
        """
        id = self._entry_id(happened, registration)
        earlier = self._journal.get(id)
        folded = earlier.folded if earlier is not None else self._fold_and_collect(happened)
        self._journal[id] = Entry(
            id=id,
            workshop=self.workshop.id,
            kind=happened,
            at=self.now,
            version=self.version,
            registration=registration,
            mail=mail,
            by=by,
            detail=detail,
            notified=not is_left_to_tell(self.workshop, happened, folded=folded),
            folded=folded,
            expire_at=self.now + MAILS_KEPT,
        )

    def _fold_and_collect(self, happened: Happened) -> bool:
        """Keep in the ledger what organisers are told of together. Returns whether the entry is folded.

        It is kept only if somebody is told in that way. After a change of settings that is being told of already,
        nothing more is folded in this commit.
        """
        folded = False
        if self.workshop.told_by(Notices.BUNDLED) and self._settings_before is None:
            self.ledger, folded = fold_or_tell(self.ledger, happened, self.version, self.now)
        if self.workshop.told_by(Notices.DIGEST):
            self.ledger = collect(self.ledger, happened, self.version, self.now)
        return folded

    def tell(self, way: Notices) -> None:
        """Tell organisers, in this commit, of all that is folded (BUNDLED), or send the digests (DIGEST).

        That is also of what the commit's other commands still add to it.
        """
        self._tells.add(way)

    def _tell_before_settings_change(self, after: Workshop) -> None:
        """If somebody wants to be told in another way, tell what is left to tell by the present settings.

        The same if nobody is left who is told in that way. Otherwise they would never hear of it, or the ledger would
        keep what nobody is to be told of.
        """
        still_in_charge = {one.email for one in after.in_charge}
        for way, left in ((Notices.BUNDLED, self.ledger.folding), (Notices.DIGEST, self.ledger.digest)):
            by_then = after.told_by(way)
            changes = (self.workshop.told_by(way) & still_in_charge) - by_then
            if left is not None and (changes or not by_then):
                self.tell(way)
                self._settings_before = self._settings_before or self.workshop

    def _entry_id(self, happened: Happened, registration: str | None) -> str:
        """The id of a new entry. The first of whom a form brought in gets one that follows from the form."""
        form = self.registrations[registration].form if registration and happened in BY_FORM else ""
        if form and form not in self._used_forms:
            self._used_forms.add(form)
            return first_entry_of(form)
        return f"{self.version:010d}-{registration or 'workshop'}-{happened.value}"

    # The result

    def _revision(self) -> Revision:
        before = self._published_before
        return revision(before, self.workshop, number=self.version, by=self._published_by, at=self.now)

    def _queue_what_is_told(self) -> None:
        told_to, ledger = self._settings_before or self.workshop, self.ledger
        notices: tuple[Mail, ...] = ()
        if Notices.BUNDLED in self._tells and ledger.folding is not None:
            notices += make_folded_notices(told_to, ledger.folding, self.version, self.now)
            self.ledger = replace(self.ledger, folding=None)
        if Notices.DIGEST in self._tells and ledger.digest is not None:
            notices += make_digests(told_to, ledger.digest, self.version, self.now)
            self.ledger = replace(self.ledger, digest=None)
        self._mails |= {mail.id: mail for mail in notices}

    def plan(self, outcomes: tuple[Outcome, ...]) -> Plan:
        """The plan of everything that was changed. `outcomes` are those of the commands, in the same order."""
        self._queue_what_is_told()
        changed = bool(self._changed_registrations or self._journal or self._publishes or self._tells)
        before = self._published_before if self._publishes else None
        return Plan(
            ledger=replace(self.ledger, version=self.version) if changed else None,
            registrations=tuple(self.registrations[id] for id in sorted(self._changed_registrations)),
            mailboxes=tuple(self.mailboxes[id] for id in sorted(self._changed_mailboxes)),
            mails=tuple(self._mails.values()),
            journal=tuple(self._journal.values()),
            outcomes=outcomes,
            revision=self._revision() if self._publishes else None,
            erasures=tuple(self._erasures.values()),
            absences=tuple(self._absences.values()),
            change=change_between(before, self.workshop, self.version, self.now) if before else None,
        )


def _in_order(registration: Registration) -> Registration:
    """`registration` with the sequence number that puts it where it belongs, now that it is passed over or not."""
    passed = PASSED_OVER if registration.is_passed_over else 0
    return replace(registration, sequence=registration.number + passed)
