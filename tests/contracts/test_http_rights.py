"""The contact point over HTTP: who may do what, one answer for all controllers, and an account that keeps secrets."""

import json
from uuid import UUID, uuid4

import pytest

from events.correction import RecipientNotified
from events.disclosure import DataDisclosed
from events.fact import Fact
from events.ledger import LedgerConsulted
from events.retention import HoldLifted, HoldPlaced
from events.rights import AccessReportMade
from services.case_file import CaseFile, case_file
from services.http.rights import RIGHTS_BODIES
from services.ledger_desk import ledger_stream
from tests.facts import HOUSE_OIN
from tests.http_house import BOARD, POLICE, PROBATION, SUPPORT, TREATMENT, Door, problem_of
from tests.plaintext import tables
from tests.rights_house import (
    BORN,
    COLLEGE,
    CONTACT_POINT,
    MAYOR,
    PRIVACY,
    asked,
    at_work,
    contact_point,
    did,
    granted,
    identified,
    item_of,
    received,
    report,
    seen,
)
from tests.scenarios.people import bsn, in_days

CHECKED = {"method": "ID_DOCUMENT", "confirmed": True, "born": BORN}
VALUES = {
    "bsn": "999900018",
    "given_name": "Joppe",
    "family_name": "Vanhoudt-Test",
    "birth_date": "1991-04-17",
    "address": "Andersstraat 9",
    "municipality": "Rotterdam",
}


def facts(door: Door, stream: str) -> list[Fact]:
    """Return the facts of a case or a request."""
    return [one.fact for one in door.house.store.history(UUID(stream))]


def case_of(door: Door, case: str) -> CaseFile:
    """Return a case as it stands."""
    return case_file(UUID(case), door.house.store.history(UUID(case)))


def looked_at(door: Door, case: str) -> None:
    """Let a private participant see something, for which the college answers."""
    assert door.signed_in(*PROBATION).ask(case, "COORDINATE_CARE", "IDENTITY").status_code == 200


def test_one_request_becomes_a_part_for_every_controller_and_one_answer(door: Door) -> None:
    """Access: identity, parts by the right controllers, the account, one answer; the case is free again afterwards."""
    number = bsn()
    case = at_work(door, number)
    looked_at(door, case)
    request = received(door, number)
    assert problem_of(contact_point(door).post(f"/rights/{request}/answer-request"), 409, "NOT_IDENTIFIED")
    identified(door, request)

    parts = {one["controller"]: one["outcome"] for one in seen(door, request)["parts"]}
    assert len(parts) == 7, "a request counts as a request to every joint controller"
    assert {org for org, outcome in parts.items() if outcome is None} == {"POLICE", "MUNICIPAL_EXECUTIVE"}
    assert case_of(door, case).rights_open
    assert any(isinstance(one, HoldPlaced) for one in facts(door, case))

    assert problem_of(contact_point(door).post(f"/rights/{request}/answer-request"), 409, "PARTS_OPEN")
    did(door.signed_in(*POLICE), request, "decide-part", outcome="GRANTED", reason="Geen bezwaar.")
    assert problem_of(contact_point(door).post(f"/rights/{request}/make-report", {}), 409, "PARTS_OPEN")
    did(door.signed_in(*COLLEGE), request, "decide-part", outcome="GRANTED", reason="Geen bezwaar.")
    made = report(door, request)
    assert [(one["org"], one["purpose"], one["categories"]) for one in made["seen"]] == [
        ("PROBATION", "COORDINATE_CARE", ["IDENTITY"])
    ]
    assert made["complete"]
    did(contact_point(door), request, "answer-request")

    found = seen(door, request)
    assert (found["ending"], found["outcome"], found["late"]) == ("ANSWERED", "GRANTED", False)
    assert problem_of(contact_point(door).post(f"/rights/{request}/answer-request"), 409, "ALREADY_ANSWERED")
    assert not case_of(door, case).rights_open
    assert any(isinstance(one, HoldLifted) for one in facts(door, case))


