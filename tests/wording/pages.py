"""Every page with what it shows: the samples that tests of pages go through."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any, Literal

from msgspec.structs import replace

from tests.shipped import DEADLINE, NOW, REGISTRATION, SUBMISSIONS, sent
from tests.words import DUTCH
from werkplaats.domain.attendance import Mark, count, days_of
from werkplaats.domain.delivery import Delivery, Event
from werkplaats.domain.differences import differences
from werkplaats.domain.drafts import WorkshopDraft
from werkplaats.domain.field_lists import add_item
from werkplaats.domain.fields import fields_of
from werkplaats.domain.history import Held, History
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.logos import LogoProblem
from werkplaats.domain.mail.about import AboutSeat, AboutWave
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import queue
from werkplaats.domain.messages import Counts, Deed, Progress, audiences, make_message, parse_audience, size_of
from werkplaats.domain.mistakes import Mistake, Wrong
from werkplaats.domain.people import Group, list_people
from werkplaats.domain.questions import Consent, possible_answers
from werkplaats.domain.registration import AddressWish, Answers, Hold, Paused, Registration, Remark, State
from werkplaats.domain.revisions import revision as revision_of
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.seats.own_details import changeable_questions
from werkplaats.domain.stages import stage_of
from werkplaats.domain.survey.results import Day, pairs
from werkplaats.domain.survey.waves import version_of
from werkplaats.domain.timeline import Coming, Planned
from werkplaats.domain.totals import Totals, total
from werkplaats.domain.workshop import CalledOff, Wave, Workshop
from werkplaats.domain.workshop_parts import Contact, Hours, Leader, Material, Organisation, Price
from werkplaats.web.forms.desk_forms import add_person_form, call_off_form, new_workshop_form
from werkplaats.web.forms.forms import (
    SignUpForm,
    SurveyForm,
    code_form,
    link_form,
    sign_in_form,
    sign_up_form,
    survey_form,
)
from werkplaats.web.forms.message_form import message_form
from werkplaats.web.forms.own_forms import details_form, new_address_form
from werkplaats.web.forms.person_forms import correct_form, labels_form, note_form
from werkplaats.web.http.responses import not_found
from werkplaats.web.organisers import adding, cancelling_many
from werkplaats.web.organisers.changing import Again, changes_shown
from werkplaats.web.organisers.comparing import compared
from werkplaats.web.organisers.consequences import lines_of
from werkplaats.web.organisers.editing import NOTICES
from werkplaats.web.organisers.editor_view import editor_view
from werkplaats.web.organisers.fields import CONFIRM_ADDRESS, LOGO
from werkplaats.web.organisers.journal import page_of as journal_page
from werkplaats.web.organisers.making import EXAMPLE, Source
from werkplaats.web.organisers.messages import Shown as MessageShown
from werkplaats.web.organisers.messages import sample_message
from werkplaats.web.organisers.overview import WaveStanding
from werkplaats.web.organisers.pages import no_such_page
from werkplaats.web.organisers.person import page_of
from werkplaats.web.organisers.previewing import MAILS, sample_mail
from werkplaats.web.organisers.results import Given, WaveResults
from werkplaats.web.organisers.share import shared as shared_link
from werkplaats.web.organisers.versions import changes_back
from werkplaats.web.public.details_view import Shown as DetailsShown
from werkplaats.web.public.details_view import details_shown
from werkplaats.web.qr import qr_svg
from werkplaats.wording.catalogues import Words
from werkplaats.wording.held import held_by_name
from werkplaats.wording.journal import Doer
from werkplaats.wording.labels import NOTICE_SETTINGS, mail_name, planned
from werkplaats.wording.mistakes import logo_problem_text
from werkplaats.wording.sharing import sharing
from werkplaats.wording.templating import markdown
from werkplaats.wording.ticket import Step, ticket_links
from werkplaats.workflows.messages import Size
from werkplaats.workflows.preview import LostAnswers, Preview
from werkplaats.workflows.read_journal import JournalPage
from werkplaats.workflows.sign_in import Refusal
from werkplaats.workflows.today import SignUps, Trouble
from werkplaats.workshop_files import LineMistake

Shown = tuple[str, dict[str, Any]]
"""A page's name, and what its template is given."""


def wrong_form(words: Words, workshop: Workshop) -> SignUpForm:
    """The sign-up form with much that is wrong in it."""
    form = sign_up_form(
        words,
        workshop,
        sent(voornaam='<b>"Jan" & co', email="jan", telefoon="'abc", vraag_opgave="</textarea><p>", vraag_akkoord=None),
        SUBMISSIONS,
    )
    form.validate()
    return form


def wrong_survey(words: Words, wave: Wave) -> SurveyForm:
    """The survey with an answer that is none of the options."""
    form = survey_form(words, wave, sent(vraag_opbrengst="9", vraag_waarde=["plek", "anderen"], vraag_lengte="goed"))
    form.validate()
    return form


def opened_by_hand(workshop: Workshop, by_hand: Literal["open", "closed"]) -> Workshop:
    """`workshop` with sign-up that an organiser has opened or closed, whatever its days say."""
    return replace(workshop, sign_up=replace(workshop.sign_up, by_hand=by_hand))


def off(workshop: Workshop) -> Workshop:
    """`workshop` after it was called off."""
    return replace(workshop, called_off=CalledOff(at=NOW, reason="Αβγ **δ**", version=3))


def seats_of(workshop: Workshop, full: bool) -> Ledger:
    """The ledger of `workshop` when all its seats are taken, or all but one."""
    held = workshop.capacity if full else workshop.capacity - 1
    return Ledger(id=workshop.id, capacity=workshop.capacity, confirmed=held, waitlisted=2 if full else 0)


