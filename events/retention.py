"""Facts of keeping and destroying (domain 4, commands 22 and 23; domain 5.5)."""

from typing import Annotated, ClassVar

from pydantic import Field

from events.erasure import KeysGone
from events.fact import Codes, Fact, Instant
from events.sealed import Sealed
from events.vocabulary import Code, FactId


class RetentionExtended(Fact):
    """The controllers decided, before the end of the term, to keep the case longer. Source: domain 4, command 22."""

    type_name: ClassVar[str] = "nl.zvh.cases.retention-extended.v1"

    deciders: Annotated[Codes, Field(min_length=1)]
    reason: Sealed
    before: Instant
    retain_until: Instant


class HoldPlaced(Fact):
    """Destruction waits, for a running request, complaint or court case. Source: domain 4, command 23."""

    type_name: ClassVar[str] = "nl.zvh.cases.hold-placed.v1"

    hold_id: FactId
    ground: Code


class HoldLifted(Fact):
    """What destruction waited for has ended. Source: domain 4, command 23."""

    type_name: ClassVar[str] = "nl.zvh.cases.hold-lifted.v1"

    hold_id: FactId


class CaseDestroyed(Fact):
    """The content of the case was destroyed with its keys; what was done with it stays provable.

    Committed before the keys go. Source: domain 4, command 23; domain 5.5.
    """

    type_name: ClassVar[str] = "nl.zvh.cases.case-destroyed.v1"

    due: Instant
    """Since when it was due."""
    keys: KeysGone | None = None
    """Every data key of the case; None in facts from before they were named."""
