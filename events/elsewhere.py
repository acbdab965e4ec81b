"""The fact of looking whether a person is in another case of this house (domain 7, fourth challenge)."""

from typing import ClassVar

from events.fact import Codes, Fact


class ElsewhereChecked(Fact):
    """Somebody looked whether another room works on the same person; rooms are told, and nothing of the case there.

    Source: domain 7, house and chamber; legal_ref "AVG:minimisation".
    """

    type_name: ClassVar[str] = "nl.zvh.cases.elsewhere-checked.v1"

    found: Codes
    """Where a case of the person is live: LOCAL_CHAMBER, HOUSE, or RUN_UP before acceptance; empty when nowhere."""
    earlier: bool | None = None
    """Whether there was an earlier case that ended; None when nothing allowed to look (no known check was asked)."""
