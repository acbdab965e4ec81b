"""Asks Cedar: may this recipient see this item, for this purpose, now? Parsed once per policy set."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from typing import Literal
from uuid import UUID

from cedarpy import Decision, Entities, PolicySet, Schema, is_authorized, policies_to_json_str, validate_policies

from events.disclosure import RuleApplied
from events.errors import BadSetting
from events.vocabulary import Code, FactId, LegalRef, Oin, OrgCode, Room, Stage, Task
from policies.reference import AMSTERDAM, Category, Reference
from policies.tables import Tier
from policies.verdict import Verdict

FILES = ("forbid.cedar", "permit.cedar")
SCHEMA = "schema.cedarschema"
WEIGHED = frozenset({Stage.SIGNALLED, Stage.REFERRED, Stage.RETURNED, Stage.IN_TRIAGE})
ENDED = frozenset({Stage.NOT_ACCEPTED, Stage.CLOSED})
NOTHING_PERMITS = 80
"""Rank of the refusal when no policy forbids and none permits."""
NOTHING_THERE = 99
GIVER_AND_TAKER = 2

Standing = Literal["LIVE", "OTHER_TASK", "EXPIRED", "NONE"]
"""The recipient's place in the case: on it, on it for another task only, no longer, or never."""


@dataclass(frozen=True)
class AccessRequest:
    """Who asks, in which case, for what and why; the same for all items of one request.

    What a person typed (kind, purpose, grounds) is compared with the tables and never becomes part of a rule.
    """

    org: OrgCode
    oin: Oin
    task: Task
    itself: bool
    """Whoever acts is the recipient."""
    stage: Stage
    room: Room | None
    standing: Standing
    kind: str
    purpose: str | None
    legal_basis: Sequence[str]
    """The ground of the giver and the ground of the taker."""
    reasoned: bool
    secrecy_ground: str | None
    at: datetime


