"""What somebody typed into the editor: read from what the browser sends, and shown again as they would write it.

Most is kept as it was typed, right or not. Only what people write in another way than files do is translated: lengths
of time ("48 uur"), days ("29-8-2027"), and capitals in a colour.
"""

import re
from collections.abc import Mapping
from datetime import date

from flask import Request
from msgspec import Struct
from werkzeug.datastructures import MultiDict

from werkplaats.domain.fields import Fields, is_path
from werkplaats.web.http.requests import LARGEST_EDIT, form_data
from werkplaats.web.organisers.field_parts import Control, One, Part, Texts
from werkplaats.web.organisers.fields import place_of
from werkplaats.wording import dates
from werkplaats.wording.catalogues import Words

LOGO_FILE = "logo-bestand"
"""The name of the file's field. No path has a hyphen."""

OF_THE_FORM = frozenset({"action", "version", "base", "confirmed"})
"""Fields of the form that are no fields of the workshop."""

_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LENGTH = re.compile(r"([1-9][0-9]{0,3})\s?(dag|dagen|uur|uren)", re.IGNORECASE)
_MOST_SENT = 20_000
"""Fields of one form, empty ones included: more than a draft can have, which refuses them without losing them."""

_WRITTEN_LENGTH = re.compile(r"[1-9][0-9]{0,3} (day|hour)s?")
_DUTCH_DAY = re.compile(r"([0-9]{1,2})[-/ ]([0-9]{1,2})[-/ ]([0-9]{4})")


class Sent(Struct, frozen=True, kw_only=True):
    """The editor's form as it was sent.

    `version` is that of the draft which the page showed, -1 if it does not say; `base` the published version that the
    draft was made from, None if it does not say. `confirmed` is what only the page before publishing sends. `file` is
    the content of a picture, None if none was chosen.
    """

    action: str
    version: int
    base: int | None
    confirmed: str | None
    fields: Fields
    file: bytes | None


def read_form(request: Request) -> Sent:
    """The form that `request` sends. Raises Problem if it cannot be read."""
    sent, file = _sent(request)
    version = _number(sent.get("version"))
    return Sent(
        action=sent.get("action", ""),
        version=-1 if version is None else version,
        base=_number(sent.get("base")),
        confirmed=sent.get("confirmed"),
        fields={path: _tidied(path, text) for path, text in sent.items() if is_path(path) and path not in OF_THE_FORM},
        file=file,
    )


def as_people_write(words: Words, part: Part | None, text: str) -> str:
    """`text`, the value of a field, as it stands in that field: a length of time in the reader's language."""
    if control_of(part) == "duration" and _WRITTEN_LENGTH.fullmatch(text):
        return dates.duration(words, text)
    return text


def as_people_read(words: Words, part: Part | None, text: str) -> str:
    """The same beside another version: days and choices in words too."""
    if isinstance(part, One) and text in part.choices:
        return words.show(part.choices[text])
    match control_of(part):
        case "day" if (day := _day(text)) is not None:
            return dates.long_day(words, day)
        case "tick" if text == "true":
            return words.gettext("ja")
    return as_people_write(words, part, text)


def control_of(part: Part | None) -> Control | None:
    return part.control if isinstance(part, One | Texts) else None


def _sent(request: Request) -> tuple[Mapping[str, str], bytes | None]:
    """The form's texts, and the file. Only a form with a file is sent as multipart/form-data."""
    if request.mimetype != "multipart/form-data":
        return form_data(request, _MOST_SENT), None
    request.max_form_parts = _MOST_SENT
    request.max_form_memory_size = LARGEST_EDIT
    texts: MultiDict[str, str] = request.form
    file = request.files.get(LOGO_FILE)
    return texts, file.read() if file is not None and file.filename else None


def _tidied(path: str, text: str) -> str:
    place = place_of(path)
    part = place.part if place else None
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    control = control_of(part)
    if control == "text":
        return text if text.strip() else ""
    text = text.strip()
    match control:
        case "duration" if (length := _LENGTH.fullmatch(text)) is not None:
            unit = "day" if length[2].lower().startswith("dag") else "hour"
            return f"{length[1]} {unit}{'' if length[1] == '1' else 's'}"
        case "day" if (day := _DUTCH_DAY.fullmatch(text)) is not None:
            return f"{day[3]}-{int(day[2]):02d}-{int(day[1]):02d}"
        case "colour":
            return text.lower()
    return text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,15}", text) else None
