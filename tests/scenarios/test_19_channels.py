"""Scenario 19: every channel brings its own law up to acceptance, and nothing moves over in bulk (domain 4.3)."""

import pytest

from tests.scenarios.people import referral
from tests.scenarios.steps import referred, weighed
from tests.scenarios.world import World

POLICE, COLLEGE = "POLICE", "MUNICIPAL_EXECUTIVE"


@pytest.mark.parametrize(
    ("org", "task", "channel", "regime"),
    [
        ("SAFE_HOME", "safe-home", "SAFE_HOME", "WMO_SAFE_HOME"),
        (COLLEGE, "wmo", "COLLEGE_REPORTING_POINT", "COLLEGE_TASK"),
        (COLLEGE, "youth-act", "COLLEGE_TASKS", "COLLEGE_TASK"),
        (POLICE, "police-task", "LOCAL_APPROACH", "WPG_20"),
    ],
)
def test_the_law_of_a_channel_ends_at_acceptance(house: World, org: str, task: str, channel: str, regime: str) -> None:
    """Before: the channel's law, and what was brought keeps it; after a fresh weighing the case is under the act."""
    case = referred(house, org, channel=channel, regime=regime, task=task)
    director = house.director()
    state = director.case(case)
    assert (state["channel"], state["regime"], state["assessment"]) == (channel, regime, None)
    brought = {one["item_id"] for one in state["items"]}
    assert {one["category"] for one in state["items"]} == {"IDENTITY", "LIFE_DOMAIN"}
    assert director.refused(case, "accept-case", {"room": "LOCAL_CHAMBER"})["code"] == "WRONG_STAGE"

    weighed(director, case)
    director.done(case, "accept-case", {"room": "LOCAL_CHAMBER", "chamber": "CHAMBER_NORTH"})
    state = director.case(case)
    assert state["regime"] == "WGS_ZVH"
    assert {one["item_id"] for one in state["items"]} == brought, "nothing came along"
    assert {one["regime"] for one in state["items"]} == {regime}


@pytest.mark.parametrize(
    ("org", "task", "channel", "regime", "code"),
    [
        (POLICE, "police-task", "SAFE_HOME", "WMO_SAFE_HOME", "CHANNEL_NOT_ALLOWED"),
        (POLICE, "police-task", "ROOM_TO_ROOM", "WGS_ZVH", "CHANNEL_NOT_ALLOWED"),
        (COLLEGE, "wmo", "COLLEGE_TASKS", "WGS_ZVH", "REGIME_NOT_ALLOWED"),
        (COLLEGE, "public-order", "COLLEGE_TASKS", "COLLEGE_TASK", "WRONG_HAT"),
    ],
)
def test_nobody_enters_by_the_door_of_another(
    house: World, org: str, task: str, channel: str, regime: str, code: str
) -> None:
    """Given another's channel, a room's own, a law claimed too early or a task of the mayor, there is no case."""
    event = house.send(org, "referral-offered", referral(channel=channel, regime=regime, task=task))
    refused = house.answer_to(org, event)
    assert (refused["problem"]["code"], refused.get("case_id")) == (code, None)
