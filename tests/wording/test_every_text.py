"""Every text that people read can be translated: shown in a language that marks each, none is left unmarked."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

import pytest
from flask import Request
from icalendar import Calendar
from msgspec.structs import replace
from werkzeug.test import EnvironBuilder

from tests.mailing.samples import SAMPLES, Sample
from tests.pseudo import GREEK, MARIA, PSEUDO, in_greek, unmarked, unmarked_in
from tests.pseudo import offered as offered
from tests.shipped import NOW, REGISTRATION, SUBMISSIONS, sent
from tests.wording.pages import Shown, desk_pages, own_data_pages, public_pages, registration_pages
from werkplaats.domain.changes import Change, Particulars
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import Refusal
from werkplaats.domain.survey.results import Day, summarise
from werkplaats.domain.workshop_parts import Hours
from werkplaats.mailing.calendar import invitation
from werkplaats.mailing.rendering import (
    Context,
    FoldedContext,
    MessageContext,
    OrganiserContext,
    ParticipantContext,
    SurveyContext,
    VisitorContext,
    render,
)
from werkplaats.web.forms import forms
from werkplaats.web.http import requests, responses
from werkplaats.web.http.requests import public
from werkplaats.web.organisers import people, person
from werkplaats.web.public import manage
from werkplaats.wording import tables
from werkplaats.wording.templating import TEMPLATES, render_page

GREEK_REGISTRATION = replace(REGISTRATION, person=MARIA)


def pages() -> Iterator[Shown]:
    yield from public_pages(PSEUDO, GREEK)
    yield from registration_pages(GREEK, GREEK_REGISTRATION)
    yield from own_data_pages(PSEUDO, GREEK, GREEK_REGISTRATION)
    yield from desk_pages(PSEUDO, GREEK, GREEK_REGISTRATION)


def test_every_page_marks_all_that_it_says() -> None:
    """The text, the title and what screen readers read are marked, on each page in each of its forms."""
    different = {render_page(PSEUDO, name, **context): name for name, context in pages()}
    for page, name in different.items():
        assert unmarked_in(page) == "", name


def test_no_page_is_left_out() -> None:
    """Each template of a page has a sample in tests/wording/pages.py."""
    folder = TEMPLATES / "pages"
    every = {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("[a-z]*.html")}
    assert {name for name, _ in pages()} == every


def greek(context: Context) -> Context:
    """What the templates of a sample mail are given, about the Greek workshop."""
    match context:
        case ParticipantContext(change=change, workshop=workshop):
            before, after = Particulars.of(WHOLLY_MOVED), Particulars.of(GREEK)
            return replace(
                context, workshop=in_greek(workshop), change=change and replace(change, before=before, after=after)
            )
        case SurveyContext():
            return replace(context, workshop=GREEK, wave=GREEK.waves[0])
        case OrganiserContext(entry=entry):
            return replace(context, workshop=GREEK, organiser=GREEK.organisers[0], entry=replace(entry, detail="Αβγ"))
        case FoldedContext():
            return replace(context, workshop=GREEK, organiser=GREEK.organisers[0])
        case MessageContext(message=message, registration=one):
            written = replace(message, subject="Αβγ", text="Αβγ {naam}: {link}")
            values = replace(context.values, name="Μαρία")
            return replace(context, workshop=GREEK, message=written, registration=one, values=values)
        case VisitorContext():
            return replace(context, workshop=GREEK, name=GREEK.organisers[0].name, code="Αβγ")


WHOLLY_MOVED = replace(
    GREEK, first_day=date(2027, 8, 22), last_day=date(2027, 8, 24), location=replace(GREEK.location, street="Δρόμος 1")
)
HOURS = (Hours(begins="09:30", ends="21:00"),) * 3


def variants(context: Context) -> Iterator[Context]:
    """`context`, and what else the same templates may have to say."""
    yield context
    match context:
        case ParticipantContext():
            for state, can_rejoin in product(State, (True, False)):
                one = replace(context.registration, state=state)
                yield replace(context, registration=one, can_rejoin=can_rejoin)
                yield replace(context, registration=replace(one, cancelled_by_organiser=True), place=2)
            direct = replace(context.workshop, promotion=replace(GREEK.promotion, by="direct"))
            yield replace(context, workshop=direct)
            yield replace(context, workshop=replace(context.workshop, phone="06 12345678"))
            if context.change is not None:
                yield from (replace(context, change=change) for change in changes(context.change))
        case SurveyContext(wave=wave):
            yield replace(context, wave=replace(wave, to="waitlisted"))
        case OrganiserContext(entry=entry, ledger=ledger):
            yield replace(context, registration=None, mail=None, ledger=replace(ledger, offered=0))
            for state in State:
                yield replace(context, entry=replace(entry, detail=state.value))
            if context.mail is not None:
                yield replace(context, mail=replace(context.mail, doubtful=True))
        case FoldedContext(folded=folded):
            yield replace(context, folded=tuple(replace(one, registration=None) for one in folded))
            once = (replace(folded[0], entry=replace(folded[0].entry, detail="?")), *folded[1:])
            yield replace(context, folded=once, counts=dict.fromkeys(context.counts, 2))
        case MessageContext(message=message):
            yield replace(context, message=replace(message, text="Αβγ"))
        case VisitorContext():
            yield replace(context, name=None)


def changes(change: Change) -> Iterator[Change]:
    """Every combination of other days, other hours (also hours that are not known any more) and another place."""
    for days, place, hours in product((True, False), (True, False), ((), (HOURS, ()), ((), HOURS))):
        before = change.before
        if not days:
            before = replace(before, first_day=change.after.first_day, last_day=change.after.last_day)
        if not place:
            before = replace(before, location=change.after.location)
        after = change.after
        if hours:
            before, after = replace(before, days=hours[0]), replace(after, days=hours[1])
        if before != after:
            yield replace(change, before=before, after=after)


@pytest.mark.parametrize(("kind", "sample"), SAMPLES)
def test_every_mail_marks_all_that_it_says(kind: Kind, sample: Sample) -> None:
    """Subject, text and HTML of each mail are marked, for every recipient and everything that it can be about."""
    for context in variants(greek(sample(MARIA))):
        mail = render(PSEUDO, kind, context)
        assert unmarked(mail.subject) == ""
        assert unmarked(re.sub(r"https?://\S+", "", mail.text)) == ""
        assert unmarked_in(mail.html) == ""


def test_a_file_for_the_calendar_marks_all_that_it_says() -> None:
    """The title, text and place that a calendar shows are marked."""
    [event] = Calendar.from_ical(
        invitation(PSEUDO, GREEK, "r1", public_url="https://werkplaats.example.org", now=NOW)
    ).walk("VEVENT")
    assert event["SUMMARY"].startswith("⟦")
    for name in ("SUMMARY", "DESCRIPTION", "LOCATION"):
        assert unmarked(str(event[name])) == ""


def test_tables_mark_their_heads_and_words() -> None:
    """The tables of results and of people have marked heads and words."""
    wave = GREEK.waves[0]
    given = [{"opbrengst": 5, "waarde": ["plek"], "aanraden": 10}]
    rows = [
        *tables.summary_table(PSEUDO, summarise(wave.questions, given)),
        *tables.answer_table(PSEUDO, wave.questions, given),
        *tables.response_table(PSEUDO, [Day(day=date(2027, 9, 1), invited=1, answered=1)]),
        [PSEUDO.show(phrase) for phrase in people._HEAD],
    ]
    assert [cell for row in rows for cell in row if isinstance(cell, str) and unmarked(cell)] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"voornaam": "", "email": "", "vraag_opgave": "", "vraag_akkoord": None, "vraag_overnachting": None},
        {"voornaam": "Α\u202eβ", "email": "x", "telefoon": "αβγ", "vraag_opgave": "Α\u202eβ", "submission": "x"},
        {"voornaam": "Α" * 100, "email": "x@", "telefoon": "1", "vraag_overnachting": "Α", "vraag_akkoord": None},
    ],
)
def test_mistakes_in_a_form_are_marked(changes: dict[str, Any]) -> None:
    """Every mistake is marked, at its field and in the summary."""
    form = forms.sign_up_form(PSEUDO, GREEK, sent(**changes), SUBMISSIONS)
    assert not form.validate()
    assert [mistake.text for mistake in form.mistakes() if unmarked(mistake.text)] == []
    assert len(form.mistakes()) >= 4


def test_every_refusal_and_every_problem_is_marked() -> None:
    """Refusals and problems are marked, also those that are hard to provoke."""
    for explanations in (manage._EXPLANATIONS, person._EXPLANATIONS):
        for refusal, phrase in explanations.items():
            assert isinstance(refusal, Refusal)
            assert unmarked(PSEUDO.show(phrase, address="x@example.org")) == ""
    problems = [responses.not_found(), responses.busy(), requests._broken(), requests._unreadable()]
    problems += [requests._too_slow(), requests._too_large(65536, close=True), requests._unknown_kind()]
    for problem in problems:
        assert unmarked(" ".join(problem.texts(PSEUDO).values())) == ""


@pytest.mark.usefixtures("offered")
def test_a_problem_is_told_in_the_language_that_was_asked_for() -> None:
    """A problem is shown in the language of the request, also if the request reached no page."""

    def nothing(request: Request) -> Any:
        raise responses.not_found()

    for query, said in (("", "Deze pagina is er niet"), ("taal=x-pseudo", "⟦Deze pagina is er niet⟧")):
        answer = public()(nothing)(Request(EnvironBuilder(query_string=query).get_environ()))
        assert f"<h1>{said}</h1>" in answer.get_data(as_text=True)


def test_a_text_that_is_not_marked_is_found() -> None:
    """Unmarked text is found in a paragraph, in an attribute, and beside marked text, so these tests can fail."""
    assert unmarked_in("<p>Je hebt een plek</p>") == "Je hebt een plek"
    assert unmarked_in('<p aria-label="Zoek">⟦Zoek ⟦dag⟧ <b>x</b>⟧</p>') == "Zoek"
    assert unmarked_in("<p>⟦Je hebt⟧ Μαρία een plek: jan@example.org</p>") == "een plek"