def told_all(workshop: Workshop) -> Workshop:
    """`workshop` with everything that can be told of one to help people decide and come."""
    length = (workshop.last_day - workshop.first_day).days + 1
    return replace(
        workshop,
        days=(Hours(begins="09:30", ends="21:00"),) * length,
        location=replace(workshop.location, name="Αβγ"),
        price=Price(amount="€ 450", includes="Αβγ **δ**"),
        for_whom="Αβγ",
        programme="- Αβγ",
        leaders=(Leader(name="Αβγ"), Leader(name="Αβγ", role="Αβγ", text="Αβγ")),
        route="Αβγ",
        cancelling="Αβγ",
        phone="+31 (0)30-1234567",
        materials=(Material(title="Αβγ", address="https://example.org/a?b=c&d"),),
        organisation=Organisation(name="Αβγ", colour="#1740b8", logo="1" * 64),
        contact=Contact(name="Αβγ", phone="06 87 65 43 21"),
    )


def seats(workshop: Workshop, *, full: bool) -> dict[str, Any]:
    """What the pages of `workshop`, which has not begun, are given about its seats."""
    shown = {"full": full, "seats": seats_of(workshop, full), "begun": False, "ended": False}
    return shown | {"waitlist_full": False, "confirms": False}


def public_pages(words: Words, workshop: Workshop) -> Iterator[Shown]:
    """Every page for participants in each of its forms, but for a registration's own page."""
    told, wave = workshop.in_language(words.language), workshop.waves[0]
    asked_wave = told.waves[0]
    unnamed = replace(told_all(workshop), organisation=Organisation(logo="1" * 64))
    named = replace(workshop, organisation=Organisation(name="Αβγ"))
    for one in (workshop, replace(workshop, practice=True), told_all(workshop), unnamed, named):
        for phase, full in product(("early", "open", "closed"), (False, True)):
            yield "workshop", {"workshop": one, "phase": phase} | seats(one, full=full)
    by_hands: tuple[Literal["open", "closed"], ...] = ("open", "closed")
    for waiting, left in ((0, 0), (1, 0), (3, 1)):
        few = replace(seats_of(workshop, full=True), confirmed=workshop.capacity - left, waitlisted=waiting)
        yield "workshop", {"workshop": workshop, "phase": "open"} | seats(workshop, full=True) | {"seats": few}
    for full, no_room in ((False, False), (True, False), (True, True)):
        asked = seats(workshop, full=full) | {"confirms": True, "waitlist_full": no_room}
        yield "workshop", {"workshop": workshop, "phase": "open"} | asked
        form = sign_up_form(words, workshop, None, SUBMISSIONS)
        yield "sign_up", {"workshop": workshop, "form": form, "phase": "open", "notice": "–"} | asked
    yield "closed", {"workshop": workshop, "phase": "open"}
    many = replace(workshop, capacity=900)
    yield "workshop", {"workshop": many, "phase": "open"} | seats(many, full=False)
    yield "workshop", {"workshop": workshop, "phase": "open"} | seats(workshop, full=False) | {"seats": None}
    for by_hand in by_hands:
        one = opened_by_hand(workshop, by_hand)
        for full in (False, True):
            yield "workshop", {"workshop": one, "phase": by_hand} | seats(one, full=full)
    for ended in (False, True):
        begun = {"begun": True, "ended": ended}
        yield "workshop", {"workshop": workshop, "phase": "closed"} | seats(workshop, full=True) | begun
    yield "workshop", {"workshop": off(workshop), "phase": "closed"} | seats(workshop, full=False)
    shared = sharing(words, workshop, "https://werkplaats.example.org", "open", full=False)
    linked = {"sharing": shared, "via": "?via=lpb"}
    yield "workshop", {"workshop": workshop, "phase": "open"} | seats(workshop, full=False) | linked
    nothing: dict[str, Any] = {"open": [], "full": set(), "early": [], "closed": [], "past": [], "now": NOW}
    nothing["no_room"] = set()
    for open in ([], [told], [opened_by_hand(told, "open")]):
        for early in ([], [told]):
            yield "workshops", nothing | {"open": open, "early": early}
            yield "workshops", nothing | {"open": open, "full": {workshop.id}, "past": early}
    yield "workshops", nothing | {"open": [told], "full": {workshop.id}, "no_room": {workshop.id}}
    yield "workshops", nothing | {"closed": [told], "now": NOW}
    yield "workshops", nothing | {"closed": [told], "now": workshop.begins_at}
    for one, full in product((workshop, opened_by_hand(workshop, "open")), (False, True)):
        for form in (sign_up_form(words, one, None, SUBMISSIONS), wrong_form(words, one)):
            yield "sign_up", {"workshop": one, "form": form, "phase": "open"} | seats(one, full=full)
    yield "closed", {"workshop": workshop, "phase": "early"}
    for one in (workshop, opened_by_hand(workshop, "closed"), off(workshop)):
        yield "closed", {"workshop": one, "phase": "closed"}
    for name in ("received", "link_sent", "privacy"):
        yield name, {"workshop": workshop}
    yield "link", {"workshop": workshop, "form": link_form(words, None, SUBMISSIONS)}
    for form in (survey_form(words, asked_wave, None), wrong_survey(words, asked_wave)):
        yield (
            "survey",
            {"workshop": workshop, "wave": wave, "form": form, "changed": False, "draft": "d", "version": "v"},
        )
    yield (
        "survey",
        {
            "workshop": workshop,
            "wave": wave,
            "form": wrong_survey(words, asked_wave),
            "changed": True,
            "draft": "d",
            "version": "v",
        },
    )
    yield "unsubscribe", {"workshop": workshop, "path": "/enquete/x/uitschrijven"}
    yield "unsubscribed", {"workshop": workshop}
    yield "survey_done", {"workshop": workshop, "wave": wave, "draft": "d"}
    for standing in ("early", "closed"):
        yield "survey_closed", {
            "workshop": workshop, "standing": standing, "opens_at": NOW, "closes_at": DEADLINE,
        }  # fmt: skip
    for about in (None, workshop):
        yield "problem", {"workshop": about} | not_found().texts(words)


