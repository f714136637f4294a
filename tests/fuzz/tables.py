"""Tables for the requests in made.py: good values of addresses and fields, and odd ones."""

from collections.abc import Mapping

from werkzeug.routing import Rule

from tests.fuzz import world
from tests.fuzz.world import MOMENTS, PEOPLE, WAVE, WORKSHOP
from werkplaats.domain.fields import fields_of
from werkplaats.security.links import Links
from werkplaats.web.organisers import desk
from werkplaats.web.public import manage, sign_up, survey
from werkplaats.wording.templating import FONTS, asset
from werkplaats.workshop_files import write

Fields = list[tuple[bytes, bytes]]

ROUTES: Mapping[str, list[Rule]] = {
    "signup": list(sign_up.ROUTES.iter_rules()),
    "manage": list(manage.ROUTES.iter_rules()),
    "survey": list(survey.ROUTES.iter_rules()),
    "organiser": list(desk.ROUTES.iter_rules()),
}

_WORKSHOPS = [WORKSHOP.id.encode()] * 3 + [b"proef", b"oefenen", b"afgelast", b"bestaat-niet", b"_voorbeeld"]
PLACES: Mapping[str, list[bytes]] = {
    "id": _WORKSHOPS,
    "registration": [*(one.encode() for one in PEOPLE), b"oefenaar", b"niemand"],
    "wave": [WAVE.id.encode(), b"geen"],
    "number": [b"1", b"0", b"2", b"999999999999999"],
    "name": [b"confirmed", b"sign_in", b"called_off", b"0" * 64, b"offered", b"f" * 64],
    "digest": [b"0" * 64, b"f" * 64],
    "file": [asset(name)[1].encode() for name in ("stijl.css", "aanwezig.js", "formulier.js", *FONTS)],
}

