"""The matrix of kinds of data: the words of a category spelled out as organisations, domains and tasks (domain 5.2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from events.vocabulary import Code, OrgCode, Task
from policies.tables import Category, Participant


@dataclass(frozen=True)
class MatrixRow:
    """Who may provide one category, and who reads it in an accepted case (domain 5.2)."""

    category: Code
    providers: tuple[OrgCode, ...]
    all_read: bool
    public_controllers_read: bool
    domains: tuple[Code, ...]
    """Whoever works in one of these domains reads it."""
    organisations: tuple[OrgCode, ...]
    tasks: tuple[Task, ...]
    excluded: tuple[OrgCode, ...]
    """Read it never without a decision per item, whatever else the row says."""
    per_item: tuple[OrgCode, ...]
    """May read it by a decision for that item and that recipient."""


def row_of(category: Category, everybody: tuple[OrgCode, ...]) -> MatrixRow:
    """Return the row of *category*, its words read for *everybody* who takes part on that day."""

    def organisations(words: Sequence[str]) -> tuple[OrgCode, ...]:
        return tuple(one for one in everybody if "ALL" in words or f"ORG:{one}" in words)

    named = tuple(word for word in category.readers if word != "ALL")
    return MatrixRow(
        category=category.code,
        providers=organisations(category.providers),
        all_read="ALL" in category.readers,
        public_controllers_read="PUBLIC_CONTROLLER" in category.readers,
        domains=tuple(word.removeprefix("DOMAIN:") for word in named if word.startswith("DOMAIN:")),
        organisations=organisations(named),
        tasks=tuple(word.removeprefix("TASK:") for word in named if word.startswith("TASK:")),
        excluded=organisations(category.excluded),
        per_item=organisations(category.per_item),
    )


def reads(row: MatrixRow, participant: Participant, task: Task) -> bool:
    """Say whether a participant, for this task, reads the category in an accepted case by standing permission."""
    named = (
        row.all_read
        or (row.public_controllers_read and participant.public and participant.controller)
        or participant.domains.get(task) in row.domains
        or participant.code in row.organisations
        or task in row.tasks
    )
    return named and participant.code not in row.excluded


def may_get(row: MatrixRow, participant: Participant, task: Task) -> bool:
    """Say whether the category may ever reach a participant for this task: by the matrix, or item by item."""
    return participant.code in row.per_item or reads(row, participant, task)
