"""Between a question to the policies and its record: what was asked and answered goes in, and can be asked again.

Nothing that a person typed goes in as it is: a purpose, ground or kind that no table knows is recorded as unknown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from uuid import UUID

from pydantic import JsonValue, TypeAdapter

from events.decision import AccessDecided, Evaluation, Named
from events.errors import Corrupt
from events.vocabulary import FactId, Pseudonym
from policies.asking import AccessRequest, ItemAsked
from policies.engine import Policies
from policies.information import NOTHING, UNKNOWN_RECIPIENT, recipient_known
from policies.policy_set import ENGINE
from policies.reference import Reference
from policies.verdict import Verdict

UNKNOWN = "UNKNOWN:text"
"""Stands for a ground that no table knows."""
_PLAIN = asdict(NOTHING)
_ITEM: TypeAdapter[ItemAsked] = TypeAdapter(ItemAsked)
_REQUEST: TypeAdapter[AccessRequest] = TypeAdapter(AccessRequest)


@dataclass(frozen=True)
class Asked:
    """One question with its answer; about the case as such when there is no item."""

    item: ItemAsked | None
    verdict: Verdict
    absent: bool = False
    """The case does not hold such an item; it was asked about all the same."""


def record(
    decision_id: FactId,
    person: Pseudonym,
    request: AccessRequest,
    asked: Sequence[Asked],
    policies: Policies,
    reference: Reference,
) -> AccessDecided:
    """Return the record of one request: all its questions, in the order in which they were asked."""
    items = [one.item for one in asked if one.item is not None]
    case, told = policies.told(request), policies.told(request, items)
    return AccessDecided(
        occurred_at=request.at,
        legal_ref="AVG:accountability",
        decision_id=decision_id,
        subject=Named(
            type="recipient",
            id=person,
            properties={"org": request.org, "oin": request.oin, "task": request.task, "itself": request.itself},
        ),
        context=_context(request, reference),
        evaluations=tuple(_evaluation(one) for one in asked),
        entities=tuple(dict(one) for one in (*case.entities, *(told.entities[1:] if items else ()))),
        attributes=dict(case.context),
        policies=policies.digest(request.at),
        policy_set=policies.text.digest,
        engine=ENGINE,
        reference_date=request.at,
        status="Error" if any(one.verdict.code == "POLICY_ERROR" for one in asked) else "Ok",
    )


def request_of(found: AccessDecided) -> AccessRequest:
    """Return the request of a record, as it was asked. Raises: Corrupt."""
    try:
        return _REQUEST.validate_python({**found.subject.properties, **found.context, "at": found.reference_date})
    except ValueError:
        raise Corrupt(f"Het besluit {found.decision_id} heeft geen leesbare vraag.") from None


def item_of(evaluation: Evaluation) -> ItemAsked | None:
    """Return the item that a question was about; None when it was about the case as such. Raises: Corrupt."""
    if evaluation.resource.type != "item":
        return None
    known = {one.name for one in fields(ItemAsked)}
    given = {name: value for name, value in evaluation.resource.properties.items() if name in known}
    try:
        return _ITEM.validate_python({**_PLAIN, **given, "item_id": evaluation.resource.id})
    except ValueError:
        raise Corrupt("Een besluit noemt een gegeven dat niet te lezen is.") from None


def _context(request: AccessRequest, reference: Reference) -> Mapping[str, JsonValue]:
    at = request.at
    ground = request.secrecy_ground
    return {
        "kind": request.kind if reference.kind(request.kind, at) else "",
        "purpose": request.purpose if request.purpose and reference.purpose(request.purpose, at) else None,
        "legal_basis": [key if reference.legal_ref(key, at) else UNKNOWN for key in request.legal_basis],
        "secrecy_ground": ground if ground and reference.secrecy_ground(ground, at) else None,
        "stage": request.stage.value,
        "room": request.room.value if request.room else None,
        "standing": request.standing,
        "reasoned": request.reasoned,
        "recipient": request.gets_it if recipient_known(request, reference) else UNKNOWN_RECIPIENT,
        "supervised": request.supervised,
        "rights_open": request.rights_open,
    }


def _evaluation(asked: Asked) -> Evaluation:
    verdict, item = asked.verdict, asked.item
    if item is None:
        resource = Named(type="case", id="asked", properties={})
    else:
        resource = Named(type="item", id=str(item.item_id), properties=_properties(item, absent=asked.absent))
    return Evaluation(
        action="ask" if item is None else "read",
        resource=resource,
        decision=verdict.allowed,
        reason_code=verdict.code,
        policies=verdict.policy_ids,
    )


def _properties(item: ItemAsked, *, absent: bool) -> Mapping[str, JsonValue]:
    """Return what sets an item apart; what is as in an item without anything special is left out."""
    found: dict[str, JsonValue] = {
        name: [*value] if isinstance(value, tuple) else value
        for name, value in asdict(item).items()
        if not isinstance(value, UUID) and value != _PLAIN[name]
    }
    return {**found, "absent": True} if absent else found
