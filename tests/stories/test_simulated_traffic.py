"""Invented traffic: repeatable, in order of arrival, about nobody who exists."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from policies.reference import Reference
from services.reading import NotTaken, read
from services.simulate import Plan, Sent, sample_week, traffic
from services.simulation.faults import FAULTS
from services.submission_values import is_bsn

REFERENCE = Reference.load()
PLAN = Plan(1, datetime(2026, 3, 2, tzinfo=UTC), days=14, per_day=40, faulty=0.3)
SENT: list[Sent] = list(traffic(PLAN, REFERENCE))


def test_the_same_plan_gives_the_same_bytes_and_another_seed_gives_others() -> None:
    """So that a finding can be shown again."""
    assert list(traffic(PLAN, REFERENCE)) == SENT
    assert [sent.value for sent in traffic(replace(PLAN, seed=2), REFERENCE)] != [sent.value for sent in SENT]


def test_events_come_in_the_order_of_arrival() -> None:
    """Late ones included: they arrive after others that happened later."""
    assert all(one.arrives <= other.arrives for one, other in pairwise(SENT))
    happened = [json.loads(sent.value)["time"] for sent in SENT if sent.outcome == "received"]
    assert happened != sorted(happened)


def test_every_outcome_occurs() -> None:
    """Good traffic, and each way of going wrong."""
    good = {"received", "duplicate", "supplemented", "withdrawn"}
    assert {sent.outcome for sent in SENT} == {*FAULTS, *good, "id_reused", "wrong_stage"}


def test_what_should_be_taken_is_well_formed() -> None:
    """And what should be refused by its form alone is refused so."""
    by_form = {"broken_json", "missing_field", "bad_value", "bad_bsn", "unknown_type", "oversized"}
    for sent in SENT:
        try:
            read(sent.value, REFERENCE.term("intake-size", PLAN.start).value)
        except NotTaken as refused:
            assert refused.outcome == sent.outcome  # noqa: PT017 - both ways are looked at
        else:
            assert sent.outcome not in by_form


def test_nobody_in_it_exists() -> None:
    """Test BSNs start with 9, and every surname says that it is a test."""
    for event in (json.loads(sent.value) for sent in SENT if sent.outcome == "received"):
        people: list[dict[str, Any]] = [event["data"]["subject"], *event["data"]["related_persons"]]
        for person in people:
            assert person["bsn"][0] == "9"
            assert is_bsn(person["bsn"])
            assert person["family_name"].endswith("-Test")


def test_without_faults_everything_is_taken() -> None:
    """The share of bad events is a setting."""
    calm = traffic(replace(PLAN, faulty=0), REFERENCE)
    assert {sent.outcome for sent in calm} <= {"received", "duplicate", "supplemented", "withdrawn", "wrong_stage"}


@pytest.mark.parametrize("wrong", [{"days": 0}, {"per_day": 0}, {"faulty": 1.5}, {"start": datetime(2026, 3, 2)}])  # noqa: DTZ001
def test_a_plan_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    """Before anything is written."""
    with pytest.raises(ValueError, match="A plan needs"):
        replace(PLAN, **wrong)


def test_the_sample_week_comes_with_the_product() -> None:
    """As many lines as its expectation says."""
    lines, expected = sample_week()
    assert len(lines.splitlines()) == json.loads(expected)["lines"]
