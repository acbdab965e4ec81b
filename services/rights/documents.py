"""What the doors show of a request, as JSON, over HTTP and on the command line. Codes and numbers, no values."""

from collections.abc import Iterable
from datetime import datetime

from events.fact import rfc3339
from events.vocabulary import OrgCode
from policies.reference import Reference
from services.acting import Acting
from services.case_file import CaseFile
from services.rights.account import account_document
from services.rights.contact_point import Made
from services.rights.controllers import controller_of
from services.rights.copy_wording import CopiedItem
from services.rights.request import RequestFile
from services.standing import hidden_items

WHOLE = frozenset({"CONTACT_POINT", "PRIVACY_OFFICER"})
"""Roles of the house that see a whole request."""


def sees_whole(acting: Acting, reference: Reference, now: datetime) -> bool:
    """Say whether whoever acts sees every part of every request."""
    return reference.staff_role(acting.org, acting.task, now) in WHOLE


def has_part(request: RequestFile, acting: Acting) -> bool:
    """Say whether whoever acts is of a controller with something to decide in the request."""
    part = request.parts.get(acting.org)
    return part is not None and part.has_data


def request_line(request: RequestFile, now: datetime) -> dict[str, object]:
    """Return one line of a list of requests."""
    return {
        "request_id": str(request.request_id),
        "right": request.right.value,
        "received_at": rfc3339(request.received_at),
        "due": rfc3339(request.due),
        "late": is_late(request, now),
        "ending": request.ending,
    }


def is_late(request: RequestFile, now: datetime) -> bool:
    """Say whether the request should have been answered by now and was not."""
    return request.ending is None and now >= request.due


def request_document(
    request: RequestFile, cases: Iterable[CaseFile], reference: Reference, now: datetime, only: OrgCode | None = None
) -> dict[str, object]:
    """Return a request as it stands, with the items that it can be about, by number and kind.

    Args:
        only: the one controller that looks: its own part, and the items for which it answers.
    """
    whole = only is None
    return {
        **request_line(request, now),
        "subject_id": str(request.subject_id) if whole else None,
        "by": request.by,
        "capacity": request.capacity,
        "identified": request.may_act,
        "extended": request.extended,
        "outcome": request.outcome.value if request.outcome else None,
        "parts_due": rfc3339(request.parts_due) if request.parts_due else None,
        "parts": [
            {
                "controller": one.controller,
                "has_data": one.has_data,
                "outcome": one.outcome.value if one.outcome else None,
                "ground": one.ground,
            }
            for one in request.parts.values()
            if whole or one.controller == only
        ],
        "cases": [str(one) for one in request.cases],
        "items": [
            {
                "case_id": str(case.case_id),
                "item_id": str(placed.item.item_id),
                "category": placed.item.category,
                "version": placed.item.version,
                "provider": placed.item.provider_org,
                "controller": answers,
                "asked_about": (case.case_id, placed.item.item_id) in request.items,
                "restricted": placed.item.item_id in case.restricted,
                "withheld": placed.item.item_id in hidden,
            }
            for case in cases
            for hidden in (hidden_items(case),)
            for placed in case.items.values()
            if placed.item.subject_id == request.subject_id
            for answers in (controller_of(placed.item.provider_org, reference, now),)
            if whole or answers == only
        ],
        "report": _report(request) if whole else None,
        "remedies": [
            {"remedy_id": str(one.remedy_id), "kind": one.kind, "filed_on": one.filed_on}
            for one in request.remedies.values()
        ],
    }


def made_document(made: Made, copied: Iterable[CopiedItem] | None = None) -> dict[str, object]:
    """Return an account as JSON, with its number and digest, and with the data themselves when they go along."""
    document = {**account_document(made.account), "report_id": str(made.fact.report_id), "digest": made.fact.digest}
    if copied is None:
        return document
    values = [
        {
            "item_id": str(one.item_id),
            "category": one.category,
            "provider_org": one.provider_org,
            "content": dict(one.content),
        }
        for one in copied
    ]
    return {**document, "copy": values}


def _report(request: RequestFile) -> dict[str, object] | None:
    found = request.report
    if found is None:
        return None
    return {
        "report_id": str(found.report_id),
        "made_at": rfc3339(found.occurred_at),
        "complete": found.complete,
        "shown": found.shown,
        "withheld": [{"ground": one.ground, "entries": one.entries} for one in found.withheld],
        "digest": found.digest,
    }
