"""``POST /access/v1/evaluation`` and ``/evaluations``: the policies as a decision point (OpenID AuthZEN 1.0)."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from events.decision import AccessDecided
from events.vocabulary import FactId
from services.acting import Acting
from services.bootstrap import House
from services.disclosure import Disclose
from services.evaluation import reason_of
from services.http.reading import MOST_BYTES, Misread, body_within, json_only, read
from services.http.relation import known_to
from services.http.session import LONGEST_KEY, SigningIn, command_id_of, signing_in
from services.http.strangers import keeping_attempts

CASE, ITEM = "case", "item"
MOST_EVALUATIONS = 100


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class AskedSubject(_Shape):
    """Who asks; the session says it as well, and both must say the same. May be left out."""

    type: str
    id: str


class AskedAction(_Shape):
    """What is to be done; ``read`` is the only action."""

    name: Literal["read"]


class AskedResource(_Shape):
    """A case, or an item with its case in ``properties.case``."""

    type: Literal["case", "item"]
    id: UUID
    properties: dict[str, JsonValue] = Field(default_factory=dict)


class AskedContext(_Shape):
    """For what and why, as for a request for data."""

    kind: str = "WITHIN"
    purpose: str | None = None
    legal_basis: tuple[str, ...] = ()
    necessity: str = ""
    proportionality: str = ""
    subsidiarity: str = ""
    secrecy_ground: str | None = None


class EvaluationAsked(_Shape):
    """One question."""

    subject: AskedSubject | None = None
    action: AskedAction
    resource: AskedResource
    context: AskedContext = AskedContext()


class EvaluationPart(_Shape):
    """One question of several; what it leaves out stands beside the list."""

    subject: AskedSubject | None = None
    action: AskedAction | None = None
    resource: AskedResource | None = None


class EvaluationsAsked(_Shape):
    """Several questions about one case, for one purpose."""

    subject: AskedSubject | None = None
    action: AskedAction | None = None
    resource: AskedResource | None = None
    context: AskedContext = AskedContext()
    evaluations: Annotated[tuple[EvaluationPart, ...], Field(max_length=MOST_EVALUATIONS)] = ()


REQUEST_ID = "X-Request-ID"
ONE, MORE = TypeAdapter(EvaluationAsked), TypeAdapter(EvaluationsAsked)


def deciding(house: House) -> APIRouter:
    """Return the routes of the decision point."""
    signed_in = signing_in(house)
    router = APIRouter(dependencies=[Depends(_answered_by_its_number), Depends(signed_in)], tags=["access"])
    _evaluation(router, house, signed_in)
    _evaluations(router, house, signed_in)
    return router


def _evaluation(router: APIRouter, house: House, signed_in: SigningIn) -> None:
    @router.post("/access/v1/evaluation", operation_id="EvaluateAccess")
    def evaluation(
        request: Request,
        acting: Annotated[Acting, Depends(signed_in)],
        _: Annotated[None, Depends(json_only)],
        raw: Annotated[bytes, Depends(body_within(MOST_BYTES))],
    ) -> dict[str, object]:
        """Say whether this may be read. Recorded as a decision; nothing is shown."""
        command_id, asked = command_id_of(request, acting), read(raw, ONE)
        _own(asked.subject, acting)
        (answer,) = _decided(house, acting, command_id, asked.context, [asked.resource])
        return answer


def _evaluations(router: APIRouter, house: House, signed_in: SigningIn) -> None:
    @router.post("/access/v1/evaluations", operation_id="EvaluateAccesses")
    def evaluations(
        request: Request,
        acting: Annotated[Acting, Depends(signed_in)],
        _: Annotated[None, Depends(json_only)],
        raw: Annotated[bytes, Depends(body_within(MOST_BYTES))],
    ) -> dict[str, object]:
        """Say of each whether it may be read, in one decision. All are of one case."""
        command_id, asked = command_id_of(request, acting), read(raw, MORE)
        _own(asked.subject, acting)
        resources = []
        for number, part in enumerate(asked.evaluations or (EvaluationPart(),)):
            _own(part.subject, acting)
            resource = part.resource or asked.resource
            if resource is None or (part.action or asked.action) is None:
                raise Misread("MISSING_FIELD", f"evaluations.{number}")
            resources.append(resource)
        return {"evaluations": _decided(house, acting, command_id, asked.context, resources)}


def _answered_by_its_number(request: Request, response: Response) -> None:
    """Give a request's number back with its answer (AuthZEN 1.0, request identification)."""
    number = request.headers.get(REQUEST_ID, "")
    if number.isascii() and number.isprintable() and 0 < len(number) <= LONGEST_KEY:
        response.headers[REQUEST_ID] = number


def _own(subject: AskedSubject | None, acting: Acting) -> None:
    """Refuse a question in another's name: nobody learns what somebody else may see."""
    if subject is not None and subject.id != acting.person:
        raise Misread("BAD_VALUE", "subject.id")


def _decided(
    house: House, acting: Acting, command_id: UUID, context: AskedContext, resources: list[AskedResource]
) -> list[dict[str, object]]:
    cases = {_case_of(one) for one in resources}
    if len(cases) != 1:
        raise house.attempts.bulk("EvaluateAccess", acting, resources, command_id)
    (case_id,) = cases
    with keeping_attempts(house, "EvaluateAccess", acting, case_id, command_id):
        known_to(house, case_id, acting)
    command = Disclose(
        recipient_org=acting.org,
        recipient_person=acting.person,
        recipient_task=acting.task,
        purpose=context.purpose,
        legal_basis=context.legal_basis,
        necessity=context.necessity,
        proportionality=context.proportionality,
        subsidiarity=context.subsidiarity,
        secrecy_ground=context.secrecy_ground,
        kind=context.kind,
    )
    items = [one.id for one in resources if one.type == ITEM]
    order = house.order("EvaluateAccess", acting, case_id, (command, items), command_id)
    found = house.evaluating.evaluate(order, command, items)
    return [_answer(found, one) for one in resources]


def _case_of(resource: AskedResource) -> UUID:
    if resource.type == CASE:
        return resource.id
    try:
        return UUID(str(resource.properties["case"]))
    except (KeyError, ValueError):
        raise Misread("MISSING_FIELD", "resource.properties.case") from None


def _answer(found: AccessDecided, resource: AskedResource) -> dict[str, object]:
    gate = found.evaluations[0]
    code = _code(found, resource.id) if resource.type == ITEM and gate.decision else gate.reason_code
    if code == "OK":
        return {"decision": True, "context": {"decision_id": str(found.decision_id)}}
    told = {"decision_id": str(found.decision_id), "reason": reason_of(code), "reason_code": code}
    return {"decision": False, "context": told}


def _code(found: AccessDecided, item: FactId) -> str:
    return next((one.reason_code for one in found.evaluations if one.resource.id == str(item)), "NO_DATA")
