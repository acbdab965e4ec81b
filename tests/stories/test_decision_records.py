"""The record of a decision: it can be asked again, by the rules of its day or others, and holds no typed text."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from cedarpy import Decision, Entities, Schema, is_authorized
from hypothesis import given
from hypothesis import strategies as st

from events.canonical import encode
from events.decision import AccessDecided
from events.policy_set import PolicySetActivated
from policies.asking import AccessRequest, ItemAsked
from policies.engine import Policies
from policies.policy_set import SCHEMA, PolicyText
from policies.recorded import Asked, item_of, record, request_of
from policies.reference import Reference
from services.decision_log import record_of
from services.policy_replay import Kind, compared, replayed
from tests.facts import FACT, HOUSE_OIN, recorded
from tests.policies.changed import changed
from tests.policies.test_policies import (
    AUDITOR,
    CARE,
    FOR_THIRD,
    GRANTED_HEALTH,
    HANDING,
    HANDLER,
    HEALTH,
    ITEMS,
    NUISANCE,
    OWN_DATA,
    POLICE,
    POLICIES,
    REFERENCE,
    REQUESTS,
    RESULT,
    STAFF,
    WEIGHING,
    changed_text,
)

REQUESTED = st.one_of(REQUESTS, st.sampled_from([POLICE, CARE, STAFF, WEIGHING, HANDLER, HANDING, AUDITOR]))
LOOKED_AT = st.one_of(ITEMS, st.sampled_from([NUISANCE, HEALTH, GRANTED_HEALTH, OWN_DATA, RESULT, FOR_THIRD]))
SETS = {
    POLICIES.text.digest: PolicySetActivated(
        occurred_at=datetime.fromisoformat("2026-03-02T12:00:00Z"),
        legal_ref="ZVH:governance",
        policy_set=POLICIES.text.digest,
        files=POLICIES.text.files,
        tables=REFERENCE.packaged(),
        version="0.1.0",
    )
}


def decided(
    request: AccessRequest, item: ItemAsked, policies: Policies = POLICIES, reference: Reference = REFERENCE
) -> AccessDecided:
    """Return the record of one request about one item, as the desk makes it."""
    asked = [Asked(None, policies.may_ask(request))]
    if asked[0].verdict.allowed:
        asked.append(Asked(item, policies.decide(request, [item])[item.item_id]))
    return record(FACT, "p-0123456789abcdef", request, asked, policies, reference)


@given(REQUESTED, LOOKED_AT)
def test_a_decision_comes_out_the_same_when_it_is_executed_again(request: AccessRequest, item: ItemAsked) -> None:
    """Whatever was asked: policies, information and engine of that day give the same answer by the same rules."""
    found = replayed([decided(request, item)], SETS)
    assert (found.decisions, found.equal, found.differing) == (1, 1, [])


@given(REQUESTED, LOOKED_AT)
def test_the_question_can_be_read_back_from_its_record(request: AccessRequest, item: ItemAsked) -> None:
    """Asked anew from the record, under today's tables, the same rules give the same answer: nothing was left out."""
    found = decided(request, item)
    again = request_of(found)
    assert POLICIES.may_ask(again) == POLICIES.may_ask(request)
    items = [one for evaluation in found.evaluations if (one := item_of(evaluation)) is not None]
    assert POLICIES.decide(again, items) == (POLICIES.decide(request, [item]) if items else {})
    assert compared([found], POLICIES).refused.total() == compared([found], POLICIES).allowed.total() == 0


def test_what_a_person_typed_is_in_no_record() -> None:
    """A purpose, ground, kind, secrecy ground or recipient that no table knows is recorded as unknown."""
    typed = "Mila Vanhoudt"
    asked = replace(POLICE, purpose=typed, legal_basis=(typed,), kind=typed, secrecy_ground=typed, recipient=typed)
    assert typed.encode() not in encode(recorded(decided(asked, NUISANCE)), HOUSE_OIN)


