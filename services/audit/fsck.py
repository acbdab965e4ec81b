"""The whole house checked from the bytes: store, log, commands, overviews and Kafka (law 6 of the house).

Only reads. What is committed while it runs is left for the next time: the database is seen as it was at the start.
Memory does not grow with the log: rows stream past, and what must be looked up later stands in a scratch file.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol

from events.stored import StoredFact
from services.audit.findings import Findings
from services.audit.fsck_cases import CaseRows, Taken, check_cases
from services.audit.fsck_facts import NumberedRows, Read, check_facts
from services.audit.fsck_ledger import LedgerCheck, LedgerRows
from services.audit.fsck_links import CounterRows, KeyRows, Links
from services.audit.fsck_log import LogCheck, LogRows, Trust
from services.audit.fsck_topic import IndexedRows, Topic, TopicCheck

EMBEDDED = "log"
"""Source of the overviews that follow the numbered log itself."""
TAIL = 20_000
"""Facts at the end of the log that a quick look takes; all of them when there are no more."""
WIDTH = 256


class Audited(NumberedRows, LogRows, CaseRows, LedgerRows, KeyRows, CounterRows, IndexedRows, Protocol):
    """The database, read only and as of one moment. All raise Unavailable."""

    def size(self) -> int:
        """Return how many facts are numbered."""
        ...

    def size_now(self) -> int:
        """Return how many facts are numbered by now, outside the snapshot."""
        ...

    def stored(self) -> int:
        """Return how many facts are stored."""
        ...

    def positions(self) -> Sequence[tuple[str, int]]:
        """Return (source, index of the last fact taken) of the overviews."""
        ...

    def feeds(self) -> int | None:
        """Return the index of the next fact to tell participants of; None when that is not kept."""
        ...


class AuditedTopic(Topic, Protocol):
    """Kafka, where there is one. All raise Unavailable."""

    def partition_of(self, case_id: str) -> int:
        """Return where the facts of a case belong."""
        ...

    def expected(self) -> int:
        """Return about how many records there are, for a bar."""
        ...


@dataclass(frozen=True)
class Checked:
    """What came of a check."""

    facts: int
    """Rows of the event store that were looked at."""
    whole: bool
    """Everything was looked at, and not the end alone."""
    findings: Findings
    waiting: Mapping[str, int]
    """What had not arrived everywhere yet when the check began: no difference, and no complete answer either."""
    told: Mapping[str, int] = field(default_factory=dict)
    """What is no difference and should be known."""
    compared: bool = True
    """The overviews were compared; they are not where they follow Kafka and Kafka was not asked."""

    @property
    def complete(self) -> bool:
        """Whether every fact of the store was held against everything that follows from it."""
        return self.whole and self.compared and not any(self.waiting.values())

    @property
    def sound(self) -> bool:
        """Whether nothing differs."""
        return not self.findings.counts


Progress = Callable[[str, int], AbstractContextManager[Callable[[], None]]]
"""Label and total in; a bar out that gives "one more done"."""


def fsck(
    store: Audited, topic: AuditedTopic | None, trust: Trust, progress: Progress, *, quick: bool = False
) -> Checked:
    """Check all there is; with *quick* the newest facts with their tiles and checkpoints, when there are very many.

    Raises: Unavailable; Corrupt never, since that is what it looks for.
    """
    findings, size = Findings(), store.size()
    first = max(size - TAIL, 0) // WIDTH * WIDTH if quick else 0
    whole, taken = first == 0, _taken(store, topic)
    log = LogCheck(store, trust, findings, first)
    ledger = LedgerCheck(store, findings, taken, first) if taken is not None else None
    waiting = {"unnumbered": 0, "unprojected": 0, "untold": 0}
    with Links(findings) as links:

        def seen(index: int, read: Read, row: StoredFact) -> None:
            if ledger is not None and taken is not None:
                ledger.take(index, read, row)
                waiting["unprojected"] += not taken(row.case_id, index)
            if whole:
                links.take(index, read, row)

        with progress("feiten en logboek", store.stored() - first) as step:
            counted = check_facts(store, log, findings, seen, step)
        log.end()
        if ledger is not None:
            ledger.end()
        waiting["unnumbered"] = counted.unnumbered
        told = {}
        if whole:
            links.end(store, store)
            told = {"before_decisions": links.before_decisions, "before_numbers": links.before_numbers}
            with progress("zaken en overzichten", counted.facts) as step:
                check_cases(store, findings, taken, step)
    _ahead(store, findings, size)
    if topic is not None and whole:
        check = TopicCheck(topic, store, findings, size)
        with progress("Kafka", topic.expected()) as step:
            check.run(step)
        check.end(store.size_now())
        waiting["untold"] = check.untold
    return Checked(counted.facts, whole, findings, waiting, told, compared=taken is not None)


def document(checked: Checked) -> dict[str, object]:
    """Return the outcome as JSON."""
    return {
        "complete": checked.complete,
        "facts": checked.facts,
        "differences": [{"kind": one.kind, "where": one.where, "says": one.says} for one in checked.findings],
        "counts": dict(checked.findings.counts),
        "not_listed": checked.findings.more,
        "waiting": dict(checked.waiting),
        "told": dict(checked.told),
    }


def _taken(store: Audited, topic: AuditedTopic | None) -> Taken | None:
    """Return what says whether the overviews have taken a fact, by the positions that they keep.

    None where they follow Kafka and Kafka was not asked: nobody can say then on which partition a case is.
    """
    last = dict(store.positions())
    if not last:
        return lambda case_id, index: False
    if EMBEDDED in last:
        return lambda case_id, index: index <= last[EMBEDDED]
    if topic is None:
        return None
    by_partition = {int(source.rpartition(":")[2]): index for source, index in last.items()}
    return lambda case_id, index: index <= by_partition.get(topic.partition_of(case_id), -1)


def _ahead(store: Audited, findings: Findings, size: int) -> None:
    for source, last in store.positions():
        if last >= size:
            findings.add("views_ahead", f"overzichten: {source}", f"Zij zijn bij feit {last}; er zijn er {size}.")
    feeds = store.feeds()
    if feeds is not None and feeds > size:
        findings.add("feeds_ahead", "berichten aan deelnemers", f"Zij zijn bij feit {feeds}; er zijn er {size}.")


def nothing_shown(label: str, total: int) -> AbstractContextManager[Callable[[], None]]:
    """Show no progress."""
    return nullcontext(lambda: None)
