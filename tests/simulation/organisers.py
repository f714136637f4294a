"""What organisers do in a simulated life: edit, give seats, mark, call off, sign in, and look."""

from datetime import timedelta

from msgspec.structs import replace

from tests.simulation.people import People, answers_by_link, box_of, leaves_room_in, person, sign_up_of, signs_up_for
from tests.simulation.processes import Process
from tests.simulation.seat_promises import mail_of
from werkplaats.domain.access import Known
from werkplaats.domain.attendance import Mark
from werkplaats.domain.mail.about import AboutSeat
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.messages import Deed, make_message
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.commands import (
    AddPerson,
    Cancel,
    CompleteList,
    Correct,
    GivePriority,
    GiveSeat,
    OfferSeat,
    Placing,
    PriorityReason,
    SendAgain,
    SetLabels,
    WriteNote,
)
from werkplaats.domain.signing_in import Presented, Session, SignInRequest
from werkplaats.domain.workshop import Workshop
from werkplaats.security.sessions import address_hash
from werkplaats.workflows.call_off import call_off
from werkplaats.workflows.erase_at_once import erase_at_once
from werkplaats.workflows.make_real import make_real
from werkplaats.workflows.mark_attendance import mark_attendance
from werkplaats.workflows.messages import change_message, queue_message, send_message
from werkplaats.workflows.publish import publish_workshop
from werkplaats.workflows.sign_in import ask_to_sign_in, current_session, sign_in_by_link

_ADDRESS = address_hash("een@example.org")
_DESK = "een@example.org"


def gives_seat(people: People) -> None:
    if shown := people.some_registration():
        people.command("organiser", "organiser", shown.workshop, GiveSeat(shown.id, shown.state_version))


def cancels(people: People) -> None:
    if shown := people.some_registration():
        mailed = people.world.random.random() < 0.7
        command = Cancel(shown.id, shown.state_version, by_organiser=True, by=_DESK, mailed=mailed)
        people.command("organiser", "organiser", shown.workshop, command)


def cancels_many(people: People) -> None:
    """In one commit, for pages that may be out of date."""
    shown = {one.id: one for one in (people.some_registration() for _ in range(4)) if one is not None}
    if not shown:
        return
    workshop = next(iter(shown.values())).workshop
    commands = tuple(
        Cancel(one.id, one.state_version, by_organiser=True, by=_DESK)
        for one in shown.values()
        if one.workshop == workshop
    )
    people.organiser(f"cancels {len(commands)}", lambda process: process.queue.do_all(workshop, commands))


def adds_somebody(people: People) -> None:
    """An organiser adds a person by hand: new or known, sometimes with two clicks, or once more with an old form."""
    random, workshop = people.world.random, people.some_workshop()
    if people.added and random.random() < 0.2:
        command = random.choice(people.added)
    else:
        people.forms += 1
        typed = sign_up_of(people, random.randrange(people.many), workshop, f"a{people.forms}")
        command = AddPerson(
            registration=typed.registration,
            person=typed.person,
            answers=typed.answers,
            mailbox=typed.mailbox,
            address=typed.address,
            identity=typed.identity,
            form=typed.form,
            placing=random.choice(list(Placing)),
            reason=random.choice(["", "Vervangt een collega."]),
            mailed=random.random() < 0.7,
            by=_DESK,
        )
        people.added.append(command)
    for _ in range(random.choice([1, 1, 2])):
        people.command("organiser", "organiser", command.registration.split("-")[1], command)


def offers_seat(people: People) -> None:
    """To somebody who waits, nearly always while a seat is free."""
    random = people.world.random
    shown = people.some_registration()
    if shown is None:
        return
    if random.random() < 0.7:
        leaves_room_in(people, shown.workshop)
        people.world.take_turns(random.choice([5, 30]))
    waiting = [one for one in people.world.watch.of(shown.workshop) if one.state is State.WAITLISTED]
    shown = random.choice(sorted(waiting, key=lambda one: one.id)) if waiting else shown
    people.command("organiser", "organiser", shown.workshop, OfferSeat(shown.id, shown.state_version, by=_DESK))


def gives_priority(people: People) -> None:
    random = people.world.random
    shown = people.some_registration()
    if shown is None:
        return
    reason, text = random.choice(list(PriorityReason)), random.choice(["", "Belde."])
    for _ in range(random.choice([1, 1, 2])):
        command = GivePriority(shown.id, shown.state_version, reason=reason, text=text, by=_DESK)
        people.command("organiser", "organiser", shown.workshop, command)


