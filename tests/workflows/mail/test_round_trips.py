"""How many round trips to the store a mail takes, and that it is decided on what these read and not on what is kept."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.samples import NOW, sign_up, workshop
from tests.seats import publish_workshop, seat_queue
from tests.simulation.database.firestore import SimulatedWire
from tests.surroundings import STILL
from werkplaats.domain.changes import Change, Particulars
from werkplaats.domain.delivery import Accepted, Delivery, Event, SendResult
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.about import (
    About,
    AboutChange,
    AboutEntry,
    AboutFold,
    AboutMessage,
    AboutOldAddress,
    AboutReminder,
    AboutSeat,
    AboutSignIn,
    AboutTest,
    AboutWave,
    AboutWish,
)
from werkplaats.domain.mail.decision import Letter, ToParticipant
from werkplaats.domain.mail.kinds import KINDS, ForOrganisers, Kind
from werkplaats.domain.mail.outbox import Mail, queue
from werkplaats.domain.mail.trouble import entry_if_failed
from werkplaats.domain.messages import make_message
from werkplaats.domain.registration import AddressWish, Hold, State
from werkplaats.domain.seats.commands import CallOff, Cancel, MakeReal
from werkplaats.domain.signing_in import SignInRequest, SignIns
from werkplaats.domain.survey.waves import Invitation, invitation_id
from werkplaats.mailing.composing import compose
from werkplaats.mailing.message import Message
from werkplaats.mailing.provider import MailEvent
from werkplaats.security.links import Links
from werkplaats.store import Store, codec, paths
from werkplaats.store.outbox import create_mail
from werkplaats.store.wire import Found, Query, Revision, Write
from werkplaats.workflows.mail.deliver import Postman, deliver_in_turn
from werkplaats.workflows.mail.events import record_mail_events
from werkplaats.workflows.mail.retry import retry_mail

FIRST_DAY = workshop().first_day
IT_BEGINS = workshop().begins_at + timedelta(hours=9)
MONDAY = datetime.fromisoformat("2027-09-06T09:00:00Z")
"""After the workshop, at an hour at which surveys are mailed."""

STATES = {
    Kind.WAITLISTED: State.WAITLISTED,
    Kind.OFFERED: State.OFFERED,
    Kind.OFFER_REMINDER: State.OFFERED,
    Kind.NOT_PLACED: State.WAITLISTED,
    Kind.OFFER_EXPIRED: State.EXPIRED,
    Kind.NOT_CONFIRMED: State.EXPIRED,
    Kind.CANCELLED: State.CANCELLED,
}
"""The state of a registration of which mails of a kind tell; of the others they tell of a confirmed one."""


class CountingWire(SimulatedWire):
    """Counts round trips, by the name of the method."""

    def __init__(self) -> None:
        super().__init__()
        self.trips: Counter[str] = Counter()

    def get(self, paths: Iterable[str]) -> dict[str, Found]:
        self.trips["get"] += 1
        return super().get(paths)

    def query(self, query: Query) -> list[Found]:
        self.trips["query"] += 1
        return super().query(query)

    def count(self, query: Query) -> int:
        self.trips["count"] += 1
        return super().count(query)

    def commit(self, writes: Sequence[Write]) -> list[Revision]:
        self.trips["commit"] += 1
        return super().commit(writes)


class Provider:
    """Accepts every mail."""

    def send(self, message: Message) -> SendResult:
        return Accepted(f"message-{message.mail_id}")


@pytest.fixture
def wire() -> CountingWire:
    """A wire to a database in memory, with the sample workshop."""
    wire = CountingWire()
    publish_workshop(Store(wire), workshop(), NOW)
    return wire


@pytest.fixture
def letters() -> list[Letter]:
    """The letters that were composed."""
    return []


@pytest.fixture
def another_process(wire: CountingWire, letters: list[Letter]) -> Callable[[], Postman]:
    """Makes postmen as processes of their own would have them: each with a memory of its own."""

    def compose_and_note(letter: Letter, links: Links, now: datetime) -> Message:
        letters.append(letter)
        return compose(letter, links, now)

    links = Links(("k" * 32,), "https://werkplaats.example.org")
    return lambda: Postman(Store(wire), Provider(), links, STILL, compose_and_note)


def join(wire: CountingWire, *numbers: int) -> None:
    seat_queue(Store(wire), lambda: NOW).do_all("proef", [sign_up(number) for number in numbers])


def mail_of(wire: CountingWire, kind: Kind, about: About, now: datetime = NOW) -> Mail:
    """A new mail in the outbox."""
    mail = queue(kind, about, "proef", now)
    wire.commit([codec.update(paths.of(paths.MAILS, mail.id), mail)])
    return mail


def put(wire: CountingWire, *records: tuple[str, Change | Entry | Invitation | SignIns]) -> None:
    wire.commit([codec.update(path, record) for path, record in records])


def about(wire: CountingWire, kind: Kind) -> About:
    """Something that a mail of `kind` can be about, stored with everything that it names. r1 has signed up."""
    store = Store(wire)
    if kind is Kind.CALLED_OFF:
        seat_queue(store, lambda: NOW).do("proef", CallOff("Ziek.", "een@example.org"))
    registration = store.seats.registration("r1")
    assert registration is not None
    in_state = replace(
        registration,
        state=STATES.get(kind, State.CONFIRMED),
        held_until=NOW + timedelta(hours=9),
        held_for=Hold.CONFIRM if kind in (Kind.CONFIRM_ADDRESS, Kind.NOT_CONFIRMED) else None,
        address_wish=AddressWish(email="wens@example.org", at=NOW, version=registration.state_version),
    )
    wire.commit([codec.update(paths.of(paths.REGISTRATIONS, "r1"), in_state)])
    if in_state.state is State.WAITLISTED:
        ledger = store.seats.ledger("proef")
        assert ledger is not None
        waiting = replace(ledger, confirmed=0, waitlisted=1)
        wire.commit([codec.update(paths.of(paths.LEDGERS, "proef"), waiting)])
    match KINDS[kind].about.__name__:
        case "AboutSeat":
            return AboutSeat("r1", in_state.state_version)
        case "AboutWish":
            return AboutWish("r1", in_state.state_version)
        case "AboutReminder":
            return AboutReminder("r1", in_state.state_version, "7days", FIRST_DAY)
        case "AboutChange":
            after = Particulars.of(workshop())
            before = replace(after, first_day=after.first_day - timedelta(days=1))
            change = Change(id="c1", workshop="proef", version=1, at=NOW, before=before, after=after)
            put(wire, (paths.of(paths.CHANGES, "c1"), change))
            return AboutChange("r1", 1, "c1")
        case "AboutWave":
            id = invitation_id("proef", "evaluatie", "r1")
            invitation = Invitation(id=id, workshop="proef", wave="evaluatie", registration="r1", invited_at=NOW)
            put(wire, (paths.of(paths.INVITATIONS, id), invitation))
            return AboutWave("r1", "evaluatie")
        case "AboutMessage":
            return AboutMessage("r1", a_message(wire, kind))
        case "AboutTest":
            return AboutTest(a_message(wire, kind), "een@example.org")
        case "AboutOldAddress":
            return AboutOldAddress("r1", 1, "oud@example.org")
        case "AboutSignIn":
            requests = (SignInRequest(id="s1", browser="b", at=NOW),)
            sign_ins = SignIns(id="a1", email="een@example.org", workshop="proef", requests=requests)
            put(wire, (paths.of(paths.SIGN_INS, "a1"), sign_ins))
            return AboutSignIn("a1", "s1")
        case "AboutFold":
            folded = Entry(
                id="f1", workshop="proef", kind=Happened.SIGNED_UP, at=NOW, version=9, registration="r1", folded=True
            )
            put(wire, (paths.entry("proef", "f1"), folded))
            return AboutFold("een@example.org", 1, 9, 9, {Happened.SIGNED_UP.value: 1})
    traits = KINDS[kind]
    assert isinstance(traits, ForOrganisers)
    entry = Entry(id="e1", workshop="proef", kind=min(traits.tells_of), at=NOW, version=1, registration="r1")
    if kind is Kind.ORGANISER_MAIL_FAILED:
        troubled = mail_of(wire, Kind.LINK, AboutSeat("r1", 1))
        failed = entry_if_failed(replace(troubled, state=Delivery.FAILED, settled_at=NOW, reason="no"))
        assert failed is not None
        entry = failed
    put(wire, (paths.entry("proef", entry.id), entry))
    return AboutEntry(entry.id, "een@example.org", 1, 1, "r1")


def a_message(wire: CountingWire, kind: Kind) -> str:
    """The id of a message that goes out: to everybody with a seat, or to those who have not answered the survey."""
    to = "not_answered.evaluatie" if kind is Kind.SURVEY_MESSAGE else "seat"
    if kind is Kind.SURVEY_MESSAGE:
        about(wire, Kind.SURVEY_INVITATION)
    message = make_message(
        id="m1", workshop=workshop(), by="een@example.org", to=to, subject="Dag", text="Tot dan.", now=NOW
    )
    put(wire, (paths.of(paths.MESSAGES, "m1"), message))
    return "m1"


@pytest.mark.parametrize("kind", Kind)
def test_a_mail_takes_one_read_with_a_hint_and_two_without(
    wire: CountingWire, another_process: Callable[[], Postman], kind: Kind
) -> None:
    """Mails of all kinds are read at once with what they name; claiming and settling are a commit each.

    Only the folded entries must be looked for first, and then the people whom they name; and of a message it must be
    known first whether it depends on an invitation to a survey.
    """
    join(wire, 1)
    now = MONDAY if kind.of_survey else IT_BEGINS if kind is Kind.NOT_PLACED else NOW
    mail = mail_of(wire, kind, about(wire, kind), now)
    for hint, reads in ((None, 2), (mail, 1)):
        document = codec.update(paths.of(paths.MAILS, mail.id), mail)
        wire.commit([document])
        for postman in (fresh := another_process(), fresh):  # the second time the workshop is kept
            wire.commit([document])
            wire.trips.clear()
            assert deliver_in_turn(postman, mail.id, now, hint) is Delivery.SENT
            folded = Counter({"query": 1, "get": 1} if kind in (Kind.ORGANISER_FOLDED, Kind.ORGANISER_DIGEST) else {})
            invited = Counter({"get": 1} if kind is Kind.SURVEY_MESSAGE else {})
            assert wire.trips == Counter({"get": reads, "commit": 2}) + folded + invited


def test_the_schedule_knows_what_its_mails_name(wire: CountingWire, another_process: Callable[[], Postman]) -> None:
    """What is due is found by one query, and each mail is then read once, with all that it names."""
    join(wire, 1, 2)
    later = NOW + timedelta(minutes=5)
    postman = another_process()
    wire.trips.clear()
    assert retry_mail(postman, later) == 2
    urgent_looked_for = 1
    assert wire.trips == {"query": 1 + urgent_looked_for, "get": 2, "commit": 4}


@pytest.mark.parametrize("hint", ["another kind", "another registration", "another workshop", "another mail"])
def test_a_wrong_hint_costs_a_read_and_changes_nothing(
    wire: CountingWire, another_process: Callable[[], Postman], letters: list[Letter], hint: str
) -> None:
    """A hint only says what to read first. The mail is what is stored, and so is all that it says."""
    join(wire, 1, 2)
    stored = Store(wire).outbox.get("r1-confirmed-1")
    assert stored is not None
    mail = stored.mail
    hints = {
        "another kind": queue(Kind.LINK, AboutSeat("r1", 1), "proef", NOW),
        "another registration": queue(Kind.CONFIRMED, AboutSeat("r2", 1), "proef", NOW),
        "another workshop": replace(mail, workshop="nergens"),
        "another mail": queue(Kind.LINK, AboutSeat("r2", 1), "proef", NOW),
    }
    told = hints[hint] if hint == "another mail" else replace(hints[hint], id=mail.id)
    wire.trips.clear()
    assert deliver_in_turn(another_process(), mail.id, NOW, told) is Delivery.SENT
    assert [(one.mail.kind, one.mail.registration, one.workshop.id) for one in letters] == [
        (Kind.CONFIRMED, "r1", "proef")
    ]
    assert wire.trips["get"] <= 2


def test_a_hint_of_a_mail_that_was_settled_sends_nothing(
    wire: CountingWire, another_process: Callable[[], Postman], letters: list[Letter]
) -> None:
    """The event of a new mail can come again when the mail has long been sent."""
    join(wire, 1)
    found = Store(wire).outbox.get("r1-confirmed-1")
    assert found is not None
    assert deliver_in_turn(another_process(), found.mail.id, NOW, found.mail) is Delivery.SENT
    assert deliver_in_turn(another_process(), found.mail.id, NOW, found.mail) is Delivery.SENT
    assert len(letters) == 1


def test_a_kept_workshop_is_read_again_once_it_was_published(
    wire: CountingWire, another_process: Callable[[], Postman], letters: list[Letter]
) -> None:
    """A process that has sent mails before sees at once that another has published the workshop, and reads it once."""
    join(wire, 1, 2)
    postman = another_process()
    mail = mail_of(wire, Kind.LINK, AboutSeat("r1", 1))
    deliver_in_turn(postman, mail.id, NOW, mail)
    publish_workshop(Store(wire), workshop(title="Een andere titel"), NOW)
    gets = []
    for number in (2, 3):
        mail = mail_of(wire, Kind.LINK, AboutSeat("r2", number))
        wire.trips.clear()
        deliver_in_turn(postman, mail.id, NOW, mail)
        gets.append(wire.trips["get"])
    assert [letter.workshop.title for letter in letters] == ["Proefwerkplaats", "Een andere titel", "Een andere titel"]
    assert gets == [2, 1]


def test_a_workshop_that_was_called_off_confirms_nothing_more(
    wire: CountingWire, another_process: Callable[[], Postman]
) -> None:
    """Whether it was called off is decided on the workshop as it is, although an older one is kept."""
    join(wire, 1)
    postman = another_process()
    mail = mail_of(wire, Kind.LINK, AboutSeat("r1", 1))
    assert deliver_in_turn(postman, mail.id, NOW, mail) is Delivery.SENT
    seat_queue(Store(wire), lambda: NOW).do("proef", CallOff("Ziek.", "een@example.org"))
    assert deliver_in_turn(postman, "r1-confirmed-1", NOW) is Delivery.SKIPPED


def test_a_workshop_that_practised_mails_everybody_once_it_is_real(
    wire: CountingWire, another_process: Callable[[], Postman]
) -> None:
    """While it practises nobody else is mailed, and a process that has seen that sees the change as well."""
    publish_workshop(Store(wire), workshop(id="oefening", practice=True), NOW)
    seats = seat_queue(Store(wire), lambda: NOW)
    seats.do("oefening", sign_up(1))
    postman = another_process()
    assert deliver_in_turn(postman, "r1-confirmed-1", NOW) is Delivery.SKIPPED
    seats.do("oefening", Cancel("r1"))
    seats.do("oefening", MakeReal("een@example.org"))
    seats.do("oefening", sign_up(2))
    ledger = Store(wire).seats.ledger("oefening")
    assert ledger is not None
    assert deliver_in_turn(postman, f"r2-confirmed-{ledger.version}", NOW) is Delivery.SENT


def test_places_are_counted_only_when_the_ledger_does_not_tell_them(
    wire: CountingWire, another_process: Callable[[], Postman], letters: list[Letter]
) -> None:
    """When many join the waitlist at once one of their places is counted, and again after somebody left it."""
    join(wire, *range(1, 31))
    postman = another_process()
    waitlisted = [f"r{number}-waitlisted-1" for number in range(3, 31)]
    wire.trips.clear()
    for id in waitlisted[:14]:
        deliver_in_turn(postman, id, NOW)
    assert wire.trips["count"] == 1
    seat_queue(Store(wire), lambda: NOW).do("proef", Cancel("r20"))
    wire.trips.clear()
    for id in waitlisted[14:]:
        deliver_in_turn(postman, id, NOW)
    assert [letter.place for letter in letters if isinstance(letter, ToParticipant)] == list(range(1, 28))
    assert wire.trips["count"] == 4, "of 17, 18 and 19, who have a gap behind them, and of 21"


def test_a_thousand_events_take_three_round_trips(wire: CountingWire) -> None:
    """One read, and two commits of 500 mails."""
    for start in range(0, 1000, 500):
        wire.commit(
            [create_mail(queue(Kind.LINK, AboutSeat(f"r{n}", 1), "proef", NOW)) for n in range(start, start + 500)]
        )
    wire.trips.clear()
    events = [MailEvent(f"r{number}-link-1", Event.DELIVERED) for number in range(1000)]
    assert record_mail_events(Store(wire), events, NOW) == 1000
    assert wire.trips == {"get": 1, "commit": 2}
