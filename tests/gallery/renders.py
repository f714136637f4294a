"""Every page and mail in every state, rendered once: what the gallery shows, and what tests of pages look at.

The samples are those of tests/wording/pages.py and tests/mailing/samples.py, filled with the shipped workshop.
"""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256

from bs4 import BeautifulSoup
from msgspec import Struct
from msgspec.structs import replace

from tests.mailing.samples import SAMPLES, WITH_EVERYTHING
from tests.shipped import JAN, REGISTRATION, WORKSHOP
from tests.wording.pages import Shown, desk_pages, own_data_pages, public_pages, registration_pages
from werkplaats.mailing.rendering import Context, SurveyContext, render
from werkplaats.wording import catalogues
from werkplaats.wording.catalogues import SOURCE, Words, words_in
from werkplaats.wording.templating import render_page


class Render(Struct, frozen=True, kw_only=True):
    """A page or a mail in one state: `name` is its template's, and `number` counts the states of that."""

    kind: str
    name: str
    number: int
    language: str
    html: str

    @property
    def id(self) -> str:
        return f"{self.kind}-{self.name.replace('/', '-')}-{self.number}-{self.language}"

    @property
    def is_page(self) -> bool:
        return self.kind != "mail"


def renders(languages: Iterable[str] = catalogues.OFFERED, *, alike: bool = True) -> Iterator[Render]:
    """Every page and mail, each different one once; the desk in Dutch alone, since it speaks nothing else.

    Unless `alike`, those with the same elements, classes and attributes are one too: they differ in words only, which
    makes no difference to whether they can be used.
    """
    for language in languages:
        words, seen, numbers = words_in(language), set[str](), dict[str, int]()
        for kind, name, html in _all(words):
            digest = sha256((html if alike else skeleton(html)).encode()).hexdigest()
            if digest not in seen:
                seen.add(digest)
                number = numbers[f"{kind} {name}"] = numbers.get(f"{kind} {name}", 0) + 1
                yield Render(kind=kind, name=name, number=number, language=language, html=html)


def skeleton(html: str) -> str:
    """The elements of a page with their classes and attributes, without text and without values that only name things.

    >>> skeleton('<p class="a">Dag <b>Jan</b></p>') == skeleton('<p class="a">Hoi <b>Piet</b></p>')
    True
    """
    return re.sub(
        r"""(?<==")[^"]*(?=")""",
        lambda value: value[0] if re.fullmatch(r"[a-z -]{0,40}", value[0]) else "",
        "".join(str(tag) for tag in re.findall(r"<[^>]*>", html)),
    )


def elements(html: str) -> frozenset[str]:
    """The elements of a page with their attributes but for words, each behind those in which it is.

    Colours depend on these, and not on what is written in them, nor on the language of the page.

    >>> sorted(elements('<p class="a">Dag <b>Jan</b></p>'))
    ['<p class="a">', '<p class="a"><b>']
    """
    inside: list[str] = []
    found = set[str]()
    for closes, tag in re.findall(r"<(/?)([a-z][^>]*)>", html):
        name = tag.split(maxsplit=1)[0].rstrip("/")
        if closes:
            while inside and inside.pop().split(maxsplit=1)[0].strip("<>") != name:
                pass
            continue
        one = "<html>" if name == "html" else skeleton(f"<{tag}>")
        found.add("".join([*inside, one]))
        if name not in _EMPTY:
            inside.append(one)
    return frozenset(found)


_EMPTY = frozenset({"base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
"""Elements that have no end. The ends of others are always written, which html-validate sees to."""


def _all(words: Words) -> Iterator[tuple[str, str, str]]:
    yield from _pages(words, "public", public_pages(words, WORKSHOP))
    yield from _pages(words, "public", registration_pages(WORKSHOP, REGISTRATION))
    yield from _pages(words, "public", own_data_pages(words, WORKSHOP, REGISTRATION))
    if words.language == SOURCE:
        yield from _pages(words, "desk", desk_pages(words, WORKSHOP, REGISTRATION))
    for kind, sample in (*SAMPLES, *WITH_EVERYTHING):
        if words.language == SOURCE or not (kind.for_organisers or kind.of_signing_in):
            yield "mail", kind.value, render(words, kind, _as_composed(words, sample(JAN))).html


def _as_composed(words: Words, told: Context) -> Context:
    """`told` with the workshop's own texts in the language of `words`, as mailing/composing.py has them."""
    workshop = told.workshop.in_language(words.language)
    if isinstance(told, SurveyContext):
        return replace(told, workshop=workshop, wave=workshop.wave(told.wave.id) or told.wave)
    return replace(told, workshop=workshop)


def _pages(words: Words, kind: str, shown: Iterable[Shown]) -> Iterator[tuple[str, str, str]]:
    for name, context in shown:
        yield kind, name, render_page(words, name, **context)


def title(html: str) -> str:
    """What the page says first."""
    page = BeautifulSoup(html, "html.parser")
    found = page.h1 or page.title
    return " ".join(found.get_text(" ").split()) if found else ""