@dataclass(frozen=True)
class ItemAsked:
    """What is asked for."""

    item_id: FactId
    category: Code
    tier: Tier
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

    def may_ask(self, request: AccessRequest) -> Verdict:
        """Return whether the request may be made at all, whatever the case holds."""
        entities = self._entities([self._principal(request), _entity("Case", "asked", {})])
        return self._verdict("ask", 'Case::"asked"', self._context(request), entities, request.at)

    def decide(self, request: AccessRequest, items: Collection[ItemAsked]) -> dict[FactId, Verdict]:
        """Return the verdict for each item, by item id. An error in the evaluation is a refusal, and says so."""
        entities = self._entities([self._principal(request), *(self._item(item, request.at) for item in items)])
        context = self._context(request)
        return {
            item.item_id: self._verdict("read", f'Item::"{item.item_id}"', context, entities, request.at)
            for item in items
        }

    def decide_absent(self, request: AccessRequest, category: Category) -> Verdict:
        """Return the verdict for a kind of data that the case does not hold.

        Whoever may not read that kind gets the answer that it would get if it were there, and so learns nothing.
        """
        absent = ItemAsked(UUID(int=0), category.code, category.first_tier, "", shared=True)
        verdict = self.decide(request, [absent])[absent.item_id]
        return self.nothing_there(request.at) if verdict.allowed else verdict

    def nothing_there(self, at: datetime) -> Verdict:
        """Return the answer to whoever may read what the case does not hold."""
        return self.refusing("NO_DATA", at, NOTHING_THERE)

    def refusing(self, code: Code, at: datetime, rank: int) -> Verdict:
        """Return a refusal that no policy of the set gave."""
        text = self._reference.refusal(code)
        return Verdict(False, code, (), text.says, text.legal_ref, self.digest(at), rank)

    def _entities(self, entities: Sequence[Mapping[str, object]]) -> Entities:
        return Entities.from_json_str(json.dumps(entities), self._schema)

    def _verdict(
        self, action: str, resource: str, context: dict[str, object], entities: Entities, at: datetime
    ) -> Verdict:
        asked = {
            "principal": 'Recipient::"asking"',
            "action": f'Action::"{action}"',
            "resource": resource,
            "context": context,
        }
        answer = is_authorized(asked, self._set, entities, schema=self._schema)
        # Cedar leaves out a policy that it cannot evaluate, be it a forbid: what is left may permit too much.
        if answer.diagnostics.errors or answer.decision is Decision.NoDecision:
            return self.refusing("POLICY_ERROR", at, 0)
        deciding = sorted((self.rules[name] for name in answer.diagnostics.reasons), key=lambda rule: rule.rank)
        if not deciding:
            return self.refusing("CATEGORY_NOT_ALLOWED", at, NOTHING_PERMITS)
        first = deciding[0]
        applied = tuple(RuleApplied(policy_id=rule.policy_id, legal_ref=rule.legal_ref) for rule in deciding)
        digest = self.digest(at)
        return Verdict(answer.allowed, first.code, applied, first.says, first.legal_ref, digest, first.rank)

    def _principal(self, request: AccessRequest) -> Mapping[str, object]:
        participant = self._reference.participant(request.org, request.at)
        staff = self._reference.is_staff(request.org, request.task, request.at)
        domain = participant.domains.get(request.task, "") if participant else ""
        words = {"ALL", f"ORG:{request.org}", f"TASK:{request.task}", f"DOMAIN:{domain}"} if participant else set()
        if participant is not None and participant.public and participant.controller:
            words.add("PUBLIC_CONTROLLER")
        own = participant is not None and bool(domain) and participant.oin == request.oin
        return _entity(
            "Recipient",
            "asking",
            {
                "org": request.org,
                "task": request.task,
                "domain": domain,
                "words": sorted(words),
                "admitted": participant is not None,
                # The house's own number is a setting of the instance, so the table's is not held against it.
                "own_task": staff or own,
                "staff": staff,
            },
        )

    def _item(self, item: ItemAsked, at: datetime) -> Mapping[str, object]:
        category = self._reference.category(item.category, at)
        return _entity(
            "Item",
            str(item.item_id),
            {
                "category": item.category,
                "tier": item.tier,
                "provider": item.provider_org,
                "readers": list(category.readers) if category else [],
                "excluded": list(category.excluded) if category else [],
                "closed": category is None or not (category.readers or category.per_item),
                "secrecy": category is None or category.secrecy,
                "shared": item.shared,
            },
        )

    def _context(self, request: AccessRequest) -> dict[str, object]:
        at, stage = request.at, request.stage
        rule = self._reference.stage_rule(stage, at)
        kind = self._reference.kind(request.kind, at)
        purpose = self._reference.purpose(request.purpose, at) if request.purpose else None
        grounds = [self._reference.legal_ref(key, at) for key in request.legal_basis]
        ground = request.secrecy_ground
        return {
            "weighed": stage in WEIGHED,
            "accepted": stage not in WEIGHED | ENDED | {Stage.DESTROYED},
            "ended": stage in ENDED,
            "destroyed": stage is Stage.DESTROYED,
            "tiers": list(rule.tiers) if rule else [],
            "staff_tiers": list(rule.staff_tiers) if rule else [],
            "standing": request.standing,
            "itself": request.itself,
            "kind_open": kind is not None and kind.open,
            "purpose_known": purpose is not None,
            "purpose_fits": purpose is not None
            and stage in purpose.stages
            and (request.room is None or request.room in purpose.rooms),
            "basis_known": len(grounds) >= GIVER_AND_TAKER and all(one is not None and one.ground for one in grounds),
            "reasoned": request.reasoned,
            "secrecy_ground": ground is not None and self._reference.secrecy_ground(ground, at) is not None,
        }


def _entity(kind: str, name: str, attributes: Mapping[str, object]) -> Mapping[str, object]:
    return {"uid": {"type": kind, "id": name}, "attrs": attributes, "parents": []}


def _annotations(policy: Mapping[str, object]) -> dict[str, str]:
    notes = policy.get("annotations")
    found = {str(key): str(value) for key, value in notes.items()} if isinstance(notes, dict) else {}
    missing = {"id", "rank", "code", "legal_ref", "says"} - found.keys()
    if missing:
        raise BadSetting(f"Een regel in policies/cedar mist {', '.join(sorted(missing))}. Vul de regel aan.")
    return found
