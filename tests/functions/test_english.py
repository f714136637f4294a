"""A participant who reads English, over HTTP: how the language is chosen, and a course of pages, mails and a survey."""

import re
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.functions.conftest import Serve
from tests.functions.desk import ORGANISER
from tests.functions.test_public import FORM, PAGE, TYPED
from tests.functions.test_roles import asked
from tests.samples import NOW, sign_up
from tests.sendgrid import ScriptedSendGrid
from tests.shipped import WORKSHOP
from tests.signing_in import signed_in
from tools import words as tool
from werkplaats.store import Store
from werkplaats.web.organisers import desk
from werkplaats.workflows.mail.deliver import deliver_mail
from werkplaats.workflows.seats.queue import SeatQueue

ENGLISH_BROWSER = {"Accept-Language": "en-GB,en;q=0.9,nl;q=0.5"}
DUTCH_BROWSER = {"Accept-Language": "nl-NL,nl;q=0.9,en;q=0.8"}
PATHS = ("/", PAGE, FORM, f"{PAGE}/link", f"{PAGE}/link/verstuurd", f"{PAGE}/privacy", f"{PAGE}/ontvangen")


@pytest.fixture
def visitor(serve: Serve) -> FlaskClient:
    return serve("signup")


def language(html: str) -> str:
    """The language that a page says it is in."""
    found = re.search(r'<html lang="([^"]+)"', html)
    assert found is not None
    return found[1]


# How the language is chosen


@pytest.mark.parametrize(
    ("query", "headers", "said"),
    [
        ("", {}, "nl"),
        ("", DUTCH_BROWSER, "nl"),
        ("", ENGLISH_BROWSER, "en"),
        ("", {"Accept-Language": "de, en;q=0.3"}, "en"),
        ("", {"Accept-Language": "fr"}, "nl"),
        ("", {"Accept-Language": "q=;,,;;"}, "nl"),
        ("?taal=en", DUTCH_BROWSER, "en"),
        ("?taal=nl", ENGLISH_BROWSER, "nl"),
        ("?taal=xx", ENGLISH_BROWSER, "en"),
    ],
)
def test_the_address_counts_most_and_the_browser_least(
    visitor: FlaskClient, query: str, headers: dict[str, str], said: str
) -> None:
    """What is chosen in the address is kept, and otherwise a page is in the browser's language, if it is offered."""
    for path in (*PATHS, "/werkplaats/weg"):
        answer = visitor.get(path + query, headers=headers)
        assert (language(answer.text), answer.headers["Content-Language"]) == (said, said)
        assert answer.headers["Vary"] == "Accept-Language"
        assert answer.headers["Cache-Control"] in ("no-cache", "no-store")


def test_dutch_that_was_chosen_is_kept_from_page_to_page(visitor: FlaskClient) -> None:
    """Links of a page in Dutch name the language if the browser asks for another one, and otherwise they need not."""
    chosen = visitor.get(f"{PAGE}?taal=nl", headers=ENGLISH_BROWSER).text
    assert f'href="{FORM}?taal=nl"' in chosen
    assert f'href="{FORM}"' in visitor.get(f"{PAGE}?taal=nl", headers=DUTCH_BROWSER).text
    assert f'href="{FORM}?taal=en"' in visitor.get(PAGE, headers=ENGLISH_BROWSER).text


def test_each_page_has_a_link_to_itself_in_the_other_language(visitor: FlaskClient) -> None:
    """The link keeps the rest of the query, and says in which language it leads to what."""
    for path in PATHS:
        dutch, english = (visitor.get(f"{path}?via=lpb{more}").text for more in ("", "&taal=en"))
        for page, other, name in ((dutch, "en", "English"), (english, "nl", "Nederlands")):
            link = BeautifulSoup(page, "html.parser").find("a", hreflang=other)
            assert link is not None
            assert (link["href"], link["lang"], link.text) == (f"?via=lpb&taal={other}", other, name)  # type: ignore[index]


def test_a_path_leads_nowhere_else(visitor: FlaskClient) -> None:
    """The link to the other language cannot be made to lead to another site."""
    page = visitor.get("//evil.example/..?a=%22%3E%3Cb%3E").text
    link = BeautifulSoup(page, "html.parser").find("a", hreflang="en")
    assert link is None or str(link["href"]).startswith("?")  # type: ignore[index]
    assert "<b>" not in page


# The desk


def test_the_desk_stays_dutch(serve: Serve, store: Store, queue: SeatQueue) -> None:
    """No page of the desk is in English, whatever the address and the browser ask for."""
    queue.do(WORKSHOP.id, sign_up(1))
    client = serve("organiser")
    headers = signed_in(store, ORGANISER, NOW) | ENGLISH_BROWSER
    pages = 0
    for rule in desk.ROUTES.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        for who in (headers, ENGLISH_BROWSER):
            if "/voorbeeld" in rule.rule and who is headers:
                continue  # what participants would see, in the language that the address asks for
            answer = asked(client, f"{rule.rule}?taal=en", "GET", who)
            if answer.mimetype == "text/html":
                pages += 1
                assert language(answer.text) == "nl", rule.rule
                assert "hreflang" not in answer.text, rule.rule
    assert pages > 30
    too_large = client.post("/organisatie/inloggen?taal=en", data="x" * 70_000, headers=ENGLISH_BROWSER)
    assert (too_large.status_code, language(too_large.text)) == (413, "nl")