def test_a_part_is_decided_by_its_own_controller_and_by_nobody_else(door: Door) -> None:
    """The college may not decide for the police: a court annulled such a decision. Nor may who has no part at all."""
    number = bsn()
    case = at_work(door, number)
    looked_at(door, case)
    request = asked(door, number)
    college = door.signed_in(*COLLEGE)
    body = {"outcome": "REFUSED", "ground": "EXCEPTION", "reason": "Onderzoek loopt."}
    problem_of(college.post(f"/rights/{request}/decide-part", {**body, "controller": "POLICE"}), 403, "NOT_YOUR_PART")
    problem_of(door.signed_in(*MAYOR).post(f"/rights/{request}/decide-part", body), 404, "UNKNOWN_REQUEST")
    problem_of(door.signed_in(*PROBATION).post(f"/rights/{request}/decide-part", body), 404, "UNKNOWN_REQUEST")
    problem_of(contact_point(door).post(f"/rights/{request}/decide-part", body), 403, "WRONG_HAT")
    assert {one["outcome"] for one in seen(door, request)["parts"]} == {None, "NO_DATA"}


@pytest.mark.parametrize("hat", [SUPPORT, PROBATION, BOARD, POLICE, TREATMENT], ids=lambda hat: hat[0])
def test_others_learn_nothing_of_a_request(door: Door, hat: tuple[str, str]) -> None:
    """The same answer as for a request that does not exist, by every route; and nobody else takes one in."""
    number = bsn()
    at_work(door, number)
    request, nothing = received(door, number), str(uuid4())
    caller = door.signed_in(*hat)
    told = [caller.get(f"/rights/{one}").json() for one in (request, nothing)]
    assert told[0].pop("instance") != told[1].pop("instance")  # a problem's own number, new each time
    assert told[0] == told[1]
    assert told[0]["code"] == "UNKNOWN_REQUEST"
    assert caller.get("/rights").json() == {"requests": []}
    for path in (f"/rights/{request}/make-report", f"/rights/{request}/check-identity"):
        problem_of(caller.post(path, CHECKED if path.endswith("identity") else {}), 404, "UNKNOWN_REQUEST")
    problem_of(caller.post("/rights", {"right": "ACCESS", "bsn": bsn()}), 403, "WRONG_HAT")


def test_a_controller_sees_its_own_part_and_its_own_items(door: Door) -> None:
    """The police see when they decide and about which items; not the person, not what others decide."""
    number = bsn()
    case = at_work(door, number)
    looked_at(door, case)
    request = asked(door, number)
    police, college = door.signed_in(*POLICE), door.signed_in(*COLLEGE)
    found = seen(door, request, police)
    assert [one["controller"] for one in found["parts"]] == ["POLICE"]
    assert {one["provider"] for one in found["items"]} == {"POLICE"}
    assert found["subject_id"] is None
    assert seen(door, request, college)["items"] == []
    assert [one["request_id"] for one in police.get("/rights").json()["requests"]] == [request]
    door.house.settle()
    waits = {(one["kind"], one["case_id"]) for one in police.get("/work").json()["work"]}
    assert ("decide-part", request) in waits
    assert ("answer-request", request) in {
        (one["kind"], one["case_id"]) for one in contact_point(door).get("/work").json()["work"]
    }
    assert problem_of(police.get(f"/cases/{request}"), 404, "UNKNOWN_CASE")
    assert case in found["cases"]


def test_the_number_of_a_person_becomes_a_pseudonym_and_stands_nowhere(door: Door) -> None:
    """No BSN, no date of birth and no word of the person in any table; a wrong number is told and not kept."""
    number, words = bsn(), "Ik wil weten wie mijn dossier heeft gezien."
    request = received(door, number, words=words)
    identified(door, request)
    for name, content in tables(door.house.dsn):
        for secret in (number, BORN, words):
            assert secret.encode() not in content, name
    caller = contact_point(door)
    problem_of(caller.post("/rights", {"right": "ACCESS", "bsn": "123456789"}), 422, "BAD_BSN")
    problem_of(caller.post("/rights", {"right": "ACCESS"}), 422, "MISSING_FIELD")


def test_somebody_of_whom_nothing_is_known_gets_an_answer_as_well(door: Door) -> None:
    """All parts are NO_DATA by themselves, the account says that there is nothing, and that is the answer."""
    request = asked(door, bsn())
    made = report(door, request)
    assert made["count"] == {"entries": 0, "shown": 0, "withheld": 0}
    did(contact_point(door), request, "answer-request")
    assert seen(door, request)["outcome"] == "NO_DATA"


