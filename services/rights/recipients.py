"""Whom to tell when something happens to an item: exactly those who ever got it, and never what is in it (AVG 19)."""

from collections.abc import Callable, Iterable
from datetime import datetime

from events.correction import RecipientNotified
from events.vocabulary import Code, FactId
from services.case_parts import CaseFile


def notified(
    case: CaseFile, items: Iterable[FactId], what: Code, cause: FactId, new_id: Callable[[], FactId], at: datetime
) -> list[RecipientNotified]:
    """Return one notice for each organisation and task that got any of *items*, in any version.

    Who got an item is read from the disclosures of the case; the person itself is told in the answer.

    Args:
        what: RECTIFIED, ERASED, RESTRICTED, RESTRICTION_LIFTED or CORRECTED.
        cause: the fact from which the notices follow.

    Source: domain 5.6; legal_ref "AVG:rectification".
    """
    wanted = frozenset(items)
    return [
        RecipientNotified(
            occurred_at=at,
            legal_ref="AVG:rectification",
            notice_id=new_id(),
            recipient_org=org,
            recipient_task=task,
            what=what,
            items=tuple(dict.fromkeys(item.item_id for one in shown for item in one.items if item.item_id in wanted)),
            disclosures=tuple(one.disclosure_id for one in shown),
            cause=cause,
        )
        for (org, task), shown in case.recipients(wanted).items()
    ]