def own_data_pages(words: Words, workshop: Workshop, one: Registration) -> Iterator[Shown]:
    """What is held about somebody, and the question before it is erased."""
    remark = Remark(at=NOW, by="piet@example.org", text="Αβγ")
    mail = queue(Kind.CONFIRMED, AboutSeat(one.id, 3), workshop.id, NOW)
    held = Held(
        registration=replace(one, remarks=(remark,), id="1", mailbox="2", identity="3", address="4", language="5"),
        history=History(mails=(replace(mail, subject="Αβγ", text="Αβγ"),), entries=()),
        attendance={workshop.first_day.isoformat(): Mark.PRESENT, workshop.last_day.isoformat(): Mark.ABSENT},
        invitations=(),
    )
    named = held_by_name(words, workshop, held, for_the_desk=False)
    yield "own_data", {"workshop": workshop, "registration": one, "held": named, "path": "/aanmelding/x"}
    for state, begun in product(State, (False, True)):
        asked = {"registration": replace(one, state=state), "begun": begun, "sure": "sure"}
        yield "erase", {"workshop": workshop, **asked}
        yield "erase", {"workshop": off(workshop), **asked}
    yield from _own_details(words, workshop, one)


def _own_details(words: Words, workshop: Workshop, one: Registration) -> Iterator[Shown]:
    """The page to change what one filled in: as it is at first, with everything wrong, fixed, and shut."""
    fixed = workshop.first_day - timedelta(days=14)
    later = workshop.begins_at - timedelta(days=7)
    questions = tuple(
        question if number % 2 else replace(question, changeable_until=fixed, tell=True)
        for number, question in enumerate(workshop.questions)
    )
    open = replace(workshop, questions=questions)
    answers: Answers = {question.id: "Αβγ" for question in questions if not isinstance(question, Consent)}
    wish = AddressWish(email=one.person.email if one.person else "", at=later, version=3)
    one = replace(one, answers=answers)
    form = details_form(words, one, changeable_questions(open, NOW), sent(voornaam="", telefoon="'abc"))
    form.validate()
    address = new_address_form(words, sent(email="jan"))
    address.validate()
    typed = details_form(words, one, changeable_questions(open, NOW), sent(voornaam="Αβγ"))
    typed.validate()
    late = tuple((question, "Αβγ") for question in questions if question.changeable_until)
    shown: list[tuple[Workshop, Registration, datetime, DetailsShown]] = [
        (open, one, NOW, DetailsShown()),
        (told_all(open), replace(one, address_wish=wish), later, DetailsShown()),
        (open, one, later, DetailsShown(late=late, problem="–")),
        (open, one, NOW, DetailsShown(details=form)),
        (open, one, NOW, DetailsShown(address=address)),
        (open, one, NOW, DetailsShown(details=typed, problem="–", stale=True)),
        (told_all(open), one, open.begins_at, DetailsShown()),
        (off(open), one, NOW, DetailsShown()),
        (open, one, open.ends_at, DetailsShown()),
        (open, replace(one, state=State.CANCELLED), NOW, DetailsShown()),
    ]
    for what, registration, now, each in shown:
        told = details_shown(words, what, registration, now, each)
        yield "details", told | {"path": "/aanmelding/x"}
    yield "address", {"workshop": workshop, "wish": wish, "wish_ends": DEADLINE}


def registration_pages(workshop: Workshop, one: Registration) -> Iterator[Shown]:
    """The page of the registration `one` in every state, before, during and after the workshop."""
    now_and_then = (NOW, workshop.begins_at, workshop.ends_at)
    for state, now, can_rejoin, open in product(State, now_and_then, (False, True), (False, True)):
        waits, begun = state is State.WAITLISTED, workshop.has_begun(now)
        in_state = replace(one, state=state, held_until=DEADLINE)
        shown: dict[str, Any] = {
            "workshop": workshop,
            "registration": in_state,
            "now": now,
            "stage": stage_of(workshop, in_state, now).value,
            "place": 3 if waits else None,
            "waiting": 7 if waits else None,
            "priorities": 2 if waits and open else 0,
            "others_wait": open,
            "full": open,
            "begun": begun,
            "leaving_reasons": [("ill", "Αβγ"), ("other", "Αβγ")],
            "own_path": "/aanmelding/x",
            "can_rejoin": can_rejoin and not state.live,
            "sign_up_open": open,
            "is_absent": False,
            "can_say_absent": can_rejoin,
            "surveys": [(workshop.waves[0], NOW, False), (workshop.waves[0], NOW, True)] if open else [],
            "problem": None,
            "used_form": None,
            "code": None,
            "steps": [Step("Αβγ", "Αβγ")] if open else [],
            "filled_in": [(workshop.questions[0], "Αβγ")] if open else [],
            "saved": None,
            "wish": None,
            "can_change": state.live and open,
            "links": ticket_links(DUTCH, workshop, "https://example.org", "/aanmelding/token"),
        }
        called_off = {"stage": "called_off"}
        yield "registration", shown
        if can_rejoin is not open:
            continue  # what follows does not depend on both
        yield "registration", shown | {"code": "–", "is_absent": True}
        if waits and not begun:
            paused = replace(in_state, paused=Paused.ADDRESS)
            yield "registration", shown | {"registration": paused, "stage": "paused"}
        wish = AddressWish(email="wens@example.org", at=NOW, version=3)
        yield "registration", shown | {"saved": "–", "wish": wish, "can_change": True}
        yield "registration", shown | {"used_form": "f", "place": 1 if waits else None, "problem": "–"}
        yield "registration", shown | {"place": None, "registration": replace(in_state, person=None)}
        yield (
            "registration",
            shown
            | {"waiting": None, "registration": replace(in_state, held_until=None)}
            | ({"stage": "lapsed"} if state is State.OFFERED else {}),
        )
        yield "registration", shown | {"registration": replace(in_state, cancelled_by_organiser=True, unmailed=True)}
        yield "registration", shown | {"workshop": opened_by_hand(workshop, "open" if open else "closed")}
        yield "registration", shown | {"workshop": off(workshop), "used_form": "f", "problem": "–"} | called_off
        if state in (State.CONFIRMED, State.WAITLISTED, State.EXPIRED):
            held = replace(in_state, held_for=Hold.CONFIRM)
            stage = {"stage": "unconfirmed" if state is State.EXPIRED or begun else "confirming"}
            yield "registration", shown | {"registration": held} | stage
            ended = replace(held, held_until=None if state is State.EXPIRED else held.held_until)
            yield "registration", shown | {"registration": ended, "place": None} | stage
        yield "registration", shown | {"workshop": told_all(workshop)}
        yield "registration", shown | {"workshop": off(told_all(workshop))} | called_off


