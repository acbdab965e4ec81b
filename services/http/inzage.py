"""``/verwerkte-objecten``: the VNG's Inzage API for logging of processing, version 0.9.0, as its document says.

For the contact point, the privacy officer and supervisors; every look goes through the ledger's desk. The number of a
person may stand in the question, as the standard has it: it becomes a pseudonym at once, and no answer repeats it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import JsonValue
from starlette.exceptions import HTTPException

from events.vocabulary import SubjectId
from policies.entries import day_of
from projections.standards.handed import handed
from projections.standards.inzage import PERSON, PSEUDONYM, document, index_of, object_id, subject_named
from services.acting import Acting
from services.bootstrap import House
from services.http.dressing import INZAGE, INZAGE_VERSION
from services.http.reading import Misread
from services.http.session import SigningIn, signing_in
from services.ledger_questions import OfSubject
from services.standards.sight import Seen, Sight
from services.submission_values import is_bsn

BSN = "BSN"
HEADERS = {"API-version": INZAGE_VERSION, "Cache-Control": "no-store"}
COMPLETE = "Zvh-Complete"
"""Header of an answer: whether nothing is missing, for which the standard has no place."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _parameter(name: str, says: str, schema: dict[str, object], *, required: bool = True) -> dict[str, object]:
    return {"name": name, "in": "query", "required": required, "description": says, "schema": schema}


PARAMETERS = [
    _parameter("objecttype", "Kind of the processed object.", {"type": "string", "enum": [PERSON]}),
    _parameter(
        "soortObjectId",
        "Kind of the identification: BSN, or the pseudonym of this house.",
        {"type": "string", "maxLength": 242, "enum": [BSN, PSEUDONYM]},
    ),
    _parameter("objectId", "The identification itself; no answer repeats a BSN.", {"type": "string", "maxLength": 40}),
    _parameter("beginDatum", "First day, itself included.", {"type": "string", "format": "date"}),
    _parameter("eindDatum", "Last day, itself left out.", {"type": "string", "format": "date"}),
    _parameter(
        "verwerkingsactiviteitId",
        "The activity by which it was processed.",
        {"type": "string", "format": "uuid"},
        required=False,
    ),
    _parameter("page", "Page, from 1.", {"type": "integer", "minimum": 1}, required=False),
]


@dataclass(frozen=True)
class Asked:
    """A question as it came in; the person as a pseudonym, None when the house knows no such person."""

    subject: SubjectId | None
    first: date
    until: date
    activity: UUID | None
    page: int

    def wants(self, one: Seen, activity: Callable[[Seen], UUID]) -> bool:
        """Say whether an entry is asked for."""
        day = day_of(one.handed.occurred_at)
        return self.first <= day < self.until and self.activity in (None, activity(one))

    def address(self, base: str, page: int) -> str:
        """Return where another page of the same answer is; the person by pseudonym, however the question named it."""
        named = {
            "objecttype": PERSON,
            "soortObjectId": PSEUDONYM,
            "objectId": str(self.subject),
            "beginDatum": self.first.isoformat(),
            "eindDatum": self.until.isoformat(),
            **({"verwerkingsactiviteitId": str(self.activity)} if self.activity else {}),
            "page": str(page),
        }
        return f"{base}?{urlencode(named)}"


def inzage(house: House) -> APIRouter:
    """Return the routes of the Inzage API."""
    signed_in = signing_in(house)
    router = APIRouter(dependencies=[Depends(signed_in)], tags=["verwerkte-objecten"])
    _list(router, house, signed_in)
    _one(router, house, signed_in)
    return router


