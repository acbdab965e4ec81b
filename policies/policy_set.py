"""One set of policies: its text, read and checked once, and the questions that Cedar answers by it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata, resources
from typing import Literal

import rfc8785
from cedarpy import (
    AuthzResult,
    Decision,
    Entities,
    PolicySet,
    is_authorized_batch,
    policies_to_json_str,
    validate_policies,
)
from pydantic import JsonValue

from events.errors import BadSetting
from events.vocabulary import Code, Digest, LegalRef

SCHEMA = "schema.cedarschema"
ENGINE = f"cedarpy {metadata.version('cedarpy')}"
"""Name and version of the engine, as the records of decisions name it."""


@dataclass(frozen=True)
class Policy:
    """One policy as a jurist reads it."""

    policy_id: str
    effect: Literal["permit", "forbid"]
    code: Code
    legal_ref: LegalRef
    says: str
    rank: int


@dataclass(frozen=True)
class Question:
    """One question to the engine: an action on a resource, by name."""

    action: str
    resource_type: str
    resource_id: str
    asker: str = "Recipient"
    """What whoever asks is, in the schema."""


@dataclass(frozen=True)
class Reply:
    """What the engine says: allowed or not, by which policies, or that it could not tell."""

    allowed: bool
    policies: tuple[Policy, ...]
    """Those that decided, the most telling first."""
    failed: bool
    """A policy could not be evaluated. Cedar leaves that one out, be it a forbid: what is left may permit too much."""


class PolicyText:
    """A set of policies, parsed once. Immutable; safe from several threads."""

    def __init__(self, files: Mapping[str, str]) -> None:
        """Read the *files*: policies (``*.cedar``) and their schema, by name.

        Raises: BadSetting when they do not fit the schema, or miss an annotation.
        """
        self.files = dict(sorted(files.items()))
        self.digest: Digest = hashlib.sha256(rfc8785.dumps(self.files)).hexdigest()
        self.text = "\n".join(text for name, text in self.files.items() if name.endswith(".cedar"))
        self.schema = self.files.get(SCHEMA, "")
        checked = validate_policies(self.text, self.schema)
        if not checked.validation_passed:
            wrong = "; ".join(f"{one.policy_id}: {one.error}" for one in checked.errors)
            raise BadSetting(f"De regels passen niet bij hun schema. {wrong}")
        # Cedar numbers policies by their place; we want its answers to name our own permanent ids.
        by_place: Mapping[str, Mapping[str, object]] = json.loads(policies_to_json_str(self.text))["staticPolicies"]
        annotations = {place: _annotations(policy) for place, policy in by_place.items()}
        named = {annotations[place]["id"]: policy for place, policy in by_place.items()}
        if len(named) != len(by_place):
            raise BadSetting("Twee regels hebben dezelfde @id. Geef elke regel een eigen id.")
        self._set = PolicySet.from_json_str(json.dumps({"templates": {}, "templateLinks": [], "staticPolicies": named}))
        self.rules: dict[str, Policy] = {
            notes["id"]: Policy(
                notes["id"],
                "permit" if by_place[place]["effect"] == "permit" else "forbid",
                notes["code"],
                notes["legal_ref"],
                notes["says"],
                int(notes["rank"]),
            )
            for place, notes in annotations.items()
        }

    @classmethod
    def packaged(cls) -> "PolicyText":
        """Read the policies that come with the program. Raises: BadSetting."""
        folder = resources.files("policies.cedar")
        return cls(
            {
                one.name: one.read_text(encoding="utf-8")
                for one in folder.iterdir()
                if one.name.endswith((".cedar", ".cedarschema"))
            }
        )

    def answer(
        self,
        questions: Sequence[Question],
        entities: Sequence[Mapping[str, JsonValue]],
        context: Mapping[str, JsonValue],
    ) -> list[Reply]:
        """Answer *questions* of one asker, in order, from this information and no other.

        The policies were checked against the schema when they were read, and what is told here is made by our own code
        to the same schema, so the engine need not check each request again.
        """
        known = Entities.from_json_str(json.dumps(entities))
        asked = [
            {
                "principal": f'{one.asker}::"asking"',
                "action": f'Action::"{one.action}"',
                "resource": f'{one.resource_type}::"{one.resource_id}"',
                "context": dict(context),
            }
            for one in questions
        ]
        return [self._reply(one) for one in is_authorized_batch(asked, self._set, known)]

    def _reply(self, answer: AuthzResult) -> Reply:
        diagnostics = answer.diagnostics
        if diagnostics.errors or answer.decision is Decision.NoDecision:
            return Reply(allowed=False, policies=(), failed=True)
        deciding = sorted((self.rules[name] for name in diagnostics.reasons), key=lambda rule: rule.rank)
        return Reply(answer.allowed, tuple(deciding), failed=False)


def _annotations(policy: Mapping[str, object]) -> dict[str, str]:
    notes = policy.get("annotations")
    found = {str(key): str(value) for key, value in notes.items()} if isinstance(notes, dict) else {}
    missing = {"id", "rank", "code", "legal_ref", "says"} - found.keys()
    if missing:
        raise BadSetting(f"Een regel in policies/cedar mist {', '.join(sorted(missing))}. Vul de regel aan.")
    return found
