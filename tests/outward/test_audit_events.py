"""Disclosures as FHIR audit events: of every fact that hands something over, each valid and with the right sides."""

import copy
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from fhir.resources.R4B.auditevent import AuditEvent
from pydantic import ValidationError

from events.canonical import encode
from events.correction import DataAccessed
from events.disclosure import DataDisclosed, SubjectShown
from events.fact import Fact
from events.receipt import Numbered
from events.vocabulary import SubjectRole
from policies.reference import Reference
from projections.standards.balp import Resource, recipient_event, source_event
from projections.standards.handed import Handed, handed, received
from projections.standards.names import Names
from tests.facts import EXAMPLES, HOUSE_OIN, ITEM, NOON, POLICE_OIN, SUBJECT, recorded
from tests.outward.balp_rules import PROFILE, RULES, problems

NAMES = Names(Reference.load(), HOUSE_OIN)
DISCLOSED = next(one for one in EXAMPLES if isinstance(one, DataDisclosed))
RECEIPT = next(one for one in EXAMPLES if isinstance(one, DataAccessed))


def of(fact: Fact) -> list[Handed]:
    return handed(Numbered(7, encode(recorded(fact), HOUSE_OIN)), NAMES.house)


def receipt_event(one: Handed) -> Resource:
    receipt = received(Numbered(9, encode(recorded(RECEIPT), HOUSE_OIN)))
    assert receipt is not None
    return recipient_event(receipt, one, NAMES)


def every_event() -> dict[str, dict[str, Any]]:
    """Return an event of every example fact that hands something over, and of a receipt."""
    found = {fact.type_name: source_event(one, NAMES) for fact in EXAMPLES for one in of(fact)}
    return {**found, "receipt": receipt_event(of(DISCLOSED)[0])}


EVENTS = every_event()


@pytest.mark.parametrize("name", EVENTS)
def test_each_event_fits_fhir_and_its_profile(name: str) -> None:
    """The shape of R4B, and every rule of the profile that the event names."""
    assert list(problems(EVENTS[name])) == []


def test_every_kind_of_hand_over_has_an_event() -> None:
    """What is provided, shown and looked at; a refusal hands nothing over."""
    kinds = {name.split(".")[3] for name in EVENTS if name != "receipt"}
    assert kinds == {
        "referral-submitted",
        "referral-supplemented",
        "enrichment-provided",
        "items-provided",
        "item-rectified",
        "statement-added",
        "data-disclosed",
        "ledger-consulted",
    }


def _without(event: dict[str, Any], *path: str | int) -> None:
    place: Any = event
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]


Spoil = Callable[[dict[str, Any]], object]
SPOILED: dict[str, Spoil] = {
    "no modifier extension": lambda e: e.update(modifierExtension=[{"url": "urn:x", "valueString": "x"}]),
    "type of the side": lambda e: e["type"].update(code="110107"),
    "action of the side": lambda e: e.update(action="C"),
    "a disclose subtype, once": lambda e: e.update(subtype=e["subtype"] * 2),
    "an outcome": lambda e: _without(e, "outcome"),
    "two agents or more": lambda e: e.update(agent=e["agent"][:1]),
    "one source agent": lambda e: e["agent"].append(e["agent"][0]),
    "one recipient agent": lambda e: e["agent"].append(e["agent"][1]),
    "one custodian at most": lambda e: e["agent"].append(e["agent"][3]),
    "one authorizer at most": lambda e: e["agent"].extend([_authorizer(), _authorizer()]),
    "who each named agent is": lambda e: _without(e, "agent", 1, "who"),
    "network of source and recipient": lambda e: _without(e, "agent", 0, "network"),
    "the recording side is the audit source": lambda e: e["source"].update(observer=e["agent"][1]["who"]),
    "two entities or more": lambda e: e.update(entity=e["entity"][:1]),
    "one patient": lambda e: e["entity"].append(e["entity"][0]),
    "role of the patient": lambda e: _without(e, "entity", 0, "role"),
    "the patient is referred to": lambda e: _without(e, "entity", 0, "what"),
}


def _authorizer() -> dict[str, Any]:
    coding = {"system": "http://snomed.info/sct", "code": "429577009"}
    return {"type": {"coding": [coding]}, "who": {"display": "x"}, "requestor": False}


