"""What facts say of one another: disclosures and decisions, counters, keys. Kept in a scratch file, not in memory.

The scratch file holds ids and numbers only, is seen by this process alone, and is gone when the check ends (SQLite's
own temporary database).
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from events.correction import DataAccessed
from events.decision import AccessDecided
from events.disclosure import DataDisclosed, DisclosureRefused
from events.governance import GovernanceDecided
from events.ledger import LedgerConsulted
from events.policy_set import PolicySetActivated
from events.retention import CaseDestroyed
from events.stored import StoredFact
from services.audit.findings import Findings, fact
from services.audit.fsck_policies import Rules

_ROOM = """
PRAGMA journal_mode = OFF;
PRAGMA cache_size = -65536;
CREATE TABLE fact (id TEXT, place INTEGER);
-- What leans on a decision: a disclosure, a refusal, a look at the ledger.
CREATE TABLE disclosure (place INTEGER PRIMARY KEY, case_id TEXT, org TEXT, acting TEXT, decision TEXT, policies TEXT,
    number INTEGER, fact_id TEXT);
CREATE TABLE decided (id TEXT, place INTEGER, case_id TEXT, org TEXT, policies TEXT);
CREATE TABLE allowed (decision TEXT, item TEXT);
CREATE TABLE shown (place INTEGER, item TEXT);
CREATE TABLE sealed_in (key_id TEXT, place INTEGER, case_id TEXT);
CREATE TABLE destroyed (case_id TEXT);
CREATE TABLE live (key_id TEXT, case_id TEXT);
CREATE TABLE dead (key_id TEXT);
CREATE TABLE gone (case_id TEXT);
-- Which access a recipient gave a number of its own: as the facts say, and as the database keeps it.
CREATE TABLE told (org TEXT, task TEXT, number INTEGER, access TEXT, place INTEGER);
CREATE TABLE counted (org TEXT, task TEXT, number INTEGER, access TEXT);
"""
"""Rows are only appended while the facts pass: an index on ids that come in no order would cost more with each fact."""
_SORT = """
-- Beside one min(), SQLite takes the other columns from the row that holds it: the first fact with an id counts.
CREATE TABLE decision AS SELECT id, min(place) AS place, case_id, org, policies FROM decided GROUP BY id;
CREATE TABLE sealed AS SELECT key_id, min(place) AS place, case_id FROM sealed_in GROUP BY key_id;
CREATE TABLE received AS SELECT org, task, number, access, min(place) AS place FROM told GROUP BY org, task, number;
CREATE INDEX decision_by_id ON decision (id);
CREATE INDEX disclosure_by_decision ON disclosure (decision, place);
CREATE INDEX shown_by_place ON shown (place);
CREATE INDEX allowed_by_decision ON allowed (decision, item);
CREATE INDEX live_by_key ON live (key_id);
"""
_TWICE = """
SELECT place, first FROM (SELECT place, min(place) OVER (PARTITION BY id) AS first FROM fact)
WHERE place > first ORDER BY place
"""
_WITHOUT_DECISION = """
SELECT d.place FROM disclosure AS d LEFT JOIN decision AS v ON v.id = d.decision
WHERE d.decision IS NOT NULL AND v.id IS NULL ORDER BY d.place
"""
_OTHER_DECISION = """
SELECT d.place FROM disclosure AS d JOIN decision AS v ON v.id = d.decision
WHERE v.case_id <> d.case_id OR v.org <> d.acting OR v.place > d.place OR v.policies <> d.policies
   OR EXISTS (SELECT 1 FROM disclosure AS e WHERE e.decision = d.decision AND e.place < d.place)
ORDER BY d.place
"""
_NOT_ALLOWED = """
SELECT DISTINCT d.place FROM disclosure AS d JOIN shown AS s ON s.place = d.place
JOIN decision AS v ON v.id = d.decision
WHERE NOT EXISTS (SELECT 1 FROM allowed AS a WHERE a.decision = d.decision AND a.item = s.item) ORDER BY d.place
"""
_NUMBERS = "SELECT org, number, fact_id, place FROM disclosure WHERE number IS NOT NULL ORDER BY org, number, place"
_MISCOUNTED = """
SELECT DISTINCT org, task, number FROM (
    SELECT * FROM (SELECT org, task, number, access FROM received EXCEPT SELECT * FROM counted)
    UNION ALL SELECT * FROM (SELECT * FROM counted EXCEPT SELECT org, task, number, access FROM received)
) ORDER BY org, task, number
"""
MOST_GAPS = 1_000
"""Missing numbers between two facts that are told one by one."""
_UNKNOWN_KEYS = """
SELECT s.place, s.key_id FROM sealed AS s LEFT JOIN live AS k ON k.key_id = s.key_id
WHERE k.key_id IS NULL AND s.key_id NOT IN (SELECT key_id FROM dead) AND s.case_id NOT IN (SELECT case_id FROM gone)
  AND s.case_id NOT IN (SELECT case_id FROM destroyed) ORDER BY s.place
