"""The ledger as a pure fold: every kind of disclosure has its row, and totals do not depend on any order."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random
from typing import TypeVar
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.canonical import encode
from events.catalogue import FACTS
from events.correction import DataAccessed, DisclosureCorrected
from events.disclosure import DataDisclosed, DisclosureRefused
from events.enquiry import EnrichmentProvided, ItemsProvided
from events.fact import Fact
from events.ledger import LedgerConsulted
from events.receipt import Numbered
from events.referral import ReferralSupplemented
from events.rights_effects import ItemRectified, StatementAdded
from projections import ledger_batch
from projections.ledger import NOBODY
from projections.ledger_batch import RECEIPT, RECIPIENT, LedgerBatch, local_day, runs
from projections.ledger_shapes import HOUSE, LedgerRow
from projections.numbers import Hole, holes
from projections.reading import outline
from projections.standards.handed import handed
from tests.facts import EXAMPLES, HOUSE_OIN, ITEM, POLICE_OIN, SUBJECT, SUBMITTED, history

F = TypeVar("F", bound=Fact)
OTHER = UUID(int=SUBJECT.int + 1)


def like(kind: type[F], /, **changed: object) -> F:
    """Return the example of a type of fact, with these fields changed."""
    return next(one for one in EXAMPLES if isinstance(one, kind)).model_copy(update=changed)


def numbered(facts: Sequence[Fact]) -> list[Numbered]:
    return [Numbered(100 + place, encode(one, HOUSE_OIN)) for place, one in enumerate(history(*facts))]


def taken(facts: Sequence[Numbered]) -> LedgerBatch:
    batch = LedgerBatch()
    for fact in facts:
        batch.take(outline(fact.value), fact.index)
    return batch


def rows(*facts: Fact) -> list[LedgerRow]:
    return taken(numbered(facts)).rows


PROVISIONS = [like(kind) for kind in (ReferralSupplemented, EnrichmentProvided, ItemsProvided)] + [SUBMITTED]


@pytest.mark.parametrize("fact", PROVISIONS, ids=lambda fact: type(fact).__name__)
def test_what_a_participant_brings_is_a_disclosure_to_the_house(fact: Fact) -> None:
    """Given a fact with items, there is one row per person, to the house, from the source, on whose behalf it was."""
    found = rows(fact)
    items = fact.items  # type: ignore[attr-defined]  # all four have items
    assert {row.subject_id for row in found} == {str(item.subject_id) for item in items}
    for row in found:
        own = [item for item in items if str(item.subject_id) == row.subject_id]
        assert (row.kind, row.recipient_org, row.decision) == ("TO_COLLABORATION", HOUSE, "GRANTED")
        assert row.items == tuple(f"{item.item_id}/{item.version}" for item in own)
        assert row.categories == tuple(sorted({item.category for item in own}))
        assert row.provider_orgs == tuple(sorted({item.provider_org for item in own}))
        assert (row.on_behalf_of, row.done_by) == (POLICE_OIN, "p-0123456789abcdef")
        assert row.recipient_number is None, "what comes in is no record of the desk"


@pytest.mark.parametrize("kind", [ItemRectified, StatementAdded])
def test_what_is_put_right_comes_in_anew(kind: type[ItemRectified] | type[StatementAdded]) -> None:
    """From its source to the house, in its new version, for the request that asked for it."""
    fact = like(kind, request_id=ITEM)
    (row,) = rows(fact)
    item = fact.item
    assert (row.kind, row.recipient_org, row.subject_id) == ("TO_COLLABORATION", HOUSE, str(item.subject_id))
    assert (row.items, row.categories) == ((f"{item.item_id}/{item.version}",), (item.category,))
    assert (row.provider_orgs, row.legal_basis) == ((item.provider_org,), (fact.legal_ref,))
    assert row.purpose == "SUBJECT_RIGHTS"


def test_who_finds_its_own_mistake_names_no_purpose() -> None:
    """Nobody asked for it, and the fact says no more."""
    assert [row.purpose for row in rows(like(ItemRectified, request_id=None))] == [None]


@pytest.mark.parametrize("fact", EXAMPLES, ids=lambda fact: type(fact).__name__)
def test_the_standards_tell_what_the_ledger_tells(fact: Fact) -> None:
    """Of every type of fact: the same persons, kinds, sources, purposes and items, refusals left out."""
    (one,) = numbered([fact])
    ours = {
        (row.subject_id, row.kind, row.purpose, tuple(row.categories), tuple(row.provider_orgs))
        for row in rows(fact)
        if row.decision != "REFUSED" and row.subject_id != NOBODY
    }
    theirs = {
        (str(each.subject_id), each.kind, each.purpose, each.categories, each.providers) for each in handed(one, HOUSE)
    }
    assert theirs == ours


def test_before_acceptance_the_purpose_is_the_weighing_and_after_it_what_was_said() -> None:
    """A referral is brought for the criteria; data for the room carry their own, or none."""
    provided = like(ItemsProvided, purpose="COORDINATE_CARE")
    assert [row.purpose for row in rows(SUBMITTED, provided, like(ItemsProvided, purpose=None))] == [
        "ASSESS_CRITERIA",
        "COORDINATE_CARE",
        None,
    ]


def test_nothing_to_report_is_no_disclosure() -> None:
    """An answer without items brought nothing."""
    assert rows(like(EnrichmentProvided, items=())) == []


def test_a_look_at_the_ledger_is_a_row_about_the_person_it_was_about() -> None:
    """Granted or refused; and a look that was about no person is about nobody."""
    look = like(LedgerConsulted)
    refused = like(LedgerConsulted, subject_id=None, granted=False, reason_code="WRONG_HAT")
    found = rows(look, refused)
    assert [(row.subject_id, row.decision, row.reason_code, row.categories) for row in found] == [
        (str(SUBJECT), "GRANTED", "OK", ("LEDGER",)),
        (NOBODY, "REFUSED", "WRONG_HAT", ("LEDGER",)),
    ]
    assert {row.purpose for row in found} == {"SUPERVISION"}


def test_the_fields_of_a_record_reach_its_row() -> None:
    """Number, decision, who did it, for whom, grants and the term of the receipt."""
    grant = UUID(int=ITEM.int + 9)
    shown = like(
        DataDisclosed,
        recipient_number=4,
        decision_id=ITEM,
        done_by="p-00000000000000aa",
        controller=POLICE_OIN,
        grants=(grant,),
        receipt_by=datetime(2026, 3, 9, 23, tzinfo=UTC),
    )
    (row,) = rows(shown)
    assert (row.recipient_number, row.decision_id, row.done_by) == (4, str(ITEM), "p-00000000000000aa")
    assert (row.controller, row.grants) == (POLICE_OIN, (str(grant),))
    assert (row.receipt_by, row.regime) == ("2026-03-09T23:00:00.000000Z", shown.regime)
    assert row.items == tuple(f"{one.item_id}/{one.version}" for one in shown.items)


def test_what_was_refused_finds_nobody_by_its_item() -> None:
    """An item that was asked for and not shown went to nobody."""
    batch = taken(numbered([like(DisclosureRefused), like(DataDisclosed)]))
    assert {one.index for one in batch.items} == {101}


def test_a_receipt_and_a_correction_stand_beside_the_row_and_change_none() -> None:
    """The record stays as it was."""
    batch = taken(numbered([like(DataDisclosed), like(DataAccessed), like(DisclosureCorrected)]))
    (row,) = batch.rows
    assert row.purpose == like(DataDisclosed).purpose
    assert [(one.stream_seq, one.paired) for one in batch.receipts] == [(1, True)]
    assert [(one.what, one.purpose) for one in batch.corrections] == [("WRONG_PURPOSE", "PREVENT_UNSAFE")]


def test_totals_count_each_request_once_and_each_person_in_it() -> None:
    """A request about two persons is one disclosure of a category that both have, and two persons."""
    shown = like(DataDisclosed)
    (item,) = shown.items
    both = shown.model_copy(
        update={
            "subjects": (*shown.subjects, shown.subjects[0].model_copy(update={"subject_id": OTHER})),
            "items": (item, item.model_copy(update={"subject_id": OTHER})),
        }
    )
    batch = taken(numbered([both]))
    assert list(batch.days.values()) == [1]
    assert {key[1]: count for key, count in batch.purposes.items()} == {"2026-03": 1, "2026-Q1": 1}
    assert {key[1]: count for key, count in batch.persons.items()} == {"2026-03": 2, "2026-Q1": 2}


def test_the_day_is_the_local_one() -> None:
    """Late on 31 December in UTC is a new year in the Netherlands; in summer the day turns two hours before UTC."""
    assert local_day("2026-12-31T23") == "2027-01-01"
    assert local_day("2026-12-31T22") == "2026-12-31"
    assert local_day("2026-06-30T22") == "2026-07-01"


DRAWN = st.lists(
    st.builds(
        lambda kind, org, number: like(kind, recipient_org=org, recipient_number=number),
        st.sampled_from([DataDisclosed, DisclosureRefused]),
        st.sampled_from(["POLICE", "SAFE_HOME"]),
        st.one_of(st.none(), st.integers(1, 9)),
    )
    | st.builds(
        lambda org, seq: like(DataAccessed, recipient_org=org, stream_seq=seq),
        st.sampled_from(["POLICE", "SAFE_HOME"]),
        st.integers(1, 9),
    ),
    max_size=12,
)


@given(DRAWN, st.randoms(use_true_random=False))
def test_totals_are_the_same_in_any_order(facts: list[Fact], rng: Random) -> None:
    """Facts of several cases reach the answers in the order of the partitions, not of the log."""
    log = numbered(facts)
    mixed = list(log)
    rng.shuffle(mixed)
    one, other = taken(log), taken(mixed)
    assert (one.days, one.purposes, one.persons, one.numbers) == (
        other.days,
        other.purposes,
        other.persons,
        other.numbers,
    )
    assert sorted(one.rows, key=lambda row: (row.index, row.subject_id)) == sorted(
        other.rows, key=lambda row: (row.index, row.subject_id)
    )


@given(st.sets(st.integers(1, 60)))
def test_runs_are_the_numbers_and_nothing_between(numbers: set[int]) -> None:
    """Written as runs and read back it is the same set, and no two runs touch."""
    found = runs(numbers)
    assert {one for first, after in found for one in range(first, after)} == numbers
    assert all(after < first for (_, after), (first, _) in itertools.pairwise(found))


@given(st.sets(st.integers(1, 40), min_size=1))
def test_a_hole_in_the_numbers_is_found_from_the_facts_alone(numbers: set[int]) -> None:
    """Whatever numbers the facts of a recipient have, those between 1 and the last that are missing are named."""
    facts = [like(DataDisclosed, recipient_org="POLICE", recipient_number=one) for one in sorted(numbers)]
    missing = tuple(sorted(set(range(1, max(numbers))) - numbers))
    expected = [Hole(RECIPIENT, "POLICE", "", max(numbers), missing[:20])] if missing else []
    assert holes(numbered(facts)) == expected


def test_a_receipt_that_was_never_sent_shows_by_its_number() -> None:
    """The third of three came, and the second did not."""
    facts = [like(DataAccessed, stream_seq=one) for one in (3, 1)]
    assert holes(numbered(facts)) == [Hole(RECEIPT, "SAFE_HOME", "safe-home", 3, (2,))]


@pytest.mark.parametrize("fact", EXAMPLES, ids=lambda fact: type(fact).__name__)
def test_every_type_of_fact_either_adds_something_or_is_not_looked_into(fact: Fact) -> None:
    """A type that adds nothing is no type of the ledger."""
    batch = taken(numbered([fact]))
    adds = bool(batch.rows or batch.receipts or batch.corrections)
    assert adds == (fact.type_name in ledger_batch.TYPES)
    assert {type(one) for one in EXAMPLES} == set(FACTS)
