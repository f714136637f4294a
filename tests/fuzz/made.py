"""Requests to the functions with pages: made like good ones, and then broken in one place or many."""

from datetime import datetime
from urllib.parse import quote_from_bytes, quote_plus

from hypothesis import strategies as st

from tests.fuzz import world
from tests.fuzz.hostile import bent, cookie_headers, odd_headers, pick, quoted_values, rarely, tokens, values
from tests.fuzz.sent import Sent
from tests.fuzz.tables import (
    ADDRESSES,
    ANSWERS,
    CHOICES,
    EDITED,
    FILENAMES,
    FILES,
    FORM,
    METHODS,
    NUMBERS,
    ODD_BODIES,
    ODD_BOUNDARIES,
    ODD_CHUNKS,
    ODD_CODINGS,
    ODD_LENGTHS,
    ODD_NAMES,
    ODD_NUMBERS,
    ODD_QUERIES,
    ODD_TYPES,
    PERSON,
    PLACES,
    QUERY,
    SITE,
    TOO_MANY,
    Fields,
)
from tests.fuzz.world import MOMENTS, SIGN_UP, SURVEY
from werkplaats.security.sessions import address_hash

_TOKEN_PURPOSE = {"manage": "registration", "survey": "survey", "organiser": "sign-in"}
_QUERY_NAMES = sorted(QUERY)


def paths(draw: st.DrawFn, function: str, rule: str) -> bytes:
    """An address of `rule`, mostly with good values in its places."""
    parts = []
    for part in rule.split("/"):
        name = part.partition("<")[2].partition(">")[0]
        if not name:
            parts.append(part.encode())
            continue
        before, after = part.split(f"<{name}>")
        if rarely(draw, 25):
            value = draw(quoted_values)
        elif name == "token":
            value = tokens(draw, _TOKEN_PURPOSE[function])
        else:
            value = pick(draw, PLACES[name])
        parts.append(before.encode() + value + after.encode())
    return bent(draw, b"/".join(parts))


def queries(draw: st.DrawFn) -> bytes:
    """Mostly none; otherwise parameters of ours, with good or hostile values, or anything."""
    if not rarely(draw, 3):
        return b""
    if rarely(draw, 10):
        return b"?" + pick(draw, ODD_QUERIES)
    pairs = []
    for _ in range(pick(draw, (1, 1, 2, 3))):
        name = pick(draw, _QUERY_NAMES)
        value = draw(quoted_values) if rarely(draw, 3) else _quoted(pick(draw, QUERY[name]))
        pairs.append(name + b"=" + value)
    return b"?" + b"&".join(pairs)


def _quoted(value: bytes) -> bytes:
    return quote_from_bytes(value, safe="").encode()


def forms(draw: st.DrawFn, rule: str) -> Fields:
    """The fields of the form at `rule`: good ones, of which some are changed, missing, doubled or unknown."""
    place = rule.rstrip("/").rpartition("/")[2]
    fields = {name: pick(draw, some) for name, some in CHOICES.get(place, {}).items()}
    if place == "aanmelden" or rule.endswith("/mensen/nieuw"):
        fields |= PERSON
    elif rule.startswith("/enquete"):
        fields = dict(ANSWERS)
    elif place == "bewerken":
        fields |= EDITED
        if not rarely(draw, 3):
            fields.pop(b"confirmed")
    if b"version" in fields and rarely(draw, 4):
        fields.pop(b"version")
    pairs = list(fields.items())
    names = sorted(fields) or [b"action"]
    for _ in range(pick(draw, (0, 0, 1, 1, 2, 4))):
        pairs = _broken(draw, pairs, pick(draw, names))
    return pairs


def _broken(draw: st.DrawFn, pairs: Fields, name: bytes) -> Fields:
    """`pairs` with the field `name` changed, missing or doubled, or with a field that the form does not have."""
    match pick(draw, ("changed", "changed", "changed", "missing", "doubled", "unknown")):
        case "changed":
            value = pick(draw, ODD_NUMBERS) if name in NUMBERS and rarely(draw, 2) else draw(values)
            return [(one, value if one == name else old) for one, old in pairs]
        case "missing":
            return [(one, old) for one, old in pairs if one != name]
        case "doubled":
            return [*pairs, (name, draw(values))]
    return [*pairs, (draw(values) if rarely(draw, 3) else pick(draw, ODD_NAMES), draw(values))]


def urlencoded(fields: Fields) -> bytes:
    return b"&".join(quote_plus(name).encode() + b"=" + quote_plus(value).encode() for name, value in fields)


def _multipart(fields: Fields, file: tuple[bytes, bytes, bytes]) -> bytes:
    """`fields` and a file: the name of its field, its own name, and its content."""
    heads = [b'name="%s"\r\n\r\n%s' % (name.replace(b'"', b"%22"), value) for name, value in fields]
    heads.append(b'name="%s"; filename="%s"\r\nContent-Type: image/png\r\n\r\n%s' % file)
    return b"".join(b"--grens\r\nContent-Disposition: form-data; %s\r\n" % one for one in heads) + b"--grens--\r\n"


