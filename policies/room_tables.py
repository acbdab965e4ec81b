"""The tables of the rooms: which rooms there are, who may give which command, and the lists that people choose from."""

from typing import Annotated, Literal

from pydantic import Field

from events.vocabulary import Code, OrgCode, Room, Task
from policies.entries import Entry

Role = Literal[
    "PROCESS_DIRECTOR",
    "PROCESS_SUPPORT",
    "LOCAL_COORDINATOR",
    "CHAIN_MANAGER",
    "PRIVACY_OFFICER",
    "CONTACT_POINT",
    "SYSTEM",
    "CASE_DIRECTOR",
    "REFERRER",
    "ASKED",
    "CASE_PARTICIPANT",
    "PARTICIPANT",
    "CONTROLLER",
]
"""What somebody is in one case: the first seven by the task of the house's own people, the rest by case or table."""


class Place(Entry):
    """One room of this house, with the panel that usually weighs there."""

    code: Code
    room: Room
    name_nl: str
    panel: tuple[tuple[OrgCode, Task], ...]
    quorum: Annotated[int, Field(ge=1)] = 1
    """How many organisations of this panel must be at the table for a decision of this room.

    A decision about the rooms that names none, from before this was asked, stays as light as it was.
    """
    coordinators: tuple[Task, ...] = ()
    """Tasks of the house's own people who may take a case into this room, or propose it to the house; empty for all."""


class Mandate(Entry):
    """Who may give one command (domain 4, column "by")."""

    command: Annotated[str, Field(pattern="^[A-Z][A-Za-z]+$")]
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]


class Choice(Entry):
    """One line of a list that people choose from, such as the reasons to close a case."""

    list: Annotated[str, Field(pattern="^[a-z][a-z-]+$")]
    code: Code
    name_nl: str


class Setting(Entry):
    """One choice of the house that holds for all cases."""

    name: Annotated[str, Field(pattern="^[a-z][a-z-]+$")]
    value: Code


class RequiredPart(Entry):
    """A part that a referral must have: one item of this kind that has all these fields."""

    code: Code
    category: Code
    fields: Annotated[tuple[str, ...], Field(min_length=1)]


class ReportRight(Entry):
    """Who may read one report, in whatever edition, and whether it is made for the public (domain 6)."""

    code: Annotated[str, Field(pattern="^[a-z]{3,20}$")]
    public: bool
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
