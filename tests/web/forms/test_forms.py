"""What people may fill in, and which message they get about a mistake."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict
from wtforms import Field

from tests.pseudo import PSEUDO
from tests.shipped import JAN, NOW, SUBMISSION, SUBMISSIONS, WAVE, WORKSHOP, sent
from tests.words import DUTCH
from werkplaats.domain.questions import AnyOf, Consent, Option, ShortText
from werkplaats.security.links import Submissions
from werkplaats.web.forms.forms import SignUpForm, link_form, sign_up_form, survey_form


def filled(**changes: str | list[str] | None) -> SignUpForm:
    form = sign_up_form(DUTCH, WORKSHOP, sent(**changes), SUBMISSIONS)
    form.validate()
    return form


def test_good_sign_up_becomes_a_person_and_answers() -> None:
    """A valid form gives the person, the answers and its submission."""
    form = filled()
    assert form.mistakes() == []
    assert form.person() == JAN
    assert form.answers() == {
        "opgave": "Ik werk aan de wijk.",
        "overnachting": "geen",
        "dieetwensen": "vegetarisch",
        "akkoord": True,
    }
    assert form.submission.data == SUBMISSION


def test_optional_fields_may_be_left_open() -> None:
    """A field that is not required may be empty or absent, and then has no answer."""
    form = filled(organisatie="", functie=None, telefoon=" ", vraag_dieetwensen="")
    assert form.mistakes() == []
    assert (form.person().organisation, form.person().job_title, form.person().phone) == ("", "", "")
    assert "dieetwensen" not in form.answers()


def test_forms_share_what_is_the_same_for_all_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second form of a workshop makes no field anew. Yet each has its own values, mistakes, marks and language."""
    first = filled(voornaam="", email="geen adres")
    elsewhere = Submissions(("x" * 32,), lambda: NOW)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a field was made anew")

    monkeypatch.setattr(Field, "__init__", never)
    second = sign_up_form(DUTCH, WORKSHOP, sent(voornaam="Piet"), elsewhere)
    empty = sign_up_form(DUTCH, WORKSHOP, None, SUBMISSIONS)
    monkeypatch.undo()
    assert not second.validate()
    assert [field.name for field in second if field.errors] == ["submission"]
    assert [field.name for field in first if field.errors] == ["voornaam", "email"]
    assert (first.given_name.data, second.given_name.data, empty.given_name.data) == ("", "Piet", "")
    assert filled().email.normalised == JAN.email
    later = sign_up_form(DUTCH, WORKSHOP, None, SUBMISSIONS)
    assert [form.email.normalised for form in (second, empty, later)] == [JAN.email, "", ""]
    translated = sign_up_form(PSEUDO, WORKSHOP, None, SUBMISSIONS)
    assert (translated.given_name.label.text, first.given_name.label.text) == ("⟦Voornaam⟧", "Voornaam")


TYPED = {
    "voornaam": "Vul je voornaam in.",
    "achternaam": "Vul je achternaam in.",
    "email": "Vul je e-mailadres in.",
    "vraag-opgave": "Vul dit in.",
}
CHOSEN = {
    "vraag-overnachting": "Kies een van de mogelijkheden.",
    "vraag-akkoord": "Zet een vinkje als je het hiermee eens bent. Zonder dat kunnen we je niet aanmelden.",
}


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name in TYPED for value in (None, "", "  \t ", "\u200b\u200d")]
    + [(name, value) for name in CHOSEN for value in (None, "")],
)
def test_required_field_left_open_is_told_at_that_field(name: str, value: str | None) -> None:
    """A required field without visible text gets a message, and no other field does."""
    form = filled(**{name: value})
    assert {field.name: field.errors for field in form if field.errors} == {name: [(TYPED | CHOSEN)[name]]}


def test_empty_post_tells_everything_at_once() -> None:
    """A form that is sent empty gets a message for each required field and for the missing submission."""
    form = sign_up_form(DUTCH, WORKSHOP, MultiDict(), SUBMISSIONS)
    assert not form.validate()
    assert len(form.mistakes()) == 7


