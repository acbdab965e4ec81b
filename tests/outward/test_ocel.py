"""One case as OCEL 2.0: valid, closed in itself, telling the work, and of no use to find a person again."""

import json
import re
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from events.correction import RecipientNotified
from events.decision import AccessDecided
from events.disclosure import DataDisclosed
from events.fact import Fact, Recorded, rfc3339
from events.informing import SubjectInformed
from events.retention import HoldLifted, HoldPlaced
from events.sealed import Sealed
from policies.reference import Reference
from projections.standards.names import Names
from services.case_file import case_file
from services.standards.ocel import CaseLog
from tests.facts import (
    ACCEPTED,
    ASSESSED,
    CASE,
    EXAMPLES,
    HOUSE_OIN,
    STARTED,
    SUBJECT,
    SUBMITTED,
    TRIAGE_OPENED,
    history,
)
from tests.stories.walking import Walk

SCHEMA = json.loads((Path(__file__).parents[1] / "standards" / "ocel-2.0.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker(["date-time"]))
REFERENCE = Reference.load()
NAMES = Names(REFERENCE, HOUSE_OIN)
DISCLOSED = next(one for one in EXAMPLES if isinstance(one, DataDisclosed))


def facts_of(*facts: Fact) -> list[Recorded]:
    """Return *facts* as one case's history, each by a command of its own."""
    return [_by_itself(one) for one in history(*facts)]


def _by_itself(one: Recorded) -> Recorded:
    return one.model_copy(update={"envelope": one.envelope.model_copy(update={"causation_id": uuid4()})})


RUN = facts_of(SUBMITTED, TRIAGE_OPENED, ASSESSED, ACCEPTED, STARTED, DISCLOSED)
Json = dict[str, Any]


def log_of(facts: list[Recorded]) -> Json:
    """Return the log of a case, after a look that it is whole and valid."""
    document: Json = CaseLog(REFERENCE, NAMES).document(CASE, facts)
    VALIDATOR.validate(document)
    _is_closed(document)
    return document


def _is_closed(document: Json) -> None:
    """What the schema cannot say: names are given once, and lead to what is declared."""
    objects = [one["id"] for one in document["objects"]]
    assert len(objects) == len(set(objects))
    events = [one["id"] for one in document["events"]]
    assert len(events) == len(set(events))
    for of, types in (("objects", "objectTypes"), ("events", "eventTypes")):
        declared = {one["name"]: {each["name"] for each in one["attributes"]} for one in document[types]}
        assert len(declared) == len(document[types])
        for one in document[of]:
            assert {each["name"] for each in one["attributes"]} <= declared[one["type"]], one
            assert {each["objectId"] for each in one["relationships"]} <= set(objects), one


def ids(document: Json) -> set[str]:
    """Return every name that stands for somebody or something of the case; organisations are named by code."""
    whole = [*document["objects"], *document["events"]]
    return {one["id"] for one in whole if one["type"] != "organisation"}


def test_a_case_tells_its_work() -> None:
    """Each fact is an event with the case, who did it and what it is about; the case has its stages."""
    document = log_of(RUN)
    assert [one["type"] for one in document["events"]] == [
        "referral-submitted",
        "triage-opened",
        "criteria-assessed",
        "case-accepted",
        "case-started",
        "data-disclosed",
    ]
    people = {RUN[0].envelope.actor, DISCLOSED.recipient_person, STARTED.case_director}
    orgs = {"POLICE", "SAFE_HOME", DISCLOSED.recipient_org}
    assert Counter(one["type"] for one in document["objects"]) == {
        "case": 1,
        "person": 1,
        "item": 1,
        "organisation": len(orgs),
        "professional": len(people),
    }
    case = next(one for one in document["objects"] if one["type"] == "case")
    stages = [(one["value"], one["time"]) for one in case["attributes"] if one["name"] == "stage"]
    at = rfc3339(RUN[0].envelope.recorded_at)
    assert stages == [(one, at) for one in ("REFERRED", "IN_TRIAGE", "STARTING", "IN_CONSULTATION")]
    assert [one["value"] for one in case["attributes"] if one["name"] == "room"] == ["LOCAL_CHAMBER"]
    look = document["events"][-1]
    told = {one["name"]: one["value"] for one in look["attributes"]}
    assert told["purpose"] == DISCLOSED.purpose
    assert told["decision"] == DISCLOSED.decision.value
    qualifiers = {one["qualifier"] for one in look["relationships"]}
    assert qualifiers >= {"case", "actor", "item", "person", "recipient_org", "provider_org", "on_behalf_of"}
    assert DISCLOSED.recipient_org in {one["objectId"] for one in look["relationships"]}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_every_walk_gives_a_valid_log_without_an_id_of_ours(seed: int) -> None:
    """Given any history, then no id, no pseudonym and no sealed value of it stands anywhere in the log."""
    walk = Walk(Random(seed))
    walk.begin()
    for _ in range(40):
        walk.tread()
    written = json.dumps(log_of([_by_itself(one) for one in walk.history]))
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-", written)
    assert not re.search(r'"p-[0-9a-f]{16}"', written)
    for one in walk.history:
        assert one.envelope.actor not in written
        for box in _boxes(one.fact.model_dump()):
            assert box not in written


def _boxes(part: object) -> set[str]:
    if isinstance(part, dict):
        own = {str(part["box"])} if set(part) == set(Sealed.model_fields) else set()
        return own.union(*(_boxes(value) for value in part.values()))
    if isinstance(part, (list, tuple)):
        return set().union(*(_boxes(value) for value in part))
    return set()


def test_two_exports_have_no_name_in_common() -> None:
    """Not of the same case, and not of the same person: no name in one leads to another."""
    first, second = log_of(RUN), log_of(RUN)
    assert ids(first) & ids(second) == set()
    assert [one["type"] for one in first["events"]] == [one["type"] for one in second["events"]]


def test_one_person_is_one_object_in_one_export() -> None:
    """Whoever the facts speak of twice has one name, so that the work can be followed."""
    document = log_of(RUN)
    persons = [one for one in document["objects"] if one["type"] == "person"]
    assert len(persons) == 1
    related = [one["id"] for one in document["events"] if persons[0]["id"] in str(one["relationships"])]
    assert len(related) >= 2
    assert str(SUBJECT) not in json.dumps(document)


def test_what_a_person_asked_for_itself_leaves_no_trace() -> None:
    """A request writes to all cases of a person at one moment: no fact of it goes along, nor a decision record."""
    own = [one for one in EXAMPLES if one.type_name.startswith(("nl.zvh.rights.", "nl.zvh.erasures."))]
    answered = DISCLOSED.model_copy(update={"kind": "TO_SUBJECT", "recipient_org": "DATA_SUBJECT"})
    decided = next(one for one in EXAMPLES if isinstance(one, AccessDecided))
    beside = [one for one in EXAMPLES if isinstance(one, HoldPlaced | HoldLifted | RecipientNotified)]
    assert len(own) > 10
    told = next(one for one in EXAMPLES if isinstance(one, SubjectInformed))
    facts = facts_of(SUBMITTED, TRIAGE_OPENED, *own, decided, answered, *beside, told)
    kept = [one["type"] for one in log_of(facts)["events"]]
    assert kept == ["referral-submitted", "triage-opened", "subject-informed"]
    # Told by the answer to a request: the same command wrote both.
    cause = {"causation_id": facts[2].envelope.causation_id}
    facts[-1] = facts[-1].model_copy(update={"envelope": facts[-1].envelope.model_copy(update=cause)})
    assert [one["type"] for one in log_of(facts)["events"]] == kept[:2]


def test_no_fact_of_ours_breaks_the_log() -> None:
    """Every type of fact that was ever written, one after the other."""
    for fact in EXAMPLES:
        facts = facts_of(SUBMITTED, fact)
        document = log_of(facts)
        assert len(document["events"]) <= 2
        assert case_file(CASE, facts).case_id == CASE
