"""What the engine is told: the attributes of who asks, of the items and of the request, by the tables of the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from pydantic import JsonValue

from policies.asking import ENDED, TO_SUBJECT, WEIGHED, AccessRequest, ItemAsked
from policies.reference import Reference

GIVER_AND_TAKER = 2
ADVICE = "GivePrivacyAdvice"
"""The command of whoever advises on letting a result out: its mandate says which role that is."""
UNKNOWN_RECIPIENT = "UNKNOWN"
Attributes = Mapping[str, JsonValue]


@dataclass(frozen=True)
class Information:
    """What the engine was told for one request: enough to ask it again."""

    entities: tuple[Attributes, ...]
    context: Attributes


def principal(request: AccessRequest, reference: Reference) -> Attributes:
    """Return whoever acts, as an entity."""
    at = request.at
    participant = reference.participant(request.org, at)
    role = reference.staff_role(request.org, request.task, at)
    domain = participant.domains.get(request.task, "") if participant else ""
    words = {"ALL", f"ORG:{request.org}", f"TASK:{request.task}", f"DOMAIN:{domain}"} if participant else set()
    if participant is not None and participant.public and participant.controller:
        words.add("PUBLIC_CONTROLLER")
    rights, advice = reference.kind(TO_SUBJECT, at), reference.mandate(ADVICE, at)
    watching = reference.supervisor(request.org, at)
    fits = watching is not None and request.task in watching.tasks and watching.oin == request.oin
    supervisor = watching if fits else None
    own = participant is not None and bool(domain) and participant.oin == request.oin
    return entity(
        "Recipient",
        "asking",
        {
            "org": request.org,
            "task": request.task,
            "domain": domain,
            "words": [*sorted(words)],
            "admitted": participant is not None,
            # The house's own number is a setting of the instance, so the table's is not held against it.
            "own_task": role is not None or own or supervisor is not None,
            "house": role is not None,
            "staff": reference.is_staff(request.org, request.task, at),
            "advises": role is not None and advice is not None and role in advice.roles,
            "handles_rights": role is not None and rights is not None and role in rights.handlers,
            "supervisor": supervisor is not None,
            "sees_content": supervisor is not None and supervisor.content,
        },
    )


def case() -> Attributes:
    """Return the case, as an entity: what is asked of it says nothing of what it holds."""
    return entity("Case", "asked", {})


def item(asked: ItemAsked, request: AccessRequest, reference: Reference) -> Attributes:
    """Return one item, as an entity."""
    category = reference.category(asked.category, request.at)
    return entity(
        "Item",
        str(asked.item_id),
        {
            "category": asked.category,
            "tier": asked.tier,
            "provider": asked.provider_org,
            "readers": [*category.readers] if category else [],
            "excluded": [*category.excluded] if category else [],
            "per_item": [*category.per_item] if category else [],
            "closed": category is None or not (asked.addressed_to or category.readers or category.per_item),
            "secrecy": category is None or category.secrecy,
            "clinical": asked.clinical,
            "shared": asked.shared,
            "addressed": asked.addressed_to or "",
            "of_subject": asked.of_subject,
            "of_requester": asked.of_requester,
            "granted": asked.granted,
            "granted_on_ground": asked.granted_on_ground,
            "only_some": asked.only_to is not None,
            "only_to": [*(asked.only_to or ())],
            "not_to": [*asked.not_to],
            "term_passed": asked.term_passed,
            "not_to_subject": asked.not_to_subject,
            "restricted": asked.restricted,
            "erased": asked.erased,
            "withheld": asked.withheld,
            "released": asked.released,
            "result_kind": asked.result_kind,
        },
    )


def context(request: AccessRequest, reference: Reference) -> Attributes:
    """Return the request itself."""
    at, stage = request.at, request.stage
    rule, kind = reference.stage_rule(stage, at), reference.kind(request.kind, at)
    purpose = reference.purpose(request.purpose, at) if request.purpose else None
    grounds = [reference.legal_ref(key, at) for key in request.legal_basis]
    ground = request.secrecy_ground
    tiers = (kind.tiers if kind else ()) or (rule.tiers if rule else ())
    known = recipient_known(request, reference)
    return {
        "kind": kind.code if kind else "",
        "kind_open": kind is not None and kind.open,
        "handed": kind is not None and kind.handed,
        # A name that no table knows could hold anything, so it goes no further than this.
        "recipient": request.gets_it if known else UNKNOWN_RECIPIENT,
        "recipient_known": known,
        "weighed": stage in WEIGHED,
        "accepted": stage not in WEIGHED | ENDED and stage.value != "DESTROYED",
        "ended": stage in ENDED,
        "destroyed": stage.value == "DESTROYED",
        "tiers": [*tiers],
        "staff_tiers": [*rule.staff_tiers] if rule else [],
        "standing": request.standing,
        "itself": request.itself,
        "supervised": request.supervised,
        "rights_open": request.rights_open,
        "purpose_known": purpose is not None,
        "purpose_fits": purpose is not None
        and stage in purpose.stages
        and request.kind in purpose.kinds
        and (request.room is None or request.room in purpose.rooms),
        "basis_known": len(grounds) >= GIVER_AND_TAKER and all(one is not None and one.ground for one in grounds),
        "reasoned": request.reasoned,
        "secrecy_ground": ground is not None and reference.secrecy_ground(ground, at) is not None,
    }


def recipient_known(request: AccessRequest, reference: Reference) -> bool:
    """Say whether whoever gets it stands in the tables of the day."""
    match request.kind:
        case "TO_SUBJECT":
            return True
        case "RESULT_TO_THIRD_PARTY":
            return reference.third_party(request.gets_it, request.at) is not None
        case "TO_OTHER_COLLABORATION":
            return reference.collaboration(request.gets_it, request.at) is not None
        case _:
            return _insider(request, reference)


def _insider(request: AccessRequest, reference: Reference) -> bool:
    at = request.at
    return (
        reference.participant(request.gets_it, at) is not None
        or reference.supervisor(request.gets_it, at) is not None
        or any(request.gets_it == one.code for one in (reference.staff,))
    )


def entity(kind: str, name: str, attributes: Attributes) -> Attributes:
    """Return an entity as Cedar reads it."""
    return {"uid": {"type": kind, "id": name}, "attrs": dict(attributes), "parents": []}


NOTHING = ItemAsked(UUID(int=0), "NOTHING", "T1", "NOBODY", shared=True)
"""Stands for an item that the case does not hold."""
