"""What each role may do, who has which role, and who may sign in."""

from datetime import date

import pytest

from tests.samples import workshop
from werkplaats.domain.access import Known, find_known, folded, may_make_workshops, permits, role_of
from werkplaats.domain.roles import PERMITTED, Permission, Role
from werkplaats.domain.workshop import Workshop
from werkplaats.domain.workshop_rules import mistakes

PEOPLE = [{"name": role.value.title(), "email": f"{role.value}@example.org", "role": role.value} for role in Role]


def with_people() -> Workshop:
    """The sample workshop with one person in each role."""
    return workshop(organisers=PEOPLE)


def test_every_role_has_its_line_in_the_table() -> None:
    assert set(PERMITTED) == set(Role)
    assert PERMITTED[Role.ORGANISER] == frozenset(Permission)


@pytest.mark.parametrize(
    ("role", "may_not"),
    [
        (Role.ASSISTANT, {Permission.READ_RESULTS, Permission.EDIT_WORKSHOP, Permission.SEND_MESSAGES}),
        (
            Role.FACILITATOR,
            {
                Permission.READ_RESULTS,
                Permission.READ_PEOPLE,
                Permission.CHANGE_PEOPLE,
                Permission.ATTENDANCE,
                Permission.EDIT_WORKSHOP,
                Permission.SEND_MESSAGES,
            },
        ),
        (
            Role.READER,
            {
                Permission.READ_PEOPLE,
                Permission.CHANGE_PEOPLE,
                Permission.ATTENDANCE,
                Permission.READ_OPGAVE,
                Permission.EDIT_WORKSHOP,
                Permission.SEND_MESSAGES,
            },
        ),
    ],
)
def test_what_a_role_may_not_do(role: Role, may_not: set[Permission]) -> None:
    """A role lacks exactly the permissions listed here and has all others."""
    shown = {one for one in Permission if not permits(with_people(), f"{role.value}@example.org", one)}
    assert shown == may_not


def test_somebody_without_a_role_is_an_organiser_as_ever() -> None:
    """People in a file that gives no role are organisers, so files from before there were roles still work."""
    assert role_of(workshop(), "een@example.org") is Role.ORGANISER
    assert role_of(workshop(), "EEN@Example.ORG ") is Role.ORGANISER
    assert role_of(workshop(), "drie@example.org") is None
    assert not permits(workshop(), "drie@example.org", Permission.READ_NUMBERS)


def test_only_those_in_charge_are_in_charge() -> None:
    assert [one.email for one in with_people().in_charge] == ["organiser@example.org"]


def test_a_workshop_needs_an_organiser_and_no_word_of_the_desk_as_its_id() -> None:
    """A workshop without an organiser, or with an id that addresses of the desk use, cannot be published."""
    nobody = workshop(organisers=[one for one in PEOPLE if one["role"] != "organiser"])
    assert [one.path for one in mistakes(nobody)] == ["organisers"]
    assert [one.path for one in mistakes(workshop(id="inloggen"))] == ["id"]
    assert mistakes(with_people()) == ()


def test_who_may_make_workshops_has_no_right_to_others() -> None:
    makers = ["maker@example.org"]
    assert may_make_workshops("Maker@Example.org", makers)
    assert not may_make_workshops("een@example.org", makers)
    assert role_of(workshop(), "maker@example.org") is None


def test_everybody_with_a_role_and_whoever_may_make_workshops_can_sign_in() -> None:
    """The mail goes to the stored address and comes from the latest workshop in which the person has a role."""
    early = workshop(id="vroeg", first_day=date(2027, 5, 1), last_day=date(2027, 5, 2))
    late = workshop(id="laat", organisers=PEOPLE)
    both = [early, late]
    makers = ["Maker@example.org"]
    assert find_known("EEN@example.org", both, makers) == Known("een@example.org", "vroeg")
    assert find_known("reader@example.org", both, makers) == Known("reader@example.org", "laat")
    assert find_known("maker@example.org", both, makers) == Known("Maker@example.org", "laat")
    assert find_known("nobody@example.org", both, makers) is None
    assert find_known("maker@example.org", [], makers) is None, "a mail needs a sender"


@pytest.mark.parametrize("other", ["straße@example.org", "strasse@aßen.example.org", "strasse@\u017fen.example.org"])
def test_addresses_that_only_look_alike_are_not_the_same(other: str) -> None:
    """Somebody who owns another mailbox, with an address that older rules make equal, cannot sign in with it."""
    typed = other.replace("ß", "ss").replace("\u017f", "s")
    assert find_known(typed, [workshop(organisers=[{"name": "S", "email": other}])], []) is None
    assert role_of(workshop(organisers=[{"name": "S", "email": typed}]), other) is None


def test_spellings_of_one_address_are_the_same() -> None:
    """Case does not matter, nor whether a domain is written in Unicode or in ASCII."""
    assert folded("INFO@Example.org") == "info@example.org"
    assert folded("info@xn--bcher-kva.example.org") == "info@xn--bcher-kva.example.org"
    assert folded("Info@Bücher.example.org") == "info@xn--bcher-kva.example.org"
