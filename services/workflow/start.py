"""Starting an accepted case: a case director is named and the participants are listed, each until a date (domain 4)."""

from events.case import CaseStarted
from events.fact import Fact
from events.vocabulary import OrgCode, Pseudonym, Task
from services.guards import is_pseudonym, members
from services.workflow.scene import Scene, command


@command
class StartCase:
    """Name the case director and the participants, as (organisation, task)."""

    case_director: Pseudonym
    participants: tuple[tuple[OrgCode, Task], ...]

    def decide(self, scene: Scene) -> list[Fact]:
        """Start the case, or refuse (domain 4, command 11)."""
        is_pseudonym(self.case_director, scene.reference)
        return [
            CaseStarted(
                occurred_at=scene.now,
                legal_ref="WGS:authorisation",
                case_director=self.case_director,
                participants=members(self.participants, scene.reference, scene.now),
                authorised_until=scene.due("authorisation"),
            )
        ]