@pytest.mark.parametrize(
    ("name", "longest"),
    [("voornaam", 80), ("achternaam", 80), ("organisatie", 200), ("functie", 200), ("vraag-dieetwensen", 200)],
)
def test_line_may_be_as_long_as_its_bound_and_no_longer(name: str, longest: int) -> None:
    """A text of the greatest length is valid. A longer one is kept, and its message has both numbers."""
    assert filled(**{name: "é" * longest}).mistakes() == []
    form = filled(**{name: "é" * (longest + 1)})
    field = next(field for field in form if field.errors)
    assert field.errors[0].startswith(f"Dit is te lang: het zijn {longest + 1} tekens en er passen er {longest}.")
    assert field.data == "é" * (longest + 1)


def test_long_text_is_counted_with_one_character_for_each_line_break() -> None:
    """A line break counts as one character, as browsers count it, although they send two."""
    assert filled(vraag_opgave="\r\n".join(["x"] * 1000)).mistakes() == []
    assert filled(vraag_opgave="x" * 2001).mistakes() != []


@pytest.mark.parametrize(
    "typed",
    [
        "jan",
        "jan@",
        "@example.org",
        "jan@example",
        "jan@localhost",
        "jan@@example.org",
        "jan de@example.org",
        "jan@.example.org",
        "jan@-example.org",
        "jan@[127.0.0.1]",
        '"jan"@example.org',
        "Jan <jan@example.org>",
        "jan@example.org, piet@example.org",
        "jän@example.org",
        "jan@exam\u202eple.org",
        "jan@example.org\r\nBcc: x@example.org",
        "a" * 65 + "@example.org",
        "jan@" + "a" * 250 + ".org",
    ],
)
def test_address_that_cannot_be_one_is_refused_and_kept(typed: str) -> None:
    """Text that cannot be an address gets one message, and its visible characters stay in the field."""
    form = filled(email=typed)
    assert [field.name for field in form if field.errors] == ["email"]
    assert len(form.email.errors) == 1
    assert form.email.data.startswith(typed[:3])


def test_message_says_when_an_address_lacks_its_at_sign() -> None:
    """An address without an @ gets a message of its own."""
    assert "ontbreekt een @" in filled(email="jan.example.org").email.errors[0]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  jan@example.org ", "jan@example.org"),
        ("Jan.de-Vries+wijk@EXAMPLE.org", "Jan.de-Vries+wijk@example.org"),
        ("jan@bücher.example.org", "jan@xn--bcher-kva.example.org"),
    ],
)
def test_address_is_stored_as_mail_can_use_it(typed: str, stored: str) -> None:
    """A stored address has no spaces around it and an ASCII domain in lower case. The rest is unchanged."""
    assert filled(email=typed).person().email == stored


@pytest.mark.parametrize("name", ["voornaam", "achternaam", "organisatie", "functie", "vraag-dieetwensen"])
@pytest.mark.parametrize(
    "bad", ["\r\n", "\n", "\r", "\x00", "\t", "\x1b", "\x85", "\u2028", "\u2029", "\u202e", "\u2067"]
)
def test_line_with_a_break_or_control_character_is_told_and_mended(name: str, bad: str) -> None:
    """An invisible character gets a message, and the field keeps the rest, which is valid when sent again."""
    form = filled(**{name: f"Jan{bad}Bcc: x"})
    field = next(field for field in form if field.errors)
    assert field.name == name
    assert "weggehaald" in field.errors[0]
    assert field.data == "Jan Bcc: x"
    assert filled(**{name: field.data}).mistakes() == []


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Jan   Peter ", "Jan Peter"),
        ("Jan\u00a0Peter", "Jan Peter"),
        ("Zoe\u0308", "Zoë"),
        ("Jan\n", "Jan"),
        ("\ufeffJan\u200b", "Jan"),
        ("محمد", "محمد"),
        ("O'Hara-Ðuro", "O'Hara-Ðuro"),
    ],
)
def test_line_is_tidied(typed: str, stored: str) -> None:
    """Spaces around and between words, and characters that come with pasting, are cleaned without a message."""
    assert filled(voornaam=typed).person().given_name == stored


