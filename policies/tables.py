"""The shapes of the dated tables, and what must hold between them. Marks and dates as in domain 0."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from events.vocabulary import Code, LegalRef, Oin, OrgCode, Room, Stage, Task
from policies.entries import AMSTERDAM, Entry, apart, day_of, known
from policies.ledger_rights import LedgerRight
from policies.outside_tables import Collaboration, Supervisor, ThirdParty
from policies.room_tables import Choice, Mandate, Place, ReportRight, RequiredPart, Role, Setting

__all__ = ["AMSTERDAM", "Entry", "Tables", "day_of"]

Word = Annotated[
    str, StringConstraints(pattern=r"^(ALL|PUBLIC_CONTROLLER|(ORG|DOMAIN):[A-Z][A-Z0-9_]+|TASK:[a-z][a-z0-9-]+)$")
]
"""Whom a row of the matrix speaks of, for example ``DOMAIN:CARE``."""
Tier = Literal["T1", "T2", "T3"]
"""How early an item may be seen (domain 5.2)."""


class Participant(Entry):
    """An organisation named in or under the act, as admitted to this house (domain 3)."""

    code: OrgCode
    oin: Oin
    name_nl: str
    public: bool
    controller: bool
    may_refer: bool
    basis: LegalRef = "WGS:participants"
    """On which the organisation is admitted; the article itself in decisions from before this was asked."""
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
    """Tasks for which the desk shows them first facts and results."""
    roles: Mapping[Task, Role]
    """What somebody is by each task."""


class Channel(Entry):
    """A way in, with the regime under which the data arrive (domain 4.3)."""

    code: Code
    name_nl: str
    regime: Code
    organisations: tuple[OrgCode, ...]
    vng_kind: Literal["NAZ", "VT", "ZVH"] = "ZVH"
    """Kind of report in the interface of the municipalities (VNG, JZV Meldingen)."""
    legal_ref: LegalRef


class Term(Entry):
    """A term, minimum number or limit."""

    name: str
    value: Annotated[int, Field(ge=0)]
    unit: Literal["minutes", "days", "working_days", "months", "years", "count", "bytes"]
    ends_on_working_day: bool = False
    """Whether an end on a weekend or holiday moves to the next working day."""
    legal_ref: LegalRef


class Purpose(Entry):
    """A purpose of processing, tied to the stages and rooms in which it makes sense (domain 5.1)."""

    code: Code
    says_nl: str
    stages: tuple[Stage, ...]
    rooms: tuple[Room, ...] = tuple(Room)
    """Asked only of a case that is in a room."""
    kinds: tuple[Code, ...] = ("WITHIN", "RESULT_TO_PARTICIPANT", "RESULT_TO_THIRD_PARTY", "TO_OTHER_COLLABORATION")
    """Kinds of disclosure that it serves."""
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
    handed: bool = False
    """Whether the house's own people hand it over to somebody who does not sign in."""
    tiers: tuple[Tier, ...] = ()
    """Which tiers it may hold; none named: the stage of the case says so."""
    handlers: tuple[Role, ...] = ()
    """Roles of the house's own people that do it, where not every one of the desk may."""


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
    says_en: str
    remedy_en: str
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
    places: tuple[Place, ...]
    mandates: tuple[Mandate, ...]
    choices: tuple[Choice, ...]
    settings: tuple[Setting, ...]
    required_parts: tuple[RequiredPart, ...]
    third_parties: tuple[ThirdParty, ...]
    collaborations: tuple[Collaboration, ...]
    supervisors: tuple[Supervisor, ...]
    ledger_rights: tuple[LedgerRight, ...]
    reports: tuple[ReportRight, ...]
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
            apart(name, one_in_force)
        cited = {one.legal_ref for table in (self.channels, self.terms, self.purposes) for one in table}
        cited |= {text.legal_ref for text in self.refusals.values()}
        cited |= {one.basis for one in self.participants}
        cited |= {one.legal_ref for one in self.ledger_rights}
        known("legal_ref", cited, {one.key for one in self.legal_refs})
        words = {
            word for one in self.categories for word in (*one.providers, *one.readers, *one.excluded, *one.per_item)
        }
        named = {word.removeprefix("ORG:") for word in words if word.startswith("ORG:")}
        named |= {org for one in self.channels for org in one.organisations}
        known("organisatie", named, {one.code for one in self.participants})
        domains = {domain for one in self.participants for domain in one.domains.values()}
        known("domein", {word[7:] for word in words if word.startswith("DOMAIN:")}, domains)
        tasks = {task for one in self.participants for task in one.domains}
        seats = {f"{org}/{task}" for one in self.places for org, task in one.panel}
        known("zetel", seats, {f"{one.code}/{task}" for one in self.participants for task in one.domains})
        known("soort verstrekking", {kind for one in self.purposes for kind in one.kinds}, {k.code for k in self.kinds})
        known("quorum van", {p.code for p in self.places}, {p.code for p in self.places if p.quorum <= len(p.panel)})
        coordinating = {task for one in self.staff for task, role in one.roles.items() if role == "LOCAL_COORDINATOR"}
        known("coördinator", {task for one in self.places for task in one.coordinators}, coordinating)
        known(
            "doel", {code for one in self.ledger_rights for code in one.purposes}, {one.code for one in self.purposes}
        )
        known("soort gegevens", {one.category for one in self.required_parts}, {one.code for one in self.categories})
        known("taak", {word[5:] for word in words if word.startswith("TASK:")}, tasks)
        for one in self.staff:
            known("rol van taak", one.tasks, one.roles)
        choices = {f"{one.list}/{one.code}" for one in self.choices}
        known("keuze", {f"{one.name}/{one.value}" for one in self.settings}, choices)
        return self

    def _names(self) -> dict[str, list[tuple[str, Entry]]]:
        numbered: list[Participant | Staff | Supervisor] = [*self.participants, *self.staff, *self.supervisors]
        # One name for one organisation, whatever it is to the house: a result or a record speaks of it by code alone.
        named: list[Participant | Staff | Supervisor | ThirdParty | Collaboration] = [
            *numbered,
            *self.third_parties,
            *self.collaborations,
        ]
        return {
            "organisatie": [(one.code, one) for one in named],
            "OIN": [(one.oin, one) for one in numbered],
            "kanaal": [(one.code, one) for one in self.channels],
            "term": [(one.name, one) for one in self.terms],
            "doel": [(one.code, one) for one in self.purposes],
            "soort gegevens": [(one.code, one) for one in self.categories],
            "fase": [(one.code, one) for one in self.stages],
            "soort verstrekking": [(one.code, one) for one in self.kinds],
            "grond bij geheim": [(one.code, one) for one in self.secrecy_grounds],
            "legal_ref": [(one.key, one) for one in self.legal_refs],
            "kamer": [(one.code, one) for one in self.places],
            "mandaat": [(one.command, one) for one in self.mandates],
            "keuze": [(f"{one.list}/{one.code}", one) for one in self.choices],
            "instelling": [(one.name, one) for one in self.settings],
            "onderdeel": [(one.code, one) for one in self.required_parts],
            "recht op het register": [(one.role, one) for one in self.ledger_rights],
            "rapport": [(one.code, one) for one in self.reports],
        }