def desk_pages(words: Words, workshop: Workshop, one: Registration) -> Iterator[Shown]:
    """Every page for organisers in each of its forms, with `one` in every state on its lists."""
    shared = {"email": "een@example.org", "workshop": workshop}
    ledger = Ledger(id=workshop.id, capacity=workshop.capacity, confirmed=3, offered=1, waitlisted=2)
    for one_of in (workshop, replace(workshop, practice=True), off(workshop)):
        lines_of = [(one_of, ledger, False), (one_of, replace(ledger, waitlisted=0), True)]
        yield "organiser/home", {"email": "een@example.org", "lines": lines_of, "may_make": True}
    for number in (401, 403, 404):
        yield "organiser/problem", {"number": number} | no_such_page().texts(words)
    yield from _signing_in(words)
    asked = [("Αβγ", said) for said in ("", "Αβγ")]
    for lines, is_asked in product(([(one.person, asked)], []), (True, False)):
        yield "organiser/opgaven", shared | {"lines": lines, "asked": is_asked}
    for lines in ([], [(workshop, ledger, False)]):
        yield "organiser/home", {"email": "een@example.org", "lines": lines, "may_make": False}
    yield from _overviews(words, shared, ledger, one)
    yield from _making(words, workshop)
    yield from _ends(words, shared)
    yield from _confirming(words, shared, ledger, one)
    yield from _messages(words, shared, ledger)
    yield from _versions(shared)
    each = [replace(one, id=f"r{n}", state=state, sequence=n) for n, state in enumerate(State)]
    yield from _lists(shared, workshop, each)
    yield from _journal(words, shared, one)
    yield from _people(words, shared, one, ledger)
    yield from _papers(shared, workshop, one)
    everybody = [replace(one, state=state, sequence=n) for n, state in enumerate(State)]
    yield from _about_seats(words, shared, everybody, ledger)
    yield from _results(shared, workshop)
    for one_of, (code, refused) in product((workshop, told_all(workshop), off(workshop)), (("", ""), ("lpb", "a b"))):
        each = replace(one_of, practice=bool(refused))
        told = {"shared": shared_link(words, each, "https://werkplaats.example.org", code), "longest": 40}
        yield "organiser/share", shared | told | {"workshop": each, "asked": code, "refused": refused}
        yield "organiser/poster", shared | told | {"workshop": each}
    yield from _editing(words, shared)


def _editing(words: Words, shared: dict[str, Any]) -> Iterator[Shown]:
    """The editor, empty and full, with every mistake there is; two versions; and the page before publishing."""
    workshop: Workshop = shared["workshop"]
    fields = fields_of(workshop)
    draft = WorkshopDraft(
        workshop=workshop.id, version=2, base=1, fields=fields, saved_by="een@example.org", saved_at=NOW
    )
    wrong = [Mistake(path, "", each, 3) for path, each in zip([*fields, *fields], Wrong, strict=False)]
    for path in ("questions", "questions.0.only_if", "location", "onzin.x", "nergens"):
        wrong.append(Mistake(path, "", Wrong.MISSING))
    for name in ("leaders", "materials", "days", "waves", "questions"):
        fields = add_item(fields, name)
    odd = fields | {"onzin.x": "αβγ", "promotion.by": "λαχείο", "first_day": "αβγ", "questions.0.required": "αβγ"}
    odd |= {"organisation.logo": "0" * 64}
    plain: dict[str, Any] = shared | {"notice": None, "problem": None, "failed": False}
    yield "organiser/edit", plain | {"draft": draft, "editor": editor_view(words, draft.fields, ())}
    for each in LogoProblem:
        told = {LOGO: logo_problem_text(words, each)}
        page = {"draft": replace(draft, version=0, fields=odd), "editor": editor_view(words, odd, wrong, told)}
        yield (
            "organiser/edit",
            plain | page | {"notice": words.show(NOTICES["bewaard"]), "problem": "–", "failed": True},
        )
    before = replace(workshop, questions=workshop.questions[1:], summary="Αβγ", first_day=date(2027, 8, 28))
    for kind in MAILS:
        mail = sample_mail(words, workshop, kind, NOW)
        mail = replace(mail, subject="Αβγ", text="Αβγ")  # tests of mails go through these texts
        yield "organiser/preview_mail", shared | {"kind": kind.value, "kinds": list(MAILS), "mail": mail, "reads": "nl"}
    two = compared(words, fields, odd)
    for theirs, published in product((draft, replace(draft, saved_by="")), (True, False)):
        for differ in (two, ()):
            both = {"theirs": theirs, "mine": replace(draft, fields=odd), "published": published, "differing": differ}
            yield "organiser/conflict", shared | both
    much = Preview(
        workshop=workshop,
        before=before,
        differences=differences(before, workshop),
        unreadable=True,
        people=1,
        answers={workshop.questions[0].id: 1},
        mailed=1,
        reminder="7 days",
        waves=("Αβγ",),
        lost=(LostAnswers(workshop.questions[0].id, None, 1), LostAnswers(workshop.questions[1].id, "geen", 1)),
        sign_up=("early", "open"),
        offers_cut_short=1,
        closed_waves=("Αβγ",),
        without_access=("twee@example.org",),
        promoted=1,
    )
    moved = replace(much, before=replace(before, last_day=date(2027, 8, 30)), workshop=workshop)
    for preview in (much, moved, Preview(workshop=workshop)):
        yield "organiser/publish", shared | {"draft": draft, "confirmed": "2.1"} | lines_of(words, preview)


