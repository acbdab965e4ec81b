"""``/fhir/AuditEvent`` on a real house: valid bundles, searched as FHIR defines it, by whom the ledger's desk lets."""

from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.operationoutcome import OperationOutcome

from events.ledger import LedgerConsulted
from tests.http_house import POLICE, PROBATION, Caller, Door
from tests.outward.balp_rules import problems
from tests.outward.giving import receipt
from tests.rights_house import at_work
from tests.scenarios.people import bsn, in_days

PLACE = "/fhir/AuditEvent"
URIS, BSN = "urn:ietf:rfc:3986", "http://fhir.nl/fhir/NamingSystem/bsn"
OFFICE, CONTACT = ("HOUSE_STAFF", "privacy-office"), ("HOUSE_STAFF", "contact-point")
Words = list[tuple[str, str]]


def get(caller: Caller, words: Words) -> httpx.Response:
    return caller.get(f"{PLACE}?{urlencode(words)}")


def searched(caller: Caller, *words: tuple[str, str]) -> dict[str, Any]:
    """Return the bundle, after a look that it and every event in it are valid."""
    answer = get(caller, list(words))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/fhir+json"
    found: dict[str, Any] = answer.json()
    Bundle.model_validate(found)
    assert [list(problems(one)) for one in events(found)] == [[] for _ in events(found)]
    return found


