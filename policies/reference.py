"""The law and the room's rules as dated data: what is in force at a moment, each entry with its mark (domain 0)."""

import hashlib
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import TypeVar

import rfc8785

from events.errors import BadSetting, Refusal
from events.vocabulary import Code, LegalRef, Oin, OrgCode, Stage, Task
from policies.tables import (
    AMSTERDAM,
    Category,
    Channel,
    Entry,
    Kind,
    LegalReference,
    Participant,
    Purpose,
    RefusalText,
    SecrecyGround,
    Staff,
    StageRule,
    Tables,
    Term,
    day_of,
)

__all__ = [
    "AMSTERDAM",
    "Category",
    "Channel",
    "LegalReference",
    "MatrixRow",
    "Participant",
    "Purpose",
    "Reference",
    "RefusalText",
    "Staff",
    "Term",
]

FILES = (
    "participants",
    "channels",
    "terms",
    "purposes",
    "categories",
    "stages",
    "disclosures",
    "legal_refs",
    "refusals",
)
E = TypeVar("E", bound=Entry)


@dataclass(frozen=True)
class MatrixRow:
    """Who may provide one category, and who reads it in an accepted case (domain 5.2)."""

    category: Code
    providers: tuple[OrgCode, ...]
    all_read: bool
    public_controllers_read: bool
    domains: tuple[Code, ...]
    """Whoever works in one of these domains reads it."""
    organisations: tuple[OrgCode, ...]
    tasks: tuple[Task, ...]
    excluded: tuple[OrgCode, ...]
    """Read it never without a decision per item, whatever else the row says."""
    per_item: tuple[OrgCode, ...]
    """May read it by a decision for that item and that recipient."""