def corrects(people: People) -> None:
    """An organiser corrects somebody's name or address, sometimes into one that somebody else has; sometimes twice."""
    random, shown = people.world.random, people.some_registration()
    if shown is None:
        return
    number = random.randrange(people.many + 3)
    command = _correction(shown, number, seen=shown.shown_version if random.random() < 0.9 else None)
    for _ in range(random.choice([1, 1, 2])):
        people.command("organiser", "organiser", shown.workshop, command)


def _correction(shown: Registration, number: int, seen: int | None) -> Correct:
    """`shown` turns out to be person `number`."""
    mailbox = f"mailbox-{shown.workshop}-{box_of(number)}"
    return Correct(
        registration=shown.id,
        seen=seen,
        by="een@example.org",
        person=person(number),
        answers=shown.answers,
        mailbox=mailbox,
        address=mailbox,
        identity=f"person-{shown.workshop}-{number}",
    )


def corrects_who_was_invited(people: People) -> None:
    """The address to which an invitation to a survey went was wrong. Whoever has it answers nevertheless."""
    random, world = people.world.random, people.world
    invited = sorted(path.rpartition("/")[2] for path in world.paths("invitations"))
    if not invited:
        return
    id = random.choice(invited)
    shown = world.watch.registrations[id.rpartition(".")[2]]
    number = people.many + random.randrange(20)
    people.command("organiser", "organiser", shown.workshop, _correction(shown, number, seen=None))
    world.take_turns(60)
    answers_by_link(people, id, shown.link_generation)


def writes(people: People) -> None:
    """An organiser writes a note about somebody, or sets their labels."""
    random, shown = people.world.random, people.some_registration()
    if shown is None:
        return
    id, seen, by = shown.id, shown.shown_version, "een@example.org"
    text = f"Achter{random.randrange(9)} belt nog."
    note = WriteNote(registration=id, seen=seen, by=by, text=text)
    labels = SetLabels(registration=id, seen=seen, by=by, labels=(text[:20],))
    people.command("organiser", "organiser", shown.workshop, random.choice([note, labels]))


def sends_again(people: People) -> None:
    """An organiser mails somebody the link, or what told them of their state, again and again."""
    random = people.world.random
    for _ in range(random.choice([1, 2, 5])):
        if (shown := people.some_registration()) is not None:
            of_state = random.random() < 0.5
            command = SendAgain(
                registration=shown.id,
                seen=shown.shown_version,
                by="een@example.org",
                kind=mail_of(shown) if of_state else Kind.LINK,
                about=AboutSeat(shown.id, shown.state_version) if of_state else None,
            )
            people.command("organiser", "organiser", shown.workshop, command)
            people.world.take_turns(20)


def erases(people: People) -> None:
    """An organiser erases somebody who asks for it. Sometimes the process dies before all traces are gone."""
    shown = people.some_registration()
    if shown is None:
        return

    def erase(process: Process) -> object:
        by = "een@example.org"
        return erase_at_once(process.store, process.queue, shown.workshop, shown.id, seen=shown.shown_version, by=by)

    people.organiser(f"erases {shown.id}", erase)


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
        return registration and mark_attendance(
            process.store, registration, day, mark, process.now(), by="een@example.org"
        )

    people.organiser(f"marks {shown.id}", do)


def completes_the_list(people: People) -> None:
    """An organiser says that the attendance list is complete, or that it is not after all."""
    command = CompleteList(people.world.random.random() < 0.7, by="een@example.org")
    people.command("organiser", "organiser", people.some_workshop(), command)


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


def sends_message(people: People) -> None:
    """An organiser sends a message, sometimes twice with the same form, and sometimes also to people who come later.

    One in four is stopped again at once, while it is being queued or before it goes out.
    """
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
    if random.random() < 0.25:
        _changes_message(people, id, Deed.STOP)
        people.world.take_turns(60)
    people.world.deliver(4)


def holds_back(people: People) -> None:
    """An organiser pauses a message, makes it go on, or stops it; often at the same moment as it is being queued."""
    deed = people.world.random.choice([Deed.PAUSE, Deed.RESUME, Deed.RESUME, Deed.STOP])
    _changes_message(people, people.some_workshop(), deed)


def _changes_message(people: People, id: str, deed: Deed) -> None:
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