def _list(router: APIRouter, house: House, signed_in: SigningIn) -> None:
    @router.get(INZAGE, operation_id="verwerkte-objecten_list", openapi_extra={"parameters": PARAMETERS})
    def processed(
        request: Request, response: Response, acting: Annotated[Acting, Depends(signed_in)]
    ) -> dict[str, JsonValue]:
        """Return what was done with the data of a person in a period, entry by entry, oldest first."""
        asked = _asked(request, house)
        sight = house.sights.look(acting, OfSubject(subject=asked.subject))
        found = [one for one in sight.seen if asked.wants(one, lambda one: _activity(house, one))]
        _told(response, sight)
        size, base = house.reference.term("ledger-page", house.clock.now()).value, _base(request)
        start, last = (asked.page - 1) * size, max((len(found) - 1) // size + 1, 1)
        if asked.page > last:
            raise HTTPException(404)
        return {
            "count": len(found),
            "next": asked.address(base, asked.page + 1) if asked.page < last else None,
            "previous": asked.address(base, asked.page - 1) if asked.page > 1 else None,
            "results": [_document(house, one, base) for one in found[start : start + size]],
        }


def _one(router: APIRouter, house: House, signed_in: SigningIn) -> None:
    @router.get(INZAGE + "/{verwerktObjectId}", operation_id="verwerktobject_read")
    def one_processed(
        verwerktObjectId: str,  # noqa: N803 - the standard's own name
        request: Request,
        response: Response,
        acting: Annotated[Acting, Depends(signed_in)],
    ) -> dict[str, JsonValue]:
        """Return one entry. What is kept from the person is not there for whoever answers the person."""
        wanted = _uuid("verwerktObjectId", verwerktObjectId)
        # Also a look for what is not there is decided and written down: so nobody learns by guessing what is.
        sight = house.sights.look(acting, OfSubject(subject=_subject_of(house, wanted)))
        for one in sight.seen:
            if object_id(one.handed.index, one.handed.entry_id) == wanted:
                _told(response, sight)
                return _document(house, one, _base(request))
        raise HTTPException(404)


def _asked(request: Request, house: House) -> Asked:
    if _text(request, "objecttype") != PERSON:
        raise Misread("BAD_VALUE", "objecttype", 400)
    subject = _subject(_text(request, "soortObjectId"), _text(request, "objectId"), house)
    first, until = _day(request, "beginDatum"), _day(request, "eindDatum")
    activity = request.query_params.get("verwerkingsactiviteitId")
    page = request.query_params.get("page", "1")
    if not re.fullmatch("[1-9][0-9]{0,8}", page):
        raise Misread("BAD_VALUE", "page", 400)
    return Asked(subject, first, until, _uuid("verwerkingsactiviteitId", activity) if activity else None, int(page))


def _subject(kind: str, value: str, house: House) -> SubjectId | None:
    if kind == BSN:
        if not is_bsn(value):
            raise Misread("BAD_VALUE", "objectId", 400)
        return house.pseudonyms.find_subject(value)
    if kind != PSEUDONYM:
        raise Misread("BAD_VALUE", "soortObjectId", 400)
    found = subject_named(kind, value)
    if found is None:
        raise Misread("BAD_VALUE", "objectId", 400)
    return found


def _text(request: Request, name: str) -> str:
    given = request.query_params.getlist(name)
    if not given or not given[0]:
        raise Misread("MISSING_FIELD", name, 400)
    if len(given) > 1:
        raise Misread("BAD_VALUE", name, 400)
    return given[0]


def _day(request: Request, name: str) -> date:
    given = _text(request, name)
    try:
        if _DAY.fullmatch(given):
            return date.fromisoformat(given)
    except ValueError:
        pass
    raise Misread("BAD_VALUE", name, 400)


def _uuid(name: str, given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise Misread("BAD_VALUE", name, 400) from None


def _subject_of(house: House, wanted: UUID) -> SubjectId | None:
    """Return whom an entry is about; None when there is no such entry."""
    index = index_of(wanted)
    facts = house.log.at([index]) if index is not None else []
    found = (one for fact in facts for one in handed(fact, house.names.house))
    return next((one.subject_id for one in found if object_id(one.index, one.entry_id) == wanted), None)


def _document(house: House, one: Seen, base: str) -> dict[str, JsonValue]:
    return document(one.handed, one.confidentiality, base, house.names, house.reference)


def _activity(house: House, one: Seen) -> UUID:
    return house.names.activity(one.handed.purpose, one.handed.occurred_at).id


def _base(request: Request) -> str:
    return f"{str(request.base_url).rstrip('/')}{INZAGE}"


def _told(response: Response, sight: Sight) -> None:
    response.headers.update({**HEADERS, COMPLETE: "true" if sight.complete else "false"})