"""
_KEYS_LEFT = """
SELECT case_id, count(*) FROM live
WHERE case_id IN (SELECT case_id FROM destroyed) OR key_id IN (SELECT key_id FROM dead)
GROUP BY case_id ORDER BY case_id
"""


class KeyRows(Protocol):
    """Which keys there are, and which were destroyed; never a key. All raise Unavailable."""

    def live_keys(self) -> Iterator[tuple[str, str]]:
        """Yield (key id, case) of every key."""
        ...

    def destroyed_cases(self) -> Iterator[str]:
        """Yield the cases whose keys were destroyed."""
        ...


class CounterRows(Protocol):
    """The counters of recipients, as the database keeps them beside the facts. All raise Unavailable."""

    def recipient_numbers(self) -> Iterator[tuple[str, int, str]]:
        """Yield (organisation, number, fact id) of every number that was given, in that order."""
        ...

    def receipt_numbers(self) -> Iterator[tuple[str, str, int, str]]:
        """Yield (organisation, task, number, access) of every number that a recipient gave."""
        ...


class Links:
    """Takes every readable fact, in order, and compares what they say of one another. Use it as a context manager."""

    def __init__(self, findings: Findings) -> None:
        self._findings, self._rules = findings, Rules()
        self._scratch = sqlite3.connect("", isolation_level=None)
        self._scratch.executescript(_ROOM)
        self._scratch.execute("BEGIN")
        self.before_decisions = 0
        """Disclosures and refusals from before there were decision records."""
        self.before_numbers = 0
        """Disclosures and refusals from before recipients were counted."""

    def __enter__(self) -> "Links":
        return self

    def __exit__(self, *_: object) -> None:
        self._scratch.close()

    def take(self, index: int, read: Mapping[str, object], row: StoredFact) -> None:
        """Take one fact."""
        put, data = self._scratch.execute, read["data"]
        if not isinstance(data, dict):
            return
        put("INSERT INTO fact VALUES (?, ?)", (str(read.get("id")), index))
        # A fact that ends keys names them, with whose they were; whatever else holds a key id is a sealed value.
        for one in _objects(data, "keys"):
            if "key_id" in one:
                put("INSERT INTO dead VALUES (?)", (str(one["key_id"]),))
        for key_id in _key_ids(data):
            put("INSERT INTO sealed_in VALUES (?, ?, ?)", (key_id, index, row.case_id))
        if row.type_name in (DataDisclosed.type_name, DisclosureRefused.type_name):
            self._disclosure(index, read.get("id"), data, row)
        elif row.type_name == LedgerConsulted.type_name:
            org = str(data.get("recipient_org"))
            look = (index, row.case_id, org, org, data.get("decision_id"), None, None, str(read.get("id")))
            put("INSERT INTO disclosure VALUES (?, ?, ?, ?, ?, ?, ?, ?)", look)
        elif row.type_name == DataAccessed.type_name:
            named = [str(data.get(name)) for name in ("recipient_org", "recipient_task", "stream_seq", "access_id")]
            put("INSERT INTO told VALUES (?, ?, ?, ?, ?)", (*named, index))
        elif row.type_name == AccessDecided.type_name:
            self._decision(index, data, row)
        elif row.type_name == PolicySetActivated.type_name:
            if not self._rules.activated(data):
                self._findings.add("policy_altered", fact(index))
        elif row.type_name == GovernanceDecided.type_name:
            self._rules.decided(data)
        elif row.type_name == CaseDestroyed.type_name:
            put("INSERT INTO destroyed VALUES (?)", (row.case_id,))

    def end(self, keys: KeyRows, counters: CounterRows) -> None:
        """Compare, when all facts were taken."""
        put = self._scratch.executemany
        put("INSERT INTO counted VALUES (?, ?, ?, ?)", counters.receipt_numbers())
        put("INSERT INTO live VALUES (?, ?)", keys.live_keys())
        put("INSERT INTO gone VALUES (?)", ((one,) for one in keys.destroyed_cases()))
        self._scratch.executescript(_SORT)
        for place, first in self._scratch.execute(_TWICE):
            self._findings.add("fact_twice", fact(place), f"Ook op {first}.")
        for query, kind in (
            (_WITHOUT_DECISION, "disclosure_without_decision"),
            (_OTHER_DECISION, "disclosure_other_decision"),
            (_NOT_ALLOWED, "disclosure_other_decision"),
        ):
            for (place,) in self._scratch.execute(query):
                self._findings.add(kind, fact(place))
        self._numbers(counters)
        self._received()
        self._keys()

    def _disclosure(self, index: int, fact_id: object, data: Mapping[str, object], row: StoredFact) -> None:
        decision, number = data.get("decision_id"), data.get("recipient_number")
        self.before_decisions += decision is None
        self.before_numbers += number is None
        shown = row.type_name == DataDisclosed.type_name
        # What is handed to somebody outside is decided for whoever hands it over.
        acting = None if "done_by" in data else str(data.get("recipient_org"))
        org, policies = str(data.get("recipient_org")), str(data.get("policy_digest"))
        self._scratch.execute(
            "INSERT INTO disclosure VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (index, row.case_id, org, acting, decision, policies, number, str(fact_id)),
        )
        if decision is not None and shown:
            self._scratch.executemany(
                "INSERT INTO shown VALUES (?, ?)", [(index, str(one.get("item_id"))) for one in _objects(data, "items")]
            )

    def _decision(self, index: int, data: Mapping[str, object], row: StoredFact) -> None:
        decision, subject = str(data.get("decision_id")), data.get("subject")
        properties = subject.get("properties") if isinstance(subject, dict) else None
        org = str(properties.get("org")) if isinstance(properties, dict) else ""
        self._scratch.execute(
            "INSERT INTO decided VALUES (?, ?, ?, ?, ?)",
            (decision, index, row.case_id, org, str(data.get("policies"))),
        )
        self._rules_of(index, data)
        allowed = []
        for one in _objects(data, "evaluations"):
            resource = one.get("resource")
            if one.get("decision") is True and isinstance(resource, dict):
                allowed.append((decision, str(resource.get("id"))))
        self._scratch.executemany("INSERT INTO allowed VALUES (?, ?)", allowed)

    def _rules_of(self, index: int, data: Mapping[str, object]) -> None:
        policy_set = str(data.get("policy_set"))
        if not self._rules.known(policy_set):
            self._findings.add("decision_without_policy", fact(index))
            return
        try:
            at = datetime.fromisoformat(str(data.get("reference_date")))
        except ValueError:
            return  # no such fact, which is told where the case of it is checked
        if self._rules.digest(policy_set, at) not in (None, data.get("policies")):
            self._findings.add("decision_other_tables", fact(index))

    def _numbers(self, counters: CounterRows) -> None:
        """Look for gaps and doubles in the facts, and hold the counters of the database against them."""
        kept = counters.recipient_numbers()
        row = next(kept, None)
        org, last = "", 0
        for whose, number, fact_id, place in self._scratch.execute(_NUMBERS):
            if whose != org:
                org, last = whose, 0
            if number <= last:
                self._findings.add("recipient_number_twice", f"{whose} nummer {number}", f"Ook in feit {place}.")
                continue
            for gap in range(last + 1, min(number, last + MOST_GAPS)):
                self._findings.add("recipient_number_missing", f"{whose} nummer {gap}")
            last = number
            while row is not None and row[:2] < (whose, number):
                self._uncounted(row)
                row = next(kept, None)
            if row is not None and row[:2] == (whose, number):
                if row[2] != fact_id:
                    self._findings.add("counter_altered", f"{whose} nummer {number}", "Zij noemt een ander feit.")
                row = next(kept, None)
            else:
                self._findings.add("counter_altered", f"{whose} nummer {number}", "De teller kent dit nummer niet.")
        while row is not None:
            self._uncounted(row)
            row = next(kept, None)

    def _uncounted(self, row: tuple[str, int, str]) -> None:
        self._findings.add("counter_altered", f"{row[0]} nummer {row[1]}", "Er is geen feit met dit nummer.")

    def _received(self) -> None:
        """Hold what the database keeps of the recipients' own numbers against the facts."""
        for org, task, number in self._scratch.execute(_MISCOUNTED):
            where = f"{org} {task} volgnummer {number}"
            self._findings.add("counter_altered", where, "Feiten en teller noemen niet dezelfde inzage.")

    def _keys(self) -> None:
        for place, key_id in self._scratch.execute(_UNKNOWN_KEYS):
            self._findings.add("key_unknown", fact(place), f"Sleutel {key_id}.")
        for case_id, count in self._scratch.execute(_KEYS_LEFT):
            self._findings.add("key_left", f"zaak {case_id}", f"Nog {count}.")


def _objects(data: Mapping[str, object], name: str) -> Iterable[Mapping[str, object]]:
    found = data.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _key_ids(value: object) -> Iterator[str]:
    """Yield the key of every sealed value, wherever it stands."""
    if isinstance(value, dict):
        if value.keys() == {"key_id", "box"}:
            yield str(value["key_id"])
            return
        for part in value.values():
            yield from _key_ids(part)
    elif isinstance(value, list):
        for part in value:
            yield from _key_ids(part)
