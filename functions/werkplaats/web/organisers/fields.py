"""The fields of a workshop as the desk's editor shows them: in which section, with which label, help and control.

`SECTIONS` is the one table. A field is named by its path in the workshop's file, such as `promotion.within`; inside a
list (`Rows`) by its path within one item. What each may hold is said by the domain, not here.
"""

from collections.abc import Mapping

from msgspec import Struct

from werkplaats.domain.differences import item_and_rest
from werkplaats.web.organisers.english_fields import ENGLISH
from werkplaats.web.organisers.field_parts import SCALES, Fold, ForEach, One, Part, Rows, Section, Texts
from werkplaats.wording.answers import KIND_NAMES
from werkplaats.wording.catalogues import Phrase
from werkplaats.wording.labels import NOTICE_SETTINGS

_MARKDOWN = Phrase(
    "Met een lege regel begin je een nieuwe alinea, met ## een kopje, met - een opsomming. Woorden in een andere taal "
    "schrijf je zo, dan spreekt een voorleesprogramma ze goed uit: [world café]{lang=en}."
)
_IN_DAYS = Phrase("Zoals ‘30 dagen’.")
_CHOICES = ("one_of", "any_of")

CONFIRM_ADDRESS = {
    "busy": Phrase("alleen als zich ineens veel mensen aanmelden"),
    "always": Phrase("altijd laten bevestigen"),
    "never": Phrase("nooit laten bevestigen"),
}
"""When a workshop asks people to confirm their address, by what its file says."""

_OPTION: tuple[Part, ...] = (
    One(path="label", label=Phrase("Tekst van de keuze")),
    One(
        path="value",
        label=Phrase("Code van de keuze"),
        help=Phrase("Niet veranderen als er al antwoorden zijn."),
    ),
    Texts(
        path="counts",
        label=Phrase("Telt mee voor"),
        help=Phrase("Zoals nacht-1 en nacht-2."),
    ),
)

_QUESTION: tuple[Part, ...] = (
    One(
        path="kind",
        label=Phrase("Soort vraag"),
        choices=KIND_NAMES,
        help=Phrase("Kies je een andere soort? Bewaar dan, en je ziet de velden die daarbij horen."),
    ),
    One(path="label", label=Phrase("Vraag")),
    One(
        path="id",
        label=Phrase("Code van de vraag"),
        help=Phrase("Kleine letters, cijfers en streepjes. Verander de code niet als er al antwoorden zijn."),
    ),
    One(path="help", label=Phrase("Uitleg bij de vraag"), optional=True),
    One(path="required", label=Phrase("Deze vraag moet worden beantwoord"), control="tick", optional=True),
    One(
        path="max_length",
        label=Phrase("Meeste tekens"),
        control="number",
        optional=True,
        of=("short_text", "long_text"),
        help=Phrase("Een korte tekst heeft er hooguit 300, een lange hooguit 5.000."),
    ),
    Rows(
        path="options",
        label=Phrase("Keuzes"),
        one=Phrase("Keuze %(number)d"),
        add=Phrase("Keuze toevoegen"),
        parts=_OPTION,
        of=_CHOICES,
    ),
    One(path="lowest", label=Phrase("Laagste getal (0 of 1)"), control="number", optional=True, of=("scale",)),
    One(path="highest", label=Phrase("Hoogste getal (3 t/m 10)"), control="number", optional=True, of=("scale",)),
    One(path="lowest_label", label=Phrase("Wat het laagste getal betekent"), of=SCALES),
    One(path="highest_label", label=Phrase("Wat het hoogste getal betekent"), of=SCALES),
    One(
        path="erase_after",
        label=Phrase("Antwoorden wissen na"),
        control="duration",
        optional=True,
        help=Phrase("Zoveel dagen na de laatste dag, zoals ‘14 dagen’. Leeg: samen met de aanmelding."),
    ),
    One(
        path="only_if.question",
        label=Phrase("Alleen stellen na deze vraag"),
        optional=True,
        help=Phrase("De code van een eerdere vraag. Leeg: deze vraag wordt altijd gesteld."),
    ),
    Texts(
        path="only_if.is",
        label=Phrase("Bij een van deze antwoorden"),
        help=Phrase("De codes van de keuzes, of getallen. Bij toestemming: true."),
        most=30,
    ),
)

_SIGN_UP_QUESTION: tuple[Part, ...] = (
    *_QUESTION,
    One(
        path="changeable_until",
        label=Phrase("Deelnemers veranderen dit zelf tot en met"),
        control="day",
        optional=True,
        help=Phrase(
            "Op hun eigen pagina. Kies bij bedden en eten de laatste dag waarop je het nog kunt doorgeven. "
            "Leeg: tot de werkplaats begint."
        ),
    ),
    One(
        path="tell",
        label=Phrase("Organisatoren krijgen bericht als een deelnemer dit verandert"),
        control="tick",
        optional=True,
    ),
)