@pytest.mark.parametrize("name", RULES)
def test_each_rule_notices_what_breaks_it(name: str) -> None:
    """A rule that never fails would prove nothing."""
    event = copy.deepcopy(EVENTS[DISCLOSED.type_name])
    SPOILED[name](event)
    assert name in problems(event)


def test_the_shapes_of_fhir_notice_a_wrong_field() -> None:
    """The library refuses what R4B does not have."""
    event = copy.deepcopy(EVENTS[DISCLOSED.type_name])
    event["agents"] = []
    with pytest.raises(ValidationError):
        AuditEvent.model_validate(event)
    AuditEvent.model_validate({key: value for key, value in event.items() if key != "agents"})


def test_a_disclosure_and_its_receipt_are_two_sides_of_one() -> None:
    """The house exports, the recipient imports; sides, person, data and purpose are the same."""
    ours, theirs = EVENTS[DISCLOSED.type_name], EVENTS["receipt"]
    assert ours["meta"]["profile"] == [f"{PROFILE}Source"]
    assert theirs["meta"]["profile"] == [f"{PROFILE}Recipient"]
    assert (ours["type"]["code"], theirs["type"]["code"]) == ("110106", "110107")
    for same in ("entity", "purposeOfEvent"):
        assert ours[same] == theirs[same]
    assert ours["agent"][:2] == theirs["agent"][:2]
    assert ours["source"]["observer"] == ours["agent"][0]["who"]
    assert theirs["source"]["observer"] == theirs["agent"][1]["who"]
    assert ours["id"] != theirs["id"]


def test_what_is_provided_is_an_import_of_the_house() -> None:
    """Given a referral by the police, then the police are the source, and the house records."""
    event = EVENTS["nl.zvh.cases.referral-submitted.v1"]
    assert event["meta"]["profile"] == [f"{PROFILE}Recipient"]
    source, recipient = (one["who"]["identifier"]["value"] for one in event["agent"][:2])
    assert (source, recipient) == (f"urn:nld:oin:{POLICE_OIN}", f"urn:nld:oin:{HOUSE_OIN}")
    assert not event["agent"][2]["requestor"]


def test_each_person_has_an_event_with_its_own_data_alone() -> None:
    """Given a look at two persons, then two events, each with one patient and that person's items."""
    other = UUID("01a00000-0000-4000-8000-0000000000cc")
    shown = DISCLOSED.items[0]
    theirs = shown.model_copy(update={"item_id": UUID(int=ITEM.int + 1), "subject_id": other, "category": "HEALTH"})
    both = DISCLOSED.model_copy(
        update={
            "subjects": (*DISCLOSED.subjects, SubjectShown(subject_id=other, role=SubjectRole.VICTIM)),
            "items": (shown, theirs),
        }
    )
    events = [source_event(one, NAMES) for one in of(both)]
    assert [list(problems(one)) for one in events] == [[], []]
    found = [[one["what"]["identifier"]["value"] for one in event["entity"]] for event in map(dict[str, Any], events)]
    assert found == [
        [f"urn:uuid:{SUBJECT}", f"urn:uuid:{shown.item_id}"],
        [f"urn:uuid:{other}", f"urn:uuid:{theirs.item_id}"],
    ]
    assert len({event["id"] for event in events}) == 2


def test_a_person_without_data_in_a_look_has_no_event() -> None:
    """Somebody whom the request was about, and of whom nothing was shown, was handed to nobody."""
    other = UUID("01a00000-0000-4000-8000-0000000000cc")
    asked = SubjectShown(subject_id=other, role=SubjectRole.FAMILY)
    both = DISCLOSED.model_copy(update={"subjects": (*DISCLOSED.subjects, asked)})
    assert [one.subject_id for one in of(both)] == [SUBJECT]


def test_a_third_party_has_a_name_of_this_house() -> None:
    """Given a result for somebody without an OIN, then the event names it by our code, and is valid."""
    result = DISCLOSED.model_copy(update={"recipient_org": "HOUSING_CORPORATION", "kind": "RESULT_TO_THIRD_PARTY"})
    (event,) = (source_event(one, NAMES) for one in of(result))
    assert list(problems(event)) == []
    urn = f"urn:nld:oin:{HOUSE_OIN}:systeem:zvh:organisatie:HOUSING_CORPORATION"
    assert urn in str(event["agent"])
    assert NAMES.org(urn, NOON) == "HOUSING_CORPORATION"
