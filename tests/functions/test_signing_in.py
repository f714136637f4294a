"""Signing in over HTTP by the mailed link or its code, and what is refused."""

import re
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from msgspec.structs import replace
from werkzeug.test import TestResponse

from tests.database import database
from tests.functions.conftest import KEYS, Serve
from tests.samples import NOW
from tests.sendgrid import ScriptedSendGrid
from tests.shipped import WORKSHOP
from tests.signing_in import cookie_header
from tests.surroundings import STILL
from werkplaats.domain.access import Known
from werkplaats.domain.delivery import Delivery
from werkplaats.domain.kept import SESSION_IDLE
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.signing_in import SignInRequest
from werkplaats.security.links import Links, desk_link
from werkplaats.security.sessions import address_hash, fingerprint
from werkplaats.store import Store
from werkplaats.workflows.mail.deliver import Postman, deliver_mail
from werkplaats.workflows.sign_in import admit_without_mail

ORGANISER = "platform31@example.org"
SIGN_IN = "/organisatie/inloggen"
CODE = f"{SIGN_IN}/code"
DESK = f"/organisatie/{WORKSHOP.id}"
LINKS = Links(KEYS, "https://werkplaats.example.org")

Browser = Callable[[], FlaskClient]


@pytest.fixture
def browser(serve: Serve) -> Browser:
    """Makes browsers, each with its own cookies, that use https as the desk's address in this test does."""
    application = serve("organiser").application

    def browser() -> FlaskClient:
        client = application.test_client()
        client.environ_base |= {"wsgi.url_scheme": "https"}
        return client

    return browser


class Mailbox:
    """The mails to organisers. It sends those that wait as `deliver_mail` would."""

    def __init__(self, store: Store, sendgrid: ScriptedSendGrid, clock: list[datetime]) -> None:
        self._store, self._sendgrid, self._clock = store, sendgrid, clock

    def of(self, kind: Kind) -> list[dict[str, Any]]:
        """The mails of `kind`, oldest first, after sending all that wait."""
        postman = Postman(self._store, self._sendgrid.client, LINKS, STILL)
        for document in database(self._store).collection("mails").order_by("created_at").stream():
            deliver_mail(postman, document.id, self._clock[0])
        return [one for one in self._sendgrid.taken if kind.value in one["categories"]]

    def newest(self) -> tuple[str, str]:
        """The path of the link, and the code, in the newest mail to sign in with."""
        text = self.of(Kind.SIGN_IN)[-1]["content"][0]["value"]
        link = re.search(r"https://werkplaats\.example\.org(/organisatie/inloggen/\S+)", text)
        code = re.search(r"^([A-Z0-9]{8})$", text, re.MULTILINE)
        assert link is not None
        assert code is not None
        return link[1], code[1]


@pytest.fixture
def mailbox(store: Store, sendgrid: ScriptedSendGrid, clock: list[datetime]) -> Mailbox:
    return Mailbox(store, sendgrid, clock)


def ask(browser: FlaskClient, email: str = ORGANISER, **fields: str) -> TestResponse:
    return browser.post(SIGN_IN, data={"email": email, **fields})


def cookie(answer: TestResponse) -> str:
    """The whole Set-Cookie header of `answer`, which must have exactly one."""
    found = answer.headers.getlist("Set-Cookie")
    assert len(found) == 1, found
    return found[0]


def is_in(browser: FlaskClient) -> bool:
    return browser.get(DESK).status_code == 200


def text(answer: TestResponse) -> str:
    return " ".join(BeautifulSoup(answer.text, "html.parser").get_text(" ").split())


# The way in


