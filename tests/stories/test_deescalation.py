"""De-escalation: the house proposes, the receiving chamber takes the case back or declines (domain 4, command 18)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from events.escalation import CaseDeescalated, DeescalationDeclined, DeescalationProposed
from events.fact import Fact
from events.vocabulary import Room, Stage
from services.acting import Acting
from services.workflow.deescalation import DeclineDeescalation, Deescalate, ProposeDeescalation
from services.workflow.scene import Command
from tests.facts import (
    AGREED,
    CONFIRMED,
    CONSULTATION,
    DEESCALATED,
    DEESCALATION,
    MONITORING,
    NOON,
    PLAN,
    POLICE,
    SAFE_HOME,
)
from tests.workflow import (
    COORDINATOR,
    DIRECTOR,
    IN_THE_HOUSE,
    MANAGER,
    MONITORED,
    OFFICER,
    SUPPORT,
    decided,
    given,
    refused,
)

IN_HOUSE = (*IN_THE_HOUSE, PLAN, CONFIRMED, AGREED, MONITORING)
OFFERED = (*IN_HOUSE, DEESCALATION)
NORTH, SOUTH = (replace(COORDINATOR, task=f"local-coordination-{where}") for where in ("north", "south"))
PROPOSE = ProposeDeescalation(
    panel=(("PROSECUTION", "prosecution"), ("MENTAL_HEALTH", "treatment")),
    ground="BREAKTHROUGH_REACHED",
    reasoning="De plek is er.",
    chamber="CHAMBER_NORTH",
)
TAKE = Deescalate("p-00000000000000cc", (("POLICE", "police-task"),), date(2026, 3, 2))
DECLINE = DeclineDeescalation("De kamer heeft nu geen casusregisseur.")


def test_the_house_panel_offers_the_case_to_a_chamber_until_a_day() -> None:
    """Given a case that runs in the house, the proposal names chamber, ground and the day to answer."""
    (fact,) = decided(PROPOSE, given(*IN_HOUSE))
    assert isinstance(fact, DeescalationProposed)
    assert (fact.chamber, fact.ground) == ("CHAMBER_NORTH", "BREAKTHROUGH_REACHED")
    assert fact.answer_due == datetime(2026, 3, 16, 23, tzinfo=UTC), "14 days on, at the end of the Dutch day"
    case = given(*IN_HOUSE, fact)
    assert (case.room, case.stage, case.open_deescalation) == (Room.HOUSE, Stage.MONITORING, fact)


@pytest.mark.parametrize("ground", ["BREAKTHROUGH_REACHED", "NO_LONGER_NEEDED"])
def test_a_breakthrough_that_was_reached_or_is_not_needed_any_more_is_a_ground(ground: str) -> None:
    """Given one of the two grounds, the guard is silent."""
    assert decided(replace(PROPOSE, ground=ground), given(*IN_HOUSE))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ground": "TOO_BUSY"}, "UNKNOWN_CHOICE"),
        ({"reasoning": " "}, "NO_REASONING"),
        ({"chamber": "HOUSE"}, "WRONG_ROOM"),
        ({"chamber": "CHAMBER_MOON"}, "WRONG_ROOM"),
        ({"panel": ()}, "MISSING_FIELD"),
        ({"panel": (("PROSECUTION", "prosecution"),)}, "SELF_DECISION"),
        ({"panel": (("PROSECUTION", "prosecution"), ("POLICE", "police-task"))}, "SELF_DECISION"),
        ({"panel": (("PROSECUTION", "prosecution"), ("SAFE_HOME", "safe-home"))}, "NO_QUORUM"),
        ({"panel": (("MAYOR", "public-order"), ("HOUSING_CORPORATION", "letting"))}, "NOT_PARTICIPANT"),
    ],
)
def test_an_offer_without_ground_reason_chamber_or_panel_is_refused(change: dict[str, object], code: str) -> None:
    """Given another ground, no reason, no such chamber, or a panel that may not decide, nothing is offered."""
    assert refused(replace(PROPOSE, **change), given(*IN_HOUSE)).code == code  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    ("before", "code"),
    [(MONITORED, "WRONG_ROOM"), (IN_THE_HOUSE, "WRONG_STAGE"), (OFFERED, "WRONG_STAGE")],
    ids=["in the chamber", "not monitored", "offered before"],
)
def test_a_case_is_offered_once_and_while_it_is_monitored_in_the_house(before: tuple[Fact, ...], code: str) -> None:
    """Given another room or stage, or an open offer, it is refused."""
    assert refused(PROPOSE, given(*before)).code == code


@pytest.mark.parametrize("acting", [OFFICER, COORDINATOR, MANAGER, SUPPORT])
def test_only_process_direction_records_the_offer_of_the_house(acting: Acting) -> None:
    """Given anybody else, it is the wrong hat."""
    assert refused(PROPOSE, given(*IN_HOUSE), acting).code == "WRONG_HAT"


@pytest.mark.parametrize("acting", [NORTH, COORDINATOR], ids=["of the chamber", "of all chambers"])
def test_the_receiving_coordinator_takes_the_case_with_a_director_who_took_it_on(acting: Acting) -> None:
    """Scenario: who was in the house only has left at this moment; the new case director is local and accepted."""
    (fact,) = decided(TAKE, given(*OFFERED), acting)
    assert isinstance(fact, CaseDeescalated)
    assert (fact.chamber, fact.case_director, fact.director_accepted_on) == (
        "CHAMBER_NORTH",
        "p-00000000000000cc",
        "2026-03-02",
    )
    case = given(*OFFERED, fact)
    assert (case.room, case.chamber, case.stage, case.case_director) == (
        Room.LOCAL_CHAMBER,
        "CHAMBER_NORTH",
        Stage.MONITORING,
        "p-00000000000000cc",
    )
    assert [(one.member, one.until) for one in case.left] == [(SAFE_HOME, NOON)]
    assert [one.member for one in case.participants] == [POLICE]
    assert (case.open_deescalation, case.returned_at, case.items_along) == (None, NOON, None)


@pytest.mark.parametrize("step", [TAKE, DECLINE], ids=["take", "decline"])
def test_the_coordinator_of_another_chamber_does_not_answer(step: Command) -> None:
    """Given a case that is offered to North, who coordinates South wears the wrong hat; North does not."""
    assert refused(step, given(*OFFERED), SOUTH).code == "WRONG_HAT"
    assert decided(step, given(*OFFERED), NORTH)


@pytest.mark.parametrize("step", [TAKE, DECLINE], ids=["take", "decline"])
@pytest.mark.parametrize("acting", [DIRECTOR, OFFICER, MANAGER])
def test_only_a_local_coordinator_answers(step: Command, acting: Acting) -> None:
    """Given the house itself or a participant, it is the wrong hat: the handshake has two sides."""
    assert refused(step, given(*OFFERED), acting).code == "WRONG_HAT"


@pytest.mark.parametrize("step", [TAKE, DECLINE], ids=["take", "decline"])
def test_whoever_offered_the_case_does_not_answer_for_the_chamber(step: Command) -> None:
    """Given one person with both hats, it is a decision on its own proposal."""
    assert refused(step, given(*OFFERED), replace(NORTH, person=OFFICER.person)).code == "SELF_DECISION"


@pytest.mark.parametrize("step", [TAKE, DECLINE], ids=["take", "decline"])
def test_without_an_offer_there_is_nothing_to_answer(step: Command) -> None:
    """Given no open offer, or one that was answered, it is refused."""
    (declined,) = decided(DECLINE, given(*OFFERED), NORTH)
    assert refused(step, given(*IN_HOUSE), NORTH).code == "WRONG_STAGE"
    assert refused(step, given(*OFFERED, declined), NORTH).code == "WRONG_STAGE"
    assert refused(step, given(*OFFERED, DEESCALATED), NORTH).code == "WRONG_ROOM"


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 3, 3)], ids=["before the offer", "still to come"])
def test_a_director_who_has_not_taken_the_case_on_gets_no_case(day: date) -> None:
    """Given a day before the offer or after today, nobody took it on."""
    assert refused(replace(TAKE, accepted_on=day), given(*OFFERED), NORTH).code == "BAD_DATE"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"participants": ()}, "MISSING_FIELD"),
        ({"participants": (("HOUSING_CORPORATION", "letting"),)}, "NOT_PARTICIPANT"),
        ({"participants": (("POLICE", "treatment"),)}, "WRONG_HAT"),
        ({"case_director": "Jan Jansen"}, "BAD_VALUE"),
    ],
)
def test_the_new_list_holds_admitted_participants_and_the_director_is_a_pseudonym(
    change: dict[str, object], code: str
) -> None:
    """Given an empty list, an outsider, another's task or a name, the case stays in the house."""
    assert refused(replace(TAKE, **change), given(*OFFERED), NORTH).code == code  # type: ignore[arg-type]  # by name


def test_a_declined_case_stays_in_the_house() -> None:
    """Given a reason, room, stage and participants stay; a blank reason is refused."""
    (fact,) = decided(DECLINE, given(*OFFERED), NORTH)
    assert isinstance(fact, DeescalationDeclined)
    before, after = given(*OFFERED), given(*OFFERED, fact)
    assert (after.room, after.stage, after.participants) == (before.room, before.stage, before.participants)
    assert after.open_deescalation is None
    assert refused(DeclineDeescalation(" "), given(*OFFERED), NORTH).code == "NO_REASONING"


def test_what_was_planned_in_the_house_is_not_held_in_the_chamber() -> None:
    """Given an open invitation of the house, with the move nobody has a part in the case by it any more."""
    case = given(*IN_HOUSE, CONSULTATION, DEESCALATION, DEESCALATED)
    assert (dict(case.invitations), case.asked()) == ({}, frozenset())
