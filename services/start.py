"""Starting an accepted case: a case director is named and the participants are listed, each until a date (domain 4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from events.case import CaseStarted
from events.fact import Fact
from events.receipt import Effect
from events.vocabulary import OrgCode, Pseudonym, Task
from policies.reference import Reference
from services.acting import Acting
from services.case_file import CaseFile
from services.guards import is_pseudonym, members, staff_acts, stage_allows
from services.handling import Handling, Order


@dataclass(frozen=True)
class StartCase:
    """Name the case director and the participants, as (organisation, task)."""

    case_director: Pseudonym
    participants: tuple[tuple[OrgCode, Task], ...]


def decide_start(case: CaseFile, command: StartCase, acting: Acting, reference: Reference, now: datetime) -> list[Fact]:
    """Start the case, or refuse (domain 4, command 11)."""
    stage_allows("StartCase", case, reference)
    staff_acts(acting, reference, now)
    is_pseudonym(command.case_director, reference)
    return [
        CaseStarted(
            occurred_at=now,
            legal_ref="WGS:authorisation",
            case_director=command.case_director,
            participants=members(command.participants, reference, now),
            authorised_until=now + timedelta(days=reference.term("authorisation", now).value),
        )
    ]


class Start:
    """Carries out the start of a case."""

    def __init__(self, handling: Handling, reference: Reference) -> None:
        self._handling, self._reference = handling, reference

    def start(self, order: Order, command: StartCase) -> Effect:
        """Start the case. Raises: Refusal, Conflict, Unavailable."""
        return self._handling.carry_out_plain(
            order, lambda case, now: decide_start(case, command, order.acting, self._reference, now)
        )
