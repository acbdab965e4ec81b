"""Erasure certificates: made from the log and the ledger, checked by an outsider with the log's public key alone."""

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from events.errors import NotFound, Unproven
from services.bootstrap import certificates
from tests.erasing import at_work, erase, persons_of
from tests.http_house import Door, door

__all__ = ["door"]
Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def made(door: Door) -> tuple[dict[str, Any], str]:
    """A certificate of an erased child, and the key of the log."""
    case = at_work(door)
    done = erase(door.house, persons_of(door.house, case)[1], [case])
    door.house.settle()
    found = certificates.certify(door.house, done.facts[0].envelope.id)
    document: dict[str, Any] = json.loads(found.model_dump_json(exclude_none=True))
    return document, str(door.house.transparency.key())


def checked(document: dict[str, Any], key: str) -> certificates.Certificate:
    return certificates.check(json.dumps(document).encode(), key)


def test_an_outsider_needs_the_certificate_and_the_key_of_the_log(made: tuple[dict[str, Any], str]) -> None:
    """Given both, it is told which key died, when and on what ground; no house is opened for it."""
    document, key = made
    found = checked(document, key)
    assert found.erased.ground == "UNLAWFUL"
    assert found.erased.deciders == ("POLICE",)
    assert len(found.erased.keys) == 1
    assert found.erased.decided_at <= found.erased.destroyed_at
    assert "1 sleutel is vernietigd" in found.says


def test_a_certificate_holds_nothing_of_the_person(made: tuple[dict[str, Any], str]) -> None:
    """Given its text, there are pseudonyms and codes; no name, number or sealed value."""
    text = json.dumps(made[0]).replace(json.dumps(made[0]["proof"]), "")
    assert not [one for one in ("Noor", "Wisbaar", "box") if one in text]
    assert not re.search(r"\b999\d{6}\b", text), "a number of a person; the digests and ids hold any digits"


CHANGES: dict[str, Change] = {
    "another ground": lambda d: d["erased"].update(ground="OBJECTION"),
    "another moment": lambda d: d["erased"].update(destroyed_at="2020-01-01T00:00:00.000000Z"),
    "another key": lambda d: d["erased"]["keys"][0].update(key_id=str(uuid4())),
    "one key more": lambda d: d["erased"]["keys"].append(d["erased"]["keys"][0]),
    "another person": lambda d: d["erased"].update(subject_id=str(uuid4())),
    "the whole case": lambda d: d["erased"].pop("subject_id"),
    "another decider": lambda d: d["erased"].update(deciders=["MAYOR"]),
    "another fact": lambda d: d.update(fact_id=str(uuid4())),
    "another index": lambda d: d.update(fact_index=d["fact_index"] + 1),
    "an altered fact": lambda d: d.update(fact=d["fact"].replace("UNLAWFUL", "OBJECTION")),
    "an altered line": lambda d: d.update(ledger_line=d["ledger_line"].replace("UNLAWFUL", "OBJECTION")),
    "a line of another day": lambda d: d.update(ledger_line=d["ledger_line"].replace('"at":"2', '"at":"1')),
    "an altered proof": lambda d: d.update(proof=d["proof"].replace("index ", "index 1")),
    "another text": lambda d: d.update(says="Er is niets vernietigd."),
    "another form": lambda d: d.update(form="zvh-erasure-certificate-v9"),
    "a field more": lambda d: d.update(remark="x"),
    "a field less": lambda d: d.pop("proof"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_certificate_of_which_anything_was_changed_does_not_hold(
    made: tuple[dict[str, Any], str], change: str
) -> None:
    """Given any part that was altered, added or left out, it is refused."""
    document, key = made
    CHANGES[change](document)
    with pytest.raises(Unproven):
        checked(document, key)


def test_the_key_of_another_log_proves_nothing(made: tuple[dict[str, Any], str], door: Door) -> None:
    """Given another verifier key, or no key at all, it is refused."""
    document, key = made
    for wrong in (key[:-4] + "AAAA", "no key", key.replace("oin", "nio")):
        with pytest.raises(Unproven):
            checked(document, wrong)


def test_only_a_destruction_has_a_certificate(door: Door) -> None:
    """Given another fact, an unknown one, and one whose keys are not gone yet, there is none."""
    case = at_work(door)
    house = door.house
    with pytest.raises(NotFound):
        certificates.certify(house, uuid4())
    with pytest.raises(NotFound, match="vernietigt niets"):
        certificates.certify(house, house.store.history(case)[0].envelope.id)


def test_a_destroyed_case_has_one_as_well(door: Door) -> None:
    """Given the fact that the whole case went, its certificate names every key."""
    case = at_work(door)
    done = erase(door.house, persons_of(door.house, case)[0], [case])
    door.house.settle()
    found = certificates.certify(door.house, done.facts[1].envelope.id)
    assert (found.erased.subject_id, len(found.erased.keys), found.erased.ground) == (None, 3, "SUBJECT_ERASED")
    certificates.check(found.model_dump_json(exclude_none=True).encode(), str(door.house.transparency.key()))