def test_the_copy_leaves_by_the_desk_and_names_no_professional(door: Door) -> None:
    """Each value that is given to the person is a disclosure of its own kind, and the account of tomorrow has it."""
    number = bsn()
    case = at_work(door, number)
    request = asked(door, number)
    granted(door, request)
    made = report(door, request, copy=True)
    contents = [one["content"] for one in made["copy"]]
    assert any(one.get("bsn") == number for one in contents)
    assert "collega-77" not in json.dumps(made)
    given = [one for one in facts(door, case) if isinstance(one, DataDisclosed) and one.kind == "TO_SUBJECT"]
    assert [one.recipient_org for one in given] == ["DATA_SUBJECT"]
    assert {item.item_id for item in given[0].items} >= {UUID(one["item_id"]) for one in made["copy"]}
    assert "DATA_SUBJECT" in {one["org"] for one in report(door, request)["seen"]}
    html = contact_point(door).post(f"/rights/{request}/make-report", {"format": "html", "copy": True})
    assert html.headers["content-type"] == "text/html; charset=utf-8"
    assert html.headers["cache-control"] == "no-store"
    assert '<html lang="nl">' in html.text
    text = contact_point(door).post(f"/rights/{request}/make-report", {"format": "text"})
    assert "Joppe" not in text.text, "without a copy no value leaves"


def test_an_account_is_a_look_at_the_ledger_and_is_no_entry_of_its_own(door: Door) -> None:
    """Decided and on record before the account, once per command; the next account of the person is as it was."""
    number = bsn()
    at_work(door, number)
    request = received(door, number)
    problem_of(contact_point(door).post(f"/rights/{request}/make-report", {}), 409, "NOT_IDENTIFIED")
    problem_of(door.signed_in(*PRIVACY).post(f"/rights/{request}/make-report", {}), 403, "WRONG_HAT")
    assert looks(door) == [], "who gets no account looked at nothing"
    identified(door, request)
    granted(door, request)
    key = str(uuid4())
    first, _ = (
        contact_point(door).post(f"/rights/{request}/make-report", {}, Idempotency_Key=key).json() for _ in range(2)
    )
    (look,) = looks(door)
    (made,) = [one for one in facts(door, request) if isinstance(one, AccessReportMade)]
    assert look.consultation_id == made.consultation_id
    assert (look.question, look.purpose, look.recipient_task) == ("SUBJECT", "SUBJECT_RIGHTS", "contact-point")
    assert look.subject_id == door.house.pseudonyms.find_subject(number)
    assert look.granted
    door.house.settle()
    second = report(door, request)
    told = ("cases", "organisations", "seen", "refused", "sources", "withheld", "count")
    assert {name: second[name] for name in told} == {name: first[name] for name in told}
    assert len(looks(door)) == 2
    found = door.house.views.ledger.of_subject(look.subject_id) if look.subject_id else []
    assert [list(one.categories) for one in found if one.recipient_task == "contact-point"] == [["LEDGER"]]


def looks(door: Door) -> list[LedgerConsulted]:
    """Return every look at the ledger, in order."""
    return [one for one in facts(door, str(ledger_stream(HOUSE_OIN))) if isinstance(one, LedgerConsulted)]


def test_an_account_that_is_asked_for_again_is_the_same(door: Door) -> None:
    """Under one key: the same facts, the same digest, one fact; whatever happened since."""
    number = bsn()
    case = at_work(door, number)
    request = asked(door, number)
    granted(door, request)
    caller, key = contact_point(door), str(uuid4())
    first = caller.post(f"/rights/{request}/make-report", {}, Idempotency_Key=key)
    assert door.signed_in(*PROBATION).ask(case, "COORDINATE_CARE", "IDENTITY").status_code == 200
    assert caller.post(f"/rights/{request}/make-report", {}, Idempotency_Key=key).content == first.content
    assert report(door, request)["count"]["entries"] == first.json()["count"]["entries"] + 1


