"""Who acts, for which one organisation and which one task (domain 3: one session, one hat)."""

from dataclasses import dataclass

from events.vocabulary import Oin, OrgCode, Pseudonym, Task


@dataclass(frozen=True)
class Acting:
    """A person, or a part of the house, at work."""

    person: Pseudonym
    org: OrgCode
    oin: Oin
    task: Task
