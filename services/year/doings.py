"""What a step of a side story does: it acts through a door of the house, or has to wait."""

from collections.abc import Callable
from dataclasses import dataclass

from events.vocabulary import FactId, OrgCode
from services.case_file import CaseFile


@dataclass
class Course:
    """One side story on its way: what it holds on to from step to step."""

    request_id: FactId | None = None
    """The request of the person."""
    thing: FactId | None = None
    """The result, restriction, disclosure or question that it is about."""


Doing = Callable[[CaseFile, Course], bool]
"""Does one step; False when it has to wait for somebody. Raises: Refusal."""
Send = Callable[[OrgCode, bytes], None]
"""Lets an organisation send one event over its own line."""
