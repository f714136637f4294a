"""Hypothesis strategies for workshops that keep all rules, with texts of any characters."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.samples import workshop
from werkplaats.domain.workshop import Workshop
from werkplaats.domain.workshop_rules import mistakes

ids = st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
lines = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)
texts = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=120) | st.sampled_from(
    ["Een\n\n- twee\n- drie\n", "yes", "10:30", "2027-08-29", "#ffd21f", " x ", "a: b\n# c", "null", "1e3", "\ttab\n"]
)
times = st.integers(0, 23 * 60 + 58)


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def options() -> st.SearchStrategy[list[dict[str, Any]]]:
    option = st.fixed_dictionaries(
        {"value": ids, "label": lines}, optional={"counts": st.lists(ids, unique=True, max_size=3)}
    )
    return st.lists(option, min_size=2, max_size=4, unique_by=lambda one: one["value"])


def questions(least: int = 0) -> st.SearchStrategy[list[dict[str, Any]]]:
    shared: dict[str, Any] = {"id": ids, "label": lines}
    more = {"help": lines, "required": st.booleans(), "erase_after": st.just("14 days")}
    kinds: list[dict[str, Any]] = [
        {"kind": st.just("short_text")},
        {"kind": st.just("long_text"), "max_length": st.integers(1, 5_000)},
        {"kind": st.just("one_of"), "options": options()},
        {"kind": st.just("any_of"), "options": options()},
        {"kind": st.just("scale"), "lowest_label": lines, "highest_label": lines, "highest": st.integers(3, 10)},
        {"kind": st.just("recommendation"), "lowest_label": lines, "highest_label": lines},
        {"kind": st.just("consent")},
    ]
    one = st.one_of(*(st.fixed_dictionaries(kind | shared, optional=more) for kind in kinds))
    return st.lists(one, min_size=least, max_size=4, unique_by=lambda one: one["id"]).flatmap(conditional)


@st.composite
def conditional(draw: st.DrawFn, written: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`written`, in which the last question may depend on an answer to an earlier one."""
    answers: dict[str, list[Any]] = {
        "one_of": [], "scale": [1, 2, 3], "recommendation": [0, 10], "consent": [True], "any_of": []
    }  # fmt: skip
    for earlier in written[:-1]:
        possible = answers.get(earlier["kind"])
        if possible is not None and draw(st.booleans()):
            possible = possible or [option["value"] for option in earlier["options"]]
            condition = {"question": earlier["id"], "is": draw(st.lists(st.sampled_from(possible), min_size=1))[:3]}
            return [*written[:-1], written[-1] | {"only_if": condition}]
    return written


@st.composite
def translation(draw: st.DrawFn, asked: list[dict[str, Any]]) -> dict[str, Any]:
    """Texts in another language for a workshop that asks these questions."""
    said: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "title": lines, "summary": lines, "route": texts, "price": st.fixed_dictionaries({"amount": lines}),
                "privacy": st.fixed_dictionaries({"statement": texts}),
            },
        )
    )  # fmt: skip
    said["questions"] = {}
    for one in draw(st.lists(st.sampled_from(asked), unique_by=lambda one: one["id"])) if asked else ():
        values = [option["value"] for option in one.get("options", ())]
        chosen = draw(st.lists(st.sampled_from(values), unique=True)) if values else ()
        said["questions"][one["id"]] = {"label": draw(lines), "options": {value: draw(lines) for value in chosen}}
    return said


leaders = st.fixed_dictionaries(
    {"name": lines},
    optional={"text": texts, "translations": st.fixed_dictionaries({"en": st.fixed_dictionaries({"text": texts})})},
)


@st.composite
def workshops(draw: st.DrawFn) -> Workshop:
    """Any workshop that can be published."""
    first_day = draw(st.dates(date(2025, 1, 1), date(2035, 1, 1)))
    length = draw(st.integers(0, 3))
    hours = [(begins, draw(st.integers(begins + 1, 23 * 60 + 59))) for begins in draw(st.lists(times, max_size=4))]
    text_fields = ("practical", "for_whom", "programme", "cancelling", "route")
    changes: dict[str, Any] = {name: draw(texts) for name in text_fields if draw(st.booleans())}
    changes |= {
        "title": draw(lines),
        "description": draw(texts),
        "first_day": first_day,
        "last_day": first_day + timedelta(days=length),
        "sign_up": {
            "opens": first_day - timedelta(days=90),
            "closes": first_day - timedelta(days=draw(st.integers(1, 80))),
        },
        "location": {
            "street": draw(lines),
            "postal_code": "3941 KA",
            "city": draw(lines),
            "name": draw(st.just("") | lines),
        },
        "capacity": draw(st.integers(1, 10_000)),
        "promotion": {"by": draw(st.sampled_from(["offer", "direct"])), "within": "24 hours"},
        "questions": draw(questions()),
        "reminders": draw(st.sampled_from([[], ["1 day"], ["7 days", "30 hours"]])),
        "price": draw(st.fixed_dictionaries({}, optional={"amount": lines, "includes": texts})),
        "leaders": draw(st.lists(leaders, max_size=2)),
        "materials": [{"title": draw(lines), "address": "https://example.org/a?b=c#d"}] if draw(st.booleans()) else [],
        "phone": draw(st.sampled_from(["", "030 123 45 67", "+31 (0)30-1234567"])),
        "contact": {"name": draw(st.just("") | lines), "phone": draw(st.sampled_from(["", "06 12345678"]))},
        "organisation": draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "name": lines,
                    "colour": st.sampled_from(["#ffd21f", "#000000", "#00ff00"]),
                    "logo": st.from_regex(r"[0-9a-f]{64}", fullmatch=True) | st.just("1" * 32 + "e" + "1" * 31),
                },
            )
        ),
    }  # fmt: skip
    changes["translations"] = {"en": draw(translation(changes["questions"]))}
    if len(hours) == length + 1:
        changes["days"] = [{"begins": clock(begins), "ends": clock(ends)} for begins, ends in hours]
    made = workshop(**changes)
    assert mistakes(made) == ()
    return made
