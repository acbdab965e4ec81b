"""``GET /fhir/AuditEvent``: disclosures as audit events for health partners (FHIR R4, IHE BALP PrivacyDisclosure).

Who may ask is decided, and written down, by the ledger's desk: the privacy office, the contact point and supervisors
about a person, and every organisation about what it received itself.
"""

import re
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from events.vocabulary import OrgCode, SubjectId
from policies.entries import AMSTERDAM
from projections.standards.balp import PROFILES, URIS, Resource
from services.acting import Acting
from services.bootstrap import House
from services.http.dressing import FHIR, FHIR_JSON
from services.http.reading import Misread
from services.http.session import SigningIn, signing_in
from services.ledger_questions import OfParticipant, OfSubject, place_of, place_text
from services.ledger_tables import Place
from services.standards.audit_events import Window, bundle, events_of
from services.standards.sight import Sight
from services.submission_values import is_bsn

BSN_SYSTEM = "http://fhir.nl/fhir/NamingSystem/bsn"
"""Identifier system of the BSN in Dutch FHIR; the number becomes a pseudonym at once, and no answer repeats it."""
USUAL_COUNT, MOST_COUNT = 100, 1000
PAGE = "_page"
NOBODY = UUID(int=0)
"""Stands for a person whom the house does not know."""
KNOWN = {"patient", "patient:identifier", "agent:identifier", "date", "_count", PAGE, "_format"}
_DATE = re.compile(r"(eq|ge|gt|le|lt)?([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9:.]{5,15}(Z|[+-][0-9]{2}:[0-9]{2}))?")


def _parameter(name: str, says: str) -> dict[str, object]:
    return {"name": name, "in": "query", "required": False, "description": says, "schema": {"type": "string"}}


PARAMETERS = [
    _parameter("patient", "The person: a pseudonym, as `urn:uuid:…`, `Patient/…` or bare."),
    _parameter("patient:identifier", f"The person: `{URIS}|urn:uuid:…`, or `{BSN_SYSTEM}|…`."),
    _parameter("agent:identifier", f"Who received: `{URIS}|urn:nld:oin:…`."),
    _parameter("date", "When it was recorded; with eq, ge, gt, le or lt, and twice for a period."),
    _parameter("_count", "Requests of the ledger that a page looks at, 1 to 1000."),
    _parameter(PAGE, "Place of a page, as the link `next` gives it."),
    _parameter("_format", "`json`, or its media type; nothing else is given."),
]


def fhir(house: House) -> APIRouter:
    """Return the routes of FHIR."""
    signed_in = signing_in(house)
    router = APIRouter(prefix=FHIR, dependencies=[Depends(signed_in)], tags=["fhir"])
    _capabilities(router)
    _search(router, house, signed_in)
    return router


def _capabilities(router: APIRouter) -> None:
    @router.get("/metadata", operation_id="FhirCapabilities")
    def capabilities() -> JSONResponse:
        """Return what this end can do (CapabilityStatement)."""
        search: list[Resource] = [
            {"name": "patient", "type": "reference"},
            {"name": "agent", "type": "reference", "documentation": "Matches who received; with :identifier alone."},
            {"name": "date", "type": "date"},
        ]
        resource: Resource = {
            "type": "AuditEvent",
            "supportedProfile": [f"{PROFILES}Source", f"{PROFILES}Recipient"],
            "interaction": [{"code": "search-type"}],
            "searchParam": [*search],
        }
        return _fhir(
            {
                "resourceType": "CapabilityStatement",
                "status": "active",
                "date": "2026-01-01",
                "kind": "instance",
                "implementation": {"description": "Logboek van een Zorg- en Veiligheidshuis"},
                "fhirVersion": "4.0.1",
                "format": ["json"],
                "rest": [{"mode": "server", "resource": [resource]}],
            }
        )


def _search(router: APIRouter, house: House, signed_in: SigningIn) -> None:
    @router.get("/AuditEvent", operation_id="SearchAuditEvents", openapi_extra={"parameters": PARAMETERS})
    def search(request: Request, acting: Annotated[Acting, Depends(signed_in)]) -> JSONResponse:
        """Return disclosures of a person, or to an organisation, in order of the log; a page may hold none."""
        if not set(request.query_params) <= KNOWN:
            # A filter that is passed over in silence would show more than was asked.
            raise Misread("BAD_VALUE", None, 400)
        if request.query_params.get("_format", "json") not in ("json", "application/json", FHIR_JSON):
            raise Misread("BAD_VALUE", "_format", 406)
        since, before = _period(request)
        recipient, (asked, subject) = _recipient(request, house), _person(request, house)
        count, after = _count(request), _place(request)
        if asked and not _looks_at_own(house, acting):
            sight = _of_person(house, acting, subject, after, count)
        else:
            sight = _of_recipient(house, acting, recipient, after, count)
        window = Window(since, before, recipient, (subject or NOBODY) if asked else None)
        named = {"patient": f"urn:uuid:{subject or NOBODY}"} if asked else {}
        events = [event for one in sight.seen for event in events_of(one, house.names, window)]
        links = {"self": _link(request, named, None)}
        if sight.next_place is not None:
            links["next"] = _link(request, named, sight.next_place)
        return _fhir(bundle(events, links, complete=sight.complete))