def test_long_text_keeps_its_lines() -> None:
    """Every kind of line break becomes a newline."""
    assert filled(vraag_opgave=" een\r\ntwee\rdrie\u2028vier\n\nvijf\t6 ").answers()["opgave"] == (
        "een\ntwee\ndrie\nvier\n\nvijf\t6"
    )


def test_long_text_with_a_control_character_is_told_and_mended() -> None:
    """A control character in a long text gets a message, and is removed from the field."""
    form = filled(vraag_opgave="een\x07\ntwee\u202e")
    field = form["vraag-opgave"]
    assert "onzichtbare tekens" in field.errors[0]
    assert field.data == "een\ntwee"


@pytest.mark.parametrize("typed", ["06 12345678", "+31 6 1234 5678", "(030) 123 45 67", "0031-30.1234567"])
def test_phone_number_as_people_write_it(typed: str) -> None:
    """A phone number may have spaces, brackets, dots and dashes."""
    assert filled(telefoon=typed).person().phone == typed


@pytest.mark.parametrize("typed", ["abc", "12", "06 1234 5678 9012 3456", "06+12345678", "٠٦١٢٣٤٥٦٧٨", "0612345678;x"])
def test_what_is_no_phone_number_is_told(typed: str) -> None:
    """Text that cannot be a phone number gets a message with an example."""
    assert "Dit kan geen telefoonnummer zijn." in filled(telefoon=typed).phone.errors[0]


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "a & b", "{{ 7*7 }}", "https://evil.example"])
def test_markup_is_text(typed: str) -> None:
    """Markup is stored as it was typed. It is escaped when it is shown."""
    assert filled(voornaam=typed, vraag_opgave=typed).person().given_name == typed


def test_option_that_is_not_offered_is_refused() -> None:
    """A choice that is not one of the options is refused."""
    assert filled(vraag_overnachting="kasteel")["vraag-overnachting"].errors == ["Kies een van de mogelijkheden."]


def test_first_of_several_values_counts() -> None:
    """A field that is sent twice has its first value."""
    form = filled(voornaam=["Jan", "Piet"], vraag_overnachting=["geen", "eerste-nacht"])
    assert form.person().given_name == "Jan"
    assert form.answers()["overnachting"] == "geen"


def test_unknown_fields_are_ignored() -> None:
    """Fields that the form does not have are ignored."""
    assert "geheim" not in filled(vraag_geheim="x", toestand="confirmed").answers()


def carried(form: SignUpForm) -> str:
    """The submission that `form` carries when it is shown."""
    return str(BeautifulSoup(form.submission(), "html.parser").input["value"])


FOREIGN = Submissions(("x" * 32,), lambda: NOW).new()
ALTERED = f"A{SUBMISSION[1:]}" if SUBMISSION[0] != "A" else f"B{SUBMISSION[1:]}"
TOO_OLD = Submissions(("s" * 32,), lambda: NOW - timedelta(hours=12, seconds=1)).new()
NOT_YET = Submissions(("s" * 32,), lambda: NOW + timedelta(minutes=2)).new()


@pytest.mark.parametrize(
    "typed",
    [
        None, "", "kort", "s" * 24, "x" * 500, "ë" * 24, "../../../../etc/passwd", SUBMISSION.rpartition(".")[0],
        FOREIGN, ALTERED, TOO_OLD, NOT_YET,
    ],
    ids=[
        "none", "empty", "short", "made up", "too long", "no ASCII", "a path", "without its signature",
        "signed by a stranger", "altered", "too old", "from the future",
    ],
)  # fmt: skip
def test_a_submission_that_we_did_not_make_in_the_last_twelve_hours_is_replaced(typed: str | None) -> None:
    """A form with a bad submission is refused with a message, and comes back with a new submission, which is valid."""
    form = filled(submission=typed)
    assert [(mistake.anchor, mistake.text[:12]) for mistake in form.mistakes()] == [(None, "Er ging iets")]
    assert filled(submission=carried(form)).mistakes() == []


