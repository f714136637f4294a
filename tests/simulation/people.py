"""What people do in a simulated life, and what they know. Organisers are in organisers.py."""

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.simulation.faults import NO_EVENTS
from tests.simulation.functions import SEAL
from tests.simulation.processes import Process
from tests.simulation.turns import Activity
from tests.simulation.world import World
from werkplaats.domain.delivery import Event
from werkplaats.domain.registration import Person, Registration, State
from werkplaats.domain.seats.commands import (
    Accept,
    AddPerson,
    Cancel,
    ChooseLanguage,
    Command,
    Confirm,
    Decline,
    Done,
    LeavingReason,
    Rejoin,
    RequestLink,
    SayAbsent,
    SayReachable,
    SignUp,
    Unsubscribe,
)
from werkplaats.domain.workshop import Workshop
from werkplaats.mailing.provider import MailEvent
from werkplaats.workflows.erase_at_once import erase_at_once
from werkplaats.workflows.survey import answer

MOST_PEOPLE = 14
"""How many people a life has at most, besides those whom a script makes up."""

MADE_UP = 100_000
"""The number of the first person whom a script makes up."""


class People:
    """Everybody who has to do with the `workshops` (ids) of a life, and what they know."""

    def __init__(self, world: World, workshops: tuple[Workshop, ...]) -> None:
        self.world = world
        self.published = {one.id: one for one in workshops}
        self.many = world.random.choice([6, 8, 8, MOST_PEOPLE])
        self.forms = 0
        self.last_form: dict[int, str] = {}
        self.asked: list[str] = []
        """The requests to sign in that were answered."""
        self.added: list[AddPerson] = []
        """Those whom an organiser wanted to add, answered or not."""
        self.stored: dict[str, SignUp | AddPerson] = {}
        """The sign-ups and additions that were answered with success, by the id of the registration."""
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
            if isinstance(command, SignUp | AddPerson) and isinstance(outcome, Done):
                self.stored[command.registration] = command
            return outcome

        name = f"{who}: {type(command).__name__} {getattr(command, 'registration', '')}"
        return self.world.begin(name, self.world.process(function), do)

    def organiser(self, what: str, call: Callable[[Process], Any]) -> Activity:
        return self.world.begin(f"organiser: {what}", self.world.process("organiser"), call)


def person(number: int) -> Person:
    """Person `number`. The first seven are colleagues, whom a secretary signs up with one address."""
    return Person(
        given_name=f"Voor{number}",
        family_name=f"Achter{number}",
        email=f"p{box_of(number)}@example.org",
        phone="06 5550199",
    )


def box_of(number: int) -> int:
    return max(number, 6)


def sign_up_of(people: People, number: int, workshop: str, form: str) -> SignUp:
    mailbox = f"mailbox-{workshop}-{box_of(number)}"
    return SignUp(
        registration=f"r-{workshop}-{form}-{number}",
        person=person(number),
        answers={"opgave": f"Opgave van Achter{number}", "dieetwensen": f"Geheim{number}"},
        mailbox=mailbox,
        address=mailbox,
        identity=f"person-{workshop}-{number}",
        form=f"{workshop}-{form}",
        via=("", "lpb")[number % 2],
        suspicious=number % 7 == 3,
    )


def signs_up(people: People) -> None:
    """Somebody signs up: sometimes twice at the same moment, with an old form, or for a colleague too."""
    signs_up_for(people, people.some_workshop())


def signs_up_for(people: People, workshop: str) -> None:
    random = people.world.random
    number = random.randrange(people.many)
    if number not in people.last_form or random.random() < 0.7:
        people.forms += 1
        people.last_form[number] = f"f{people.forms}"
    form = people.last_form[number]
    for _ in range(random.choice([1, 1, 1, 2])):
        command = sign_up_of(people, number, workshop, form)
        people.command(f"person {number}", "signup", workshop, command)
    if random.random() < 0.1:
        colleague = (number + 1) % people.many
        people.command(f"person {number}", "signup", workshop, sign_up_of(people, colleague, workshop, form))


def a_crowd_signs_up(people: People) -> None:
    for _ in range(people.world.random.randint(3, 6)):
        signs_up(people)


def a_rush(people: People) -> None:
    """Many people sign up for one workshop within minutes, some of whom nobody knows and who never confirm."""
    random, workshop = people.world.random, people.some_workshop()
    for _ in range(random.randint(8, 14)):
        people.forms += 1
        number = random.randrange(MADE_UP, MADE_UP + 60)
        people.command("script", "signup", workshop, sign_up_of(people, number, workshop, f"f{people.forms}"))
        people.world.pass_time(random.uniform(0, 40))
        people.world.take_turns(random.choice([5, 20, 60]))


