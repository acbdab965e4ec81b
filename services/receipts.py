"""The other side of a disclosure: the recipient's own system confirms it, and both sides are paired (IHE BALP).

Which recipients owe a receipt is dated data (``policies.receipts``); until when stands in the disclosure's own fact.
"""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from events.correction import DataAccessed
from services.acting import Acting
from services.case_parts import CaseFile
from services.submission_replies import Id
from services.submission_shape import Shape
from services.submission_values import Filled, MomentText, TaskText, moment, text

DATA_ACCESSED = "nl.zvh.intake.data-accessed.v1"
PAIRED, UNPAIRED = "accessed", "unpaired"
"""Outcomes of a receipt: of a disclosure that the house knows, and of one that it does not know."""


class AccessTold(Shape):
    """The sender's own record that it got, or looked at, what was disclosed to it; never what it was."""

    case: Id
    disclosure: Id
    """From the sender's own feed."""
    access: Id
    """The sender's own name of this access: told again, it counts once."""
    accessed_at: MomentText
    stream_seq: Annotated[int, Field(strict=True, ge=1, le=2**53 - 1)]
    """The sender's own number of this access among all by this task, from 1, without gaps."""
    task: TaskText
    reporter: Filled | None = None
    on_behalf_of: Annotated[str, text()] | None = None


def knows(case: CaseFile, disclosure: UUID, acting: Acting) -> bool:
    """Say whether the case holds this disclosure, to this organisation for this task."""
    shown = case.disclosure(disclosure)
    return shown is not None and (shown.recipient_org, shown.recipient_task) == (acting.org, acting.task)


def receipt(told: AccessTold, acting: Acting, *, paired: bool) -> DataAccessed:
    """Return the fact of one receipt. One of an unknown disclosure is a fact too: somebody's record is wrong."""
    accessed_at = moment(told.accessed_at)
    return DataAccessed(
        occurred_at=accessed_at,
        legal_ref="AVG:accountability",
        access_id=told.access,
        disclosure_id=told.disclosure,
        recipient_org=acting.org,
        recipient_task=acting.task,
        recipient_person=acting.person,
        accessed_at=accessed_at,
        stream_seq=told.stream_seq,
        paired=paired,
    )
