"""Asks Cedar: may this recipient see this item, for this purpose, now? Parsed once per policy set."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from typing import Literal

from cedarpy import Decision, Entities, PolicySet, Schema, is_authorized, policies_to_json_str, validate_policies

from events.disclosure import RuleApplied
from events.errors import BadSetting
from events.vocabulary import Code, LegalRef, OrgCode, Stage, Task
from policies.reference import AMSTERDAM, Reference
from policies.verdict import Verdict

FILES = ("forbid.cedar", "permit.cedar")
SCHEMA = "schema.cedarschema"
WEIGHED = frozenset({Stage.SIGNALLED, Stage.REFERRED, Stage.RETURNED, Stage.IN_TRIAGE})
ENDED = frozenset({Stage.NOT_ACCEPTED, Stage.CLOSED, Stage.DESTROYED})


@dataclass(frozen=True)
class AccessRequest:
    """Who asks, in which case, for what and why; the same for all items of one request."""

    org: OrgCode
    task: Task
    stage: Stage
    on_case: Literal["LIVE", "EXPIRED", "NONE"]
    weighs: bool
    """Sits in the panel, or referred the case."""
    purpose: Code | None
    legal_basis: Sequence[LegalRef]
    """The ground of the giver and the ground of the taker."""
    reasoned: bool
    secrecy_ground: bool
    at: datetime


@dataclass(frozen=True)
class ItemAsked:
    """What is asked for."""

    item_id: str
    category: Code
    tier: str
    provider_org: OrgCode
    shared: bool
    """Went along when the case moved to the house, or never had to."""


@dataclass(frozen=True)
class Policy:
    """One policy as a jurist reads it."""

    policy_id: str
    effect: Literal["permit", "forbid"]
    code: Code
    legal_ref: LegalRef
    says: str
    rank: int


class Policies:
    """The policy set with the tables of the day. Immutable; safe from several threads."""

    def __init__(self, text: str, schema: str, reference: Reference) -> None:
        self.text, self.schema_text, self._reference = text, schema, reference
        self._schema = Schema.from_str(schema)
        checked = validate_policies(text, schema)
        if not checked.validation_passed:
            wrong = "; ".join(f"{one.policy_id}: {one.error}" for one in checked.errors)
            raise BadSetting(f"De regels in policies/cedar passen niet bij hun schema. {wrong}")
        # Cedar numbers policies by their place; we want its answers to name our own permanent ids.
        by_place: Mapping[str, Mapping[str, object]] = json.loads(policies_to_json_str(text))["staticPolicies"]
        annotations = {place: _annotations(policy) for place, policy in by_place.items()}
        named = {annotations[place]["id"]: policy for place, policy in by_place.items()}
        if len(named) != len(by_place):
            raise BadSetting("Twee regels in policies/cedar hebben dezelfde @id. Geef elke regel een eigen id.")
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
        # The tables change by the day, and hashing them costs more than a decision.
        self._digests: dict[date, str] = {}
        self._texts = hashlib.sha256((text + "\0" + schema).encode()).hexdigest()

    @classmethod
    def load(cls, reference: Reference) -> "Policies":
        """Read the packaged policies. Raises: BadSetting when they do not fit their schema."""
        folder = resources.files("policies.cedar")
        text = "\n".join(folder.joinpath(name).read_text(encoding="utf-8") for name in FILES)
        return cls(text, folder.joinpath(SCHEMA).read_text(encoding="utf-8"), reference)

    def digest(self, at: datetime) -> str:
        """Return the SHA-256, in hex, of policies, schema and tables in force at that moment."""
        day = at.astimezone(AMSTERDAM).date()
        if day not in self._digests:
            whole = f"{self._texts}|{self._reference.digest(at)}"
            self._digests[day] = hashlib.sha256(whole.encode()).hexdigest()
        return self._digests[day]

    def decide(self, request: AccessRequest, items: Collection[ItemAsked]) -> dict[str, Verdict]:
        """Return the verdict for each item, by item id. An error in the evaluation is a refusal, and says so."""
        digest = self.digest(request.at)
        principal = self._principal(request)
        context = self._context(request)
        return {item.item_id: self._decide_one(principal, context, item, request.at, digest) for item in items}

    def _decide_one(
        self,
        principal: Mapping[str, object],
        context: Mapping[str, object],
        item: ItemAsked,
        at: datetime,
        digest: str,
    ) -> Verdict:
        entities = json.dumps([principal, self._item(item, at)])
        asked = {
            "principal": 'Recipient::"asking"',
            "action": 'Action::"read"',
            "resource": f'Item::"{item.item_id}"',
            "context": dict(context),
        }
        answer = is_authorized(asked, self._set, Entities.from_json_str(entities, self._schema), schema=self._schema)
        if answer.diagnostics.errors or answer.decision is Decision.NoDecision:
            return self._refused("POLICY_ERROR", (), digest)
        deciding = sorted((self.rules[name] for name in answer.diagnostics.reasons), key=lambda rule: rule.rank)
        if not deciding:
            return self._refused("CATEGORY_NOT_ALLOWED", (), digest)
        applied = tuple(RuleApplied(policy_id=rule.policy_id, legal_ref=rule.legal_ref) for rule in deciding)
        first = deciding[0]
        return Verdict(answer.allowed, first.code, applied, first.says, first.legal_ref, digest)

    def _refused(self, code: Code, rules: tuple[RuleApplied, ...], digest: str) -> Verdict:
        text = self._reference.refusal(code)
        return Verdict(False, code, rules, text.says, text.legal_ref, digest)

    def _principal(self, request: AccessRequest) -> Mapping[str, object]:
        participant = self._reference.participant(request.org, request.at)
        staff = self._reference.is_staff(request.org, request.task, request.at)
        domain = participant.domains.get(request.task, "") if participant else ""
        words = {"ALL", f"ORG:{request.org}", f"TASK:{request.task}", f"DOMAIN:{domain}"} if participant else set()
        if participant is not None and participant.public and participant.controller:
            words.add("PUBLIC_CONTROLLER")
        return {
            "uid": {"type": "Recipient", "id": "asking"},
            "attrs": {
                "org": request.org,
                "task": request.task,
                "domain": domain,
                "words": sorted(words),
                "admitted": participant is not None,
                "own_task": staff or bool(domain),
                "staff": staff,
            },
            "parents": [],
        }

    def _item(self, item: ItemAsked, at: datetime) -> Mapping[str, object]:
        category = self._reference.category(item.category, at)
        return {
            "uid": {"type": "Item", "id": item.item_id},
            "attrs": {
                "category": item.category,
                "tier": item.tier,
                "provider": item.provider_org,
                "readers": list(category.readers) if category else [],
                "excluded": list(category.excluded) if category else [],
                "secrecy": category is None or category.secrecy,
                "shared": item.shared,
            },
            "parents": [],
        }

    def _context(self, request: AccessRequest) -> Mapping[str, object]:
        purpose = self._reference.purpose(request.purpose, request.at) if request.purpose else None
        known = [self._reference.legal_ref(key, request.at) is not None for key in request.legal_basis]
        return {
            "accepted": request.stage not in WEIGHED and request.stage not in ENDED,
            "weighed": request.stage in WEIGHED,
            "ended": request.stage in ENDED,
            "on_case": request.on_case,
            "weighs": request.weighs,
            "purpose_known": purpose is not None,
            "purpose_fits": purpose is not None and request.stage in purpose.stages,
            "basis_known": len(known) >= 2 and all(known),
            "reasoned": request.reasoned,
            "secrecy_ground": request.secrecy_ground,
        }


def _annotations(policy: Mapping[str, object]) -> dict[str, str]:
    notes = policy.get("annotations")
    found = {str(key): str(value) for key, value in notes.items()} if isinstance(notes, dict) else {}
    missing = {"id", "rank", "code", "legal_ref", "says"} - found.keys()
    if missing:
        raise BadSetting(f"Een regel in policies/cedar mist {', '.join(sorted(missing))}. Vul de regel aan.")
    return found
