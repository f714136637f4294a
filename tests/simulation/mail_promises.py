"""What must be true of each mail when it is sent.

As in seat_promises.py, the rules are written once more, in another way than in `werkplaats.domain.mail`.
"""

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.simulation.promises import hold
from tests.simulation.seat_promises import MAIL_OF, waits_for_address
from tests.simulation.turns import Activity, DiedError
from werkplaats.domain.mail.about import AboutMessage, AboutWave
from werkplaats.domain.mail.kinds import KINDS, ForOrganisers, ForSurvey, Kind
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.registration import State
from werkplaats.domain.workshop import Workshop
from werkplaats.mailing.message import Message

if TYPE_CHECKING:
    from tests.simulation.watching import Watch
    from tests.simulation.world import World

TRUE_IN: dict[Kind, frozenset[State]] = {}
"""The states in which a participant may be sent each kind of mail."""

for _state, _kind in MAIL_OF.items():
    TRUE_IN[_kind] = TRUE_IN.get(_kind, frozenset()) | {_state}
TRUE_IN[Kind.REMINDER] = frozenset({State.CONFIRMED})
TRUE_IN[Kind.CHANGED] = TRUE_IN[Kind.CALLED_OFF] = frozenset({State.CONFIRMED, State.WAITLISTED, State.OFFERED})

TRUE_IN[Kind.ADDRESS_WISH] = TRUE_IN[Kind.ADDRESS_ASKED] = TRUE_IN[Kind.CHANGED]

TRUE_IN[Kind.OFFER_REMINDER] = frozenset({State.OFFERED})
TRUE_IN[Kind.NOT_PLACED] = frozenset({State.WAITLISTED})
TRUE_IN[Kind.CONFIRM_ADDRESS] = frozenset({State.CONFIRMED, State.WAITLISTED})
TRUE_IN[Kind.NOT_CONFIRMED] = frozenset({State.EXPIRED})

_BEFORE_CONFIRMING = (
    Kind.CONFIRM_ADDRESS,
    Kind.CALLED_OFF,
    Kind.CANCELLED,
    Kind.NOT_CONFIRMED,
    Kind.LINK,
    Kind.NEW_ADDRESS,
    Kind.OLD_ADDRESS,
)
"""What is mailed to an address that is not confirmed: that it has to be, and what became of it."""

_AFTER_CALLING_OFF = (Kind.CALLED_OFF, Kind.CANCELLED, Kind.LINK, Kind.NEW_ADDRESS, Kind.OLD_ADDRESS, Kind.MESSAGE)


def check_send(world: "World", mail_id: str, by: Activity) -> None:
    """`by` sends a mail now. Something may have changed while it was at it, but not before it began."""
    watch, since = world.watch, by.notes["tick"]
    mail = watch.mails[mail_id]
    _once(world, mail, by)
    settled = watch.settled_at.get(mail_id)
    hold(settled is None or settled > since, "a mail that is settled is not sent again", mail_id)
    if isinstance(KINDS[mail.kind], ForOrganisers) or mail.registration is None:
        return
    workshop = watch.workshops[mail.workshop]
    _of_the_workshop(watch, mail, workshop, since)
    if mail.kind not in _BEFORE_CONFIRMING:
        were = watch.since(mail.registration, since)
        hold(not all(map(waits_for_address, were)), "nothing else is mailed before the address is confirmed", mail.id)
    if mail.kind is Kind.CONFIRM_ADDRESS:
        were = watch.since(mail.registration, since)
        hold(any(map(waits_for_address, were)), "nobody confirms twice", mail.id)
    if isinstance(mail.about, AboutMessage):
        _of_the_message(world, mail, mail.about, since)
        return
    if mail.kind in TRUE_IN:
        states = watch.states_since(mail.registration, since)
        hold(states & TRUE_IN[mail.kind], "a mail is true when it is sent", (mail_id, states))
    if mail.kind is Kind.REMINDER:
        began = max(watch.begins_since(workshop.id, since)) + timedelta(minutes=1)
        hold(world.now() < began, "no reminder once it has begun", mail_id)
    if mail.kind is Kind.NOT_PLACED:
        began = min(watch.begins_since(workshop.id, since)) - timedelta(minutes=1)
        hold(world.now() > began, "nobody is told that it did not work out before it has begun", mail_id)
    if mail.kind is Kind.OFFER_REMINDER:
        ends = [one.held_until for one in watch.since(mail.registration, since) if one.held_until]
        until = min(max(ends), max(watch.begins_since(workshop.id, since))) + timedelta(minutes=1)
        hold(world.now() < until, "an offer that is over is not reminded of", mail_id)
    if isinstance(KINDS[mail.kind], ForSurvey):
        _of_the_survey(watch, mail, workshop, since, world.now())


_LINK = re.compile(r"/(aanmelding|enquete|uitschrijven)/([^\s?<>\"']+)")


