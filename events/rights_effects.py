"""Facts of what a right of a person does in one case: handled, corrected, locked, kept back for now (domain 5.6)."""

from typing import Annotated, ClassVar

from pydantic import Field

from events.fact import Fact, Part
from events.plan import Day
from events.referral import Item
from events.rights import Right
from events.sealed import Sealed
from events.vocabulary import Code, FactId, OrgCode, SubjectId, Task


class RightsHandlingOpened(Fact):
    """A request of a person in this case is being handled; the contact point may read that person's data for it."""

    type_name: ClassVar[str] = "nl.zvh.rights.handling-opened.v1"

    request_id: FactId
    subject_id: SubjectId
    right: Right


class RightsHandlingEnded(Fact):
    """The request was answered, refused or taken back; the reason to read for it is gone. Source: domain 5.6."""

    type_name: ClassVar[str] = "nl.zvh.rights.handling-ended.v1"

    request_id: FactId


class ItemRectified(Fact):
    """The source of an item corrected it: a new version. The earlier ones stay as they were seen.

    Source: domain 5.6; legal_ref "AVG:rectification".
    """

    type_name: ClassVar[str] = "nl.zvh.rights.item-rectified.v1"

    request_id: FactId | None = None
    """None when the source found the mistake itself."""
    item: Item


class StatementAdded(Fact):
    """The person's own statement stands beside an opinion, and is shown to whoever may see the opinion.

    Source: domain 5.6, "opinion is corrected by adding a statement"; legal_ref "AVG:rectification".
    """

    type_name: ClassVar[str] = "nl.zvh.rights.statement-added.v1"

    request_id: FactId
    about: FactId
    """The item with the opinion."""
    item: Item


class ProcessingRestricted(Fact):
    """Items were locked for all but whoever handles the rights of the person. Source: domain 5.6; "AVG:restriction"."""

    type_name: ClassVar[str] = "nl.zvh.rights.processing-restricted.v1"

    restriction_id: FactId
    request_id: FactId
    items: Annotated[tuple[FactId, ...], Field(min_length=1)]
    ground: Code
    """From the dated list ``restriction-ground``."""


class RestrictionLifted(Fact):
    """The lock went off, after the person was told. Source: AVG 18(3); legal_ref "AVG:restriction"."""

    type_name: ClassVar[str] = "nl.zvh.rights.restriction-lifted.v1"

    restriction_id: FactId
    told_on: Day


class EntryNamed(Part):
    """One entry of what was done with the data: an item, or one disclosure of it."""

    item_id: FactId | None = None
    disclosure_id: FactId | None = None


class EntriesWithheld(Fact):
    """The right controller keeps entries from the person for now (confidentiality CONFIDENTIAL).

    Never automatic: it has a ground, a decider and a day on which it is looked at again. Source: domain 5.6,
    exceptions; legal_ref "AVG:exceptions".
    """

    type_name: ClassVar[str] = "nl.zvh.rights.entries-withheld.v1"

    withholding_id: FactId
    subject_id: SubjectId
    """From whom they are kept."""
    entries: Annotated[tuple[EntryNamed, ...], Field(min_length=1)]
    ground: Code
    """From the dated list ``withholding-ground``."""
    reason: Sealed
    decided_for: OrgCode
    decided_task: Task
    review_by: Day


class WithholdingReviewed(Fact):
    """The controller looked again, and the entries stay withheld until a next review. Source: domain 5.6."""

    type_name: ClassVar[str] = "nl.zvh.rights.withholding-reviewed.v1"

    withholding_id: FactId
    reason: Sealed
    review_by: Day


class WithholdingLifted(Fact):
    """The reason is gone: the entries are visible to the person from here on (confidentiality LIFTED)."""

    type_name: ClassVar[str] = "nl.zvh.rights.withholding-lifted.v1"

    withholding_id: FactId
