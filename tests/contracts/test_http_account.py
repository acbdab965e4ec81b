"""What a person is told over HTTP, and what not: nothing that is kept back shows by another way."""

from uuid import UUID, uuid4

from events.informing import SubjectInformed
from services.acting import Acting
from services.rights.contact_point import ContactPoint, LogState
from tests.facts import HOUSE_OIN
from tests.http_house import POLICE, PROBATION, Door, problem_of
from tests.rights_house import (
    asked,
    at_work,
    contact_point,
    did,
    granted,
    item_of,
    report,
    seen,
)
from tests.scenarios.people import bsn, in_days, referral

SUSPICION = {"category": "POLICE_DATA", "what": "verdenking"}
TRACES = ("POLICE_DATA", "politiegegevens", "verdenking")


def provided(door: Door, case: str, **more: object) -> None:
    """Let the police give data of their own."""
    body = {"offered": [{**SUSPICION, **more}], "purpose": "PREVENT_UNSAFE"}
    door.signed_in(*POLICE).done(case, "provide-items", body)


def pages(door: Door, request: str) -> list[str]:
    """Return the account with its copy, in its three forms."""
    asked_for = ({"format": form, "copy": True} for form in ("json", "html", "text"))
    return [contact_point(door).post(f"/rights/{request}/make-report", one).text for one in asked_for]


def test_a_request_in_vain_for_what_the_case_does_not_hold_is_told(door: Door) -> None:
    """The police asked for health data and got nothing: the person hears that they asked; so does the ledger."""
    number = bsn()
    case = at_work(door, number)
    problem_of(door.signed_in(*POLICE).ask(case, "COORDINATE_CARE", "HEALTH"), 422, "SECRECY")
    request = asked(door, number)
    granted(door, request)
    told = report(door, request)["refused"]
    assert [(one["org"], one["categories"], one["reason_code"]) for one in told] == [("POLICE", ["HEALTH"], "SECRECY")]
    door.house.settle()
    subject = door.house.pseudonyms.find_subject(number)
    assert subject is not None
    rows = door.house.views.ledger.of_subject(subject)
    assert [list(one.categories) for one in rows if one.decision == "REFUSED"] == [["HEALTH"]]


def test_nobody_is_answered_with_an_account_that_is_not_true_any_more(door: Door) -> None:
    """Withheld since, or lifted since: it is made anew. What else came to the case since then makes no difference."""
    number = bsn()
    case = at_work(door, number)
    request = asked(door, number)
    granted(door, request)
    report(door, request)
    police, desk = door.signed_in(*POLICE), contact_point(door)
    body = {
        "entries": [{"item": item_of(door, case, "LIFE_DOMAIN")}],
        "ground": "CRIMINAL_INQUIRY",
        "reason": "Het onderzoek zou mislukken.",
        "review_by": in_days(30),
    }
    withheld = police.post(f"/rights/{request}/cases/{case}/withhold-entries", body)
    assert withheld.status_code == 200
    problem_of(desk.post(f"/rights/{request}/answer-request"), 409, "REPORT_MISSING")
    report(door, request)
    lift = {"withholding": withheld.json()["facts"][0]["id"]}
    assert police.post(f"/rights/{request}/cases/{case}/lift-withholding", lift).status_code == 200
    problem_of(desk.post(f"/rights/{request}/answer-request"), 409, "REPORT_MISSING")
    report(door, request, copy=True)
    assert door.signed_in(*PROBATION).ask(case, "COORDINATE_CARE", "IDENTITY").status_code == 200
    did(desk, request, "answer-request")
    assert seen(door, request)["outcome"] == "GRANTED"


def test_nobody_is_answered_with_an_account_that_is_not_complete(door: Door) -> None:
    """The overviews were behind when it was made: made when they are not, it goes."""
    house, number = door.house, bsn()
    at_work(door, number)
    request = UUID(asked(door, number))
    granted(door, str(request))
    acting = Acting(house.pseudonyms.person(HOUSE_OIN, "balie-01"), "HOUSE_STAFF", HOUSE_OIN, "contact-point")
    behind = LogState(house.log.size(), False)
    point = ContactPoint(
        house.handling, house.workflow, house.views, house.order, acting, lambda: behind, lambda *_: uuid4()
    )
    point.report(house.order("MakeReport", acting, request, "json"))
    problem_of(contact_point(door).post(f"/rights/{request}/answer-request"), 409, "REPORT_MISSING")
    report(door, str(request))
    did(contact_point(door), str(request), "answer-request")


def test_an_answer_informs_of_no_case_of_which_all_was_refused(door: Door) -> None:
    """Given two cases of which the person knows nothing yet, the one that the answer shows is told, and no other."""
    number = bsn()
    subject, unknown = {**referral()["subject"], "bsn": number}, {"status": "PENDING"}
    told, refused = (door.at_work(subject=subject, inform_status=unknown) for _ in range(2))
    body = {"offered": [{"category": "LIFE_DOMAIN", "what": "eigen woning"}], "purpose": "COORDINATE_CARE"}
    door.signed_in(*PROBATION).done(told, "provide-items", body)
    door.house.settle()
    request = asked(door, number)
    refusal = {"outcome": "REFUSED", "ground": "EXCEPTION", "reason": "Het onderzoek loopt nog."}
    did(door.signed_in(*POLICE), request, "decide-part", **refusal)
    granted(door, request)
    assert [one["case_id"] for one in report(door, request)["cases"]] == [told]
    did(contact_point(door), request, "answer-request")
    for case, informed in ((told, 1), (refused, 0)):
        facts = [one.fact for one in door.house.store.history(UUID(case))]
        assert len([one for one in facts if isinstance(one, SubjectInformed)]) == informed


def test_what_the_source_gave_for_others_alone_is_counted_and_not_told(door: Door) -> None:
    """Not in the account, not in the copy, and no word of who looked; the contact point sees that it is kept back."""
    number = bsn()
    case = at_work(door, number)
    provided(door, case, conditions=[{"code": "NOT_TO_SUBJECT"}])
    assert door.signed_in(*PROBATION).ask(case, "COORDINATE_CARE", "POLICE_DATA").status_code == 200
    request = asked(door, number)
    granted(door, request)
    assert report(door, request)["withheld"] == [{"ground": "SOURCE_CONDITION", "entries": 2}]
    for page in pages(door, request):
        assert not [trace for trace in TRACES if trace in page]
    assert "PROBATION" not in {one["org"] for one in report(door, request)["organisations"]}
    kept = {one["category"]: one["withheld"] for one in seen(door, request)["items"]}
    assert kept == {"IDENTITY": False, "LIFE_DOMAIN": False, "POLICE_DATA": True}
