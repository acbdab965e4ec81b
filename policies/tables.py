"""The shapes of the dated tables, and what must hold between them. Marks and dates as in domain 0."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from events.vocabulary import Code, LegalRef, Oin, OrgCode, Room, Stage, Task

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

Word = Annotated[
    str, StringConstraints(pattern=r"^(ALL|PUBLIC_CONTROLLER|(ORG|DOMAIN):[A-Z][A-Z0-9_]+|TASK:[a-z][a-z0-9-]+)$")
]
"""Whom a row of the matrix speaks of, for example ``DOMAIN:CARE``."""
Tier = Literal["T1", "T2", "T3"]
"""How early an item may be seen (domain 5.2)."""


class Entry(BaseModel):
    """One dated entry. In force from the start of ``valid_from`` to the end of ``valid_until``, local date."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mark: Annotated[str, Field(pattern="^(S|F[0-9]+|I|M|D)$")]
    """How sure we are: seed, found source, inferred, from memory, own decision."""
    valid_from: date
    valid_until: date | None = None

    def in_force(self, day: date) -> bool:
        """Say whether the entry is in force on *day*."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    @property
    def since(self) -> datetime:
        """The first moment at which the entry is in force."""
        return datetime.combine(self.valid_from, time(), AMSTERDAM).astimezone(UTC)


class Participant(Entry):
    """An organisation named in or under the act, as admitted to this house (domain 3)."""

    code: OrgCode
    oin: Oin
    name_nl: str
    public: bool
    controller: bool
    may_refer: bool
    domains: Annotated[Mapping[Task, Code], Field(min_length=1)]
    """Task -> domain: the organisation speaks for a domain by its task."""

    @property
    def admitted_from(self) -> date:
        """First day of the admission."""
        return self.valid_from

    @property
    def admitted_until(self) -> date | None:
        """Last day of the admission; None while it has no end."""
        return self.valid_until


class Staff(Entry):
    """The house's own people: they direct the process and hold no data of their own."""

    code: OrgCode
    oin: Oin
    tasks: tuple[Task, ...]


class Channel(Entry):
    """A way in, with the regime under which the data arrive (domain 4.3)."""

    code: Code
    name_nl: str
    regime: Code
    organisations: tuple[OrgCode, ...]
    legal_ref: LegalRef


class Term(Entry):
    """A term, minimum number or limit."""

    name: str
    value: Annotated[int, Field(ge=0)]
    unit: Literal["minutes", "days", "months", "years", "count", "bytes"]
    legal_ref: LegalRef


class Purpose(Entry):
    """A purpose of processing, tied to the stages and rooms in which it makes sense (domain 5.1)."""

    code: Code
    says_nl: str
    stages: tuple[Stage, ...]
    rooms: tuple[Room, ...] = tuple(Room)
    """Asked only of a case that is in a room."""
    legal_ref: LegalRef


class Category(Entry):
    """A kind of data: who may provide it and who reads it in an accepted case without a decision per item."""

    code: Code
    name_nl: str
    providers: tuple[Word, ...]
    readers: tuple[Word, ...]
    excluded: tuple[Word, ...] = ()
    per_item: tuple[Word, ...] = ()
    """Who may read it only by a decision for that item and that recipient; whoever stands nowhere may never."""
    secrecy: bool = False
    """True when a professional secret may cover it."""
    special: bool = False
    """True for special categories of personal data (AVG 9)."""
    first_tier: Literal["T1", "T2"] = "T2"
    """From which tier on there can be such data (domain 5.2)."""


class StageRule(Entry):
    """How early an item may be seen in one stage (domain 5.2)."""

    code: Stage
    tiers: tuple[Tier, ...]
    staff_tiers: tuple[Tier, ...]
    """What the house's own people may see."""


class Kind(Entry):
    """A kind of disclosure (domain 5.1)."""

    code: Code
    name_nl: str
    open: bool
    """Whether the desk takes requests of this kind."""


class SecrecyGround(Entry):
    """A ground on which a professional secret may be broken (domain 5.1)."""

    code: Code
    name_nl: str