def confirms(people: People) -> None:
    """Some of those who have to confirm their address do, sometimes twice or on a page that is out of date."""
    random, watch = people.world.random, people.world.watch
    held = [one for one in watch.registrations.values() if one.is_unconfirmed and not is_made_up(one)]
    held.sort(key=lambda one: one.id)
    for one in random.sample(held, min(len(held), random.randint(1, 4))):
        shown = people.known.get(one.id, one) if random.random() < 0.2 else one
        for _ in range(random.choice([1, 1, 2])):
            people.command("participant", "manage", one.workshop, Confirm(one.id, shown.state_version))


def confirms_too_late(people: People) -> None:
    """Somebody confirms within seconds of the end of the hold, before a schedule has noticed that it is over."""
    world = people.world
    held = sorted(one.id for one in world.watch.registrations.values() if one.is_unconfirmed)
    if not held:
        return
    one = world.watch.registrations[world.random.choice(held)]
    _clicks_at_the_end(people, one, Confirm(one.id, None))


def is_made_up(registration: Registration) -> bool:
    """Whether a script has made the person up, so that nobody reads what is mailed to them."""
    return registration.person is not None and registration.person.family_name.startswith("Achter1000")


def clicks(people: People) -> None:
    """Somebody clicks a button on the page of a registration, which may be out of date; sometimes twice."""
    random, shown = people.world.random, people.some_registration()
    if shown is None:
        return
    fitting: dict[State, list[type[Accept | Cancel | Confirm | Decline | Rejoin]]] = {
        State.OFFERED: [Accept, Accept, Decline, Cancel],
        State.CONFIRMED: [Cancel],
        State.WAITLISTED: [Cancel],
    }
    actions = (
        fitting.get(shown.state, [Rejoin]) if random.random() < 0.9 else [Accept, Cancel, Decline, Rejoin, Confirm]
    )
    action = random.choice(actions)
    seen = shown.state_version if random.random() < 0.8 else None
    for _ in range(random.choice([1, 1, 1, 2])):
        people.command("participant", "manage", shown.workshop, action(shown.id, seen))


def says_absent(people: People) -> None:
    """Somebody cannot come, and says so: nearly always while the workshop runs, sometimes twice at the same moment."""
    random, shown = people.world.random, people.some_registration()
    if shown is not None:
        for _ in range(random.choice([1, 1, 2])):
            people.command("participant", "manage", shown.workshop, SayAbsent(shown.id, shown.state_version))


def chooses_language(people: People) -> None:
    """Somebody wants mails in another language, perhaps on a page that is out of date; sometimes twice."""
    random, shown = people.world.random, people.some_registration()
    if shown is not None:
        language = random.choice(["en", "en", "nl"])
        for _ in range(random.choice([1, 1, 2])):
            choice = ChooseLanguage(shown.id, random.choice([None, shown.state_version]), language)
            people.command("participant", "manage", shown.workshop, choice)


def comes_and_goes(people: People) -> None:
    """Somebody leaves and comes back, over and over, until it is refused or he has had enough."""
    random, world = people.world.random, people.world
    shown = people.some_registration()
    if shown is None:
        return
    for _ in range(random.randint(4, 12)):
        now = world.watch.registrations[shown.id]
        leave = Cancel(now.id, now.state_version, reason=random.choice([None, LeavingReason.ILL]), text="Achter ziek")
        again = leave if now.state.live else Rejoin(now.id, now.state_version)
        people.command("participant", "manage", now.workshop, again)
        world.take_turns(60)


def waits_with_an_offer(people: People) -> None:
    """Whoever has an offer lets the day pass, so that they are reminded of it."""
    if not _offered(people):
        leaves_room(people)
        people.world.take_turns(60)
        people.world.deliver(1000, only="promote_waitlist")
        people.world.take_turns(200)
    if _offered(people):
        people.world.let_pass(people.world.random.uniform(10, 22) * 3_600)


def leaves_room(people: People) -> None:
    """Somebody gives up a seat that others wait for."""
    for workshop in sorted(people.published):
        leaves_room_in(people, workshop)


def leaves_room_in(people: People, workshop: str) -> None:
    there = sorted(people.world.watch.of(workshop), key=lambda one: one.sequence)
    seated = [one.id for one in there if one.state is State.CONFIRMED]
    if seated and any(one.state is State.WAITLISTED and not one.is_passed_over for one in there):
        people.command("participant", "manage", workshop, Cancel(people.world.random.choice(seated), None))


def leaves_room_unnoticed(people: People) -> None:
    """As `leaves_room`, but no event tells of it, so that only a schedule can notice."""
    had, people.world.faults = people.world.faults, NO_EVENTS
    leaves_room(people)
    people.world.finish()
    people.world.faults = had


def answer_offers(people: People) -> None:
    """Some of those with an offer answer it."""
    random, registrations = people.world.random, people.world.watch.registrations
    offered = _offered(people)
    for id in random.sample(offered, min(len(offered), random.randint(1, 3))):
        one = registrations[id]
        answer = Accept(id, one.state_version) if random.random() < 0.7 else Decline(id, one.state_version)
        people.command("participant", "manage", one.workshop, answer)


