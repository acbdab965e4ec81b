"""The ledger over HTTP: its desk decides on every question, and writes it down, before it is answered."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query

from services.acting import Acting
from services.bootstrap import House
from services.http.reading import Misread
from services.http.session import SigningIn, signing_in
from services.ledger_asking import as_of, gaps, period
from services.ledger_questions import (
    OfItem,
    OfParticipant,
    OfPurpose,
    OfSubject,
    Question,
    Refusals,
    WithoutBasis,
    place_of,
)
from services.ledger_tables import Place
from services.reconstruction import read_moment

OWN_PURPOSE = "SUPERVISION"
"""For which an organisation looks at what it saw itself."""
Purpose = Annotated[str | None, Query(max_length=64, description="Why you look, from the closed list.")]
After = Annotated[str | None, Query(max_length=64, description="`next` of the page before this one.")]
Limit = Annotated[int | None, Query(ge=1, le=10_000)]
Month = Annotated[str, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
CODE = "^[A-Z][A-Z0-9_]{1,63}$"
Code = Annotated[str | None, Query(pattern=CODE)]
Named = Annotated[str, Path(pattern=CODE)]


def ledger(house: House) -> APIRouter:
    """Return the routes of the ledger."""
    signed_in = signing_in(house)
    router = APIRouter(dependencies=[Depends(signed_in)], tags=["ledger"])
    _own(router, house, signed_in)
    _of_somebody(router, house, signed_in)
    _of_the_house(router, house, signed_in)
    return router


def _own(router: APIRouter, house: House, signed_in: SigningIn) -> None:
    @router.get("/disclosures", tags=["disclosures"])
    def disclosures(
        acting: Annotated[Acting, Depends(signed_in)], after: After = None, limit: Limit = None
    ) -> dict[str, object]:
        """Return what the own organisation saw, or was refused, by the task of the session; in order of the log."""
        question = OfParticipant(
            org=acting.org, task=acting.task, after=_place(after), limit=_limit(house, limit), named="recipient_org"
        )
        return _answer(house, acting, question, OWN_PURPOSE)


def _of_somebody(router: APIRouter, house: House, signed_in: SigningIn) -> None:
    @router.get("/ledger/subjects/{subject}")
    def of_subject(
        subject: UUID,
        acting: Annotated[Acting, Depends(signed_in)],
        purpose: Purpose = None,
        after: After = None,
        limit: Limit = None,
    ) -> dict[str, object]:
        """Return who saw which data of a person, from whom, for which purpose, on what ground and when."""
        question = OfSubject(subject=subject, after=_place(after), limit=_limit(house, limit))
        return _answer(house, acting, question, purpose)

    @router.get("/ledger/participants/{org}")
    def of_participant(
        org: Named,
        acting: Annotated[Acting, Depends(signed_in)],
        purpose: Purpose = None,
        after: After = None,
        limit: Limit = None,
    ) -> dict[str, object]:
        """Return what an organisation saw, and on behalf of whom; asked by itself, by the task of the session alone."""
        task = acting.task if org == acting.org else None
        question = OfParticipant(org=org, task=task, after=_place(after), limit=_limit(house, limit))
        return _answer(house, acting, question, purpose)

    @router.get("/ledger/participants/{org}/sight")
    def could_see(
        org: Named, at: str, acting: Annotated[Acting, Depends(signed_in)], purpose: Purpose = None
    ) -> dict[str, object]:
        """Return what an organisation could see at a moment, or at the end of a day, as authorised then."""
        try:
            moment = read_moment(at)
        except ValueError:
            raise Misread("BAD_VALUE", "at") from None
        return _answer(house, acting, as_of(house, org, moment), purpose)

    @router.get("/ledger/items/{item}")
    def of_item(
        item: UUID,
        acting: Annotated[Acting, Depends(signed_in)],
        purpose: Purpose = None,
        version: Annotated[int | None, Query(ge=1, le=10_000)] = None,
    ) -> dict[str, object]:
        """Return which recipients ever got an item, in one version when asked."""
        return _answer(house, acting, OfItem(item=item, version=version), purpose)


def _of_the_house(router: APIRouter, house: House, signed_in: SigningIn) -> None:
    @router.get("/ledger/purposes/{wanted}")
    def of_purpose(
        wanted: Named,
        first: Month,
        last: Month,
        acting: Annotated[Acting, Depends(signed_in)],
        purpose: Purpose = None,
    ) -> dict[str, object]:
        """Return how often data went to each organisation for a purpose, by kind, from one month to another."""
        return _answer(house, acting, OfPurpose(purpose=wanted, first=first, last=last), purpose)

    @router.get("/ledger/refusals")
    def refusals(
        acting: Annotated[Acting, Depends(signed_in)],
        purpose: Purpose = None,
        first: date | None = None,
        last: date | None = None,
        code: Code = None,
        after: After = None,
        limit: Limit = None,
    ) -> dict[str, object]:
        """Return how many requests were refused, by code; and those of one code when it is named."""
        start, end = period(house, first, last)
        question = Refusals(first=start, last=end, reason_code=code, after=_place(after), limit=_limit(house, limit))
        return _answer(house, acting, question, purpose)

    @router.get("/ledger/without-basis")
    def without_basis(acting: Annotated[Acting, Depends(signed_in)], purpose: Purpose = None) -> dict[str, object]:
        """Return what was seen without a recorded purpose or ground. There must be none."""
        return _answer(house, acting, WithoutBasis(), purpose)

    @router.get("/ledger/gaps")
    def what_is_missing(
        acting: Annotated[Acting, Depends(signed_in)],
        purpose: Purpose = None,
        first: date | None = None,
        last: date | None = None,
        org: Code = None,
    ) -> dict[str, object]:
        """Return what is missing: numbers, receipts and pairs; with the totals per day."""
        start, end = period(house, first, last)
        return _answer(house, acting, gaps(house, start, end, org), purpose)


def _answer(house: House, acting: Acting, question: Question, purpose: str | None) -> dict[str, object]:
    """Ask the ledger. Raises: Refusal; Unavailable."""
    return house.ledger_desk.ask(acting, question, purpose).document()


def _limit(house: House, limit: int | None) -> int:
    return limit or house.reference.term("ledger-page", house.clock.now()).value


def _place(text: str | None) -> Place | None:
    if text is None:
        return None
    try:
        return place_of(text)
    except ValueError:
        raise Misread("BAD_VALUE", "after") from None
