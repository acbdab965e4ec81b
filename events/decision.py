"""The record of one decision of the policies, complete enough to be executed again (law 5 of the house).

Level 4 of the Authorization Decision Log draft (Logius): request and answer in AuthZEN's shape, and with them what was
leaned on: the policies by digest, the information in full, the engine by name and version. ``services.decision_log``
writes it out under the draft's own field names.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field, JsonValue

from events.fact import Fact, Instant, Part
from events.vocabulary import Code, Digest, FactId


class Named(Part):
    """Somebody or something a decision speaks of (AuthZEN 1.0): codes, ids and tasks, never anything of a person."""

    type: Annotated[str, Field(pattern="^[a-z][a-z-]{1,40}$")]
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$")]
    properties: Mapping[str, JsonValue]


class Evaluation(Part):
    """One question to the policies, and their answer."""

    action: Annotated[str, Field(pattern="^[a-z][a-z-]{1,40}$")]
    resource: Named
    decision: bool
    reason_code: Code
    """OK, or the refusal code (domain 5.7)."""
    policies: tuple[str, ...]
    """Permanent ids of the policies that decided, most telling first; empty when none permitted it."""


class AccessDecided(Fact):
    """The policies answered one request: all its questions, in order. Not yet a disclosure; that is a fact beside it.

    Source: Authorization Decision Log draft, level 4; legal_ref "AVG:accountability".
    """

    type_name: ClassVar[str] = "nl.zvh.decisions.access-decided.v1"

    decision_id: FactId
    subject: Named
    context: Mapping[str, JsonValue]
    """What the request says of itself: purpose, grounds, stage, place in the case; texts are never in it."""
    evaluations: Annotated[tuple[Evaluation, ...], Field(min_length=1)]
    entities: tuple[JsonValue, ...]
    """The information as the engine got it: every entity with its attributes of that moment."""
    attributes: Mapping[str, JsonValue]
    """The context as the engine got it."""
    policies: Digest
    """SHA-256 of policies, schema and tables in force (``Policies.digest``)."""
    policy_set: Digest
    """SHA-256 of the policies and their schema alone: names the set to execute again."""
    engine: Annotated[str, Field(pattern=r"^[a-z][a-z-]* [0-9][0-9.]*$")]
    """Name and version of the engine."""
    reference_date: Instant
    """Moment for which the tables were read."""
    status: Literal["Ok", "Error"] = "Ok"
    """Error when a policy could not be evaluated; such a request is refused. A refusal alone is no error."""
