"""Telling the person that data are processed, or putting it off with a reason and a review (domain 5.4)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from events.fact import Fact
from events.informing import InformingDeferred, SubjectInformed
from events.referral import InformStatus, ReferralWithdrawn
from services.acting import Acting
from services.referral import Entrance, SubmitReferral, submit
from services.waiting import waiting
from services.workflow.informing import DeferInforming, RecordInformed
from services.workflow.scene import Command
from tests.facts import EXAMPLES, IDENTITY, NOON, PERSON, SUBMITTED
from tests.workflow import (
    COORDINATOR,
    DIRECTOR,
    ENDED,
    IN_TRIAGE,
    MONITORED,
    OFFICER,
    REFERENCE,
    SUPPORT,
    acting_for,
    decided,
    given,
    refused,
)

TOLD = RecordInformed(date(2026, 3, 2))
DEFER = DeferInforming("SAFETY", "Eerst moet het gezin veilig zijn.", date(2026, 3, 20))
PENDING = SUBMITTED.model_copy(
    update={"inform_status": InformStatus(status="PENDING"), "inform_by": datetime(2026, 4, 2, 22, tzinfo=UTC)}
)
DEFERRED = InformStatus(status="DEFERRED", review_by="2026-03-10")
WITHDRAWN = next(one for one in EXAMPLES if isinstance(one, ReferralWithdrawn))
OUTSIDER = acting_for("PROBATION", "probation-supervision")


def kinds(*facts: Fact) -> dict[str, object]:
    return {one.kind: one.due for one in waiting(given(*facts)) if one.kind in ("inform-subject", "review-deferral")}


def referral(status: InformStatus) -> SubmitReferral:
    entrance = Entrance("PARTICIPANT", "OWN_TASK", secrecy_notice_accepted=True)
    return SubmitReferral(entrance, NOON, (PERSON,), (IDENTITY,), status, "0" * 64)


def test_a_person_who_was_not_told_is_to_be_told_within_the_term() -> None:
    """Given PENDING at the referral, one month runs, and telling the person ends it (AVG 14)."""
    fact = submit(given(), referral(InformStatus(status="PENDING")), OFFICER, REFERENCE, NOON)
    assert fact.inform_by == datetime(2026, 4, 2, 22, tzinfo=UTC), "2 April 2026 is a working day"
    assert kinds(fact) == {"inform-subject": fact.inform_by}
    (told,) = decided(TOLD, given(fact), OFFICER)
    assert isinstance(told, SubjectInformed)
    assert (told.on, told.by_org) == ("2026-03-02", "POLICE")
    assert kinds(fact, told) == {}


@pytest.mark.parametrize("acting", [OFFICER, DIRECTOR, SUPPORT], ids=["referrer", "direction", "support"])
@pytest.mark.parametrize("before", [(PENDING,), (PENDING, *IN_TRIAGE[1:]), ENDED], ids=["referred", "triage", "closed"])
def test_who_may_tell_the_person_records_it(before: tuple[Fact, ...], acting: Acting) -> None:
    """Given the referrer or the house, in any stage that still has content, the guard is silent."""
    assert decided(TOLD, given(*before), acting)


@pytest.mark.parametrize(
    ("command", "acting", "code"),
    [
        (RecordInformed(date(2026, 3, 3)), OFFICER, "BAD_DATE"),
        (RecordInformed(date(2026, 3, 1)), OFFICER, "BAD_DATE"),
        (TOLD, OUTSIDER, "WRONG_HAT"),
        (TOLD, COORDINATOR, "WRONG_HAT"),
        (DEFER, OUTSIDER, "WRONG_HAT"),
        (DEFER, SUPPORT, "WRONG_HAT"),
        (replace(DEFER, ground="CONVENIENCE"), OFFICER, "UNKNOWN_CHOICE"),
        (replace(DEFER, reason=" "), OFFICER, "NO_REASONING"),
        (replace(DEFER, review_by=date(2026, 3, 2)), OFFICER, "BAD_DATE"),
        (replace(DEFER, review_by=date(2026, 4, 2)), OFFICER, "BAD_DATE"),
    ],
    ids=[
        "a day to come",
        "a day before the referral",
        "outsider tells",
        "coordinator tells",
        "outsider defers",
        "support defers",
        "no such ground",
        "no reason",
        "review today",
        "review too late",
    ],
)
def test_nobody_else_and_nothing_without_ground_reason_and_review(command: Command, acting: Acting, code: str) -> None:
    """Given another role, a day to come, or a deferral without ground, reason or a review in time, it is refused."""
    assert refused(command, given(PENDING), acting).code == code


def test_a_deferral_waits_for_its_review_and_each_review_is_a_fact() -> None:
    """Given a deferral, its review is due at the end of that day; deferred again, the new day counts."""
    (first,) = decided(DEFER, given(PENDING), OFFICER)
    assert isinstance(first, InformingDeferred)
    assert kinds(PENDING, first) == {"review-deferral": datetime(2026, 3, 20, 23, tzinfo=UTC)}
    later = NOON + timedelta(days=18)
    (second,) = decided(replace(DEFER, review_by=date(2026, 4, 19)), given(PENDING, first), DIRECTOR, later)
    assert kinds(PENDING, first, second) == {"review-deferral": datetime(2026, 4, 19, 22, tzinfo=UTC)}


def test_the_longest_deferral_is_the_term_to_the_day() -> None:
    """Given thirty days, the last of them is allowed."""
    assert decided(replace(DEFER, review_by=date(2026, 4, 1)), given(PENDING), OFFICER)


def test_a_deferral_that_came_with_the_referral_is_reviewed_within_the_term_as_well() -> None:
    """Given a review that the referrer set later than the term allows, the house reviews at the end of the term."""
    far = InformStatus(status="DEFERRED", review_by="2027-01-01")
    near = InformStatus(status="DEFERRED", review_by="2026-03-10")
    late = submit(given(), referral(far), OFFICER, REFERENCE, NOON)
    early = submit(given(), referral(near), OFFICER, REFERENCE, NOON)
    assert (late.inform_status.review_by, early.inform_status.review_by) == ("2026-04-01", "2026-03-10")


def test_telling_the_person_lifts_the_deferral() -> None:
    """Given a deferral, when the person is told, nothing waits any more."""
    (deferred,) = decided(DEFER, given(PENDING), OFFICER)
    (told,) = decided(TOLD, given(PENDING, deferred), OFFICER)
    assert kinds(PENDING, deferred, told) == {}


@pytest.mark.parametrize("before", [(PENDING,), (PENDING.model_copy(update={"inform_status": DEFERRED}),)])
def test_a_person_whose_referral_was_not_accepted_is_told_as_well(before: tuple[Fact, ...]) -> None:
    """Given a referral that was withdrawn, the duty runs on, and telling or a new review meets it (domain 5.4)."""
    ended = (*before, WITHDRAWN)
    assert kinds(*ended) == kinds(*before) != {}
    (deferred,) = decided(DEFER, given(*ended), DIRECTOR)
    assert kinds(*ended, deferred) == {"review-deferral": datetime(2026, 3, 20, 23, tzinfo=UTC)}
    (told,) = decided(TOLD, given(*ended), OFFICER)
    assert kinds(*ended, told) == {}


@pytest.mark.parametrize("status", ["INFORMED", "NOT_REQUIRED"])
def test_who_was_told_or_need_not_be_told_waits_for_nothing(status: str) -> None:
    """Given that it was done, or that there is a ground not to, nobody has work of it."""
    done = SUBMITTED.model_copy(update={"inform_status": InformStatus.model_validate({"status": status})})
    assert kinds(done) == {}


@pytest.mark.parametrize("command", [TOLD, DEFER], ids=["told", "deferred"])
def test_the_case_directors_own_referral_counts_after_the_start_too(command: Command) -> None:
    """Given the referrer of a case at work, both stay possible; without a case nothing is."""
    assert decided(command, given(PENDING, *MONITORED[1:]), OFFICER)
    assert refused(command, given(), OFFICER).code == "UNKNOWN_CASE"
