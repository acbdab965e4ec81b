"""The fact of a policy set: which text of the rules decides from here on (law 5 of the house)."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field, JsonValue

from events.fact import Fact
from events.vocabulary import Digest


class PolicySetActivated(Fact):
    """A set of policies with its schema and packaged tables became the one that decides; the whole text is in it.

    Source: design, law 5; legal_ref "ZVH:governance".
    """

    type_name: ClassVar[str] = "nl.zvh.governance.policy-set-activated.v1"

    policy_set: Digest
    """SHA-256 of the policies and their schema."""
    files: Annotated[Mapping[str, str], Field(min_length=1)]
    """File name -> text, of each ``*.cedar`` and the schema. Rules, never anything of a person or a case."""
    tables: Mapping[str, JsonValue]
    """The packaged tables of reference data, before any decision of the controllers."""
    version: str
    """Version of the program that brought it."""
