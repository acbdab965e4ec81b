"""Carries out the commands of the case, all in one way: access, stage and room, mandate, the command's own guards."""

from collections.abc import Callable, Sequence
from datetime import datetime

from events.fact import Fact
from events.receipt import Effect
from events.sealed import Sealed
from events.vocabulary import FactId, SubjectId
from policies.engine import Policies
from policies.reference import Reference
from services.acting import Acting
from services.case_file import CaseFile
from services.guards import stage_allows
from services.handling import Handling, Order
from services.ports import Elsewhere, Sealer
from services.workflow.consultation import RecordConsultation
from services.workflow.mandate import holds_mandate, still_has_access
from services.workflow.scene import Command, Ids, Scene, nowhere


def decide(command: Command, scene: Scene) -> list[Fact]:
    """Return the facts of one command, or refuse it. Same scene, same answer. Raises: Refusal."""
    name = type(command).__name__
    # First of all: whoever has no access any more learns nothing of how the case stands now.
    still_has_access(name, scene.case, scene.acting, scene.reference, scene.now)
    stage_allows(name, scene.case, scene.reference)
    holds_mandate(name, scene.case, scene.acting, scene.reference, scene.now)
    return command.decide(scene)


class Workflow:
    """Takes every command of the case."""

    def __init__(
        self,
        handling: Handling,
        sealer: Sealer,
        policies: Policies,
        reference: Reference,
        activate: Callable[[], None] = lambda: None,
        elsewhere: Elsewhere = nowhere,
    ) -> None:
        """Make it.

        Args:
            elsewhere: tells in which other cases of the house a person is.
            activate: sees to it that the set of policies stands in the log before it decides who sees what.
        """
        self._handling, self._sealer, self.cases = handling, sealer, handling.cases
        self._policies, self.reference, self._activate = policies, reference, activate
        self._elsewhere = elsewhere

    def carry_out(
        self,
        order: Order,
        command: Command,
        outcome: str = "done",
        complete: Callable[[Fact], Fact] = lambda fact: fact,
    ) -> Effect:
        """Carry out one command; given again under the same number it returns what it did.

        Args:
            complete: adds to a fact, just before it is written, what the command itself does not know.
        Raises: Refusal, on record in the case when there is one; Conflict; Unavailable.
        """

        if isinstance(command, RecordConsultation):
            self._activate()

        def decided(case: CaseFile, now: datetime) -> Sequence[tuple[FactId, Fact]]:
            scene = self.scene(case, order.acting, now)
            return [(scene.ids.fact(number), complete(fact)) for number, fact in enumerate(decide(command, scene))]

        return self._handling.carry_out(order, decided, outcome)

    def scene(self, case: CaseFile, acting: Acting, now: datetime) -> Scene:
        """Return the moment at which a command is decided."""

        def seal(subject_id: SubjectId, fact_id: FactId, field: str, value: bytes) -> Sealed:
            return self._sealer.seal(case.case_id, subject_id, fact_id, field, value)

        ids = Ids(self._handling.clock.new_id)
        return Scene(case, acting, self.reference, self._policies, now, ids, seal, self._elsewhere)
