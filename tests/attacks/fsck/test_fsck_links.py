"""Attacks on what facts say of one another: decisions, rules, counters, keys. Each is named.

Some of these histories are signed as they are: by a program with a fault, or by somebody who can make it write.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from events.retention import CaseDestroyed
from events.stored import StoredFact
from services.acting import Acting
from services.audit.findings import Findings
from services.audit.fsck_links import Links
from services.ledger_questions import OfSubject
from tests.attacks.fsck.house import ask, checked, decided, example, kinds, places, refused, shown, written
from tests.facts import CASE, HOUSE_OIN, ITEM, LATER, NOON, SEALED, SUBMITTED
from tests.http_house import Door
from tests.transparency.keeping import tampered

DECISION = "nl.zvh.decisions.access-decided.v1"
REFUSED = "nl.zvh.disclosures.disclosure-refused.v1"
DISCLOSED = "nl.zvh.disclosures.data-disclosed.v1"


def index_of(dsn: str, type_name: str, which: int = 0) -> int:
    """Return the index of one of the facts of a type."""
    rows = ask(
        dsn,
        "SELECT n.index FROM log.numbered AS n JOIN facts.stored_events AS e USING (notification_id) "
        "WHERE e.topic = %s ORDER BY n.index",
        type_name,
    )
    found = rows[which][0]
    assert isinstance(found, int)
    return found


def deleted(dsn: str, index: int) -> None:
    """Delete a fact with its number, as well as a database lets somebody."""
    tampered(
        dsn,
        f"DELETE FROM facts.stored_events WHERE notification_id = (SELECT notification_id FROM log.numbered "
        f"WHERE index = {index}); DELETE FROM log.numbered WHERE index = {index}",
    )


def test_every_look_of_a_house_at_work_has_its_decision_rules_and_number(house: str) -> None:
    """Two that were granted and one that was refused; nothing is from before the records."""
    rows = ask(house, "SELECT count(*) FROM facts.stored_events WHERE topic IN (%s, %s)", DISCLOSED, REFUSED)
    assert rows == [(3,)]
    found = checked(house)
    assert kinds(found) == {}
    assert found.told == {"before_decisions": 0, "before_numbers": 0}


def test_a_removed_decision_is_named_as_missing_and_by_the_disclosure_that_leans_on_it(house: str) -> None:
    """Both: the leaf without a fact, and the fact that points to nothing."""
    deleted(house, index_of(house, DECISION))
    found = checked(house)
    assert places(found, "fact_missing") == [f"feit {index_of(house, DISCLOSED) - 1}"]
    assert places(found, "disclosure_without_decision") == [f"feit {index_of(house, DISCLOSED)}"]


def test_a_deleted_refused_attempt_is_named_by_the_counter_of_its_recipient(house: str) -> None:
    """However it is deleted, its number is missing between the others, and its row in the ledger stands alone."""
    index = index_of(house, REFUSED)
    ((org, number),) = ask(
        house,
        "SELECT r.org, r.number FROM facts.recipient_numbers AS r JOIN log.leaves AS l USING (fact_id) "
        "WHERE l.index = %s",
        index,
    )
    deleted(house, index)
    tampered(house, f"DELETE FROM facts.recipient_numbers WHERE number = {number}")
    found = checked(house)
    assert places(found, "recipient_number_missing") == [f"{org} nummer {number}"]
    assert places(found, "fact_missing") == [f"feit {index}"]
    assert kinds(found)["row_extra"] >= 1


def test_counters_that_say_otherwise_than_the_facts_are_named(house: str) -> None:
    """A number without a fact, as after an old backup of the facts alone; a fact whose number is gone; another fact."""
    ((org,),) = ask(house, "SELECT DISTINCT org FROM facts.recipient_numbers")
    tampered(house, f"INSERT INTO facts.recipient_numbers VALUES ('{org}', 9, gen_random_uuid())")
    assert places(checked(house), "counter_altered") == [f"{org} nummer 9"]
    tampered(house, "DELETE FROM facts.recipient_numbers WHERE number IN (1, 9)")
    assert places(checked(house), "counter_altered") == [f"{org} nummer 1"]
    tampered(house, "UPDATE facts.recipient_numbers SET fact_id = gen_random_uuid() WHERE number = 2")
    assert places(checked(house), "counter_altered") == [f"{org} nummer 1", f"{org} nummer 2"]


def test_numbers_of_recipients_that_say_otherwise_than_the_facts_are_named(house: str) -> None:
    """An access that was given another number, a number of no access, a receipt whose number is gone."""
    written(house, example("DataAccessed"))
    assert kinds(checked(house)) == {}
    (told,) = ask(house, "SELECT org, task, number FROM facts.receipt_numbers")
    where = "{} {} volgnummer {}".format(*told)
    tampered(house, "UPDATE facts.receipt_numbers SET access_id = gen_random_uuid()")
    assert places(checked(house), "counter_altered") == [where]
    tampered(house, "UPDATE facts.receipt_numbers SET number = 9000")
    assert places(checked(house), "counter_altered") == [where, f"{told[0]} {told[1]} volgnummer 9000"]
    tampered(house, "DELETE FROM facts.receipt_numbers")
    assert places(checked(house), "counter_altered") == [where]


def in_use(dsn: str) -> dict[str, object]:
    """Return the digests of rules and tables that decisions of this house name."""
    ((policies, policy_set),) = ask(
        dsn,
        "SELECT DISTINCT convert_from(state, 'UTF8')::jsonb #>> '{data,policies}', "
        "convert_from(state, 'UTF8')::jsonb #>> '{data,policy_set}' FROM facts.stored_events WHERE topic = %s",
        DECISION,
    )
    return {"policies": policies, "policy_set": policy_set, "reference_date": reference_date(dsn)}


def reference_date(dsn: str) -> object:
    """Return a moment of the day for which those digests hold."""
    ((at,),) = ask(
        dsn,
        "SELECT convert_from(state, 'UTF8')::jsonb #>> '{data,reference_date}' FROM facts.stored_events "
        "WHERE topic = %s LIMIT 1",
        DECISION,
    )
    return datetime.fromisoformat(str(at))


def test_a_history_that_is_in_order_is_not_blamed(house: str) -> None:
    """Given decisions made by hand with the digests of this house, nothing differs."""
    rules = in_use(house)
    one, two = uuid4(), uuid4()
    policies = {"policy_digest": rules["policies"]}
    written(
        house,
        SUBMITTED,
        decided(one, {ITEM: True}, **rules),
        shown(one, 1, **policies),
        decided(two, {ITEM: False}, **rules),
        refused(two, 2, recipient_org="SAFE_HOME", **policies),
    )
    assert kinds(checked(house)) == {}


def test_a_disclosure_without_its_decision_is_named_also_when_it_was_signed_so(house: str) -> None:
    """The log is whole and signed; the pair is not."""
    written(house, SUBMITTED, shown(uuid4(), 1))
    assert kinds(checked(house)) == {"disclosure_without_decision": 1}


def test_a_look_at_the_ledger_leans_on_a_decision_as_well(house: str) -> None:
    """Who looked at who saw what, without anything that let it pass."""
    written(house, example("LedgerConsulted"))
    assert "disclosure_without_decision" in kinds(checked(house))


@pytest.mark.parametrize("fault", ["another item", "another recipient", "after the fact", "other rules", "used twice"])
def test_a_disclosure_that_points_at_a_decision_that_is_not_its_own_is_named(house: str, fault: str) -> None:
    """A decision about something else, for somebody else, made afterwards, by other rules, or already leaned on."""
    rules, one = in_use(house), uuid4()
    other = {"policy_digest": rules["policies"]}
    record, look = decided(one, {ITEM: True}, **rules), shown(one, 1, **other)
    facts = {
        "another item": (decided(one, {UUID(int=1): True, ITEM: False}, **rules), look),
        "another recipient": (record, shown(one, 1, recipient_org="POLICE", **other)),
        "after the fact": (look, record),
        "other rules": (record, shown(one, 1, policy_digest="f" * 64)),
        "used twice": (record, look, shown(one, 2, **other)),
    }[fault]
    written(house, SUBMITTED, *facts)
    found = checked(house)
    assert kinds(found) == {"disclosure_other_decision": 1}


def test_a_decision_by_rules_that_were_never_in_use_is_named(house: str) -> None:
    """And one by rules in use, under a digest that does not follow from them and the tables of that day."""
    rules, one, two = in_use(house), uuid4(), uuid4()
    strange = hashlib.sha256(b"andere regels").hexdigest()
    written(
        house,
        SUBMITTED,
        decided(one, {ITEM: True}, **{**rules, "policy_set": strange}),
        decided(two, {ITEM: True}, **{**rules, "policies": strange}),
    )
    assert kinds(checked(house)) == {"decision_without_policy": 1, "decision_other_tables": 1}


def test_rules_whose_text_is_not_what_their_digest_says_are_named(house: str) -> None:
    """The example set of the tests was activated under a digest of zeroes."""
    written(house, example("PolicySetActivated"))
    assert "policy_altered" in kinds(checked(house))


@pytest.mark.parametrize(
    ("numbers", "kind"), [((1, 3), "recipient_number_missing"), ((1, 1), "recipient_number_twice")]
)
def test_a_gap_or_a_double_in_the_numbers_of_a_recipient_is_named(
    house: str, numbers: tuple[int, int], kind: str
) -> None:
    """Also when no table of the database knows of it."""
    rules, one, two = in_use(house), uuid4(), uuid4()
    tampered(house, "ALTER TABLE facts.recipient_numbers DROP CONSTRAINT recipient_numbers_pkey")
    policies = {"policy_digest": rules["policies"]}
    written(
        house,
        SUBMITTED,
        decided(one, {ITEM: True}, **rules),
        shown(one, numbers[0], **policies),
        decided(two, {ITEM: True}, **rules),
        shown(two, numbers[1], **policies),
    )
    found = checked(house)
    assert places(found, kind) == [f"SAFE_HOME nummer {2 if kind.endswith('missing') else 1}"]


def test_a_fact_that_stands_twice_under_one_id_is_named(house: str) -> None:
    """The same id in two places of the log: a proof of the one could pass for a proof of the other."""
    rows = ask(house, "SELECT fact_id FROM log.leaves WHERE index = 2")
    written(house, SUBMITTED, ids=[UUID(str(rows[0][0]))])
    found = checked(house)
    assert kinds(found)["fact_twice"] == 1


def test_values_under_a_key_that_never_was_are_named(house: str) -> None:
    """A key that was lost is not a key that was destroyed."""
    tampered(house, "DELETE FROM keys.data_keys")
    found = checked(house)
    assert kinds(found).keys() == {"key_unknown"}


def test_a_key_that_outlives_the_destruction_of_its_case_is_named(house: str) -> None:
    """As after a backup of the keys was put back."""
    written(house, SUBMITTED, CaseDestroyed(occurred_at=NOON, legal_ref="WGS:retention", due=LATER))
    assert kinds(checked(house)) == {"key_left": 1}
    tampered(house, "DELETE FROM keys.data_keys WHERE kek_id = 'test'")
    assert kinds(checked(house)) == {}


class Keys:
    """A key store and counters of nothing but these keys."""

    def __init__(self, *live: str) -> None:
        self._live = live

    def live_keys(self) -> Iterator[tuple[str, str]]:
        return iter([(one, str(CASE)) for one in self._live])

    def destroyed_cases(self) -> Iterator[str]:
        return iter(())

    def recipient_numbers(self) -> Iterator[tuple[str, int, str]]:
        return iter(())

    def receipt_numbers(self) -> Iterator[tuple[str, str, int, str]]:
        return iter(())


@pytest.mark.parametrize(
    ("told", "live", "kind"),
    [(False, False, "key_unknown"), (True, False, None), (True, True, "key_left"), (False, True, None)],
)
def test_a_key_that_a_fact_ended_by_name_must_be_gone_and_no_other(told: bool, live: bool, kind: str | None) -> None:
    """One person erased from a case: that key is dead, and the keys of the others are not."""
    findings = Findings()
    row = StoredFact(1, str(CASE), 1, "nl.zvh.cases.some-fact.v1", b"")
    key = str(SEALED.key_id)
    with Links(findings) as links:
        links.take(0, {"id": "1", "data": {"content": {"key_id": key, "box": "x"}}}, row)
        if told:
            links.take(1, {"id": "2", "data": {"keys": [{"key_id": key, "subject_id": "s"}]}}, row)
        store = Keys(*([key] if live else []))
        links.end(store, store)
    assert list(findings.counts) == ([kind] if kind else [])


def test_a_look_at_the_ledger_before_anything_else_names_rules_that_are_in_use(door: Door) -> None:
    """In a house where nobody has been shown anything yet, the first decision is about the ledger itself."""
    subject = UUID(int=7)
    privacy = door.house.pseudonyms.person(HOUSE_OIN, "fg-01")
    acting = Acting(privacy, "HOUSE_STAFF", HOUSE_OIN, "privacy-office")
    door.house.ledger_desk.ask(acting, OfSubject(subject=subject), "SUPERVISION")
    door.house.settle()
    assert kinds(checked(door.house.dsn)) == {}