@dataclass(frozen=True)
class Reference:
    """All reference data. Each question is asked for a moment; an unknown code gives None."""

    _tables: Tables

    @classmethod
    def load(cls) -> "Reference":
        """Read the packaged tables. Raises: BadSetting when a table is wrong, naming the place."""
        folder = resources.files("policies.reference_data")
        return cls.read(folder.joinpath(f"{name}.toml").read_text(encoding="utf-8") for name in FILES)

    @classmethod
    def read(cls, texts: Iterable[str]) -> "Reference":
        """Read tables from TOML texts. Raises: BadSetting when a table is wrong, naming the place."""
        content: dict[str, object] = {}
        try:
            for text in texts:
                content |= tomllib.loads(text)
            return cls(Tables.model_validate(content))
        except ValueError as error:
            raise BadSetting(f"De tabellen in policies/reference_data kloppen niet: {error}") from None

    def participants(self, at: datetime) -> tuple[Participant, ...]:
        """Return the admitted participants."""
        return tuple(_now(self._tables.participants, at))

    def participant(self, code: OrgCode, at: datetime) -> Participant | None:
        """Return an admitted participant by code."""
        return next((one for one in self.participants(at) if one.code == code), None)

    def participant_by_oin(self, oin: Oin, at: datetime) -> Participant | None:
        """Return an admitted participant by OIN."""
        return next((one for one in self.participants(at) if one.oin == oin), None)

    @property
    def staff(self) -> Staff:
        """The house's own people, as the table says last. They are no participant."""
        return self._tables.staff[-1]

    def is_staff(self, org: OrgCode, task: Task, at: datetime) -> bool:
        """Say whether (organisation, task) is a role of the house's own people."""
        return any(one.code == org and task in one.tasks for one in _now(self._tables.staff, at))

    def channels(self, at: datetime) -> tuple[Channel, ...]:
        """Return the channels."""
        return tuple(_now(self._tables.channels, at))

    def channel(self, code: Code, at: datetime) -> Channel | None:
        """Return a channel by code."""
        return next((one for one in self.channels(at) if one.code == code), None)

    def term(self, name: str, at: datetime) -> Term:
        """Return a term by name. Raises: BadSetting when no such term is in force."""
        found = next((one for one in _now(self._tables.terms, at) if one.name == name), None)
        if found is None:
            raise BadSetting(
                f"De term {name} is op {day_of(at)} niet bepaald. Vul policies/reference_data/terms.toml aan."
            )
        return found

    def purpose(self, code: Code, at: datetime) -> Purpose | None:
        """Return a purpose by code."""
        return next((one for one in _now(self._tables.purposes, at) if one.code == code), None)

    def purposes(self, at: datetime) -> tuple[Purpose, ...]:
        """Return the closed list of purposes."""
        return tuple(_now(self._tables.purposes, at))

    def category(self, code: Code, at: datetime) -> Category | None:
        """Return a data category by code."""
        return next((one for one in _now(self._tables.categories, at) if one.code == code), None)

    def categories(self, at: datetime) -> tuple[Category, ...]:
        """Return the data categories."""
        return tuple(_now(self._tables.categories, at))

    def stage_rule(self, stage: Stage, at: datetime) -> StageRule | None:
        """Return how early an item may be seen in a stage."""
        return next((one for one in _now(self._tables.stages, at) if one.code is stage), None)

    def kind(self, code: str, at: datetime) -> Kind | None:
        """Return a kind of disclosure by code."""
        return next((one for one in _now(self._tables.kinds, at) if one.code == code), None)

    def secrecy_ground(self, code: str, at: datetime) -> SecrecyGround | None:
        """Return a ground to break a professional secret, by code."""
        return next((one for one in _now(self._tables.secrecy_grounds, at) if one.code == code), None)

    def matrix(self, at: datetime) -> tuple[MatrixRow, ...]:
        """Return, for each category, its providers and its readers; ALL spelled out as today's participants."""
        everybody = tuple(one.code for one in self.participants(at))
        return tuple(_row(category, everybody) for category in self.categories(at))

    def legal_ref(self, key: LegalRef, at: datetime) -> LegalReference | None:
        """Return what a legal reference key stands for."""
        return next((one for one in _now(self._tables.legal_refs, at) if one.key == key), None)

    def refusal(self, code: Code) -> RefusalText:
        """Return the text of a refusal code. Raises: BadSetting when it has none."""
        found = self._tables.refusals.get(code)
        if found is None:
            raise BadSetting(f"Weigering {code} heeft geen tekst. Vul policies/reference_data/refusals.toml aan.")
        return found

    def refuse(self, code: Code, detail: str = "") -> Refusal:
        """Return the refusal to raise. *detail* holds codes only, for example which criteria fail."""
        text = self.refusal(code)
        says = f"{text.says.removesuffix('.')} ({detail})." if detail else text.says
        return Refusal(code, says, text.remedy, text.legal_ref)

    def digest(self, at: datetime) -> str:
        """Return the SHA-256, in hex, of all that is in force at that moment; the texts of refusals left out."""
        tables = self._tables
        dated: tuple[Sequence[Entry], ...] = (
            tables.participants,
            tables.staff,
            tables.channels,
            tables.terms,
            tables.purposes,
            tables.categories,
            tables.stages,
            tables.kinds,
            tables.secrecy_grounds,
            tables.legal_refs,
        )
        content = [[entry.model_dump(mode="json") for entry in _now(table, at)] for table in dated]
        return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


def _row(category: Category, everybody: tuple[OrgCode, ...]) -> MatrixRow:
    def organisations(words: Sequence[str]) -> tuple[OrgCode, ...]:
        return tuple(one for one in everybody if "ALL" in words or f"ORG:{one}" in words)

    named = tuple(word for word in category.readers if word != "ALL")
    return MatrixRow(
        category=category.code,
        providers=organisations(category.providers),
        all_read="ALL" in category.readers,
        public_controllers_read="PUBLIC_CONTROLLER" in category.readers,
        domains=tuple(word.removeprefix("DOMAIN:") for word in named if word.startswith("DOMAIN:")),
        organisations=organisations(named),
        tasks=tuple(word.removeprefix("TASK:") for word in named if word.startswith("TASK:")),
        excluded=organisations(category.excluded),
        per_item=organisations(category.per_item),
    )


def _now(entries: Sequence[E], at: datetime) -> list[E]:
    day = day_of(at)
    return [entry for entry in entries if entry.in_force(day)]
