"""Samples of every kind of mail. All tests of rendering use the list SAMPLES."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from msgspec.structs import replace

from tests.shipped import NOW, WAVE, WORKSHOP, registration
from tests.words import DUTCH
from werkplaats.domain.changes import Change, Particulars
from werkplaats.domain.delivery import Delivery, Event
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.about import AboutSeat
from werkplaats.domain.mail.decision import Told
from werkplaats.domain.mail.kinds import FOLDABLE, NOTICE, Kind
from werkplaats.domain.mail.outbox import Mail, queue
from werkplaats.domain.messages import make_message
from werkplaats.domain.registration import Hold, Person, State
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.signing_in import GOOD_FOR
from werkplaats.domain.workshop import CalledOff
from werkplaats.domain.workshop_parts import Contact, Hours, Organisation
from werkplaats.mailing.rendering import (
    Context,
    FoldedContext,
    MessageContext,
    OrganiserContext,
    ParticipantContext,
    Rendered,
    SurveyContext,
    VisitorContext,
    render,
)
from werkplaats.wording.placeholders import Values

LINK = "https://werkplaats.example.org/aanmelding/abc.def-ghi_jkl"
STOP_LINK = "https://werkplaats.example.org/uitschrijven/abc.def-ghi_jkl"
DESK = "https://werkplaats.example.org/organisatie/"
PEOPLE = f"{DESK}{WORKSHOP.id}/mensen"
CONFIRMING = f"{DESK}{WORKSHOP.id}/bevestigen"
OVERVIEW = f"{DESK}{WORKSHOP.id}"
SIGN_IN_LINK = f"{DESK}inloggen/abc.def.ghi_jkl"
LEDGER = Ledger(id=WORKSHOP.id, capacity=24, confirmed=22, offered=1, waitlisted=3)
HOSTILE_REASON = "550 <b>no</b>\r\nsuch\u202e user"
MOVED = replace(WORKSHOP, first_day=date(2027, 8, 22), last_day=date(2027, 8, 24))
TIMED = replace(
    WORKSHOP,
    days=(Hours(begins="09:30", ends="21:00"),) * 3,
    location=replace(WORKSHOP.location, name="Landgoed Zonheuvel"),
)
FULL = replace(
    TIMED,
    route="Neem bus 50 naar halte Postweg. Parkeren kan op het terrein.",
    cancelling="Afzeggen kan **zonder kosten** tot twee weken van tevoren.",
    phone="06 12 34 56 78",
    contact=Contact(name="Noor Visser", phone="030 123 45 67"),
    organisation=Organisation(name="Platform31", colour="#1740b8"),
)
"""A workshop of which everything is told that mails can tell."""

CHANGE = Change(
    id="c",
    workshop=WORKSHOP.id,
    version=3,
    at=NOW,
    before=Particulars.of(MOVED),
    after=Particulars.of(WORKSHOP),
)
CHANGE_OF_HOURS = replace(CHANGE, before=Particulars.of(WORKSHOP), after=Particulars.of(TIMED))
HOURS_TAKEN_BACK = replace(CHANGE_OF_HOURS, after=replace(CHANGE_OF_HOURS.after, days=()), before=CHANGE_OF_HOURS.after)
OFFER = replace(queue(Kind.OFFERED, AboutSeat("r1", 1), WORKSHOP.id, NOW), state=Delivery.SENT, delivered=Event.BOUNCE)

Sample = Callable[[Person | None], Context]
"""Makes what the templates of a mail to, or about, a person are given."""


def participant(state: State, person: Person | None, **more: Any) -> ParticipantContext:
    plain: dict[str, Any] = {"place": None, "waiting": 0, "can_rejoin": True, "change": None, "now": NOW}
    plain |= {"workshop": WORKSHOP, "registration": registration(state, person)}
    return ParticipantContext(link=LINK, **plain | more)


def survey(person: Person | None) -> SurveyContext:
    return SurveyContext(
        workshop=WORKSHOP,
        registration=registration(person=person),
        wave=WAVE,
        closes_at=WORKSHOP.wave_closes_at(WAVE),
        link=LINK,
        stop_link=STOP_LINK,
    )


def organiser(happened: Happened, person: Person | None) -> OrganiserContext:
    return OrganiserContext(
        workshop=WORKSHOP,
        organiser=WORKSHOP.organisers[0],
        entry=Entry(id="e", workshop=WORKSHOP.id, kind=happened, at=NOW, version=3, detail=HOSTILE_REASON),
        ledger=LEDGER,
        registration=registration(person=person),
        mail=queue(Kind.OFFERED, AboutSeat("r1", 1), WORKSHOP.id, NOW),
        confirming=CONFIRMING,
    )


def undelivered(happened: Happened, person: Person | None, mail: Mail | None = None) -> OrganiserContext:
    """The notice that an offer did not arrive, with the mail that told of it; without it since that is gone."""
    told = organiser(happened, person)
    return replace(told, entry=replace(told.entry, mail="m" if mail else None), mail=mail)


def answers_changed(happened: Happened, person: Person | None) -> OrganiserContext:
    """The notice that somebody has changed answers, and to which questions."""
    told = organiser(happened, person)
    return replace(told, entry=replace(told.entry, detail="overnachting dieetwensen"))


def folded(person: Person | None, more: int = 0, over: bool = False) -> FoldedContext:
    """One of each kind of entry that can be folded, a minute apart, and `more` sign-ups that are not named."""
    entries = [
        Entry(
            id=f"e{number}",
            workshop=WORKSHOP.id,
            kind=happened,
            at=NOW + timedelta(minutes=number),
            version=number,
            detail="waitlisted",
            folded=True,
        )
        for number, happened in enumerate(happened for happened in Happened if happened in FOLDABLE)
    ]
    counts = {entry.kind.value: 1 for entry in entries}
    return FoldedContext(
        workshop=WORKSHOP,
        organiser=WORKSHOP.organisers[0],
        ledger=LEDGER,
        folded=tuple(Told(entry, registration(person=person)) for entry in entries),
        counts=counts | {"signed_up": 1 + more},
        people=PEOPLE,
        overview=OVERVIEW,
        now=WORKSHOP.ends_at if over else NOW,
    )


def visitor(person: Person | None) -> VisitorContext:
    """Nothing in these mails was typed by somebody who signed up."""
    return VisitorContext(
        workshop=WORKSHOP,
        name=WORKSHOP.organisers[0].name,
        link=SIGN_IN_LINK,
        code="BCDF2345",
        desk=DESK,
        asked_at=NOW,
        good_until=NOW + GOOD_FOR,
    )


def old_address(person: Person | None) -> ParticipantContext:
    """The mail to an address that is not the person's any more: nothing of the person is in it."""
    return participant(State.CONFIRMED, None)


