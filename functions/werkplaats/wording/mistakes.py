"""What is wrong in what an organiser wrote about a workshop, and how to put it right, in the reader's words."""

from werkplaats.domain.logos import LARGEST_LOGO, LogoProblem
from werkplaats.domain.mistakes import Mistake, Wrong
from werkplaats.wording.catalogues import Phrase, Words
from werkplaats.wording.code_names import need_names

_WRONG = {
    Wrong.MISSING: Phrase("Dit is nog leeg. Vul het in."),
    Wrong.UNKNOWN_FIELD: Phrase("Dit veld hoort hier niet. Maak het leeg, dan is het weg."),
    Wrong.NOT_OF_THAT_TYPE: Phrase("Dit begrijpen we niet. Kijk bij de uitleg wat hier kan staan."),
    Wrong.NOT_A_NUMBER: Phrase("Vul een getal in, met alleen cijfers."),
    Wrong.NOT_A_DAY: Phrase("Vul een dag in, zoals 2027-08-29: jaar, maand, dag."),
    Wrong.NOT_A_CHOICE: Phrase("Kies een van de mogelijkheden die hier staan."),
    Wrong.NOT_ONE_LINE: Phrase("Dit moet op één regel. Haal de regeleinden weg."),
    Wrong.NOT_AN_ID: Phrase("Gebruik kleine letters, cijfers en streepjes, en begin met een letter: zoals nacht-1."),
    Wrong.NOT_AN_ADDRESS: Phrase("Dit kan geen e-mailadres zijn. Een adres ziet er zo uit: naam@example.org."),
    Wrong.NOT_A_WEB_ADDRESS: Phrase("Vul een heel webadres in. Het begint met https:// en heeft geen spaties."),
    Wrong.NOT_A_PHONE: Phrase("Dit kan geen telefoonnummer zijn. Schrijf het als 06 12345678 of +31 6 12345678."),
    Wrong.NOT_A_TIME: Phrase("Vul een tijd in, zoals 09:30."),
    Wrong.NOT_A_DURATION: Phrase(
        "Vul in hoelang, zoals ‘7 dagen’ of ‘48 uur’. Bij wissen en bij vragenlijsten kunnen het alleen dagen zijn."
    ),
    Wrong.NOT_A_COLOUR: Phrase("Vul een kleur in als # met zes tekens: zoals #ffd21f."),
    Wrong.NOT_A_DIGEST: Phrase("Dit logo kennen we niet. Haal het weg of kies het opnieuw."),
    Wrong.TOO_SMALL: Phrase("Dit getal is te klein. Het moet minstens %(limit)d zijn."),
    Wrong.TOO_LARGE: Phrase("Dit getal is te groot. Het mag hooguit %(limit)d zijn."),
    Wrong.TOO_SHORT: Phrase("Dit is te kort. Het moeten minstens %(limit)d tekens zijn."),
    Wrong.TOO_LONG: Phrase("Dit is te lang. Er passen hooguit %(limit)d tekens."),
    Wrong.TOO_FEW: Phrase("Dit zijn er te weinig. Er zijn er minstens %(limit)d nodig."),
    Wrong.TOO_MANY: Phrase("Dit zijn er te veel. Er kunnen er hooguit %(limit)d zijn."),
    Wrong.TWICE: Phrase("Hier staat twee keer dezelfde code of hetzelfde adres. Geef elk een eigen."),
    Wrong.TAKEN: Phrase("Dit woord is al in gebruik als adres. Kies een ander."),
    Wrong.LAST_DAY_BEFORE_FIRST: Phrase("De laatste dag ligt voor de eerste. Kies een dag op of na de eerste dag."),
    Wrong.HOURS_NOT_FOR_EACH_DAY: Phrase("Vul de tijden in voor elke dag, of voor geen enkele."),
    Wrong.ENDS_BEFORE_IT_BEGINS: Phrase("De dag eindigt voor hij begint. Kies een latere tijd."),
    Wrong.CLOSES_BEFORE_IT_OPENS: Phrase("Aanmelden sluit voor het opent. Kies een latere dag."),
    Wrong.CLOSES_AFTER_THE_START: Phrase("Aanmelden moet sluiten voor de eerste dag. Kies een eerdere dag."),
    Wrong.REMINDERS: Phrase(
        "Zet de vroegste herinnering eerst. Er moet tijd tussen zitten, en tussen de laatste en de werkplaats ook: "
        "we mailen ze tussen 8.00 en 19.45 uur."
    ),
    Wrong.WAVE_REMINDERS: Phrase(
        "Zet de vroegste herinnering eerst. Voor de vragenlijst sluit, moet er na elke nog een werkdag zijn."
    ),
    Wrong.WAVE_CLOSES_LATE: Phrase(
        "Laat deze vragenlijst eerder beginnen of korter open: hij moet binnen drie jaar na de laatste dag sluiten."
    ),
    Wrong.ERASED_BEFORE_WAVE_CLOSES: Phrase(
        "De gegevens worden gewist voor een vragenlijst sluit. Bewaar ze langer, of haal die vragenlijst weg."
    ),
    Wrong.TOO_MUCH_TEXT: Phrase(
        "Deze vragen laten samen te veel tekst toe. Maak bij een paar vragen het aantal tekens kleiner."
    ),
    Wrong.CONDITION: Phrase(
        "Deze voorwaarde kan niet. Noem de code van een vraag die eerder komt, en antwoorden die daar te kiezen zijn."
    ),
    Wrong.UNREADABLE_COLOUR: Phrase("Op deze kleur is tekst niet goed te lezen. Kies een lichtere of een donkerdere."),
    Wrong.NO_SUCH_LOGO: Phrase("Dit logo is er niet. Kies het bestand opnieuw."),
    Wrong.ANOTHER_WORKSHOP: Phrase("Dit is het adres van een andere werkplaats. Het adres staat vast."),
    Wrong.NOBODY_RUNS_IT: Phrase("Er is niemand die organisator is. Geef minstens één persoon die rol."),
    Wrong.TRANSLATES_NOTHING: Phrase(
        "Deze vertaling hoort nergens bij: de vraag, de keuze of de vragenlijst is er niet. Haal de vertaling weg."
    ),
    Wrong.CHANGEABLE_AFTER_THE_START: Phrase(
        "Kies een dag voor de eerste dag: is de werkplaats begonnen, dan verandert niemand zijn antwoorden nog zelf."
    ),
    Wrong.NOT_OF_A_SURVEY: Phrase(
        "Dit kan alleen bij een vraag van het aanmeldformulier. Een antwoord op een vragenlijst verandert niemand."
    ),
}

