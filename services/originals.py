"""The end of what was refused: the key of a rejected original goes after its term, for every copy (domain 5.5)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from events.fact import Fact
from events.submission import OriginalDestroyed, SubmissionRefused
from policies.reference import Reference
from services.acting import Acting
from services.case_file import CaseFile
from services.destruction import Destruction
from services.erasure import MakesOrders
from services.handling import Handling
from services.ports import KeyDestroyer

TERM = "rejected-original"
"""How long the original of a refused submission may be opened, from the moment that it was sealed."""
COMMAND = "DestroyOriginal"
ORIGINALS = UUID("b5a3a6c2-1f0e-5b6c-9a63-0f6f0d1f7c55")
"""Name space of the commands (UUIDv5): one per submission, whoever gives it and however often."""
MOST = 500
"""How many go in one round."""


class Originals:
    """Destroys rejected originals that are due. Safe to repeat, and on several machines at once."""

    def __init__(
        self,
        handling: Handling,
        destruction: Destruction,
        keys: KeyDestroyer,
        reference: Reference,
        order: MakesOrders,
        acting: Acting,
    ) -> None:
        self._handling, self._destruction, self._keys = handling, destruction, keys
        self._reference, self._order, self._acting = reference, order, acting

    def destroy_due(self) -> int:
        """Destroy what is due, at most ``MOST``, and return how many. Raises: Unavailable; BadSetting; Corrupt."""
        now = self._handling.clock.now()
        term = timedelta(days=self._reference.term(TERM, now).value)
        due = self._keys.originals(now - term, MOST)
        return sum(self._destroyed(submission, sealed_at + term) for submission, sealed_at in due)

    def _destroyed(self, submission: UUID, due: datetime) -> bool:
        history = self._handling.store.history(submission)
        if not any(isinstance(one.fact, SubmissionRefused) for one in history):
            return False

        def decided(_: CaseFile, now: datetime) -> Sequence[Fact]:
            keys = self._keys.keys_of(submission)
            return [OriginalDestroyed(occurred_at=now, legal_ref="AVG:storage-limitation", due=due, keys=keys)]

        order = self._order(COMMAND, self._acting, submission, submission, uuid5(ORIGINALS, str(submission)))
        self._destruction.carry_out(submission, None, lambda: self._handling.carry_out_plain(order, decided))
        return True