SECTIONS: tuple[Section, ...] = (
    Section(
        name="wat",
        title=Phrase("Wat het is"),
        parts=(
            One(path="title", label=Phrase("Titel")),
            One(
                path="summary",
                label=Phrase("In één zin"),
                help=Phrase("Dit staat in de lijst van werkplaatsen en in zoekmachines."),
            ),
            One(path="description", label=Phrase("Beschrijving"), control="text", help=_MARKDOWN),
            One(path="for_whom", label=Phrase("Voor wie"), control="text", optional=True, help=_MARKDOWN),
            One(path="programme", label=Phrase("Programma"), control="text", optional=True, help=_MARKDOWN),
            Rows(
                path="leaders",
                label=Phrase("Wie de werkplaats leiden"),
                one=Phrase("Begeleider %(number)d"),
                add=Phrase("Begeleider toevoegen"),
                parts=(
                    One(path="name", label=Phrase("Naam")),
                    One(path="role", label=Phrase("Rol"), optional=True),
                    One(path="text", label=Phrase("Over deze persoon"), control="text", optional=True, help=_MARKDOWN),
                ),
            ),
        ),
    ),
    Section(
        name="wanneer",
        title=Phrase("Wanneer en waar"),
        parts=(
            One(path="first_day", label=Phrase("Eerste dag"), control="day"),
            One(path="last_day", label=Phrase("Laatste dag"), control="day"),
            Rows(
                path="days",
                label=Phrase("Tijden"),
                one=Phrase("Dag %(number)d"),
                add=Phrase("Tijden van een dag toevoegen"),
                help=Phrase("De tijden van elke dag, vanaf de eerste. Vul ze in voor alle dagen, of voor geen."),
                parts=(
                    One(path="begins", label=Phrase("Begint om"), control="time"),
                    One(path="ends", label=Phrase("Eindigt om"), control="time"),
                ),
            ),
            One(path="location.name", label=Phrase("Naam van de locatie"), optional=True),
            One(path="location.street", label=Phrase("Straat en nummer")),
            One(path="location.postal_code", label=Phrase("Postcode")),
            One(path="location.city", label=Phrase("Plaats")),
            One(path="location.country", label=Phrase("Land"), optional=True),
            One(path="route", label=Phrase("Route"), control="text", optional=True, help=_MARKDOWN),
            One(
                path="phone",
                label=Phrase("Telefoon op de dag zelf"),
                control="phone",
                optional=True,
                help=Phrase("Het nummer dat deelnemers op de dagen zelf kunnen bellen."),
            ),
        ),
    ),
    Section(
        name="praktisch",
        title=Phrase("Praktisch en prijs"),
        parts=(
            One(
                path="practical",
                label=Phrase("Praktische informatie"),
                control="text",
                optional=True,
                help=Phrase("Dit staat in de herinneringen die we mailen."),
            ),
            One(
                path="price.amount",
                label=Phrase("Prijs"),
                optional=True,
                help=Phrase("In woorden, zoals ‘€ 450, exclusief btw’."),
            ),
            One(
                path="price.includes", label=Phrase("Wat daarbij hoort"), control="text", optional=True, help=_MARKDOWN
            ),
            One(
                path="cancelling",
                label=Phrase("Voorwaarden bij afmelden"),
                control="text",
                optional=True,
                help=_MARKDOWN,
            ),
        ),
    ),
    Section(
        name="plekken",
        title=Phrase("Plekken en wachtlijst"),
        parts=(
            One(path="capacity", label=Phrase("Aantal plekken"), control="number"),
            One(
                path="promotion.by",
                label=Phrase("Als er een plek vrijkomt"),
                optional=True,
                choices={
                    "offer": Phrase("krijgt de eerste op de wachtlijst de plek aangeboden"),
                    "direct": Phrase("krijgt de eerste op de wachtlijst de plek meteen"),
                },
            ),
            One(
                path="promotion.within",
                label=Phrase("Zo lang staat een aanbod"),
                control="duration",
                optional=True,
                help=Phrase("Zoals ‘48 uur’ of ‘3 dagen’."),
            ),
            One(
                path="waitlist.at_most",
                label=Phrase("Meeste mensen op de wachtlijst"),
                control="number",
                optional=True,
                help=Phrase("Staan er zoveel mensen, dan kan er niemand meer bij. Leeg: zonder grens."),
            ),
        ),
    ),
    Section(
        name="aanmelden",
        title=Phrase("Wanneer mensen zich aanmelden"),
        parts=(
            One(path="sign_up.opens", label=Phrase("Eerste dag om je aan te melden"), control="day"),
            One(path="sign_up.closes", label=Phrase("Laatste dag om je aan te melden"), control="day"),
            One(
                path="sign_up.by_hand",
                label=Phrase("Met de hand"),
                optional=True,
                help=Phrase("Open of dicht gaat voor de dagen hierboven."),
                choices={
                    "open": Phrase("aanmelden is open tot de werkplaats begint"),
                    "closed": Phrase("aanmelden is dicht"),
                },
            ),
            One(
                path="confirm_address",
                label=Phrase("E-mailadres bevestigen"),
                optional=True,
                help=Phrase(
                    "Wie moet bevestigen, krijgt een mail met een knop. De plek of de plaats in de rij houden we "
                    "zolang vast: een dag, en korter als de werkplaats al snel begint."
                ),
                choices=CONFIRM_ADDRESS,
            ),
        ),
    ),
    Section(
        name="vragen",
        title=Phrase("Vragen bij het aanmelden"),
        help=Phrase("Naam, adres, organisatie, functie en telefoon vragen we altijd. Die staan hier niet bij."),
        parts=(
            Rows(
                path="questions",
                label=Phrase("Vragen"),
                one=Phrase("Vraag %(number)d"),
                add=Phrase("Vraag toevoegen"),
                parts=_SIGN_UP_QUESTION,
            ),
        ),
    ),
    Section(
        name="herinneringen",
        title=Phrase("Herinneringen"),
        parts=(
            Texts(
                path="reminders",
                label=Phrase("Zo lang voor de eerste dag mailen we een herinnering"),
                control="duration",
                most=4,
                help=Phrase("Zoals ‘7 dagen’ of ‘30 uur’, de vroegste eerst. Hooguit vier."),
            ),
        ),
    ),
    Section(
        name="vragenlijsten",
        title=Phrase("Vragenlijsten na afloop"),
        parts=(
            Rows(
                path="waves",
                label=Phrase("Vragenlijsten"),
                one=Phrase("Vragenlijst %(number)d"),
                add=Phrase("Vragenlijst toevoegen"),
                folded=True,
                parts=(
                    One(path="title", label=Phrase("Titel")),
                    One(
                        path="id",
                        label=Phrase("Code van de vragenlijst"),
                        help=Phrase("Verander de code niet als er al antwoorden zijn."),
                    ),
                    One(
                        path="after",
                        label=Phrase("Zo lang na de laatste dag gaat hij open"),
                        control="duration",
                        help=_IN_DAYS,
                    ),
                    One(
                        path="open_for",
                        label=Phrase("Zo lang blijft hij open"),
                        control="duration",
                        optional=True,
                        help=_IN_DAYS,
                    ),
                    One(
                        path="to",
                        label=Phrase("Voor wie"),
                        optional=True,
                        choices={
                            "attended": Phrase("wie er was"),
                            "seat": Phrase("wie een plek had"),
                            "waitlisted": Phrase("wie nog op de wachtlijst staat"),
                        },
                    ),
                    Texts(
                        path="reminders",
                        label=Phrase("Zo lang na het openen mailen we een herinnering"),
                        control="duration",
                        most=2,
                        help=Phrase("Alleen aan wie nog niet antwoordde. Hooguit twee."),
                    ),
                    One(path="introduction", label=Phrase("Inleiding"), control="text", help=_MARKDOWN),
                    Rows(
                        path="questions",
                        label=Phrase("Vragen van deze lijst"),
                        one=Phrase("Vraag %(number)d"),
                        add=Phrase("Vraag toevoegen"),
                        parts=_QUESTION,
                    ),
                ),
            ),
        ),
    ),
    Section(
        name="mensen",
        title=Phrase("Wie eraan werken"),
        parts=(
            Rows(
                path="organisers",
                label=Phrase("Mensen"),
                one=Phrase("Persoon %(number)d"),
                add=Phrase("Persoon toevoegen"),
                help=Phrase("Wie hier staat, kan inloggen. Wie eraf gaat, kan er niet meer bij."),
                parts=(
                    One(path="name", label=Phrase("Naam")),
                    One(path="email", label=Phrase("E-mailadres"), control="email"),
                    One(
                        path="role",
                        label=Phrase("Rol"),
                        optional=True,
                        choices={
                            "organiser": Phrase("organisator: doet alles en krijgt de berichten"),
                            "assistant": Phrase("assistent: helpt deelnemers en noteert wie er is"),
                            "facilitator": Phrase("begeleider: leest de opgaven, ziet geen adressen"),
                            "reader": Phrase("lezer: ziet getallen en resultaten"),
                        },
                    ),
                    One(
                        path="notices",
                        label=Phrase("Berichten over aanmeldingen"),
                        optional=True,
                        help=Phrase("Alleen een organisator krijgt ze. Wat mislukt, hoort die altijd meteen."),
                        choices={way.value: label for way, label in NOTICE_SETTINGS.items()},
                    ),
                ),
            ),
            One(path="sender.name", label=Phrase("Naam van de afzender van mails")),
            One(
                path="sender.email",
                label=Phrase("Adres van de afzender"),
                control="email",
                help=Phrase("Dit adres moet bij onze mailprovider bekend zijn."),
            ),
            One(path="sender.reply_to", label=Phrase("Adres voor antwoorden"), control="email"),
            One(
                path="contact.name",
                label=Phrase("Naam van de contactpersoon"),
                optional=True,
                help=Phrase("Wie deelnemers bellen of mailen met vragen. Onze mails zijn met deze naam ondertekend."),
            ),
            One(
                path="contact.phone",
                label=Phrase("Telefoon van de contactpersoon"),
                control="phone",
                optional=True,
                help=Phrase("Dit nummer staat in mails en op elke pagina van de werkplaats, dus iedereen ziet het."),
            ),
        ),
    ),
    Section(
        name="privacy",
        title=Phrase("Privacy"),
        parts=(
            One(path="privacy.statement", label=Phrase("Privacyverklaring"), control="text", help=_MARKDOWN),
            One(path="privacy.contact", label=Phrase("Adres voor vragen over privacy"), control="email"),
            One(
                path="privacy.erase_registrations_after",
                label=Phrase("Gegevens wissen na"),
                control="duration",
                optional=True,
                help=Phrase("Zoveel dagen na de laatste dag, zoals ‘365 dagen’."),
            ),
        ),
    ),
    Section(
        name="organisatie",
        title=Phrase("Organisatie"),
        parts=(
            One(path="organisation.name", label=Phrase("Naam van de organisatie"), optional=True),
            One(
                path="organisation.colour",
                label=Phrase("Kleur"),
                control="colour",
                optional=True,
                help=Phrase("Een # en zes tekens, zoals #ffd21f. Tekst op die kleur moet goed te lezen zijn."),
            ),
        ),
    ),
    Section(
        name="materiaal",
        title=Phrase("Materiaal"),
        help=Phrase("Voor wie een plek heeft: iets om te lezen of te bekijken, vooraf en na afloop."),
        parts=(
            Rows(
                path="materials",
                label=Phrase("Links"),
                one=Phrase("Link %(number)d"),
                add=Phrase("Link toevoegen"),
                parts=(
                    One(path="title", label=Phrase("Titel")),
                    One(path="address", label=Phrase("Adres"), control="web", help=Phrase("Begint met https://.")),
                ),
            ),
        ),
    ),
    ENGLISH,
)

