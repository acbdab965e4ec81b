"""Who works on a running case and who directs it, set anew: access is renewed, and no case is left undirected."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from events.case import AuthorisationRenewed, CaseDirectorNamed
from events.escalation import CaseEscalated
from events.fact import Fact
from services.acting import Acting
from services.case_file import CaseFile, Participation
from services.waiting import waiting
from services.workflow.escalation import AcceptEscalation
from services.workflow.mandate import roles_of
from services.workflow.plan import StartMonitoring
from services.workflow.scene import Command
from services.workflow.team import NameCaseDirector, RenewAuthorisation
from tests.facts import CASE, ESCALATED, LATER, NOON, POLICE, PROPOSED, REASSESSED, SAFE_HOME, STARTED
from tests.workflow import (
    COORDINATOR,
    DIRECTOR,
    IN_AFTERCARE,
    IN_CONSULTATION,
    IN_THE_HOUSE,
    MONITORED,
    OFFICER,
    PLANNED,
    REFERENCE,
    STARTING,
    SUPPORT,
    acting_for,
    decided,
    given,
    refused,
)

NURSE = acting_for("MENTAL_HEALTH", "treatment")
CARER = acting_for("SAFE_HOME", "safe-home")
RENEW = RenewAuthorisation((("POLICE", "police-task"), ("MENTAL_HEALTH", "treatment")), "Het plan loopt nog een jaar.")
NAME = NameCaseDirector(NURSE.person)
AFTER = LATER + timedelta(days=1)
"""After the access of everybody on the case ended."""
ALONE = AcceptEscalation(
    panel=(("PROSECUTION", "prosecution"), ("MENTAL_HEALTH", "treatment")),
    participants=(("SAFE_HOME", "safe-home"), ("MENTAL_HEALTH", "treatment")),
    items_along=frozenset(),
)
HOLDS = REASSESSED.model_copy(update={"failed": (), "breakthrough_holds": True, "close_by": None})


def renewed(command: RenewAuthorisation = RENEW, before: tuple[Fact, ...] = IN_CONSULTATION) -> AuthorisationRenewed:
    (fact,) = decided(command, given(*before), now=AFTER)
    assert isinstance(fact, AuthorisationRenewed)
    return fact


def roles(case: CaseFile, acting: Acting, now: datetime) -> frozenset[str]:
    return roles_of(case, acting, REFERENCE, now)


def test_access_that_ended_is_renewed_with_a_reason() -> None:
    """Given access that ended, a list anew gives it back until a new date, also to who joins (command 11)."""
    before, fact = given(*IN_CONSULTATION), renewed()
    assert "CASE_DIRECTOR" not in roles(before, OFFICER, AFTER)
    assert (fact.participants[0], fact.leaving) == (POLICE, (SAFE_HOME,))
    case = given(*IN_CONSULTATION, fact)
    assert {"CASE_DIRECTOR", "CASE_PARTICIPANT"} <= roles(case, OFFICER, AFTER)
    assert "CASE_PARTICIPANT" in roles(case, NURSE, AFTER)
    assert case.participants[0] == Participation(POLICE, fact.authorised_until)
    assert (case.stage, fact.authorised_until > AFTER + timedelta(days=364)) == ("IN_CONSULTATION", True)


def test_who_is_not_on_the_list_leaves_at_that_moment() -> None:
    """Given a list without Safe Home, its next step is AUTH_EXPIRED, while the access of the others runs on."""
    (fact,) = decided(RENEW, given(*IN_CONSULTATION))
    case, later = given(*IN_CONSULTATION, fact), NOON + timedelta(minutes=1)
    assert case.left == (Participation(SAFE_HOME, NOON),)
    assert "CASE_PARTICIPANT" not in roles(case, CARER, later)
    assert refused(StartMonitoring(date(2026, 4, 1)), case, CARER, later).code == "AUTH_EXPIRED"


@pytest.mark.parametrize("before", [IN_CONSULTATION, PLANNED, MONITORED, IN_AFTERCARE, IN_THE_HOUSE])
@pytest.mark.parametrize("command", [RENEW, NAME], ids=["renew", "name"])
def test_it_is_possible_as_long_as_participants_work_on_the_case(before: tuple[Fact, ...], command: Command) -> None:
    """Given each stage with participants, in both rooms, process direction may do it, and nobody else."""
    assert len(decided(command, given(*before))) == 1
    for acting in (OFFICER, SUPPORT, COORDINATOR):
        assert refused(command, given(*before), acting).code == "WRONG_HAT"


@pytest.mark.parametrize("command", [RENEW, NAME], ids=["renew", "name"])
def test_a_case_that_did_not_start_has_nobody_yet(command: Command) -> None:
    """Given an accepted case, starting it lists the participants and names the director."""
    assert refused(command, given(*STARTING)).code == "WRONG_STAGE"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"reason": "  "}, "NO_REASONING"),
        ({"participants": ()}, "MISSING_FIELD"),
        ({"participants": (("SCHOOL", "teaching"),)}, "NOT_PARTICIPANT"),
        ({"participants": (("POLICE", "treatment"),)}, "WRONG_HAT"),
        ({"participants": (("SAFE_HOME", "safe-home"),)}, "MISSING_FIELD"),
        ({"case_director": "Jan Jansen"}, "BAD_VALUE"),
    ],
    ids=["no reason", "nobody", "no participant", "another's task", "without the director", "a name"],
)
def test_what_a_list_anew_may_not_be(changed: dict[str, object], code: str) -> None:
    """Given no reason, a wrong list, or one without the director's organisation and no other director: refused."""
    assert refused(replace(RENEW, **changed), given(*IN_CONSULTATION)).code == code  # type: ignore[arg-type]


