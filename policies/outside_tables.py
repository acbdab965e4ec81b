"""Whom the collaboration meets outside itself: third parties, other collaborations, supervisors (domain 5.1, 5.3)."""

from typing import Annotated

from pydantic import Field

from events.vocabulary import Code, Oin, OrgCode, Task
from policies.entries import Entry


class ThirdParty(Entry):
    """Somebody who is no participant and may receive a result, on an express ground only (domain 5.3)."""

    code: OrgCode
    name_nl: str
    what_nl: str
    """What they do, in a few words."""


class Collaboration(Entry):
    """Another collaboration of the act, or another house (domain 5.3)."""

    code: Code
    name_nl: str
    what_nl: str


class Supervisor(Entry):
    """Somebody who watches over the house and signs in with a number of its own (domain 5.1, kind TO_SUPERVISOR)."""

    code: OrgCode
    oin: Oin
    name_nl: str
    tasks: Annotated[tuple[Task, ...], Field(min_length=1)]
    content: bool
    """Whether it may be let into the content of a case; without it there are figures and reports only."""
