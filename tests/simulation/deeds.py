"""Everything that is done in a simulated life, and how often.

Each deed is a function that draws what it needs from `world.random` and begins activities.
"""

from collections.abc import Callable

from tests.simulation import organisers, own_details, people
from tests.simulation.people import People


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

DEEDS: dict[Deed, tuple[int, int]] = {
    people.signs_up: (20, 2),
    people.a_crowd_signs_up: (8, 1),
    people.a_rush: (2, 1),
    people.confirms: (16, 3),
    people.confirms_too_late: (2, 1),
    people.clicks: (26, 6),
    people.comes_and_goes: (2, 1),
    people.leaves_room: (3, 3),
    people.answer_offers: (16, 4),
    people.answers_too_late: (4, 1),
    people.waits_with_an_offer: (6, 1),
    people.an_offer_comes_back: (8, 1),
    people.is_reachable_again: (3, 1),
    people.says_absent: (1, 10),
    people.chooses_language: (1, 10),
    people.asks_for_link: (4, 1),
    people.unsubscribes: (3, 8),
    people.erases_themselves: (1, 1),
    people.answer_surveys: (1, 24),
    own_details.changes_details: (6, 2),
    own_details.asks_address: (5, 2),
    own_details.confirms_address: (2, 1),
    organisers.gives_seat: (6, 2),
    organisers.cancels: (4, 1),
    organisers.corrects: (5, 2),
    organisers.corrects_who_was_invited: (1, 4),
    organisers.writes: (3, 2),
    organisers.sends_again: (3, 2),
    organisers.erases: (1, 1),
    organisers.cancels_many: (1, 1),
    organisers.adds_somebody: (6, 3),
    organisers.offers_seat: (3, 1),
    organisers.gives_priority: (6, 1),
    organisers.publishes: (8, 2),
    organisers.marks: (1, 12),
    organisers.completes_the_list: (1, 4),
    organisers.calls_off: (2, 1),
    organisers.makes_real: (4, 1),
    organisers.asks_to_sign_in: (4, 1),
    organisers.signs_in: (5, 2),
    organisers.looks: (1, 3),
    organisers.sends_message: (4, 3),
    organisers.holds_back: (3, 2),
    a_process_dies: (5, 3),
    a_schedule_runs_once_more: (4, 4),
    events_arrive: (22, 10),
    minutes_pass: (8, 4),
    hours_pass: (6, 3),
    days_pass: (2, 3),
}
"""Every deed, and how often it comes up compared with the others: before the workshop begins, and from then on."""
