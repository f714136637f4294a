"""What the editor's page shows: every section with its fields, what is typed in them, and their mistakes.

The templates get these records; templates/pages/organiser/_editor.html shows each by its `shape`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import ClassVar

from msgspec import Struct

from werkplaats.domain.field_lists import length
from werkplaats.domain.fields import Fields, is_path
from werkplaats.domain.mistakes import Mistake
from werkplaats.domain.workshop_parts import DIGEST_PATTERN
from werkplaats.web.forms.forms import Mistake as Line
from werkplaats.web.organisers.field_parts import Fold, ForEach, One, Part, Rows, Texts
from werkplaats.web.organisers.fields import LOGO, SECTIONS, WITHOUT_CONTROL, place_of
from werkplaats.web.organisers.typed import as_people_write
from werkplaats.wording.catalogues import Phrase, Words
from werkplaats.wording.mistakes import mistake_text

_IN_ENGLISH = "translations.en."

_CALLED = ("label", "title", "name")
"""The fields that an item is called by."""


class _Noted(Struct, frozen=True, kw_only=True):
    """Something with help and mistakes, each a paragraph before it."""

    path: str
    anchor: str
    help: str = ""
    errors: tuple[str, ...] = ()

    @property
    def described(self) -> str:
        """The ids of these paragraphs, for screen readers."""
        notes = ((self.help, "uitleg"), (self.errors, "fout"))
        return " ".join(f"{self.anchor}-{name}" for there, name in notes if there)


class Field(_Noted, frozen=True, kw_only=True):
    """One field. `control` is the kind of it in the template; `choices` are values with their names."""

    shape: ClassVar[str] = "field"

    label: str
    control: str
    value: str
    optional: bool
    choices: tuple[tuple[str, str], ...] = ()


class Values(_Noted, frozen=True, kw_only=True):
    """A list of values, with an empty field for another one."""

    shape: ClassVar[str] = "values"

    label: str
    fields: tuple[Field, ...]


class Item(_Noted, frozen=True, kw_only=True):
    """One item of a list, with buttons to move it and take it out. One that is `folded` is shut until it is opened."""

    title: str
    folded: bool
    first: bool
    last: bool
    parts: tuple["Shown", ...]


class List(_Noted, frozen=True, kw_only=True):
    """A list of items, with a button to add one."""

    shape: ClassVar[str] = "list"

    label: str
    items: tuple[Item, ...]
    add: str


class Group(_Noted, frozen=True, kw_only=True):
    """Parts under a title, shut until somebody opens them if `folded`."""

    shape: ClassVar[str] = "group"

    title: str
    folded: bool
    parts: tuple["Shown", ...]


Shown = Field | Values | List | Group


class ShownSection(Struct, frozen=True, kw_only=True):
    name: str
    title: str
    help: str
    parts: tuple[Shown, ...]


class Editor(Struct, frozen=True, kw_only=True):
    """All sections, and `mistakes` for the summary on top. `logo` is the digest of the logo, "" if there is none;
    `logo_errors` are mistakes in it. `others` are fields that no section has, for people to empty."""

    sections: tuple[ShownSection, ...]
    mistakes: tuple[Line, ...]
    logo: str
    logo_errors: tuple[str, ...]
    others: tuple[Field, ...]


def editor_view(
    words: Words, fields: Fields, mistakes: Sequence[Mistake], told: Mapping[str, str] = MappingProxyType({})
) -> Editor:
    """The page about `fields` with `mistakes`. `told`: what else is wrong, in words, by the path of a field."""
    bare = _Maker(words, fields, {}).sections()
    known = {path: anchor for section in bare for path, anchor in _anchors(section.parts)}
    known |= {path: _anchor(path) for path in ("id", LOGO)}
    others = [path for path in fields if path not in known and path not in WITHOUT_CONTROL]
    known |= {path: _anchor(path) for path in others}
    texts = [*told.items(), *((mistake.path, mistake_text(words, mistake)) for mistake in mistakes)]
    errors: dict[str, list[str]] = {}
    lines = []
    for path, text in texts:
        at = _nearest(path, known)
        if at is not None:
            errors.setdefault(at, []).append(text)
        named = words.gettext("%(field)s: %(mistake)s", field=path_name(words, path), mistake=text)
        lines.append(Line(known[at] if at is not None else None, named))
    maker = _Maker(words, fields, errors)
    logo = fields.get(LOGO, "")
    return Editor(
        sections=maker.sections(),
        mistakes=tuple(lines),
        logo=logo if re.fullmatch(DIGEST_PATTERN, logo) else "",
        logo_errors=tuple(errors.get(LOGO, ())),
        others=tuple(maker.other(path) for path in others),
    )


def path_name(words: Words, path: str) -> str:
    """What the field at `path` is called, with the items that it lies in: Vraag 2, Uitleg bij de vraag."""
    path, _, order = path.partition(",")
    place = place_of(path)
    if place is None:
        if path in WITHOUT_CONTROL:
            return words.show(WITHOUT_CONTROL[path])
        return words.gettext("veld ‘%(path)s’", path=path)
    names = [_item_name(words, rows, item) for rows, item in place.items]
    if place.part is not None and not isinstance(place.part, ForEach):
        names.append(words.show(place.part.label))
    if order:
        names.append(words.gettext("volgorde"))
    return ", ".join(names)


def _item_name(words: Words, rows: Rows | ForEach, item: str) -> str:
    if item.isascii() and item.isdecimal():
        return words.show(rows.one, number=int(item) + 1)
    return words.gettext("%(list)s ‘%(item)s’", list=words.show(rows.label), item=item)


class _Maker:
    """Makes the parts of the page from the table, for `fields` with `errors` by path."""

    def __init__(self, words: Words, fields: Fields, errors: Mapping[str, Iterable[str]]) -> None:
        self._words = words
        self._fields = fields
        self._errors = errors

    def sections(self) -> tuple[ShownSection, ...]:
        return tuple(
            ShownSection(
                name=section.name,
                title=self._words.show(section.title),
                help=self._text(section.help),
                parts=tuple(self._shown(part, part.path) for part in section.parts),
            )
            for section in SECTIONS
        )

    def other(self, path: str) -> Field:
        label = path_name(self._words, path)
        return self._field(None, path, label, "", "line", optional=True)

    def _shown(self, part: Part, path: str, source: str = "") -> Shown:
        """`source` is the path of what a translation is of."""
        match part:
            case One():
                help = self._text(part.help) or self._in_dutch(source or _translated(path), part.control)
                return self._field(part, path, self._words.show(part.label), help, part.control, part.optional)
            case Texts():
                return self._values(part, path)
            case Rows():
                return self._list(part, path)
            case Fold():
                return self._group(
                    path, self._text(part.label), tuple(self._shown(one, one.path) for one in part.parts)
                )
            case ForEach():
                return self._group(path, self._text(part.label), tuple(self._each(part, path, source)), folded=False)

    def _each(self, part: ForEach, path: str, source: str) -> Iterator[Shown]:
        """What there is to translate of each item in the list that `part` follows. An item needs a name for that."""
        within = f"{source}.{part.of}".lstrip(".")
        for number in range(length(self._fields, within)):
            item = f"{within}.{number}"
            name = self._fields.get(f"{item}.{part.key}", "") if part.key else str(number)
            if not is_path(f"{path}.{name}"):
                continue
            here = f"{path}.{name}"
            fields_at = here if part.key else item
            if not part.parts:
                title = self._words.show(part.one, number=number + 1)
                help = self._in_dutch(f"{item}.label", "line")
                yield self._field(None, here, title, help, "line", optional=True)
                continue
            kind = self._fields.get(f"{item}.kind", "")
            parts = (one for one in part.parts if self._applies(one, kind, f"{fields_at}.{one.path}"))
            shown = (
                self._shown(
                    one, f"{fields_at}.{one.path}", item if isinstance(one, ForEach) else f"{item}.{_own(one.path)}"
                )
                for one in parts
            )
            yield self._group(here, self._title(part, item, number), tuple(shown))

    def _group(self, path: str, title: str, parts: tuple[Shown, ...], *, folded: bool = True) -> Group:
        return Group(
            path=path,
            anchor=_anchor(path),
            title=title,
            folded=folded and not self._mistaken(path),
            parts=parts,
            errors=tuple(self._errors.get(path, ())),
        )

    def _in_dutch(self, path: str, control: str) -> str:
        """The text at `path`, the source of a translation, if it is short enough to stand beside it."""
        text = self._fields.get(path, "") if control == "line" else ""
        return self._words.gettext("In het Nederlands: %(text)s", text=text) if text else ""

    def _mistaken(self, path: str) -> bool:
        return any(at.startswith(f"{path}.") or at == path for at in self._errors)

    def _applies(self, part: Part, kind: str, path: str) -> bool:
        """Whether a question of `kind` has this part, or somebody has filled it in all the same."""
        match part:
            case One(of=of) | Texts(of=of) | Rows(of=of):
                return not of or kind in of or self._has(path)
            case ForEach():
                return part.of != "options" or kind in ("one_of", "any_of") or self._has(path)
            case Fold():
                return True

    def _field(self, part: Part | None, path: str, label: str, help: str, control: str, optional: bool) -> Field:
        typed = self._fields.get(path, "")
        value = as_people_write(self._words, part, typed)
        choices = self._choices(part, typed) if isinstance(part, One) and part.choices else ()
        return Field(
            path=path,
            anchor=_anchor(path),
            label=label,
            help=help,
            control="choice" if choices else _fitting(control, value),
            value=value,
            optional=optional,
            choices=choices,
            errors=tuple(self._errors.get(path, ())),
        )

    def _choices(self, part: One, typed: str) -> tuple[tuple[str, str], ...]:
        names = {value: self._words.show(name) for value, name in part.choices.items()}
        if typed and typed not in names:
            names[typed] = self._words.gettext("onbekend: %(value)s", value=typed)
        if not typed or part.optional:
            names = {"": self._words.gettext("geen keuze")} | names
        return tuple(names.items())

    def _values(self, part: Texts, path: str) -> Values:
        count, words = length(self._fields, path), self._words
        label = words.show(part.label)
        fields = tuple(
            self._field(
                part,
                f"{path}.{number}",
                words.gettext("%(label)s, %(number)d", label=label, number=number + 1),
                "",
                part.control,
                optional=True,
            )
            for number in range(min(count + 1, max(part.most, count)))
        )
        return Values(
            path=path,
            anchor=_anchor(path),
            label=label,
            help=self._text(part.help),
            fields=fields,
            errors=tuple(self._errors.get(path, ())),
        )

    def _list(self, part: Rows, path: str) -> List:
        count = length(self._fields, path)
        return List(
            path=path,
            anchor=_anchor(path),
            label=self._words.show(part.label),
            help=self._text(part.help),
            items=tuple(self._item(part, f"{path}.{number}", number, count) for number in range(count)),
            add=self._words.show(part.add),
            errors=tuple(self._errors.get(path, ())),
        )

    def _item(self, rows: Rows, path: str, number: int, count: int) -> Item:
        kind = self._fields.get(f"{path}.kind", "")
        return Item(
            path=path,
            anchor=_anchor(path),
            title=self._title(rows, path, number),
            folded=rows.folded and not self._mistaken(path),
            first=number == 0,
            last=number == count - 1,
            parts=tuple(
                self._shown(part, f"{path}.{part.path}")
                for part in rows.parts
                if self._applies(part, kind, f"{path}.{part.path}")
            ),
            errors=tuple(self._errors.get(path, ())),
        )

    def _title(self, part: Rows | ForEach, item: str, number: int) -> str:
        """What the item at the path `item` is called: its number (from 0), and its own name if it has one yet."""
        title = self._words.show(part.one, number=number + 1)
        called = next((text for name in _CALLED if (text := self._fields.get(f"{item}.{name}"))), "")
        return self._words.gettext("%(item)s: %(name)s", item=title, name=called) if called else title

    def _has(self, path: str) -> bool:
        return path in self._fields or length(self._fields, path) > 0

    def _text(self, phrase: Phrase | None) -> str:
        return "" if phrase is None else self._words.show(phrase)


def _translated(path: str) -> str:
    """The path of what the text at `path` translates, such as 'title'; "" if it is no translation."""
    return _own(path) if path.startswith(_IN_ENGLISH) else ""


def _own(path: str) -> str:
    """`path`, which may be that of a translation in the same record, without what says so."""
    return path.removeprefix(_IN_ENGLISH)


def _anchor(path: str) -> str:
    return "f-" + path.replace(".", "-")


def _fitting(control: str, value: str) -> str:
    """`control`, or a plain line where a browser's own control would not show `value`, which is then lost."""
    match control:
        case "day" if value:
            try:
                fits = date.fromisoformat(value).isoformat() == value
            except ValueError:
                fits = False
        case "time" if value:
            fits = re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value) is not None
        case "tick":
            fits = value in ("", "true")
        case _:
            fits = True
    if control not in ("text", "tick") and "\n" in value:
        return "text"
    return control if fits else "line"


def _anchors(parts: Iterable[Shown]) -> Iterator[tuple[str, str]]:
    for part in parts:
        yield part.path, part.anchor
        match part:
            case Values(fields=fields):
                yield from _anchors(fields)
            case List(items=items):
                for item in items:
                    yield item.path, item.anchor
                    yield from _anchors(item.parts)
            case Group(parts=inside):
                yield from _anchors(inside)


def _nearest(path: str, known: Mapping[str, str]) -> str | None:
    """The path of what the page shows nearest to `path`: itself, what is in it, or what it is in."""
    if path in known:
        return path
    inside = next((one for one in known if one.startswith(f"{path}.")), None)
    if inside is not None:
        return inside
    outer = path.rpartition(".")[0]
    return _nearest(outer, known) if outer else None
