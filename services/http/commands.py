"""``POST /cases/{id}/<command>``: every command of the case, each with its own schema."""

import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import TypeAdapter

from events.errors import Conflict
from events.fact import rfc3339
from events.receipt import Effect
from services.acting import Acting
from services.bootstrap import House
from services.http.problems import Changed
from services.http.reading import MOST_BYTES, Misread, body_within, json_only, read
from services.http.relation import known_to
from services.http.session import KEY, SigningIn, command_id_of, signing_in
from services.http.strangers import keeping_attempts
from services.workflow.commands import COMMANDS
from services.workflow.scene import Command

CLOCK = ("RemindTerm", "MarkTermMissed", "OpenHandling", "EndHandling")
"""Commands of the house itself alone; no person gives them."""
GIVEN: dict[str, type[Command]] = {name: shape for name, shape in COMMANDS.items() if name not in CLOCK}
"""Commands that a person may give, by name."""


def path_of(name: str) -> str:
    """Return a command's name as it stands in an address: ``OpenTriage`` gives ``open-triage``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def commands(house: House) -> APIRouter:
    """Return the routes of all commands."""
    signed_in = signing_in(house)
    router = APIRouter(dependencies=[Depends(signed_in)])
    for name, shape in GIVEN.items():
        _add(router, house, signed_in, name, TypeAdapter(shape))

    @router.post("/cases/{case_id}/{command}", include_in_schema=False)
    def unknown(case_id: str, command: str) -> None:
        """Refuse a command that does not exist, or that no person gives."""
        raise house.reference.refuse("UNKNOWN_COMMAND")

    return router


def expected_of(request: Request) -> int | None:
    """Return the sequence that If-Match names; None without the header, or with ``*``. Raises: Misread."""
    given = request.headers.get("if-match")
    if given is None or given.strip() == "*":
        return None
    found = re.fullmatch(r'"([0-9]{1,9})"', given.strip())
    if found is None:
        raise Misread("BAD_VALUE", "If-Match")
    return int(found.group(1))


def reused(house: House, command_id: UUID) -> Misread | None:
    """Return what to tell after a Conflict about a key that was used before for something else; None when it was not.

    Raises: Unavailable.
    """
    return Misread("ID_REUSED", KEY) if house.store.effect_of(command_id) is not None else None


def effect_document(case_id: UUID, effect: Effect) -> dict[str, object]:
    """Return what a command did: its facts by type and id, never their content."""
    return {
        "case_id": str(case_id),
        "outcome": effect.receipt.outcome,
        "sequence": effect.facts[-1].envelope.sequence,
        "facts": [
            {
                "id": str(one.envelope.id),
                "type": one.fact.type_name,
                "sequence": one.envelope.sequence,
                "recorded_at": rfc3339(one.envelope.recorded_at),
            }
            for one in effect.facts
        ],
    }


def _add(router: APIRouter, house: House, signed_in: SigningIn, name: str, shape: TypeAdapter[Command]) -> None:
    body_of = body_within(MOST_BYTES)

    def endpoint(
        case_id: UUID,
        request: Request,
        response: Response,
        acting: Annotated[Acting, Depends(signed_in)],
        _: Annotated[None, Depends(json_only)],
        raw: Annotated[bytes, Depends(body_of)],
    ) -> dict[str, object]:
        command_id, expected = command_id_of(request, acting), expected_of(request)
        command = read(raw, shape)
        with keeping_attempts(house, name, acting, case_id, command_id):
            known_to(house, case_id, acting)
        effect = _carried_out(house, command, acting, case_id, command_id, expected)
        response.headers["ETag"] = f'"{effect.facts[-1].envelope.sequence}"'
        return effect_document(case_id, effect)

    router.add_api_route(
        f"/cases/{{case_id}}/{path_of(name)}",
        endpoint,
        methods=["POST"],
        summary=(COMMANDS[name].__doc__ or name).strip().splitlines()[0],
        operation_id=name,
        tags=["commands"],
    )


def _carried_out(
    house: House, command: Command, acting: Acting, case_id: UUID, command_id: UUID, expected: int | None
) -> Effect:
    """Carry out a command. Raises: Changed or Misread for a conflict whose cause is known; else Conflict; Refusal."""
    try:
        return house.carry_out(command, acting, case_id, command_id, expected)
    except Conflict:
        told = reused(house, command_id)
        if told is not None:
            raise told from None
        now = house.handling.cases.case(case_id).sequence
        if expected is not None and now != expected:
            raise Changed(now) from None
        raise