WITHOUT_CONTROL: Mapping[str, Phrase] = {
    "id": Phrase("Adres van de werkplaats"),
    "organisation.logo": Phrase("Logo"),
    "practice": Phrase("Oefening"),
}
"""What the page shows in another way, and other pages only name."""

LOGO = "organisation.logo"


class Place(Struct, frozen=True):
    """Where a path leads in the table: the `part` that is there, and the `items` that it lies in, from the outside in.

    Each item is its list, and its number (from 0) or, where versions are compared and in translations, what identifies
    it.
    """

    part: Part | None
    items: tuple[tuple[Rows | ForEach, str], ...]


def place_of(path: str) -> Place | None:
    """Where `path` (such as 'questions.0.label') leads; None if no page shows such a field.

    An item itself ('questions.0') has the part None; a path that fields lie under ('location') leads to the first.
    """
    parts = tuple(part for section in SECTIONS for part in section.parts)
    return _place(path, parts, ())


def _place(path: str, parts: tuple[Part, ...], items: tuple[tuple[Rows | ForEach, str], ...]) -> Place | None:
    for part in parts:
        if isinstance(part, Fold):
            found = _place(path, part.parts, items)
            if found is not None:
                return found
            continue
        at = part.of if isinstance(part, ForEach) and not part.key else part.path
        if path == at or at.startswith(f"{path}."):
            return Place(part, items)
        if not path.startswith(f"{at}."):
            continue
        item, rest = item_and_rest(path[len(at) + 1 :])
        if isinstance(part, Texts):
            return Place(part, items) if not rest else None
        if isinstance(part, ForEach) and not part.parts:
            return Place(part, (*items, (part, item))) if not rest else None
        if isinstance(part, Rows | ForEach):
            inside = (*items, (part, item))
            found = _place(rest, part.parts, inside) if rest else Place(None, inside)
            if found is not None:  # otherwise its fields may be shown in another section too
                return found
    return None
