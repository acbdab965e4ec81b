"""Facts of supervision: a supervisor is let into one case for a while (domain 5.1, kind TO_SUPERVISOR; domain 6)."""

from typing import ClassVar

from events.fact import Fact, Instant
from events.sealed import Sealed
from events.vocabulary import Code, FactId, OrgCode, Task


class SupervisionOpened(Fact):
    """A supervisor may look into this case until a moment. Source: domain 5.1; legal_ref "AVG:accountability"."""

    type_name: ClassVar[str] = "nl.zvh.supervision.supervision-opened.v1"

    supervision_id: FactId
    supervisor: OrgCode
    """From the dated table of supervisors."""
    supervisor_task: Task
    ground: Code
    reason: Sealed
    until: Instant


class SupervisionEnded(Fact):
    """The supervisor has no access to this case any more. Source: domain 5.1."""

    type_name: ClassVar[str] = "nl.zvh.supervision.supervision-ended.v1"

    supervision_id: FactId