def test_signing_in_by_the_link(browser: Browser, mailbox: Mailbox) -> None:
    """Opening the link shows a button and changes nothing; the button signs in, after which the link is over."""
    mine = browser()
    answer = ask(mine)
    assert (answer.status_code, answer.headers["Location"]) == (303, CODE)
    link, _ = mailbox.newest()
    for _ in range(3):
        page = mine.get(link)
        assert page.status_code == 200
        assert not is_in(mine)
    form = BeautifulSoup(page.text, "html.parser").select_one("main form")
    assert form is not None
    assert (form["method"], form["action"]) == ("post", link)
    done = mine.post(link)
    assert (done.status_code, done.headers["Location"]) == (303, "/organisatie/")
    assert is_in(mine)
    assert mine.post(link).status_code == 410
    assert mine.get(link).status_code == 410
    assert is_in(mine), "to click once more signs nobody out"


def test_signing_in_by_the_code(browser: Browser, mailbox: Mailbox) -> None:
    """The code signs in, in any case and with spaces, and leads to the page that was asked for."""
    mine = browser()
    first = mine.get(f"{DESK}/mensen?q=jan")
    assert first.status_code == 303
    page = mine.get(first.headers["Location"])
    field = BeautifulSoup(page.text, "html.parser").select_one("input[name=naar]")
    assert field is not None
    answer = ask(mine, naar=str(field["value"]))
    page = mine.get(answer.headers["Location"])
    fields = BeautifulSoup(page.text, "html.parser")
    code_field, naar = fields.select_one("input[name=code]"), fields.select_one("input[name=naar]")
    assert code_field is not None
    assert naar is not None
    assert (code_field["autocomplete"], code_field["inputmode"]) == ("one-time-code", "text")
    _, code = mailbox.newest()
    done = mine.post(CODE, data={"code": f" {code[:4].lower()} {code[4:]}", "naar": naar["value"]})
    assert (done.status_code, done.headers["Location"]) == (303, f"{DESK}/mensen?q=jan")
    assert mine.get(done.headers["Location"]).status_code == 200


def test_the_link_leads_to_the_page_that_was_asked_for(browser: Browser, mailbox: Mailbox) -> None:
    """The link leads to the page that was asked for, without its search, which is not stored."""
    mine = browser()
    ask(mine, naar=f"{DESK}/mensen?q=jan")
    link, _ = mailbox.newest()
    field = BeautifulSoup(mine.get(link).text, "html.parser").select_one("main form input[name=naar]")
    assert field is not None
    assert field["value"] == f"{DESK}/mensen"
    assert mine.post(link, data={"naar": field["value"]}).headers["Location"] == f"{DESK}/mensen"


def test_the_cookie_is_for_the_desk_alone_and_is_replaced(browser: Browser, mailbox: Mailbox, store: Store) -> None:
    """Scripts and other sites cannot use the cookie, and the store holds neither it, nor the link, nor the code."""
    mine = browser()
    before = cookie(ask(mine))
    link, code = mailbox.newest()
    after = cookie(mine.post(link))
    for one in (before, after):
        assert re.match(r"__session=[as]\.", one)
        for flag in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/organisatie"):
            assert f"; {flag}" in one
        assert "Domain" not in one
    assert "Max-Age=7776000" in after
    tokens = [one.split(";")[0].rpartition(".")[2] for one in (before, after)]
    assert tokens[0] != tokens[1]
    kept = str([
        (document.id, document.to_dict())
        for collection in database(store).collections()
        for document in collection.stream()
    ])  # fmt: skip
    for secret in (*tokens, code, link.rpartition(".")[2]):
        assert secret not in kept
    assert fingerprint(tokens[1]) in kept


