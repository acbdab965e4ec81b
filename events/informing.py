"""Facts of telling the person that data are processed (domain 5.4)."""

from typing import ClassVar

from events.fact import Fact
from events.plan import Day
from events.sealed import Sealed
from events.vocabulary import Code, OrgCode


class SubjectInformed(Fact):
    """The person was told; a deferral ends with it. Source: domain 5.4; legal_ref "AVG:information"."""

    type_name: ClassVar[str] = "nl.zvh.cases.subject-informed.v1"

    on: Day
    by_org: OrgCode


class InformingDeferred(Fact):
    """Telling the person waits, on a ground, until a review. Each review is a fact of its own. Source: domain 5.4."""

    type_name: ClassVar[str] = "nl.zvh.cases.informing-deferred.v1"

    ground: Code
    reason: Sealed
    review_by: Day