_SUBMISSIONS = [world.submission(moment).encode() for moment in MOMENTS]
_CODE = Links(world.KEYS).sign_in_code(world.ASKED).encode()
PERSON = {
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
ANSWERS = {f"vraag-{one.id}".encode(): b"4" for one in WAVE.questions}
_LONG = 120
EDITED = {path.encode(): text[:_LONG].encode() for path, text in fields_of(WORKSHOP).items()}
_FILE = write(WORKSHOP).encode()

CHOICES: Mapping[str, Mapping[bytes, list[bytes]]] = {
    "aanmelden": {b"submission": [*_SUBMISSIONS, world.submission(world.BEGINNING).encode()]},
    "link": {b"email": [b"geheim1@example.org", b"jan@example.org"], b"submission": _SUBMISSIONS},
    "<token>": {
        b"action": [b"cancel", b"accept", b"decline", b"rejoin", b"cancel_previous", b"confirm", b"erase", b"x"],
        b"version": [b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8"],
        b"submission": _SUBMISSIONS,
        b"List-Unsubscribe": [b"One-Click"],
        b"naar": [b"/organisatie/", b"/organisatie/proef?q=x"],
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
        b"submission": _SUBMISSIONS,
        b"plaats": [b"seat", b"waitlist", b"extra_seat", b"x"],
        b"reden": [b"Belde ons.", b""],
        b"mail": [b"no", b"x"],
        b"terug": [b"aanwezig", b"x"],
    },
    "afmelden": {
        b"wie": [*(one.encode() for one in PEOPLE), b"niemand"],
        b"gezien": [f"{one}.{seen}".encode() for one in PEOPLE for seen in range(1, 9)],
        b"action": [b"cancel", b""],
        b"mail": [b"no", b"x"],
    },
    "afgelasten": {b"reason": [b"Te weinig mensen."], b"action": [b"check", b""]},
    "aanmelden-openen-of-sluiten": {b"by_hand": [b"open", b"closed", b""], b"version": [b"0", b"1", b"2"]},
    "bevestigen": {b"confirm_address": [b"always", b"busy", b"never", b"x"], b"version": [b"0", b"1", b"2"]},
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
        b"action": [b"cancel", b"give_seat", b"offer", b"priority", b"erase"],
        b"reason": [b"our_mistake", b"other", b"x"],
        b"mail": [b"no", b"x"],
        b"version": [b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8"],
        b"dag": [WORKSHOP.first_day.isoformat().encode(), b"2027-01-01"],
        b"stand": [b"present", b"absent", b"none"],
        b"q": [b"geheim"],
    },
    "echt-maken": {b"version": [b"1"]},
}  # fmt: skip
"""Good values of the fields of each form, by the last part of its address."""

QUERY: Mapping[bytes, list[bytes]] = {
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


_OFTEN = {"signup": 3, "manage": 12, "survey": 6, "organiser": 1}
ADDRESSES = [
    (function, rule.rule, b"POST" if "POST" in (rule.methods or ()) else b"GET")
    for function, rules in ROUTES.items()
    for rule in rules
    for _ in range(_OFTEN[function] * (2 if "POST" in (rule.methods or ()) else 1))
]
"""A function, a rule of its addresses and its method. Functions with few pages come as often as those with many."""

NUMBERS = frozenset({b"version", b"base", b"confirmed"})
ODD_NUMBERS = [
    "²".encode(),
    "١".encode(),
    b"9" * 5000,
    b"-1",
    b"1.1.1",
    b"1e3",
    b"",
    b" 1",
    b"1\n",
    b"0x1",
    b"+1",
    b"1_0",
]
METHODS = [b"GET", b"HEAD", b"POST", b"OPTIONS", b"PUT", b"DELETE", b"PATCH", b"TRACE", b"CONNECT", b"BREW"]
SITE = ["/robots.txt", "/favicon.ico", "/.well-known/security.txt", "/", "//", "/_local/clock", "/hooks/sendgrid", "*"]

FORM = b"application/x-www-form-urlencoded"
_PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x20\x00\x00\x00\x20\x08\x06\x00\x00\x00szz\xf4"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)
FILES = [_FILE, _FILE, _PNG, _PNG, b"", b"id: [", b"a: &a [*a]", b"%YAML 9.9", b"id: !!python/name:os.system", b"- 1"]
FILENAMES = [b"werkplaats.yaml", b"logo.png", b"", b"../x", b"\xff", b'a\\"b']
TOO_MANY = b"".join(b"&f%d=x" % number for number in range(20_000))

ODD_QUERIES = [b"&&&=", b"%", b"a=%ff&taal=%00", b"taal", b"=" * 500, b"a=b&" * 5000, b"?", b"taal[]=en&q[a]=b"]
ODD_NAMES = [b"vraag-onbekend", b"a.b.c", b"questions.9999.id", b"questions.0.x.0", b"id", b"x" * 300]
ODD_BODIES = [b"%", b"a=%zz&%", b"\xff=\xff", b"&" * 600, b"=&" * 600, b"a[]=1&a[b]=2", b"a;b=c", b'{"action": 1}']
ODD_TYPES = [
    FORM + b"; charset=utf-16", FORM + b";;", b"application/json", b"text/plain", b"", b"\xff", b'a/b; c="',
    b"multipart/mixed; boundary=grens", b"x" * 3000, FORM.upper(), FORM + b"; charset=nooit",
]  # fmt: skip
ODD_BOUNDARIES = [
    b"",
    b"; boundary=",
    b"; boundary=x",
    b"; boundary=\xff",
    b"; boundary=grens; boundary=x",
    b'; boundary="',
]
ODD_LENGTHS = [b"0", b"1", b"5", b"999999", b"9" * 20, b"-1", b"+5", b"abc", b"5, 5", b"", b"0x5", b"\xb2"]
ODD_CODINGS = [b"chunked", b"chunked", b"gzip, chunked", b"Chunked ", b"x"]
ODD_CHUNKS = [
    b"",
    b"0\r\n",
    b"zz\r\n",
    b"-1\r\n",
    b"fffffffffffffffff\r\n",
    b"5;x=\r\nab",
    b"0\r\nX: y",
    b"0\r\n\r\nGET",
]
