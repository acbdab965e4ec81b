"""The case as it was at a moment, from both points of view, and who could see what of it then."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.assessment import PanelMember
from events.escalation import CaseEscalated
from events.fact import Fact, Recorded
from events.governance import TableChange
from events.referral import Item, ReferralSupplemented
from events.retention import HoldPlaced
from events.vocabulary import Stage
from policies.engine import Policies
from policies.reference import Reference
from services.case_file import case_file
from services.reconstruction import CaseAt, Known, Reader, Sight, known_at, read_moment, reconstruct
from tests.facts import (
    ACCEPTED,
    CASE,
    EXAMPLES,
    LATER,
    NOON,
    POLICE,
    RESULT,
    SAFE_HOME,
    SEALED,
    STARTED,
    SUBJECT,
    SUBMITTED,
    SUPERVISION,
    TRIAGE_OPENED,
    history,
)
from tests.stories.walking import Walk

REFERENCE = Reference.load()
POLICIES = Policies.load(REFERENCE)
HOUR = timedelta(hours=1)
SECRET = UUID(int=101)
"""An item in a professional secret, given by the mental-health care."""


def hourly(*facts: Fact) -> list[Recorded]:
    """Return a history of which each fact happened, and was written, an hour after the one before."""
    return [
        one.model_copy(
            update={
                "envelope": one.envelope.model_copy(update={"recorded_at": NOON + number * HOUR}),
                "fact": one.fact.model_copy(update={"occurred_at": NOON + number * HOUR}),
            }
        )
        for number, one in enumerate(history(*facts))
    ]


def late(one: Recorded, by: timedelta) -> Recorded:
    """Return the same fact, written later than it happened."""
    at = one.envelope.recorded_at + by
    return one.model_copy(update={"envelope": one.envelope.model_copy(update={"recorded_at": at})})


def at(facts: list[Recorded], moment: datetime, known: Known = Known.THEN) -> CaseAt:
    return reconstruct(CASE, facts, moment, known, POLICIES, REFERENCE)


def reader(found: CaseAt, org: str, task: str) -> Reader:
    return next(one for one in found.readers if (one.org, one.task) == (org, task))


def sight(found: CaseAt, org: str, task: str, item_id: UUID) -> Sight:
    return next(one for one in reader(found, org, task).items if one.item_id == item_id)


def supplemented(category: str, tier: str, provider: str, item_id: UUID = SECRET) -> ReferralSupplemented:
    item = Item.model_validate(
        {
            "item_id": item_id,
            "category": category,
            "tier": tier,
            "subject_id": SUBJECT,
            "provider_org": provider,
            "fields": ("note",),
            "content": SEALED,
            "wording": "FUNCTIONAL",
        }
    )
    return ReferralSupplemented(occurred_at=NOON, legal_ref="WGS:purpose", referrer_org="POLICE", items=(item,))


STORY = hourly(SUBMITTED, TRIAGE_OPENED, ACCEPTED, STARTED)


@pytest.mark.parametrize(
    ("hours", "stage"),
    [(-1, None), (0, Stage.REFERRED), (1, Stage.IN_TRIAGE), (2, Stage.STARTING), (3, Stage.IN_CONSULTATION)],
)
def test_a_case_is_shown_as_it_stood_at_each_moment(hours: int, stage: Stage | None) -> None:
    """A fact counts from its own moment on; before the first one there was no case, and nobody who could see it."""
    found = at(STORY, NOON + hours * HOUR)
    assert found.case.stage is stage
    assert found.facts == hours + 1
    assert bool(found.readers) is (stage is not None)
    just_before = at(STORY, NOON + hours * HOUR - timedelta(microseconds=1))
    assert just_before.facts == max(hours, 0)


def test_what_was_written_later_is_not_known_then_and_is_known_now() -> None:
    """Given an acceptance that was written five hours after it happened, the two points of view differ in between."""
    facts = [*STORY[:2], late(STORY[2], 5 * HOUR)]
    moment = NOON + 3 * HOUR
    assert at(facts, moment, Known.THEN).case.stage is Stage.IN_TRIAGE
    assert at(facts, moment, Known.NOW).case.stage is Stage.STARTING
    assert at(facts, NOON + 7 * HOUR, Known.THEN).case == at(facts, NOON + 7 * HOUR, Known.NOW).case


def test_order_is_by_sequence_where_the_clock_was_set_back() -> None:
    """Given a clock that jumps back ten hours after the second fact, no moment shows the end without the beginning."""
    facts = [*STORY[:2], *(late(one, -10 * HOUR) for one in STORY[2:])]
    assert at(facts, NOON - 5 * HOUR).case.stage is None
    assert at(facts, NOON).case.stage is Stage.REFERRED
    assert at(facts, NOON + HOUR).case.stage is Stage.IN_CONSULTATION


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 60))
def test_at_the_moment_of_any_fact_the_case_is_what_it_was_after_it(seed: int, cut: int) -> None:
    """Given any walk, the case as then known at the moment of a fact is the fold up to the last fact of that moment."""
    walk = Walk(Random(seed))
    walk.begin()
    for _ in range(30):
        walk.tread()
    one = walk.history[cut % len(walk.history)]
    moment = one.envelope.recorded_at
    upto = [each for each in walk.history if each.envelope.recorded_at <= moment]
    assert at(walk.history, moment).case == case_file(CASE, upto)
    assert at(walk.history, LATER + timedelta(days=9000)).case == walk.case
    assert walk.history == known_at(walk.history, LATER + timedelta(days=9000), Known.THEN)


def test_the_panel_sees_first_facts_before_acceptance_and_a_stranger_stands_nowhere() -> None:
    """Given a weighing, panel and referrer may see the identity for weighing, by the rule that says so."""
    found = at(STORY, NOON + HOUR)
    (item_id,) = found.case.items
    seen = sight(found, "SAFE_HOME", "safe-home", item_id)
    assert seen.verdict.allowed
    assert seen.verdict.policy_ids == ("weighing-reads-first-facts",)
    assert "ASSESS_CRITERIA" in seen.purposes
    assert "COORDINATE_CARE" not in seen.purposes
    assert reader(found, "SAFE_HOME", "safe-home").place == "PANEL"
    assert "PROBATION" not in {one.org for one in found.readers}


def test_who_left_could_no_longer_see_and_the_rule_is_named() -> None:
    """Given a move to the house without the police, the police could see before it and not after."""
    probation = PanelMember(org="PROBATION", task="probation-supervision", domain="JUSTICE")
    example = next(one for one in EXAMPLES if isinstance(one, CaseEscalated))
    moved = example.model_copy(update={"participants": (SAFE_HOME, probation), "items_along": ()})
    facts = hourly(SUBMITTED, TRIAGE_OPENED, ACCEPTED, STARTED, moved)
    before, after = at(facts, NOON + 3 * HOUR), at(facts, NOON + 4 * HOUR)
    (item_id,) = before.case.items
    assert sight(before, POLICE.org, POLICE.task, item_id).verdict.allowed
    gone = sight(after, POLICE.org, POLICE.task, item_id)
    assert (gone.verdict.allowed, gone.verdict.code) == (False, "AUTH_EXPIRED")
    assert gone.verdict.policy_ids == ("authorisation-has-an-end",)
    assert reader(after, POLICE.org, POLICE.task).place == "LEFT"
    newcomer = sight(after, probation.org, probation.task, item_id)
    assert newcomer.verdict.policy_ids == ("items-that-stayed-behind",)


def test_an_authorisation_that_ran_out_shows_without_any_fact() -> None:
    """Given participants until a day, nobody of them could see anything after it, although no fact says so."""
    found = at(STORY, LATER + HOUR)
    (item_id,) = found.case.items
    assert not sight(found, POLICE.org, POLICE.task, item_id).verdict.allowed
    assert reader(found, POLICE.org, POLICE.task).place == "LEFT"


def test_a_professional_secret_is_marked_as_seen_only_with_a_ground() -> None:
    """Given care data in a case, a reader outside care could see them only when a ground was named."""
    health = REFERENCE.category("HEALTH", NOON)
    assert health is not None
    assert health.secrecy
    entry = {**health.model_dump(mode="json", exclude={"valid_until"}), "readers": ["ALL"], "valid_from": "2026-03-01"}
    reference = REFERENCE.amended([TableChange(table="categories", key="HEALTH", entry=entry)])
    policies = Policies.load(reference)
    facts = hourly(SUBMITTED, supplemented("HEALTH", "T2", "MENTAL_HEALTH"), TRIAGE_OPENED, ACCEPTED, STARTED)
    found = reconstruct(CASE, facts, NOON + 4 * HOUR, Known.THEN, policies, reference)
    seen = sight(found, POLICE.org, POLICE.task, SECRET)
    assert seen.verdict.allowed
    assert seen.with_secrecy_ground
    identity = next(iter(found.case.items))
    assert identity != SECRET
    assert not sight(found, POLICE.org, POLICE.task, identity).with_secrecy_ground


def test_what_was_shown_is_counted_per_reader_and_item() -> None:
    """Given a disclosure on record, the one who saw it is told apart from those who only could."""
    shown = next(one for one in EXAMPLES if type(one).__name__ == "DataDisclosed")
    facts = hourly(SUBMITTED, TRIAGE_OPENED, ACCEPTED, STARTED, shown)
    before, after = at(facts, NOON + 3 * HOUR), at(facts, NOON + 4 * HOUR)

    def counts(found: CaseAt) -> dict[tuple[str, str], int]:
        return {(one.org, one.task): sum(each.shown for each in one.items) for one in found.readers}

    assert set(counts(before).values()) == {0}
    told = counts(after)
    assert told.pop(("SAFE_HOME", "safe-home")) == 1
    assert set(told.values()) == {0}


def test_a_destroyed_or_unborn_case_is_told_without_failing() -> None:
    """Given a hold alone, as if the referral were lost, the case has no person and nobody could see anything."""
    odd = hourly(HoldPlaced(occurred_at=NOON, legal_ref="WGS:retention", hold_id=UUID(int=1), ground="COMPLAINT"))
    found = at(odd, NOON)
    assert found.case.stage is None
    assert found.case.holds == {UUID(int=1)}
    assert found.readers == ()


def test_asking_what_could_be_seen_does_not_change_the_case() -> None:
    """The same question twice has the same answer, and the history is as it was."""
    facts = list(STORY)
    assert at(facts, NOON + 3 * HOUR) == at(facts, NOON + 3 * HOUR)
    assert facts == STORY


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-03-01", datetime(2026, 3, 1, 23, tzinfo=UTC)),
        ("2026-07-01", datetime(2026, 7, 1, 22, tzinfo=UTC)),
        ("2026-03-01T10:00", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("2026-07-01T10:00:30+00:00", datetime(2026, 7, 1, 10, 0, 30, tzinfo=UTC)),
        ("2026-07-01T10:00:00Z", datetime(2026, 7, 1, 10, tzinfo=UTC)),
    ],
)
def test_a_day_means_its_end_and_a_time_is_dutch_unless_it_says_otherwise(written: str, moment: datetime) -> None:
    """A person writes a day or a clock time of here; a program adds an offset."""
    assert read_moment(written) == moment


@pytest.mark.parametrize("written", ["", "gisteren", "2026-13-01", "2026-03-01T25:00", "01-03-2026"])
def test_what_is_no_moment_is_refused(written: str) -> None:
    """A mistake is not guessed at."""
    with pytest.raises(ValueError):  # noqa: PT011 - the text is that of the library, and never shown
        read_moment(written)


def test_both_points_of_view_are_named_in_dutch() -> None:
    """Nobody should have to guess which of the two is shown."""
    assert Known.THEN.says.startswith("zoals toen bekend")
    assert Known.NOW.says.startswith("zoals nu bekend")
    assert replace(at(STORY, NOON), known=Known.NOW) == at(STORY, NOON, Known.NOW)


FOR_CARE = RESULT.model_copy(
    update={
        "kind": "RESULT_TO_PARTICIPANT",
        "recipient_org": "MENTAL_HEALTH",
        "recipient_task": "treatment",
        "item": RESULT.item.model_copy(update={"addressed_to": "MENTAL_HEALTH"}),
    }
)
OUT = next(one for one in EXAMPLES if type(one).__name__ == "ResultReleased")
LET_IN = SUPERVISION.model_copy(update={"until": NOON + 9 * HOUR})


def test_a_result_that_was_let_out_could_be_seen_by_its_recipient_alone() -> None:
    """From its release on, by its own kind, also by who does not work on the case; and nothing else of the case."""
    facts = hourly(SUBMITTED, TRIAGE_OPENED, ACCEPTED, STARTED, FOR_CARE, OUT)
    written, released = at(facts, NOON + 4 * HOUR), at(facts, NOON + 5 * HOUR)
    assert "MENTAL_HEALTH" not in {one.org for one in written.readers}
    assert reader(released, "MENTAL_HEALTH", "treatment").place == "RECIPIENT"
    seen = {one.item_id: one for one in reader(released, "MENTAL_HEALTH", "treatment").items}
    result = seen.pop(FOR_CARE.item.item_id)
    assert (result.verdict.allowed, result.kinds) == (True, ("RESULT_TO_PARTICIPANT",))
    assert {(one.verdict.allowed, one.verdict.code) for one in seen.values()} == {(False, "NOT_ON_CASE")}
    assert not sight(released, "SAFE_HOME", "safe-home", FOR_CARE.item.item_id).verdict.allowed


def test_a_supervisor_could_see_a_case_while_it_was_let_in() -> None:
    """By the kind of supervision, for its purpose, until the term was over; before and after it had no place."""
    facts = hourly(SUBMITTED, TRIAGE_OPENED, ACCEPTED, STARTED, LET_IN)
    assert "AUDITOR" not in {one.org for one in at(facts, NOON + 3 * HOUR).readers}
    inside, after = at(facts, NOON + 4 * HOUR), at(facts, NOON + 9 * HOUR)
    (place,) = [one for one in inside.readers if one.org == "AUDITOR"]
    assert (place.place, place.until) == ("SUPERVISOR", LET_IN.until)
    assert {(one.verdict.allowed, one.kinds, one.purposes) for one in place.items} == {
        (True, ("TO_SUPERVISOR",), ("SUPERVISION",))
    }
    assert {one.verdict.code for one in reader(after, "AUDITOR", "supervision").items} == {"NOT_ON_CASE"}
    assert {one.kinds for one in reader(after, "AUDITOR", "supervision").items} == {()}