def test_on_a_developers_own_machine_the_cookie_needs_no_https(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cookie is sent without https only if PUBLIC_URL is http://localhost, where there is no certificate."""
    mine = browser()
    runtime = sys.modules["main"].runtime
    for url, secure in {
        "http://localhost:8080": False,
        "http://localhost.example.org": True,
        "http://werkplaats.example.org": True,
        "https://localhost": True,
    }.items():
        runtime.settings = replace(runtime.settings, given=runtime.settings.given | {"PUBLIC_URL": url})
        assert ("; Secure" in cookie(ask(mine))) is secure, url


# What the answers do not tell


def test_the_answer_is_the_same_for_known_and_unknown(browser: Browser, mailbox: Mailbox, store: Store) -> None:
    """Known and unknown addresses get identical answers apart from the cookie, also beyond the limit of mails."""
    answers = set()
    for email in (ORGANISER, "iemand@example.com", "PLATFORM31@example.org"):
        for _ in range(7):
            mine = browser()
            answer = ask(mine, email)
            page = mine.get(answer.headers["Location"])
            wrong = mine.post(CODE, data={"code": "BCDF2345"})
            headers = sorted(name for name, _ in answer.headers)
            answers.add((answer.status_code, answer.text, str(headers), page.text))
            assert wrong.status_code in (422, 410)
    assert len(answers) == 1
    mails = mailbox.of(Kind.SIGN_IN)
    assert len(mails) == 5
    assert {mail["personalizations"][0]["to"][0]["email"] for mail in mails} == {ORGANISER}
    assert len(list(database(store).collection("sign_ins").stream())) == 2


def test_as_much_is_written_for_an_unknown_address(browser: Browser, store: Store) -> None:
    """A request for an unknown address is stored like any other, but without the address."""
    ask(browser(), "iemand@example.com")
    ask(browser(), ORGANISER)
    unknown, known = (store.signing_in.of(address_hash(one)).sign_ins for one in ("iemand@example.com", ORGANISER))
    assert (unknown.email, known.email) == ("", ORGANISER)
    assert len(unknown.requests) == len(known.requests) == 1


def test_nobody_is_named_in_the_log(browser: Browser, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]) -> None:
    mine = browser()
    ask(mine)
    link, code = mailbox.newest()
    mine.post(CODE, data={"code": "BCDF2345"})
    mine.post(link)
    said = capsys.readouterr().out
    assert "sign_in.asked" in said
    assert "sign_in.done" in said
    for secret in (ORGANISER, address_hash(ORGANISER), code, link.rpartition(".")[2]):
        assert secret not in said


# What is refused


def test_a_link_works_in_no_other_browser(browser: Browser, mailbox: Mailbox) -> None:
    """In another browser the link is refused with what to do instead, and it still works in the first one."""
    mine, other, another_request = browser(), browser(), browser()
    ask(mine)
    link, _ = mailbox.newest()
    ask(another_request)
    for stranger in (other, another_request):
        for answer in (stranger.get(link), stranger.post(link)):
            assert answer.status_code == 403
            assert "typ daar de code uit de mail" in text(answer)
            assert "Set-Cookie" not in answer.headers
        assert not is_in(stranger)
    assert mine.post(link).status_code == 303


def test_a_link_and_a_code_are_over_after_a_quarter_of_an_hour(
    browser: Browser, mailbox: Mailbox, clock: list[datetime]
) -> None:
    mine = browser()
    ask(mine)
    link, code = mailbox.newest()
    clock[0] = NOW + timedelta(minutes=15)
    for answer in (mine.get(link), mine.post(link), mine.post(CODE, data={"code": code})):
        assert answer.status_code == 410
        assert "Vraag een nieuwe mail" in text(answer)
    assert not is_in(mine)


def test_a_code_can_be_tried_five_times(browser: Browser, mailbox: Mailbox) -> None:
    """After five wrong codes the right one is refused too, but the link still works."""
    mine = browser()
    ask(mine)
    link, code = mailbox.newest()
    for left in ("4 keer", "3 keer", "2 keer", "één keer"):
        answer = mine.post(CODE, data={"code": "BCDF2345"})
        assert answer.status_code == 422
        assert f"nog {left} proberen" in text(answer)
    assert mine.post(CODE, data={"code": "BCDF2345"}).status_code == 410
    assert mine.post(CODE, data={"code": code}).status_code == 410
    assert mine.post(link).status_code == 303