def bodies(draw: st.DrawFn, rule: str) -> tuple[Fields, bytes]:
    """The headers about a body, and the body: a form in the way that browsers send it, or in any other."""
    fields = forms(draw, rule)
    takes_file = rule.endswith(("werkplaats.yaml", "bewerken"))
    if (takes_file and rarely(draw, 2)) or rarely(draw, 20):
        return _with_file(draw, rule, fields)
    if not rarely(draw, 6):
        return [(b"Content-Type", FORM)], urlencoded(fields)
    match pick(draw, ("raw", "cut", "typed", "many", "none")):
        case "raw":
            return [(b"Content-Type", FORM)], pick(draw, ODD_BODIES) + draw(_some_bytes)
        case "cut":
            return [(b"Content-Type", FORM)], _cut(draw, urlencoded(fields))
        case "typed":
            body = draw(values) if rarely(draw, 3) else urlencoded(fields)
            return [(b"Content-Type", pick(draw, ODD_TYPES))], body
        case "many":
            return [(b"Content-Type", FORM)], urlencoded(fields) + pick(draw, (TOO_MANY, TOO_MANY[:9000]))
    return [], b""


def _with_file(draw: st.DrawFn, rule: str, fields: Fields) -> tuple[Fields, bytes]:
    field = b"bestand" if rule.endswith("yaml") else b"logo-bestand"
    content = pick(draw, FILES)
    if rarely(draw, 3):
        content = _cut(draw, content)
    body = _multipart(fields, (field, pick(draw, FILENAMES), content))
    if rarely(draw, 8):
        body = _cut(draw, body)
    boundary = pick(draw, ODD_BOUNDARIES) if rarely(draw, 8) else b"; boundary=grens"
    return [(b"Content-Type", b"multipart/form-data" + boundary)], body


_some_bytes = st.binary(max_size=50)


def _cut(draw: st.DrawFn, whole: bytes) -> bytes:
    """The beginning of `whole`; or all of it, with something hostile in it."""
    at = draw(st.integers(0, len(whole)))
    return whole[:at] + (draw(values) + whole[at + 1 :] if rarely(draw, 2) else b"")


def framings(draw: st.DrawFn, body: bytes) -> tuple[Fields, bytes]:
    """How a body says its length: mostly rightly, and otherwise with a lie, or in chunks that may be broken."""
    if not rarely(draw, 8):
        return [], body
    match pick(draw, ("lie", "chunked", "broken", "both")):
        case "lie":
            return [(b"Content-Length", pick(draw, ODD_LENGTHS))], body
        case "chunked":
            return [(b"Transfer-Encoding", b"chunked")], _chunk(body) + b"0\r\n\r\n"
        case "broken":
            return [(b"Transfer-Encoding", pick(draw, ODD_CODINGS))], _chunk(body) + pick(draw, ODD_CHUNKS)
    return [(b"Transfer-Encoding", b"chunked"), (b"Content-Length", b"3")], _chunk(body) + b"0\r\n\r\n"


def _chunk(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body) if body else b""


@st.composite
def visits(draw: st.DrawFn) -> Sent:
    """A request to one of the functions with pages, to the desk often from somebody who is signed in."""
    function, rule, own_method = pick(draw, ADDRESSES)
    at = SURVEY if function == "survey" else SIGN_UP
    if rarely(draw, 4):
        at = pick(draw, MOMENTS)
    if rarely(draw, 25):
        rule, own_method = pick(draw, SITE), b"GET"
        target = bent(draw, rule.encode())
    else:
        target = paths(draw, function, rule)
    method = pick(draw, METHODS) if rarely(draw, 12) else own_method
    headers: Fields = []
    body = b""
    if method == b"POST" or rarely(draw, 15):
        about, body = bodies(draw, rule)
        framed, body = framings(draw, body)
        headers += about + framed
    if function == "organiser":
        headers += _signed_in(draw, at)
    if rarely(draw, 3):
        headers += draw(_some_odd_headers)
    return Sent(function, method, target + queries(draw), tuple(headers), body, at)


def _signed_in(draw: st.DrawFn, at: datetime) -> Fields:
    """The cookie of an organiser, of somebody else who is or was signed in, of a browser that asked, or none."""
    match pick(draw, ("organiser", "organiser", "organiser", "anybody", "anybody", "asking", "odd", "nobody")):
        case "organiser":
            value = f"__session=s.{world.session(world.DESK[0], at)}".encode()
        case "anybody":
            value = f"__session=s.{world.session(pick(draw, world.DESK), at)}".encode()
        case "asking":
            value = f"__session=a.{address_hash(world.DESK[0])}.{world.BROWSER}".encode()
        case "odd":
            value = draw(cookie_headers)
        case _:
            return []
    return [(b"Cookie", value)]


_some_odd_headers = st.lists(odd_headers, min_size=1, max_size=3)
