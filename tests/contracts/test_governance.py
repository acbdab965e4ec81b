"""The rules of the rooms change by a decision of the controllers, on a real database (domain 7, joint governance)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from events.errors import Refusal
from events.governance import GovernanceDecided, GovernanceProposed, TableChange
from services.acting import Acting
from services.bootstrap import House
from services.governance import DecideGovernance, ProposeGovernance
from services.year.moment import MovedClock
from tests.clocked_house import clocked_house
from tests.facts import NOON
from tests.workflow import DIRECTOR, MANAGER, OFFICER, PRIVACY

APRIL = date(2026, 4, 1)
SHORTER: dict[str, object] = {
    "name": "escalation-answer",
    "value": 7,
    "unit": "days",
    "legal_ref": "ZVH:breakthrough",
    "mark": "D",
    "valid_from": "2026-04-01",
}


@pytest.fixture
def opened(database: str) -> Iterator[tuple[House, MovedClock]]:
    with clocked_house(database) as found:
        yield found


def change(table: str = "terms", key: str = "escalation-answer", entry: Mapping[str, object] = SHORTER) -> TableChange:
    return TableChange.model_validate({"table": table, "key": key, "entry": entry})


def propose(house: House, acting: Acting = MANAGER, day: date = APRIL, *changes: TableChange) -> UUID:
    asked = ProposeGovernance(changes or (change(),), day)
    order = house.order("ProposeGovernance", acting, house.governance.stream, asked, uuid4())
    fact = house.governance.propose(order, asked).facts[0].fact
    assert isinstance(fact, GovernanceProposed)
    return fact.proposal_id


def decide(
    house: House, proposal: UUID, acting: Acting = PRIVACY, deciders: tuple[str, ...] = ("POLICE", "MAYOR")
) -> GovernanceDecided:
    asked = DecideGovernance(proposal, deciders)
    order = house.order("DecideGovernance", acting, house.governance.stream, asked, uuid4())
    fact = house.governance.decide(order, asked).facts[0].fact
    assert isinstance(fact, GovernanceDecided)
    return fact


def test_a_decision_names_who_decided_and_holds_from_its_day_on(opened: tuple[House, MovedClock]) -> None:
    """Given a proposal by one person and a decision by another for two controllers, the rule changes on that day."""
    house, _ = opened
    fact = decide(house, propose(house))
    assert (fact.deciders, fact.valid_from) == (("MAYOR", "POLICE"), "2026-04-01")
    terms = [house.reference.term("escalation-answer", NOON + timedelta(days=days)).value for days in (0, 29, 30)]
    assert terms == [14, 14, 7], "unchanged until the last day of March"


def test_another_process_reads_what_was_decided_before_it_holds(database: str) -> None:
    """Given two processes on one database, the other one works by the new rule on the day that it starts."""
    with clocked_house(database) as (first, _), clocked_house(database) as (other, clock):
        decide(first, propose(first))
        clock.move(NOON + timedelta(days=30))
        may = change(entry={**SHORTER, "valid_from": "2026-05-01"})
        propose(other, MANAGER, date(2026, 5, 1), may)  # the first command of a day reads the decisions
        assert other.reference.term("escalation-answer", clock.now()).value == 7


def test_a_process_that_starts_later_knows_every_decision(database: str) -> None:
    """Given a decision and a new start, the rules are those that were decided."""
    with clocked_house(database) as (house, _):
        decide(house, propose(house))
    with clocked_house(database, NOON + timedelta(days=60)) as (house, clock):
        assert house.reference.term("escalation-answer", clock.now()).value == 7


@pytest.mark.parametrize(
    ("deciders", "code"),
    [
        (("POLICE",), "FOUR_EYES"),
        (("POLICE", "POLICE"), "FOUR_EYES"),
        (("POLICE", "PROBATION"), "NOT_A_CONTROLLER"),
        (("POLICE", "HOUSING_CORPORATION"), "NOT_A_CONTROLLER"),
    ],
)
def test_too_few_controllers_change_nothing(
    opened: tuple[House, MovedClock], deciders: tuple[str, ...], code: str
) -> None:
    """Given one controller, or an organisation that is none, the rule stays."""
    house, _ = opened
    proposal = propose(house)
    with pytest.raises(Refusal, match=code):
        decide(house, proposal, deciders=deciders)
    assert house.reference.term("escalation-answer", NOON + timedelta(days=40)).value == 14


def test_whoever_proposed_does_not_record_the_decision(opened: tuple[House, MovedClock]) -> None:
    """Given one person for both, it is refused: four eyes."""
    house, _ = opened
    proposal = propose(house)
    with pytest.raises(Refusal, match="FOUR_EYES"):
        decide(house, proposal, MANAGER)
    with pytest.raises(Refusal, match="FOUR_EYES"):
        decide(house, proposal, replace(PRIVACY, person=MANAGER.person))


@pytest.mark.parametrize("acting", [DIRECTOR, OFFICER], ids=["process direction", "participant"])
def test_only_manager_and_privacy_officer_record_governance(opened: tuple[House, MovedClock], acting: Acting) -> None:
    """Given anybody else, neither a proposal nor a decision is taken."""
    house, _ = opened
    with pytest.raises(Refusal, match="WRONG_HAT"):
        propose(house, acting)
    proposal = propose(house)
    with pytest.raises(Refusal, match="WRONG_HAT"):
        decide(house, proposal, acting)


def test_a_proposal_is_decided_once(opened: tuple[House, MovedClock]) -> None:
    """Given a decision, or a number that nobody proposed, there is nothing to decide."""
    house, _ = opened
    proposal = propose(house)
    decide(house, proposal)
    with pytest.raises(Refusal, match="ALREADY_ANSWERED"):
        decide(house, proposal)
    with pytest.raises(Refusal, match="UNKNOWN_ITEM"):
        decide(house, uuid4())


@pytest.mark.parametrize(
    ("day", "changed", "code"),
    [
        (date(2026, 3, 2), change(entry={**SHORTER, "valid_from": "2026-03-02"}), "NOT_AHEAD"),
        (date(2026, 5, 1), change(), "BAD_DATE"),
        (APRIL, change("gossip"), "UNKNOWN_TABLE"),
        (APRIL, change(key="another-term"), "UNKNOWN_TABLE"),
        (APRIL, change(entry={**SHORTER, "unit": "moons"}), "UNKNOWN_TABLE"),
    ],
    ids=["today", "another day", "no such table", "another name", "no such unit"],
)
def test_a_change_that_does_not_fit_is_not_proposed(
    opened: tuple[House, MovedClock], day: date, changed: TableChange, code: str
) -> None:
    """Given a day that is not ahead, or an entry that the tables do not take, it is refused."""
    with pytest.raises(Refusal, match=code):
        propose(opened[0], MANAGER, day, changed)


def test_a_decision_that_comes_too_late_for_its_day_is_refused(opened: tuple[House, MovedClock]) -> None:
    """Given a proposal whose day has come, it can no longer be decided: nothing changes backwards."""
    house, clock = opened
    proposal = propose(house)
    clock.move(NOON + timedelta(days=30))
    with pytest.raises(Refusal, match="NOT_AHEAD"):
        decide(house, proposal)


@pytest.mark.parametrize(
    ("table", "key", "entry"),
    [
        (
            "mandates",
            "CloseCase",
            {"command": "CloseCase", "roles": ["CHAIN_MANAGER"], "mark": "D", "valid_from": "2026-04-01"},
        ),
        (
            "places",
            "CHAMBER_WEST",
            {
                "code": "CHAMBER_WEST",
                "room": "LOCAL_CHAMBER",
                "name_nl": "lokale kamer West",
                "panel": [["POLICE", "police-task"], ["PROBATION", "probation-supervision"]],
                "quorum": 2,
                "coordinators": ["local-coordination"],
                "mark": "D",
                "valid_from": "2026-04-01",
            },
        ),
        (
            "settings",
            "retention-anchor",
            {"name": "retention-anchor", "value": "CASE_CLOSED", "mark": "D", "valid_from": "2026-04-01"},
        ),
        (
            "legal_refs",
            "WGS:participants",
            {
                "key": "WGS:participants",
                "ref": "art. 2.27 WGS",
                "text_nl": "deelnemers",
                "source": "gepubliceerde tekst",
                "ground": True,
                "mark": "S",
                "valid_from": "2026-04-01",
            },
        ),
    ],
    ids=["mandate", "room, panel and quorum", "anchor", "legal reference"],
)
def test_rooms_mandates_choices_and_legal_references_change_in_the_same_way(
    opened: tuple[House, MovedClock], table: str, key: str, entry: dict[str, object]
) -> None:
    """Given a new entry of any of these tables, it is in force from its day and not before."""
    house, _ = opened
    before = house.reference.digest(NOON + timedelta(days=29)), house.reference.digest(NOON + timedelta(days=30))
    decide(house, propose(house, MANAGER, APRIL, change(table, key, entry)))
    after = house.reference.digest(NOON + timedelta(days=29)), house.reference.digest(NOON + timedelta(days=30))
    assert (before[0] == after[0], before[1] == after[1]) == (True, False)


def test_every_proposal_and_decision_stands_in_one_history(opened: tuple[House, MovedClock]) -> None:
    """Given what was proposed and decided, the order tells who did what; refusals are there as well."""
    house, _ = opened
    proposal = propose(house)
    with pytest.raises(Refusal):
        decide(house, proposal, deciders=("POLICE",))
    decide(house, proposal)
    history = house.governance.history()
    assert [one.envelope.actor for one in history if isinstance(one.fact, GovernanceProposed | GovernanceDecided)] == [
        MANAGER.person,
        PRIVACY.person,
    ]
