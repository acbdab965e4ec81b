"""What is granted is also done: the answer waits for the effect, and the work lists name who still owes it."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from events.rights_effects import ProcessingRestricted
from services.acting import Acting
from services.case_file import case_file
from services.erasure import Erased, EraseSubject
from tests.facts import HOUSE_OIN
from tests.http_house import POLICE, PROBATION, Door, door, problem_of
from tests.rights_house import COLLEGE, asked, at_work, contact_point, did, item_of, seen
from tests.scenarios.people import bsn

__all__ = ["door"]
WHY = "Dat klopt."


def grant(door: Door, request: str, hat: tuple[str, str] = POLICE, **body: str) -> None:
    decision = {"outcome": "GRANTED", "reason": WHY, **body}
    did(door.signed_in(*hat), request, "decide-part", **decision)


def not_done(door: Door, request: str) -> dict[str, Any]:
    answer = contact_point(door).post(f"/rights/{request}/answer-request")
    return problem_of(answer, 409, "NOT_CARRIED_OUT")


def lock(door: Door, request: str, case: str, *items: str, ground: str = "ACCURACY_CONTESTED") -> None:
    body = {"request": request, "items": list(items), "ground": ground}
    answer = contact_point(door).post(f"/rights/{request}/cases/{case}/restrict-processing", body)
    assert answer.status_code == 200, answer.text


def all_items(door: Door, case: str) -> list[str]:
    return list(map(str, case_file(UUID(case), door.house.store.history(UUID(case))).items))


def erase(door: Door, number: str, request: str | None, *deciders: str) -> Erased:
    found = door.house.pseudonyms.find_subject(number)
    assert found is not None
    privacy = Acting("p-00000000000000df", "HOUSE_STAFF", HOUSE_OIN, "privacy-office")
    command = EraseSubject(found, "NOT_NECESSARY", deciders, None, UUID(request) if request else None)
    return door.house.erasure.erase(command, privacy, uuid4())


def work_of(door: Door, hat: tuple[str, str], request: str) -> list[str]:
    door.house.settle()
    return [one["kind"] for one in door.signed_in(*hat).get("/work").json()["work"] if one["case_id"] == request]


def test_a_granted_restriction_is_answered_when_the_data_are_locked(door: Door) -> None:
    """Given the police granted, the answer waits, the police see their work, and after the lock all is told."""
    number = bsn()
    case = at_work(door, number)
    request = asked(door, number, "RESTRICTION")
    assert work_of(door, POLICE, request) == ["decide-part"]
    grant(door, request)
    assert work_of(door, POLICE, request) == ["carry-out-right"]
    assert "POLICE" in not_done(door, request)["detail"]
    first, *others = all_items(door, case)
    lock(door, request, case, first)
    not_done(door, request)
    lock(door, request, case, *others)
    did(contact_point(door), request, "answer-request")
    assert seen(door, request)["outcome"] == "GRANTED"
    assert problem_of(door.signed_in(*PROBATION).ask(case, "COORDINATE_CARE", "IDENTITY"), 422, "RESTRICTED")
    assert work_of(door, POLICE, request) == []


def test_a_restriction_of_one_item_asks_no_more_than_that_item(door: Door) -> None:
    """Given a request that names one item, locking that one is enough."""
    number = bsn()
    case = at_work(door, number)
    item = item_of(door, case, "IDENTITY")
    request = asked(door, number, "RESTRICTION", items=[{"case": case, "item": item}])
    grant(door, request)
    lock(door, request, case, item)
    did(contact_point(door), request, "answer-request")


@pytest.mark.parametrize("command", ["rectify-item", "add-statement"])
def test_a_granted_correction_is_answered_when_it_was_made(door: Door, command: str) -> None:
    """Given a granted correction, a new version or the person's own statement is its effect."""
    number = bsn()
    case = at_work(door, number)
    request = asked(door, number, "RECTIFICATION")
    grant(door, request)
    not_done(door, request)
    item = item_of(door, case, "LIFE_DOMAIN")
    values = dict.fromkeys(
        case_file(UUID(case), door.house.store.history(UUID(case))).items[UUID(item)].item.fields, "a"
    )
    body = {"item": item, "values": values} if command == "rectify-item" else {"about": item, "statement": WHY}
    caller = door.signed_in(*POLICE) if command == "rectify-item" else contact_point(door)
    made = caller.post(f"/rights/{request}/cases/{case}/{command}", {"request": request, **body})
    assert made.status_code == 200, made.text
    did(contact_point(door), request, "answer-request")


def test_a_granted_erasure_is_answered_when_the_person_is_gone(door: Door) -> None:
    """Given every controller granted, locking is not enough; after the erasing it is told as granted."""
    number = bsn()
    case = at_work(door, number)
    request = asked(door, number, "ERASURE")
    grant(door, request)
    lock(door, request, case, *all_items(door, case), ground="ERASURE_WAITS")
    not_done(door, request)
    assert erase(door, number, request, "POLICE").refused == {}
    did(contact_point(door), request, "answer-request")
    assert seen(door, request)["outcome"] == "GRANTED"


