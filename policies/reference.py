"""The law and the room's rules as dated data: what is in force at a moment, each entry with its mark (domain 0)."""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from importlib import resources
from typing import TypeVar, cast

import rfc8785
from pydantic import JsonValue

from events.errors import BadSetting, Refusal
from events.governance import TableChange
from events.vocabulary import Code, LegalRef, Oin, OrgCode, Room, Stage, Task
from policies.amending import KEYS, amended
from policies.entries import AMSTERDAM, Entry, day_of
from policies.ledger_rights import LedgerRight, LedgerRole
from policies.matrix import MatrixRow, row_of
from policies.outside_tables import Collaboration, Supervisor, ThirdParty
from policies.room_tables import Choice, Mandate, Place, ReportRight, RequiredPart, Role
from policies.tables import (
    Category,
    Channel,
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
    "places",
    "mandates",
    "choices",
    "completeness",
    "third_parties",
    "collaborations",
    "supervisors",
    "ledger",
    "reports",
    "refusals",
)
E = TypeVar("E", bound=Entry)


class Reference:
    """All reference data. Each question is asked for a moment; an unknown code gives None.

    The packaged tables are the start; what the controllers decided since comes on top by ``renew``. A decision is in
    force from a later day, so an answer for today or earlier never changes.
    """

    def __init__(self, tables: Tables) -> None:
        self._packaged = self._tables = tables
        self._changes: tuple[TableChange, ...] = ()
        # Both hold on to what they are about, so that its identity is never given to something else meanwhile.
        self._days: dict[tuple[int, date], tuple[Sequence[Entry], list[Entry]]] = {}
        self._digests: dict[tuple[int, ...], tuple[tuple[Entry, ...], str]] = {}
        self.revision = 0
        """How many decided changes stand on top of the packaged tables."""

    @classmethod
    def load(cls) -> "Reference":
        """Read the packaged tables. Raises: BadSetting when a table is wrong, naming the place."""
        return cls.read(cls.texts().values())

    @classmethod
    def texts(cls) -> dict[str, str]:
        """Return the packaged tables as TOML, by the name of their file."""
        folder = resources.files("policies.reference_data")
        return {name: folder.joinpath(f"{name}.toml").read_text(encoding="utf-8") for name in FILES}

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

    @classmethod
    def restored(cls, tables: Mapping[str, object]) -> "Reference":
        """Return what ``packaged`` gave, without the texts of refusals: those are of today. Raises: BadSetting."""
        try:
            return cls(Tables.model_validate({**tables, "refusals": {}}))
        except ValueError as error:
            raise BadSetting(f"De tabellen van toen zijn niet te lezen: {error}") from None

    def amended(self, changes: Sequence[TableChange]) -> "Reference":
        """Return the packaged tables with *changes* on top. Raises: BadSetting when they do not fit."""
        other = Reference(amended(self._packaged, changes))
        other.revision = len(changes)
        return other

    def renew(self, changes: Sequence[TableChange]) -> None:
        """Put all *changes* that were ever decided on top of the packaged tables, for whoever holds this object.

        Raises: BadSetting when they do not fit; then nothing changes.
        """
        if tuple(changes) != self._changes:
            self._tables, self._days, self._digests = amended(self._packaged, changes), {}, {}
            self._changes = tuple(changes)
            self.revision = len(changes)

    def participants(self, at: datetime) -> tuple[Participant, ...]:
        """Return the admitted participants."""
        return tuple(self._now(self._tables.participants, at))

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
        return any(one.code == org and task in one.tasks for one in self._now(self._tables.staff, at))

    def staff_role(self, org: OrgCode, task: Task, at: datetime) -> Role | None:
        """Return what somebody of the house's own people is by this task."""
        return next((one.roles.get(task) for one in self._now(self._tables.staff, at) if one.code == org), None)

    def places(self, at: datetime) -> tuple[Place, ...]:
        """Return the rooms of this house."""
        return tuple(self._now(self._tables.places, at))

    def place(self, code: Code, at: datetime) -> Place | None:
        """Return a room by code."""
        return next((one for one in self.places(at) if one.code == code), None)

    def place_for(self, room: Room, code: Code | None, at: datetime) -> Place | None:
        """Return the room of this kind with this code, or without a code the only one of its kind; else None."""
        places = [one for one in self.places(at) if one.room is room]
        if code is not None:
            return next((one for one in places if one.code == code), None)
        return places[0] if len(places) == 1 else None

    def mandate(self, command: str, at: datetime) -> Mandate | None:
        """Return who may give a command."""
        return next((one for one in self._now(self._tables.mandates, at) if one.command == command), None)

    def mandates(self, at: datetime) -> tuple[Mandate, ...]:
        """Return who may give which command."""
        return tuple(self._now(self._tables.mandates, at))

    def choices(self, name: str, at: datetime) -> tuple[Choice, ...]:
        """Return a list from which people choose; empty when there is no such list."""
        return tuple(one for one in self._now(self._tables.choices, at) if one.list == name)

    def not_listed(self, name: str, at: datetime) -> Refusal:
        """Return the refusal of a code that a list does not have; it names the list and the codes that it does have."""
        return self.refuse("UNKNOWN_CHOICE", f"{name}: {', '.join(one.code for one in self.choices(name, at))}")

    def setting(self, name: str, at: datetime) -> Code:
        """Return a choice of the house. Raises: BadSetting when it is not made."""
        found = next((one for one in self._now(self._tables.settings, at) if one.name == name), None)
        if found is None:
            raise BadSetting(
                f"De keuze {name} is op {day_of(at)} niet gemaakt. Vul policies/reference_data/choices.toml aan."
            )
        return found.value

    def required_parts(self, at: datetime) -> tuple[RequiredPart, ...]:
        """Return what a referral must hold before it can be weighed."""
        return tuple(self._now(self._tables.required_parts, at))

    def ledger_right(self, role: LedgerRole, at: datetime) -> LedgerRight | None:
        """Return what a role may ask of the ledger."""
        return next((one for one in self._now(self._tables.ledger_rights, at) if one.role == role), None)

    def report(self, code: str, at: datetime) -> ReportRight | None:
        """Return who may read a report, by its name."""
        return next((one for one in self._now(self._tables.reports, at) if one.code == code), None)

    def channels(self, at: datetime) -> tuple[Channel, ...]:
        """Return the channels."""
        return tuple(self._now(self._tables.channels, at))

    def channel(self, code: Code, at: datetime) -> Channel | None:
        """Return a channel by code."""
        return next((one for one in self.channels(at) if one.code == code), None)

    def term(self, name: str, at: datetime) -> Term:
        """Return a term by name. Raises: BadSetting when no such term is in force."""
        found = next((one for one in self._now(self._tables.terms, at) if one.name == name), None)
        if found is None:
            raise BadSetting(
                f"De term {name} is op {day_of(at)} niet bepaald. Vul policies/reference_data/terms.toml aan."
            )
        return found

    def purpose(self, code: Code, at: datetime) -> Purpose | None:
        """Return a purpose by code."""
        return next((one for one in self._now(self._tables.purposes, at) if one.code == code), None)

    def purposes(self, at: datetime) -> tuple[Purpose, ...]:
        """Return the closed list of purposes."""
        return tuple(self._now(self._tables.purposes, at))

    def category(self, code: Code, at: datetime) -> Category | None:
        """Return a data category by code."""
        return next((one for one in self._now(self._tables.categories, at) if one.code == code), None)

    def categories(self, at: datetime) -> tuple[Category, ...]:
        """Return the data categories."""
        return tuple(self._now(self._tables.categories, at))

    def stage_rule(self, stage: Stage, at: datetime) -> StageRule | None:
        """Return how early an item may be seen in a stage."""
        return next((one for one in self._now(self._tables.stages, at) if one.code is stage), None)

    def kind(self, code: str, at: datetime) -> Kind | None:
        """Return a kind of disclosure by code."""
        return next((one for one in self._now(self._tables.kinds, at) if one.code == code), None)

    def secrecy_ground(self, code: str, at: datetime) -> SecrecyGround | None:
        """Return a ground to break a professional secret, by code."""
        return next((one for one in self._now(self._tables.secrecy_grounds, at) if one.code == code), None)

    def third_parties(self, at: datetime) -> tuple[ThirdParty, ...]:
        """Return who may receive a result without being a participant."""
        return tuple(self._now(self._tables.third_parties, at))

    def third_party(self, code: str, at: datetime) -> ThirdParty | None:
        """Return a third party by code."""
        return next((one for one in self.third_parties(at) if one.code == code), None)

    def collaborations(self, at: datetime) -> tuple[Collaboration, ...]:
        """Return the other collaborations."""
        return tuple(self._now(self._tables.collaborations, at))

    def collaboration(self, code: str, at: datetime) -> Collaboration | None:
        """Return another collaboration by code."""
        return next((one for one in self.collaborations(at) if one.code == code), None)

    def supervisors(self, at: datetime) -> tuple[Supervisor, ...]:
        """Return who watches over the house."""
        return tuple(self._now(self._tables.supervisors, at))

    def supervisor(self, code: str, at: datetime) -> Supervisor | None:
        """Return a supervisor by code."""
        return next((one for one in self.supervisors(at) if one.code == code), None)

    def supervisor_by_oin(self, oin: Oin, at: datetime) -> Supervisor | None:
        """Return a supervisor by OIN."""
        return next((one for one in self.supervisors(at) if one.oin == oin), None)

    def matrix(self, at: datetime) -> tuple[MatrixRow, ...]:
        """Return, for each category, its providers and its readers; ALL spelled out as today's participants."""
        everybody = tuple(one.code for one in self.participants(at))
        return tuple(row_of(category, everybody) for category in self.categories(at))

    def legal_ref(self, key: LegalRef, at: datetime) -> LegalReference | None:
        """Return what a legal reference key stands for."""
        return next((one for one in self._now(self._tables.legal_refs, at) if one.key == key), None)

    def legal_refs(self) -> tuple[LegalReference, ...]:
        """Return every legal reference that is or was in force."""
        return self._tables.legal_refs

    def refusal_codes(self) -> tuple[Code, ...]:
        """Return every code of a refusal."""
        return tuple(self._tables.refusals)

    def grounds(self, at: datetime) -> tuple[LegalReference, ...]:
        """Return the legal references that giver or taker may name as the ground of a disclosure."""
        return tuple(one for one in self._now(self._tables.legal_refs, at) if one.ground)

    def secrecy_grounds(self, at: datetime) -> tuple[SecrecyGround, ...]:
        """Return the grounds to break a professional secret."""
        return tuple(self._now(self._tables.secrecy_grounds, at))

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

    def in_force(self, at: datetime) -> dict[str, list[dict[str, JsonValue]]]:
        """Return all that is in force at that moment, table by table, as JSON; the texts of refusals left out.

        Left out too is how long an entry will last: a decision about later days changes nothing in what holds today.
        """
        tables = self._tables
        return {
            name: [one.model_dump(mode="json", exclude={"valid_until"}) for one in self._now(getattr(tables, name), at)]
            for name in KEYS
        }

    def packaged(self) -> dict[str, JsonValue]:
        """Return the packaged tables as JSON, before any decision of the controllers."""
        return self._packaged.model_dump(mode="json", exclude={"refusals"})

    def digest(self, at: datetime) -> str:
        """Return the SHA-256, in hex, over the canonical JSON (RFC 8785) of ``in_force``."""
        # Hashing costs more than a decision, and on most days the tables are those of the day before.
        entries = tuple(entry for name in KEYS for entry in self._now(getattr(self._tables, name), at))
        key = tuple(map(id, entries))
        if key not in self._digests:
            self._digests[key] = entries, hashlib.sha256(rfc8785.dumps(self.in_force(at))).hexdigest()
        return self._digests[key][1]

    def _now(self, table: Sequence[E], at: datetime) -> list[E]:
        """Return the entries of a table that are in force. Looked up once a day: every decision asks for many."""
        key = id(table), day_of(at)
        found = self._days.get(key)
        if found is None:
            found = self._days[key] = table, [entry for entry in table if entry.in_force(key[1])]
        return cast("list[E]", found[1])
