"""Deciding a command in a test: the facts it would make, without a database."""

from datetime import datetime
from itertools import count
from uuid import UUID

import pytest

from events.errors import Refusal
from events.fact import Fact
from events.sealed import Sealed
from policies.engine import Policies
from policies.reference import Reference
from services.acting import Acting
from services.case_file import CaseFile, case_file
from services.workflow.engine import decide
from services.workflow.scene import Command, Ids, Scene
from tests.facts import (
    ACCEPTED,
    AFTERCARE,
    AGREED,
    ASSESSED,
    CASE,
    CLOSED,
    CONFIRMED,
    ESCALATED,
    EVALUATED,
    HOUSE_OIN,
    MONITORING,
    NOON,
    PLAN,
    POLICE_OIN,
    PROPOSED,
    SEALED,
    STARTED,
    SUBMITTED,
    TRIAGE_OPENED,
    history,
)

REFERENCE = Reference.load()
POLICIES = Policies.load(REFERENCE)
DIRECTOR = Acting("p-00000000000000dd", "HOUSE_STAFF", HOUSE_OIN, "process-direction")
HOUSE_DIRECTOR = Acting("p-00000000000000de", "HOUSE_STAFF", HOUSE_OIN, "process-direction")
SUPPORT = Acting("p-00000000000000da", "HOUSE_STAFF", HOUSE_OIN, "process-support")
COORDINATOR = Acting("p-00000000000000db", "HOUSE_STAFF", HOUSE_OIN, "local-coordination")
MANAGER = Acting("p-00000000000000dc", "HOUSE_STAFF", HOUSE_OIN, "chain-management")
PRIVACY = Acting("p-00000000000000df", "HOUSE_STAFF", HOUSE_OIN, "privacy-office")
CLOCK = Acting("scheduler", "HOUSE_STAFF", HOUSE_OIN, "scheduler")
OFFICER = Acting("p-0123456789abcdef", "POLICE", POLICE_OIN, "police-task")
"""Works for the police, and directs the case of ``tests.facts.STARTED``."""

IN_TRIAGE = (SUBMITTED, TRIAGE_OPENED)
STARTING = (*IN_TRIAGE, ASSESSED, ACCEPTED)
IN_CONSULTATION = (*STARTING, STARTED)
"""In the local chamber, with police (the case director's) and Safe Home until ``tests.facts.LATER``."""
PLANNED = (*IN_CONSULTATION, PLAN, CONFIRMED, AGREED)
MONITORED = (*PLANNED, MONITORING)
IN_AFTERCARE = (*MONITORED, EVALUATED, AFTERCARE)
ENDED = (*IN_CONSULTATION, CLOSED)
IN_THE_HOUSE = (*IN_CONSULTATION, PROPOSED, ESCALATED)


def given(*facts: Fact) -> CaseFile:
    """Return the case after these facts."""
    return case_file(CASE, history(*facts))


def acting_for(org: str, task: str, person: str = "p-00000000000000aa") -> Acting:
    """Return somebody who works for an admitted organisation."""
    participant = REFERENCE.participant(org, NOON)
    assert participant is not None
    return Acting(person, org, participant.oin, task)


def scene_of(case: CaseFile, acting: Acting, now: datetime = NOON, reference: Reference = REFERENCE) -> Scene:
    """Return a scene that seals with a fixed box and draws ids that count from 1."""
    numbers = count(1)

    def seal(subject: UUID, fact: UUID, field: str, value: bytes) -> Sealed:
        return SEALED

    policies = POLICIES if reference is REFERENCE else Policies.load(reference)
    return Scene(case, acting, reference, policies, now, Ids(lambda: UUID(int=next(numbers))), seal)


def decided(
    command: Command,
    case: CaseFile,
    acting: Acting = DIRECTOR,
    now: datetime = NOON,
    reference: Reference = REFERENCE,
) -> list[Fact]:
    """Return the facts of *command*, stage, room and mandate held first. Raises: Refusal."""
    return decide(command, scene_of(case, acting, now, reference))


def refused(
    command: Command,
    case: CaseFile,
    acting: Acting = DIRECTOR,
    now: datetime = NOON,
    reference: Reference = REFERENCE,
) -> Refusal:
    """Return the refusal of *command*; a command that passes fails the test."""
    with pytest.raises(Refusal) as caught:
        decided(command, case, acting, now, reference)
    return caught.value