def test_what_cannot_be_erased_yet_is_locked_and_told_as_a_part(door: Door) -> None:
    """Given a hold on the case, the granted erasure waits behind a lock, and the answer says that a part is done."""
    number = bsn()
    case = at_work(door, number)
    request = asked(door, number, "ERASURE")
    grant(door, request)
    door.signed_in("HOUSE_STAFF", "privacy-office").done(case, "place-hold", {"ground": "COURT"})
    not_done(door, request)
    lock(door, request, case, *all_items(door, case), ground="ERASURE_WAITS")
    did(contact_point(door), request, "answer-request")
    assert seen(door, request)["outcome"] == "PARTLY"


def refusals(done: Erased) -> list[str]:
    assert done.facts == ()
    return [one.code for one in done.refused.values()]


def test_nobody_erases_what_its_controller_refused_or_did_not_decide(door: Door) -> None:
    """Given the police gave the data and refused, no other controller lets them go, with the request or without."""
    number = bsn()
    case = at_work(door, number)
    request = asked(door, number, "ERASURE")
    assert refusals(erase(door, number, request, "POLICE")) == ["ERASURE_NOT_DECIDED"], "the part is open"
    grant(door, request, outcome="REFUSED", ground="PUBLIC_TASK")
    for named in ("POLICE", "MAYOR"):
        assert refusals(erase(door, number, request, named)) == ["ERASURE_NOT_DECIDED"]
    assert refusals(erase(door, number, None, "MAYOR")) == ["ERASURE_NOT_DECIDED"]
    assert door.signed_in(*PROBATION).ask(case, "COORDINATE_CARE", "IDENTITY").status_code == 200


def test_one_item_is_no_reason_to_let_everything_go(door: Door) -> None:
    """Given a granted request about one item, the person as a whole is not erased on it; the item is locked."""
    number = bsn()
    case = at_work(door, number)
    item = item_of(door, case, "LIFE_DOMAIN")
    request = asked(door, number, "ERASURE", items=[{"case": case, "item": item}])
    grant(door, request)
    assert refusals(erase(door, number, request, "POLICE")) == ["ERASURE_NOT_DECIDED"]
    lock(door, request, case, item, ground="ERASURE_WAITS")
    did(contact_point(door), request, "answer-request")
    assert seen(door, request)["outcome"] == "PARTLY"


def test_one_controller_alone_cannot_let_the_whole_case_go(door: Door) -> None:
    """Given the police granted and the college refused, the data of the police are locked, the others stay in use."""
    number = bsn()
    case = at_work(door, number)
    offered = [{"category": "LIFE_DOMAIN", "what": "zoekt een kamer"}]
    door.signed_in(*PROBATION).done(case, "provide-items", {"offered": offered, "purpose": "COORDINATE_CARE"})
    request = asked(door, number, "ERASURE")
    grant(door, request)
    grant(door, request, COLLEGE, outcome="REFUSED", ground="PUBLIC_TASK")
    assert not_done(door, request)["detail"].count("MUNICIPAL_EXECUTIVE") == 0
    assert refusals(erase(door, number, request, "POLICE")) == ["ERASURE_NOT_DECIDED"]
    items = case_file(UUID(case), door.house.store.history(UUID(case))).items
    lock(
        door,
        request,
        case,
        *(str(k) for k, v in items.items() if v.item.provider_org == "POLICE"),
        ground="ERASURE_WAITS",
    )
    did(contact_point(door), request, "answer-request")
    assert seen(door, request)["outcome"] == "PARTLY"


def test_an_objection_about_everything_locks_everything_until_it_is_weighed(door: Door) -> None:
    """Given no items are named, all data of the person are locked at once, and stay so when the objection is upheld."""
    number = bsn()
    case = at_work(door, number)
    request = asked(door, number, "OBJECTION")
    state = case_file(UUID(case), door.house.store.history(UUID(case)))
    assert state.restricted == frozenset(state.items)
    did(door.signed_in(*POLICE), request, "weigh-objection", upheld=True, weighing=WHY)
    (locked,) = [one.fact for one in door.house.store.history(UUID(case)) if isinstance(one.fact, ProcessingRestricted)]
    lift = {"restriction": str(locked.restriction_id), "told_on": seen(door, request)["received_at"][:10]}
    desk = contact_point(door)
    assert desk.post(f"/rights/{request}/cases/{case}/lift-restriction", lift).status_code == 200
    not_done(door, request)
    lock(door, request, case, *all_items(door, case), ground="OBJECTION_UPHELD")
    did(desk, request, "answer-request")
    assert problem_of(door.signed_in(*PROBATION).ask(case, "COORDINATE_CARE", "IDENTITY"), 422, "RESTRICTED")


def test_a_request_that_is_taken_back_leaves_no_work(door: Door) -> None:
    """Given a granted part, the work to carry it out ends with the request."""
    number = bsn()
    at_work(door, number)
    request = asked(door, number, "RESTRICTION")
    grant(door, request)
    did(contact_point(door), request, "withdraw-request")
    assert work_of(door, POLICE, request) == []
