"""The checks of a life: none complains of a life that went well, and each complains of what it is for."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace as changed

from tests.chaos import letters, privacy, seats
from tests.chaos.evidence import Evidence
from tests.chaos.promises import AFTER_ERASURE, ALWAYS, Promise, broken
from tests.chaos.story import Click, Guest, Kill, SignUp, Story
from tests.samples import NOW, World, sign_up, workshop
from werkplaats.domain.delivery import Accepted, claim, reclaim, settle_attempt
from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.notices import make_folded_notices, make_notices
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import (
    Accept,
    Cancel,
    Decline,
    ErasePerson,
    GivePriority,
    GiveSeat,
    OfferSeat,
    Promote,
    SayReachable,
    Undelivered,
)
from werkplaats.domain.seats.ledger import Folding

CAPACITY = 2


def lived() -> Evidence:
    """Two have a seat and two wait; one cancels, the first who waits is offered the seat and accepts."""
    world = World(workshop(capacity=CAPACITY))
    for number in range(1, 5):
        world.do(sign_up(number))
    world.do(Cancel("r1"))
    world.do(Promote())
    world.do(Accept("r3"))
    story = Story()
    for number in range(1, 5):
        person = world.registrations[f"r{number}"].person
        assert person is not None
        guest = Guest(
            number,
            f"naam{number}",
            person.given_name,
            person.family_name,
            person.email,
            f"/aanmelding/s{number}.geheim{number}",
        )
        story.guests.append(guest)
        world.registrations[f"r{number}"] = changed(world.registrations[f"r{number}"], answers={"opgave": guest.answer})
        story.sign_ups.append(SignUp(guest, f"r{number}", number, number + 0.5))
    story.clicks += [Click("r1", "cancel"), Click("r3", "accept")]
    return evidence(world, story)


def evidence(world: World, story: Story) -> Evidence:
    """The evidence of `world`, whose mails have all been sent and whose organisers have been told."""
    sent = [settle_attempt(claim(mail, NOW), Accepted("m"), NOW, 0.0) for mail in world.mails.values()]
    return Evidence(
        story=story,
        now=NOW,
        workshop=world.workshop,
        ledger=world.ledger,
        registrations=tuple(world.registrations.values()),
        journal=tuple(changed(entry, notified=True) for entry in world.journal.values()),
        mails=tuple(sent),
        mailbox=[taken(mail, world) for mail in sent],
        documents={},
        logs={"signup.log": "mail.sent"},
    )


def taken(mail: Mail, world: World, minutes: int = 0, **more: Any) -> dict[str, Any]:
    """An entry of the mailbox."""
    person = world.registrations[mail.registration or ""].person
    to = [{"email": person.email if person else ""}]
    request = {"custom_args": {"mail_id": mail.id}, "personalizations": [{"to": to}]}
    return {"received_at": (NOW + timedelta(minutes=minutes)).isoformat(), "status": 202, "request": request} | more


def told(first: int, last: int) -> tuple[Mail, ...]:
    """The mails that tell organisers of what was folded in these versions."""
    return make_folded_notices(workshop(), Folding(first=first, due_at=NOW, counts={}), last, NOW)


def told_alone(it: Evidence) -> tuple[Mail, ...]:
    """The mails that tell organisers of a folded entry by itself."""
    folded = next(entry for entry in it.journal if entry.folded)
    return make_notices(workshop(), changed(folded, folded=False), NOW)


def with_changes(it: Evidence, **changes: Any) -> Evidence:
    return Evidence(**{name: getattr(it, name) for name in it.__dataclass_fields__} | changes)


def of_first_mail(it: Evidence, change: Callable[[Mail], Mail]) -> Evidence:
    return with_changes(it, mails=(change(it.mails[0]), *it.mails[1:]))


def of_registration(it: Evidence, id: str, **changes: Any) -> Evidence:
    return with_changes(
        it, registrations=tuple(changed(one, **changes) if one.id == id else one for one in it.registrations)
    )


def test_life_that_went_well_breaks_nothing() -> None:
    """No check complains of a life in which everything went as it should."""
    assert broken(ALWAYS, lived()) == []


def one_too_many(it: Evidence) -> Evidence:
    world = World(workshop(capacity=CAPACITY + 1))
    for number in range(1, 4):
        world.do(sign_up(number))
    world.ledger = changed(world.ledger, capacity=CAPACITY)
    return evidence(world, Story())


def overtaken(it: Evidence) -> Evidence:
    """The second who waits was offered the seat, and not the first."""
    swap = {"r3": "r4"}
    journal = tuple(
        changed(entry, registration=swap.get(str(entry.registration), entry.registration))
        if entry.kind in (Happened.OFFERED, Happened.ACCEPTED)
        else entry
        for entry in it.journal
    )
    return with_changes(it, journal=journal)


def out_of_order(it: Evidence) -> Evidence:
    """The last was answered before the first had sent the form."""
    it.story.sign_ups[3] = SignUp(it.story.guests[3], "r4", 0.0, 0.1)
    return it


def lost(it: Evidence) -> Evidence:
    return with_changes(it, registrations=it.registrations[:-1])


def twice(it: Evidence, **more: Any) -> Evidence:
    again = it.mailbox[0] | {"received_at": (NOW + timedelta(minutes=40)).isoformat()}
    return with_changes(it, mailbox=[it.mailbox[0] | more, *it.mailbox[1:], again])


def in_doubt(it: Evidence) -> Evidence:
    return of_first_mail(it, lambda mail: changed(mail, doubtful=True))


def unanswered_click(it: Evidence) -> Evidence:
    it.story.clicks.append(Click("r2", "cancel"))
    return it


BREAKS: list[tuple[Promise, Callable[[Evidence], Evidence]]] = [
    (seats.seats_are_never_above_capacity, one_too_many),
    (seats.seats_are_never_above_capacity, lambda it: with_changes(it, ledger=changed(it.ledger, confirmed=1))),
    (seats.journal_tells_what_is_stored, lambda it: of_registration(it, "r2", state=State.CANCELLED)),
    (seats.first_come_is_first_served, overtaken),
    (seats.first_come_is_first_served, out_of_order),
    (seats.answered_sign_ups_are_stored, lost),
    (seats.answered_sign_ups_are_stored, lambda it: of_registration(it, "r2", answers={})),
    (seats.answered_sign_ups_are_stored, lambda it: of_registration(it, "r2", identity="i4", mailbox="m4")),
    (seats.answered_clicks_took_effect, unanswered_click),
    (seats.nobody_waits_beside_a_free_seat, lambda it: of_registration(it, "r3", state=State.CANCELLED)),
    (seats.offers_lapse, lambda it: of_registration(it, "r3", state=State.OFFERED, held_until=NOW)),
    (letters.every_mail_ends, lambda it: of_first_mail(it, lambda mail: claim(mail, NOW))),
    (letters.every_mail_ends, lambda it: with_changes(it, journal=(changed(it.journal[0], notified=False),))),
    (letters.every_mail_ends, lambda it: with_changes(it, ledger=changed(it.ledger, folding=None))),
    (letters.organisers_are_told_once, lambda it: with_changes(it, mails=(*it.mails, *told(1, 7), *told(7, 7)))),
    (letters.organisers_are_told_once, lambda it: with_changes(it, mails=(*it.mails, *told(6, 9), *told_alone(it)))),
    (letters.sent_is_what_the_provider_took, lambda it: with_changes(it, mailbox=it.mailbox[1:])),
    (letters.sent_is_what_the_provider_took, lambda it: of_first_mail(it, lambda mail: reclaim(mail, NOW))),
    (letters.no_mail_goes_out_twice_but_in_doubt, lambda it: twice(in_doubt(it))),
    (letters.no_mail_goes_out_twice_but_in_doubt, lambda it: twice(it, answer_lost=True)),
    (letters.everybody_hears_where_they_stand, lambda it: of_registration(it, "r4", state_version=99)),
    (privacy.no_log_has_personal_data, lambda it: with_changes(it, logs={"a.log": "NAAM2 fout"})),
    (privacy.no_log_has_personal_data, lambda it: with_changes(it, logs={"a.log": "GET /aanmelding/s2.geheim2"})),
]


@pytest.mark.parametrize(
    ("promise", "break_it"), BREAKS, ids=[f"{one.__name__}-{n}" for n, (one, _) in enumerate(BREAKS)]
)
def test_check_complains(promise: Promise, break_it: Callable[[Evidence], Evidence]) -> None:
    """Each check complains of a life in which its promise was broken."""
    assert any(what.startswith(promise.__name__) for what in broken(ALWAYS, break_it(lived())))


def test_every_check_has_been_seen_to_complain() -> None:
    """A new check needs a line above."""
    assert set(ALWAYS) == {promise for promise, _ in BREAKS}


@pytest.mark.parametrize("doubt", ["lost answer", "killed"])
def test_mail_in_doubt_may_go_out_twice(doubt: str) -> None:
    """If the first answer was lost, or the process was killed before it could record it, a second mail is no fault."""
    it = twice(in_doubt(lived()), answer_lost=doubt == "lost answer")
    if doubt == "killed":
        it.story.kills.append(Kill("deliver_mail", NOW, NOW + timedelta(seconds=1)))
    assert broken(ALWAYS, it) == []


def test_seat_given_by_an_organiser_overtakes_nobody() -> None:
    """A seat that an organiser gives is out of turn by a rule that is shown."""
    world = World(workshop(capacity=1))
    for number in range(1, 4):
        world.do(sign_up(number))
    world.do(Cancel("r1"))
    world.do(GiveSeat("r3"))
    assert broken((seats.first_come_is_first_served,), evidence(world, Story())) == []


def test_priority_and_offers_of_an_organiser_overtake_nobody() -> None:
    """These are out of turn by rules that are shown. Whoever is promoted after priority is first by it."""
    world = World(workshop(capacity=1))
    for number in range(1, 6):
        world.do(sign_up(number))
    world.do(GivePriority("r4"))
    world.do(Cancel("r1"))
    world.do(OfferSeat("r3"))
    world.do(Decline("r3"))
    world.do(Promote())
    assert world.state("r4") is State.OFFERED
    assert broken((seats.first_come_is_first_served,), evidence(world, Story())) == []
    assert broken((seats.journal_tells_what_is_stored,), evidence(world, Story())) == []


def offer_that_came_back() -> World:
    """Three wait for one seat. The mail that offers it to the first of them comes back, so the second is offered it."""
    world = World(workshop(capacity=1))
    for number in range(1, 5):
        world.do(sign_up(number))
    world.do(Cancel("r1"))
    world.do(Promote())
    world.do(Undelivered("r2", world.registrations["r2"].state_version))
    world.do(Promote())
    assert world.state("r3") is State.OFFERED
    return world


_SEATS = (
    seats.seats_are_never_above_capacity,
    seats.journal_tells_what_is_stored,
    seats.first_come_is_first_served,
    seats.nobody_waits_beside_a_free_seat,
)


def test_whoever_is_passed_over_is_not_overtaken() -> None:
    """Somebody whose offer came back waits without a claim to a seat, and keeps the number they signed up with."""
    world = offer_that_came_back()
    story = Story()
    for number in range(1, 5):
        guest = Guest(number, f"naam{number}", "", "", "", "")
        story.sign_ups.append(SignUp(guest, f"r{number}", number, number + 0.5))
    assert broken(_SEATS, evidence(world, story)) == []
    world.do(Cancel("r3"))
    world.do(Cancel("r4"))
    world.do(Promote())
    assert broken(_SEATS, evidence(world, story)) == [], "the seat is free, and nobody waits who may have it"


def test_whoever_is_reachable_again_must_not_be_overtaken() -> None:
    """They are back at their place: the next offer is theirs, and if it goes to another a promise is broken."""
    world = offer_that_came_back()
    world.do(SayReachable("r2", world.registrations["r2"].state_version))
    world.do(Decline("r3"))
    world.do(Promote())
    assert world.state("r2") is State.OFFERED
    assert broken(_SEATS, evidence(world, Story())) == []

    swap = {"r2": "r4"}
    last = world.ledger.version
    journal = tuple(
        changed(entry, registration=swap.get(str(entry.registration))) if entry.version == last else entry
        for entry in world.journal.values()
    )
    overtaken = with_changes(evidence(world, Story()), journal=journal)
    assert broken((seats.first_come_is_first_served,), overtaken) != []


def test_whoever_has_priority_must_not_be_overtaken() -> None:
    """A seat that goes to the first without priority, while somebody with priority waits, is a broken promise."""
    world = World(workshop(capacity=1))
    for number in range(1, 4):
        world.do(sign_up(number))
    world.do(GivePriority("r3"))
    world.registrations["r3"] = changed(world.registrations["r3"], sequence=3)
    world.do(Cancel("r1"))
    world.do(Promote())
    assert world.state("r2") is State.OFFERED
    assert broken((seats.first_come_is_first_served,), evidence(world, Story())) != []


def test_whoever_left_and_is_given_a_seat_joins_behind_the_others() -> None:
    """Giving a seat to somebody who had cancelled gives a new number, and is no broken promise."""
    world = World(workshop(capacity=CAPACITY))
    world.do(sign_up(1))
    world.do(sign_up(2))
    world.do(Cancel("r1"))
    world.now += timedelta(minutes=1)
    world.do(GiveSeat("r1"))
    story = Story()
    for number in (1, 2):
        guest = Guest(number, f"naam{number}", "", "", "", "")
        story.sign_ups.append(SignUp(guest, f"r{number}", number, number + 0.5))
    assert broken((seats.first_come_is_first_served,), evidence(world, story)) == []


def test_what_is_left_after_erasure_is_found() -> None:
    """A registration that was not erased, and a document with something that somebody typed."""
    it = lived()
    found = broken(AFTER_ERASURE, with_changes(it, documents={"mails/x": "mails/x {'to': 'Naam3'}"}))
    assert any("mails/x" in what for what in found)
    assert any("r2 has not been erased" in what for what in found)

    world = World(workshop(capacity=CAPACITY))
    world.do(sign_up(1))
    world.do(ErasePerson("r1"))
    assert broken((privacy.nothing_personal_is_left,), evidence(world, it.story)) == []
