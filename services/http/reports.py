"""Reports over HTTP: published editions for whoever is signed in, any edition for the roles of the table of reports.

The public gets editions that were published and no other: who may choose the place in the log could subtract one report
from the next and learn a single case.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from events.errors import BadSetting, NotFound
from events.oversight import ReportPublished
from projections.figures_period import Period
from services.acting import Acting
from services.bootstrap import House
from services.bootstrap.reporting import earlier_edition, editions, log_of, report_of, size_of
from services.http.reading import Misread
from services.http.session import SigningIn, signing_in
from services.reports.catalogue import REPORTS
from services.reports.make import Asked
from services.reports.model import Definition, Report
from services.reports.page import as_html
from services.reports.written import as_csv, as_json

Form = Literal["json", "csv", "html"]
WRITE: Mapping[Form, tuple[str, Callable[[Report], bytes]]] = {
    "json": ("application/json", as_json),
    "csv": ("text/csv; charset=utf-8", as_csv),
    "html": ("text/html; charset=utf-8", as_html),
}
KEPT = 32
"""Editions that are remembered: the same one never becomes another."""
Key = tuple[object, ...]


class Editions:
    """Makes one report at a time, and remembers the last ones."""

    def __init__(self, house: House) -> None:
        self._house, self._one_at_a_time = house, threading.Lock()
        self._made: OrderedDict[Key, bytes] = OrderedDict()

    def bytes_of(self, asked: Asked, size: int, form: Form) -> bytes:
        """Return an edition in one form. Raises: BadSetting; NotFound; Unavailable; Corrupt."""
        key = (asked.definition.id, asked.period.first, asked.period.last, asked.place, size, asked.since, form)
        with self._one_at_a_time:
            found = self._made.get(key)
            if found is None:
                report = report_of(self._house, asked, log_of(self._house, size)).report
                found = WRITE[form][1](report)
                if not report.complete:
                    return found  # what does not hold is shown as it is, and looked at anew the next time
                self._made[key] = found
                if len(self._made) > KEPT:
                    self._made.popitem(last=False)
            return found


def reports(house: House) -> APIRouter:
    """Return the routes of the reports."""
    router, signed_in, made = APIRouter(prefix="/reports", tags=["reports"]), signing_in(house), Editions(house)
    _list(router, house, signed_in)

    @router.get("/{name}")
    def report(
        request: Request,
        acting: Annotated[Acting, Depends(signed_in)],
        name: str,
        year: Annotated[int, Query(ge=1900, le=9998)],
        quarter: Annotated[int | None, Query(ge=1, le=4)] = None,
        chamber: str | None = None,
        at: Annotated[int | None, Query(ge=0)] = None,
        since: Annotated[int | None, Query(ge=0)] = None,
        form: Annotated[Form, Query(alias="format")] = "json",
    ) -> Response:
        """Return a report as JSON, CSV or HTML.

        Public reports are for whoever is signed in, as they were last published; others, and other editions, are for
        the roles that the table of reports names.
        """
        definition = _known(name)
        period = Period.of_quarter(year, quarter) if quarter else Period.of_year(year)
        if not _may_choose(house, definition, acting):
            edition = _published(house, definition, period, chosen=(at, since, chamber))
            at, since = edition.log_size, edition.since
        size = _newest(house) if at is None else at
        if since is None and _may_choose(house, definition, acting):
            since = earlier_edition(house, name, size)
        if chamber is not None and chamber not in {one.code for one in house.reference.places(house.clock.now())}:
            raise Misread("BAD_VALUE", "chamber")
        try:
            content = made.bytes_of(Asked(definition, period, since, chamber), size, form)
        except NotFound:
            raise HTTPException(404) from None
        except BadSetting:
            raise Misread(
                "BAD_VALUE", "quarter" if quarter else "chamber" if chamber is not None else "since"
            ) from None
        tag = f'"{hashlib.sha256(content).hexdigest()}"'
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=WRITE[form][0], headers=headers)

    return router


def _list(router: APIRouter, house: House, signed_in: SigningIn) -> None:
    @router.get("")
    def published(acting: Annotated[Acting, Depends(signed_in)]) -> dict[str, object]:
        """Return the reports that whoever asks may read, and the editions of them that were published."""
        readable = [one for one in REPORTS.values() if one.public or _may_choose(house, one, acting)]
        known = {one.name for one in readable}
        given = [one for one in editions(house, _newest(house)) if one.report in known]
        return {
            "reports": [
                {"name": one.name, "definition": one.id, "title": one.title, "public": one.public} for one in readable
            ],
            "editions": [
                {
                    "report": one.report,
                    "definition": one.definition,
                    "from": one.first_day,
                    "to": one.last_day,
                    "log_size": one.log_size,
                    "root_hash": one.root_hash,
                    "since": one.since,
                    "digest": one.digest,
                }
                for one in given
            ],
        }


def _newest(house: House) -> int:
    """Return the size of the newest checkpoint. Raises: HTTP 404 as long as nothing was signed."""
    try:
        return size_of(house)
    except NotFound:
        raise HTTPException(404) from None


def _known(name: str) -> Definition:
    definition = REPORTS.get(name)
    if definition is None:
        raise HTTPException(404)
    return definition


def _may_choose(house: House, definition: Definition, acting: Acting) -> bool:
    """Say whether whoever asks may read any edition: by its role, or as whom it is made for."""
    now = house.clock.now()
    right = house.reference.report(definition.name, now)
    if right is None:
        return False
    if acting.org == house.reference.staff.code:
        return house.reference.staff_role(acting.org, acting.task, now) in right.roles
    made_for = {one.code for one in house.reference.choices(f"report-{definition.name}", now)}
    return acting.org in made_for and house.reference.supervisor(acting.org, now) is not None


def _published(house: House, definition: Definition, period: Period, chosen: tuple[object, ...]) -> ReportPublished:
    """Return the last published edition of a public report. Raises: Refusal WRONG_HAT; HTTP 404 when there is none."""
    right = house.reference.report(definition.name, house.clock.now())
    if right is None or not right.public or any(one is not None for one in chosen):
        raise house.reference.refuse("WRONG_HAT")
    days = (period.first.isoformat(), period.last.isoformat())
    found = [
        one
        for one in editions(house, _newest(house))
        if (one.report, one.definition) == (definition.name, definition.id) and (one.first_day, one.last_day) == days
    ]
    if not found:
        raise HTTPException(404)
    return max(found, key=lambda one: one.log_size)