def test_a_draft_can_be_looked_at_in_english(serve: Serve, store: Store) -> None:
    """The page, the form and a mail of the draft are shown in English too, with links to stay in it."""
    client = serve("organiser")
    headers = signed_in(store, ORGANISER, NOW)
    english = WORKSHOP.in_language("en")
    base = f"/organisatie/{WORKSHOP.id}/voorbeeld"
    for path, said in (
        (base, english.summary),
        (f"{base}/formulier", english.questions[0].label),
        (f"{base}/mail/confirmed", "You have a place"),
    ):
        assert said not in client.get(path, headers=headers).text
        shown = client.get(f"{path}?taal=en", headers=headers).text
        assert said in shown
        assert f'href="{base}?taal=en"' in shown
        assert "Terug naar bewerken" in shown


# A course in English


def test_whoever_signs_up_in_english_is_written_to_in_english(
    visitor: FlaskClient, serve: Serve, store: Store, sendgrid: ScriptedSendGrid, clock: list[datetime]
) -> None:
    """Form, page, mail, calendar file and survey are in English, with the workshop's own texts in English."""
    english = WORKSHOP.in_language("en")
    form = visitor.get(FORM, headers=ENGLISH_BROWSER).text
    for question in english.questions[:3]:
        assert question.label in form
    assert english.questions[1].options[0].label in form  # type: ignore[union-attr]
    [action] = re.findall(r'<form [^>]*action="([^"]*)"', form) or [f"{FORM}?taal=en"]
    location = visitor.post(action or f"{FORM}?taal=en", data=TYPED).headers["Location"]
    [one] = store.seats.all_of(WORKSHOP.id)
    assert (one.language, one.answers["overnachting"]) == ("en", "beide-nachten")

    page = serve("manage").get(location, headers=DUTCH_BROWSER).text
    assert language(page) == "en"
    assert "You have a place" in page
    assert english.title in page

    request = sent_mail(serve, sendgrid, f"{one.id}-confirmed-1")
    assert request["subject"].startswith("You have a place")
    assert english.title in str(request["content"])
    assert WORKSHOP.title not in str(request)
    assert f"{location}?taal=en" in str(request["content"])

    clock[0] = WORKSHOP.ends_at + timedelta(days=1, hours=12)
    serve("send_surveys").post("/")
    invitation = next(mail for mail in store.outbox.of_registration(one.id) if mail.kind.value == "survey_invitation")
    request = sent_mail(serve, sendgrid, invitation.id)
    assert english.waves[0].title in request["subject"]
    [path] = set(re.findall(r"https://werkplaats.example.org(/enquete/[^\s\"<?]+\?taal=en)", str(request["content"])))
    survey = serve("survey")
    asked_in_english = survey.get(path, headers=DUTCH_BROWSER).text
    for asks in english.waves[0].questions:
        assert asks.label in asked_in_english
    missing = survey.post(path, data={"vraag-opbrengst": ""})
    assert (missing.status_code, language(missing.text)) == (422, "en")
    done = survey.post(path, data={"vraag-opbrengst": "4", "vraag-lengte": "goed", "vraag-aanraden": "9"})
    assert (done.status_code, done.headers["Location"]) == (303, path)
    assert language(survey.get(path).text) == "en"
    [version] = store.surveys.versions(WORKSHOP.id, "evaluatie")
    assert version.questions == WORKSHOP.waves[0].questions


def sent_mail(serve: Serve, sendgrid: ScriptedSendGrid, id: str) -> dict[str, Any]:
    """The request by which the mail `id` was sent just now."""
    serve("deliver_mail")
    main = sys.modules["main"].runtime
    before = len(sendgrid.taken)
    deliver_mail(main.postman, id, main.now())
    assert len(sendgrid.taken) == before + 1
    request = sendgrid.taken[-1]
    return request | {"subject": request["personalizations"][0].get("subject") or request["subject"]}


def test_a_registration_in_dutch_stays_dutch_in_an_english_browser(
    visitor: FlaskClient, serve: Serve, store: Store
) -> None:
    """The language that somebody signed up in counts for more than that of the browser, and is kept by the links."""
    location = visitor.post(f"{FORM}?taal=nl", data=TYPED, headers=ENGLISH_BROWSER).headers["Location"]
    [one] = store.seats.all_of(WORKSHOP.id)
    assert one.language == "nl"
    page = serve("manage").get(location, headers=ENGLISH_BROWSER).text
    assert language(page) == "nl"
    assert f'href="{PAGE}?taal=nl"' in page
    assert language(serve("manage").get(f"{location}?taal=en").text) == "en"


def test_no_page_in_english_has_dutch_of_the_catalogue(visitor: FlaskClient, serve: Serve, queue: SeatQueue) -> None:
    """With `?taal=en`, no public page contains a Dutch text of ours, but for names and what people typed."""
    dutch = [
        text
        for message in tool._read(tool.LANGUAGES / "en.po")
        for text in tool._forms(message.id)
        if message.id
        and text not in tool._forms(message.string)
        and len(text) > 8
        and "%(" not in text
        and "<" not in text
    ]
    assert len(dutch) > 100
    location = visitor.post(f"{FORM}?taal=en", data=TYPED).headers["Location"]
    answers = [visitor.get(f"{path}?taal=en") for path in (*PATHS, "/werkplaats/weg")]
    answers.append(visitor.post(f"{FORM}?taal=en", data={}))
    answers.append(serve("manage").get(location))
    for answer in answers:
        shown = BeautifulSoup(answer.text, "html.parser")
        for other in shown.select("[lang=nl]"):
            other.decompose()
        said = " ".join(shown.get_text(" ").split())
        assert [text for text in dutch if re.search(rf"(?<!\w){re.escape(text)}(?!\w)", said)] == [], (
            answer.request.path
        )
