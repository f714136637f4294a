"""What people do in a simulated life: participants, organisers, and whatever else happens to come along.

Each deed is a function that draws what it needs from `world.random` and begins activities. DEEDS says how often each
comes up.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from tests.simulation.processes import Process
from tests.simulation.turns import Activity
from tests.simulation.world import SEAL, World
from werkplaats.domain.attendance import Mark
from werkplaats.domain.registration import Person, Registration, State
from werkplaats.domain.seats.commands import (
    Accept,
    Cancel,
    Command,
    Decline,
    Done,
    GiveSeat,
    Rejoin,
    RequestLink,
    SignUp,
    Unsubscribe,
)
from werkplaats.domain.workshop import Workshop
from werkplaats.workflows.call_off import call_off
from werkplaats.workflows.make_real import make_real
from werkplaats.workflows.mark_attendance import mark_attendance
from werkplaats.workflows.publish import publish_workshop
from werkplaats.workflows.survey import answer

MOST_PEOPLE = 14


class People:
    """Everybody who has to do with the `workshops` (ids) of a life, and what they know."""

    def __init__(self, world: World, workshops: tuple[Workshop, ...]) -> None:
        self.world = world
        self.published = {one.id: one for one in workshops}
        self.forms = 0
        self.last_form: dict[int, str] = {}
        self.stored: dict[str, SignUp] = {}
        """The sign-ups that were answered with success, by the id of the registration."""
        self.known: dict[str, Registration] = {}
        """The registrations as they were when their pages were last looked at."""

    def some_workshop(self) -> str:
        return self.world.random.choice(sorted(self.published))

    def some_registration(self) -> Registration | None:
        """One whose page somebody can open. Often the page was opened a while ago, and is not up to date."""
        random, watch = self.world.random, self.world.watch
        ids = sorted(watch.registrations)
        if not ids:
            return None
        id = random.choice(ids)
        if random.random() < 0.7 or id not in self.known:
            self.known[id] = watch.registrations[id]
        return self.known[id]

    # Activities

    def command(self, who: str, function: str, workshop: str, command: Command) -> Activity:
        """Somebody sends a form whose command is decided by a process of `function`."""

        def do(process: Process) -> Any:
            outcome = process.queue.do(workshop, command)
            assert self.world.turns.current is not None
            self.world.watch.answered(self.world.turns.current, command, outcome)
            if isinstance(command, SignUp) and isinstance(outcome, Done):
                self.stored[command.registration] = command
            return outcome

        name = f"{who}: {type(command).__name__} {getattr(command, 'registration', '')}"
        return self.world.begin(name, self.world.process(function), do)

    def organiser(self, what: str, call: Callable[[Process], Any]) -> Activity:
        return self.world.begin(f"organiser: {what}", self.world.process("organiser"), call)


def person(number: int) -> Person:
    """Person `number`. Three of them share a mailbox with the next, as colleagues of a secretary do."""
    return Person(
        given_name=f"Voor{number}",
        family_name=f"Achter{number}",
        email=f"p{_box(number)}@example.org",
        phone="06 5550199",
    )


def _box(number: int) -> int:
    return number if number > 6 else number // 2


def _sign_up(people: People, number: int, workshop: str, form: str) -> SignUp:
    mailbox = f"mailbox-{workshop}-{_box(number)}"
    return SignUp(
        registration=f"r-{workshop}-{form}-{number}",
        person=person(number),
        answers={"opgave": f"Opgave van Achter{number}", "dieetwensen": f"Geheim{number}"},
        mailbox=mailbox,
        address=mailbox,
        identity=f"person-{workshop}-{number}",
        form=f"{workshop}-{form}",
    )


def signs_up(people: People) -> None:
    """Somebody signs up: sometimes twice at the same moment, with an old form, or for a colleague too."""
    random = people.world.random
    number, workshop = random.randrange(MOST_PEOPLE), people.some_workshop()
    if number not in people.last_form or random.random() < 0.7:
        people.forms += 1
        people.last_form[number] = f"f{people.forms}"
    form = people.last_form[number]
    for _ in range(random.choice([1, 1, 1, 2])):
        command = _sign_up(people, number, workshop, form)
        people.command(f"person {number}", "signup", workshop, command)
    if random.random() < 0.1:
        colleague = (number + 1) % MOST_PEOPLE
        people.command(f"person {number}", "signup", workshop, _sign_up(people, colleague, workshop, form))


def a_crowd_signs_up(people: People) -> None:
    for _ in range(people.world.random.randint(3, 6)):
        signs_up(people)


def clicks(people: People) -> None:
    """Somebody clicks a button on the page of a registration, which may be out of date; sometimes twice."""
    random, shown = people.world.random, people.some_registration()
    if shown is None:
        return
    fitting = {
        State.OFFERED: [Accept, Accept, Decline, Cancel],
        State.CONFIRMED: [Cancel],
        State.WAITLISTED: [Cancel],
    }.get(shown.state, [Rejoin])
    action = random.choice(fitting) if random.random() < 0.9 else random.choice([Accept, Cancel, Decline, Rejoin])
    seen = shown.state_version if random.random() < 0.8 else None
    for _ in range(random.choice([1, 1, 1, 2])):
        people.command("participant", "manage", shown.workshop, action(shown.id, seen))


def answers_an_offer(people: People) -> None:
    """Somebody with an offer answers it."""
    random, registrations = people.world.random, people.world.watch.registrations.values()
    offered = sorted(one.id for one in registrations if one.state is State.OFFERED)
    if offered:
        one = people.world.watch.registrations[random.choice(offered)]
        action = random.choice([Accept, Accept, Decline])
        people.command("participant", "manage", one.workshop, action(one.id, one.state_version))


def asks_for_link(people: People) -> None:
    workshop, number = people.some_workshop(), people.world.random.randrange(MOST_PEOPLE)
    mailbox = f"mailbox-{workshop}-{_box(number)}"
    people.forms += 1
    command = RequestLink(mailbox=mailbox, address=mailbox, submission=f"l{people.forms}")
    people.command(f"person {number}", "signup", workshop, command)


def unsubscribes(people: People) -> None:
    if shown := people.some_registration():
        people.command("participant", "survey", shown.workshop, Unsubscribe(shown.id))


def answers_survey(people: People) -> None:
    """Somebody who was invited answers, sometimes twice at the same moment."""
    world = people.world
    invited = sorted(path.rpartition("/")[2] for path in world.paths("invitations"))
    if not invited:
        return
    id = world.random.choice(invited)

    def send(process: Process) -> object:
        asked = answer.find(process.store, id, process.now())
        if asked is None:
            return None
        return answer.answer_survey(process.store, SEAL, asked, {"cijfer": 4, "beter": "Meer tijd"}, process.now())

    for _ in range(world.random.choice([1, 1, 2])):
        world.begin(f"participant: answers {id}", world.process("survey"), send)


# Organisers


def organiser_gives_seat(people: People) -> None:
    if shown := people.some_registration():
        people.command("organiser", "organiser", shown.workshop, GiveSeat(shown.id, shown.state_version))


def organiser_cancels(people: People) -> None:
    if shown := people.some_registration():
        command = Cancel(shown.id, shown.state_version, by_organiser=True)
        people.command("organiser", "organiser", shown.workshop, command)


def organiser_publishes(people: People) -> None:
    """An organiser changes something; sometimes on top of a version that is no longer the latest."""
    random, id = people.world.random, people.some_workshop()
    watch = people.world.watch
    if random.random() < 0.8 and id in watch.workshops:
        people.published[id] = watch.workshops[id]
    before = people.published[id]
    ledger = watch.ledgers.get(id)
    seen = ledger.published if ledger is not None and random.random() < 0.7 else None
    change = random.randrange(6)
    after = before
    if change < 3:
        after = replace(before, capacity=max(1, before.capacity + random.choice([-2, -1, 1, 2, 3])))
    elif change == 3:
        after = replace(before, location=replace(before.location, street=f"Straat {random.randrange(9)}"))
    elif change == 4:
        by = random.choice(["offer", "direct"])
        after = replace(before, promotion=replace(before.promotion, by=by))
    else:
        days = timedelta(days=random.choice([-1, 1]))
        after = replace(before, first_day=before.first_day + days, last_day=before.last_day + days)

    def publish(process: Process) -> object:
        by = "platform31@example.org"
        return publish_workshop(process.store, process.queue, after, process.now(), seen=seen, by=by)

    people.organiser(f"publishes {id} with {after.capacity} seats", publish)


def organiser_marks(people: People) -> None:
    shown = people.some_registration()
    if shown is None:
        return
    mark = people.world.random.choice([Mark.PRESENT, Mark.PRESENT, Mark.ABSENT, None])
    day = people.published[shown.workshop].first_day

    def do(process: Process) -> object:
        registration = process.store.seats.registration(shown.id)
        return registration and mark_attendance(process.store, registration, day, mark, process.now())

    people.organiser(f"marks {shown.id}", do)


def organiser_calls_off(people: People) -> None:
    """Rarely, because little happens afterwards."""
    if people.world.random.random() < 0.15:
        id = people.some_workshop()
        people.organiser(f"calls {id} off", lambda process: call_off(process.queue, id, "Ziek.", by="a@example.org"))


def organiser_makes_real(people: People) -> None:
    practising = [id for id, one in sorted(people.world.watch.workshops.items()) if one.practice]
    if practising:
        id = people.world.random.choice(practising)
        people.organiser(
            f"makes {id} real", lambda process: make_real(process.store, process.queue, id, by="a@example.org")
        )


# Everything else


def a_process_dies(people: People) -> None:
    people.world.kill_one()


def a_schedule_runs_once_more(people: People) -> None:
    people.world.run(people.world.random.choice(["retry_mail", "expire_offers", "send_reminders", "send_surveys"]))


def events_arrive(people: People) -> None:
    people.world.deliver(8)


def minutes_pass(people: People) -> None:
    people.world.let_pass(people.world.random.uniform(30, 1_800))


def hours_pass(people: People) -> None:
    people.world.let_pass(people.world.random.uniform(1_800, 30 * 3_600))


def days_pass(people: People) -> None:
    people.world.let_pass(people.world.random.uniform(1, 6) * 86_400)


Deed = Callable[[People], None]

DEEDS: dict[Deed, int] = {
    signs_up: 24,
    a_crowd_signs_up: 3,
    clicks: 24,
    answers_an_offer: 12,
    asks_for_link: 4,
    unsubscribes: 2,
    answers_survey: 12,
    organiser_gives_seat: 3,
    organiser_cancels: 3,
    organiser_publishes: 6,
    organiser_marks: 5,
    organiser_calls_off: 1,
    organiser_makes_real: 2,
    a_process_dies: 5,
    a_schedule_runs_once_more: 4,
    events_arrive: 25,
    minutes_pass: 10,
    hours_pass: 6,
    days_pass: 3,
}
"""Every deed, and how often it comes up compared with the others."""
