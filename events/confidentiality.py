"""The fact that somebody took on the duty of secrecy for a case (geheimhouding)."""

from typing import ClassVar

from events.fact import Fact
from events.vocabulary import OrgCode, Pseudonym, Task


class ConfidentialityAccepted(Fact):
    """A person read the notice of secrecy and accepted it, for one organisation and task.

    Source: domain 1, safeguard "secrecy"; legal_ref "WGS:secrecy" (mark M).
    """

    type_name: ClassVar[str] = "nl.zvh.cases.confidentiality-accepted.v1"

    person: Pseudonym
    org: OrgCode
    org_task: Task
