"""The fact before any sharing: an organisation has a worry about somebody (domain 2 and 4, command 1)."""

from typing import ClassVar

from events.fact import Fact, Instant
from events.sealed import Sealed
from events.vocabulary import Code, OrgCode, SubjectId, Task


class SignalRegistered(Fact):
    """A worry at one organisation was written down. It stays there: nobody else sees it before a referral.

    Source: domain 4, command 1; the ground is the law of that organisation.
    """

    type_name: ClassVar[str] = "nl.zvh.cases.signal-registered.v1"

    org: OrgCode
    org_task: Task
    channel: Code
    """Channel through which it came to the organisation (domain 4.3)."""
    regime: Code
    subject_id: SubjectId
    worry: Sealed
    due: Instant
    """Until when the organisation may be expected to refer or to let go; the term in force was applied."""
