"""Mistakes in what somebody wrote about a workshop, in the words of people who make workshops."""

from werkplaats.domain.mistakes import Mistake, Wrong
from werkplaats.wording.catalogues import Phrase, Words

_SAID = {
    Wrong.MISSING: Phrase("Dit ontbreekt, en het is nodig."),
    Wrong.UNKNOWN_FIELD: Phrase("Dit veld kennen we niet. Kijk of er een tikfout in de naam zit."),
    Wrong.NOT_OF_THAT_TYPE: Phrase("Wat hier staat, is van een andere soort dan hier hoort."),
    Wrong.NOT_A_NUMBER: Phrase("Vul hier een heel getal in."),
    Wrong.NOT_A_DAY: Phrase("Dit is geen dag. Schrijf hem als 2027-08-29: eerst het jaar, dan de maand en de dag."),
    Wrong.NOT_A_CHOICE: Phrase("Dit is geen van de mogelijkheden die hier kunnen."),
    Wrong.NOT_ONE_LINE: Phrase("Hier past één regel tekst, zonder regeleinde."),
    Wrong.NOT_AN_ID: Phrase("Gebruik alleen kleine letters, cijfers en streepjes, en begin met een letter."),
    Wrong.NOT_AN_ADDRESS: Phrase("Dit kan geen e-mailadres zijn. Een adres ziet er zo uit: naam@example.org."),
    Wrong.NOT_A_WEB_ADDRESS: Phrase("Vul een webadres in dat begint met https://."),
    Wrong.NOT_A_PHONE: Phrase("Dit kan geen telefoonnummer zijn. Schrijf het als 06 12345678 of +31 6 12345678."),
    Wrong.NOT_A_TIME: Phrase("Dit is geen tijd. Schrijf hem als 09:30."),
    Wrong.NOT_A_DURATION: Phrase("Dit is geen duur. Schrijf hem als ‘2 days’ of, waar dat kan, ‘48 hours’."),
    Wrong.NOT_A_COLOUR: Phrase("Dit is geen kleur. Schrijf hem als #ffd21f."),
    Wrong.NOT_A_DIGEST: Phrase("Dit verwijst niet naar een logo. Voeg het logo toe op de pagina om te bewerken."),
    Wrong.TOO_SMALL: Phrase("Dit getal is te laag. Het laagste is %(limit)s."),
    Wrong.TOO_LARGE: Phrase("Dit getal is te hoog. Het hoogste is %(limit)s."),
    Wrong.TOO_SHORT: Phrase("Dit mag niet leeg zijn. Vul iets in."),
    Wrong.TOO_LONG: Phrase("Dit is te lang. Er passen %(limit)s tekens."),
    Wrong.TOO_FEW: Phrase("Dit zijn er te weinig. Het zijn er minstens %(limit)s."),
    Wrong.TOO_MANY: Phrase("Dit zijn er te veel. Het zijn er hooguit %(limit)s."),
    Wrong.TWICE: Phrase("Hier staat twee keer hetzelfde. Maak ze verschillend."),
    Wrong.TAKEN: Phrase("Dit woord gebruiken we zelf al in webadressen. Kies een ander."),
    Wrong.LAST_DAY_BEFORE_FIRST: Phrase("De laatste dag ligt vóór de eerste."),
    Wrong.HOURS_NOT_FOR_EACH_DAY: Phrase("Geef de tijden van alle dagen, of van geen enkele."),
    Wrong.ENDS_BEFORE_IT_BEGINS: Phrase("De dag eindigt voordat hij begint."),
    Wrong.CLOSES_BEFORE_IT_OPENS: Phrase("Het aanmelden sluit voordat het opent."),
    Wrong.CLOSES_AFTER_THE_START: Phrase("Het aanmelden moet sluiten vóór de eerste dag."),
    Wrong.REMINDERS: Phrase(
        "Deze herinneringen kunnen niet. Zet de vroegste eerst, laat er genoeg tijd tussen, en doe de laatste minstens "
        "een paar uur voor de eerste dag."
    ),
    Wrong.WAVE_REMINDERS: Phrase(
        "Deze herinneringen kunnen niet. Zet de vroegste eerst, en laat er een werkdag over tot de vragenlijst sluit."
    ),
    Wrong.ERASED_BEFORE_WAVE_CLOSES: Phrase(
        "De gegevens worden gewist voordat een vragenlijst sluit. Bewaar ze langer, of laat die vragenlijst weg."
    ),
    Wrong.TOO_MUCH_TEXT: Phrase("Alle antwoorden samen kunnen te lang worden. Maak de ruimte per vraag kleiner."),
    Wrong.CONDITION: Phrase(
        "De voorwaarde klopt niet: hij moet gaan over een vraag die ervoor staat, met antwoorden die daar kunnen."
    ),
    Wrong.UNREADABLE_COLOUR: Phrase("Op deze kleur is geen tekst te lezen. Maak hem lichter of donkerder."),
    Wrong.NO_SUCH_LOGO: Phrase("Dit logo is er niet. Voeg het opnieuw toe."),
    Wrong.ANOTHER_WORKSHOP: Phrase("Dit is de naam van een andere werkplaats."),
    Wrong.NOBODY_RUNS_IT: Phrase("Er moet minstens één iemand organisator zijn."),
}  # fmt: skip

if _missing := [wrong.name for wrong in Wrong if wrong not in _SAID]:
    raise TypeError(f"no words in _SAID for {', '.join(_missing)}")


def say_mistake(words: Words, mistake: Mistake) -> str:
    """What is wrong, in a sentence that also says what to do where that is not obvious."""
    return words.show(_SAID[mistake.wrong], limit=mistake.limit)
