"""The duty of secrecy: a notice with all that is shown, and each person's own acceptance (domain 1, secrecy)."""

from datetime import datetime

from events.confidentiality import ConfidentialityAccepted
from events.fact import Fact
from events.vocabulary import LegalRef
from policies.reference import Reference
from services.workflow.scene import Scene, command

SECRECY: LegalRef = "WGS:secrecy"


@command
class AcceptConfidentiality:
    """Whoever acts accepts the duty of secrecy for this case."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Record it once for each person, organisation and task."""
        acting = scene.acting
        if (acting.person, acting.org, acting.task) in scene.case.bound:
            raise scene.refuse("ALREADY_ANSWERED")
        return [
            ConfidentialityAccepted(
                occurred_at=scene.now, legal_ref=SECRECY, person=acting.person, org=acting.org, org_task=acting.task
            )
        ]


def notice_of_secrecy(reference: Reference, now: datetime) -> str:
    """Return the notice that goes with all that is shown, in the words of the day."""
    found = reference.legal_ref(SECRECY, now)
    return found.text_nl if found else ""
