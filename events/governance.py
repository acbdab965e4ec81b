"""Facts of joint governance: the rules of the room change only by a decision of the controllers (domain 7)."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field, JsonValue

from events.fact import Codes, Fact, Part
from events.plan import Day
from events.vocabulary import FactId


class TableChange(Part):
    """One new entry of one dated table of reference data. Holds rules, never anything of a person or a case."""

    table: Annotated[str, Field(pattern="^[a-z][a-z_]+$")]
    key: str
    """Name or code of the entry, as its table names it."""
    entry: Mapping[str, JsonValue]
    """The whole new entry with its mark and the day from which it is in force."""


class GovernanceProposed(Fact):
    """Somebody proposed a change of the rules; another one decides. Source: domain 7, second challenge."""

    type_name: ClassVar[str] = "nl.zvh.governance.governance-proposed.v1"

    proposal_id: FactId
    changes: Annotated[tuple[TableChange, ...], Field(min_length=1)]
    valid_from: Day


class GovernanceDecided(Fact):
    """The named organisations decided the change, in force from a later day. Source: domain 7; four eyes."""

    type_name: ClassVar[str] = "nl.zvh.governance.governance-decided.v1"

    proposal_id: FactId
    deciders: Annotated[Codes, Field(min_length=1)]
    changes: Annotated[tuple[TableChange, ...], Field(min_length=1)]
    valid_from: Day
