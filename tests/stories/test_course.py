"""How a case stood from each change on, as a bundle tells it: the same as asking for it moment by moment."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from events.escalation import CaseEscalated
from events.fact import Recorded
from services.audit.course import Course, gone, members, sights, turns
from services.reconstruction import CaseAt, Known, reconstruct
from tests.facts import (
    ACCEPTED,
    AGREED,
    CASE,
    EXAMPLES,
    LATER,
    NOON,
    PLAN,
    SAFE_HOME,
    STARTED,
    SUBMITTED,
    TRIAGE_OPENED,
)
from tests.stories.test_reconstruction import HOUR, POLICIES, REFERENCE, hourly, late, supplemented
from tests.stories.walking import Walk

STORY = hourly(SUBMITTED, TRIAGE_OPENED, ACCEPTED, STARTED, PLAN, AGREED)


def course(facts: Sequence[Recorded], end: datetime = LATER + HOUR, most: int = 1000) -> Course:
    """Return a course that followed these facts to its end."""
    followed = Course(CASE, lambda _: POLICIES, REFERENCE, end, most)
    for one in facts:
        followed.take(one)
    return followed.finish()


def shape(one: CaseAt) -> object:
    """Return what a reader is told of a case as it was."""
    seen = {
        (each.org, each.task, each.place): [(sight.item_id, sight.verdict.allowed) for sight in each.items]
        for each in one.readers
    }
    case = one.case
    return case.stage, case.room, case.plan.version, members(one), gone(one), seen


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32))
def test_the_course_says_of_each_moment_what_the_case_as_then_known_says(seed: int) -> None:
    """Given any walk, at the moment of any fact the last change before it tells the case as it is reconstructed."""
    walk = Walk(Random(seed))
    walk.begin()
    for _ in range(25):
        walk.tread()
    found = course(walk.history, LATER + timedelta(days=9000)).changes
    for moment in sorted({one.envelope.recorded_at for one in walk.history}):
        asked = reconstruct(CASE, walk.history, moment, Known.THEN, POLICIES, REFERENCE)
        told = [one for one in found if one.moment <= moment][-1]
        assert shape(told) == shape(asked)


def test_what_changes_nothing_is_no_change() -> None:
    """Given looks that were refused and granted, the case stands as it stood."""
    looks = [one for one in EXAMPLES if type(one).__name__ in ("AccessDecided", "DataDisclosed", "DisclosureRefused")]
    assert len(looks) > 2
    plain, looked = (
        course(STORY, NOON + 9 * HOUR),
        course(hourly(*(one.fact for one in STORY), *looks), NOON + 99 * HOUR),
    )
    assert [shape(one) for one in looked.changes] == [shape(one) for one in plain.changes]


def test_access_that_ran_out_is_a_change_without_a_fact() -> None:
    """Given participants until a day, from that day on nobody works on the case and nobody sees anything more."""
    found = course(STORY).changes
    assert found[-1].moment == LATER
    assert members(found[-2])
    assert not members(found[-1])
    assert {when for _, when in gone(found[-1])} == {LATER}
    ended = [one for one in sights(found) if one.org == "SAFE_HOME" and one.until is None]
    assert [(one.place, [kind.seen for kind in one.kinds]) for one in ended] == [("LEFT", [0, 0])]


def test_a_course_ends_with_the_day_of_the_page() -> None:
    """Given an end before the access runs out, nothing of later is told."""
    assert course(STORY, NOON + 7 * HOUR).changes[-1].moment == NOON + 5 * HOUR


def test_who_left_is_told_with_the_moment() -> None:
    """Given a move to the house without the police, the police is among those who left, and saw until then."""
    example = next(one for one in EXAMPLES if isinstance(one, CaseEscalated))
    moved = example.model_copy(update={"participants": (SAFE_HOME,), "items_along": ()})
    facts = hourly(SUBMITTED, TRIAGE_OPENED, ACCEPTED, STARTED, moved)
    found = course(facts, NOON + 9 * HOUR).changes
    assert [who.org for who, _ in gone(found[-1])] == ["POLICE"]
    police = [one for one in sights(found) if one.org == "POLICE"]
    assert [(one.place, one.until) for one in police][-2:] == [("PARTICIPANT", NOON + 4 * HOUR), ("LEFT", None)]


def test_more_of_the_same_kind_is_no_change_of_what_could_be_seen() -> None:
    """Given a second item of a kind that is seen whole, the stretch goes on; a kind that is new begins another one."""
    more = [supplemented("IDENTITY", "T1", "POLICE"), supplemented("LIFE_DOMAIN", "T1", "POLICE", UUID(int=102))]
    facts = hourly(SUBMITTED, TRIAGE_OPENED, ACCEPTED, STARTED, *more)
    seen = [
        one
        for one in sights(course(facts, NOON + 9 * HOUR).changes)
        if (one.org, one.place) == ("POLICE", "PARTICIPANT")
    ]
    assert [(one.since, len(one.kinds)) for one in seen] == [(NOON + 3 * HOUR, 1), (NOON + 5 * HOUR, 2)]
    assert {(kind.seen, kind.all) for one in seen for kind in one.kinds} == {(1, 1)}


def test_the_turns_are_those_of_stage_room_plan_and_people() -> None:
    """Given a plan that is proposed and agreed, each of both is a turn."""
    found = list(turns(course(STORY, NOON + 9 * HOUR).changes))
    versions = [(one.case.plan.version, one.case.plan.proposed is not None) for one in found]
    assert versions == [(0, False)] * 4 + [(0, True), (1, False)]


def test_a_clock_that_was_set_back_makes_no_moment_before_an_earlier_one() -> None:
    """Given facts that were written ten hours too early, they count as written with those before them."""
    facts = [*STORY[:2], *(late(one, -10 * HOUR) for one in STORY[2:])]
    moments = [one.moment for one in course(facts, NOON + 9 * HOUR).changes]
    assert moments == [NOON, NOON + HOUR]


def test_a_course_without_end_is_cut_and_says_so() -> None:
    """Given more changes than fit, the first are told."""
    cut = course(STORY, most=3)
    assert (len(cut.changes), cut.is_cut) == (3, True)
    assert not course(STORY).is_cut
