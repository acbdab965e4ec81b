"""What somebody wants a bundle of, and whether that is not too much at once (BULK)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.vocabulary import CaseId, Code, OrgCode, SubjectId
from policies.reference import Reference
from services.acting import Acting

SEVERAL = "export-several"
"""List of roles in ``policies/reference_data/choices.toml``."""


@dataclass(frozen=True)
class Scope:
    """One case, one person, or what one organisation saw in a period."""

    kind: Literal["CASE", "SUBJECT", "PARTICIPANT"]
    purpose: Code
    case_id: CaseId | None = None
    subject_id: SubjectId | None = None
    org: OrgCode | None = None
    since: datetime | None = None
    """From this moment; None from the first record on."""
    until: datetime | None = None
    """Before this moment; None up to the newest record."""

    @property
    def subject_name(self) -> str | None:
        """The person's pseudonym as facts write it."""
        return None if self.subject_id is None else str(self.subject_id)


def few_enough(cases: Collection[str], acting: Acting, reference: Reference, now: datetime) -> None:
    """Be silent, or refuse who may not take so many *cases* out at once. Who may at all, the ledger decides.

    Raises: Refusal with BULK.
    """
    supervisor = reference.supervisor(acting.org, now)
    supervises = supervisor is not None and supervisor.oin == acting.oin and acting.task in supervisor.tasks
    role = reference.staff_role(acting.org, acting.task, now)
    if len(cases) > 1 and not supervises and role not in {one.code for one in reference.choices(SEVERAL, now)}:
        raise reference.refuse("BULK")
