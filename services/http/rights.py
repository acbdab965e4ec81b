"""The contact point over HTTP: requests of persons about their rights, for the house and for each joint controller."""

from collections.abc import Callable, Mapping
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import TypeAdapter

from events.errors import Conflict
from events.receipt import Effect
from events.rights import Right
from events.vocabulary import Code, Moment
from services.acting import Acting
from services.bootstrap import House
from services.case_file import case_file
from services.http.commands import effect_document, expected_of, path_of, reused
from services.http.reading import MOST_BYTES, Misread, body_within, json_only, read
from services.http.session import SigningIn, command_id_of, signing_in
from services.rights.contact_point import REQUEST_COMMANDS, Made
from services.rights.documents import has_part, made_document, request_document, request_line, sees_whole
from services.rights.page import to_html, to_text
from services.rights.receiving import NamedItem, ReceiveRequest
from services.rights.rectifying import AddStatement, RectifyItem
from services.rights.request import RequestFile
from services.rights.restricting import LiftRestriction, RestrictProcessing
from services.rights.withholding import LiftWithholding, ReviewWithholding, WithholdEntries
from services.rights.wording import access_page
from services.submission_values import is_bsn
from services.workflow.scene import Command, command

T = TypeVar("T")
HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
NOT_KEPT = {"Cache-Control": "no-store"}


@command
class RequestAsked:
    """A request as it comes in. The number of the person becomes a pseudonym at once, and is kept nowhere."""

    right: Right
    bsn: str | None = None
    subject: UUID | None = None
    """The pseudonym, where it is known already."""
    received_at: Moment | None = None
    by: Literal["SUBJECT", "REPRESENTATIVE"] = "SUBJECT"
    capacity: Code | None = None
    items: tuple[NamedItem, ...] = ()
    words: str = ""


@command
class ReportAsked:
    """In which form the account is wanted, and whether the data themselves go along."""

    format: Literal["json", "html", "text"] = "json"
    copy: bool = False


IN_A_CASE: dict[str, type[Command]] = {
    one.__name__: one
    for one in (
        RectifyItem,
        AddStatement,
        RestrictProcessing,
        LiftRestriction,
        WithholdEntries,
        ReviewWithholding,
        LiftWithholding,
    )
}
"""What is done in a case on account of a request; the controllers of a request need no other place in that case."""
RIGHTS_BODIES: Mapping[str, type] = {
    "ReceiveRequest": RequestAsked,
    "MakeReport": ReportAsked,
    **REQUEST_COMMANDS,
    **{f"{name}ForRequest": shape for name, shape in IN_A_CASE.items()},
}
"""Operation -> the shape of its body."""


def rights(house: House) -> APIRouter:
    """Return the routes of the contact point."""
    signed_in = signing_in(house)
    router = APIRouter(dependencies=[Depends(signed_in)], tags=["rights"])
    _requests(router, house, signed_in)
    _report(router, house, signed_in)
    for name, shape in REQUEST_COMMANDS.items():
        _command(router, house, signed_in, name, TypeAdapter(shape))
    for name, shape in IN_A_CASE.items():
        _in_case(router, house, signed_in, name, TypeAdapter(shape))
    return router


def known_request(house: House, request_id: UUID, acting: Acting) -> RequestFile:
    """Return the request. Raises: Refusal with UNKNOWN_REQUEST, the same for none and for somebody else's."""
    request = house.contact_point.request(request_id)
    now = house.clock.now()
    if request is None or not (sees_whole(acting, house.reference, now) or has_part(request, acting)):
        raise house.reference.refuse("UNKNOWN_REQUEST")
    return request


def _requests(router: APIRouter, house: House, signed_in: SigningIn) -> None:
    asked_shape, body_of = TypeAdapter(RequestAsked), body_within(MOST_BYTES)

    @router.get("/rights")
    def requests(acting: Annotated[Acting, Depends(signed_in)]) -> dict[str, object]:
        """List the requests: for the house all, for a controller those in which it has something to decide."""
        now = house.clock.now()
        whole = sees_whole(acting, house.reference, now)
        found = house.contact_point.listed(house.views)
        return {"requests": [request_line(one, now) for one in found if whole or has_part(one, acting)]}

    @router.get("/rights/{request_id}")
    def request(
        request_id: UUID, acting: Annotated[Acting, Depends(signed_in)], response: Response
    ) -> dict[str, object]:
        """Return how a request stands: until when it is answered, whether it is late, and what it is about."""
        found, now = known_request(house, request_id, acting), house.clock.now()
        cases = [case_file(one, house.store.history(one)) for one in found.cases]
        whole = sees_whole(acting, house.reference, now)
        response.headers.update(NOT_KEPT)
        return request_document(found, cases, house.reference, now, None if whole else acting.org)

    @router.post("/rights", operation_id="ReceiveRequest")
    def receive(
        request: Request,
        acting: Annotated[Acting, Depends(signed_in)],
        _: Annotated[None, Depends(json_only)],
        raw: Annotated[bytes, Depends(body_of)],
    ) -> dict[str, object]:
        """Take a request of a person, or of somebody for that person. The term runs from the receipt."""
        command_id, asked = command_id_of(request, acting), read(raw, asked_shape)
        if house.reference.staff_role(acting.org, acting.task, house.clock.now()) != "CONTACT_POINT":
            raise house.reference.refuse("WRONG_HAT")  # before anything is looked up by the number of a person
        received = ReceiveRequest(
            _subject_of(house, asked),
            asked.right,
            asked.received_at,
            asked.by,
            asked.capacity,
            asked.items,
            asked.words,
        )
        stream = house.contact_point.stream_of(command_id)
        order = house.order("ReceiveRequest", acting, stream, received, command_id)
        return _effect(stream, _done(house, command_id, lambda: house.contact_point.receive(order, received)))