def _signing_in(words: Words) -> Iterator[Shown]:
    for data in (None, sent(email="x")):
        address, code = sign_in_form(words, data), code_form(words, data)
        if data is not None:
            address.validate()
            code.validate()
        for email in (None, "een@example.org"):
            yield "organiser/sign_in", {"form": address, "naar": "/organisatie/", "signed_in": email}
        yield "organiser/sign_in_code", {"form": code, "naar": "/organisatie/"}
    yield "organiser/sign_in_link", {"path": "/organisatie/inloggen/x", "naar": "/organisatie/"}
    for why in Refusal:
        if why is not Refusal.WRONG_CODE:
            yield "organiser/sign_in_refused", {"why": why.name}


def _overviews(words: Words, shared: dict[str, Any], ledger: Ledger, somebody: Registration) -> Iterator[Shown]:
    wave = shared["workshop"].waves[0]
    standings = [
        WaveStanding(wave=wave, phase=phase, invited=invited, answered=invited)
        for phase, invited in product(("early", "open", "closed"), (0, 2))
    ]
    workshop = shared["workshop"]
    states = (workshop, opened_by_hand(workshop, "open"), opened_by_hand(workshop, "closed"), off(workshop))
    email = workshop.organisers[0].email
    failed = queue(Kind.CONFIRMED, AboutSeat(somebody.id, 1), workshop.id, NOW)
    entry = Entry(id="e", workshop=workshop.id, kind=Happened.MAIL_FAILED, at=NOW, version=1)
    gone = replace(somebody, person=None)
    to_do: dict[str, Any] = {
        "busy_until": NOW,
        "offers": (somebody, gone),
        "trouble": [(Trouble(entry, failed, somebody), mail_name(words, kind.value), True) for kind in Kind],
        "can_resend": True,
        "kept": "half",
        "coming": [(NOW, planned(words, Coming(NOW, what, "Αβγ"))) for what in Planned],
        "first_shown": 2,
        "per_day": (SignUps(workshop.first_day, 0), SignUps(workshop.last_day, 3)),
    }
    nothing = {
        "busy_until": None,
        "offers": (),
        "trouble": (),
        "kept": None,
        "coming": [],
        "per_day": (),
        "can_resend": False,
    }
    for one, practice, sign_up, begun in product(states, (False, True), ("early", "open", "closed"), (False, True)):
        shown = {"workshop": replace(one, practice=practice), "ledger": ledger, "waves": standings, "sign_up": sign_up}
        shown |= {"begun": begun, "over": begun, "may_make": True, "problem": "–", "email": email, "totals": None}
        shown |= {
            "mine": workshop.organisers[0],
            "ways": [(way.value, words.show(label)) for way, label in NOTICE_SETTINGS.items()],
            **to_do,
        }
        yield "organiser/workshop", shared | shown
        yield "organiser/workshop", shared | shown | {"email": "een@example.org", "problem": None, "mine": None}
        yield "organiser/workshop", shared | shown | {"kept": "full"}
        yield "organiser/workshop", shared | shown | nothing
    yield "organiser/workshop", shared | shown | {"totals": _totals(workshop, 2)}


def _making(words: Words, workshop: Workshop) -> Iterator[Shown]:
    shown: dict[str, Any] = {"email": "een@example.org"}
    sources = [Source(workshop.id, workshop), Source(EXAMPLE, workshop)]
    yield "organiser/new", shown | {"sources": sources, "source": None, "form": None}
    for source, data in product(sources, (None, sent(), sent(title="Αβγ", first_day="αβγ", name="αβγ", id="Αβγ"))):
        form = new_workshop_form(words, NOW.date(), data)
        if data is not None:
            form.validate()
        yield "organiser/new", shown | {"sources": [], "source": source, "form": form}
    form = new_workshop_form(words, NOW.date(), sent(first_day="2020-01-01"))
    form.validate()
    yield "organiser/new", shown | {"sources": [], "source": sources[0], "form": form}


