"""Everything that is done in a simulated life, and how often.

Each deed is a function that draws what it needs from `world.random` and begins activities.
"""

from collections.abc import Callable

from tests.simulation import organisers, people
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

DEEDS: dict[Deed, int] = {
    people.signs_up: 24,
    people.a_crowd_signs_up: 3,
    people.clicks: 24,
    people.answers_an_offer: 12,
    people.asks_for_link: 4,
    people.unsubscribes: 2,
    people.answers_survey: 12,
    organisers.gives_seat: 3,
    organisers.cancels: 3,
    organisers.publishes: 6,
    organisers.marks: 5,
    organisers.calls_off: 1,
    organisers.makes_real: 2,
    organisers.asks_to_sign_in: 1,
    organisers.signs_in: 2,
    organisers.looks: 2,
    a_process_dies: 5,
    a_schedule_runs_once_more: 4,
    events_arrive: 25,
    minutes_pass: 10,
    hours_pass: 6,
    days_pass: 3,
}
"""Every deed, and how often it comes up compared with the others."""
