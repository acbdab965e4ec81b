"""Destroying keys: the fact first, then the keys; whatever a crash left half done is finished later (domain 5.5)."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from events.erasure import Burial, SubjectErased
from events.errors import Conflict, Refusal
from events.fact import Fact, Recorded
from events.receipt import Effect
from events.retention import CaseDestroyed
from events.submission import OriginalDestroyed
from events.vocabulary import CaseId, Code, LegalRef, SubjectId
from services.handling import Order
from services.ports import Clock, FactStore, KeyDestroyer
from services.workflow.engine import Workflow
from services.workflow.retention import DestroyCase

ERASURE: LegalRef = "AVG:erasure"
SUBJECT_ERASED: Code = "SUBJECT_ERASED"
ORIGINAL: Code = "REJECTED_ORIGINAL"
"""Ground in the erasure ledger of what belongs to no case: the original of a refused submission."""
TAKEN_BACK = timedelta(minutes=10)
"""How long a destruction may stand announced without its fact before it counts as one that never came to be."""


class Destruction:
    """Destroys cases that are due, and carries out what facts say is destroyed."""

    def __init__(self, workflow: Workflow, keys: KeyDestroyer, store: FactStore, clock: Clock) -> None:
        self._workflow, self._keys, self._store, self._clock = workflow, keys, store, clock

    def destroy(self, order: Order, command: DestroyCase) -> Effect:
        """Destroy one case. Raises: Refusal with NOT_DUE or ON_HOLD; Conflict; Unavailable; BadSetting; Corrupt."""

        return self.whole(order.case_id, lambda named: self._workflow.carry_out(order, command, complete=named))

    def whole(self, case_id: CaseId, tell: Callable[[Callable[[Fact], Fact]], Effect]) -> Effect:
        """Destroy a whole stream.

        Args:
            tell: carries the command out, with what it is given laid over its facts: it names the keys that die.
        Raises: as ``destroy``.
        """

        def named(fact: Fact) -> Fact:
            # Read at the moment of the decision: whoever adds a key with a value has changed the case by then.
            keys = self._keys.keys_of(case_id)
            return fact.model_copy(update={"keys": keys}) if isinstance(fact, CaseDestroyed) else fact

        return self.carry_out(case_id, None, lambda: tell(named))

    def carry_out(self, case_id: CaseId, subject_id: SubjectId | None, tell: Callable[[], Effect]) -> Effect:
        """Announce, let *tell* commit the facts, and destroy the keys of whatever they say is destroyed.

        Args:
            subject_id: the person who is erased; None for the whole case.
        """
        announced = self._keys.announce(case_id, subject_id)
        try:
            effect = tell()
        except (Refusal, Conflict):
            self._keys.take_back(announced)
            raise
        self._bury(effect.facts)
        return effect

    def adopt(self, destroyed: Iterable[CaseId]) -> None:
        """Write in the erasure ledger what was destroyed before there was one. Raises: Unavailable; Corrupt."""
        for case_id in destroyed:
            self._bury(self._store.history(case_id))

    def finish(self) -> None:
        """Carry out what was told by a fact and not done yet, and let what was deleted leave the disk.

        Raises: Unavailable; Corrupt.
        """
        for announced, case_id, subject_id, since in self._keys.announced():
            history = self._store.history(case_id)
            if any(_kills(one.fact, subject_id) for one in history):
                self._bury(history)
                self._keys.take_back(announced)
            elif self._clock.now() - since > TAKEN_BACK:
                self._keys.take_back(announced)
        self._keys.sweep()

    def _bury(self, facts: Iterable[Recorded]) -> None:
        burials = [burial for one in facts if (burial := burial_of(one)) is not None]
        # Whole cases first: as long as the person's own destruction stands announced, all of it is done again.
        for burial in sorted(burials, key=lambda one: one.subject_id is not None):
            self._keys.destroy(burial, self._clock.now())


def burial_of(recorded: Recorded) -> Burial | None:
    """Return how a destruction is remembered outside the database; None for a fact that destroys nothing."""
    fact, envelope = recorded.fact, recorded.envelope
    match fact:
        case SubjectErased():
            return Burial(
                fact_id=envelope.id,
                case_id=envelope.case_id,
                subject_id=fact.subject_id,
                ground=fact.ground,
                keys=fact.keys,
            )
        case CaseDestroyed():
            return Burial(fact_id=envelope.id, case_id=envelope.case_id, ground=ground_of(fact), keys=fact.keys or ())
        case OriginalDestroyed():
            return Burial(fact_id=envelope.id, case_id=envelope.case_id, ground=ORIGINAL, keys=fact.keys)
        case _:
            return None


def ground_of(fact: CaseDestroyed) -> Code:
    """Return why a case was destroyed: its term was over, or the person whom it is about was erased."""
    return SUBJECT_ERASED if fact.legal_ref == ERASURE else "RETENTION"


def _kills(fact: Fact, subject_id: SubjectId | None) -> bool:
    if subject_id is None:
        return isinstance(fact, CaseDestroyed | OriginalDestroyed)
    return isinstance(fact, SubjectErased) and fact.subject_id == subject_id
