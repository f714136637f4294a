"""A sample workshop and sample people."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from werkplaats.domain.journal import first_entry_of
from werkplaats.domain.registration import Mailbox, Person, Registration, State
from werkplaats.domain.seats.commands import AddPerson, Placing, Refusal, Refused, SignUp
from werkplaats.domain.seats.ledger import Ledger, Plan, Seating
from werkplaats.domain.workshop import Workshop

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
"""A Monday, 10:00 in Amsterdam. Sign-up is open, and the workshop begins half a year later."""

WRITTEN: dict[str, Any] = {
    "id": "proef",
    "title": "Proefwerkplaats",
    "summary": "Om mee te proberen.",
    "description": "# Proef\n\nTekst.",
    "first_day": date(2027, 8, 29),
    "last_day": date(2027, 8, 31),
    "location": {"street": "Postweg 9", "postal_code": "3941 KA", "city": "Doorn"},
    "organisers": [
        {"name": "Een", "email": "een@example.org"},
        {"name": "Twee", "email": "twee@example.org"},
    ],
    "sender": {"name": "Proef", "email": "proef@example.org", "reply_to": "vragen@example.org"},
    "capacity": 2,
    "sign_up": {"opens": date(2027, 1, 1), "closes": date(2027, 8, 1)},
    "promotion": {"by": "offer", "within": "48 hours"},
    "confirm_address": "never",
    "questions": [
        {"kind": "long_text", "id": "opgave", "label": "Wat is je opgave?", "required": True},
        {"kind": "short_text", "id": "dieetwensen", "label": "Dieetwensen", "erase_after": "14 days"},
    ],
    "privacy": {"statement": "We bewaren weinig.", "contact": "privacy@example.org"},
    "waves": [
        {
            "id": "evaluatie",
            "title": "Evaluatie",
            "after": "1 day",
            "introduction": "Hoe was het?",
            "questions": [
                {
                    "kind": "scale",
                    "id": "cijfer",
                    "label": "Hoe nuttig was het?",
                    "lowest_label": "niet",
                    "highest_label": "zeer",
                    "required": True,
                },
                {"kind": "long_text", "id": "beter", "label": "Wat kan beter?"},
            ],
        }
    ],
}


def workshop(**changes: Any) -> Workshop:
    """The sample workshop, with `changes` to its fields as they would be in a file."""
    return msgspec.convert(WRITTEN | changes, Workshop)


def person(number: int) -> Person:
    return Person(given_name=f"Naam{number}", family_name="Achter", email=f"p{number}@example.org")


def sign_up(number: int, mailbox: str | None = None, submission: str = "") -> SignUp:
    """The sign-up of person `number`. `submission` makes it another form of the same person."""
    return SignUp(
        registration=f"r{number}{submission}",
        person=person(number),
        answers={"opgave": "iets"},
        mailbox=mailbox or f"m{number}",
        address=mailbox or f"m{number}",
        identity=f"i{number}",
        form=f"f{number}{submission}",
    )


def added(number: int, placing: Placing = Placing.SEAT, **changes: Any) -> AddPerson:
    """Adding person `number` by hand, with `changes` to the fields of the command."""
    signs_up = sign_up(number)
    command = AddPerson(
        registration=f"added{number}",
        person=signs_up.person,
        answers=signs_up.answers,
        mailbox=signs_up.mailbox,
        address=signs_up.address,
        identity=signs_up.identity,
        form=f"added{number}",
        placing=placing,
        by="een@example.org",
    )
    return replace(command, **changes)


class World:
    """Applies plans as the store would do, so that rules can be tried one after the other without a store."""

    def __init__(self, workshop: Workshop, now: datetime = NOW) -> None:
        self.workshop = workshop
        self.ledger = Ledger(id=workshop.id, capacity=workshop.capacity)
        self.registrations: dict[str, Registration] = {}
        self.mailboxes: dict[str, Mailbox] = {}
        self.mails: dict[str, Any] = {}
        self.journal: dict[str, Any] = {}
        self.now = now

    def do(self, *commands: Any) -> Any:
        """Decide and apply `commands` as one group. Returns the outcome, or a tuple of them for several commands."""
        from werkplaats.domain.seats.rules import decide

        plan = decide(self.seating(), commands, self.now)
        self.apply(plan)
        return plan.outcomes[0] if len(commands) == 1 else plan.outcomes

    def seating(self) -> Seating:
        return Seating(
            workshop=self.workshop,
            ledger=self.ledger,
            registrations=self.registrations,
            mailboxes=self.mailboxes,
            used_forms=frozenset(id.removeprefix(first_entry_of("")) for id in self.journal),
            waiting=tuple(self.waitlist()),
        )

    def apply(self, plan: Plan) -> None:
        if plan.ledger is None:
            assert plan.registrations + plan.mailboxes + plan.mails + plan.journal == ()
            return
        assert plan.ledger.version == self.ledger.version + 1
        self.ledger = plan.ledger
        self.workshop = plan.revision.workshop if plan.revision else self.workshop
        self.registrations |= {one.id: one for one in plan.registrations}
        self.mailboxes |= {one.id: one for one in plan.mailboxes}
        for mail in plan.mails:
            assert mail.id not in self.mails, "a mail is written once"
            self.mails[mail.id] = mail
        for entry in plan.journal:
            assert entry.id not in self.journal, "an entry is written once"
            self.journal[entry.id] = entry

    def waitlist(self) -> list[str]:
        """The ids of the registrations on the waitlist, in order."""
        waiting = [one for one in self.registrations.values() if one.state is State.WAITLISTED]
        return [one.id for one in sorted(waiting, key=lambda one: one.sequence)]

    def state(self, id: str) -> State:
        return self.registrations[id].state

    def kinds(self, id: str) -> list[str]:
        """The kinds of the mails to registration `id`, in order."""
        mails = [mail for mail in self.mails.values() if mail.registration == id]
        return [mail.kind.value for mail in sorted(mails, key=lambda mail: mail.version)]


def why(outcome: object) -> Refusal:
    """Why a command was refused. It fails if the command was not refused."""
    assert isinstance(outcome, Refused)
    return outcome.why
