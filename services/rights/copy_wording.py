"""The copy of the data in plain words: names of fields and codes as a person reads them, and no professional's name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from events.vocabulary import Code, FactId, OrgCode
from services.rights.page import Block, Grid, Section, Text

OF_PROFESSIONALS = frozenset({"reporter", "inform_by", "inform_decided_by"})
"""Fields that name somebody who acted for an organisation: data of that person, and no part of the copy."""
FIELDS: Mapping[str, str] = {
    "bsn": "burgerservicenummer",
    "given_name": "voornaam",
    "family_name": "achternaam",
    "birth_date": "geboortedatum",
    "address": "adres",
    "municipality": "gemeente",
    "role": "rol",
    "reason": "reden van de aanmelding",
    "aim": "doel",
    "what": "wat er staat",
    "since": "sinds",
    "statement": "uw eigen verklaring",
    "inform_ground": "waarom u het later hoorde",
    "criteria": "beoordeling",
    "place": "plaats",
    "locus": "waar het speelt",
    "relevance_for_subject": "waarom dat voor u telt",
    "width": "breedte",
    "life_domain": "leefgebied",
    "criminogenic_factor": "wat eraan bijdraagt",
    "evidence": "waaruit dat blijkt",
    "harm": "schade",
    "harms": "soort",
    "mode": "stand",
    "caused_by_subject": "door u veroorzaakt",
    "objective_indications": "aanwijzingen",
    "why_without_intervention": "waarom ingrijpen nodig is",
    "together": "samenwerking",
    "needed_participants": "nodige organisaties",
    "participant": "organisatie",
    "why_necessary": "waarom nodig",
    "plan_aim": "doel van het plan",
    "breakthrough": "doorbraak",
    "stuck": "wat vastzit",
    "tried_locally": "wat is geprobeerd",
    "wanted": "wat gewenst is",
    "from": "van wie",
    "by": "voor wanneer",
    "date": "datum",
    "result": "resultaat",
    "source": "bron",
    "aims": "doelen",
    "actions": "acties",
    "due": "voor wanneer",
    "owner": "wie het doet",
    "decisions": "besluiten",
    "tasks": "taken",
}
"""Names of fields in plain words; another one is shown as it is named."""
LEFT_OUT = frozenset({"task"})
"""Inner fields that only our own tables need."""
CODES: Mapping[str, str] = {
    "SUBJECT": "bij uzelf",
    "FAMILY": "in het gezin",
    "VICTIM": "slachtoffer",
    "REPORTER": "melder",
    "LEADS": "leidt nu tot schade",
    "HAS_LED": "heeft tot schade geleid",
    "WOULD_LEAD": "zou tot schade leiden",
    "SERIOUS_NUISANCE": "ernstige overlast",
    "CRIME": "strafbare feiten",
    "UNSAFE_PERSONS": "onveilige situaties voor personen",
    "UNSAFE_AREA": "onveilige situaties in een gebied",
    "PREVENT": "voorkomen",
    "REDUCE": "verminderen",
    "FIGHT": "bestrijden",
}


HOLDS = (
    "Dit zijn de gegevens die in uw zaken zijn gebracht, zoals ze bij ons staan. Niet alles wat mensen opschreven "
    "staat erbij. Een antwoord op een vraag, of de reden van een besluit, staat er bijvoorbeeld niet bij. Wilt u dat "
    "ook weten? Vraag het contactpunt."
)
"""What the copy is: the items of the cases, and no other sealed text."""


@dataclass(frozen=True)
class CopiedItem:
    """One item of the copy that belongs to the answer (AVG 15(3)). Holds a value; it left by the desk."""

    item_id: FactId
    category: Code
    provider_org: OrgCode
    content: Mapping[str, object] = field(repr=False)


class InWords(Protocol):
    """Codes of the tables in words."""

    def org(self, code: OrgCode) -> str: ...
    def categories(self, codes: Sequence[Code]) -> str: ...
    def life_domain(self, code: str) -> str | None: ...


def without_professionals(content: Mapping[str, object]) -> dict[str, object]:
    """Return the fields of an item that are the person's own data."""
    return {name: value for name, value in content.items() if name not in OF_PROFESSIONALS}


def copied_section(copy: Sequence[CopiedItem], words: InWords) -> Section:
    """Return the data themselves in words."""
    blocks: list[Block] = [Text(HOLDS)]
    for one in copy:
        rows = tuple(_rows(one.content, words))
        title = f"{words.categories((one.category,))}, van {words.org(one.provider_org)}"
        if rows:
            blocks.append(Grid(title, ("Gegeven", "Inhoud"), rows))
    if len(blocks) == 1:
        blocks = [Text("Er zijn geen gegevens die wij u kunnen laten zien.")]
    return Section("Een kopie van uw gegevens", tuple(blocks))


def _rows(value: object, words: InWords, path: tuple[str, ...] = (), name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            if not (path and key in LEFT_OUT):
                yield from _rows(one, words, (*path, FIELDS.get(str(key), str(key))), str(key))
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value, start=1):
            place = (*path[:-1], f"{path[-1]} {number}") if path and len(value) > 1 else path
            yield from _rows(one, words, place, name)
    else:
        yield ", ".join(path), _plain(value, words, name)


def _plain(value: object, words: InWords, name: str) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if value is None:
        return "niet ingevuld"
    text = str(value)
    life_domain = words.life_domain(text)
    # One code can be both, as that of mental health is: what it stands for follows from the field.
    if name == "life_domain" and life_domain is not None:
        return life_domain
    if text in CODES:
        return CODES[text]
    org = words.org(text)
    return org if org != text or life_domain is None else life_domain
