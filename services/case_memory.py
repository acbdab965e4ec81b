"""The cases as their facts tell them, remembered: of a case looked at lately, only what was written since is read."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from events.fact import Recorded
from events.vocabulary import CaseId, FactId
from services.case_file import CaseFile, evolve
from services.ports import FactStore

REMEMBERED = 1_000
"""Cases that are remembered; of another the whole history is read."""


@dataclass(frozen=True)
class _Known:
    case: CaseFile
    newest: FactId
    """The last fact that the case holds."""


class CaseMemory:
    """Returns cases. Safe from several threads. The store is asked each time, so no answer is old.

    What is remembered is forgotten, and the case told from its start, when its newest fact is not where it was: the
    store was restored from a backup.
    """

    def __init__(self, store: FactStore, remembered: int = REMEMBERED) -> None:
        self._store, self._remembered = store, remembered
        self._lock = threading.Lock()
        self._known: OrderedDict[CaseId, _Known] = OrderedDict()

    def case(self, case_id: CaseId, until: int | None = None) -> CaseFile:
        """Return a case as it is, or as it was after its fact with the sequence *until*. Raises: Unavailable."""
        with self._lock:
            known = self._known.get(case_id)
        if known is not None and (until is None or known.case.sequence <= until):
            # The newest fact that is known comes along, to see that it still stands.
            facts = self._store.history(case_id, known.case.sequence - 1, until)
            if facts and facts[0].envelope.id == known.newest:
                return self._remember(known.case, facts[1:])
            with self._lock:
                self._known.pop(case_id, None)
        return self._remember(CaseFile(case_id), self._store.history(case_id, 0, until))

    def _remember(self, before: CaseFile, fresh: Sequence[Recorded]) -> CaseFile:
        case = reduce(evolve, fresh, before)
        with self._lock:
            known = self._known.get(case.case_id)
            if fresh and (known is None or known.case.sequence < case.sequence):
                self._known[case.case_id] = _Known(case, fresh[-1].envelope.id)
            if case.case_id in self._known:
                self._known.move_to_end(case.case_id)
            if len(self._known) > self._remembered:
                self._known.popitem(last=False)
        return case