def test_what_the_police_withhold_leaves_no_trace_but_a_number_and_a_ground(door: Door) -> None:
    """Neither who, nor what kind, nor when; counts add up; lifted, it is visible."""
    number = bsn()
    case = at_work(door, number)
    police = door.signed_in(*POLICE)
    offered = [{"category": "POLICE_DATA", "what": "verdenking"}]
    police.done(case, "provide-items", {"offered": offered, "purpose": "PREVENT_UNSAFE"})
    assert police.ask(case, "COORDINATE_ENFORCEMENT", "POLICE_DATA").status_code == 200
    assert door.signed_in(*PROBATION).ask(case, "COORDINATE_CARE", "POLICE_DATA", "IDENTITY").status_code == 200
    request = asked(door, number)
    granted(door, request)
    whole = report(door, request)
    item = item_of(door, case, "POLICE_DATA")
    body = {
        "entries": [{"item": item}],
        "ground": "CRIMINAL_INQUIRY",
        "reason": "Het onderzoek zou mislukken.",
        "review_by": in_days(30),
    }
    place = f"/rights/{request}/cases/{case}"
    problem_of(door.signed_in(*COLLEGE).post(f"{place}/withhold-entries", body), 403, "NOT_YOUR_PART")
    problem_of(contact_point(door).post(f"{place}/withhold-entries", body), 403, "WRONG_HAT")
    withheld = police.post(f"{place}/withhold-entries", body)
    assert withheld.status_code == 200, withheld.text

    kept = report(door, request, copy=True)
    assert kept["withheld"] == [{"ground": "CRIMINAL_INQUIRY", "entries": 3}]
    assert kept["count"]["shown"] + kept["count"]["withheld"] == kept["count"]["entries"] == whole["count"]["entries"]
    for form in ("json", "html", "text"):
        answer = contact_point(door).post(f"/rights/{request}/make-report", {"format": form, "copy": True})
        for trace in ("POLICE_DATA", "politiegegevens", "verdenking", "mislukken", item):
            assert trace not in answer.text, (form, trace)

    lift = {"withholding": withheld.json()["facts"][0]["id"]}
    assert police.post(f"{place}/lift-withholding", lift).status_code == 200
    after = report(door, request)
    assert after["withheld"] == []
    assert "POLICE_DATA" in {one["category"] for one in after["sources"]}


REFUSAL = {"outcome": "REFUSED", "ground": "EXCEPTION", "reason": "Het onderzoek loopt nog."}


def test_what_a_controller_refuses_is_in_no_account_and_in_no_copy(door: Door) -> None:
    """Its items and who saw them, and what it saw: counted with its ground; what others decided on is shown."""
    number = bsn()
    case = at_work(door, number)
    offered = [{"category": "LIFE_DOMAIN", "what": "eigen woning"}]
    probation = door.signed_in(*PROBATION)
    probation.done(case, "provide-items", {"offered": offered, "purpose": "COORDINATE_CARE"})
    looked_at(door, case)
    request = asked(door, number)
    did(door.signed_in(*POLICE), request, "decide-part", **REFUSAL)
    granted(door, request)

    made = report(door, request, copy=True)
    assert {(one["org"], one["category"]) for one in made["sources"]} == {("PROBATION", "LIFE_DOMAIN")}
    assert (made["seen"], [one["org"] for one in made["organisations"]]) == ([], ["PROBATION"])
    assert made["withheld"] == [{"ground": "EXCEPTION", "entries": 4}]
    assert made["count"]["shown"] + 4 == made["count"]["entries"]
    assert {one["provider_org"] for one in made["copy"]} == {"PROBATION"}
    given = [one for one in facts(door, case) if isinstance(one, DataDisclosed) and one.kind == "TO_SUBJECT"]
    assert {item.provider_org for one in given for item in one.items} == {"PROBATION"}
    page = contact_point(door).post(f"/rights/{request}/make-report", {"format": "text", "copy": True}).text
    assert "een uitzondering in de wet" in page
    assert "Politie" not in page
    did(contact_point(door), request, "answer-request")
    assert seen(door, request)["outcome"] == "PARTLY"


def test_of_a_case_of_which_all_was_refused_nothing_is_asked_for_the_copy(door: Door) -> None:
    """A request in vain would stand in the next account, and tell of what is kept back."""
    number = bsn()
    case = at_work(door, number)
    looked_at(door, case)
    request = asked(door, number)
    did(door.signed_in(*POLICE), request, "decide-part", **REFUSAL)
    granted(door, request)
    made = [report(door, request, copy=True) for _ in range(2)][-1]
    assert (made["copy"], made["refused"], made["cases"], made["count"]["shown"]) == ([], [], [], 0)
    assert not [one for one in facts(door, case) if getattr(one, "kind", "") == "TO_SUBJECT"]


