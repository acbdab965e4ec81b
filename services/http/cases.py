"""Reading cases and work over HTTP, and asking for data: those go through the desk, and are written down."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import TypeAdapter

from events.errors import Conflict, ZvhError
from events.vocabulary import Room, Stage
from services.acting import Acting
from services.bootstrap import House
from services.desk import Disclose, Opened
from services.disclosure import OUTSIDE
from services.documents import case_document, opened_document, outline_document
from services.http.asked import DisclosureAsked
from services.http.commands import reused
from services.http.reading import MOST_BYTES, Misread, body_within, json_only, read
from services.http.relation import known_to, places_of, readable
from services.http.session import KEY, SigningIn, command_id_of, signing_in
from services.http.strangers import keeping_attempts
from services.reconstruction import Known, read_moment
from services.reconstruction_documents import case_at, case_at_document, history_of
from services.timeline import timeline, told_to
from services.workflow.confidentiality import notice_of_secrecy

ASKED = TypeAdapter(DisclosureAsked)


def reading(house: House) -> APIRouter:
    """Return the routes that read."""
    signed_in = signing_in(house)
    router = APIRouter(dependencies=[Depends(signed_in)])
    _cases(router, house, signed_in)
    _work(router, house, signed_in)
    _disclosures(router, house, signed_in)
    return router


def _cases(router: APIRouter, house: House, signed_in: SigningIn) -> None:
    @router.get("/cases", tags=["cases"])
    def cases(
        acting: Annotated[Acting, Depends(signed_in)],
        stage: Stage | None = None,
        room: Room | None = None,
        misplaced: bool = False,
    ) -> dict[str, object]:
        """List the cases in which whoever asks has a place; the house's own people see all but signals. Never content.

        ``misplaced`` keeps live cases in another room than ``fits_in``, where their newest weighing puts them.
        """
        staff = house.reference.staff_role(acting.org, acting.task, house.clock.now()) is not None
        rows = house.views.cases(stage, room, party=None if staff else acting.org, misplaced=misplaced)
        rows = [row for row in rows if not staff or row.stage != Stage.SIGNALLED]
        known = places_of(house, acting, (one.case_id for one in rows))
        fields = ("case_id", "stage", "room", "channel", "referrer", *(("fits_in",) if misplaced else ()))
        return {"cases": [{name: getattr(row, name) for name in fields} for row in rows if row.case_id in known]}

    @router.get("/cases/{case_id}", tags=["cases"])
    def case(
        case_id: UUID,
        acting: Annotated[Acting, Depends(signed_in)],
        response: Response,
        at: str | None = None,
        known: Known = Known.THEN,
    ) -> dict[str, object]:
        """Return how a case stands; its ETag goes into If-Match of the next command.

        Who referred it, weighed it or was asked something, and does not work on it, gets an outline. With ``at`` (a
        day or a moment) it is the case as it was, ``known`` then or now, with who could see what: of the own
        organisation, and for the house's own people of all. The past has no ETag.
        """
        state, insight = readable(house, case_id, acting)
        past = None if at is None else case_at(house, case_id, _moment(at), known)
        if past is None:
            response.headers["ETag"] = f'"{state.sequence}"'
        if insight == "OUTLINE":
            return outline_document(state if past is None else past.case, acting.org)
        staff = house.reference.staff_role(acting.org, acting.task, house.clock.now()) is not None
        seen_by = None if staff else acting.org
        if past is None:
            return case_document(state, seen_by)
        return case_at_document(past, house.reference, seen_by)

    @router.get("/cases/{case_id}/history", tags=["cases"])
    def history(
        case_id: UUID,
        acting: Annotated[Acting, Depends(signed_in)],
        at: str | None = None,
        known: Known = Known.THEN,
    ) -> dict[str, object]:
        """Return every fact by type, moment, author, ground and proof; in an outline the milestones and one's own.

        With ``at`` those up to a moment, as ``known`` then or now.
        """
        _, insight = readable(house, case_id, acting)
        moment = None if at is None else _moment(at)
        return history_of(house, case_id, moment, known, insight=insight, oin=acting.oin)

    @router.get("/cases/{case_id}/timeline", tags=["cases"])
    def told(case_id: UUID, acting: Annotated[Acting, Depends(signed_in)]) -> dict[str, object]:
        """Return the same as sentences in plain Dutch, for people."""
        _, insight = readable(house, case_id, acting)
        facts = told_to(house.store.history(case_id), insight, acting.oin)
        return {"case_id": str(case_id), "outline": insight == "OUTLINE", "lines": timeline(facts, house.reference)}


def _moment(written: str) -> datetime:
    """Return a day or moment of a query. Raises: Misread."""
    try:
        return read_moment(written)
    except ValueError:
        raise Misread("BAD_VALUE", "query.at") from None


def _work(router: APIRouter, house: House, signed_in: SigningIn) -> None:
    @router.get("/work", tags=["work"])
    def work(acting: Annotated[Acting, Depends(signed_in)]) -> dict[str, object]:
        """Return what waits for whoever asks: for its role in the house, or for its organisation; soonest first.

        ``person`` is the pseudonym of whoever asks, as it stands in facts and as it is named as case director.
        """
        role = house.reference.staff_role(acting.org, acting.task, house.clock.now())
        rows = house.views.work(role=role, org=acting.org)
        known = places_of(house, acting, (one.case_id for one in rows))
        fields = ("case_id", "kind", "about", "org", "due")
        found = [{name: getattr(row, name) for name in fields} for row in rows if row.case_id in known]
        return {"person": acting.person, "work": found}

    @router.get("/work/load", tags=["work"])
    def load(acting: Annotated[Acting, Depends(signed_in)]) -> dict[str, object]:
        """Count what waits, per role, organisation and kind, and what is late; a participant sees its own alone."""
        now = house.clock.now()
        staff = house.reference.staff_role(acting.org, acting.task, now) is not None
        return {"load": [asdict(one) for one in house.views.load(now, None if staff else acting.org)]}


def _disclosures(router: APIRouter, house: House, signed_in: SigningIn) -> None:
    body_of = body_within(MOST_BYTES)

    @router.post("/disclosures", tags=["disclosures"], operation_id="Disclose")
    def disclose(
        request: Request,
        acting: Annotated[Acting, Depends(signed_in)],
        _: Annotated[None, Depends(json_only)],
        raw: Annotated[bytes, Depends(body_of)],
    ) -> dict[str, object]:
        """Ask to read data of one case: first it is written down what is shown, then it is shown."""
        command_id = command_id_of(request, acting)
        asked = read(raw, ASKED)
        if asked.case is None:
            raise _searching(house, asked, acting, command_id)
        with keeping_attempts(house, "Disclose", acting, asked.case, command_id):
            known_to(house, asked.case, acting, to_ask=True)
        opened = _disclosed(house, asked, asked.case, acting, command_id)
        return opened_document(opened, notice_of_secrecy(house.reference, house.clock.now()))


def _searching(house: House, asked: DisclosureAsked, acting: Acting, command_id: UUID) -> ZvhError:
    """Return what to tell of a request that names no case. Raises: Misread; Unavailable."""
    if asked.subjects or asked.items:
        return Misread("MISSING_FIELD", "case")
    try:
        return house.attempts.bulk("Disclose", acting, asked, command_id)
    except Conflict:
        raise Misread("ID_REUSED", KEY) from None


def _disclosed(house: House, asked: DisclosureAsked, case_id: UUID, acting: Acting, command_id: UUID) -> Opened:
    """Ask the desk, in the name of the session alone. Raises: Refusal; Misread; Conflict; Corrupt."""
    itself = (acting.person, acting.task) if asked.recipient is None else (OUTSIDE, OUTSIDE)
    command = Disclose(
        recipient_org=asked.recipient or acting.org,
        recipient_person=itself[0],
        recipient_task=itself[1],
        purpose=asked.purpose,
        legal_basis=asked.legal_basis,
        necessity=asked.necessity,
        proportionality=asked.proportionality,
        subsidiarity=asked.subsidiarity,
        categories=frozenset(asked.categories),
        subjects=frozenset(asked.subjects),
        items=frozenset(asked.items),
        secrecy_ground=asked.secrecy_ground,
        kind=asked.kind,
    )
    order = house.order("Disclose", acting, case_id, command, command_id)
    try:
        return house.desk.disclose(order, command)
    except Conflict:
        told = reused(house, command_id)
        if told is not None:
            raise told from None
        raise
