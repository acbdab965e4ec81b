"""The counts of reports: what each fact adds, that the order of cases is no matter, that nothing of a period leaks."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.canonical import encode
from events.catalogue import BY_TYPE
from events.errors import Corrupt
from events.fact import Envelope, Fact, Recorded
from events.receipt import Numbered
from infra.spill import Spilled
from projections import figures_shapes as shapes
from projections.figures import Figures, Group, told
from projections.figures_account import KEEPING, OVERSIGHT, RIGHTS, RULES
from projections.figures_cases import GROUP as CASES
from projections.figures_disclosures import GROUP as DISCLOSURES
from projections.figures_disclosures import PAIRING
from projections.figures_period import Period, days_between
from projections.figures_story import Story, pack, unpack
from projections.figures_tally import Tally, Wanted, quantile
from projections.figures_work import GROUP as WORK
from tests import facts as some
from tests.facts import HOUSE_OIN, POLICE_OIN
from tests.reports.example import example, numbered

YEAR = Period.of_year(2026)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ALL = (CASES, WORK, DISCLOSURES, PAIRING, KEEPING, RIGHTS, OVERSIGHT, RULES)


def counted(
    *facts: Fact | tuple[datetime, Fact],
    period: Period = YEAR,
    groups: Sequence[Group] = ALL,
    stop: int | None = None,
    wanted: Wanted | None = None,
) -> Tally:
    """Return the tally of one case, each fact at its own moment or a day after the one before."""
    figures = Figures(period, groups, {}, len(facts) if stop is None else stop, wanted)
    at = NOON
    for index, one in enumerate(facts):
        at, fact = one if isinstance(one, tuple) else (at + timedelta(days=1), one)
        envelope = Envelope(
            id=UUID(int=index + 1),
            case_id=some.CASE,
            sequence=index + 1,
            recorded_at=at,
            actor="p-0123456789abcdef",
            on_behalf_of=POLICE_OIN,
            task="police-task",
            correlation_id=some.COMMAND,
            causation_id=some.COMMAND,
        )
        value = encode(
            Recorded(envelope=envelope, fact=fact.model_copy(update={"occurred_at": at})),
            HOUSE_OIN,
        )
        figures.take(told(value), index)
    return figures.finish()


def test_a_referral_counts_by_channel_referrer_and_quarter() -> None:
    """Given a referral of March, it stands in each breakdown once."""
    tally = counted(some.SUBMITTED)
    assert tally.total("referrals") == 1
    assert dict(tally.cells("referrals", "channel")) == {"PARTICIPANT": 1}
    assert dict(tally.cells("referrals", "referrer")) == {"POLICE": 1}
    assert dict(tally.cells("referrals", "quarter")) == {"K1": 1}


def test_a_case_runs_in_its_room_from_acceptance_to_closing() -> None:
    """Given a case that was accepted and closed in the year, it is in no stock; without the closing it is in one."""
    accepted = some.ACCEPTED.model_copy(update={"chamber": "CHAMBER_NORTH"})
    path = (some.SUBMITTED, some.TRIAGE_OPENED, some.ASSESSED, accepted, some.STARTED)
    running = counted(*path)
    assert dict(running.cells("live_end", "place")) == {"CHAMBER_NORTH": 1}
    assert running.total("live_start") == 0
    closed = counted(*path, some.CLOSED)
    assert closed.total("live_end") == 0
    assert dict(closed.cells("closed", "reason")) == {"AIMS_MET": 1}
    assert dict(closed.cells("left", "place")) == {"CHAMBER_NORTH": 1}


def test_a_stock_at_the_start_is_what_ran_before_the_first_day() -> None:
    """Given a case accepted in 2025 and escalated in 2026, the year starts in its chamber and ends in the house."""
    before = datetime(2025, 11, 3, 9, tzinfo=UTC)
    accepted = some.ACCEPTED.model_copy(update={"chamber": "CHAMBER_SOUTH"})
    run_up = [(before, one) for one in (some.SUBMITTED, accepted, some.STARTED)]
    tally = counted(*run_up, (NOON, some.PROPOSED), some.ESCALATED)
    assert dict(tally.cells("live_start", "place")) == {"CHAMBER_SOUTH": 1}
    assert dict(tally.cells("live_end", "place")) == {"HOUSE": 1}
    assert tally.total("accepted") == 0
    assert dict(tally.cells("escalated", "place")) == {"CHAMBER_SOUTH": 1}
    assert dict(tally.days("escalation_days")["CHAMBER_SOUTH"]) == {1: 1}


def test_the_year_is_the_dutch_one() -> None:
    """Half past eleven at night, UTC, on the last day of the year, is the new year in the Netherlands."""
    night = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert counted((night, some.SUBMITTED)).total("referrals") == 0
    assert counted((night, some.SUBMITTED), period=Period.of_year(2027)).total("referrals") == 1
    assert counted((night - timedelta(hours=1), some.SUBMITTED)).total("referrals") == 1


def test_facts_from_after_the_edition_are_left_out() -> None:
    """Given a case that was accepted by its second fact, the edition of one fact knows nothing of it."""
    assert counted(some.SUBMITTED, some.ACCEPTED, stop=1).total("accepted") == 0
    assert counted(some.SUBMITTED, some.ACCEPTED, stop=2).total("accepted") == 1


def test_a_case_that_comes_back_is_accepted_once() -> None:
    """Given a case that was reopened and accepted again, the year has one acceptance and one more decision."""
    tally = counted(
        some.SUBMITTED, some.ACCEPTED, some.AFTERCARE, example("CaseReopened"), some.ASSESSED, some.ACCEPTED
    )
    assert tally.total("accepted") == 1
    assert tally.total("accepted_again") == 1


def test_each_stay_in_a_stage_is_measured_in_dutch_days() -> None:
    """Given facts a day apart, every stay took one day; nothing is measured of the stage that has not ended."""
    tally = counted(some.SUBMITTED, some.TRIAGE_OPENED, some.ASSESSED, some.ACCEPTED)
    assert {stage: dict(days) for stage, days in tally.days("stage_days").items()} == {
        "REFERRED": {1: 1},
        "IN_TRIAGE": {2: 1},
    }
    assert days_between("2026-03-01T22:30:00.000000Z", "2026-03-01T23:30:00.000000Z") == 1
    assert days_between("2026-03-02T09:00:00.000000Z", "2026-03-01T09:00:00.000000Z") == 0


def test_an_action_is_kept_late_or_not_by_its_day() -> None:
    """Given an action due on 1 April: done before it, after it, or never."""
    path = (some.SUBMITTED, some.ACCEPTED, some.STARTED, some.PLAN, some.AGREED, some.MONITORING)
    done = example("ActionReported")
    assert dict(counted(*path, done).cells("agreements", "outcome")) == {"MET": 1}
    late = (datetime(2026, 5, 1, tzinfo=UTC), done)
    assert dict(counted(*path, late).cells("agreements", "outcome")) == {"LATE": 1}
    stuck = counted(*path, done.model_copy(update={"status": "STUCK"}))
    assert dict(stuck.cells("agreements", "outcome")) == {"NOT_MET": 1}
    assert dict(stuck.cells("stuck", "org")) == {"POLICE": 1}


def test_a_disclosure_without_its_decision_or_ground_stands_out() -> None:
    """Given disclosures with and without a decision on record, a ground, and a receipt for what was never shown."""
    shown, decided = example("DataDisclosed"), some.DECIDED_ON_ACCESS
    right = shown.model_copy(update={"decision_id": decided.decision_id})
    assert counted(some.SUBMITTED, decided, right).total("without_decision") == 0
    assert counted(some.SUBMITTED, right, decided).total("without_decision") == 1
    assert counted(some.SUBMITTED, shown).total("before_decision_records") == 1
    assert counted(some.SUBMITTED, shown.model_copy(update={"legal_basis": ()})).total("without_basis") == 1
    assert counted(some.SUBMITTED, example("DataAccessed")).total("without_disclosure") == 1
    assert counted(some.SUBMITTED, shown, example("DataAccessed")).total("without_disclosure") == 0


def test_what_a_participant_brings_is_a_disclosure_to_the_collaboration() -> None:
    """Given a referral and an empty answer to a question, one disclosure, with the kinds of its items."""
    empty = example("EnrichmentProvided").model_copy(update={"items": ()})
    tally = counted(some.SUBMITTED, empty)
    assert dict(tally.cells("disclosures", "kind")) == {"TO_COLLABORATION": 1}
    assert dict(tally.cells("disclosures", "category")) == {"IDENTITY": 1}


@pytest.mark.parametrize("fact", some.EXAMPLES, ids=lambda fact: type(fact).__name__)
def test_every_type_of_fact_can_be_read_by_every_count(fact: Fact) -> None:
    """What a count reads of a fact is there in each type that was ever written; one alone breaks nothing."""
    counted(fact)
    counted(some.SUBMITTED, some.ACCEPTED, some.STARTED, fact)


def test_requests_of_persons_are_counted_by_names_that_are_there() -> None:
    """The permanent names that the counts know are names of facts."""
    assert shapes.RIGHTS.keys() <= BY_TYPE.keys()


def test_a_figure_names_the_facts_behind_it() -> None:
    """Given a wanted row, exactly the facts that count under it, by log index."""
    path = (some.SUBMITTED, some.TRIAGE_OPENED, some.ASSESSED, some.ACCEPTED, some.STARTED)
    assert counted(*path, wanted=Wanted("accepted")).traced == {3}
    assert counted(*path, wanted=Wanted("accepted", "room", "HOUSE")).traced == set()
    assert counted(*path, wanted=Wanted("live_end", "room", "LOCAL_CHAMBER")).traced == {4}
    assert counted(*path, wanted=Wanted("stage_days", "", "IN_TRIAGE")).traced == {3}


@pytest.mark.parametrize("part", [0.5, 0.9])
@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_a_median_and_nine_in_ten_are_numbers_that_occurred(part: float, days: list[int]) -> None:
    """At least so many lie within it, and fewer within any smaller number that occurred."""
    found = quantile({one: days.count(one) for one in days}, part)
    assert found in days
    assert sum(1 for one in days if one <= found) >= part * len(days)
    assert sum(1 for one in days if one < found) < part * len(days)


def test_of_nothing_there_is_no_median() -> None:
    """Nothing is guessed."""
    assert quantile({}, 0.5) is None


def partitions(seed: int) -> list[Numbered]:
    """Return the example's facts partition by partition, in another order; each case stays in order."""
    rng = Random(seed)
    of = {subject: rng.randrange(5) for subject in sorted({told(one.value).subject for one in numbered()})}
    parts: list[list[Numbered]] = [[] for _ in range(5)]
    for one in numbered():
        parts[of[told(one.value).subject]].append(one)
    mixed = []
    while any(parts):
        part = rng.choice([one for one in parts if one])
        taken = rng.randint(1, len(part))
        mixed += part[:taken]
        del part[:taken]
    return mixed