def unconfirmed(person: Person | None, state: State = State.CONFIRMED) -> ParticipantContext:
    """The mail to somebody who has to confirm the address."""
    one = replace(registration(state, person), held_for=Hold.CONFIRM, held_until=NOW + timedelta(days=1))
    return replace(participant(state, person), registration=one)


def by_organiser(person: Person | None) -> ParticipantContext:
    """The mail to somebody whom the organisers have cancelled."""
    one = replace(registration(State.CANCELLED, person), cancelled_by_organiser=True)
    return participant(State.CANCELLED, person, registration=one)


def called_off(person: Person | None) -> ParticipantContext:
    """The mail to somebody who has a seat in a workshop that is called off."""
    workshop = replace(WORKSHOP, called_off=CalledOff(at=NOW, reason="De begeleider is ziek.", version=3))
    one = replace(registration(State.CONFIRMED, person), had_seat=True)
    return replace(participant(State.CONFIRMED, person), workshop=workshop, registration=one)


def message(person: Person | None, **more: Any) -> MessageContext:
    """What organisers wrote, with everything filled in."""
    text = "Neem laarzen mee, {naam}.\n\n- een jas\n- een muts\n\nOp je pagina staat wat nog meer: {link}"
    written = make_message(
        id="m", workshop=WORKSHOP, by="a@example.org", to="seat", subject="Neem laarzen mee", text=text, now=NOW
    )
    values = Values("Jan", LINK)
    given: dict[str, Any] = {"registration": registration(person=person), "message": written, "values": values} | more
    return MessageContext(workshop=WORKSHOP, **given)


