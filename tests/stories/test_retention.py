"""Keeping longer, holding back, destroying (domain 4, commands 22 and 23; domain 5.5)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from events.fact import Fact
from events.retention import CaseDestroyed, HoldLifted, HoldPlaced, RetentionExtended
from services.acting import Acting
from services.workflow.retention import DestroyCase, ExtendRetention, LiftHold, PlaceHold
from services.workflow.scene import Command
from tests.facts import EXAMPLES, FACT, LATER, NOON, SUBMITTED
from tests.policies.changed import changed
from tests.workflow import (
    CLOCK,
    DIRECTOR,
    ENDED,
    IN_TRIAGE,
    MANAGER,
    MONITORED,
    OFFICER,
    PRIVACY,
    decided,
    given,
    refused,
)

EXTEND = ExtendRetention(("POLICE", "MAYOR"), date(2028, 3, 2), "Er loopt nog een herstelafspraak.")
HOLD, UNHOLD = PlaceHold("COURT"), LiftHold(FACT)
HELD = next(one for one in EXAMPLES if isinstance(one, HoldPlaced))
DESTROYED = next(one for one in EXAMPLES if isinstance(one, CaseDestroyed))
WITHDRAWN = next(one for one in EXAMPLES if type(one).__name__ == "ReferralWithdrawn")
NOT_ACCEPTED = (SUBMITTED, WITHDRAWN)


def extended(command: ExtendRetention = EXTEND, before: tuple[Fact, ...] = ENDED) -> RetentionExtended:
    (fact,) = decided(command, given(*before), MANAGER)
    assert isinstance(fact, RetentionExtended)
    return fact


def test_enough_controllers_keep_the_case_until_the_end_of_a_day() -> None:
    """Given two controllers and a reason before the end, the new end is the end of that day."""
    fact = extended()
    assert (fact.deciders, fact.before) == (("MAYOR", "POLICE"), LATER)
    assert fact.retain_until == datetime(2028, 3, 2, 23, tzinfo=UTC)
    assert given(*ENDED, fact).retain_until == fact.retain_until


def test_keeping_may_be_extended_again_and_again() -> None:
    """Given an extension, another one before the new end is taken as well, each a fact of its own."""
    first = extended()
    second = extended(replace(EXTEND, until=date(2030, 1, 1)), (*ENDED, first))
    assert second.before == first.retain_until


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": " "}, "NO_REASONING"),
        ({"deciders": ("POLICE",)}, "FOUR_EYES"),
        ({"deciders": ("POLICE", "POLICE")}, "FOUR_EYES"),
        ({"deciders": ("POLICE", "PROBATION")}, "NOT_A_CONTROLLER"),
        ({"deciders": ("POLICE", "HOUSING_CORPORATION")}, "NOT_A_CONTROLLER"),
        ({"until": date(2027, 3, 1)}, "BAD_DATE"),
        ({"until": date(2032, 3, 3)}, "BAD_DATE"),
    ],
    ids=["no reason", "one", "one twice", "a private participant", "outsider", "not longer", "too long"],
)
def test_an_extension_that_the_law_does_not_allow_is_refused(change: dict[str, object], code: str) -> None:
    """Given too few controllers, no reason, or an end that is no later or further than the law allows, it stays."""
    assert refused(replace(EXTEND, **change), given(*ENDED), MANAGER).code == code  # type: ignore[arg-type]  # by name


def test_the_longest_extension_and_the_last_moment_still_count() -> None:
    """Given five years to the day, and a decision just before the end, the guards are silent; at the end it is late."""
    assert extended(replace(EXTEND, until=date(2032, 3, 2))).retain_until == datetime(2032, 3, 2, 23, tzinfo=UTC)
    assert decided(EXTEND, given(*ENDED), MANAGER, LATER - timedelta(microseconds=1))
    assert refused(EXTEND, given(*ENDED), MANAGER, LATER).code == "TERM_PASSED"


def test_how_many_controllers_are_enough_is_a_dated_number() -> None:
    """Given tables that ask for three, two are too few."""
    three = changed(
        "terms", lambda text: text.replace('"quorum-controllers", value = 2', '"quorum-controllers", value = 3')
    )
    assert refused(EXTEND, given(*ENDED), MANAGER, reference=three).code == "FOUR_EYES"


@pytest.mark.parametrize("acting", [DIRECTOR, OFFICER, CLOCK], ids=["direction", "participant", "clock"])
def test_an_extension_is_recorded_by_manager_or_privacy_officer(acting: Acting) -> None:
    """Given anybody else, it is the wrong hat; the privacy officer may."""
    assert refused(EXTEND, given(*ENDED), acting).code == "WRONG_HAT"
    assert decided(EXTEND, given(*ENDED), PRIVACY)


@pytest.mark.parametrize("before", [MONITORED, NOT_ACCEPTED], ids=["live", "not accepted"])
def test_only_a_closed_case_is_kept_longer(before: tuple[Fact, ...]) -> None:
    """Given a live case or one that was not accepted, there is nothing to extend."""
    assert refused(EXTEND, given(*before), MANAGER).code == "WRONG_STAGE"


@pytest.mark.parametrize("ground", ["COURT", "COMPLAINT", "RIGHTS_REQUEST"])
def test_a_hold_keeps_the_content_until_it_is_lifted(ground: str) -> None:
    """Given a ground from the list, destruction waits; lifted, it goes on."""
    (fact,) = decided(PlaceHold(ground), given(*ENDED), PRIVACY)
    assert isinstance(fact, HoldPlaced)
    held = (*ENDED, fact)
    assert refused(DestroyCase(), given(*held), CLOCK, LATER).code == "ON_HOLD"
    (lifted,) = decided(LiftHold(fact.hold_id), given(*held), PRIVACY)
    assert isinstance(lifted, HoldLifted)
    assert decided(DestroyCase(), given(*held, lifted), CLOCK, LATER)


def test_two_holds_are_lifted_one_by_one() -> None:
    """Given two grounds, the second still holds when the first is gone."""
    (other,) = decided(PlaceHold("COMPLAINT"), given(*ENDED, HELD), PRIVACY)
    (lifted,) = decided(UNHOLD, given(*ENDED, HELD, other), PRIVACY)
    assert refused(DestroyCase(), given(*ENDED, HELD, other, lifted), CLOCK, LATER).code == "ON_HOLD"


@pytest.mark.parametrize(
    ("command", "before", "acting", "code"),
    [
        (PlaceHold("WHIM"), ENDED, PRIVACY, "UNKNOWN_CHOICE"),
        (UNHOLD, ENDED, PRIVACY, "UNKNOWN_ITEM"),
        (HOLD, ENDED, MANAGER, "WRONG_HAT"),
        (UNHOLD, (*ENDED, HELD), DIRECTOR, "WRONG_HAT"),
        (HOLD, (*ENDED, DESTROYED), PRIVACY, "WRONG_STAGE"),
    ],
    ids=["no ground", "no hold", "manager", "direction", "destroyed"],
)
def test_a_hold_has_a_ground_and_is_the_privacy_officers(
    command: Command, before: tuple[Fact, ...], acting: Acting, code: str
) -> None:
    """Given no ground, no hold, another role or nothing left to hold, it is refused."""
    assert refused(command, given(*before), acting).code == code


@pytest.mark.parametrize("before", [IN_TRIAGE, MONITORED, NOT_ACCEPTED], ids=["in triage", "live", "not accepted"])
def test_a_hold_can_be_placed_before_the_end_as_well(before: tuple[Fact, ...]) -> None:
    """Given any case that still has content, the guard of the stage is silent."""
    assert decided(HOLD, given(*before), PRIVACY)


@pytest.mark.parametrize("before", [ENDED, NOT_ACCEPTED], ids=["closed", "not accepted"])
def test_the_content_goes_on_its_due_date_and_not_before(before: tuple[Fact, ...]) -> None:
    """Given the due moment, the clock destroys; a moment earlier it is refused."""
    assert refused(DestroyCase(), given(*before), CLOCK, LATER - timedelta(microseconds=1)).code == "NOT_DUE"
    (fact,) = decided(DestroyCase(), given(*before), CLOCK, LATER)
    assert isinstance(fact, CaseDestroyed)
    case = given(*before, fact)
    assert (case.stage, fact.due) == ("DESTROYED", LATER)
    assert refused(DestroyCase(), case, CLOCK, LATER).code == "WRONG_STAGE"


@pytest.mark.parametrize("acting", [DIRECTOR, MANAGER, OFFICER])
def test_people_of_the_case_do_not_destroy_it(acting: Acting) -> None:
    """Given anybody but the clock and the privacy officer, it is the wrong hat."""
    assert refused(DestroyCase(), given(*ENDED), acting, LATER).code == "WRONG_HAT"
    assert decided(DestroyCase(), given(*ENDED), PRIVACY, LATER)


def test_a_live_case_is_never_destroyed() -> None:
    """Given a live case, however old, the stage forbids it."""
    assert refused(DestroyCase(), given(*MONITORED), CLOCK, NOON + timedelta(days=9999)).code == "WRONG_STAGE"


def test_an_extension_moves_the_day_of_destruction() -> None:
    """Given an extension, the old day is too early by now."""
    assert refused(DestroyCase(), given(*ENDED, extended()), CLOCK, LATER).code == "NOT_DUE"