def tally_of(facts: Sequence[Numbered], stories: object = None) -> Tally:
    """Count everything there is to count."""
    kept: dict[str, Story] = {} if stories is None else stories  # type: ignore[assignment]
    figures = Figures(YEAR, ALL, kept, len(numbered()))
    for one in facts:
        figures.take(told(one.value), one.index)
    return figures.finish()


def content(tally: Tally) -> tuple[object, ...]:
    """What was counted, to compare."""
    rows = {name: tally.sorted_rows(name) for name in tally.rows}
    spreads = {name: {key: dict(days) for key, days in found.items()} for name, found in tally.spreads.items()}
    return {where: dict(found) for where, found in tally.counts.items()}, spreads, rows


@settings(max_examples=25, deadline=None)
@given(st.integers())
def test_the_order_of_partitions_is_no_matter(seed: int) -> None:
    """Given the same facts in any order that keeps each case in its own, the tally is the same."""
    assert content(tally_of(partitions(seed))) == content(tally_of(numbered()))


@pytest.mark.parametrize("kept", [1, 7, 100])
def test_stories_that_were_laid_aside_on_disk_tell_the_same(kept: int) -> None:
    """Given memory for a few stories only, the tally is the same as with memory for all."""
    table = Spilled(pack, unpack, kept)
    assert content(tally_of(partitions(3), table)) == content(tally_of(numbered()))
    table.close()


