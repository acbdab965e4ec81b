"""What most scenarios begin with: a referral that came in, a case that was weighed, a case at work."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.scenarios.people import BREAKTHROUGH, CRITERIA, PANEL, ROOM_TEST, in_days, referral
from tests.scenarios.world import Staff, World

TEAM = [["POLICE", "police-task"], ["PROBATION", "probation-supervision"], ["MENTAL_HEALTH", "treatment"]]
CHAMBER = "CHAMBER_NORTH"


def referred(house: World, org: str = "POLICE", **changes: object) -> str:
    """Let *org* refer a new person over its topic. Returns the case."""
    event = house.send(org, "referral-offered", referral(**changes))
    case_id: str = house.answer_to(org, event)["case_id"]
    return case_id


def weighed(
    director: Staff,
    case: str,
    *,
    answers: Mapping[str, object] = CRITERIA,
    panel: Sequence[Sequence[str]] = PANEL,
    breakthrough: Mapping[str, object] | None = None,
) -> None:
    """Open the weighing with a panel, and record its answers."""
    director.done(case, "open-triage", {"panel": panel})
    body = {"answers": answers, "room_test": ROOM_TEST}
    director.done(case, "record-assessment", body | ({"breakthrough": breakthrough} if breakthrough else {}))


def at_work(house: World, case: str, *, team: Sequence[Sequence[str]] = TEAM) -> None:
    """Take a referred case into the local chamber and start it, with a case director of the police."""
    director = house.director()
    weighed(director, case)
    director.done(case, "accept-case", {"room": "LOCAL_CHAMBER", "chamber": CHAMBER})
    named = house.pseudonym("POLICE", "casusregisseur-03")
    director.done(case, "start-case", {"case_director": named, "participants": team})


def case_director(house: World) -> Staff:
    """Return the case director of every case that ``at_work`` started, signed in."""
    return house.signed_in("POLICE", "police-task", "casusregisseur-03")


def taken_by_the_house(
    house: World, case: str, *, team: Sequence[Sequence[str]], panel: Sequence[Sequence[str]], along: Sequence[str]
) -> None:
    """Propose the case, weigh it afresh and take it into the house, with the items *along* and no others."""
    case_director(house).done(case, "propose-escalation", {"room_test": ROOM_TEST, "breakthrough": BREAKTHROUGH})
    director = house.director("regisseur-02")
    weighing = {"answers": CRITERIA, "room_test": ROOM_TEST, "breakthrough": BREAKTHROUGH}
    director.done(case, "reassess-criteria", weighing)
    director.done(case, "accept-escalation", {"panel": panel, "participants": team, "items_along": along})


def items(staff: Staff, case: str, category: str) -> list[str]:
    """Return the items of one category in a case."""
    found: list[dict[str, Any]] = staff.case(case)["items"]
    return [one["item_id"] for one in found if one["category"] == category]


def decisions_heard(house: World, org: str, case: str) -> list[dict[str, Any]]:
    """Return what the feed of *org* says of decisions on single items in a case."""
    kind = "nl.zvh.feed.disclosure-decided.v1"
    return [one["data"] for one in house.feed(org) if one["type"] == kind and one["data"]["case_id"] == case]


def plan_offered(house: World, staff: Staff, case: str, org: str, task: str) -> None:
    """Propose a plan with one action, owned by *org*, and let its system agree over its topic."""
    action = {"org": org, "task": task, "what": "zoekt een plek met toezicht", "due": in_days(30)}
    staff.done(
        case, "propose-plan", {"aims": [{"life_domain": "HOUSING", "aim": "een vaste plek", "actions": [action]}]}
    )
    version = staff.case(case)["plan"]["proposed"]
    house.hears(org, "plan-proposed", case_id=case, version=version)
    agreement = house.send(org, "plan-confirmed", {"case": case, "task": task, "version": version})
    assert house.answer_to(org, agreement)["outcome"] == "confirmed"