def answers_too_late(people: People) -> None:
    """Somebody accepts an offer within seconds of its end, before a schedule has noticed that it is over."""
    world = people.world
    if not _offered(people):
        leaves_room(people)
        world.take_turns(60)
        world.deliver(1000, only="promote_waitlist")
        world.take_turns(200)
    offered = _offered(people)
    if not offered:
        return
    one = world.watch.registrations[world.random.choice(offered)]
    _clicks_at_the_end(people, one, Accept(one.id, None))


def _clicks_at_the_end(people: People, one: Registration, click: Confirm | Accept) -> None:
    """Somebody clicks from a second before what is held for `one` ends, until ten seconds later."""
    world = people.world
    assert one.held_until is not None
    ends_at = min(one.held_until, world.watch.workshops[one.workshop].begins_at)
    world.let_pass(max(0.0, (ends_at - world.now()).total_seconds() - 1))
    world.pass_time(world.random.uniform(0, 10))
    people.command("participant", "manage", one.workshop, click)
    world.take_turns(60)


def an_offer_comes_back(people: People) -> None:
    """The mail of an offer bounces or is dropped, and the provider says so, perhaps of an offer that was answered."""
    world = people.world
    if not _offered(people):
        leaves_room(people)
        world.take_turns(60)
        world.deliver(1000, only="promote_waitlist")
        world.take_turns(200)
    for id in _offered(people)[:1]:
        mail = f"{id}-offered-{world.watch.registrations[id].state_version}"
        world.deliver(1000, only="deliver_mail")
        world.take_turns(200)
        if mail in world.provider.taken:
            event = world.random.choice([Event.BOUNCE, Event.DROPPED, Event.BLOCKED])
            world.post("mail_events", [MailEvent(mail, event, "550 unknown")])
            world.deliver(1000, only="mail_events")
            world.take_turns(world.random.randrange(100))


def is_reachable_again(people: People) -> None:
    """Somebody whom an offer did not reach says that mail arrives; or somebody for whom that makes no difference."""
    random, registrations = people.world.random, people.world.watch.registrations
    paused = sorted(one.id for one in registrations.values() if one.paused is not None)
    shown = registrations[random.choice(paused)] if paused else people.some_registration()
    if shown is not None:
        for _ in range(random.choice([1, 1, 2])):
            click = SayReachable(shown.id, random.choice([None, shown.state_version]))
            people.command("participant", "manage", shown.workshop, click)


def _offered(people: People) -> list[str]:
    """The ids of the registrations with an offer."""
    return sorted(one.id for one in people.world.watch.registrations.values() if one.state is State.OFFERED)


def asks_for_link(people: People) -> None:
    workshop, number = people.some_workshop(), people.world.random.randrange(people.many)
    mailbox = f"mailbox-{workshop}-{box_of(number)}"
    people.forms += 1
    command = RequestLink(mailbox=mailbox, address=mailbox, submission=f"l{people.forms}")
    people.command(f"person {number}", "signup", workshop, command)


def unsubscribes(people: People) -> None:
    if shown := people.some_registration():
        people.command("participant", "survey", shown.workshop, Unsubscribe(shown.id))


def erases_themselves(people: People) -> None:
    """Somebody has everything about them erased. They may have looked at their page before something changed."""
    shown = people.some_registration()
    if shown is None:
        return
    seen = people.world.random.choice([None, shown.shown_version])

    def erase(process: Process) -> object:
        return erase_at_once(process.store, process.queue, shown.workshop, shown.id, seen=seen, by="")

    people.world.begin(f"participant: erases {shown.id}", people.world.process("manage"), erase)


def answer_surveys(people: People) -> None:
    """Some of those who were invited answer, sometimes twice at the same moment."""
    world = people.world
    invited = sorted(path.rpartition("/")[2] for path in world.paths("invitations"))
    for id in world.random.sample(invited, min(len(invited), world.random.randint(1, 6))):
        generation = _some_link_of(people, id.rpartition(".")[2])
        for _ in range(world.random.choice([1, 1, 2])):
            answers_by_link(people, id, generation)


def answers_by_link(people: People, id: str, generation: int) -> None:
    """Somebody answers the invitation `id` by a link of that generation."""
    world = people.world
    answers = partial(_answer, id=id, generation=generation)
    world.begin(f"participant: answers {id}", world.process("survey"), answers).notes["link"] = generation


def _some_link_of(people: People, registration: str) -> int:
    """The generation of a link to a survey that somebody has: the person, or whoever got mail at an earlier address."""
    latest = people.world.watch.registrations[registration].link_generation
    return people.world.random.choice([latest, latest, people.world.random.randint(0, latest)])


def _answer(process: Process, id: str, generation: int) -> None:
    asked = answer.find(process.store, id, process.now(), generation)
    if asked is not None:
        answer.answer_survey(process.store, SEAL, asked, {"cijfer": 4, "beter": "Meer tijd"}, process.now())
