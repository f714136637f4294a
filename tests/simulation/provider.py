"""The mail provider of the simulated world: what it has taken, and what it tells of that."""

from typing import TYPE_CHECKING

from tests.simulation.turns import Activity
from werkplaats.domain.delivery import Event
from werkplaats.mailing.message import Message
from werkplaats.mailing.provider import MailEvent

if TYPE_CHECKING:
    from tests.simulation.world import World


class Attempt:
    """A mail that the provider took, the `number`th of all.

    `by` is the activity that sent it. `in_doubt` is true if the program cannot know that it was taken.
    """

    def __init__(self, number: int, message: Message, by: Activity, time: float) -> None:
        self.number = number
        self.message = message
        self.by = by
        self.time = time
        self.in_doubt = False


class Provider:
    def __init__(self, world: "World") -> None:
        self._world = world
        self.taken: dict[str, list[Attempt]] = {}
        """What it has taken, by the id of the mail."""
        self.rejected: dict[str, Activity] = {}
        """Who was told last that the provider will never take a mail, by the id of the mail."""
        self.told: dict[str, int] = {}
        """The tick at which the program had recorded something that the provider told of a mail."""

    def accept(self, message: Message, by: Activity | None) -> Attempt:
        assert by is not None
        world = self._world
        attempt = Attempt(sum(map(len, self.taken.values())) + 1, message, by, world.turns.time)
        world.watch.sending(message, by)
        self.taken.setdefault(message.mail_id, []).append(attempt)
        world.count("mails taken")
        self._tell(message.mail_id)
        if world.happens("hook_early", "the webhook is called at once"):
            world.deliver(1_000, only="mail_events")
        return attempt

    def _tell(self, mail: str) -> None:
        """What the webhook will be called with: all that happens to the mail, in any order, twice, or never."""
        world = self._world
        last = Event.DELIVERED
        if world.happens("returned", "the mail is returned"):
            last = world.random.choice([Event.BOUNCE, Event.DROPPED])
        told = [Event.PROCESSED, *world.random.sample([Event.DEFERRED], world.random.randrange(2)), last]
        if world.happens("hook_lost", "the webhook will not be called"):
            return
        if world.happens("hook_twice", "the webhook will be called twice"):
            told *= 2
        world.random.shuffle(told)
        while told:
            some = told[: world.random.choice([1, 6, 6])]
            told = told[len(some) :]
            world.post(
                "mail_events", [MailEvent(mail, event, "550 unknown" if event is last else "") for event in some]
            )

    def was_told(self, events: list[MailEvent]) -> None:
        """The webhook was called with `events`, and has answered that they are recorded."""
        for event in events:
            self.told.setdefault(event.mail_id, self._world.watch.tick)
