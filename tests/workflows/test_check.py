"""Everything in the store fits together: a whole course does, and whatever is planted in it is found."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.samples import NOW, WRITTEN, sign_up, workshop
from tests.simulation.database.firestore import SimulatedWire
from tests.surroundings import STILL, OwnTime
from werkplaats.domain.access import find_known
from werkplaats.domain.attendance import Mark
from werkplaats.domain.delivery import Accepted, claim, settle_attempt
from werkplaats.domain.mail.about import AboutFold
from werkplaats.domain.messages import make_message
from werkplaats.domain.registration import PASSED_OVER
from werkplaats.domain.reminding import not_placed_from
from werkplaats.domain.seats.commands import Accept, Cancel, Confirm, ErasePerson, Promote
from werkplaats.domain.seats.ledger import Folding
from werkplaats.domain.signing_in import GOOD_FOR, SignInRequest
from werkplaats.domain.survey.waves import OpenAnswer, SealedAnswer, invitation_id, version_of
from werkplaats.security.sessions import address_hash
from werkplaats.store import ConflictError, Store
from werkplaats.store.codec import to_fields
from werkplaats.store.wire import Delete, Fields, Found, Put
from werkplaats.workflows.check import check_store, plan_rebuild, rebuild, uncounted
from werkplaats.workflows.edit import save_draft
from werkplaats.workflows.mail.notify import notify_of_lost_entries
from werkplaats.workflows.mail.tell import tell_what_is_folded
from werkplaats.workflows.messages import send_message
from werkplaats.workflows.publish import publish_workshop
from werkplaats.workflows.remind import send_reminders
from werkplaats.workflows.seats.queue import SeatQueue
from werkplaats.workflows.sign_in import admit_without_mail, begin_session
from werkplaats.workflows.survey.invite import send_surveys

WORKSHOP = workshop(capacity=6)
MOVED = workshop(capacity=6, location=WRITTEN["location"] | {"street": "Kerkplein 1"})
WAVE = WORKSHOP.waves[0]
AFTER = WORKSHOP.wave_closes_at(WAVE) + timedelta(hours=9)
"""The morning after the survey has closed: everything of the course has happened."""

MESSAGE = make_message(
    id="b1",
    workshop=WORKSHOP,
    by="een@example.org",
    to="attended",
    subject="Dank",
    text="Tot ziens.",
    now=AFTER - timedelta(days=3),
)


def settle_mails(store: Store) -> None:
    """As if every mail had been sent at once."""
    for mail in list(store.outbox.due(AFTER + timedelta(days=9))):
        guarded = store.outbox.get(mail.id)
        assert guarded is not None
        at = mail.created_at
        store.outbox.update(settle_attempt(claim(guarded.mail, at), Accepted("x"), at, 0.5), guarded.guard)


def sealed(number: int) -> SealedAnswer:
    return SealedAnswer(
        id=f"s{number}", workshop="proef", wave=WAVE.id, version=version_of(WORKSHOP, WAVE, NOW).id, key="k", box=b"x"
    )


def answer_all(store: Store) -> None:
    """Six people answer; five of the answers are opened, and one stays sealed."""
    for number in range(2, 8):
        guarded = store.surveys.invitation(invitation_id("proef", WAVE.id, f"r{number}"))
        assert guarded is not None
        answered = replace(guarded.invitation, answered=True, answered_on=date(2027, 9, 2))
        version = version_of(WORKSHOP, WAVE, NOW)
        store.surveys.answer(answered, guarded.guard, sealed(number), version)
    lot = [sealed(number) for number in range(2, 7)]
    opened = [
        OpenAnswer(id=f"o{one.id}", workshop="proef", wave=one.wave, version=one.version, lot="lot", answers={})
        for one in lot
    ]
    store.surveys.open_lot(lot, opened)


def course(store: Store, time: OwnTime) -> None:
    """Sign-ups, a waitlist, an offer, another place, mails, attendance, a survey with answers, a draft, a session."""
    queue = SeatQueue(store, time.surroundings)
    publish_workshop(store, queue, WORKSHOP, NOW, by="test")
    queue.do_all("proef", [sign_up(number) for number in range(1, 9)])
    queue.do_all("proef", [Cancel("r1"), Promote()])
    queue.do_all("proef", [Accept("r7"), sign_up(9, mailbox="m8"), Cancel("r9")])
    publish_workshop(store, queue, MOVED, NOW, by="test")
    notify_of_lost_entries(store, SeatQueue(store, STILL), NOW + timedelta(hours=1), time)
    time.sleep(3_000)
    tell_what_is_folded(store, queue, time.now())
    send_reminders(store, NOW + timedelta(hours=1))
    for number in range(2, 8):
        store.attendance.mark("proef", f"r{number}", WORKSHOP.first_day, Mark.PRESENT, WORKSHOP.begins_at)
    send_reminders(store, not_placed_from(WORKSHOP))
    send_surveys(store, WORKSHOP.wave_opens_at(WAVE))
    answer_all(store)
    send_message(store, WORKSHOP, MESSAGE)
    notify_of_lost_entries(store, SeatQueue(store, STILL), MESSAGE.at + timedelta(hours=1), time)
    settle_mails(store)
    save_draft(store, "proef", {"title": "Anders"}, seen=0, by="een@example.org", now=AFTER)
    address = address_hash("een@example.org")
    begin_session(store, address, "een@example.org", "s1", AFTER)
    known = find_known("een@example.org", [WORKSHOP], [])
    assert known is not None
    admit_without_mail(store, address, known, SignInRequest(id="q1", browser="", at=AFTER))


@pytest.fixture(scope="module")
def documents() -> dict[str, Found]:
    """All documents after the course."""
    wire = SimulatedWire()
    course(Store(wire), OwnTime())
    return wire.database.all()


@pytest.fixture
def wire(documents: dict[str, Found]) -> SimulatedWire:
    """A database of its own with these documents."""
    wire = SimulatedWire()
    wire.commit([Put(found.path, found.fields) for found in documents.values()])
    return wire


@pytest.fixture
def store(wire: SimulatedWire) -> Store:
    return Store(wire)


def kinds(store: Store, **options: Any) -> set[str]:
    return {finding.kind for finding in check_store(store, AFTER, **options)}


def test_a_whole_course_fits(store: Store) -> None:
    """After a whole course nothing is found, also if people are compared with the lists."""
    assert check_store(store, AFTER) == ()
    assert check_store(store, AFTER, makers=[]) == ()
    assert check_store(Store(SimulatedWire()), AFTER, makers=[], deletes=True) == ()


def test_a_course_that_was_erased_fits(store: Store) -> None:
    """Nothing is found once everybody has been erased, two nights in a row."""
    queue = SeatQueue(store, OwnTime().surroundings)
    while store.surveys.erase("proef") or store.attendance.erase("proef"):
        pass
    queue.do_all("proef", [ErasePerson(one.id) for one in store.seats.all_of("proef")])
    assert check_store(store, AFTER) == ()


Change = Callable[[SimulatedWire], object]


def changed(path: str, **fields: Any) -> Change:
    return lambda wire: wire.commit([Put(path, fields, mask=tuple((name,) for name in fields))])


def gone(path: str) -> Change:
    return lambda wire: wire.commit([Delete(path)])


def copied(path: str, to: str, **fields: Any) -> Change:
    return lambda wire: wire.commit([Put(to, _fields(wire, path) | fields)])


def _fields(wire: SimulatedWire, path: str) -> Fields:
    return wire.get([path])[path].fields


def first(wire: SimulatedWire, start: str, **fields: Any) -> Found:
    """The first document whose path begins with `start`, and that has `fields`."""
    found = [one for path, one in wire.database.all().items() if path.startswith(start)]
    return next(one for one in found if fields.items() <= one.fields.items())


INVITATION = f"invitations/{invitation_id('proef', WAVE.id, 'r2')}"
JOURNAL = "workshops/proef/journal/"
MAIL = "mails/r2-confirmed-1"
CHANGE = "changes/proef.4"
NEVER = AFTER + timedelta(days=1)
LONG_AGO = AFTER - timedelta(hours=1)
SESSION = f"sign_ins/{address_hash('een@example.org')}"
SENDING = {"state": "sending", "settled_at": None, "due_at": LONG_AGO}

PLANTED: dict[str, Change] = {
    "ledger.count": changed("ledgers/proef", confirmed=5),
    "ledger.overbooked": changed("ledgers/proef", capacity=5),
    "ledger.capacity": changed("ledgers/proef", capacity=7),
    "ledger.next_sequence": changed("ledgers/proef", next_sequence=9),
    "ledger.published": changed("ledgers/proef", published=99),
    "ledger.folding": changed("ledgers/proef", folding={"first": 1, "due_at": AFTER, "counts": {"signed_up": 1}}),
    "ledger.untold": changed("ledgers/proef", folding={"first": 1, "due_at": LONG_AGO, "counts": {"signed_up": 1}}),
    "ledger.id": changed("ledgers/proef", id="anders"),
    "ledger.workshop": copied("ledgers/proef", "ledgers/anders", id="anders"),
    "workshop.ledger": gone("ledgers/proef"),
    "workshop.id": changed("workshops/proef", id="anders"),
    "workshop.differs": changed("workshops/proef", title="Stiekem"),
    "workshop.logo": changed("workshops/proef", organisation={"logo": "0" * 64}),
    "workshop.revision": gone("workshops/proef/revisions/0000000004"),
    "revision.id": changed("workshops/proef/revisions/0000000000", number=1),
    "draft.id": changed("drafts/proef", workshop="anders"),
    "draft.base": changed("drafts/proef", base=3),
    "registration.id": changed("registrations/r2", id="r3"),
    "registration.sequence": changed("registrations/r2", sequence=3),
    "registration.version": changed("registrations/r2", state_version=99),
    "registration.offer": changed("registrations/r8", state="offered"),
    "registration.passed_over": changed("registrations/r8", sequence=PASSED_OVER + 8),
    "registration.hashes": changed("registrations/r2", identity=""),
    "registration.erased_live": changed("registrations/r2", person=None),
    "registration.left_behind": changed("registrations/r1", person=None),
    "registration.search": changed("registrations/r2", search=["anders"]),
    "registration.mailbox": changed("mailboxes/m2", registrations={}),
    "registration.form": gone(f"{JOURNAL}form-f2"),
    "registration.untold": gone(MAIL),
    "registration.unnoted": lambda wire: gone(first(wire, JOURNAL, kind="cancelled", registration="r1").path)(wire),
    "mailbox.id": changed("mailboxes/m2", id="m3"),
    "mailbox.unknown": changed("mailboxes/m2", registrations={"i2": "r2", "i99": "r99"}),
    "mailbox.entry": changed("mailboxes/m2", registrations={"i2": "r2", "i1": "r1"}),
    "mailbox.end": changed("mailboxes/m2", expire_at=NEVER),
    "registration.not_placed": lambda wire: gone(first(wire, "mails/r8-not_placed-").path)(wire),
    "mail.due": changed(MAIL, due_at=NEVER),
    "mail.settled": changed(MAIL, settled_at=None),
    "mail.reason": changed(MAIL, state="skipped"),
    "mail.late": changed(MAIL, **SENDING | {"state": "retry"}),
    "mail.lease": changed(MAIL, **SENDING),
    "mail.id": changed(MAIL, kind="waitlisted"),
    "mail.registration": gone("registrations/r2"),
    "mail.version": copied(
        MAIL, "mails/r2-confirmed-99", id="r2-confirmed-99", about={"type": "seat", "registration": "r2", "version": 99}
    ),
    "mail.change": gone(CHANGE),
    "mail.invitation": gone(INVITATION),
    "mail.entry": gone(f"{JOURNAL}form-f2"),
    "mail.notified": changed(f"{JOURNAL}form-f2", notified=False),
    "mail.folded": gone(f"{JOURNAL}form-f6"),
    "entry.folded": changed(f"{JOURNAL}form-f6", notified=False),
    "entry.id": changed(f"{JOURNAL}form-f2", id="form-f3"),
    "entry.version": changed(f"{JOURNAL}form-f2", version=99),
    "entry.registration": gone("registrations/r2"),
    "entry.mail": copied(f"{JOURNAL}form-f2", f"{JOURNAL}x", id="x", kind="mail_failed", mail="weg"),
    "entry.untold": copied(f"{JOURNAL}form-f2", f"{JOURNAL}x", id="x", kind="cancelled", notified=False),
    "change.id": changed(CHANGE, id="proef.5"),
    "change.version": copied(CHANGE, "changes/proef.99", id="proef.99", version=99),
    "change.untold": changed(CHANGE, announced=False),
    "invitation.id": changed(INVITATION, wave="anders"),
    "invitation.registration": gone("registrations/r2"),
    "invitation.answered": changed(INVITATION, answered_on=None),
    "invitation.mail": gone(f"mails/r2-survey_invitation-{WAVE.id}"),
    "wave.answers": gone("sealed_answers/s7"),
    "wave.questions": lambda wire: gone(first(wire, "survey_versions/").path)(wire),
    "lot.size": gone("answers/os2"),
    "lot.mixed": changed("answers/os2", version="anders"),
    "message.id": changed("messages/b1", to="iedereen"),
    "message.queued": changed("messages/b1", queued=5),
    "message.late": changed("messages/b1", state="sending"),
    "mail.message": gone("messages/b1"),
    "attendance.id": changed("attendance/r2", registration="r3"),
    "attendance.registration": gone("registrations/r2"),
    "chore.workshop": lambda wire: copied(first(wire, "chores/").path, "chores/erase.weg.all")(wire),
    "chore.version": lambda wire: changed(first(wire, "chores/").path, version=99)(wire),
    "stray": changed("registrations/r2", workshop="weg"),
    "collection": changed("oud/x", what="ever"),
    "unreadable": changed("registrations/r2", state="gegeven"),
    "sign_ins.id": changed(SESSION, id="x"),
    "session.id": changed("sessions/s1", address="x"),
    "session.times": changed("sessions/s1", expire_at=AFTER + timedelta(days=91)),
}  # fmt: skip


@pytest.mark.parametrize("kind", PLANTED)
def test_what_is_planted_is_found(store: Store, wire: SimulatedWire, kind: str) -> None:
    """Each thing that does not fit is found, and told without anything of a person."""
    PLANTED[kind](wire)
    found = check_store(store, AFTER)
    assert kind in {finding.kind for finding in found}
    for finding in found:
        assert finding.remedy
        assert "@" not in finding.line
        assert "Naam" not in finding.line


def test_what_was_erased_leaves_nothing_behind(store: Store, wire: SimulatedWire) -> None:
    """What an erased person left behind is found once the nightly run has had its chance."""
    SeatQueue(store, OwnTime().surroundings).do("proef", ErasePerson("r2"))
    assert {"attendance.left_behind", "invitation.left_behind"} <= kinds(store)
    soon = {finding.kind for finding in check_store(store, NOW + timedelta(hours=1))}
    assert soon.isdisjoint({"attendance.left_behind", "invitation.left_behind"})
    changed("workshops/proef", practice=True)(wire)
    assert kinds(store).isdisjoint({"attendance.left_behind", "invitation.left_behind"})


READ = ["workshops/proef", "messages/b1", "ledgers/proef", "drafts/proef", MAIL, CHANGE, INVITATION, "attendance/r2"]


@pytest.mark.parametrize("unreadable", [*READ, "sessions/s1", SESSION, "mailboxes/m2", "answers/os2"])
def test_every_document_that_cannot_be_read_is_found(store: Store, wire: SimulatedWire, unreadable: str) -> None:
    """A document that this version cannot read is a finding, whichever it is."""
    broken: Fields = {name: [{"x": 1}] for name in _fields(wire, unreadable)}
    wire.commit([Put(unreadable, broken | ({"workshop": "proef"} if "workshop" in broken else {}))])
    assert "unreadable" in kinds(store)


def test_people_are_compared_with_the_lists(store: Store, wire: SimulatedWire) -> None:
    """Requests of somebody who works on no workshop are found, those of makers not; a session ends by itself."""
    address = address_hash("weg@example.org")
    begin_session(store, address, "weg@example.org", "s2", AFTER)
    changed(f"sign_ins/{address}", **_fields(wire, SESSION) | {"id": address, "email": "weg@example.org"})(wire)
    assert kinds(store) == set()
    assert kinds(store, makers=["WEG@example.org"]) == set()
    assert kinds(store, makers=[]) == {"sign_ins.unknown"}
    later = AFTER + timedelta(days=20)
    assert {one.kind for one in check_store(store, later, makers=[])} == set(), "it has ended by itself"
    assert timedelta(days=1) > GOOD_FOR


def test_what_firestore_should_have_deleted_is_found(store: Store) -> None:
    """Only if the database deletes by itself, and only a week after the end."""
    later = AFTER + timedelta(days=30)
    assert [finding.kind for finding in check_store(store, later)] == []
    found = check_store(store, later, deletes=True)
    assert {one.kind for one in found} == {"expired"}
    assert [one.where.removeprefix("collection ") for one in found] == ["mailboxes of proef", "sessions", "sign_ins"]
    assert check_store(store, AFTER, deletes=True)[:1] == found[:1]


def test_seats_that_nobody_gives_out_are_found() -> None:
    """A seat that has long been free while somebody waits, and an offer that has long been over, are findings."""
    store, time = Store(SimulatedWire()), OwnTime()
    queue = SeatQueue(store, time.surroundings)
    publish_workshop(store, queue, workshop(), NOW, by="test")
    queue.do_all("proef", [sign_up(number) for number in range(1, 5)])
    queue.do_all("proef", [Cancel("r1"), Promote(), Cancel("r2")])
    settle_mails(store)
    notify_of_lost_entries(store, SeatQueue(store, STILL), NOW + timedelta(hours=1), time)
    time.sleep(900)
    tell_what_is_folded(store, queue, time.now())
    settle_mails(store)
    assert check_store(store, NOW + timedelta(minutes=40)) == ()
    assert [one.kind for one in check_store(store, NOW + timedelta(minutes=50))] == ["seats.unused"]
    late = {one.kind for one in check_store(store, NOW + timedelta(days=5))}
    assert late == {"seats.unused", "offer.over"}


def test_holds_that_nobody_ends_are_found() -> None:
    """An address that should long have been confirmed, and a ledger that counts such people wrong, are findings."""
    wire = SimulatedWire()
    store, queue = Store(wire), SeatQueue(Store(wire), OwnTime().surroundings)
    publish_workshop(store, queue, workshop(confirm_address="always", waves=[]), NOW, by="test")
    queue.do_all("proef", [sign_up(number) for number in range(1, 5)])
    queue.do_all("proef", [Confirm("r1"), Confirm("r3")])
    settle_mails(store)
    assert store.seats.lapsed_confirmations(workshop(), NOW + timedelta(hours=23)) == ()
    soon = {one.kind for one in check_store(store, NOW + timedelta(hours=24))}
    assert "hold.over" not in soon
    late = [one.where for one in check_store(store, NOW + timedelta(hours=25)) if one.kind == "hold.over"]
    assert late == ["registration r2", "registration r4"]
    assert sorted(store.seats.lapsed_confirmations(workshop(), NOW + timedelta(hours=24))) == ["r2", "r4"]
    assert "ledger.count" not in soon
    for wrong in ({"passed_over": 0}, {"unconfirmed": 1}):
        changed("ledgers/proef", **wrong)(wire)
        assert "ledger.count" in {one.kind for one in check_store(store, NOW + timedelta(hours=2))}
        plan = plan_rebuild(store, "proef")
        assert plan is not None
        rebuild(store, plan)
        assert "ledger.count" not in {one.kind for one in check_store(store, NOW + timedelta(hours=2))}


@pytest.mark.parametrize("lost", [changed("ledgers/proef", folding=None), gone("ledgers/proef")])
def test_what_is_folded_is_told_also_by_a_ledger_that_was_made_anew(lost: Change) -> None:
    """It follows from the journal: the folded entries after the last ones of which a mail tells."""
    wire, time = SimulatedWire(), OwnTime()
    store = Store(wire)
    queue = SeatQueue(store, time.surroundings)
    publish_workshop(store, queue, WORKSHOP, NOW, by="test")
    queue.do_all("proef", [sign_up(number) for number in range(1, 9)])
    time.sleep(900)
    assert tell_what_is_folded(store, queue, time.now()) == 1
    queue.do("proef", Cancel("r8"))
    time.sleep(60)
    queue.do("proef", Cancel("r7"))
    settle_mails(store)
    before = store.seats.ledger("proef")
    assert before is not None
    assert before.folding == Folding(first=3, due_at=NOW + timedelta(minutes=30), counts={"cancelled": 2})
    lost(wire)
    found = {finding.kind for finding in check_store(store, time.now())}
    assert found in ({"ledger.folding"}, {"workshop.ledger"})
    plan = plan_rebuild(store, "proef")
    assert plan is not None
    rebuild(store, plan)
    after = store.seats.ledger("proef")
    assert after is not None
    assert after.folding == before.folding
    assert check_store(store, time.now()) == ()


def test_what_is_folded_stays_as_it_is_if_something_cannot_be_read() -> None:
    """Otherwise a mail that a newer version wrote would seem to be missing, and its id would be used a second time."""
    wire, time = SimulatedWire(), OwnTime()
    store = Store(wire)
    queue = SeatQueue(store, time.surroundings)
    publish_workshop(store, queue, WORKSHOP, NOW, by="test")
    queue.do_all("proef", [sign_up(number) for number in range(1, 9)])
    time.sleep(900)
    assert tell_what_is_folded(store, queue, time.now()) == 1
    for mail in [one for one in store.outbox.unsettled() if isinstance(one.about, AboutFold)]:
        wire.commit([Put(f"mails/{mail.id}", {"state": "newer"}, mask=(("state",),))])
    assert "ledger.folding" not in {finding.kind for finding in check_store(store, time.now())}
    plan = plan_rebuild(store, "proef")
    assert plan is not None
    assert plan.after.folding is None


def test_an_entry_is_told_in_one_way(store: Store, wire: SimulatedWire) -> None:
    """A mail about one entry that was folded is a finding: organisers would be told of it twice."""
    changed(f"{JOURNAL}form-f2", folded=True)(wire)
    assert "mail.folded" in kinds(store)


def test_what_changes_while_it_is_read_is_no_finding(store: Store, wire: SimulatedWire) -> None:
    """A workshop is read again if somebody changed it meanwhile, and only what is found twice counts."""
    queue, number = SeatQueue(store, OwnTime().surroundings), iter(range(20, 99))

    def meanwhile() -> None:
        wire.before_get = lambda: None
        queue.do("proef", sign_up(next(number)))
        settle_mails(store)
        wire.before_get = again.pop() if again else lambda: None

    again: list[Callable[[], None]] = [meanwhile, meanwhile]
    wire.before_get = meanwhile
    notify = {"entry.untold", "ledger.untold", "registration.not_placed"}  # nobody tells anybody in this test
    assert kinds(store) <= notify


def test_a_broken_ledger_is_made_anew(store: Store, wire: SimulatedWire) -> None:
    """The ledger is as it was before it was broken; its version and next number go up and never down."""
    before = store.seats.ledger("proef")
    assert before is not None
    changed("ledgers/proef", confirmed=1, offered=3, waitlisted=9, version=2, next_sequence=2, capacity=4)(wire)
    plan = plan_rebuild(store, "proef")
    assert plan is not None
    rebuild(store, plan)
    after = store.seats.ledger("proef")
    assert after is not None
    assert after.version > 4
    assert replace(after, version=before.version) == before
    assert check_store(store, AFTER) == ()
    high = replace(before, version=1_000, next_sequence=500)
    wire.commit([Put("ledgers/proef", to_fields(high))])
    plan = plan_rebuild(store, "proef")
    assert plan is not None
    assert (plan.after.version, plan.after.next_sequence) == (1_001, 500)


@pytest.mark.parametrize("broken", [gone("ledgers/proef"), changed("ledgers/proef", confirmed="veel")])
def test_a_ledger_that_is_gone_or_unreadable_is_made_anew(store: Store, wire: SimulatedWire, broken: Change) -> None:
    before = store.seats.ledger("proef")
    broken(wire)
    plan = plan_rebuild(store, "proef")
    assert plan is not None
    assert plan.before is None
    rebuild(store, plan)
    after = store.seats.ledger("proef")
    assert after is not None
    assert before is not None
    assert (after.held, after.waitlisted, after.next_sequence) == (before.held, before.waitlisted, before.next_sequence)
    assert after.version > 4
    assert check_store(store, AFTER) == ()


def test_a_ledger_that_changed_meanwhile_is_left_alone(store: Store, wire: SimulatedWire) -> None:
    """Nothing is written if somebody changed the seats after the plan was shown, nor if the workshop is gone."""
    plan = plan_rebuild(store, "proef")
    assert plan is not None
    changed("ledgers/proef", version=50)(wire)
    with pytest.raises(ConflictError):
        rebuild(store, plan)
    gone("workshops/proef")(wire)
    assert plan_rebuild(store, "proef") is None


UNREAD: dict[str, Change] = {
    "registration r2": changed("registrations/r2", state="attending"),
    "revision 0000000004 of proef": changed("workshops/proef/revisions/0000000004", at="x"),
}


@pytest.mark.parametrize("what", UNREAD)
def test_no_ledger_is_made_of_what_is_half_known(store: Store, wire: SimulatedWire, what: str) -> None:
    """If a registration or a revision cannot be read, taken seats would count as free: nothing is made or advised."""
    UNREAD[what](wire)
    assert plan_rebuild(store, "proef") is None
    assert uncounted(store, "proef") == (what,)
    assert not [one.line for one in check_store(store, AFTER) if "REBUILD" in one.remedy]
    assert kinds(store) == {"unreadable"}


def test_a_workshop_is_never_published_less(store: Store, wire: SimulatedWire) -> None:
    """Making the ledger anew never lowers `published`, and is advised only if it raises it."""
    raised = copied("workshops/proef/revisions/0000000000", "workshops/proef/revisions/0000000009", number=9)
    for change, published, advised in (
        (gone("workshops/proef/revisions/0000000004"), 4, False),
        (raised, 9, True),
    ):
        change(wire)
        plan = plan_rebuild(store, "proef")
        assert plan is not None
        assert plan.after.published == published
        found = [one for one in check_store(store, AFTER) if one.kind == "workshop.revision"]
        assert [("REBUILD" in one.remedy) for one in found] == [advised]


def test_what_happens_during_the_check_is_no_finding(
    store: Store, wire: SimulatedWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chore done, and a workshop published, after the workshop was read: both are as they should be."""
    queue = SeatQueue(store, OwnTime().surroundings)
    look = store.inspection.of_no_workshop

    def busy() -> None:
        queue.do("proef", Cancel("r3"))
        ledger = store.seats.ledger("proef")
        assert ledger is not None
        store.chores.mark_done("invite.proef.na", ledger.version, AFTER)

    def publishing(workshops: list[str]) -> list[str]:
        if "nieuw" not in store.inspection.workshops():
            publish_workshop(store, queue, workshop(id="nieuw"), NOW, by="test")
            queue.do("nieuw", sign_up(90))
            store.chores.mark_done("invite.nieuw.na", 0, AFTER)
        return list(look(workshops))

    publish_workshop(store, queue, workshop(id="zzz"), NOW, by="test")
    monkeypatch.setattr(store.inspection, "of_no_workshop", publishing)
    found = check_store(store, AFTER, progress=lambda one: busy() if one == "zzz" else None)
    assert not {"chore.version", "chore.workshop", "stray"} & {one.kind for one in found}
    assert "nieuw" in store.inspection.workshops()
    monkeypatch.undo()
    gone("workshops/nieuw")(wire)
    gone("ledgers/nieuw")(wire)
    assert {"stray", "chore.workshop"} <= kinds(store)