need_names(Wrong, _WRONG)

_LOGOS = {
    LogoProblem.TOO_LARGE: Phrase("Dit bestand is te groot. Een logo is hooguit %(size)d kB."),
    LogoProblem.NOT_A_PNG: Phrase("Dit is geen PNG. Kies een bestand dat op .png eindigt."),
    LogoProblem.DAMAGED: Phrase("Dit bestand is beschadigd. Bewaar het opnieuw als PNG, en kies het dan."),
    LogoProblem.TOO_MANY_PIXELS: Phrase("Dit plaatje is te groot. Het mag hooguit 4.000 pixels breed en hoog zijn."),
    LogoProblem.TOO_FEW_PIXELS: Phrase("Dit plaatje is te klein. Het moet minstens 16 pixels breed en hoog zijn."),
    LogoProblem.ANIMATED: Phrase("Dit plaatje beweegt. Kies een plaatje dat stilstaat."),
}


_WRONG_IN_FILES = {
    Wrong.MISSING: Phrase("Dit ontbreekt, en het is nodig."),
    Wrong.NOT_OF_THAT_TYPE: Phrase("Wat hier staat, is van een andere soort dan hier hoort."),
    Wrong.UNKNOWN_FIELD: Phrase("Dit veld kennen we niet. Kijk of er een tikfout in de naam zit."),
    Wrong.NOT_A_CHOICE: Phrase("Dit is geen van de mogelijkheden die hier kunnen."),
    Wrong.NOT_A_DURATION: Phrase("Dit is geen duur. Schrijf hem als ‘2 days’ of, waar dat kan, ‘48 hours’."),
}
"""The mistakes that have another text in a file, where people write what they choose or tick in a form."""


def mistake_text(words: Words, mistake: Mistake) -> str:
    """What is wrong in a form, and what to do about it, as a sentence or two."""
    return words.show(_WRONG[mistake.wrong], limit=mistake.limit or 0)


def file_mistake_text(words: Words, mistake: Mistake) -> str:
    """What is wrong in a file, and what to do about it, as a sentence or two."""
    return words.show(_WRONG_IN_FILES.get(mistake.wrong, _WRONG[mistake.wrong]), limit=mistake.limit or 0)


def logo_problem_text(words: Words, problem: LogoProblem) -> str:
    """Why a file cannot be a logo, and which can."""
    return words.show(_LOGOS[problem], size=LARGEST_LOGO // 1024)
