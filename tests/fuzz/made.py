"""Requests to the functions with pages: made like good ones, and then broken in one place or many."""

from collections.abc import Mapping
from urllib.parse import quote_from_bytes, quote_plus

from hypothesis import strategies as st
from werkzeug.routing import Rule

from tests.fuzz import world
from tests.fuzz.hostile import bent, cookie_headers, odd_headers, quoted_values, tokens, values
from tests.fuzz.sent import Sent
from tests.fuzz.world import MOMENTS, PEOPLE, WAVE, WORKSHOP
from werkplaats.domain.fields import fields_of
from werkplaats.security.links import Links
from werkplaats.security.sessions import address_hash
from werkplaats.web.organisers import desk
from werkplaats.web.public import manage, sign_up, survey
from werkplaats.wording.templating import asset
from werkplaats.workshop_files import write

ROUTES: Mapping[str, list[Rule]] = {
    "signup": list(sign_up.ROUTES.iter_rules()),
    "manage": list(manage.ROUTES.iter_rules()),
    "survey": list(survey.ROUTES.iter_rules()),
    "organiser": list(desk.ROUTES.iter_rules()),
}

_WORKSHOPS = [WORKSHOP.id.encode()] * 3 + [b"proef", b"oefenen", b"afgelast", b"bestaat-niet", b"_voorbeeld"]
_PLACES: Mapping[str, list[bytes]] = {
    "id": _WORKSHOPS,
    "registration": [*(one.encode() for one in PEOPLE), b"oefenaar", b"niemand"],
    "wave": [WAVE.id.encode(), b"geen"],
    "number": [b"1", b"0", b"2", b"999999999999999"],
    "name": [b"confirmed", b"sign_in", b"called_off", b"0" * 64, b"offered", b"f" * 64],
    "digest": [b"0" * 64, b"f" * 64],
    "file": [asset(name)[1].encode() for name in ("stijl.css", "aanwezig.js", "vragenlijst.js")],
}

_SUBMISSIONS = [world.submission(moment).encode() for moment in MOMENTS]
_CODE = Links(world.KEYS).sign_in_code(world.ASKED).encode()
_PERSON = {
    b"voornaam": b"Jan",
    b"achternaam": b"de Vries",
    b"email": b"jan@example.org",
    b"organisatie": b"Gemeente Zwolle",
    b"functie": b"Adviseur",
    b"telefoon": b"06 12345678",
    b"vraag-opgave": b"Ik werk aan de wijk.",
    b"vraag-overnachting": b"geen",
    b"vraag-dieetwensen": b"vegetarisch",
    b"vraag-akkoord": b"ja",
}
_ANSWERS = {f"vraag-{one.id}".encode(): b"4" for one in WAVE.questions}
_EDITED = {path.encode(): text.encode() for path, text in fields_of(WORKSHOP).items()}
_FILE = write(WORKSHOP).encode()

Fields = list[tuple[bytes, bytes]]

