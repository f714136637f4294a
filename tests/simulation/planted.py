"""Mistakes that could be made in the program, to show that the simulated lives find them.

`make planted` plants each of them in a copy of the program, and lives lives until one fails. It prints a table with the
seed of that life, and ends with 1 if a mistake was not found.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

_ROOT = Path(__file__).absolute().parents[2]
_PROGRAM = Path("functions/werkplaats")

_LONGEST_LIFE = 5.0
"""Seconds: more than a life takes on average, on a machine that has much else to do. A mistake may make it endless."""


class Planted(Struct, frozen=True):
    """A mistake: in `file` of functions/werkplaats, the text `right`, which is there once, becomes `wrong`."""

    name: str
    file: str
    right: str
    wrong: str


_SIGNING_UP = "domain/seats/signing_up.py"
_CONFIRMING = "domain/seats/confirming.py"
_LEDGER = "domain/seats/ledger.py"
_WAITLIST = "domain/seats/waitlist.py"
_ORGANISING = "domain/seats/organising.py"
_DRAFT = "domain/seats/draft.py"
_ADDING = "domain/seats/adding.py"
_CORRECTING = "domain/seats/correcting.py"
_PRIORITY = "domain/seats/priority.py"
_FOLDING = "domain/seats/folding.py"
_RULES = "domain/seats/rules.py"
_ERASING = "domain/seats/erasing.py"
_ABSENCE = "domain/seats/absence.py"
_REMINDING = "domain/reminding.py"
_DELIVERY = "domain/delivery.py"
_DECISION = "domain/mail/decision.py"
_SEATS = "store/seats.py"
_OUTBOX = "store/outbox.py"
_SURVEYS = "store/surveys.py"
_DELIVER = "workflows/mail/deliver.py"
_RETRY = "workflows/mail/retry.py"
_COMMIT = "workflows/seats/commit.py"
_QUEUE = "workflows/seats/queue.py"

PLANTED = (
    # Seats
    Planted("a new sign-up overtakes the waitlist", _LEDGER, "self.free <= 0 or self.waiting > 0", "self.free <= 0"),
    Planted("one seat too many is given at sign-up", _LEDGER, "return self.free <= 0 or", "return self.free < 0 or"),
    Planted("one seat too many is promoted", _WAITLIST, "draft.ledger.free > 0 and", "draft.ledger.free >= 0 and"),
    Planted(
        "seats are given after the workshop has begun", "domain/workshop.py", "and not self.has_begun(now)\n", "\n"
    ),
    Planted("seats are given after calling off", "domain/workshop.py", "self.called_off is None and not", "not"),
    Planted("a known person gets a second registration", _SIGNING_UP, "if known is not None:", "if known == 0:"),
    Planted("an address may have any number", _SIGNING_UP, "return Refused(Refusal.MAILBOX_FULL)\n", "pass\n"),
    Planted("a mailbox may sign up all day", _SIGNING_UP, "return Refused(Refusal.TOO_MANY_TODAY)", "pass"),
    Planted(
        "rejoining has no end",
        _SIGNING_UP,
        "registration.times_joined > MOST_REJOINS:",
        "registration.times_joined > 30:",
    ),
    Planted(
        "rejoining beside a new sign-up", _SIGNING_UP, "if registration.identity in mailbox.registrations:", "if False:"
    ),
    Planted(
        "signing up after the closing day",
        _SIGNING_UP,
        '    if draft.workshop.sign_up_phase(draft.now) != "open":\n        return Refused(Refusal.SIGN_UP_NOT_OPEN)\n',
        "",
    ),
    Planted(
        "an offer is accepted after it ended",
        _WAITLIST,
        "    if hold_has_lapsed(registration, draft):\n        return Refused(Refusal.OFFER_OVER, end_hold(registration, draft))\n",
        "",
    ),
    Planted(
        "an offer ends on the morning of its last day",
        "domain/seats/holds.py",
        "ends is None or now >= ends",
        "ends is None or now >= ends.replace(hour=0, minute=0)",
    ),
    Planted(
        "a click on an old page counts",
        _RULES,
        "not found.is_still_meant(command.seen)",
        "False",
    ),
    Planted(
        "an organiser gives a seat that there is not", _ORGANISING, "draft.ledger.free <= 0", "draft.ledger.free < 0"
    ),
    Planted("capacity below the seats held", _ORGANISING, "workshop.capacity < draft.ledger.held", "False"),
    Planted(
        "publishing over what was not seen", _ORGANISING, "command.seen not in (None, draft.ledger.published)", "False"
    ),
    Planted(
        "publishing takes calling off back",
        _ORGANISING,
        "replace(command.workshop, called_off=draft.workshop.called_off)",
        "command.workshop",
    ),
    Planted(
        "practice ends with people in it",
        _ORGANISING,
        "if draft.ledger.held or draft.ledger.waitlisted:",
        "if False:",
    ),
    Planted("a number is used twice", _DRAFT, "next_sequence=number + 1", "next_sequence=number + (number % 3 > 0)"),
    Planted(
        "the ledger counts offers twice",
        _DRAFT,
        "offered=ledger.offered + by",
        "offered=ledger.offered + 2 * by",
    ),
    Planted(
        "a mailbox keeps who has left",
        _DRAFT,
        "        if not state.live:\n            self._strike_from_mailbox(registration)\n",
        "",
    ),
    Planted("a new state keeps its old version", _DRAFT, "            state_version=self.version,\n", ""),
    Planted(
        "an expired offer is not told",
        _WAITLIST,
        "draft.mail_and_note(kind, registration, happened)",
        'draft.note(happened, registration.id, "")',
    ),
    Planted(
        "a number of priority is used twice",
        _DRAFT,
        "priorities=self.ledger.priorities + 1",
        "priorities=self.ledger.priorities + self.ledger.priorities % 2",
    ),
    Planted("a seat is offered that there is not", _PRIORITY, "draft.ledger.free <= 0", "draft.ledger.free < 0"),
    Planted(
        "an extra seat is only in the ledger", _ADDING, "replace(draft.workshop, capacity=capacity)", "draft.workshop"
    ),
    Planted(
        "somebody is added with a seat that there is not", _ADDING, "draft.ledger.free <= 0", "draft.ledger.free < 0"
    ),
    Planted("a second click adds somebody again", _ADDING, "if existing is not None:", "if existing == 0:"),
    Planted("a known person is added beside the registration", _ADDING, "if known is not None:", "if known == 0:"),
    Planted("links are mailed without end", "domain/seats/links.py", "len(this_hour) >= LINKS_PER_HOUR", "False"),
    # Confirming an address
    Planted(
        "whoever never confirms keeps the seat",
        _WAITLIST,
        "return holds.has_lapsed(",
        "return registration.state is State.OFFERED and holds.has_lapsed(",
    ),
    Planted(
        "no schedule ends a hold",
        "workflows/seats/expire.py",
        "if ledger.unconfirmed > 0 else ()",
        "if ledger.unconfirmed > 99 else ()",
    ),
    Planted(
        "somebody who is passed over gets a seat",
        _DRAFT,
        "registration.state is State.WAITLISTED and not registration.is_passed_over:",
        "registration.state is State.WAITLISTED:",
    ),
    Planted(
        "whoever confirms comes last",
        _CONFIRMING,
        "confirmed = draft.let_wait(confirmed)",
        "confirmed = draft.join(draft.move(confirmed, State.CANCELLED), State.WAITLISTED)",
    ),
    Planted("it is busy for ever", _CONFIRMING, "CALM_AFTER = timedelta(hours=1)", "CALM_AFTER = timedelta(days=99)"),
    Planted("it is never busy", _CONFIRMING, "if len(recent) > usual else", "if len(recent) > 99 * usual else"),
    Planted(
        "an address is confirmed after the hold has ended",
        _CONFIRMING,
        "    if hold_has_lapsed(registration, draft):\n        return Refused(Refusal.HOLD_OVER, end_hold(registration, draft))\n",
        "",
    ),
    Planted(
        "messages go to addresses that are not confirmed",
        "domain/messages.py",
        "if registration.is_unconfirmed:",
        "if False:",
    ),
    # Erasing
    Planted(
        "whoever is erased keeps the seat",
        _ERASING,
        "    if registration.state.live:\n        registration = draft.move(registration, State.CANCELLED)\n",
        "",
    ),
    Planted("erasing forgets the answers", _ERASING, "        answers={},\n        mailbox=", "        mailbox="),
    Planted("erasing forgets the hash of the address", _ERASING, '        address="",\n', ""),
    Planted(
        "erasing is done before it begins",
        "workflows/erase.py",
        "    commands: list[Command] = []\n",
        "    store.chores.mark_done(chore, ledger.version, now)\n    commands: list[Command] = []\n",
    ),
    Planted("invitations are not erased", "workflows/erase.py", "store.surveys.erase(workshop.id) or ", ""),
    # Seats in the store
    Planted(
        "a commit without the ledger's guard",
        _SEATS,
        "codec.update(paths.of(paths.LEDGERS, ledger.id), ledger, guard.revision)",
        "codec.update(paths.of(paths.LEDGERS, ledger.id), ledger)",
    ),
    Planted(
        "a presumed new person is overwritten",
        _SEATS,
        "codec.create(path, record) if path in guard.unseen else codec.update(path, record)",
        "codec.update(path, record)",
    ),
    Planted("the waitlist is read in another order", _SEATS, 'order_by="sequence", limit=length', "limit=length"),
    Planted(
        "the published workshop is kept for ever",
        "store/workshops.py",
        "return workshop if version == ledger.published else None",
        "return workshop",
    ),
    Planted(
        "rejoining reads no neighbours",
        _SEATS,
        "if any(isinstance(command, Rejoin) for command in commands):",
        "if False:",
    ),
    Planted(
        "fields of a newer version are dropped",
        "store/codec.py",
        "return Put(path, to_fields(record), guard, mask=_mask(record))",
        "return Put(path, to_fields(record), guard)",
    ),
    Planted(
        "others are presumed new though they are not",
        _COMMIT,
        "if guarded.guard.unseen and not all(isinstance(outcome, Done) for outcome in plan.outcomes):",
        "if False:",
    ),
    Planted("the queue mixes up answers", _QUEUE, "unanswered = iter(group)", "unanswered = iter(group[::-1])"),
    # Mail
    Planted(
        "a mail is claimed without a guard",
        _OUTBOX,
        "writes.append(codec.update(paths.of(paths.MAILS, change.mail.id), change.mail, change.guard))",
        "writes.append(codec.update(paths.of(paths.MAILS, change.mail.id), change.mail))",
    ),
    Planted(
        "a mail that another sends is claimed",
        _DELIVERY,
        "    if parcel.state is Delivery.QUEUED:\n        return True\n",
        "    if parcel.state in (Delivery.QUEUED, Delivery.SENDING):\n        return True\n",
    ),
    Planted("a lease shorter than a send", _DELIVERY, "LEASE = timedelta(minutes=5)", "LEASE = timedelta(seconds=3)"),
    Planted(
        "no wait for the provider's events",
        _DELIVERY,
        "EVENTS_WITHIN = timedelta(minutes=30)",
        "EVENTS_WITHIN = timedelta(minutes=1)",
    ),
    Planted(
        "the provider's events are not believed",
        _DELIVERY,
        "    if unsettled or (parcel.doubtful",
        "    if (parcel.doubtful",
    ),
    Planted(
        "no answer counts as not sent",
        _DELIVERY,
        "            return _in_doubt(parcel, reason, now)\n        case Busy",
        "            return replace(parcel, state=Delivery.RETRY, due_at=now + FIRST_PAUSE, reason=reason)\n        case Busy",
    ),
    Planted(
        "a rejected mail is tried again",
        _DELIVERY,
        "            return _settled(parcel, Delivery.FAILED, reason, now)\n",
        "            return replace(parcel, state=Delivery.RETRY, due_at=now + FIRST_PAUSE, reason=reason)\n",
    ),
    Planted(
        "who died while sending is not noticed",
        _DELIVERY,
        "return parcel.state is Delivery.SENDING and _is_due(parcel, now)",
        "return False",
    ),
    Planted(
        "who died while sending had not sent",
        _DELIVERY,
        '    return _in_doubt(parcel, "worker stopped while sending", now)',
        "    return replace(parcel, state=Delivery.QUEUED, due_at=now)",
    ),
    Planted(
        "results overwrite what came meanwhile",
        _DELIVER,
        "if fresh is None or (fresh.mail.state, fresh.mail.attempts) != (known.mail.state, known.mail.attempts):",
        "if fresh is None:",
    ),
    Planted(
        "sent before it is claimed",
        _DELIVER,
        "        claimed = postman.store.outbox.update(told, found.guard)\n",
        "        postman.provider.send(prepared)\n        claimed = postman.store.outbox.update(told, found.guard)\n",
    ),
    Planted(
        "a mail tells of a state that has ended",
        "domain/mail/kinds.py",
        '    return None if state in states else f"registration is {state.value} by now"',
        "    return None",
    ),
    Planted(
        "mails go out for what was called off",
        "domain/mail/kinds.py",
        '    return None if situation.workshop.called_off is None else "workshop was called off"',
        "    return None",
    ),
    Planted(
        "practice mails participants", _DECISION, "and not letter.workshop.may_be_mailed(_address(letter))", "and False"
    ),
    Planted(
        "who unsubscribed is asked",
        _DECISION,
        '    if to.registration.unsubscribed:\n        return Skip("unsubscribed")\n',
        "",
    ),
    Planted(
        "who answered is asked again",
        _DECISION,
        "if facts.invitation is not None and facts.invitation.answered:",
        "if False:",
    ),
    Planted(
        "surveys go out after they closed",
        _DECISION,
        "if wave is None or now >= to.workshop.wave_closes_at(wave):",
        "if wave is None:",
    ),
    Planted(
        "reminders of surveys at night",
        _DECISION,
        "if isinstance(traits, ForSurvey) and traits.in_working_hours and",
        "if isinstance(traits, ForSurvey) and False and",
    ),
    # Sweeps
    Planted(
        "the sweep of mails is forgotten",
        _RETRY,
        "            done += retry_mail(postman, now)\n",
        "            pass\n",
    ),
    Planted(
        "the sweep of notices is forgotten",
        _RETRY,
        "                done += notify_of_lost_entries(store, queue, now, clock)\n",
        "                pass\n",
    ),
    Planted(
        "the sweep of the waitlist is forgotten",
        "workflows/seats/expire.py",
        "                    promote_waitlist(store, queue, workshop.id, now)\n",
        "                    pass\n",
    ),
    Planted(
        "the sweep of offers is forgotten",
        "workflows/seats/expire.py",
        "                queue.do_all(workshop.id, [Expire(registration) for registration in overdue])\n",
        "",
    ),
    Planted(
        "reminders are marked before they are queued",
        "workflows/remind.py",
        "    seated = store.seats.in_state(workshop.id, State.CONFIRMED)\n",
        "    seated = store.seats.in_state(workshop.id, State.CONFIRMED)\n    store.chores.mark_done(chore, ledger.version, now)\n",
    ),
    Planted(
        "invitations are marked before they are written",
        "workflows/survey/invite.py",
        "    registrations = _audience(store, workshop, wave, ledger)\n",
        "    registrations = _audience(store, workshop, wave, ledger)\n    store.chores.mark_done(chore, ledger.version, now)\n",
    ),
    # Messages
    Planted(
        "a page is queued without the message's guard",
        "store/messages.py",
        "codec.update(paths.of(paths.MESSAGES, message.id), message, guarded.guard)]",
        "codec.update(paths.of(paths.MESSAGES, message.id), message)]",
    ),
    Planted(
        "a message reaches who is no longer meant",
        _DECISION,
        "if not is_recipient(message, to.workshop, to.registration, facts.days, facts.invitation):",
        "if False:",
    ),
    Planted("a stopped message goes out", _DECISION, "if message.state is Progress.STOPPED:", "if False:"),
    # One person
    Planted(
        "old links open a corrected registration",
        _CORRECTING,
        "generation = registration.link_generation + 1",
        "generation = registration.link_generation",
    ),
    Planted(
        "old links answer surveys for a corrected registration",
        "workflows/survey/answer.py",
        "registration.link_generation != generation",
        "False",
    ),
    Planted(
        "mails have links of the address before the correction",
        "mailing/composing.py",
        "links.registration(letter.registration.id, letter.registration.link_generation)",
        "links.registration(letter.registration.id)",
    ),
    Planted(
        "people are found by what was corrected",
        _DRAFT,
        "words = search_words(registration.person)",
        "words = registration.search or search_words(registration.person)",
    ),
    Planted(
        "another address is asked for all day",
        "domain/seats/moving.py",
        "if len(today) >= WISHES_A_DAY:",
        "if len(today) >= 30:",
    ),
    Planted(
        "an answer is changed after its last day",
        "domain/seats/own_details.py",
        "if not changed <= {question.id for question in changeable_questions(draft.workshop, now)}:",
        "if draft.workshop.has_begun(now) and changed:",
    ),
    Planted(
        "an offer that came back keeps the seat",
        "workflows/seats/undelivered.py",
        "guarded.mail.kind not in _OF_OFFERS",
        "guarded.mail.kind in _OF_OFFERS",
    ),
    Planted(
        "organisers are mailed twice about an offer that came back",
        "workflows/mail/notify.py",
        "if workshop and not told_with_the_offer else ()",
        "if workshop else ()",
    ),
    # The moments (decision 0026)
    Planted("today is no day that is left", _ABSENCE, "if day >= day_of(now))", "if day > day_of(now))"),
    Planted(
        "somebody is absent before it begins", _ABSENCE, "if not draft.workshop.has_begun(draft.now):", "if False:"
    ),
    Planted("somebody is absent when it is over", _ABSENCE, "if draft.now >= draft.workshop.ends_at:", "if False:"),
    Planted("nobody who waits is told", _REMINDING, "if one.state is State.WAITLISTED and", "if one.state is None and"),
    Planted("an offer is reminded of at night", _REMINDING, " and day_of(now) > day_of(made) and is_by_day(now)", ""),
    # Surveys and logs
    Planted(
        "somebody answers twice",
        _SURVEYS,
        "Put(_invitation(answered.id), marks, guard, mask=",
        "Put(_invitation(answered.id), marks, None, mask=",
    ),
    # Organisers
    Planted(
        "a folded entry is told by itself as well",
        "domain/mail/notices.py",
        "ways = _ways(folded=entry.folded) if",
        "ways = _ways(folded=False) if",
    ),
    Planted("a sixth entry is told by itself", _FOLDING, "AT_ONCE = 5", "AT_ONCE = 6"),
    Planted("an hour has fifty minutes", _FOLDING, "HOUR = timedelta(hours=1)", "HOUR = timedelta(minutes=50)"),
    Planted(
        "the first folded entry is left out",
        _FOLDING,
        "_with(Folding(first=version,",
        "_with(Folding(first=version + 1,",
    ),
    Planted(
        "what is folded is told after five minutes",
        _FOLDING,
        "FOLDED_FOR = timedelta(minutes=15)",
        "FOLDED_FOR = timedelta(minutes=5)",
    ),
    Planted("what is folded is told again", _DRAFT, "replace(self.ledger, folding=None)", "self.ledger"),
    Planted(
        "what is folded is told twice",
        _DRAFT,
        "replace(self.ledger, folding=None)",
        "replace(self.ledger, folding=None if self.version % 3 else replace(folding, first=folding.first + 1))",
    ),
    Planted("nobody is told of what is folded", _RETRY, "if left.folded and in_time:", "if False:"),
    Planted("a digest is told twice", _DRAFT, "replace(self.ledger, digest=None)", "self.ledger"),
    Planted("answers are opened one by one", "domain/survey/waves.py", "SMALLEST_LOT = 5", "SMALLEST_LOT = 1"),
    Planted(
        "an opened answer stays sealed too",
        _SURVEYS,
        "        writes += [Delete(paths.of(paths.SEALED_ANSWERS, one.id), Must.EXIST) for one in sealed]\n",
        "",
    ),
    Planted(
        "a name in the log",
        "workflows/seats/commit.py",
        '            "version": entry.version,\n',
        '            "version": entry.version,\n            "name": str([one.person for one in plan.registrations]),\n',
    ),
)
"""Every planted mistake. Each `right` stands once in its file, which a test holds."""


class Found(Struct, frozen=True):
    """The `seed` of the life in which a mistake was found, the `promise` that did not hold, and after how many seconds.

    `seed` is None if no life failed.
    """

    planted: Planted
    seed: int | None
    promise: str
    seconds: float


def find(planted: Planted, lives: int) -> Found:
    """Look for `planted` in up to `lives` lives, in a copy of the program in which it is planted."""
    began = time.monotonic()
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for there in _ROOT.iterdir():
            if there.name not in ("functions", ".git", ".venv"):
                (copy / there.name).symlink_to(there)
        shutil.copytree(_ROOT / _PROGRAM, copy / _PROGRAM, ignore=shutil.ignore_patterns("__pycache__"))
        file = copy / _PROGRAM / planted.file
        file.write_text(file.read_text().replace(planted.right, planted.wrong))
        command = [sys.executable, "-m", "tests.simulation", "--first", "--lives", str(lives)]
        environment = os.environ | {"PYTHONPATH": f"{copy / 'functions'}:{copy}", "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            limit = lives * _LONGEST_LIFE
            ran = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=limit)
        except subprocess.TimeoutExpired:
            return Found(planted, None, "the lives came to no end", time.monotonic() - began)
    seconds = time.monotonic() - began
    if ran.stderr:
        return Found(planted, None, f"the lives could not be lived: {ran.stderr[-300:]}", seconds)
    seed, _, promise = ran.stdout.strip().partition(" ")
    return Found(planted, int(seed), promise, seconds) if seed else Found(planted, None, "", seconds)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.planted", description=__doc__)
    parser.add_argument("--lives", type=int, default=1000, help="in how many lives each mistake is looked for")
    parser.add_argument("--only", default="", help="only mistakes in whose name this text is")
    options = parser.parse_args(arguments)
    wanted = [planted for planted in PLANTED if options.only in planted.name]
    began, missed = time.monotonic(), []
    print(f"{'planted':52} {'seed':>5} {'s':>4}  promise that did not hold")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(lambda planted: find(planted, options.lives), wanted):
            if found.seed is None:
                missed.append(found.planted.name)
            seed = "-" if found.seed is None else found.seed
            print(f"{found.planted.name:52} {seed:>5} {found.seconds:4.0f}  {found.promise}", flush=True)
    print(f"{len(wanted) - len(missed)} of {len(wanted)} found in {time.monotonic() - began:.0f} s")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