def test_another_set_shows_exactly_what_it_would_refuse_and_allow() -> None:
    """A laxer rule and a reader off the matrix: each affected item is told by participant, purpose and rule."""
    college = replace(POLICE, org="MUNICIPAL_EXECUTIVE", oin="00000001003214345005", task="wmo")
    records = [
        decided(POLICE, NUISANCE),
        decided(college, NUISANCE),
        decided(WEIGHING, HEALTH),
        decided(replace(POLICE, purpose=None), NUISANCE),
    ]
    quiet = changed(
        "categories",
        lambda text: text.replace(
            'excluded = ["ORG:MENTAL_HEALTH"]', 'excluded = ["ORG:MENTAL_HEALTH", "ORG:MUNICIPAL_EXECUTIVE"]'
        ),
    )
    no_secret = changed_text(
        lambda text: text.replace("!context.secrecy_ground && !resource.granted_on_ground", "false")
    ).text
    found = compared(records, Policies(no_secret, quiet))
    assert found.decisions == 4
    assert found.refused == {Kind("MUNICIPAL_EXECUTIVE", "COORDINATE_ENFORCEMENT", "CATEGORY_NOT_ALLOWED"): 1}
    assert found.allowed == {Kind("POLICE", "ASSESS_CRITERIA", "professional-secret"): 1}


def test_a_set_that_was_never_active_is_named_as_the_cause() -> None:
    """Given a record whose policies are nowhere, the replay does not guess."""
    found = replayed([decided(POLICE, NUISANCE)], {})
    assert [one.cause for one in found.differing] == ["POLICY_SET_MISSING"]


def test_a_record_that_was_tampered_with_comes_out_otherwise() -> None:
    """Given a record whose answer was turned round, the replay says that nothing explains it."""
    good = decided(POLICE, replace(NUISANCE, restricted=True))
    turned = good.evaluations[1].model_copy(
        update={"decision": True, "reason_code": "OK", "policies": ("standing-readers",)}
    )
    (found,) = replayed([good.model_copy(update={"evaluations": (good.evaluations[0], turned)})], SETS).differing
    assert (found.cause, found.now) == (
        "UNEXPLAINED",
        ("OK:whoever-is-not-stopped-may-ask", "RESTRICTED:locked-while-it-is-contested"),
    )


def test_the_digests_can_be_made_again_by_anybody() -> None:
    """The set's digest is over the canonical JSON of its files; the decision's over that and the tables of the day."""
    plain = json.dumps(POLICIES.text.files, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert hashlib.sha256(plain).hexdigest() == POLICIES.text.digest
    at = POLICE.at
    tables = json.dumps(REFERENCE.in_force(at), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    whole = f"{POLICIES.text.digest}|{hashlib.sha256(tables).hexdigest()}"
    assert hashlib.sha256(whole.encode()).hexdigest() == POLICIES.digest(at)


def test_the_schema_accepts_what_the_engine_is_told() -> None:
    """Every kind of request and item fits the schema that the policies were checked against."""
    schema = Schema.from_str(POLICIES.text.files[SCHEMA])
    for request, item in ((POLICE, NUISANCE), (HANDLER, OWN_DATA), (HANDING, FOR_THIRD), (AUDITOR, HEALTH)):
        told = POLICIES.told(request, [item])
        entities = Entities.from_json_str(json.dumps(told.entities), schema)
        asked = {
            "principal": 'Recipient::"asking"',
            "action": 'Action::"read"',
            "resource": f'Item::"{item.item_id}"',
            "context": dict(told.context),
        }
        answer = is_authorized(asked, POLICIES.text.text, entities, schema=schema)
        assert answer.decision is not Decision.NoDecision
        assert answer.diagnostics.errors == []


def test_the_log_has_the_field_names_of_the_draft() -> None:
    """Each key stands in the attributes or in the body, never in both; a denial is no error."""
    record_ = record_of(recorded(decided(replace(POLICE, purpose=None), NUISANCE)))
    assert set(record_) == {
        "trace_id", "span_id", "parent_span_id", "event_name", "timestamp", "status", "attributes", "resource", "body",
    }  # fmt: skip
    attributes, body = record_["attributes"], record_["body"]
    assert isinstance(attributes, dict)
    assert isinstance(body, dict)
    assert set(attributes) == {"adl.core.policies", "adl.core.configuration"}
    assert set(body) == {"adl.core.request", "adl.core.response", "adl.core.information"}
    assert (record_["event_name"], record_["status"]) == ("adl.access_evaluation", "Ok")
    assert body["adl.core.response"] == {
        "decision": False,
        "context": {"reason": "NO_PURPOSE", "policies": ["no-data-without-purpose"]},
    }
    several = record_of(recorded(decided(POLICE, NUISANCE)))
    assert several["event_name"] == "adl.access_evaluations"
    assert (len(str(record_["trace_id"])), len(str(record_["span_id"]))) == (32, 16)
    assert str(UUID(str(record_["trace_id"]))) == "01a00000-0000-4000-8000-000000000005"
    assert set(PolicyText.packaged().files) == set(POLICIES.text.files)