def test_a_submission_is_good_for_twelve_hours() -> None:
    """A submission is good for twelve hours by the program's clock, also if keys were rotated meanwhile."""
    sent_at = NOW - timedelta(hours=12)
    made = Submissions(("old" * 11,), lambda: sent_at).new()
    assert Submissions(("new" * 11, "old" * 11), lambda: NOW).read(made) == made.partition(".")[0]


@pytest.mark.parametrize("typed", [None, "", "kort"])
def test_the_link_is_mailed_without_a_mark_too(typed: str | None) -> None:
    """The form for the link is valid with any submission, since asking twice does no harm."""
    form = link_form(
        DUTCH, MultiDict({"email": "jan@example.org"} | ({} if typed is None else {"submission": typed})), SUBMISSIONS
    )
    assert form.validate()
    assert form.submission.form_id is None


def test_a_fresh_form_carries_a_submission_of_its_own() -> None:
    """An empty form has no mistakes, and a new submission."""
    form = sign_up_form(DUTCH, WORKSHOP, None, SUBMISSIONS)
    assert SUBMISSIONS.read(carried(form))
    assert form.given_name.data == ""
    assert form.mistakes() == []


def test_summary_names_the_field_and_leads_to_it() -> None:
    """Each line of the summary names its field and links to its first control."""
    mistakes = {mistake.anchor: mistake.text for mistake in filled(
        voornaam="", telefoon="abc", vraag_opgave="", vraag_overnachting=None
    ).mistakes()}  # fmt: skip
    assert mistakes["voornaam"] == "Vul je voornaam in."
    assert mistakes["telefoon"].startswith("Telefoonnummer: ")
    assert mistakes["vraag-opgave"] == "Aan welke opgave werk je, en wat is jouw rol daarin? Vul dit in."
    assert mistakes["vraag-overnachting-0"] == "Blijf je slapen? Kies een van de mogelijkheden."


def test_two_workshops_do_not_share_a_form() -> None:
    """A form has the questions of its own workshop."""
    other = replace(WORKSHOP, questions=(ShortText(id="kleur", label="Kleur"),))
    assert [field.name for field in sign_up_form(DUTCH, other, None, SUBMISSIONS).questions()] == ["vraag-kleur"]
    assert "vraag-opgave" in sign_up_form(DUTCH, WORKSHOP, None, SUBMISSIONS)


def test_consent_that_is_not_required_may_stay_open() -> None:
    """A box that may stay empty gives an answer in either case."""
    workshop = replace(WORKSHOP, questions=(Consent(id="foto", label="Foto"),))
    form = sign_up_form(DUTCH, workshop, sent(), SUBMISSIONS)
    assert form.validate()
    assert form.answers() == {"foto": False}


@pytest.mark.parametrize("typed", [None, "", "geen adres"])
def test_link_form_wants_an_address(typed: str | None) -> None:
    """The form for the link requires an address."""
    form = link_form(
        DUTCH, MultiDict({"submission": SUBMISSION} | ({} if typed is None else {"email": typed})), SUBMISSIONS
    )
    assert not form.validate()
    assert [mistake.anchor for mistake in form.mistakes()] == ["email"]


def test_link_form_gives_the_address_and_its_submission() -> None:
    """A valid form for the link gives the address and the submission."""
    form = link_form(DUTCH, MultiDict({"submission": SUBMISSION, "email": "Jan@EXAMPLE.org"}), SUBMISSIONS)
    assert form.validate()
    assert (form.email.normalised, form.submission.data) == ("Jan@example.org", SUBMISSION)