def _versions(shared: dict[str, Any]) -> Iterator[Shown]:
    """What was published, one version of it, and the workshop as a file."""
    workshop: Workshop = shared["workshop"]
    asked = (replace(workshop.questions[0], label="Αβγ", help="", required=False), *workshop.questions[1:])
    before = replace(workshop, title="Αβγ", questions=asked, reminders=(), capacity=3)
    revision = revision_of(before, workshop, number=4, by="Αβγ", at=NOW)
    heads = [replace(revision, changed=revision.changed * 5), replace(revision, by="", changed=()), revision]
    for of in (heads, []):
        yield "organiser/versions", shared | {"heads": of}
    draft = WorkshopDraft(workshop=workshop.id, version=2, base=1, fields={}, saved_by="Αβγ", saved_at=NOW)
    shared = shared | {"version": 2, "problem": None}
    for kept, problem in product((draft, None), ("–", None)):
        for changes in (changes_back(workshop, replace(revision, workshop=before)), []):
            shown = {"revision": revision, "changes": changes, "draft": kept, "problem": problem}
            yield "organiser/version", shared | shown
        yield "organiser/file", shared | {"draft": kept, "problem": problem, "mistakes": (), "theirs": kept}
    mistakes = tuple(LineMistake(line, Mistake("capacity", "–", wrong, 3)) for line, wrong in enumerate(Wrong, 1))
    for some in (mistakes, mistakes[:1]):
        yield "organiser/file", shared | {"draft": None, "mistakes": some, "theirs": None}


def _ends(words: Words, shared: dict[str, Any]) -> Iterator[Shown]:
    """Calling off, and making real."""
    workshop = shared["workshop"]
    for people, problem in product((0, 1, 2), (None, "–")):
        yield "organiser/make_real", shared | {"people": people, "problem": problem}
    empty, wrong, right = (call_off_form(words, data) for data in (None, sent(), sent(reason="Αβγ **δ**")))
    for form in (wrong, right):
        form.validate()
    one_of = (workshop, replace(workshop, practice=True), off(workshop))
    for form, one, mailed in product((empty, wrong, right), one_of, (0, 1, 2)):
        shown = {"workshop": one, "form": form, "mailed": mailed, "over": False, "problem": None}
        yield "organiser/call_off", shared | shown | {"asks_again": form is right}
        yield "organiser/call_off", shared | shown | {"asks_again": False, "over": True, "problem": "–"}


def _confirming(words: Words, shared: dict[str, Any], ledger: Ledger, one: Registration) -> Iterator[Shown]:
    """Who still has to confirm an address, and when it is asked."""
    workshop: Workshop = shared["workshop"]
    held = replace(one, held_for=Hold.CONFIRM, held_until=DEADLINE)
    people = (held, replace(held, id="r2", state=State.WAITLISTED, person=None))
    settings = [(value, words.show(label)) for value, label in CONFIRM_ADDRESS.items()]
    for some, may, chosen in product((people, ()), (True, False), (True, False)):
        shown = {"ledger": ledger, "people": some, "more": may, "all_chosen": chosen, "settings": settings}
        shown |= {"may_cancel": may, "may_edit": may, "busy_until": NOW if may else None, "problem": None}
        yield "organiser/confirming", shared | shown
    always = replace(workshop, confirm_address="always")
    yield "organiser/confirming", shared | shown | {"workshop": always, "may_edit": True, "problem": "–"}
    held_lines = list_people(people)
    lines = [cancelling_many.Line(line.registration) for line in held_lines]
    left = [line.registration for line in lines]
    asked = {"lines": lines, "left": left, "unmailed": True, "begun": False, "problem": None}
    yield "organiser/cancel_many", shared | asked


def _messages(words: Words, shared: dict[str, Any], ledger: Ledger) -> Iterator[Shown]:
    """Messages: the form, the preview, and one message in every state."""
    workshop: Workshop = shared["workshop"]
    known = audiences(workshop)
    written = {"to": "seat", "subject": "Αβγ", "text": "Αβγ **δ**"}
    forms = [message_form(words, data, SUBMISSIONS, known) for data in (None, sent(**written), sent(text="{x}"))]
    for form in forms[1:]:
        form.validate()
    a_message = make_message(
        id="m", workshop=workshop, by="platform31@example.org", to="seat", subject="Αβγ", text="Αβγ", now=NOW
    )
    mail = sample_message(words, workshop, a_message, "https://werkplaats.example.org")
    every = [replace(a_message, id=f"m{to}", to=to) for to in known]
    of_all = shared | {
        "choices": [(to, size_of(audience, ledger)) for to in known if (audience := parse_audience(to))],
        "messages": every,
        "preview": None,
        "content": None,
        "size": None,
        "secret": False,
        "tested": False,
        "over": False,
        "problem": None,
    }
    for form, one in product(forms, (workshop, replace(workshop, practice=True), off(workshop))):
        yield "organiser/messages", of_all | {"form": form, "workshop": one}
    yield "organiser/messages", of_all | {"form": forms[0], "messages": [], "problem": "–"}
    shown = {"form": forms[1], "preview": mail, "content": markdown("Αβγ"), "tested": True}
    for people, exact, secret in product((0, 1, 2), (True, False), (True, False)):
        yield "organiser/messages", of_all | shown | {"size": Size(people, exact), "secret": secret}
    for state, queued, by in product(Progress, (1, 2), ("", "platform31@example.org")):
        if state is not Progress.TEST:
            one = replace(a_message, state=state, queued=queued, expected=5, changed_at=NOW, changed_by=by)
            for counts in (Counts(sent=1, failed=1, skipped=1), Counts(sent=0, failed=0, skipped=0), None):
                seen = MessageShown(message=one, deeds=tuple(Deed), counts=counts, waiting=1 if counts else None)
                yield "organiser/message", shared | {"shown": seen, "content": markdown("Αβγ"), "problem": "–"}


