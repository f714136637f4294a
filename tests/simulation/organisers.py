"""What organisers do in a simulated life: edit, give seats, mark, call off, sign in, and look."""

from datetime import timedelta

from msgspec.structs import replace

from tests.simulation.people import People, leaves_room_in, signs_up_for
from tests.simulation.processes import Process
from werkplaats.domain.access import Known
from werkplaats.domain.attendance import Mark
from werkplaats.domain.messages import Deed, make_message
from werkplaats.domain.seats.commands import Cancel, GiveSeat
from werkplaats.domain.signing_in import Presented, Session, SignInRequest
from werkplaats.domain.workshop import Workshop
from werkplaats.security.sessions import address_hash
from werkplaats.workflows.call_off import call_off
from werkplaats.workflows.make_real import make_real
from werkplaats.workflows.mark_attendance import mark_attendance
from werkplaats.workflows.messages import change_message, queue_message, send_message
from werkplaats.workflows.publish import publish_workshop
from werkplaats.workflows.sign_in import ask_to_sign_in, current_session, sign_in_by_link

_ADDRESS = address_hash("een@example.org")


def gives_seat(people: People) -> None:
    if shown := people.some_registration():
        people.command("organiser", "organiser", shown.workshop, GiveSeat(shown.id, shown.state_version))


def cancels(people: People) -> None:
    if shown := people.some_registration():
        command = Cancel(shown.id, shown.state_version, by_organiser=True)
        people.command("organiser", "organiser", shown.workshop, command)


def publishes(people: People) -> None:
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
        days = timedelta(days=random.choice([-5, -1, 1, 4]))
        after = replace(before, first_day=before.first_day + days, last_day=before.last_day + days)
    _publish(people, after, seen)


def _publish(people: People, workshop: Workshop, seen: int | None) -> None:
    def publish(process: Process) -> object:
        by = "platform31@example.org"
        return publish_workshop(process.store, process.queue, workshop, process.now(), seen=seen, by=by)

    people.organiser(f"publishes {workshop.id} with {workshop.capacity} seats", publish)


def marks(people: People) -> None:
    shown = people.some_registration()
    if shown is None:
        return
    mark = people.world.random.choice([Mark.PRESENT, Mark.PRESENT, Mark.ABSENT, None])
    day = people.published[shown.workshop].first_day

    def do(process: Process) -> object:
        registration = process.store.seats.registration(shown.id)
        return registration and mark_attendance(process.store, registration, day, mark, process.now())

    people.organiser(f"marks {shown.id}", do)


def calls_off(people: People) -> None:
    """In some of all lives, because less happens afterwards. Nearly always somebody has just left.

    Sometimes another organiser, who does not know of it, publishes the workshop once more.
    """
    if people.world.random.random() < 0.6:
        id = people.some_workshop()
        leaves_room_in(people, id)
        people.world.take_turns(people.world.random.choice([5, 60]))
        known = people.world.watch.workshops[id]
        people.organiser(f"calls {id} off", lambda process: call_off(process.queue, id, "Ziek.", by="a@example.org"))
        if people.world.random.random() < 0.5:
            people.world.take_turns(60)
            _publish(people, replace(known, capacity=known.capacity + 1), None)


def makes_real(people: People) -> None:
    """An organiser ends the practice of a workshop, nearly always while people are trying it out."""
    practising = [id for id, one in sorted(people.world.watch.workshops.items()) if one.practice]
    if practising:
        id = people.world.random.choice(practising)
        people.organiser(
            f"makes {id} real", lambda process: make_real(process.store, process.queue, id, by="a@example.org")
        )
        for _ in range(people.world.random.choice([0, 2, 4])):
            signs_up_for(people, id)


def asks_to_sign_in(people: People) -> None:
    """An organiser asks for a link, and perhaps clicks it, sometimes twice at the same moment."""
    world, id = people.world, people.some_workshop()
    people.forms += 1
    request = f"q{people.forms}"
    known = Known("een@example.org", id)

    def ask(process: Process) -> None:
        made = SignInRequest(id=request, browser="browser", at=process.now())
        ask_to_sign_in(process.store, _ADDRESS, known, made)
        people.asked.append(request)

    people.organiser(f"asks to sign in, {request}", ask)
    world.take_turns(20)


def signs_in(people: People) -> None:
    """A link signs in once."""
    world = people.world
    if not people.asked:
        return
    request = world.random.choice(people.asked)
    link = Presented(request=request, signed=True, proof="", browser="browser")

    def use(process: Process) -> None:
        people.forms += 1
        session = f"s{people.forms}"
        begun = sign_in_by_link(process.store, _ADDRESS, link, session, process.now())
        if isinstance(begun, Session):
            world.watch.signed_in(request)
            current_session(process.store, session, process.now())

    for _ in range(world.random.choice([1, 2])):
        people.organiser(f"uses the link {request}", use)


def writes(people: People) -> None:
    """An organiser sends a message, sometimes twice with the same form, and sometimes also to people who come later."""
    random, id = people.world.random, people.some_workshop()
    to = random.choice(["seat", "waitlist", "offered", "all", "attended", "not_answered.evaluatie"])
    later = to in ("seat", "waitlist", "all") and random.random() < 0.5
    people.forms += 1
    form = f"m{people.forms}"

    def send(process: Process) -> object:
        workshop = process.store.workshops.get(id)
        if workshop is None:
            return None
        message = make_message(
            id=form,
            workshop=workshop,
            by="een@example.org",
            to=to,
            subject="Αβγ",
            text="Αβγ {naam}",
            later=later,
            now=process.now(),
        )
        return send_message(process.store, workshop, message)

    for _ in range(random.choice([1, 1, 2])):
        people.organiser(f"writes {form} to {to} of {id}", send)
    people.world.take_turns(random.choice([5, 60]))
    people.world.deliver(4)


def holds_back(people: People) -> None:
    """An organiser pauses a message, makes it go on, or stops it; often at the same moment as it is being queued."""
    random, id = people.world.random, people.some_workshop()
    deed = random.choice([Deed.PAUSE, Deed.RESUME, Deed.RESUME, Deed.STOP])

    def do(process: Process) -> object:
        store, workshop = process.store, process.store.workshops.get(id)
        messages = store.messages.of(id)
        if workshop is None or not messages:
            return None
        one, now = messages[0], process.now()
        changed = change_message(store, workshop, one.id, deed, by="een@example.org", now=now, seen=None)
        if deed is Deed.RESUME:
            queue_message(store, one.id, now, pages=1)
        return changed

    people.organiser(f"does {deed.value} with a message of {id}", do)


def looks(people: People) -> None:
    """An organiser opens the pages with people, numbers, versions and results. They can all be read."""
    id = people.some_workshop()

    def look(process: Process) -> None:
        store = process.store
        store.seats.all_of(id)
        store.attendance.of(id)
        for head in store.workshops.revisions(id)[:1]:
            store.workshops.revision(id, head.number)
        store.surveys.opened(id, "evaluatie")
        store.surveys.versions(id, "evaluatie")

    people.organiser(f"looks at {id}", look)
