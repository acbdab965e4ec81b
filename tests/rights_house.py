"""A house with a case of one person and requests about it, over HTTP: what tests of the rights share."""

from typing import Any

from tests.facts import POLICE_OIN
from tests.http_house import CASE_DIRECTOR, POLICE, TEAM, Caller, Door
from tests.scenarios.people import CRITERIA, PANEL, ROOM_TEST, referral

CONTACT_POINT, PRIVACY = ("HOUSE_STAFF", "contact-point"), ("HOUSE_STAFF", "privacy-office")
COLLEGE, MAYOR = ("MUNICIPAL_EXECUTIVE", "local-safety"), ("MAYOR", "public-order")
TASK_OF = {one[0]: one for one in (POLICE, COLLEGE, MAYOR)}
"""Controller -> who decides for it in these tests."""
BORN = "1991-04-17"


def contact_point(door: Door) -> Caller:
    """Return somebody of the contact point."""
    return door.signed_in(*CONTACT_POINT, "balie-01")


def at_work(door: Door, number: str) -> str:
    """Bring a case about the person with this number to work, referred by the police. Returns the case."""
    case, director = door.referred(subject={**referral()["subject"], "bsn": number}), door.director()
    director.done(case, "open-triage", {"panel": PANEL})
    director.done(case, "record-assessment", {"answers": CRITERIA, "room_test": ROOM_TEST})
    director.done(case, "accept-case", {"room": "LOCAL_CHAMBER", "chamber": "CHAMBER_NORTH"})
    named = door.house.pseudonyms.person(POLICE_OIN, CASE_DIRECTOR)
    director.done(case, "start-case", {"case_director": named, "participants": TEAM})
    door.house.settle()
    return case


def received(door: Door, number: str, right: str = "ACCESS", **more: object) -> str:
    """Receive a request. Returns its number."""
    answer = contact_point(door).post("/rights", {"right": right, "bsn": number, **more})
    assert answer.status_code == 200, answer.text
    door.house.settle()
    return str(answer.json()["request_id"])


def did(caller: Caller, request: str, command: str, **body: object) -> dict[str, Any]:
    """Give a command on a request that must succeed."""
    answer = caller.post(f"/rights/{request}/{command}", body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def identified(door: Door, request: str) -> None:
    """Establish who asks."""
    did(contact_point(door), request, "check-identity", method="ID_DOCUMENT", confirmed=True, born=BORN)
    door.house.settle()


def asked(door: Door, number: str, right: str = "ACCESS", **more: object) -> str:
    """Receive a request of a person whose identity is established. Returns its number."""
    request = received(door, number, right, **more)
    identified(door, request)
    return request


def granted(door: Door, request: str) -> None:
    """Let every controller that has something to decide grant its part."""
    for one in seen(door, request)["parts"]:
        if one["outcome"] is None:
            caller = door.signed_in(*TASK_OF[one["controller"]])
            did(caller, request, "decide-part", outcome="GRANTED", reason="Geen bezwaar.")


def seen(door: Door, request: str, caller: Caller | None = None) -> dict[str, Any]:
    """Return how a request stands, for the contact point unless somebody else looks."""
    answer = (caller or contact_point(door)).get(f"/rights/{request}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def report(door: Door, request: str, *, copy: bool = False) -> dict[str, Any]:
    """Make the account."""
    answer = contact_point(door).post(f"/rights/{request}/make-report", {"copy": copy})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def item_of(door: Door, case: str, category: str) -> str:
    """Return the first item of a category in a case."""
    items = door.director().get(f"/cases/{case}").json()["items"]
    return str(next(one["item_id"] for one in items if one["category"] == category))