def _looks_at_own(house: House, acting: Acting) -> bool:
    """Say whether somebody may look only at what the own organisation received: a participant, also of one person."""
    return house.reference.participant(acting.org, house.clock.now()) is not None


def _of_person(house: House, acting: Acting, subject: SubjectId | None, after: Place | None, count: int) -> Sight:
    # All of the person is looked at, whatever the page: a part could betray what another part keeps back.
    sight = house.sights.look(acting, OfSubject(subject=subject))
    rest = [one for one in sight.seen if after is None or (one.handed.index, one.handed.subject_id) > after]
    last = rest[count - 1].handed if len(rest) > count else None
    return Sight(tuple(rest[:count]), (last.index, last.subject_id) if last else None, sight.complete)


def _of_recipient(house: House, acting: Acting, recipient: OrgCode | None, after: Place | None, count: int) -> Sight:
    if recipient is None and acting.org == house.names.house:
        raise house.attempts.bulk("SearchAuditEvents", acting, ())
    org = recipient or acting.org
    task = acting.task if org == acting.org else None
    return house.sights.look(acting, OfParticipant(org=org, task=task, after=after, limit=count))


def _person(request: Request, house: House) -> tuple[bool, SubjectId | None]:
    """Return whether a person was named, and its pseudonym; None when the house knows no such person."""
    plain, named = request.query_params.getlist("patient"), request.query_params.getlist("patient:identifier")
    if not plain and not named:
        return False, None
    if len(plain) + len(named) > 1:
        raise Misread("BAD_VALUE", "patient", 400)
    if plain:
        return True, _uuid(re.sub("^(Patient/|urn:uuid:)", "", plain[0]), "patient")
    system, _, value = named[0].partition("|")
    if system == BSN_SYSTEM and is_bsn(value):
        return True, house.pseudonyms.find_subject(value)
    if system == URIS and value.startswith("urn:uuid:"):
        return True, _uuid(value.removeprefix("urn:uuid:"), "patient:identifier")
    raise Misread("BAD_VALUE", "patient:identifier", 400)


def _recipient(request: Request, house: House) -> OrgCode | None:
    given = request.query_params.get("agent:identifier")
    if given is None:
        return None
    system, _, value = given.partition("|")
    found = house.names.org(value, house.clock.now()) if system == URIS else None
    if found is None:
        raise Misread("BAD_VALUE", "agent:identifier", 400)
    return found


def _period(request: Request) -> tuple[datetime | None, datetime | None]:
    since: datetime | None = None
    before: datetime | None = None
    for given in request.query_params.getlist("date"):
        found = _DATE.fullmatch(given)
        if found is None:
            raise Misread("BAD_VALUE", "date", 400)
        try:
            start, end = _range(found[2], found[3])
        except ValueError:
            raise Misread("BAD_VALUE", "date", 400) from None
        how = found[1] or "eq"
        lower = {"eq": start, "ge": start, "gt": end}.get(how)
        upper = {"eq": end, "lt": start, "le": end}.get(how)
        since = max(filter(None, (since, lower)), default=None)
        before = min(filter(None, (before, upper)), default=None)
    return since, before


def _range(day: str, time: str | None) -> tuple[datetime, datetime]:
    """Return the moments between which a date of FHIR lies, the second left out. A bare day is a Dutch day."""
    if time is None:
        start = datetime.fromisoformat(day).replace(tzinfo=AMSTERDAM)
        return start, start + timedelta(days=1)
    start = datetime.fromisoformat(day + time)
    exact = re.search(r"\.[0-9]+", time)
    seconds = re.match(r"T[0-9]{2}:[0-9]{2}:[0-9]{2}", time)
    return start, start + (timedelta(microseconds=1) if exact else timedelta(seconds=1 if seconds else 60))


def _count(request: Request) -> int:
    given = request.query_params.get("_count", str(USUAL_COUNT))
    if not re.fullmatch("[1-9][0-9]{0,8}", given):
        raise Misread("BAD_VALUE", "_count", 400)
    return min(int(given), MOST_COUNT)


def _place(request: Request) -> Place | None:
    given = request.query_params.get(PAGE)
    try:
        return place_of(given) if given else None
    except ValueError:
        raise Misread("BAD_VALUE", PAGE, 400) from None


def _uuid(text: str, where: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Misread("BAD_VALUE", where, 400) from None


def _link(request: Request, named: dict[str, str], place: Place | None) -> str:
    """Return the address of a page of this search; the person by pseudonym, however the question named it."""
    kept = [(key, value) for key, value in request.query_params.multi_items() if not key.startswith("patient")]
    words = [*named.items(), *((key, value) for key, value in kept if key != PAGE)]
    if place is not None:
        words.append((PAGE, place_text(place)))
    base = f"{str(request.base_url).rstrip('/')}{FHIR}/AuditEvent"
    return f"{base}?{urlencode(words)}" if words else base


def _fhir(resource: Resource) -> JSONResponse:
    return JSONResponse(resource, media_type=FHIR_JSON, headers={"Cache-Control": "no-store"})