def test_a_code_works_in_no_other_browser(browser: Browser, mailbox: Mailbox) -> None:
    """A code is refused in another browser, even if that browser asked for the same address itself."""
    mine, other, nobody = browser(), browser(), browser()
    ask(other)
    mailbox.newest()
    ask(mine)
    _, code = mailbox.newest()
    assert other.post(CODE, data={"code": code}).status_code == 422
    assert nobody.post(CODE, data={"code": code}).status_code == 410
    assert nobody.get(CODE).headers["Location"] == SIGN_IN
    assert mine.post(CODE, data={"code": code}).status_code == 303


def test_links_that_nobody_made(browser: Browser, mailbox: Mailbox) -> None:
    """Links that were altered, or signed with another key, get 410, and those of another shape get 404."""
    mine = browser()
    ask(mine)
    link, _ = mailbox.newest()
    address, request, signature = link.rpartition("/")[2].split(".")
    foreign = Links(("f" * 32,)).sign_in(address, request)
    ask(mine, "vanvieren@example.org")
    for made_up in (
        f"{SIGN_IN}/{address}.{request}.{'A' * 43}",
        f"{SIGN_IN}/{'0' * 32}.{request}.{signature}",
        f"{SIGN_IN}/{address}.{'0' * 32}.{signature}",
        foreign,
    ):
        assert mine.get(made_up).status_code == 410, made_up
        assert mine.post(made_up).status_code == 410, made_up
    for no_link in ("x", "x" * 5000, f"{address}.{request}", "..", f"{address}.{request}.{signature}x", "%00", "é"):
        assert mine.get(f"{SIGN_IN}/{no_link}").status_code == 404, no_link
        assert mine.post(f"{SIGN_IN}/{no_link}").status_code == 404, no_link
    assert not is_in(mine)


@pytest.mark.parametrize(
    "email", ["", "   ", "geen adres", "@", "a@b", "x" * 250 + "@example.org", "a@example.org\r\nBcc: b@example.org"]
)
def test_an_address_that_cannot_be_one_is_told_beside_the_field(browser: Browser, store: Store, email: str) -> None:
    """An invalid address gets 422 with a mark at the field, no cookie, and nothing is stored."""
    answer = ask(browser(), email)
    assert answer.status_code == 422
    assert "Set-Cookie" not in answer.headers
    field = BeautifulSoup(answer.text, "html.parser").select_one("input[name=email]")
    assert field is not None
    assert (field["type"], field["autocomplete"], field["aria-invalid"]) == ("email", "email", "true")
    assert list(database(store).collection("sign_ins").stream()) == []


@pytest.mark.parametrize("code", ["", "x" * 5000, "BCDF 234", "<script>", "BCDF2345\0", "é" * 8])
def test_a_code_that_cannot_be_one_is_told_beside_the_field(browser: Browser, code: str) -> None:
    mine = browser()
    ask(mine)
    answer = mine.post(CODE, data={"code": code})
    assert answer.status_code == 422
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "naar",
    [
        "https://evil.example",
        "//evil.example",
        "/organisatie//evil.example",
        "/\\evil.example",
        "/organisatie/\r\nSet-Cookie: x=1",
        "/organisatie/\\evil.example",
        "javascript:alert(1)",
        "/aanmelding/x",
        "/organisatie.evil.example",
        "/organisatie@evil.example",
        "/organisatie/inloggen",
        "/organisatie/uitloggen",
        "/organisatie/" + "x" * 1000,
        "/organisatie/é",
    ],
)
def test_signing_in_leads_nowhere_but_to_the_desk(browser: Browser, mailbox: Mailbox, naar: str) -> None:
    """Signing in leads to the desk only, whatever address somebody put into the link to the sign-in page."""
    mine = browser()
    answer = ask(mine, naar=naar)
    assert answer.headers["Location"] == CODE
    assert "evil" not in mine.get(SIGN_IN, query_string={"naar": naar}).text
    _, code = mailbox.newest()
    done = mine.post(CODE, data={"code": code, "naar": naar})
    assert done.headers["Location"] == "/organisatie/"
    assert len(done.headers.getlist("Set-Cookie")) == 1
    ask(mine, naar=naar)
    link, _ = mailbox.newest()
    assert "evil" not in mine.get(link).text
    assert mine.post(link, data={"naar": naar}).headers["Location"] == "/organisatie/"


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_another_sites_page_signs_nobody_in_or_out(browser: Browser, mailbox: Mailbox, headers: dict[str, str]) -> None:
    """A page of another site cannot cause a mail, use a link or a code, or end a session."""
    mine = browser()
    assert mine.post(SIGN_IN, data={"email": ORGANISER}, headers=headers).status_code == 403
    ask(mine)
    link, code = mailbox.newest()
    assert mine.post(link, headers=headers).status_code == 403
    assert mine.post(CODE, data={"code": code}, headers=headers).status_code == 403
    mine.post(link)
    assert mine.post("/organisatie/uitloggen", data={"overal": "ja"}, headers=headers).status_code == 403
    assert is_in(mine)
    assert len(mailbox.of(Kind.SIGN_IN)) == 1


