"""Facts of asking before acceptance: the yes/no known check and one reasoned question (domain 4, commands 6 and 7)."""

from typing import Annotated, ClassVar

from pydantic import Field

from events.assessment import PanelMember
from events.fact import Codes, Fact, Instant
from events.referral import Item
from events.vocabulary import Code, FactId, OrgCode, Task


class KnownCheckRequested(Fact):
    """Organisations were asked whether they have dealt with this person; they see the identity and nothing else.

    Source: domain 4, command 6.
    """

    type_name: ClassVar[str] = "nl.zvh.cases.known-check-requested.v1"

    check_id: FactId
    asked: Annotated[tuple[PanelMember, ...], Field(min_length=1)]
    due: Instant
    """The answer is due before this moment."""
    triage_regime: Code | None = None
    """Law under which it was asked, first tier only; None in facts from before it was told."""


class KnownCheckAnswered(Fact):
    """One organisation answered yes or no, and nothing more. Source: domain 4, command 6."""

    type_name: ClassVar[str] = "nl.zvh.cases.known-check-answered.v1"

    check_id: FactId
    org: OrgCode
    org_task: Task
    known: bool


class EnrichmentRequested(Fact):
    """One organisation got one reasoned question, within the first tier. Source: domain 4, command 7; domain 5.2."""

    type_name: ClassVar[str] = "nl.zvh.cases.enrichment-requested.v1"

    question_id: FactId
    asked: PanelMember
    categories: Annotated[Codes, Field(min_length=1)]
    """Kinds of data that the answer may hold."""
    question: Item
    """The question in words, for the organisation that is asked alone."""
    due: Instant
    triage_regime: Code | None = None
    """Law under which it was asked, first tier only; None in facts from before it was told."""


class EnrichmentProvided(Fact):
    """The organisation answered its question; without items it has nothing to report. Source: domain 4, command 7."""

    type_name: ClassVar[str] = "nl.zvh.cases.enrichment-provided.v1"

    question_id: FactId
    org: OrgCode
    org_task: Task
    items: tuple[Item, ...]


class ProviderDeclined(Fact):
    """The organisation did not answer its question, with the reason by code. Source: domain 5.7, last paragraph."""

    type_name: ClassVar[str] = "nl.zvh.cases.provider-declined.v1"

    question_id: FactId
    org: OrgCode
    org_task: Task
    reason_code: Code


class ItemsProvided(Fact):
    """A participant of an accepted case provided data to the room. Source: domain 5.1, kind TO_COLLABORATION."""

    type_name: ClassVar[str] = "nl.zvh.cases.items-provided.v1"

    org: OrgCode
    org_task: Task
    items: Annotated[tuple[Item, ...], Field(min_length=1)]
    secrecy_ground: Code | None = None
    """Ground on which the provider broke a professional secret; None when none covers these data."""
    purpose: Code | None = None
    """For which the room gets them; None in facts from before it was asked."""
