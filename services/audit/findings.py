"""What a check of the house may find, each with its name, its place, and what it means in plain Dutch."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MOST = 100
"""Differences of one kind that are listed; the others are counted."""

KINDS: Mapping[str, str] = {
    "fact_altered": "De opgeslagen bytes van dit feit zijn andere dan die in het ondertekende logboek.",
    "fact_missing": "Dit feit staat in het ondertekende logboek en is weg uit de opslag.",
    "fact_extra": "Deze rij staat tussen genummerde feiten en hoort niet bij het logboek.",
    "fact_moved": "Dit feit staat in het ondertekende logboek op een andere plaats.",
    "fact_twice": "Dit feit heeft in het logboek meer dan één nummer.",
    "fact_relabelled": "De kolommen van deze rij (zaak, nummer, soort) zeggen iets anders dan het feit zelf.",
    "fact_unreadable": "Deze bytes zijn geen feit dat dit programma kent.",
    "fact_respelled": "Dit feit heeft niet de ene vaste schrijfwijze (RFC 8785).",
    "number_lost": "Dit feit was genummerd, en zijn nummer is weg.",
    "number_altered": "De nummering van het logboek volgt hier niet de volgorde waarin de feiten zijn vastgelegd.",
    "log_truncated": "Het ondertekende logboek is langer dan wat er nog genummerd is: het einde is afgehaald, of er is "
    "een oude back-up teruggezet.",
    "log_identity": "Van wie dit logboek is, ontbreekt of klopt niet.",
    "place_altered": "De lijst van feit naar plaats in het logboek noemt voor deze plaats een ander feit.",
    "place_missing": "De lijst van feit naar plaats in het logboek mist deze plaats.",
    "place_extra": "De lijst van feit naar plaats in het logboek heeft een regel te veel.",
    "tile_altered": "Deze tegel van het logboek is veranderd: feiten en ondertekend controlepunt zeggen iets anders.",
    "tile_missing": "Deze tegel van het logboek ontbreekt of is te kort.",
    "tile_extra": "Deze tegel hoort niet bij een logboek van deze grootte, of is te lang.",
    "checkpoint_unsigned": "De handtekening onder dit controlepunt klopt niet.",
    "checkpoint_altered": "De kolommen van dit controlepunt zeggen iets anders dan de ondertekende tekst zelf.",
    "checkpoint_resigned": "Dit controlepunt is met de juiste sleutel ondertekend, maar hoort niet bij deze feiten: "
    "het is vervangen, of het verleden is herschreven.",
    "checkpoint_missing": "Het laatste controlepunt van het logboek ontbreekt.",
    "checkpoint_known_elsewhere": "Een ander bewaarde van dit logboek een controlepunt dat hier niet past: er zijn "
    "twee geschiedenissen ondertekend, of het einde is afgehaald.",
    "cosignature_false": "De medeondertekening van een getuige onder dit controlepunt klopt niet.",
    "sequence_gap": "In deze zaak ontbreekt een feit, of staat er een dubbel of in de verkeerde volgorde.",
    "command_without_facts": "Van deze opdracht is vastgelegd dat zij feiten maakte, en die zijn er niet.",
    "fact_without_command": "Dit feit hoort bij geen enkele opdracht: het is niet door het programma geschreven.",
    "disclosure_without_decision": "Bij deze verstrekking, weigering of blik in het grootboek ontbreekt het besluit.",
    "disclosure_other_decision": "Deze verstrekking of weigering wijst naar een besluit dat er niet bij hoort.",
    "decision_without_policy": "Dit besluit noemt regels die nooit in gebruik zijn genomen.",
    "decision_other_tables": "Het kenmerk in dit besluit volgt niet uit de regels en tabellen van die dag.",
    "policy_altered": "De tekst van deze regels heeft niet het kenmerk waaronder zij in gebruik zijn genomen.",
    "recipient_number_missing": "In de doorlopende nummering van deze ontvanger ontbreekt een nummer: er is een "
    "verstrekking of weigering weg.",
    "recipient_number_twice": "Dit nummer van deze ontvanger is meer dan één keer gebruikt.",
    "counter_altered": "De teller van deze ontvanger zegt iets anders dan de feiten.",
    "key_unknown": "Dit feit is verzegeld met een sleutel die er niet is en nooit is vernietigd.",
    "key_left": "Volgens de feiten is hier een sleutel vernietigd, en die is er nog of weer.",
    "row_altered": "Deze rij van een overzicht zegt iets anders dan de feiten.",
    "row_missing": "Deze rij hoort volgens de feiten in het overzicht te staan, en ontbreekt.",
    "row_extra": "Deze rij staat in het overzicht, en er is geen feit voor.",
    "row_disputed": "De feiten zelf geven voor deze rij twee antwoorden: dit is een fout in het programma.",
    "views_ahead": "De overzichten zeggen verder te zijn dan het logboek: er is een oude back-up teruggezet.",
    "feeds_ahead": "De berichten aan deelnemers zijn verder dan het logboek: er is een oude back-up teruggezet.",
    "topic_altered": "Dit feit is op Kafka een ander dan in de opslag.",
    "topic_missing": "Dit feit ontbreekt op Kafka, en latere feiten staan er wel.",
    "topic_extra": "Dit bericht op Kafka hoort niet bij het logboek, of staat er dubbel.",
    "topic_order": "Dit bericht staat op Kafka na een later feit, of op de verkeerde partitie.",
    "topic_relabelled": "De kop of de sleutel van dit bericht op Kafka zegt iets anders dan het feit zelf.",
    "topic_ahead": "Kafka kent feiten die de database niet heeft: er is een oude back-up teruggezet.",
}
"""Kind -> what it means. A kind is permanent: guides and programs refer to it."""


_STOP = (
    "Stop de doorgever en verander niets. Vergelijk met wat getuigen bewaren en met een back-up van ervoor, en zoek "
    "uit wie in de database kon schrijven."
)
_BACKUP = "Is er een oude back-up teruggezet? Zet een volledige back-up van later terug; laat tot dan alles stilstaan."
_LOOK = "Meld dit aan de functionaris gegevensbescherming, en zoek uit welke verstrekking het betreft."
_ADVICE: Mapping[str, str] = {
    "fact": _STOP,
    "number": _STOP,
    "place": _STOP,
    "tile": _STOP,
    "checkpoint": _STOP,
    "cosignature": _STOP,
    "sequence": _STOP,
    "command": _STOP,
    "log": _BACKUP,
    "disclosure": _LOOK,
    "decision": _LOOK,
    "policy": _LOOK,
    "recipient": _LOOK,
    "counter": _BACKUP,
    "key": "Draai `zvh retention run`; blijft het, zoek dan uit of er een back-up van de sleutels is teruggezet.",
    "row": "Herstel de overzichten met `zvh replay --swap`, en zoek uit wie ze veranderde.",
    "views": _BACKUP,
    "feeds": _BACKUP,
    "topic": "Stop de doorgever. De database beslist; zoek uit wie op Kafka kon schrijven, of wat Kafka kwijt is.",
}
_SPECIAL: Mapping[str, str] = {
    "fact_without_command": "Zoek uit wie buiten het programma om schreef, vóór de doorgever dit feit nummert.",
    "key_unknown": "Zoek de back-up van de sleutelkast; wat onder deze sleutel ligt, is zonder die back-up onleesbaar.",
    "row_disputed": "Meld dit aan de makers van het programma; de feiten zelf zijn in orde.",
    "topic_ahead": _BACKUP,
}


def advice(kind: str) -> str:
    """Return what an operator does about a kind of difference."""
    return _SPECIAL.get(kind) or _ADVICE[kind.partition("_")[0]]


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it must be."""

    kind: str
    where: str
    """Which fact, tile, checkpoint, case or row; numbers and pseudonyms only."""
    says: str


