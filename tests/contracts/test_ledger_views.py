"""The tables of the ledger on a real PostgreSQL: each question by its rows, the same whatever way they came."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar
from uuid import UUID

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql

from events.canonical import encode
from events.correction import DataAccessed, DisclosureCorrected
from events.disclosure import DataDisclosed, DisclosureRefused
from events.fact import Fact, rfc3339
from events.ledger import LedgerConsulted
from events.receipt import Numbered
from infra.ledger_views import LedgerViews, periods_of
from infra.rebuild import Rebuild
from infra.view_tables import TABLES
from infra.views import Position, Views
from projections.numbers import holes
from services.projecting import SOURCE
from tests.facts import CASE, EXAMPLES, HOUSE_OIN, ITEM, LATER, NOON, SUBJECT, SUBMITTED, recorded

F = TypeVar("F", bound=Fact)
OTHER = UUID(int=SUBJECT.int + 1)
STREAM = UUID(int=CASE.int + 900)


def like(kind: type[F], /, **changed: object) -> F:
    return next(one for one in EXAMPLES if isinstance(one, kind)).model_copy(update=changed)


def disclosure(number: int) -> UUID:
    return UUID(int=CASE.int + 10_000 + number)


def shown(number: int, org: str = "SAFE_HOME", **changed: object) -> DataDisclosed:
    """Return the disclosure with this number of one recipient."""
    return like(DataDisclosed, disclosure_id=disclosure(number), recipient_org=org, recipient_number=number, **changed)


def received(seq: int, number: int, access: int | None = None, **changed: object) -> DataAccessed:
    """Return the receipt with this number, of the disclosure with that one."""
    named = UUID(int=STREAM.int + 5000 + (seq if access is None else access))
    return like(DataAccessed, stream_seq=seq, disclosure_id=disclosure(number), access_id=named, **changed)


def log_of(*cases: Sequence[Fact]) -> list[Numbered]:
    """Return the facts of several cases, one fact of each in turn, as the log holds them."""
    found: list[Numbered] = []
    for step in range(max(map(len, cases))):
        for number, facts in enumerate(cases):
            if step < len(facts):
                value = encode(
                    recorded(
                        facts[step],
                        step + 1,
                        UUID(int=STREAM.int + 100 * number + step),
                        UUID(int=CASE.int + number),
                    ),
                    HOUSE_OIN,
                )
                found.append(Numbered(len(found), value))
    return found


@pytest.fixture
def views(database: str) -> Iterator[Views]:
    """The answers, empty."""
    opened = Views(database)
    yield opened
    opened.close()


def apply(views: Views, facts: Sequence[Numbered]) -> LedgerViews:
    views.apply(facts, SOURCE, len(facts))
    return views.ledger


def rebuilt(database: str, facts: Sequence[Numbered]) -> bool:
    def read(known: Sequence[Position], wanted: Sequence[Position]) -> Iterator[Numbered]:
        first = next((one.next_place for one in known), 0)
        return iter(facts[first : next((one.next_place for one in wanted), 0)])

    return Rebuild(database).run(read).equal


MIXED = log_of(
    [SUBMITTED, shown(1), received(1, 1), like(DisclosureCorrected, disclosure_id=disclosure(1)), shown(2)],
    [SUBMITTED, like(DisclosureRefused, recipient_org="POLICE", recipient_number=1), shown(3), received(2, 3)],
    [like(LedgerConsulted), received(9, 77, paired=False), like(LedgerConsulted, subject_id=None)],
)


def test_a_rebuild_has_every_row_and_total_of_the_ledger(database: str, views: Views) -> None:
    """Provisions, disclosures, refusals, looks, receipts and corrections: built anew they are the same."""
    apply(views, MIXED)
    assert rebuilt(database, MIXED)


@pytest.mark.parametrize("table", [one.name for one in TABLES if one.name.startswith("ledger")])
def test_an_altered_table_of_the_ledger_is_found(database: str, views: Views, table: str) -> None:
    """A row that was taken out of any of them makes the rebuild differ; a swap puts it back."""
    apply(views, MIXED)
    with psycopg.connect(database) as session:
        gone = session.execute(
            sql.SQL("DELETE FROM {0} WHERE ctid = (SELECT min(ctid) FROM {0})").format(sql.Identifier("views", table))
        )
        assert gone.rowcount == 1
    assert not rebuilt(database, MIXED)


def test_partitions_in_any_order_and_facts_delivered_twice_give_the_same_rows(database: str, views: Views) -> None:
    """Three cases on three partitions, taken in pieces and in a random order, each piece twice."""
    rng = Random(5)
    parts: dict[int, list[Numbered]] = {0: [], 1: [], 2: []}
    for fact in MIXED:
        parts[next(n for n in parts if str(UUID(int=CASE.int + n)).encode() in fact.value)].append(fact)
    places = dict.fromkeys(parts, 0)
    while any(places[n] < len(facts) for n, facts in parts.items()):
        partition = rng.choice([n for n, facts in parts.items() if places[n] < len(facts)])
        piece = parts[partition][places[partition] : places[partition] + rng.randint(1, 2)]
        places[partition] += len(piece)
        for _ in range(2):
            views.apply(piece, f"zvh.events:{partition}", places[partition])

    def read(known: Sequence[Position], wanted: Sequence[Position]) -> Iterator[Numbered]:
        return iter(MIXED if not known else [])

    assert Rebuild(database).run(read).equal
    assert views.ledger.missing() == apply_elsewhere(database)


def apply_elsewhere(database: str) -> list[object]:
    """Return what is missing when the same log is taken in order."""
    with psycopg.connect(database, autocommit=True) as session:
        session.execute("TRUNCATE views.positions")
        for table in TABLES:
            session.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier("views", table.name)))
    again = Views(database)
    try:
        return list(apply(again, MIXED).missing())
    finally:
        again.close()


def test_who_saw_a_person_comes_in_pages_that_join_up(views: Views) -> None:
    """Pages of one, two and three rows hold together what one page holds, each row once."""
    tables = apply(views, log_of([SUBMITTED, *(shown(number) for number in range(1, 8))]))
    whole = tables.of_subject(SUBJECT)
    assert len(whole) == 8
    for size in (1, 2, 3):
        pages, after = [], None
        while page := tables.of_subject(SUBJECT, after=after, limit=size):
            pages += page
            after = (page[-1].index, UUID(page[-1].subject_id))
        assert pages == whole


def test_rows_of_one_fact_about_several_persons_are_split_over_pages(views: Views) -> None:
    """The place of a page is index and person, so that no person is passed over."""
    (item,), (person,) = shown(1).items, shown(1).subjects
    people = [UUID(int=SUBJECT.int + number) for number in range(4)]
    wide = shown(
        1,
        subjects=tuple(person.model_copy(update={"subject_id": one}) for one in people),
        items=tuple(item.model_copy(update={"subject_id": one}) for one in people),
    )
    tables = apply(views, log_of([SUBMITTED, wide]))
    first = tables.of_recipient("SAFE_HOME", limit=3)
    then = tables.of_recipient("SAFE_HOME", after=(first[-1].index, UUID(first[-1].subject_id)), limit=3)
    assert sorted(row.subject_id for row in first + then) == sorted(map(str, people))


def test_what_came_later_stays_out_of_an_earlier_answer(views: Views) -> None:
    """An answer that is based on so many facts holds none of a later one."""
    tables = apply(views, log_of([SUBMITTED, shown(1), shown(2)]))
    assert [row.index for row in tables.of_subject(SUBJECT, upto=2)] == [0, 1]
    assert [row.index for row in tables.of_recipient("SAFE_HOME", upto=2)] == [1]
    assert [row.index for row in tables.of_item(shown(1).items[0].item_id, upto=2)] == [0, 1]


def test_the_recipients_of_an_item_are_those_of_its_version(views: Views) -> None:
    """Two versions went to two organisations; a refusal went to nobody, and what was provided went to the house."""
    (item,) = shown(1).items
    second = item.model_copy(update={"version": 2})
    tables = apply(views, log_of([SUBMITTED, shown(1), shown(1, "POLICE", items=(second,)), like(DisclosureRefused)]))
    assert [row.recipient_org for row in tables.of_item(item.item_id, 1) if row.kind == "WITHIN"] == ["SAFE_HOME"]
    assert [row.recipient_org for row in tables.of_item(item.item_id, 2)] == ["POLICE"]
    assert {row.recipient_org for row in tables.of_item(item.item_id)} >= {"SAFE_HOME", "POLICE"}
    provided = SUBMITTED.items[0].item_id
    assert tables.of_item(provided)[0].kind == "TO_COLLABORATION"


def test_refusals_are_counted_by_code_and_listed_by_code(views: Views) -> None:
    """In a period of local days, by organisation."""
    again = like(DisclosureRefused, recipient_org="POLICE", occurred_at=NOON + timedelta(days=40))
    tables = apply(views, log_of([SUBMITTED, like(DisclosureRefused), like(DisclosureRefused), again]))
    code, day = like(DisclosureRefused).reason_code, NOON.date().isoformat()
    assert [(one.reason_code, one.disclosures) for one in tables.refusals(day, day)] == [(code, 2)]
    assert {one.recipient_org for one in tables.refusals("2026-01-01", "2026-12-31")} == {
        "POLICE",
        like(DisclosureRefused).recipient_org,
    }
    assert [row.index for row in tables.refused(code)] == [1, 2, 3]
    assert tables.refused("SECRECY") == []


def test_the_purpose_of_a_quarter_is_told_by_organisation_and_category(views: Views) -> None:
    """From the totals, which are the rows counted: by hand it is the same."""
    tables = apply(views, log_of([SUBMITTED, shown(1), shown(2), shown(1, "POLICE"), like(DisclosureRefused)]))
    purpose = shown(1).purpose
    assert purpose is not None
    told = {(one.recipient_org, one.category, one.decision): one.disclosures for one in tables.of_purpose(
        purpose, "2026-01", "2026-03"
    )}  # fmt: skip
    counted: dict[tuple[str, str, str], int] = {}
    for row in tables.of_subject(SUBJECT):
        if row.purpose == purpose:
            for category in row.categories:
                key = (row.recipient_org, category, row.decision)
                counted[key] = counted.get(key, 0) + 1
    assert told == counted
    assert tables.of_purpose(purpose, "2026-04", "2026-06") == []


def test_a_missing_number_is_named_and_a_whole_series_is_not(views: Views) -> None:
    """Numbers 1, 3 and 6 of one organisation lack 2, 4 and 5; the facts alone say the same."""
    facts = log_of([SUBMITTED, shown(1), shown(6), shown(3), shown(1, "POLICE"), shown(2, "POLICE")])
    tables = apply(views, facts)
    (found,) = tables.missing()
    assert (found.series, found.org, found.last, list(found.missing)) == ("RECIPIENT", "SAFE_HOME", 6, [2, 4, 5])
    assert [(one.org, one.missing) for one in holes(facts)] == [("SAFE_HOME", (2, 4, 5))]


def test_a_number_out_of_all_reason_does_not_stop_the_answer(views: Views) -> None:
    """A recipient that starts at nine quadrillion lacks all before it; the first few are named."""
    tables = apply(views, log_of([SUBMITTED, shown(1), received(2**53 - 1, 1)]))
    (found,) = tables.missing()
    assert (found.series, found.last, list(found.missing)) == ("RECEIPT", 2**53 - 1, list(range(1, 21)))


def test_the_same_access_three_times_and_out_of_order_counts_once_in_its_own_order(views: Views) -> None:
    """Scenario 14, on the rows: by stream_seq, whatever order they came in, each access once."""
    second, first = received(2, 1, access=2), received(1, 1, access=1)
    tables = apply(views, log_of([SUBMITTED, shown(1), second, first, second, first, second]))
    found = tables.receipts([str(disclosure(1))])
    assert [(one.stream_seq, one.index) for one in found] == [(1, 3), (2, 2)]
    assert tables.missing() == []


def test_a_number_that_was_given_twice_and_a_receipt_of_nothing_are_listed(views: Views) -> None:
    """Two accesses under one number; and a disclosure that the house does not know."""
    facts = [SUBMITTED, shown(1), received(1, 1, access=1), received(1, 1, access=2), received(2, 50, paired=False)]
    tables = apply(views, log_of(facts))
    assert [(one.recipient_org, one.stream_seq) for one in tables.numbers_twice()] == [("SAFE_HOME", 1)]
    assert [one.disclosure_id for one in tables.unpaired()] == [str(disclosure(50))]


def test_a_receipt_is_late_from_its_due_moment_until_it_comes(views: Views) -> None:
    """Owed, late, and then paired; a disclosure that owes none is never late."""
    owed, due = shown(1, receipt_by=LATER), LATER
    tables = apply(views, log_of([SUBMITTED, owed, shown(2)]))
    before: datetime = due - timedelta(seconds=1)
    assert tables.late_receipts(before) == []
    (late,) = tables.late_receipts(due)
    assert (late.disclosure_id, late.recipient_org, late.due) == (str(disclosure(1)), "SAFE_HOME", rfc3339(due))
    receipt = Numbered(3, encode(recorded(received(1, 1), 4, UUID(int=STREAM.int + 3)), HOUSE_OIN))
    views.apply([receipt], SOURCE, 4)
    assert tables.late_receipts(due) == []


def test_a_record_without_purpose_or_ground_is_found(views: Views) -> None:
    """There is no such fact, so it is planted; what is provided may lack a purpose, and a refusal may lack all."""
    bare = shown(1).model_copy(update={"purpose": None})
    groundless = shown(2).model_copy(update={"legal_basis": ()})
    tables = apply(views, log_of([SUBMITTED, bare, groundless, like(DisclosureRefused), shown(3)]))
    assert [row.index for row in tables.without_basis()] == [1, 2]


def test_a_case_with_a_hole_in_its_facts_is_named(database: str, views: Views) -> None:
    """A fact that was taken out of the store, from the middle or from the end, makes its case broken."""
    facts = log_of([SUBMITTED, shown(1), shown(2)], [SUBMITTED, shown(3)], [SUBMITTED])
    tables = apply(views, facts)
    with psycopg.connect(database) as session:
        for fact, (case, sequence) in zip(facts, [(0, 1), (1, 1), (2, 1), (0, 2), (1, 2), (0, 3)], strict=True):
            session.execute(
                "INSERT INTO facts.stored_events (originator_id, originator_version, topic, state) "
                "VALUES (%s, %s, 'x', %s)",
                (UUID(int=CASE.int + case), sequence, fact.value),
            )
    cases = [str(UUID(int=CASE.int + number)) for number in range(3)]
    assert tables.broken(cases) == []
    with psycopg.connect(database) as session:
        session.execute(
            "DELETE FROM facts.stored_events WHERE (originator_id = %s AND originator_version = 2) "
            "OR (originator_id = %s AND originator_version = 2)",
            (CASE, UUID(int=CASE.int + 1)),
        )
    assert tables.broken(cases) == cases[:2]


def test_an_item_that_was_never_there_went_to_nobody(views: Views) -> None:
    """No rows, no error."""
    tables = apply(views, MIXED)
    assert tables.of_item(UUID(int=ITEM.int + 999)) == []
    assert not tables.knows_recipient("NOBODY_AT_ALL")
    assert tables.knows_recipient("SAFE_HOME")


@given(st.integers(24_000, 24_300), st.integers(0, 40))
def test_any_months_are_made_up_of_quarters_and_months_once_each(first: int, more: int) -> None:
    """Each month stands in exactly one of the periods, and no three periods could be one quarter."""
    months = [f"{one // 12}-{one % 12 + 1:02}" for one in range(first, first + more + 1)]
    found = periods_of(months[0], months[-1])
    spelled = [
        f"{one[:4]}-{3 * int(one[6]) - back:02}" if "Q" in one else one
        for one in found
        for back in ((2, 1, 0) if "Q" in one else (0,))
    ]
    assert spelled == months
    plain = [one for one in found if "Q" not in one]
    assert len(plain) <= 4