def events(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    return [one["resource"] for one in bundle.get("entry", []) if one["search"]["mode"] == "match"]


def sides(bundle: dict[str, Any]) -> list[str]:
    """Return of each event its side, and who received."""
    return [
        f"{one['meta']['profile'][0].rpartition('.')[2]} {one['agent'][1]['who']['display']}"
        for one in events(bundle)
        if one["entity"][1]["detail"][0]["valueString"] != "LEDGER"
    ]


def outcome(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Return an error, which is a whole OperationOutcome."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/fhir+json"
    found: dict[str, Any] = answer.json()
    OperationOutcome.model_validate(found)
    assert found["issue"][0]["details"]["coding"][0]["code"] == code
    return found


@pytest.fixture
def number() -> str:
    """A number of a new person."""
    return bsn()


def shown(door: Door, number: str) -> tuple[str, str]:
    """Let probation see of a case, and say that it did. Returns the case and the person."""
    case = at_work(door, number)
    answer = door.signed_in(*PROBATION).ask(case, "COORDINATE_CARE")
    assert answer.status_code == 200, answer.text
    receipt(door, UUID(case), UUID(answer.json()["disclosure_id"]))
    return case, str(door.house.pseudonyms.find_subject(number))


def test_a_person_is_searched_by_pseudonym_and_by_number(door: Door, number: str) -> None:
    """Referral, look and receipt stand there as three events, however the person is named; no answer has the number."""
    _, person = shown(door, number)
    ways = [
        ("patient", person),
        ("patient", f"Patient/{person}"),
        ("patient", f"urn:uuid:{person}"),
        ("patient:identifier", f"{URIS}|urn:uuid:{person}"),
        ("patient:identifier", f"{BSN}|{number}"),
    ]
    for hat in (OFFICE, CONTACT):
        for way in ways:
            found = searched(door.signed_in(*hat), way)
            assert sides(found) == ["Recipient HOUSE_STAFF", "Source PROBATION", "Recipient PROBATION"]
            assert number not in str(found)
    unknown = searched(door.signed_in(*OFFICE), ("patient:identifier", f"{BSN}|{bsn()}"))
    assert events(unknown) == []


def test_dates_are_those_of_fhir(door: Door, number: str) -> None:
    """By when it was recorded: a day, a moment, a period; what is not in it is left out."""
    _, person = shown(door, number)
    office, who = door.signed_in(*OFFICE), ("patient", person)
    whole = sides(searched(office, who))
    first = events(searched(office, who))[0]["recorded"]
    for words in ([("date", f"ge{in_days(-2)}")], [("date", f"ge{in_days(-2)}"), ("date", f"lt{in_days(2)}")]):
        assert sides(searched(office, who, *words)) == whole
    for words in ([("date", f"gt{in_days(1)}")], [("date", f"lt{in_days(-2)}")], [("date", in_days(-5))]):
        assert sides(searched(office, who, *words)) == []
    assert sides(searched(office, who, ("date", f"le{first}"))) == whole[:1]
    assert sides(searched(office, who, ("date", f"gt{first}"))) == whole[1:]
    assert sides(searched(office, who, ("date", first))) == whole[:1]


def test_a_recipient_is_searched_by_its_urn(door: Door, number: str) -> None:
    """What one organisation received, and of one person what it received."""
    _, person = shown(door, number)
    probation = door.house.names.urn("PROBATION", door.house.clock.now())
    agent, office = ("agent:identifier", f"{URIS}|{probation}"), door.signed_in(*OFFICE)
    expected = ["Source PROBATION", "Recipient PROBATION"]
    assert sides(searched(office, agent)) == expected
    assert sides(searched(office, agent, ("patient", person))) == expected
    police = door.house.names.urn("POLICE", door.house.clock.now())
    assert sides(searched(office, ("agent:identifier", f"{URIS}|{police}"))) == []


def test_an_organisation_searches_what_it_received_itself(door: Door, number: str) -> None:
    """Also of one person; what others received it is not told, nor by naming them."""
    _, person = shown(door, number)
    probation, police = door.signed_in(*PROBATION), door.signed_in(*POLICE)
    expected = ["Source PROBATION", "Recipient PROBATION"]
    assert sides(searched(probation)) == expected
    assert sides(searched(probation, ("patient", person))) == expected
    assert sides(searched(probation, ("patient", str(uuid4())))) == []
    assert sides(searched(police, ("patient", person))) == []
    other = door.house.names.urn("PROBATION", door.house.clock.now())
    outcome(get(police, [("agent:identifier", f"{URIS}|{other}")]), 403, "WRONG_HAT")


def test_every_search_is_on_record_and_so_is_every_refusal(door: Door, number: str) -> None:
    """With the person, or the organisation, that it was about; a process director is refused."""
    _, person = shown(door, number)
    searched(door.signed_in(*OFFICE), ("patient", person))
    searched(door.signed_in(*PROBATION))
    outcome(get(door.director(), [("patient", person)]), 403, "WRONG_HAT")
    outcome(get(door.signed_in(*OFFICE), []), 422, "BULK")
    outcome(door.client.get(PLACE), 401, "NOT_SIGNED_IN")
    facts = door.house.store.history(door.house.ledger_desk.stream)
    looks = [one.fact for one in facts if isinstance(one.fact, LedgerConsulted)]
    assert [(one.question, str(one.subject_id), one.about_org, one.granted) for one in looks] == [
        ("SUBJECT", person, None, True),
        ("PARTICIPANT", "None", "PROBATION", True),
        ("SUBJECT", person, None, False),
    ]


def test_pages_lead_to_everything_once(door: Door, number: str) -> None:
    """Of a person and of a recipient, one request of the ledger at a time; no address has the number."""
    _, person = shown(door, number)
    answer = door.signed_in(*PROBATION).ask(shown(door, number)[0], "COORDINATE_CARE")
    assert answer.status_code == 200
    door.house.settle()
    for caller, words in (
        (door.signed_in(*CONTACT), [("patient:identifier", f"{BSN}|{number}"), ("date", f"ge{in_days(-2)}")]),
        (door.signed_in(*PROBATION), []),
    ):
        whole = [one["id"] for one in events(searched(caller, *words)) if "LEDGER" not in str(one)]
        page = searched(caller, *words, ("_count", "1"))
        found, pages = [one["id"] for one in events(page) if "LEDGER" not in str(one)], 1
        while following := [one["url"] for one in page["link"] if one["relation"] == "next"]:
            assert number not in following[0]
            assert number not in str(page["link"])
            parts = urlsplit(following[0])
            page = caller.get(f"{parts.path}?{parts.query}").json()
            found += [one["id"] for one in events(page) if "LEDGER" not in str(one)]
            pages += 1
            assert pages < 50
        assert found == whole
        assert pages > 1
    assert person


@pytest.mark.parametrize(
    "words",
    [
        [("patient", "niemand")],
        [("patient", str(uuid4())), ("patient", str(uuid4()))],
        [("patient:identifier", f"{BSN}|123456789")],
        [("patient:identifier", str(uuid4()))],
        [("agent:identifier", f"{URIS}|urn:nld:oin:1")],
        [("date", "gisteren")],
        [("date", "ne2026-01-01")],
        [("date", "2026-02-30")],
        [("_count", "0")],
        [("_page", "geen-plaats")],
        [("entity", "Patient/1")],
    ],
)
def test_a_search_that_cannot_be_done_is_refused(door: Door, words: Words) -> None:
    """Never half done: a filter that is not known, or not understood, gives no events; and nothing is quoted."""
    found = outcome(get(door.signed_in(*OFFICE), words), 400, "BAD_VALUE")
    assert all(value not in str(found) for _, value in words)


def test_what_is_kept_from_the_person_is_marked_and_not_for_the_contact_point(door: Door, number: str) -> None:
    """Given a deferral, then the privacy office sees the events with the mark R, and the contact point none."""
    case, person = shown(door, number)
    who = ("patient", person)
    assert not any("security" in one["meta"] for one in events(searched(door.signed_in(*OFFICE), who)))
    door.director().done(case, "defer-informing", {"ground": "SAFETY", "reason": "Onveilig.", "review_by": in_days(9)})
    door.house.settle()
    kept = events(searched(door.signed_in(*OFFICE), who))
    assert {one["meta"]["security"][0]["code"] for one in kept} == {"R"}
    door.house.settle()
    assert events(searched(door.signed_in(*CONTACT), who)) == []


def test_an_answer_that_may_lack_something_says_so_in_the_bundle(door: Door, number: str) -> None:
    """Facts that are not in the overviews yet: an OperationOutcome stands among the entries."""
    _, person = shown(door, number)
    office = door.signed_in(*OFFICE)
    searched(office, ("patient", person))
    late = searched(office, ("patient", person))
    said = [one["resource"] for one in late["entry"] if one["search"]["mode"] == "outcome"]
    assert [one["issue"][0]["code"] for one in said] == ["incomplete"]
    door.house.settle()
    whole = searched(office, ("patient", person))
    assert {one["search"]["mode"] for one in whole["entry"]} == {"match"}


def test_it_says_what_it_can_do(door: Door) -> None:
    """A CapabilityStatement of R4, for whoever is signed in."""
    answer = door.signed_in(*POLICE).get("/fhir/metadata")
    assert answer.status_code == 200
    found = CapabilityStatement.model_validate(answer.json())
    assert found.fhirVersion == "4.0.1"
