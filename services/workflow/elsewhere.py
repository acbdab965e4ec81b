"""Whether another room works on the same person: yes or no per room, and nothing of what is there (domain 7)."""

from events.elsewhere import ElsewhereChecked
from events.fact import Fact
from events.vocabulary import Stage
from services.workflow.scene import Scene, command

RUN_UP = "RUN_UP"
BEFORE = (Stage.REFERRED, Stage.RETURNED, Stage.IN_TRIAGE)
ENDED = (Stage.NOT_ACCEPTED, Stage.CLOSED)
HIDDEN = (Stage.SIGNALLED, Stage.DESTROYED)
"""A signal stays with its organisation, and what was destroyed is gone: neither is ever told."""


@command
class CheckElsewhere:
    """Look whether the person of this case is in another case of the house."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Record what was found. An earlier case shows only once a known check was asked in this one (domain 4)."""
        others = scene.elsewhere(scene.case.subject.subject_id, scene.case.case_id)
        live = [one for one in others if one.stage not in (*ENDED, *HIDDEN)]
        found = {RUN_UP if one.stage in BEFORE or one.room is None else one.room.value for one in live}
        may_look_back = bool(scene.case.everybody_asked())
        earlier = any(one.stage in ENDED for one in others) if may_look_back else None
        return [
            ElsewhereChecked(
                occurred_at=scene.now, legal_ref="AVG:minimisation", found=tuple(sorted(found)), earlier=earlier
            )
        ]