def _lists(shared: dict[str, Any], workshop: Workshop, everybody: list[Registration]) -> Iterator[Shown]:
    words = {group: group.value for group in Group}
    totals = Counter(dict.fromkeys(("plek", "aanbod", "wachtlijst", "weg"), 1))
    of_people = shared | {"totals": totals, "query": "", "group": None, "groups": list(totals), "words": words}
    of_people |= {"by_number": False, "cut": False, "most": 300, "following": None, "before": None}
    of_people |= {"may_cancel": True}
    there = {"vanaf": "plek-1"}
    yield "organiser/people", of_people | {"lines": (), "before": {}, "by_number": True}
    held = replace(everybody[0], id="held", held_for=Hold.CONFIRM, held_until=DEADLINE)
    shown = list_people([*everybody, held, replace(held, id="held2", state=State.WAITLISTED)])
    yield "organiser/people", of_people | {"lines": shown, "before": there, "following": there, "cut": True}
    for lines in (list_people([*everybody, replace(everybody[0], person=None)]), ()):
        yield "organiser/people", of_people | {"lines": lines}
        yield "organiser/people", of_people | {"lines": lines, "query": "α", "may_cancel": False}
    day = workshop.first_day
    of_attendance = shared | {"day": day, "days": days_of(workshop), "query": "", "shown": 1, "count": count([], day)}
    of_attendance |= {"begun": False, "complete": False, "asks": False, "may_add": True}
    for lines in ([(one, mark, True) for one, mark in zip(everybody, [*Mark, None] * 2, strict=True)], []):
        yield "organiser/attendance", of_attendance | {"lines": lines}
        for complete, asks in product((True, False), repeat=2):
            yield (
                "organiser/attendance",
                of_attendance
                | {
                    "lines": lines,
                    "begun": True,
                    "complete": complete,
                    "asks": asks,
                },
            )
    at_the_door = shared | {"day": day, "days": days_of(workshop)}
    for one, mark, there in product([*everybody, replace(everybody[0], person=None)], [*Mark, None], (True, False)):
        yield "organiser/door", at_the_door | {"registration": one, "mark": mark, "on_list": there, "is_today": there}


def _papers(shared: dict[str, Any], workshop: Workshop, one: Registration) -> Iterator[Shown]:
    """Totals, and the lists to print, with people and without, and of a workshop that asks nothing."""
    email = workshop.organisers[0].email
    silent = replace(workshop, questions=())
    days = days_of(workshop)
    yield "organiser/lists", shared | {"email": email}
    yield "organiser/lists", shared | {"email": "niemand@example.org"}
    for asking, number in product((workshop, silent), (0, 1, 2)):
        counted = shared | {"workshop": asking, "totals": _totals(asking, number), "days": days}
        yield from ((f"organiser/{name}", counted) for name in ("totals", "list_kitchen", "list_venue"))
    long = replace(one, person=replace(one.person, given_name="Αβγ" * 9)) if one.person else one
    code = qr_svg("https://werkplaats.example.org", "Αβγ")
    for people in ([], [one], [one, long]):
        yield "organiser/list_to_sign", shared | {"days": [(day, code) for day in days], "people": people, "empty": 1}
        badges = [[(person.person, code) for person in people]]
        yield "organiser/list_badges", shared | {"sheets": badges if people else []}
        lines = [(person.person, [True, False]) for person in people]
        yield "organiser/list_rooms", shared | {"counts": ["αβγ", "δ"], "lines": lines}
        said = [(person.person, [("Αβγ", ""), ("Αβγ", "Αβγ")]) for person in people]
        for asked in (True, False):
            yield "organiser/list_booklet", shared | {"lines": said, "asked": asked}
    yield "organiser/list_rooms", shared | {"counts": [], "lines": []}


def _totals(workshop: Workshop, number: int) -> Totals:
    """The totals of `number` people with a seat and as many with an offer, who answered all or nothing."""
    answered = {one.id: (possible_answers(one) or ("Αβγ",))[0] for one in workshop.questions}
    people = [
        replace(REGISTRATION, id=f"{state}-{each}", state=state, answers=answers)
        for state in (State.CONFIRMED, State.OFFERED)
        for each in range(number)
        for answers in (answered, {})
    ]
    counted = total(workshop, people)
    # What options count for are codes that people make up, and may not be Greek in a workshop's file.
    chosen = [replace(one, counts={f"αβγ-{what[-1:]}": n for what, n in one.counts.items()}) for one in counted.chosen]
    return replace(counted, chosen=tuple(chosen))


def _about_seats(
    words: Words, shared: dict[str, Any], everybody: list[Registration], ledger: Ledger
) -> Iterator[Shown]:
    """Adding somebody by hand, and cancelling many."""
    workshop: Workshop = shared["workshop"]
    wrong = add_person_form(words, workshop, sent(voornaam="", email="jan"), SUBMISSIONS)
    wrong.validate()
    forms = (add_person_form(words, workshop, None, SUBMISSIONS), wrong)
    for form, one in product(forms, (None, *everybody[:1])):
        for now, free, may in product((NOW, workshop.begins_at, workshop.ends_at), (0, 1, 5), (True, False)):
            seats = replace(ledger, capacity=ledger.held + free)
            shown = adding.page_of(workshop, seats, now, may_add_seats=may)
            shown |= {"form": form, "problem": "–" if one else None, "known": one}
            yield "organiser/add_person", shared | shown | {"back": "aanwezig" if may else "", "unmailed": may}
    lines = [cancelling_many.Line(one, "–" if one.state.live else "") for one in everybody]
    for some, begun in product((lines, lines[:1], lines[3:], []), (True, False)):
        left = [line.registration for line in some if line.registration.state.live]
        shown = {"lines": some, "left": left, "unmailed": False, "begun": begun, "problem": "–" if begun else None}
        yield "organiser/cancel_many", shared | shown


