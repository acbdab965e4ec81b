"""``POST /oversight/<command>``: what account is given of beside the cases, each command with its own schema."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import TypeAdapter

from events.errors import Conflict
from services.acting import Acting
from services.bootstrap import House
from services.http.commands import effect_document, path_of, reused
from services.http.reading import MOST_BYTES, body_within, json_only, read
from services.http.session import SigningIn, command_id_of, signing_in
from services.oversight import COMMANDS, Command

GIVEN: dict[str, type[Command]] = {name: shape for name, shape in COMMANDS.items() if name != "PublishReport"}
"""Commands by name. An edition is published where it is made, from the command line: nobody else knows its bytes."""


def oversight(house: House) -> APIRouter:
    """Return the routes."""
    router, signed_in = APIRouter(), signing_in(house)
    for name, shape in GIVEN.items():
        _add(router, house, signed_in, name, TypeAdapter(shape))
    return router


def _add(router: APIRouter, house: House, signed_in: SigningIn, name: str, shape: TypeAdapter[Command]) -> None:
    body_of = body_within(MOST_BYTES)

    def endpoint(
        request: Request,
        acting: Annotated[Acting, Depends(signed_in)],
        _: Annotated[None, Depends(json_only)],
        raw: Annotated[bytes, Depends(body_of)],
    ) -> dict[str, object]:
        command_id, asked = command_id_of(request, acting), read(raw, shape)
        try:
            effect = house.oversight.carry_out(
                house.order(name, acting, house.oversight.stream, asked, command_id), asked
            )
        except Conflict:
            told = reused(house, command_id)
            if told is not None:
                raise told from None
            raise
        return {"id": str(command_id), **effect_document(house.oversight.stream, effect)}

    router.add_api_route(
        f"/oversight/{path_of(name)}",
        endpoint,
        methods=["POST"],
        summary=(COMMANDS[name].__doc__ or name).strip().splitlines()[0],
        operation_id=name,
        tags=["oversight"],
    )
