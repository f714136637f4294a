"""What people change about their own registration in a simulated life."""

from msgspec.structs import replace

from tests.simulation.people import People, person
from werkplaats.domain.registration import Answers, Person, Registration
from werkplaats.domain.seats.commands import AskAddress, ChangeDetails, DropWish, GrantWish


def changes_details(people: People) -> None:
    """Somebody changes their name into a colleague's, or an answer, from a page that may be old; sometimes twice."""
    random, shown = people.world.random, _somebody(people)
    if shown is None or shown.person is None:
        return
    answers: Answers = dict(shown.answers)
    for id in random.choice([["opgave"], ["dieetwensen"], ["opgave", "dieetwensen"], []]):
        answers[id] = f"Geheim{random.randrange(9)}"
    named = random.choice([shown.person, person(random.randrange(people.many))])
    after = replace(named, email=shown.person.email, phone=random.choice(["", "06 5550199"]))
    command = ChangeDetails(
        registration=shown.id,
        seen=shown.shown_version if random.random() < 0.9 else None,
        person=after,
        answers=answers,
        identity=identity_of(shown.workshop, after),
    )
    for _ in range(random.choice([1, 1, 2])):
        people.command("participant", "manage", shown.workshop, command)


def asks_address(people: People) -> None:
    """Somebody wants another address, often one that is in use, and then another; some think better of it."""
    random, shown = people.world.random, _somebody(people)
    if shown is None:
        return
    for _ in range(random.choice([1, 1, 1, 2, 5])):
        email = person(random.randrange(people.many + 3)).email
        command = AskAddress(registration=shown.id, seen=shown.shown_version, email=email)
        for _ in range(random.choice([1, 1, 2])):
            people.command("participant", "manage", shown.workshop, command)
        people.world.take_turns(60)
        shown = people.world.watch.registrations[shown.id]
    if random.random() < 0.7:
        confirms_address(people)
    elif random.random() < 0.3:
        now = people.world.watch.registrations[shown.id]
        withdraws = DropWish(registration=now.id, seen=now.shown_version)
        people.command("participant", "manage", now.workshop, withdraws)


def _somebody(people: People) -> Registration | None:
    """One whose page somebody has open: mostly of somebody who takes part or waits, and as it is now."""
    random, shown = people.world.random, people.some_registration()
    if shown is None or random.random() < 0.2:
        return shown
    live = [one for one in people.world.watch.of(shown.workshop) if one.state.live]
    return random.choice(sorted(live, key=lambda one: one.id)) if live else shown


def confirms_address(people: People) -> None:
    """Somebody clicks the button behind a link that was mailed to confirm an address: the latest, or any other."""
    random, watch = people.world.random, people.world.watch
    links = [
        (id, one.address_wish)
        for id, history in sorted(watch.history.items())
        for _, one in history
        if one.address_wish is not None
    ]
    if not links:
        return
    id, wish = links[-1] if random.random() < 0.5 else random.choice(links)
    now: Registration = watch.registrations[id]
    if now.person is None:
        return
    after = replace(now.person, email=wish.email)
    mailbox = f"mailbox-{now.workshop}-{_number(wish.email)}"
    command = GrantWish(
        registration=id,
        wish=wish.version,
        person=after,
        mailbox=mailbox,
        address=mailbox,
        identity=identity_of(now.workshop, after),
    )
    for _ in range(random.choice([1, 1, 2])):
        people.command("participant", "manage", now.workshop, command)


def identity_of(workshop: str, one: Person) -> str:
    """The hash of a name and an address; for the address that the person signs up with it is that of signing up."""
    number = int(one.given_name.removeprefix("Voor"))
    usual = person(number).email == one.email
    return f"person-{workshop}-{number}" + ("" if usual else f"-at-{_number(one.email)}")


def _number(email: str) -> int:
    return int(email.partition("@")[0].removeprefix("p"))