class LegalReference(Entry):
    """What a legal reference key stands for."""

    key: LegalRef
    ref: str
    text_nl: str
    source: str
    ground: bool = False
    """True when giver or taker may name it as the ground of a disclosure."""


class RefusalText(BaseModel):
    """What a person reads when something may not be done. Today's wording; the refusal itself stands in its fact."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    says: str
    remedy: str
    legal_ref: LegalRef


class Tables(BaseModel):
    """All tables together. Raises: ValueError when one contradicts itself or points to nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    participants: tuple[Participant, ...]
    staff: Annotated[tuple[Staff, ...], Field(min_length=1)]
    channels: tuple[Channel, ...]
    terms: tuple[Term, ...]
    purposes: tuple[Purpose, ...]
    categories: tuple[Category, ...]
    stages: tuple[StageRule, ...]
    kinds: tuple[Kind, ...]
    secrecy_grounds: tuple[SecrecyGround, ...]
    legal_refs: tuple[LegalReference, ...]
    refusals: Mapping[Code, RefusalText]

    @field_validator("refusals", mode="before")
    @classmethod
    def _code_into_text(cls, given: object) -> object:
        if not isinstance(given, Mapping):
            return given
        return {code: {**text, "code": code} if isinstance(text, Mapping) else text for code, text in given.items()}

    @model_validator(mode="after")
    def _agree(self) -> Self:
        for name, one_in_force in self._names().items():
            _apart(name, one_in_force)
        cited = {one.legal_ref for table in (self.channels, self.terms, self.purposes) for one in table}
        cited |= {text.legal_ref for text in self.refusals.values()}
        _known("legal_ref", cited, {one.key for one in self.legal_refs})
        words = {
            word for one in self.categories for word in (*one.providers, *one.readers, *one.excluded, *one.per_item)
        }
        named = {word.removeprefix("ORG:") for word in words if word.startswith("ORG:")}
        named |= {org for one in self.channels for org in one.organisations}
        _known("organisatie", named, {one.code for one in self.participants})
        domains = {domain for one in self.participants for domain in one.domains.values()}
        _known("domein", {word[7:] for word in words if word.startswith("DOMAIN:")}, domains)
        tasks = {task for one in self.participants for task in one.domains}
        _known("taak", {word[5:] for word in words if word.startswith("TASK:")}, tasks)
        return self

    def _names(self) -> dict[str, list[tuple[str, Entry]]]:
        organisations: list[Participant | Staff] = [*self.participants, *self.staff]
        return {
            "organisatie": [(one.code, one) for one in organisations],
            "OIN": [(one.oin, one) for one in organisations],
            "kanaal": [(one.code, one) for one in self.channels],
            "term": [(one.name, one) for one in self.terms],
            "doel": [(one.code, one) for one in self.purposes],
            "soort gegevens": [(one.code, one) for one in self.categories],
            "fase": [(one.code, one) for one in self.stages],
            "soort verstrekking": [(one.code, one) for one in self.kinds],
            "grond bij geheim": [(one.code, one) for one in self.secrecy_grounds],
            "legal_ref": [(one.key, one) for one in self.legal_refs],
        }


def day_of(at: datetime) -> date:
    """Return the date in the Netherlands at a moment."""
    return at.astimezone(AMSTERDAM).date()


def _apart(table: str, entries: Sequence[tuple[str, Entry]]) -> None:
    """Raise ValueError when two entries of one name are in force on one day, or one ends before it starts."""
    by_name: dict[str, list[Entry]] = defaultdict(list)
    for name, entry in entries:
        by_name[name].append(entry)
    for name, versions in by_name.items():
        ordered = sorted(versions, key=lambda one: one.valid_from)
        if any(one.valid_until is not None and one.valid_until < one.valid_from for one in ordered):
            raise ValueError(f"{table} {name} eindigt voor het begin")
        for earlier, later in pairwise(ordered):
            if earlier.valid_until is None or later.valid_from <= earlier.valid_until:
                raise ValueError(f"{table} {name} geldt twee keer op {later.valid_from}")


def _known(what: str, cited: Iterable[str], known: Iterable[str]) -> None:
    unknown = sorted(set(cited) - set(known))
    if unknown:
        raise ValueError(f"{what} bestaat niet: {', '.join(unknown)}")
