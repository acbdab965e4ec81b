"""What a house itself gets wrong, or hides, in a log that it signs: the content of the facts is checked as well."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import rfc8785

from tests.attacks.conftest import Target
from tests.bundles import rewritten, verdict_on, wrong, zipped
from tests.facts import ITEM
from tests.facts import KEY as DEAD_KEY

Change = Callable[[dict[str, Any]], object]


def told(target: Target, part: str, change: Change, which: int = 0) -> tuple[str, dict[str, str]]:
    """Let the house write the fact of a type (by part of its name) otherwise; return its entry and what is wrong."""
    found = [one for one in target.case if part.encode() in target.entries[f"events/{one}.json"]]
    index = found[which]
    fact = json.loads(target.entries[f"events/{index}.json"])
    change(fact)
    entries = rewritten(target.bundle, {index: rfc8785.dumps(fact)})
    return f"events/{index}.json", wrong(zipped(entries), target.folder)


def data(**fields: object) -> Change:
    """Change members of a fact's data; None takes one away."""

    def change(fact: dict[str, Any]) -> None:
        for name, value in fields.items():
            if value is None:
                fact["data"].pop(name)
            else:
                fact["data"][name] = value

    return change


@pytest.mark.parametrize(
    ("part", "change", "which", "says"),
    [
        ("data-disclosed", data(decision_id=str(uuid4())), 0, "zit niet in de bundel"),
        ("data-disclosed", data(decision_id=None), 1, "zonder besluit"),
        ("data-disclosed", data(policy_digest="1" * 64), 0, "andere regels"),
        ("data-disclosed", data(recipient_task="other-task"), 0, "andere organisatie of taak"),
        ("data-disclosed", data(recipient_person="p-00000000000000bb"), 0, "iemand anders"),
        ("data-disclosed", data(purpose="PREVENT_UNSAFE"), 0, "ander doel"),
        ("data-disclosed", data(recipient_number=None), 1, "geen nummer"),
        ("disclosure-refused", lambda fact: fact.update(sequence=1), 0, "komt na"),
        ("disclosure-refused", lambda fact: fact.update(subject=str(uuid4())), 0, "niet eerder in dezelfde zaak"),
        ("disclosure-refused", lambda fact: fact.update(specversion="0.3"), 0, "geen CloudEvent 1.0"),
        ("disclosure-refused", lambda fact: fact.update(name="x"), 0, "kenmerken"),
        ("disclosure-refused", lambda fact: fact.update(time="2026-03-02 12:00"), 0, "verkeerde vorm"),
        ("disclosure-refused", lambda fact: fact.update(sequence=True), 0, "volgnummer"),
        ("disclosure-refused", lambda fact: fact.update(dataschema="urn:other"), 0, "ander schema"),
    ],
)
def test_a_disclosure_that_its_decision_does_not_carry_is_named(
    target: Target, part: str, change: Change, which: int, says: str
) -> None:
    """Given a fact that contradicts its decision, its neighbours or its form, the fact itself is named."""
    entry, found = told(target, part, change, which)
    assert says in found[entry], found


def test_an_item_that_was_shown_without_permission_is_named(target: Target) -> None:
    """Given an item in the disclosure that the decision did not allow, the fact and the item are named."""
    other = str(uuid4())
    entry, found = told(target, "data-disclosed", lambda fact: fact["data"]["items"][0].update(item_id=other))
    assert other in found[entry]
    entry, found = told(target, "access-decided", lambda fact: fact["data"]["evaluations"][0].update(decision=False))
    assert any(str(ITEM) in what for what in found.values())


def test_a_decision_by_rules_that_are_not_there_is_named(target: Target) -> None:
    """Given other rules than the bundle holds, or a rule that they do not have, the decision is named."""
    _, found = told(target, "access-decided", data(policies="2" * 64))
    assert "ontbreekt of klopt niet" in found["policies/" + "2" * 64]
    entry, found = told(target, "access-decided", data(policy_set="3" * 64))
    assert "andere dan die waarmee" in found[entry]
    entry, found = told(
        target, "access-decided", lambda fact: fact["data"]["evaluations"][0].update(policies=["no-such-rule"])
    )
    assert "no-such-rule" in found[entry]


def test_a_record_of_a_decision_that_says_otherwise_is_named(target: Target) -> None:
    """Given one word changed in a decision's record, the record is named."""
    name = next(name for name in target.entries if name.startswith("decisions/"))
    record = json.loads(target.entries[name])
    record["status"] = "Error"
    found = wrong(zipped({**target.entries, name: rfc8785.dumps(record)}), target.folder)
    assert "iets anders dan het feit" in found[name]


def test_other_rules_or_tables_than_those_of_the_day_are_named(target: Target) -> None:
    """Given one word changed in a rule or a table, the folder with that digest is named."""
    for name in (name for name in target.entries if name.startswith("policies/")):
        changed = target.entries[name].replace(b"e", b"a", 1)
        found = wrong(zipped({**target.entries, name: changed}), target.folder)
        assert "ander kenmerk" in found[name.rpartition("/")[0]] or "canonieke" in found[name]


def test_counters_that_are_not_those_of_the_facts_are_named(target: Target) -> None:
    """Given a newest number that is lower, or numbers that are not in the bundle, the counters are named."""
    counters = json.loads(target.entries["counters.json"])
    counters["recipients"]["SAFE_HOME"]["newest"] = 1
    found = wrong(zipped({**target.entries, "counters.json": rfc8785.dumps(counters)}), target.folder)
    assert "iets anders" in found["counters.json"]
    _, found = told(target, "data-disclosed", data(recipient_number=7))
    assert "iets anders" in found["counters.json"]


def test_nothing_is_sealed_with_a_key_that_is_dead(target: Target, tmp_path: Path) -> None:
    """Given an erasure that names a key, a later value sealed with that key is named; with another key it passes."""

    def erased(key: str) -> Change:
        gone = [{"key_id": key, "subject_id": str(uuid4())}]

        def change(fact: dict[str, Any]) -> None:
            kind = "nl.zvh.erasures.subject-erased.v1"
            schema = f"urn:nld:oin:{fact['source'].split(':')[3]}:schema:{kind}"
            same = {name: fact["data"][name] for name in ("task", "occurred_at", "legal_ref")}
            fact.update(type=kind, dataschema=schema, data={**same, "keys": gone})

        return change

    _, found = told(target, "case-accepted", erased(str(DEAD_KEY)))
    assert any("al vernietigd" in what for what in found.values())
    index = next(one for one in target.case if b"case-accepted" in target.entries[f"events/{one}.json"])
    fact = json.loads(target.entries[f"events/{index}.json"])
    erased(str(uuid4()))(fact)
    passes = zipped(rewritten(target.bundle, {index: rfc8785.dumps(fact)}))
    verdict = verdict_on(passes, tmp_path)
    assert verdict.holds, list(verdict.lines())
    assert verdict.found is not None
    assert verdict.found.erased == 1