def test_a_correction_is_heard_by_exactly_those_who_got_the_item(door: Door) -> None:
    """The source gives it anew; probation and treatment hear of it once, and who never saw it hears nothing."""
    number = bsn()
    case = at_work(door, number)
    for hat in (PROBATION, TREATMENT, PROBATION):
        assert door.signed_in(*hat).ask(case, "COORDINATE_CARE", "IDENTITY").status_code == 200
    request = asked(door, number, "RECTIFICATION")
    item = item_of(door, case, "IDENTITY")
    place = f"/rights/{request}/cases/{case}"
    body = {"item": item, "request": request, "values": {**VALUES, "bsn": number}}
    problem_of(door.signed_in(*COLLEGE).post(f"{place}/rectify-item", body), 403, "NOT_YOUR_PART")
    short = {**body, "values": {"address": "Andersstraat 9"}}
    problem_of(door.signed_in(*POLICE).post(f"{place}/rectify-item", short), 422, "MISSING_FIELD")
    more = {**body, "values": {**VALUES, "colour": "rood"}}
    problem_of(door.signed_in(*POLICE).post(f"{place}/rectify-item", more), 422, "BAD_VALUE")
    done = door.signed_in(*POLICE).post(f"{place}/rectify-item", body)
    assert done.status_code == 200, done.text

    notices = [one for one in facts(door, case) if isinstance(one, RecipientNotified)]
    assert {(one.recipient_org, len(one.disclosures)) for one in notices} == {("PROBATION", 2), ("MENTAL_HEALTH", 1)}
    door.house.settle()
    told = [topic for _, topic, value in door.house.published(0) if b"data-corrected" in value]
    assert sorted(told) == ["zvh.feed.mental-health", "zvh.feed.probation"]
    values = door.signed_in(*PROBATION).ask(case, "COORDINATE_CARE", "IDENTITY").json()["values"]
    assert [one["content"]["address"] for one in values] == ["Andersstraat 9"]
    shown = [one for one in facts(door, case) if isinstance(one, DataDisclosed)][-1]
    assert [one.version for one in shown.items] == [2]


def test_the_persons_own_statement_goes_with_an_opinion(door: Door) -> None:
    """It is added beside the item, for the same readers; the opinion stays as it was."""
    number = bsn()
    case = at_work(door, number)
    request = asked(door, number, "RECTIFICATION")
    opinion = item_of(door, case, "LIFE_DOMAIN")
    body = {"request": request, "about": opinion, "statement": "Ik zie dat anders."}
    assert contact_point(door).post(f"/rights/{request}/cases/{case}/add-statement", body).status_code == 200
    values = door.signed_in(*PROBATION).ask(case, "COORDINATE_CARE", "LIFE_DOMAIN").json()["values"]
    assert {"statement": "Ik zie dat anders."} in [one["content"] for one in values]
    assert opinion in {one["item_id"] for one in values}


def test_a_locked_item_is_for_nobody_until_the_person_was_told_of_the_end(door: Door) -> None:
    """RESTRICTED at the desk, also for who saw it before; the contact point still copies it for the person."""
    number = bsn()
    case = at_work(door, number)
    assert door.signed_in(*PROBATION).ask(case, "COORDINATE_CARE", "IDENTITY").status_code == 200
    request = asked(door, number, "RESTRICTION")
    item = item_of(door, case, "IDENTITY")
    place, desk = f"/rights/{request}/cases/{case}", contact_point(door)
    body = {"request": request, "items": [item], "ground": "ACCURACY_CONTESTED"}
    problem_of(door.signed_in(*POLICE).post(f"{place}/restrict-processing", body), 403, "WRONG_HAT")
    locked = desk.post(f"{place}/restrict-processing", body)
    assert locked.status_code == 200, locked.text
    assert problem_of(door.signed_in(*PROBATION).ask(case, "COORDINATE_CARE", "IDENTITY"), 422, "RESTRICTED")

    access = asked(door, number)
    granted(door, access)
    assert "Joppe" in json.dumps(report(door, access, copy=True)["copy"])
    lift = {"restriction": locked.json()["facts"][0]["id"], "told_on": in_days(2)}
    problem_of(desk.post(f"{place}/lift-restriction", lift), 422, "BAD_DATE")
    assert desk.post(f"{place}/lift-restriction", {**lift, "told_on": in_days(0)}).status_code == 200
    assert door.signed_in(*PROBATION).ask(case, "COORDINATE_CARE", "IDENTITY").status_code == 200
    assert [one.what for one in facts(door, case) if isinstance(one, RecipientNotified)] == [
        "RESTRICTED",
        "RESTRICTION_LIFTED",
    ]