SAMPLES: list[tuple[Kind, Sample]] = [
    (Kind.CONFIRMED, partial(participant, State.CONFIRMED)),
    (Kind.WAITLISTED, partial(participant, State.WAITLISTED, place=3, waiting=7)),
    (Kind.OFFERED, partial(participant, State.OFFERED)),
    (Kind.OFFER_REMINDER, partial(participant, State.OFFERED)),
    (Kind.NOT_PLACED, partial(participant, State.WAITLISTED)),
    (Kind.OFFER_EXPIRED, partial(participant, State.EXPIRED)),
    (Kind.CONFIRM_ADDRESS, unconfirmed),
    (Kind.CONFIRM_ADDRESS, partial(unconfirmed, state=State.WAITLISTED)),
    (Kind.NOT_CONFIRMED, partial(participant, State.EXPIRED)),
    (Kind.CANCELLED, partial(participant, State.CANCELLED)),
    (Kind.CANCELLED, partial(participant, State.DECLINED)),
    (Kind.CANCELLED, by_organiser),
    (Kind.LINK, partial(participant, State.CONFIRMED)),
    (Kind.LINK, unconfirmed),
    (Kind.NEW_ADDRESS, partial(participant, State.CONFIRMED)),
    (Kind.OLD_ADDRESS, old_address),
    (Kind.ADDRESS_WISH, old_address),
    (Kind.ADDRESS_ASKED, partial(participant, State.CONFIRMED)),
    (Kind.REMINDER, partial(participant, State.CONFIRMED, now=WORKSHOP.begins_at - timedelta(days=7))),
    (Kind.CHANGED, partial(participant, State.CONFIRMED, change=CHANGE)),
    (Kind.CHANGED, partial(participant, State.CONFIRMED, change=CHANGE_OF_HOURS, workshop=TIMED)),
    (Kind.CHANGED, partial(participant, State.OFFERED, change=HOURS_TAKEN_BACK)),
    (Kind.CALLED_OFF, called_off),
    (Kind.SURVEY_INVITATION, survey),
    (Kind.SURVEY_REMINDER, survey),
    (Kind.ORGANISER_SIGNED_UP, partial(organiser, Happened.SIGNED_UP)),
    (Kind.ORGANISER_SIGNED_UP, partial(organiser, Happened.REJOINED)),
    (Kind.ORGANISER_CANCELLED, partial(organiser, Happened.CANCELLED)),
    (Kind.ORGANISER_CANCELLED, partial(organiser, Happened.CANCELLED_BY_ORGANISER)),
    (Kind.ORGANISER_CANCELLED, partial(organiser, Happened.DECLINED)),
    (Kind.ORGANISER_CANCELLED, partial(organiser, Happened.EXPIRED)),
    (Kind.ORGANISER_CANCELLED, partial(organiser, Happened.NOT_CONFIRMED)),
    (Kind.ORGANISER_PROMOTED, partial(organiser, Happened.OFFERED)),
    (Kind.ORGANISER_PROMOTED, partial(organiser, Happened.ACCEPTED)),
    (Kind.ORGANISER_PROMOTED, partial(organiser, Happened.PROMOTED)),
    (Kind.ORGANISER_PROMOTED, partial(organiser, Happened.SEAT_GIVEN)),
    (Kind.ORGANISER_PROMOTED, partial(organiser, Happened.ADDED)),
    (Kind.ORGANISER_PROMOTED, partial(organiser, Happened.SEAT_OFFERED)),
    (Kind.ORGANISER_PROMOTED, partial(organiser, Happened.PRIORITY_GIVEN)),
    (Kind.ORGANISER_MAIL_FAILED, partial(organiser, Happened.MAIL_FAILED)),
    (Kind.ORGANISER_MAIL_FAILED, partial(organiser, Happened.MAIL_BOUNCED)),
    (Kind.ORGANISER_ABSENT, partial(organiser, Happened.SAID_ABSENT)),
    (Kind.ORGANISER_DETAILS, partial(answers_changed, Happened.DETAILS_CHANGED)),
    (Kind.ORGANISER_BUSY, partial(organiser, Happened.BUSY)),
    (Kind.ORGANISER_UNDELIVERED, partial(undelivered, Happened.OFFER_UNDELIVERED)),
    (Kind.ORGANISER_UNDELIVERED, partial(undelivered, Happened.OFFER_UNDELIVERED, mail=OFFER)),
    (
        Kind.ORGANISER_UNDELIVERED,
        partial(undelivered, Happened.OFFER_UNDELIVERED, mail=replace(OFFER, state=Delivery.FAILED)),
    ),
    (
        Kind.ORGANISER_UNDELIVERED,
        partial(undelivered, Happened.OFFER_UNDELIVERED, mail=replace(OFFER, state=Delivery.FAILED, doubtful=True)),
    ),
    (Kind.ORGANISER_FOLDED, folded),
    (Kind.ORGANISER_FOLDED, partial(folded, more=1_700)),
    (Kind.ORGANISER_DIGEST, folded),
    (Kind.ORGANISER_DIGEST, partial(folded, more=1_700, over=True)),
    (Kind.MESSAGE, message),
    (Kind.SURVEY_MESSAGE, partial(message, stop_link=STOP_LINK)),
    (Kind.ORGANISER_MESSAGE_TEST, partial(message, registration=None)),
    (Kind.SIGN_IN, visitor),
    (Kind.SIGNED_IN, visitor),
]
"""Every kind at least once, and each notice to organisers once for each event that it can tell of."""

WITH_EVERYTHING: list[tuple[Kind, Sample]] = [
    (Kind.CONFIRMED, partial(participant, State.CONFIRMED, workshop=FULL)),
    (Kind.REMINDER, partial(participant, State.CONFIRMED, workshop=FULL, now=WORKSHOP.begins_at - timedelta(days=1))),
]
"""The two that show most of what a workshop can tell, with the colour and the name of an organisation."""

TO_PARTICIPANTS = [(kind, sample) for kind, sample in SAMPLES if not (kind.for_organisers or kind.of_signing_in)]
ABOUT_NOBODY = {Kind.ORGANISER_BUSY}
"""The kinds of notice that tell of no single person."""

NOTICES = [(kind, sample) for kind, sample in SAMPLES if kind in NOTICE.values() and kind not in ABOUT_NOBODY]


def rendered(kind: Kind, person: Person | None, **changes: Any) -> Rendered:
    """The first sample of `kind`, rendered with `changes` to what its templates are given."""
    sample = next(sample for one, sample in SAMPLES if one is kind)
    return render(DUTCH, kind, replace(sample(person), **changes))
