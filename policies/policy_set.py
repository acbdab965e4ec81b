"""One set of policies: its text, read and checked once, and the questions that Cedar answers by it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import metadata, resources
from typing import Literal

import rfc8785
from cedarpy import (
    Decision,
    Entities,
    PolicySet,
    is_authorized,
    policies_to_json_str,
    validate_policies,
)
from pydantic import JsonValue

from events.disclosure import RuleApplied
from events.errors import BadSetting
from events.vocabulary import Code, Digest, LegalRef

SCHEMA = "schema.cedarschema"
REMEMBERED = 8192
"""Replies that are kept, some 2 kB each; what was told least recently goes first."""
ASKING, ASKED = "asking", "asked"
"""What whoever asks, and what is asked about, is called when the engine is asked."""
NOTHING = "{}"
"""What the engine is told of whom it was told nothing: then no rule can be evaluated, and that is a refusal."""
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

    @cached_property
    def applied(self) -> RuleApplied:
        """The policy as a fact names it."""
        return RuleApplied(policy_id=self.policy_id, legal_ref=self.legal_ref)


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
        by_name = [name for name, policy in named.items() if _names_somebody(policy)]
        if by_name:
            raise BadSetting(f"Een regel geldt voor iedereen en noemt niemand bij naam: {', '.join(sorted(by_name))}.")
        self._set = PolicySet.from_json_str(json.dumps({"templates": {}, "templateLinks": [], "staticPolicies": named}))
        # Cedar is a pure function and no rule knows a name, so the same information always gets the same reply.
        self._reply = lru_cache(REMEMBERED)(self._evaluated)
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

        Each question is answered from the asker, its own resource and the context alone.
        """
        told = {_uid(one): json.dumps(one["attrs"]) for one in entities}
        around = json.dumps(context)
        return [
            self._reply(
                one.action,
                one.asker,
                told.get((one.asker, ASKING), NOTHING),
                one.resource_type,
                told.get((one.resource_type, one.resource_id), NOTHING),
                around,
            )
            for one in questions
        ]

    def _evaluated(
        self, action: str, asker_type: str, asker: str, resource_type: str, resource: str, context: str
    ) -> Reply:
        """Ask the engine. Attributes and context are JSON.

        The policies were checked against the schema when they were read, and what is told here is made by our own code
        to the same schema, so the engine need not check each request again.
        """
        who, what = {"type": asker_type, "id": ASKING}, {"type": resource_type, "id": ASKED}
        known = ",".join(
            f'{{"uid":{json.dumps(uid)},"attrs":{attributes},"parents":[]}}'
            for uid, attributes in ((who, asker), (what, resource))
        )
        question = {
            "principal": who,
            "action": {"type": "Action", "id": action},
            "resource": what,
            "context": context,
        }
        answer = is_authorized(question, self._set, Entities.from_json_str(f"[{known}]"))
        diagnostics = answer.diagnostics
        if diagnostics.errors or answer.decision is Decision.NoDecision:
            return Reply(allowed=False, policies=(), failed=True)
        deciding = sorted((self.rules[name] for name in diagnostics.reasons), key=lambda rule: rule.rank)
        return Reply(answer.allowed, tuple(deciding), failed=False)


def _uid(entity: Mapping[str, JsonValue]) -> tuple[JsonValue, JsonValue]:
    uid = entity["uid"]
    return (uid["type"], uid["id"]) if isinstance(uid, dict) else (None, None)


def _names_somebody(policy: Mapping[str, object]) -> bool:
    return "__entity" in json.dumps(policy["conditions"]) or any(
        isinstance(scope := policy[part], dict) and "entity" in scope for part in ("principal", "resource")
    )


def _annotations(policy: Mapping[str, object]) -> dict[str, str]:
    notes = policy.get("annotations")
    found = {str(key): str(value) for key, value in notes.items()} if isinstance(notes, dict) else {}
    missing = {"id", "rank", "code", "legal_ref", "says"} - found.keys()
    if missing:
        raise BadSetting(f"Een regel in policies/cedar mist {', '.join(sorted(missing))}. Vul de regel aan.")
    return found
