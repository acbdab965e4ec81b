"""The account in plain Dutch (B1): what a person reads who asked which data there are, who saw them, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from events.vocabulary import Code, LegalRef, OrgCode, Stage
from policies.reference import Reference
from services.case_parts import DATA_SUBJECT
from services.dutch_dates import local_day, local_moment
from services.rights.account import Account, CaseTold, Look
from services.rights.copy_wording import CopiedItem, copied_section
from services.rights.page import Block, Grid, Notice, Page, Points, Section, Text

STAGES: Mapping[Stage, str] = {
    Stage.SIGNALLED: "er is een zorg gemeld",
    Stage.REFERRED: "aangemeld",
    Stage.RETURNED: "teruggestuurd naar de aanmelder",
    Stage.IN_TRIAGE: "wordt beoordeeld",
    Stage.NOT_ACCEPTED: "niet aangenomen",
    Stage.STARTING: "aangenomen",
    Stage.IN_CONSULTATION: "in overleg",
    Stage.PLAN_AGREED: "er is een plan",
    Stage.MONITORING: "het plan wordt uitgevoerd",
    Stage.AFTERCARE: "nazorg",
    Stage.CLOSED: "gesloten",
    Stage.DESTROYED: "de gegevens zijn vernietigd",
}
NOT_SHOWN_BECAUSE: Mapping[Code, str] = {
    "NOT_PARTICIPANT": "de organisatie doet niet mee in het samenwerkingsverband",
    "WRONG_HAT": "de medewerker vroeg het voor een andere taak dan afgesproken",
    "NOT_ON_CASE": "de organisatie werkt niet mee aan uw zaak",
    "AUTH_EXPIRED": "de toegang van de organisatie was al gestopt",
    "TIER_EXCEEDED": "dat mag nog niet op dat moment",
    "CATEGORY_NOT_ALLOWED": "de organisatie mag dit soort gegevens niet zien",
    "NO_PURPOSE": "er was geen geldig doel",
    "NO_BASIS": "er was geen geldige wettelijke grond",
    "NO_REASONING": "de reden was niet goed opgeschreven",
    "SECRECY": "er geldt een beroepsgeheim",
    "SOURCE_CONDITION": "wie de gegevens gaf, wil dat niet",
    "ITEM_NOT_SHARED": "deze gegevens zijn niet met die organisatie gedeeld",
    "RESTRICTED": "de gegevens staan op slot",
    "DESTROYED": "de gegevens zijn vernietigd",
}


def access_page(told: Account, reference: Reference, copy: Sequence[CopiedItem] | None = None) -> Page:
    """Return the account in words.

    Args:
        copy: the items themselves, when they go along.
    """
    words = Words(reference, told.made_at)
    sections = [
        _organisations(told, words),
        _seen(told, words),
        _refused(told, words),
        _sources(told, words),
        _withheld(told, words),
        _cases(told, words),
        *([copied_section(copy, words)] if copy is not None else []),
        _your_rights(told, words),
    ]
    return Page("Uw gegevens bij het Zorg- en Veiligheidshuis", tuple(_opening(told)), tuple(sections))


class Words:
    """Codes of the tables in words, as they stood at a moment."""

    def __init__(self, reference: Reference, at: datetime) -> None:
        self._reference, self._at = reference, at

    def org(self, code: OrgCode) -> str:
        if code == self._reference.staff.code:
            return "Zorg- en Veiligheidshuis (eigen medewerkers)"
        if code == DATA_SUBJECT:
            return "Uzelf"
        reference, at = self._reference, self._at
        inside = reference.participant(code, at)
        if inside is not None:
            return inside.name_nl
        outside = reference.third_party(code, at) or reference.collaboration(code, at) or reference.supervisor(code, at)
        return outside.name_nl if outside else code

    def categories(self, codes: Iterable[Code]) -> str:
        found = (self._reference.category(code, self._at) for code in codes)
        return ", ".join(one.name_nl for one in found if one) or "niet bekend"

    def purpose(self, code: Code | None) -> str:
        found = self._reference.purpose(code, self._at) if code else None
        return found.says_nl if found else "geen doel genoemd"

    def grounds(self, keys: Sequence[LegalRef]) -> str:
        found = (self._reference.legal_ref(key, self._at) for key in dict.fromkeys(keys))
        return "; ".join(one.ref for one in found if one) or "geen grond genoemd"

    def explained(self, keys: Iterable[LegalRef]) -> Iterator[str]:
        """Yield what each ground says, in words."""
        for key in keys:
            found = self._reference.legal_ref(key, self._at)
            if found is not None:
                yield f"{found.ref}: {found.text_nl}"

    def life_domain(self, code: str) -> str | None:
        known = {one.code: one.name_nl for one in self._reference.choices("life-domain", self._at)}
        return known.get(code.upper())

    def ground(self, code: Code) -> str:
        lists = ("refusal-ground", "withholding-ground")
        known = {one.code: one.name_nl for name in lists for one in self._reference.choices(name, self._at)}
        return known.get(code, code)

    def number(self, term: str) -> int:
        return self._reference.term(term, self._at).value


def _opening(told: Account) -> Iterator[Block]:
    yield Text(
        f"U vroeg op {local_day(told.received_at)} welke gegevens het Zorg- en Veiligheidshuis van u heeft "
        "en wie ze zag. "
        f"Dit is het antwoord van alle organisaties samen. Het is gemaakt op {local_moment(told.made_at)}. "
        f"Uw verzoek heeft nummer {told.request_id}."
    )
    if not told.complete:
        yield Notice(
            "Dit overzicht is misschien niet volledig. Bij het maken waren nog niet alle gebeurtenissen verwerkt. "
            "Vraag het contactpunt om een nieuw overzicht."
        )
    if not told.entries:
        yield Text("Wij hebben geen gegevens van u gevonden.")
        return
    yield Points(_all_in_short(told) if told.entries == told.shown else _shown_in_short(told))


def _all_in_short(told: Account) -> tuple[str, ...]:
    orgs, seen, refused = _counts(told)
    asked = _number(refused, "vraag om uw gegevens te zien is", "vragen om uw gegevens te zien zijn")
    return (
        f"Gegevens van u zijn of waren bij {_number(orgs, 'organisatie', 'organisaties')}."
        if orgs
        else "Bij geen enkele organisatie zijn of waren gegevens van u.",
        f"Er is {seen} keer naar uw gegevens gekeken." if seen else "Er is niet naar uw gegevens gekeken.",
        f"{asked} geweigerd." if refused else "Geen enkele vraag om uw gegevens te zien is geweigerd.",
        "Wij laten u alles zien: er is niets achtergehouden.",
    )


def _shown_in_short(told: Account) -> tuple[str, ...]:
    """Return what is told while something is kept back: of how much there is in all, no number would be true."""
    orgs, seen, refused = _counts(told)
    cannot = "Wij kunnen u nu niet zeggen"
    return (
        f"U ziet hier {_number(orgs, 'organisatie', 'organisaties')} met gegevens van u."
        if orgs
        else f"{cannot} welke organisaties gegevens van u hebben of hadden.",
        f"U ziet hier {seen} keer dat er naar uw gegevens is gekeken."
        if seen
        else f"{cannot} of er naar uw gegevens is gekeken.",
        f"U ziet hier {_number(refused, 'vraag die is', 'vragen die zijn')} geweigerd."
        if refused
        else f"{cannot} of er een vraag om uw gegevens is geweigerd.",
        f"{_number(told.entries - told.shown, 'regel laten', 'regels laten')} wij u nu niet zien. "
        "Waarom, leest u verderop.",
    )


def _counts(told: Account) -> tuple[int, int, int]:
    """Return how many organisations, looks and refused requests the account shows."""
    return len(told.organisations), sum(one.org != DATA_SUBJECT for one in told.seen), len(told.refused)


def _organisations(told: Account, words: Words) -> Section:
    rows = tuple(
        (
            words.org(one.org),
            _yes(one.gave),
            _yes(one.saw),
            local_day(one.first),
            local_day(one.last),
        )
        for one in told.organisations
    )
    columns = ("Organisatie", "Gaf gegevens", "Zag gegevens", "Eerste keer", "Laatste keer")
    return Section(
        "Welke organisaties hebben of hadden uw gegevens?",
        _table("Organisaties met gegevens van u", columns, rows, "Wij kunnen u hier geen organisatie noemen."),
    )


def _seen(told: Account, words: Words) -> Section:
    rows = tuple(
        (
            local_moment(one.at),
            words.org(one.org),
            words.categories(one.categories),
            words.purpose(one.purpose),
            words.grounds(one.legal_basis),
        )
        for one in told.seen
    )
    columns = ("Wanneer", "Wie", "Welke soorten gegevens", "Waarom", "Op welke grond")
    nobody = "Niemand heeft uw gegevens bekeken."
    if told.withheld:
        nobody = "Wij kunnen u hier niemand noemen die uw gegevens zag."
    grounds = tuple(words.explained(dict.fromkeys(key for one in told.seen for key in one.legal_basis)))
    return Section(
        "Wie zag wat, wanneer en waarom?",
        (
            Text("U ziet hier de organisatie. De naam van de medewerker noemen wij niet."),
            *_table("Keren dat iemand uw gegevens zag", columns, rows, nobody),
            *((Text("Dit betekenen de gronden:"), Points(grounds)) if grounds else ()),
        ),
    )


def _refused(told: Account, words: Words) -> Section:
    def row(one: Look) -> tuple[str, ...]:
        because = NOT_SHOWN_BECAUSE.get(one.reason_code, "de regels lieten het niet toe")
        return local_moment(one.at), words.org(one.org), words.categories(one.categories), because

    columns = ("Wanneer", "Wie", "Welke soorten gegevens", "Waarom niet")
    none = "Wij kunnen u hier geen geweigerde vraag noemen." if told.withheld else "Er is geen vraag geweigerd."
    return Section(
        "Welke vragen zijn geweigerd?",
        (
            Text("Soms vraagt een organisatie om gegevens en krijgt zij die niet. Ook dat schrijven wij op."),
            *_table("Geweigerde vragen", columns, tuple(map(row, told.refused)), none),
        ),
    )


def _sources(told: Account, words: Words) -> Section:
    rows = tuple(
        (words.org(one.org), words.categories((one.category,)), local_day(one.first), str(one.times))
        for one in told.sources
    )
    columns = ("Van wie", "Soort gegevens", "Voor het eerst op", "Aantal keer")
    return Section(
        "Waar komen uw gegevens vandaan?",
        _table("Herkomst van uw gegevens", columns, rows, "Wij kunnen u hier geen herkomst noemen."),
    )


def _withheld(told: Account, words: Words) -> Section:
    if not told.withheld:
        blocks: tuple[Block, ...] = (
            Text(f"Niets. U ziet {_every(told.entries)}.")
            if told.entries
            else Text("Niets. Er zijn geen gegevens van u."),
        )
        return Section("Wat laten wij niet zien?", blocks)
    rows = tuple((words.ground(one.ground), str(one.entries)) for one in told.withheld)
    return Section(
        "Wat laten wij niet zien, en waarom?",
        (
            Text(
                "De wet staat toe dat wij iets niet laten zien. Dat gaat nooit vanzelf: een organisatie die er "
                "verantwoordelijk voor is, besluit dat, met een reden. Is het voor even, dan kijkt zij er op een vaste "
                "dag opnieuw naar. Wij noemen die organisatie niet, want dan zou u kunnen afleiden waar het "
                "over gaat."
            ),
            Grid("Regels die u nu niet ziet", ("Reden", "Aantal regels"), rows),
            Text(_how_many(told)),
        ),
    )


def _every(entries: int) -> str:
    return "de enige regel die er over u is" if entries == 1 else f"alle {entries} regels die er over u zijn"


def _how_many(told: Account) -> str:
    if told.entries == 1:
        return "Er is 1 regel over u. Die ziet u hier niet. Vervalt de reden, dan ziet u die in een volgend overzicht."
    shown = f"{told.shown} ziet u hier en {told.entries - told.shown} niet" if told.shown else "u ziet er hier geen"
    return f"Er zijn {told.entries} regels over u: {shown}. Vervalt de reden, dan ziet u ze in een volgend overzicht."


def _cases(told: Account, words: Words) -> Section:
    def row(one: CaseTold) -> tuple[str, ...]:
        if one.stage is Stage.DESTROYED:
            return str(one.case_id), STAGES[one.stage], "niet meer: de gegevens zijn weg"
        longest = f"zolang het nodig is, en hooguit {words.number('retention')} jaar"
        kept = f"tot {local_day(one.kept_until)}" if one.kept_until else longest
        return str(one.case_id), STAGES[one.stage], kept

    columns = ("Nummer van de zaak", "Stand", "Wij bewaren de gegevens")
    none = "Wij kunnen u hier geen zaak noemen."
    return Section("Uw zaken, en hoe lang wij bewaren", _table("Zaken", columns, tuple(map(row, told.cases)), none))


def _your_rights(told: Account, words: Words) -> Section:
    weeks = words.number("rights-objection") // 7
    return Section(
        "Wat kunt u doen?",
        (
            Points(
                (
                    "Klopt er iets niet? Vraag het contactpunt om het te verbeteren. Wie de gegevens eerder kreeg, "
                    "hoort het dan ook.",
                    "U kunt vragen om gegevens te wissen of op slot te zetten, en u kunt bezwaar maken tegen het "
                    "gebruik.",
                    f"Bent u het niet eens met dit antwoord? Maak binnen {weeks} weken bezwaar bij het contactpunt. "
                    "Gaat het om een organisatie die geen overheid is, dan kunt u in die tijd naar de rechter.",
                    "U kunt ook een klacht indienen bij de Autoriteit Persoonsgegevens.",
                )
            ),
            Text(
                "Geen computer beslist over u: mensen wegen en besluiten. Het systeem geeft niemand een score of een "
                "profiel."
            ),
            Text(
                f"Dit overzicht is gemaakt uit het logboek tot en met regel {told.log_size}. Met dezelfde regels komt "
                "er hetzelfde overzicht uit; dat kan een ander nagaan."
            ),
        ),
    )


def _table(
    caption: str, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...], otherwise: str
) -> tuple[Block, ...]:
    return (Grid(caption, columns, rows),) if rows else (Text(otherwise),)


def _yes(value: bool) -> str:
    return "ja" if value else "nee"


def _number(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"