def test_a_list_without_the_director_names_another() -> None:
    """Given a list without the police, another case director is named with it."""
    command = replace(RENEW, participants=(("MENTAL_HEALTH", "treatment"),), case_director=NURSE.person)
    case = given(*IN_CONSULTATION, *decided(command, given(*IN_CONSULTATION)))
    assert "CASE_DIRECTOR" in roles(case, NURSE, NOON)
    assert "CASE_DIRECTOR" not in roles(case, OFFICER, NOON)


def test_another_director_directs_from_then_on() -> None:
    """Given another name, that person may agree the plan, when its organisation is on the case."""
    (fact,) = decided(NAME, given(*IN_THE_HOUSE))
    assert isinstance(fact, CaseDirectorNamed)
    assert given(*IN_THE_HOUSE, fact).case_director == NURSE.person
    assert refused(NameCaseDirector("Jan Jansen"), given(*IN_THE_HOUSE)).code == "BAD_VALUE"


@pytest.mark.parametrize(
    "before", [(*STARTING, PROPOSED, HOLDS), (*IN_CONSULTATION, PROPOSED, HOLDS)], ids=["never named", "left behind"]
)
def test_the_house_does_not_take_a_case_that_nobody_directs(before: tuple[Fact, ...]) -> None:
    """Given no director, or one whose organisation does not come along, the house names one as it takes the case."""
    refusal = refused(ALONE, given(*before))
    assert (refusal.code, "(case_director)" in refusal.says) == ("MISSING_FIELD", True)
    taken, named = decided(replace(ALONE, case_director=NURSE.person), given(*before))
    assert isinstance(taken, CaseEscalated)
    assert "CASE_DIRECTOR" in roles(given(*before, taken, named), NURSE, NOON)


def test_a_director_whose_organisation_comes_along_stays() -> None:
    """Given a list with the police, nobody is named and the director directs on."""
    along = replace(ALONE, participants=(("POLICE", "police-task"), ("MENTAL_HEALTH", "treatment")))
    before = (*IN_CONSULTATION, PROPOSED, HOLDS)
    (taken,) = decided(along, given(*before))
    assert given(*before, taken).case_director == OFFICER.person


def test_the_end_of_access_and_a_missing_director_are_work_for_process_direction() -> None:
    """Given a case that runs, the end of access has its day; a case taken without a director waits for one."""
    kinds = {one.kind: one for one in waiting(given(*IN_CONSULTATION))}
    assert (kinds["renew-authorisation"].about, kinds["renew-authorisation"].due) == (CASE, STARTED.authorised_until)
    assert "name-case-director" not in kinds
    undirected = (*STARTING, PROPOSED, ESCALATED)
    assert "name-case-director" in {one.kind for one in waiting(given(*undirected))}
    (named,) = decided(NAME, given(*undirected), DIRECTOR, datetime(2026, 3, 3, tzinfo=UTC))
    assert "name-case-director" not in {one.kind for one in waiting(given(*undirected, named))}