def check_links(world: "World", message: Message, by: Activity) -> None:
    """Each link in a mail to a participant opens what is theirs: none is of an address that they no longer have."""
    id = world.watch.mails[message.mail_id].registration
    for page, token in _LINK.findall(f"{message.text} {message.unsubscribe}"):
        if token.endswith("/adres"):
            wish = world.links.read_address_wish(token.removesuffix("/adres"))
            link, whose = wish, wish.id if wish else None
            to = {one.address_wish.email for one in world.watch.since(str(id), by.notes["tick"]) if one.address_wish}
            hold(message.recipient.email in to, "an address is confirmed at that address", message)
        elif page == "aanmelding":
            link = world.links.read_registration(token)
            whose = link.id if link else None
        else:
            link = world.links.read_survey(token)
            whose = link.invitation.rpartition(".")[2] if link else None
        hold(
            link is not None and id is not None and whose == id, "a mail has links of its reader only", (message, link)
        )
        generations = {one.link_generation for one in world.watch.since(str(id), by.notes["tick"])}
        hold(link.generation in generations, "the links in a mail work", (message.mail_id, link))


def check_queued(watch: "Watch", mail: Mail, by: Activity | None) -> None:
    """A mail is queued now: not a second reminder for a person on one day, and one of an offer by day, half-way.

    If the run that queued the first one broke off, and the workshop was moved since, a second one tells the new day.
    """
    if mail.kind not in (Kind.REMINDER, Kind.OFFER_REMINDER, Kind.SURVEY_REMINDER) or mail.registration is None:
        return
    local = mail.created_at.astimezone(ZoneInfo("Europe/Amsterdam"))
    if not getattr(mail.about, "again", 0):
        now = (mail.id, watch.tick, by)
        earlier, tick, first = watch.reminded.setdefault((mail.registration, local.date()), now)
        broke_off = first is not None and first.error is not None
        moved = len(watch.begins_since(mail.workshop, tick)) > 1
        hold(earlier == mail.id or (broke_off and moved), "nobody is reminded twice a day", (earlier, mail.id))
    if mail.kind is Kind.OFFER_REMINDER:
        one = watch.registrations[mail.registration]
        hold(8 <= local.hour < 20, "offers are reminded of by day", local)
        made = one.state_since.astimezone(ZoneInfo("Europe/Amsterdam")).date()
        hold(one.state is not State.OFFERED or made < local.date(), "not on the day on which they are made", one)


def _once(world: "World", mail: Mail, by: Activity) -> None:
    """It goes out a second time only if nothing tells that it went out before, and after half an hour."""
    for earlier in world.provider.taken.get(mail.id, []):
        unknown = earlier.in_doubt or isinstance(earlier.by.error, (DiedError, *world.expected))
        hold(unknown, "a mail goes out once", mail.id)
        # The half hour counts from when it was claimed, and sending it may have taken twenty seconds.
        hold(world.turns.time - earlier.time > 1_770, "a mail in doubt waits for half an hour", mail.id)
        told = world.provider.told.get(mail.id)
        hold(told is None or told > by.notes["tick"], "what the provider tells of a mail is believed", mail.id)


def _of_the_workshop(watch: "Watch", mail: Mail, workshop: Workshop, since: int) -> None:
    hold(not workshop.practice, "no mail goes to participants of a practice", mail.id)
    called_off = watch.called_off_at.get(workshop.id)
    if mail.kind not in _AFTER_CALLING_OFF and called_off is not None:
        hold(called_off >= since, "nothing else is mailed once it is called off", mail.id)


_MAY_READ = {
    "seat": frozenset({State.CONFIRMED}),
    "waitlist": frozenset({State.WAITLISTED}),
    "offered": frozenset({State.OFFERED}),
    "all": frozenset({State.CONFIRMED, State.WAITLISTED, State.OFFERED}),
}
"""The states in which somebody is in the group to which a message was written."""


def _of_the_message(world: "World", mail: Mail, about: AboutMessage, since: int) -> None:
    """It goes to nobody outside its group, and to nobody who has answered or unsubscribed if it is about a survey.

    `_once` has seen to it that it goes to each at most once, because its id has the person and the message in it.
    """
    watch = world.watch
    to = watch.messages[about.message]
    stopped = watch.stopped_at.get(about.message)
    hold(stopped is None or stopped > since, "a message that was stopped does not go out", mail.id)
    if to in _MAY_READ:
        states = watch.states_since(about.registration, since)
        hold(states & _MAY_READ[to], "a message goes to nobody outside its group", (mail.id, to, states))
    if to.startswith("not_answered."):
        answered = watch.answered_at.get(f"{mail.workshop}.{to.partition('.')[2]}.{about.registration}")
        hold(answered is None or answered > since, "who answered is not asked again", mail.id)


def _of_the_survey(watch: "Watch", mail: Mail, workshop: Workshop, since: int, now: datetime) -> None:
    assert isinstance(mail.about, AboutWave)
    stopped = watch.before(mail.about.registration, since)
    hold(stopped is None or not stopped.unsubscribed, "who unsubscribed gets no survey", mail.id)
    answered = watch.answered_at.get(f"{mail.workshop}.{mail.about.wave}.{mail.about.registration}")
    hold(answered is None or answered > since, "who answered is not asked again", mail.id)
    wave = workshop.wave(mail.about.wave)
    closes = workshop.wave_closes_at(wave) if wave else now
    hold(now < closes + timedelta(minutes=1), "no survey is mailed once it is closed", mail.id)
    if mail.kind is Kind.SURVEY_REMINDER:
        local = (now - timedelta(minutes=1)).astimezone(ZoneInfo("Europe/Amsterdam"))
        late = (now + timedelta(minutes=1)).astimezone(ZoneInfo("Europe/Amsterdam"))
        by_day = late.weekday() < 5 and late.hour >= 8 and local.hour < 20
        hold(by_day, "reminders of surveys go out on working days", (mail.id, local))