def test_of_many_uses_of_one_link_at_once_one_signs_in(browser: Browser, mailbox: Mailbox, store: Store) -> None:
    mine = browser()
    asked = cookie(ask(mine)).split(";")[0].partition("=")[2]
    link, code = mailbox.newest()

    def use(number: int) -> int:
        client = mine.application.test_client(use_cookies=False)
        if number % 2:
            return client.post(link, headers=cookie_header(asked)).status_code
        return client.post(CODE, data={"code": code}, headers=cookie_header(asked)).status_code

    with ThreadPoolExecutor(8) as threads:
        answers = sorted(threads.map(use, range(8)))
    assert answers == [303] + [410] * 7
    assert len(store.signing_in.sessions_of(address_hash(ORGANISER))) == 1


def test_many_codes_tried_at_once_are_all_counted(browser: Browser, mailbox: Mailbox, store: Store) -> None:
    """Codes that are tried at the same time are all counted; some get no outcome, because others were faster."""
    mine = browser()
    asked = cookie(ask(mine)).split(";")[0].partition("=")[2]
    mailbox.newest()

    def guess(number: int) -> int:
        client = mine.application.test_client(use_cookies=False)
        return client.post(CODE, data={"code": f"BCDF234{number}"}, headers=cookie_header(asked)).status_code

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(guess, range(2, 10)))
    assert answers.count(422) <= 4
    assert 303 not in answers


# Staying in, and leaving


def sign_in(browser: FlaskClient, mailbox: Mailbox, email: str = ORGANISER) -> FlaskClient:
    ask(browser, email)
    link, _ = mailbox.newest()
    assert browser.post(link).status_code == 303
    return browser


def test_a_session_lasts_two_weeks_after_its_last_use(
    browser: Browser, mailbox: Mailbox, clock: list[datetime]
) -> None:
    """A session lasts 14 days after its last use, and 90 days in all."""
    mine = sign_in(browser(), mailbox)
    for day in (13, 26, 39, 52, 65, 78, 89):
        clock[0] = NOW + timedelta(days=day)
        assert is_in(mine), day
    clock[0] = NOW + timedelta(days=90)
    assert not is_in(mine)
    other = sign_in(browser(), mailbox)
    clock[0] += SESSION_IDLE
    assert other.get(DESK).status_code == 303


def test_looking_writes_once_a_day(browser: Browser, mailbox: Mailbox, store: Store, clock: list[datetime]) -> None:
    mine = sign_in(browser(), mailbox)
    (id,) = store.signing_in.sessions_of(address_hash(ORGANISER))

    def written() -> datetime:
        guarded = store.signing_in.session(id)
        assert guarded is not None
        return guarded.session.seen_at

    clock[0] = NOW + timedelta(hours=23)
    assert is_in(mine)
    assert written() == NOW
    clock[0] = NOW + timedelta(hours=25)
    assert is_in(mine)
    assert written() == clock[0]


