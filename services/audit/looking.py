"""An export is a look at the ledger: decided and written down there, before anything is handed over (domain 5.8)."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from events.vocabulary import FactId
from policies.ledger_rights import Question as Code
from services.acting import Acting
from services.audit.scope import Scope
from services.bootstrap import House
from services.ledger_questions import Found, Question
from services.ledger_tables import LedgerTables

Looking = Callable[[Acting, Scope], FactId]
"""Decides on an export and writes it down; returns the id of the record of that look.

Raises: Refusal, with the refusal on record; LOG_UNAVAILABLE among them: no record, no bundle.
"""


class OfExport:
    """The question that an export is. The bundle is the answer, so the ledger itself finds nothing."""

    code: ClassVar[Code] = "EXPORT"
    task = item = at = None

    def __init__(self, scope: Scope) -> None:
        self.subject, self.org = scope.subject_id, scope.org

    @property
    def names(self) -> Mapping[str, object]:
        """See ``Question``."""
        return {}

    def find(self, tables: LedgerTables, upto: int) -> Found:
        """See ``Question``."""
        return Found()


def recorded_by(house: House) -> Looking:
    """Return the ledger's own record of looks."""

    def looking(acting: Acting, scope: Scope) -> FactId:
        question: Question = OfExport(scope)
        return house.ledger_desk.ask(acting, question, scope.purpose).consultation_id

    return looking