def test_an_objection_locks_what_it_is_about_and_is_weighed(door: Door) -> None:
    """From the identity check on it is locked; the right controller weighs, with words and a compelling ground."""
    number = bsn()
    case = at_work(door, number)
    item = item_of(door, case, "IDENTITY")
    request = asked(door, number, "OBJECTION", items=[{"case": case, "item": item}])
    assert problem_of(door.signed_in(*PROBATION).ask(case, "COORDINATE_CARE", "IDENTITY"), 422, "RESTRICTED")
    police = door.signed_in(*POLICE)
    plain = {"outcome": "REFUSED", "ground": "COMPELLING_GROUND", "reason": "Nodig."}
    problem_of(police.post(f"/rights/{request}/decide-part", plain), 422, "NOT_WEIGHED")
    weighing = {"upheld": False, "weighing": "De veiligheid van de buren weegt zwaarder."}
    problem_of(police.post(f"/rights/{request}/weigh-objection", weighing), 422, "MISSING_FIELD")
    did(police, request, "weigh-objection", **weighing, interest="SAFETY_OF_SOMEBODY")
    assert problem_of(contact_point(door).post(f"/rights/{request}/answer-request"), 409, "ALL_REFUSED")
    refusal = {"ground": "COMPELLING_GROUND", "reason": "Het belang van anderen weegt zwaarder."}
    did(contact_point(door), request, "refuse-request", **refusal)
    assert seen(door, request)["ending"] == "REFUSED"


def test_what_the_person_filed_keeps_the_case_from_destruction_until_it_ends(door: Door) -> None:
    """A hold in every case of the person, with the ground of the remedy; only the privacy officer ends it."""
    number = bsn()
    case = at_work(door, number)
    looked_at(door, case)
    request = asked(door, number)
    granted(door, request)
    report(door, request)
    did(contact_point(door), request, "answer-request")
    assert case_of(door, case).holds == frozenset()
    did(contact_point(door), request, "file-remedy", kind="COURT")
    (remedy,) = seen(door, request)["remedies"]
    assert case_of(door, case).holds == {UUID(remedy["remedy_id"])}
    assert [one.ground for one in facts(door, case) if isinstance(one, HoldPlaced)] == ["RIGHTS_REQUEST", "COURT"]
    problem_of(
        contact_point(door).post(f"/rights/{request}/end-remedy", {"remedy": remedy["remedy_id"]}), 403, "WRONG_HAT"
    )
    did(door.signed_in(*PRIVACY), request, "end-remedy", remedy=remedy["remedy_id"])
    assert case_of(door, case).holds == frozenset()


def test_deferred_informing_keeps_the_case_back_until_the_person_is_told(door: Door) -> None:
    """All of that case is withheld; told, all is visible; a review that went by stops the account."""
    number = bsn()
    case = at_work(door, number)
    director = door.director()
    director.done(case, "defer-informing", {"ground": "SAFETY", "reason": "Onveilig.", "review_by": in_days(10)})
    request = asked(door, number)
    granted(door, request)
    kept = report(door, request, copy=True)
    assert (kept["cases"], kept["organisations"], kept["copy"]) == ([], [], [])
    assert kept["withheld"] == [{"ground": "INFORM_DEFERRED", "entries": kept["count"]["entries"]}]
    assert case not in json.dumps(kept)
    director.done(case, "record-informed", {"on": in_days(0)})
    told = report(door, request, copy=True)
    assert [one["case_id"] for one in told["cases"]] == [case]
    assert told["withheld"] == []
    assert told["copy"]


def test_a_repeated_request_is_one_request(door: Door) -> None:
    """The same key is the same number; another body under it is told."""
    caller, key, number = contact_point(door), str(uuid4()), bsn()
    first = caller.post("/rights", {"right": "ACCESS", "bsn": number}, Idempotency_Key=key).json()
    assert caller.post("/rights", {"right": "ACCESS", "bsn": number}, Idempotency_Key=key).json() == first
    other = caller.post("/rights", {"right": "ERASURE", "bsn": number}, Idempotency_Key=key)
    problem_of(other, 409, "ID_REUSED")


def test_every_body_of_the_contact_point_is_described(door: Door) -> None:
    """The OpenAPI document has a schema for each, and the key is required."""
    document = door.client.get("/openapi.json").json()
    operations = {one["operationId"]: one for path in document["paths"].values() for one in path.values()}
    for name, shape in RIGHTS_BODIES.items():
        body = operations[name]["requestBody"]["content"]["application/json"]["schema"]
        assert body == {"$ref": f"#/components/schemas/{shape.__name__}"}
        headers = {one["name"]: one["required"] for one in operations[name]["parameters"] if one["in"] == "header"}
        assert headers["Idempotency-Key"] is True
    assert door.signed_in(*CONTACT_POINT).get("/rights").status_code == 200