def test_signing_out(browser: Browser, mailbox: Mailbox) -> None:
    """Signing out removes the cookie and ends its session, and other browsers stay signed in."""
    mine, phone = sign_in(browser(), mailbox), sign_in(browser(), mailbox)
    kept = mine.get_cookie("__session", path="/organisatie")
    assert kept is not None
    answer = mine.post("/organisatie/uitloggen")
    assert (answer.status_code, answer.headers["Location"]) == (303, SIGN_IN)
    assert "Max-Age=0" in cookie(answer)
    assert not is_in(mine)
    replayed = mine.application.test_client(use_cookies=False).get(DESK, headers=cookie_header(kept.value))
    assert replayed.status_code == 303
    assert is_in(phone)


def test_signing_out_everywhere(browser: Browser, mailbox: Mailbox) -> None:
    """Signing out everywhere ends all sessions and unused links of an address, and not those of colleagues."""
    mine, phone, waiting = sign_in(browser(), mailbox), sign_in(browser(), mailbox), browser()
    colleague = sign_in(browser(), mailbox, "vanvieren@example.org")
    ask(waiting)
    link, _ = mailbox.newest()
    assert mine.post("/organisatie/uitloggen", data={"overal": "ja"}).status_code == 303
    assert (is_in(mine), is_in(phone), is_in(colleague)) == (False, False, True)
    assert waiting.post(link).status_code == 410


def test_asking_for_another_address_leaves_the_first(browser: Browser, mailbox: Mailbox, store: Store) -> None:
    """Asking to sign in with another address ends the session of the first in the store too."""
    mine = sign_in(browser(), mailbox)
    assert "Je bent al ingelogd als platform31@example.org" in text(mine.get(SIGN_IN))
    ask(mine, "vanvieren@example.org")
    assert store.signing_in.sessions_of(address_hash(ORGANISER)) == []


def test_a_mail_tells_that_somebody_has_signed_in(browser: Browser, mailbox: Mailbox) -> None:
    """Each time somebody signs in, a mail to their address says so."""
    sign_in(browser(), mailbox)
    (mail,) = mailbox.of(Kind.SIGNED_IN)
    assert mail["personalizations"][0]["to"][0]["email"] == ORGANISER
    sign_in(browser(), mailbox)
    assert len(mailbox.of(Kind.SIGNED_IN)) == 2


def test_a_link_of_whoever_runs_the_program(browser: Browser, mailbox: Mailbox, store: Store) -> None:
    """A link that was made without a mail works once, in any browser, with its secret only."""
    address, request, secret = address_hash(ORGANISER), "d" * 32, "S" * 43
    asked = SignInRequest(id=request, browser="", at=NOW, proof=fingerprint(secret))
    admit_without_mail(store, address, Known(ORGANISER, WORKSHOP.id), asked)
    link = desk_link("", address, request, secret)
    assert browser().post(desk_link("", address, request, "T" * 43)).status_code == 410
    mine = browser()
    assert mine.get(link).status_code == 200
    assert mine.post(link).status_code == 303
    assert is_in(mine)
    assert browser().post(link).status_code == 410
    assert len(mailbox.of(Kind.SIGNED_IN)) == 1


def test_nothing_about_signing_in_is_kept_by_a_cache(browser: Browser, mailbox: Mailbox) -> None:
    mine = browser()
    answers = [mine.get(SIGN_IN), ask(mine), mine.get(CODE)]
    link, _ = mailbox.newest()
    answers += [mine.get(link), mine.post(link), mine.get(DESK), mine.get(link), mine.post("/organisatie/uitloggen")]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    assert {answer.headers["Referrer-Policy"] for answer in answers if answer.status_code != 303} == {"same-origin"}


def test_a_mail_that_is_late_is_not_sent(
    browser: Browser, mailbox: Mailbox, clock: list[datetime], store: Store
) -> None:
    """A mail to sign in with is skipped once its link is over, after 15 minutes."""
    ask(browser())
    clock[0] = NOW + timedelta(minutes=15)
    assert mailbox.of(Kind.SIGN_IN) == []
    (mail,) = database(store).collection("mails").stream()
    assert (mail.get("state"), mail.get("reason")) == (Delivery.SKIPPED.value, "it is too late for it to be of use")