def _report(router: APIRouter, house: House, signed_in: SigningIn) -> None:
    shape, body_of = TypeAdapter(ReportAsked), body_within(MOST_BYTES)

    @router.post("/rights/{request_id}/make-report", operation_id="MakeReport")
    def make_report(
        request_id: UUID,
        request: Request,
        acting: Annotated[Acting, Depends(signed_in)],
        _: Annotated[None, Depends(json_only)],
        raw: Annotated[bytes, Depends(body_of)],
    ) -> Response:
        """Make the account for the person, in plain Dutch: who has the data, who saw them and why, what is withheld."""
        command_id, asked = command_id_of(request, acting), read(raw, shape)
        known_request(house, request_id, acting)
        order = house.order("MakeReport", acting, request_id, asked, command_id)
        made: Made = _done(house, command_id, lambda: house.contact_point.report(order))
        copied = house.copy_for(made, acting, command_id) if asked.copy else None
        if asked.format == "json":
            return JSONResponse(made_document(made, copied), headers=NOT_KEPT)
        page = access_page(made.account, house.reference, copied)
        if asked.format == "html":
            return Response(to_html(page), media_type=HTML, headers=NOT_KEPT)
        return Response(to_text(page), media_type=TEXT, headers=NOT_KEPT)


def _command(router: APIRouter, house: House, signed_in: SigningIn, name: str, shape: TypeAdapter[Command]) -> None:
    body_of = body_within(MOST_BYTES)

    def endpoint(
        request_id: UUID,
        request: Request,
        acting: Annotated[Acting, Depends(signed_in)],
        _: Annotated[None, Depends(json_only)],
        raw: Annotated[bytes, Depends(body_of)],
    ) -> dict[str, object]:
        command_id, asked = command_id_of(request, acting), read(raw, shape)
        known_request(house, request_id, acting)
        order = house.order(name, acting, request_id, asked, command_id)
        return _effect(request_id, _done(house, command_id, lambda: house.contact_point.carry_out(order, asked)))

    router.add_api_route(
        f"/rights/{{request_id}}/{path_of(name)}",
        endpoint,
        methods=["POST"],
        summary=_first_line(REQUEST_COMMANDS[name]),
        operation_id=name,
    )


def _in_case(router: APIRouter, house: House, signed_in: SigningIn, name: str, shape: TypeAdapter[Command]) -> None:
    body_of = body_within(MOST_BYTES)

    def endpoint(
        request_id: UUID,
        case_id: UUID,
        request: Request,
        response: Response,
        acting: Annotated[Acting, Depends(signed_in)],
        _: Annotated[None, Depends(json_only)],
        raw: Annotated[bytes, Depends(body_of)],
    ) -> dict[str, object]:
        command_id, expected = command_id_of(request, acting), expected_of(request)
        asked = read(raw, shape)
        if case_id not in known_request(house, request_id, acting).cases:
            raise house.reference.refuse("NO_HANDLING")
        effect = _done(house, command_id, lambda: house.carry_out(asked, acting, case_id, command_id, expected))
        response.headers["ETag"] = f'"{effect.facts[-1].envelope.sequence}"'
        return effect_document(case_id, effect)

    router.add_api_route(
        f"/rights/{{request_id}}/cases/{{case_id}}/{path_of(name)}",
        endpoint,
        methods=["POST"],
        summary=_first_line(IN_A_CASE[name]),
        operation_id=f"{name}ForRequest",
    )


def _subject_of(house: House, asked: RequestAsked) -> UUID:
    """Return the pseudonym of the person. Raises: Misread; Refusal with BAD_BSN; Unavailable."""
    if (asked.bsn is None) is (asked.subject is None):
        raise Misread("MISSING_FIELD" if asked.bsn is None else "BAD_VALUE", "bsn")
    if asked.bsn is None:
        assert asked.subject is not None  # noqa: S101 - for the type checker
        return asked.subject
    if not is_bsn(asked.bsn):
        raise house.reference.refuse("BAD_BSN")
    # A person of whom nothing is known gets a pseudonym as well: the request itself has to be answered.
    return house.pseudonyms.subject(asked.bsn)


def _done(house: House, command_id: UUID, act: Callable[[], T]) -> T:
    try:
        return act()
    except Conflict:
        told = reused(house, command_id)
        if told is not None:
            raise told from None
        raise


def _effect(request_id: UUID, effect: Effect) -> dict[str, object]:
    document = effect_document(request_id, effect)
    return {"request_id": document.pop("case_id"), **document}


def _first_line(shape: type[Command]) -> str:
    return (shape.__doc__ or shape.__name__).strip().splitlines()[0]