def _people(words: Words, shared: dict[str, Any], one: Registration, ledger: Ledger) -> Iterator[Shown]:
    workshop: Workshop = shared["workshop"]
    answers: dict[str, Any] = {
        question.id: True if isinstance(question, Consent) else (possible_answers(question) or ["Αβγ"])[0]
        for question in workshop.questions
    }
    marks = {day.isoformat(): mark for day, mark in zip(days_of(workshop), Mark, strict=False)}
    for state, now, free in product(State, (NOW, workshop.begins_at), (0, 5)):
        for place, person in product((None, 1, 2, 3), (one.person, None)):
            shown = page_of(
                words,
                workshop,
                replace(one, state=state, answers=answers, person=person),
                replace(ledger, capacity=ledger.held + free),
                place if state is State.WAITLISTED else None,
                marks,
                now,
            )
            yield "organiser/person", shared | shown | {"problem": "–"}
    held = replace(one, answers=answers, held_for=Hold.CONFIRM, held_until=DEADLINE)
    shown_held = page_of(words, workshop, held, ledger, None, marks, NOW) | {"problem": None}
    for earlier in (None, one):
        yield "organiser/person", shared | shown_held | {"earlier": earlier}
    yield from _changes(words, shared, replace(one, answers=answers), shown)


def _journal(words: Words, shared: dict[str, Any], one: Registration) -> Iterator[Shown]:
    workshop: Workshop = shared["workshop"]
    by = workshop.organisers[0].email
    entries = tuple(
        Entry(id=kind, workshop=workshop.id, kind=kind, at=NOW, version=1, by=who, registration=about, detail=detail)
        for kind, who, about in product(Happened, ("", by), (None, one.id, "r2"))
        for detail in [_DETAILS.get(kind, "Αβγ")]
    )
    people = {one.id: one, "r2": replace(one, person=None)}
    for some, last, first in product((entries, ()), ("", "e"), (True, False)):
        page = JournalPage(some, people, last)
        yield "organiser/journal", shared | journal_page(words, workshop, page, Doer.SYSTEM, "mail", first=first)


_DETAILS = {
    Happened.SIGNED_UP: "confirmed",
    Happened.REJOINED: "waitlisted",
    Happened.CORRECTED: "name address particulars answers",
}


def _changes(words: Words, shared: dict[str, Any], one: Registration, shown: dict[str, Any]) -> Iterator[Shown]:
    """The page with all that can be changed, its mails and its history."""
    workshop: Workshop = shared["workshop"]
    remark = Remark(at=NOW, by="α@example.org", text="Αβγ")
    noted = replace(one, remarks=(remark,), labels=("α",))
    mail = queue(Kind.CONFIRMED, AboutSeat(one.id, 1), workshop.id, NOW)
    mails = [
        replace(mail, state=state, delivered=event, settled_at=NOW, subject="Αβγ", text="Αβγ", has_text=True)
        for state, event in product(Delivery, ("", Event.DELIVERED, Event.BOUNCE))
    ]
    mails.append(queue(Kind.SURVEY_INVITATION, AboutWave(one.id, "evaluatie"), workshop.id, NOW))
    entries = [
        Entry(id=f"{kind}{by}", workshop=workshop.id, kind=kind, at=NOW, version=1, by=by, detail=detail)
        for kind, by in product(Happened, ("", workshop.organisers[0].email))
        for detail in [_DETAILS.get(kind, "Αβγ")]
    ]
    told = History(mails=tuple(mails), entries=tuple(entries))
    forms = (
        correct_form(words, workshop, noted, sent(submission=None, email="α")),
        note_form(words, sent(text="")),
        labels_form(words, noted, sent(labels="a,b,c,d,e,f")),
        labels_form(words, noted, sent(labels="x" * 31)),
    )
    for person, state, form in product((noted, replace(noted, person=None)), State, (None, *forms)):
        now = replace(person, state=state)
        again = None
        if form is not None:
            form.validate()
            again = Again(
                registration=now, status=422, problem=None, action="correct", typed=sent(), mistaken=None, other="r2"
            )
        changes = changes_shown(words, workshop, now, told, again)
        if form is not None:
            changes |= {"form" if hasattr(form, "email") else "note" if hasattr(form, "text") else "labels": form}
            changes["mistakes"] = form.mistakes()
        yield "organiser/person", shared | shown | {"registration": now, "changes": changes, "problem": "–"}


def _results(shared: dict[str, Any], workshop: Workshop) -> Iterator[Shown]:
    wave = workshop.waves[0]
    version = version_of(workshop, wave, NOW)
    given = tuple(Given(version=version, answers=answers) for answers in (ANSWERED, ANSWERED[:1], ()))
    days = (Day(day=date(2027, 9, 1), invited=8, answered=2), Day(day=date(2027, 9, 3), invited=8, answered=7))
    for phase, of, number in product(("early", "open", "closed"), (given, given[:1], ()), (0, 1, 8)):
        one = WaveResults(
            workshop=workshop,
            wave=wave,
            phase=phase,
            days=days if of else (),
            invited=number,
            answered=number,
            given=of,
        )
        other = replace(one, wave=workshop.waves[1])
        for beside in (None, other):
            yield (
                "organiser/results",
                shared
                | {
                    "wave": wave,
                    "results": one,
                    "other": beside,
                    "pairs": pairs(of[0].summaries, of[1].summaries[1:]) if beside and len(of) > 1 else (),
                    "curves": [(one, "0,0 1,1") for one in (one, beside) if one and one.days],
                    "others": [(workshop, workshop.waves[1])],
                },
            )


ANSWERED: tuple[Answers, ...] = (
    {"opbrengst": 5, "lengte": "goed", "waarde": ["plek", "anderen"], "anders": "Αβγ", "aanraden": 10},
    {"opbrengst": 2, "aanraden": 1},
)
