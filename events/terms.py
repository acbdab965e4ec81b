"""Facts of the clock: somebody was reminded of a term, or a term went by (domain 4 and 5.4)."""

from typing import Annotated, ClassVar

from pydantic import Field

from events.fact import Fact, Instant
from events.vocabulary import FactId, OrgCode

Kind = Annotated[str, Field(pattern="^[a-z][a-z-]{2,40}$")]
"""What is waited for, for example ``known-check``; the names of the work lists."""


class TermReminded(Fact):
    """Whoever is waited for was reminded, once. Source: domain 4, command 6; domain 7, first challenge."""

    type_name: ClassVar[str] = "nl.zvh.cases.term-reminded.v1"

    kind: Kind
    about: FactId
    org: OrgCode
    due: Instant


class TermMissed(Fact):
    """The term went by without what was waited for; it shows as overdue from here on. Source: domain 5.4."""

    type_name: ClassVar[str] = "nl.zvh.cases.term-missed.v1"

    kind: Kind
    about: FactId
    org: OrgCode
    due: Instant