_CHOICES: Mapping[str, Mapping[bytes, list[bytes]]] = {
    "aanmelden": {b"submission": [*_SUBMISSIONS, world.submission(world.BEGINNING).encode()]},
    "link": {b"email": [b"geheim1@example.org", b"jan@example.org"], b"submission": _SUBMISSIONS},
    "<token>": {
        b"action": [b"cancel", b"accept", b"decline", b"rejoin", b"cancel_previous", b"confirm", b"erase", b"x"],
        b"version": [b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8"],
        b"submission": _SUBMISSIONS,
        b"List-Unsubscribe": [b"One-Click"],
        b"naar": [b"/organisatie/", b"/organisatie/proef?q=x"],
        b"versie": [b"x"],
    },
    "inloggen": {b"email": [one.encode() for one in world.DESK], b"naar": [b"/organisatie/proef", b"//x"]},
    "code": {b"code": [_CODE, b"BCDF-GHJK"], b"naar": [b"/organisatie/", b"https://x"]},
    "uitloggen": {b"overal": [b"ja", b""]},
    "nieuw": {
        b"van": [b"_voorbeeld", WORKSHOP.id.encode(), b"proef"],
        b"title": [b"Nieuwe werkplaats"],
        b"first_day": [b"2028-03-01", b"2027-09-20"],
        b"name": [b"Naam"],
        b"id": [b"", b"nieuw-woord", b"proef"],
    },
    "afgelasten": {b"reason": [b"Te weinig mensen."], b"action": [b"check", b""]},
    "aanmelden-openen-of-sluiten": {b"by_hand": [b"open", b"closed", b""], b"version": [b"0", b"1", b"2"]},
    "werkplaats.yaml": {b"version": [b"0", b"1", b"2"]},
    "<number>": {b"version": [b"0", b"1", b"2"]},
    "bewerken": {
        b"action": [b"save", b"publish", b"preview", b"logo", b"remove-logo", b"add:questions", b"remove:questions.0",
                    b"up:waves.0.questions.1", b"down:organisers.0", b"add:title", b"remove:x", b"up:questions.9999"],
        b"version": [b"0", b"1", b"2"],
        b"base": [b"1", b"0"],
        b"confirmed": [b"0.1", b"1.1", b"2.1"],
    },
    "<registration>": {
        b"action": [b"cancel", b"give_seat", b"erase"],
        b"version": [b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8"],
        b"dag": [WORKSHOP.first_day.isoformat().encode(), b"2027-01-01"],
        b"stand": [b"present", b"absent", b"none"],
        b"q": [b"geheim"],
    },
    "echt-maken": {b"version": [b"1"]},
}  # fmt: skip
"""Good values of the fields of each form, by the last part of its address."""

_QUERY: Mapping[bytes, list[bytes]] = {
    b"taal": [b"en", b"nl", b"xx"],
    b"naar": [b"/organisatie/proef", b"//evil.example.com", b"/organisatie/inloggen"],
    b"formulier": [*_SUBMISSIONS, *(one.encode() for one in world.tokens()["registration"][:2])],
    b"q": [b"geheim", b"Geheimachter1"],
    b"stand": [b"plek", b"weg", b"wachtlijst"],
    b"dag": [WORKSHOP.first_day.isoformat().encode()],
    b"naast": [f"{WORKSHOP.id}.{WAVE.id}".encode(), b"proef.evaluatie"],
    b"versie": [b"x"],
    b"van": [b"_voorbeeld", WORKSHOP.id.encode(), b"proef"],
    b"melding": [b"bewaard", b"geen-voorbeeld"],
    b"overal": [b"ja"],
}

_TOKEN_PURPOSE = {"manage": "registration", "survey": "survey", "organiser": "sign-in"}


@st.composite
def paths(draw: st.DrawFn, function: str, rule: str) -> bytes:
    """An address of `rule`, with good or hostile values in its places."""
    parts = []
    for part in rule.split("/"):
        name = part.partition("<")[2].partition(">")[0]
        if not name:
            parts.append(part.encode())
            continue
        before, after = part.split(f"<{name}>")
        if draw(st.integers(0, 9)) == 0:
            value = draw(quoted_values)
        elif name == "token":
            value = draw(tokens(_TOKEN_PURPOSE[function]))
        else:
            value = draw(st.sampled_from(_PLACES[name]))
        parts.append(before.encode() + value + after.encode())
    return draw(bent(b"/".join(parts)))


@st.composite
def queries(draw: st.DrawFn) -> bytes:
    """Often none; otherwise parameters of ours, with good or hostile values, or anything."""
    if draw(st.integers(0, 2)) == 0:
        return b""
    if draw(st.integers(0, 9)) == 0:
        return b"?" + draw(
            st.sampled_from([b"&&&=", b"%", b"a=%ff&taal=%00", b"taal", b"=" * 500, b"a=b&" * 5000, b"?"])
        )
    names = draw(st.lists(st.sampled_from(sorted(_QUERY)), max_size=3))
    pairs = [name + b"=" + draw(st.one_of(st.sampled_from(_QUERY[name]).map(_quoted), quoted_values)) for name in names]
    return b"?" + b"&".join(pairs)


def _quoted(value: bytes) -> bytes:
    return quote_from_bytes(value, safe="").encode()


@st.composite
def forms(draw: st.DrawFn, rule: str) -> Fields:
    """The fields of the form at `rule`: good ones, of which some are changed, missing, doubled or unknown."""
    place = rule.rstrip("/").rpartition("/")[2]
    fields: dict[bytes, bytes] = {name: draw(st.sampled_from(some)) for name, some in _CHOICES.get(place, {}).items()}
    if place == "aanmelden":
        fields |= _PERSON
    elif rule.startswith("/enquete"):
        fields |= _ANSWERS
        fields.pop(b"versie", None)
    elif place == "bewerken":
        fields |= _EDITED
        if draw(st.integers(0, 2)):
            fields.pop(b"confirmed")
    pairs = list(fields.items())
    names = sorted(fields) or [b"action"]
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from(names))
        match draw(st.sampled_from(["changed", "changed", "changed", "missing", "doubled", "unknown"])):
            case "changed":
                value = draw(values)
                pairs = [(one, value if one == name else old) for one, old in pairs]
            case "missing":
                pairs = [(one, old) for one, old in pairs if one != name]
            case "doubled":
                pairs.append((name, draw(values)))
            case "unknown":
                odd = draw(
                    st.sampled_from([b"vraag-onbekend", b"a.b.c", b"questions.9999.id", b"questions.0.x.0", b"id"])
                )
                pairs.append((draw(st.one_of(values, st.just(odd))), draw(values)))
    if draw(st.integers(0, 99)) == 0:
        pairs += [(b"f%d" % number, b"x") for number in range(20_000)]
    return pairs


_BOUNDARY = b"grens"


def _urlencoded(fields: Fields) -> bytes:
    return b"&".join(quote_plus(name).encode() + b"=" + quote_plus(value).encode() for name, value in fields)


def _multipart(fields: Fields, file: tuple[bytes, bytes, bytes] | None = None) -> bytes:
    parts = [b'form-data; name="' + name.replace(b'"', b"%22") + b'"\r\n\r\n' + value for name, value in fields]
    if file is not None:
        name, filename, content = file
        parts.append(
            b'form-data; name="%s"; filename="%s"\r\nContent-Type: image/png\r\n\r\n%s' % (name, filename, content)
        )
    return (
        b"".join(b"--%s\r\nContent-Disposition: %s\r\n" % (_BOUNDARY, part) for part in parts).replace(
            b"\r\n--%s\r\n" % _BOUNDARY, b"--%s\r\n" % _BOUNDARY
        )
        + b"\r\n--%s--\r\n" % _BOUNDARY
    )


_FORM = b"application/x-www-form-urlencoded"
_PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x20\x00\x00\x00\x20\x08\x06\x00\x00\x00szz\xf4"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)


@st.composite
def bodies(draw: st.DrawFn, rule: str) -> tuple[Fields, bytes]:
    """The headers about a body, and the body: a form in the way that browsers send it, or in any other."""
    fields = draw(forms(rule))
    takes_file = rule.endswith(("werkplaats.yaml", "bewerken"))
    way = draw(
        st.sampled_from(["form"] * 8 + ["multipart"] * (6 if takes_file else 1) + ["raw", "cut", "typed", "none"])
    )
    match way:
        case "form":
            return [(b"Content-Type", _FORM)], _urlencoded(fields)
        case "multipart":
            name = b"bestand" if rule.endswith("yaml") else b"logo-bestand"
            content = draw(
                st.one_of(st.sampled_from([_FILE, _PNG, b"", b"id: [", b"a: &a [*a]"]), _cut(_FILE), _cut(_PNG), values)
            )
            filename = draw(st.sampled_from([b"werkplaats.yaml", b"logo.png", b"", b"../x", b"\xff", b'a\\"b']))
            body = _multipart(fields, (name, filename, content))
            if draw(st.integers(0, 4)) == 0:
                body = draw(_cut(body))
            kind = draw(
                st.sampled_from([b"; boundary=grens"] * 4 + [b"", b"; boundary=", b"; boundary=x", b"; boundary=\xff"])
            )
            return [(b"Content-Type", b"multipart/form-data" + kind)], body
        case "raw":
            raw = draw(
                st.sampled_from([b"%", b"a=%zz&%", b"\xff=\xff", b"&" * 600, b"=&" * 600, b"a[]=1&a[b]=2", b"a;b=c"])
            )
            return [(b"Content-Type", _FORM)], raw + draw(st.binary(max_size=50))
        case "cut":
            return [(b"Content-Type", _FORM)], draw(_cut(_urlencoded(fields)))
        case "typed":
            kind = draw(
                st.sampled_from(
                    [
                        _FORM + b"; charset=utf-16",
                        _FORM + b";;",
                        b"application/json",
                        b"text/plain",
                        b"",
                        b"\xff",
                        b'a/b; c="',
                        b"multipart/mixed; boundary=grens",
                        b"x" * 3000,
                    ]
                )
            )
            return [(b"Content-Type", kind)], draw(
                st.one_of(st.just(_urlencoded(fields)), st.just(b'{"action": 1}'), values)
            )
    return [], b""  # fmt: skip


@st.composite
def _cut(draw: st.DrawFn, whole: bytes) -> bytes:
    at = draw(st.integers(0, len(whole)))
    return whole[:at] + (draw(values) + whole[at + 1 :] if draw(st.booleans()) else b"")


_LENGTHS = [b"0", b"1", b"5", b"999999", b"99999999999999999999", b"-1", b"+5", b"abc", b"5, 5", b"", b"0x5", b"\xb2"]


@st.composite
def framings(draw: st.DrawFn, body: bytes) -> tuple[Fields, bytes]:
    """How a body says its length: mostly rightly, and otherwise with a lie, or in chunks that may be broken."""
    match draw(st.sampled_from(["right"] * 10 + ["lie", "chunked", "broken", "both"])):
        case "lie":
            return [(b"Content-Length", draw(st.sampled_from(_LENGTHS)))], body
        case "chunked":
            return [(b"Transfer-Encoding", b"chunked")], _chunk(body) + b"0\r\n\r\n"
        case "broken":
            end = draw(
                st.sampled_from(
                    [b"", b"0\r\n", b"zz\r\n", b"-1\r\n", b"fffffffffffffffff\r\n", b"5;x=\r\nab", b"0\r\nX: y"]
                )
            )
            return [(b"Transfer-Encoding", draw(st.sampled_from([b"chunked", b"gzip, chunked", b"Chunked ", b"x"])))], (
                _chunk(body) + end
            )
        case "both":
            return [(b"Transfer-Encoding", b"chunked"), (b"Content-Length", b"3")], _chunk(body) + b"0\r\n\r\n"
    return [], body


def _chunk(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body) if body else b""


_METHODS = [
    b"GET",
    b"HEAD",
    b"POST",
    b"OPTIONS",
    b"PUT",
    b"DELETE",
    b"PATCH",
    b"TRACE",
    b"CONNECT",
    b"BREW",
    b"PROPFIND",
]
_SITE = ["/robots.txt", "/favicon.ico", "/.well-known/security.txt", "/", "//", "/_local/clock", "/hooks/sendgrid", "*"]


@st.composite
def visits(draw: st.DrawFn, function: str, email: str | None = None) -> Sent:
    """A request to `function`, from somebody who is signed in with `email` if it is given."""
    rules = ROUTES[function]
    if draw(st.integers(0, 19)) == 0:
        rule, own_method = draw(st.sampled_from(_SITE)), b"GET"
        target = draw(bent(rule.encode()))
    else:
        number = draw(st.integers(0, len(rules) - 1))
        rule = rules[number].rule
        own_method = b"POST" if "POST" in (rules[number].methods or ()) else b"GET"
        target = draw(paths(function, rule))
    at = draw(st.sampled_from(MOMENTS))
    method = draw(st.sampled_from(_METHODS)) if draw(st.integers(0, 7)) == 0 else own_method
    headers: Fields = []
    body = b""
    if method == b"POST" or draw(st.integers(0, 9)) == 0:
        about, body = draw(bodies(rule))
        framed, body = draw(framings(body))
        headers += about + framed
    if email is not None:
        headers.append((b"Cookie", f"__session=s.{world.session(email, at)}".encode()))
    elif function == "organiser" and draw(st.booleans()):
        asking = f"__session=a.{address_hash(world.DESK[0])}.{world.BROWSER}".encode()
        headers.append((b"Cookie", draw(st.one_of(st.just(asking), cookie_headers))))
    if draw(st.integers(0, 2)) == 0:
        headers += draw(st.lists(odd_headers, max_size=3))
    return Sent(function, method, target + draw(queries()), tuple(headers), body, at)


public_visits = st.sampled_from(["signup", "manage", "survey"]).flatmap(visits)
desk_visits = st.sampled_from([None, *world.DESK, world.ROLES[world.Role.ORGANISER]]).flatmap(
    lambda email: visits("organiser", email)
)