def test_a_table_that_spills_is_a_table() -> None:
    """Values stay what they were last made, also when changed in place; what is deleted is gone."""
    table = Spilled(lambda story: pack(story), unpack, 2)
    for number in range(9):
        table[str(number)] = Story(extensions=number)
    for number in range(9):
        table[str(number)].extensions += 100
    assert [(key, one.extensions) for key, one in table.items()] == [(str(n), n + 100) for n in range(9)]
    del table["4"]
    assert "4" not in table
    assert len(table) == 8
    assert sorted(table) == [str(n) for n in range(9) if n != 4]
    with pytest.raises(KeyError):
        table["4"]
    with pytest.raises(KeyError):
        del table["nobody"]


def test_a_value_that_is_no_fact_stops_the_count() -> None:
    """Nothing is skipped: a report over broken bytes is no report."""
    with pytest.raises(Corrupt):
        told(b"{broken")
    with pytest.raises(Corrupt):
        unpack(b"\xc1")


def test_periods_are_whole_local_days() -> None:
    """A year, a quarter, a stretch of days; each with the one before it."""
    quarter = Period.of_quarter(2026, 4)
    assert (quarter.first, quarter.last) == (date(2026, 10, 1), date(2026, 12, 31))
    assert Period.of_year(2026).earlier == Period.of_year(2025)
    assert Period(date(2026, 3, 1), date(2026, 3, 10)).earlier == Period(date(2026, 2, 19), date(2026, 2, 28))
    assert Period.of_year(2026).start == "2025-12-31T23:00:00.000000Z"
    assert Period(date(2026, 7, 1), date(2026, 7, 1)).start == "2026-06-30T22:00:00.000000Z"
    with pytest.raises(ValueError, match="ends on or after"):
        Period(date(2026, 2, 2), date(2026, 2, 1))
