"""Cleans text that people typed, so that it can be stored and shown."""

import re
import unicodedata

_BAD_ANYWHERE = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_NOT_IN_LINE = re.compile(rf"[\t\n\u2028\u2029{_BAD_ANYWHERE}]+")
_NOT_IN_TEXT = re.compile(rf"[{_BAD_ANYWHERE}]+")
_NEWLINE = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_SPACES = re.compile(r"[ \xa0\u2000-\u200a\u202f\u3000]+")
_LIKE_A_LINK = re.compile(r"://|@|www\.|[^\s.]\.[^\W\d_]{2,}", re.IGNORECASE)
_SHORT_WORD = 12
_HEADING = re.compile(r"^#{1,6} +", re.MULTILINE)
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_IN_A_LANGUAGE = re.compile(r"\[([^\[\]]+)\]\{lang=[^{}\s]*\}")
_LINKED = re.compile(r"\[([^\[\]]+)\]\(<?([^()<>\s]+)>?\)")
_CAME_WITH_PASTING = re.compile(r"[\xad\u061c\u200b\u200e\u200f\u2060\ufeff]")


def clean_line(typed: str) -> tuple[str, bool]:
    """`typed` as one line (NFC, single spaces, no invisible characters), and whether something was removed from it.

    What is removed, and what the person should therefore be told of, are line breaks, control characters, and the marks
    that reverse the direction of writing. In a header, or beside other text, they would make a line say something else.
    """
    text = _without_invisibles(typed).strip()
    text, taken_out = _NOT_IN_LINE.subn(" ", text)
    return _SPACES.sub(" ", text).strip(), taken_out > 0


def clean_text(typed: str) -> tuple[str, bool]:
    """`typed` as lines that end in `\\n`, and whether invisible characters were removed from it."""
    text = _NEWLINE.sub("\n", _without_invisibles(typed)).strip()
    text, taken_out = _NOT_IN_TEXT.subn("", text)
    return text.strip(), taken_out > 0


def one_line(text: str, at_most: int | None = None) -> str:
    """`text` on one line, cut off at `at_most` characters, for headers and plain mails."""
    line, _ = clean_line(text)
    if at_most is not None and len(line) > at_most:
        return line[: at_most - 1].rstrip() + "…"
    return line


def defanged(text: str) -> str:
    """`text` with its web addresses changed so that people can read them but mail programs make no links of them.

    www.example.org becomes www[.]example[.]org, and https://… becomes hxxps://…. This also finds addresses written with
    other characters that browsers read as letters or as a full stop.
    """
    return re.sub(r"\S+", lambda word: _defanged_word(word[0]), text)


def _defanged_word(word: str) -> str:
    plain = unicodedata.normalize("NFKC", word).replace("。", ".")
    plain = "".join(character for character in plain if unicodedata.category(character) != "Cf")
    if not _LIKE_A_LINK.search(plain):
        return word
    plain = re.sub(r"http(?=s?://)", "hxxp", plain, flags=re.IGNORECASE)
    plain = re.sub(r"(?<!hxxp)(?<!hxxps)://", "[:]//", plain)
    return re.sub(r"\.(?=\S)", "[.]", plain)


def without_marks(text: str) -> str:
    """`text`, which is Markdown, as plain text: without the marks of headings, bold and languages.

    A link's address stands behind it.
    """
    text = _HEADING.sub("", text)
    text = _BOLD.sub(r"\2", text)
    text = _IN_A_LANGUAGE.sub(r"\1", text)
    return _LINKED.sub(r"\1 (\2)", text)


def unorphaned(text: str) -> str:
    """`text` with its last two words together, so that no line has the last one alone. Markup stays markup."""
    most, space, last = text.rpartition(" ")
    return most + "\N{NO-BREAK SPACE}" + last if space and len(last) <= _SHORT_WORD else text


def is_blank(text: str) -> bool:
    """Whether `text` has no visible character, only spaces, joiners and the like."""
    if text.isascii():
        return not text.strip()
    return not any(unicodedata.category(character)[0] in "LNPS" for character in text)


def _without_invisibles(text: str) -> str:
    if text.isascii():
        return text
    return _CAME_WITH_PASTING.sub("", unicodedata.normalize("NFC", text))