class Findings:
    """Differences so far: the first of each kind in full, the others counted, so that memory stays flat."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._found: dict[str, dict[tuple[str, str], Difference]] = {}
        self.counts: Counter[str] = Counter()

    def add(self, kind: str, where: str, detail: str = "") -> None:
        """Note one difference; what was noted before is not noted twice.

        Args:
            detail: one more sentence with what was expected and what was found; codes, numbers and hashes only.
        """
        says = f"{KINDS[kind]} {detail}".rstrip()
        known = self._found.setdefault(kind, {})
        if (where, says) in known:
            return
        self.counts[kind] += 1
        if len(known) < self._most:
            known[where, says] = Difference(kind, where, says)

    def __iter__(self) -> Iterator[Difference]:
        """Yield what is listed, kind by kind in the order of ``KINDS``."""
        for kind in KINDS:
            yield from self._found.get(kind, {}).values()

    @property
    def more(self) -> dict[str, int]:
        """Kind -> how many more there are than are listed."""
        listed = {kind: len(found) for kind, found in self._found.items()}
        return {kind: count - listed[kind] for kind, count in self.counts.items() if count > listed[kind]}


def fact(index: int) -> str:
    """Return the place of one fact."""
    return f"feit {index}"


def tile(level: int, number: int) -> str:
    """Return the place of one tile."""
    return f"tegel {level}/{number}"


def checkpoint(size: int) -> str:
    """Return the place of one checkpoint."""
    return f"controlepunt {size}"