def test_survey_answers_have_their_kinds() -> None:
    """A scale gives a number, a multiple choice a list in the question's order, and an open question text."""
    form = survey_form(
        DUTCH,
        WAVE,
        MultiDict(
            {
                "vraag-opbrengst": "4",
                "vraag-aanraden": "0",
                "vraag-waarde": ["plek", "inleidingen", "plek"],
                "vraag-beter": " langer ",
            }
        ),
    )
    assert form.validate()
    assert form.answers() == {"opbrengst": 4, "waarde": ["inleidingen", "plek"], "beter": "langer", "aanraden": 0}


@pytest.mark.parametrize("value", ["-1", "11", "1.0", "01", "٣", " 3", "x", "1e1"])
def test_scale_takes_only_its_own_numbers(value: str) -> None:
    """A number that is not on the scale, or is written in another way, is refused."""
    form = survey_form(DUTCH, WAVE, MultiDict({"vraag-opbrengst": "4", "vraag-aanraden": value}))
    assert not form.validate()
    assert form["vraag-aanraden"].errors == ["Kies een van de mogelijkheden."]


def test_several_choices_only_from_the_list() -> None:
    """A value that is not one of the options gets a message, and the other choices stay ticked."""
    form = survey_form(
        DUTCH, WAVE, MultiDict({"vraag-opbrengst": "4", "vraag-aanraden": "3", "vraag-waarde": ["plek", "goud"]})
    )
    assert not form.validate()
    assert form["vraag-waarde"].errors == ["Kies alleen uit de mogelijkheden die hier staan."]
    assert "plek" in form["vraag-waarde"].data


def test_required_several_choices_need_one() -> None:
    """A required multiple choice without a choice is a mistake."""
    options = (Option(value="a", label="A"), Option(value="b", label="B"))
    wave = replace(WAVE, questions=(AnyOf(id="wat", label="Wat", options=options, required=True),))
    form = survey_form(DUTCH, wave, MultiDict())
    assert not form.validate()
    assert form["vraag-wat"].errors == ["Kies er minstens een."]


WAVE_90 = WORKSHOP.waves[1]


def answers_90(**changes: str) -> MultiDict[str, str]:
    given = {"krachtenveld": "3", "samenwerken": "3", "kijken": "3", "veranderd": "ja", "wat": "Iets.", "aanraden": "0"}
    return MultiDict({f"vraag-{id}": value for id, value in (given | changes).items() if value})


def test_a_question_that_is_not_asked_has_no_answer() -> None:
    """The answer to a question that is not asked, because of another answer, is left out."""
    form = survey_form(DUTCH, WAVE_90, answers_90(veranderd="nee", belemmering="tijd"))
    assert form.validate()
    assert "wat" not in form.answers()
    assert form.answers()["belemmering"] == ["tijd"]
    form = survey_form(DUTCH, WAVE_90, answers_90(belemmering="tijd"))
    assert form.validate()
    assert form.answers()["wat"] == "Iets."
    assert "belemmering" not in form.answers()


def test_a_mistake_in_a_question_that_is_not_asked_is_none() -> None:
    """A mistake in a question that is not asked is ignored."""
    assert survey_form(DUTCH, WAVE_90, answers_90(veranderd="nee", wat="x" * 9000)).validate()
    assert not survey_form(DUTCH, WAVE_90, answers_90(veranderd="ja", wat="x" * 9000)).validate()


def test_a_recommendation_is_from_0_to_10() -> None:
    """A recommendation is a number from 0 to 10."""
    form = survey_form(DUTCH, WAVE_90, answers_90())
    assert form.validate()
    assert form.answers()["aanraden"] == 0
    assert not survey_form(DUTCH, WAVE_90, answers_90(aanraden="11")).validate()


def test_questions_that_are_not_of_this_form_are_noticed() -> None:
    """A form tells whether it has all the questions that were answered."""
    assert survey_form(DUTCH, WAVE_90, None).knows(["vraag-wat", "iets"])
    assert not survey_form(DUTCH, WAVE_90, None).knows(["vraag-verdwenen"])
