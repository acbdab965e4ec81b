"""Whether another room works on the same person: told per room, and nothing of what is there (domain 7)."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from events.elsewhere import ElsewhereChecked
from events.fact import Fact
from events.vocabulary import Room, Stage
from services.acting import Acting
from services.ports import OtherCase
from services.workflow.elsewhere import CheckElsewhere
from services.workflow.engine import decide
from tests.facts import CHECK_REQUESTED, SUBMITTED
from tests.workflow import (
    COORDINATOR,
    DIRECTOR,
    ENDED,
    IN_AFTERCARE,
    IN_CONSULTATION,
    IN_TRIAGE,
    MANAGER,
    OFFICER,
    SUPPORT,
    decided,
    given,
    refused,
    scene_of,
)

LOCAL, HOUSE = Room.LOCAL_CHAMBER, Room.HOUSE


def looked(others: Sequence[OtherCase], before: tuple[Fact, ...] = IN_TRIAGE) -> ElsewhereChecked:
    scene = replace(scene_of(given(*before), DIRECTOR), elsewhere=lambda subject_id, but: others)
    (fact,) = decide(CheckElsewhere(), scene)
    assert isinstance(fact, ElsewhereChecked)
    return fact


@pytest.mark.parametrize(
    ("others", "found"),
    [
        ((), ()),
        ((OtherCase(Stage.MONITORING, HOUSE),), ("HOUSE",)),
        ((OtherCase(Stage.IN_TRIAGE, None), OtherCase(Stage.AFTERCARE, LOCAL)), ("LOCAL_CHAMBER", "RUN_UP")),
        ((OtherCase(Stage.REFERRED, None), OtherCase(Stage.RETURNED, None)), ("RUN_UP",)),
        ((OtherCase(Stage.IN_TRIAGE, HOUSE),), ("RUN_UP",)),
        ((OtherCase(Stage.SIGNALLED, None), OtherCase(Stage.DESTROYED, LOCAL)), ()),
        ((OtherCase(Stage.CLOSED, HOUSE), OtherCase(Stage.NOT_ACCEPTED, None)), ()),
    ],
    ids=["nowhere", "house", "two rooms", "the run-up once", "weighed anew", "signal and destroyed", "ended"],
)
def test_each_room_with_a_live_case_is_told_and_no_other(others: Sequence[OtherCase], found: tuple[str, ...]) -> None:
    """Given other cases of the person, live ones are told by room; a signal, an ended and a destroyed one are not."""
    assert looked(others).found == found


def test_an_earlier_case_shows_only_once_a_known_check_was_asked() -> None:
    """Given a closed case elsewhere, before a known check it is unknown and not no; after it, yes or no."""
    ended = (OtherCase(Stage.CLOSED, HOUSE),)
    assert looked(ended).earlier is None
    assert looked(ended, (*IN_TRIAGE, CHECK_REQUESTED)).earlier is True
    assert looked((), (*IN_TRIAGE, CHECK_REQUESTED)).earlier is False


def test_what_was_found_last_stands_in_the_case() -> None:
    """Given two looks, the newer one counts."""
    first, second = looked((OtherCase(Stage.STARTING, LOCAL),)), looked(())
    assert given(*IN_TRIAGE, first, second).elsewhere == second


@pytest.mark.parametrize("acting", [DIRECTOR, SUPPORT, COORDINATOR])
@pytest.mark.parametrize("before", [(SUBMITTED,), IN_TRIAGE, IN_CONSULTATION, IN_AFTERCARE])
def test_the_houses_own_people_look_in_any_open_case(acting: Acting, before: tuple[Fact, ...]) -> None:
    """Given direction, support or a coordinator, the guard is silent."""
    assert decided(CheckElsewhere(), given(*before), acting)


@pytest.mark.parametrize(
    ("before", "acting", "code"),
    [
        (IN_TRIAGE, OFFICER, "WRONG_HAT"),
        (IN_CONSULTATION, MANAGER, "WRONG_HAT"),
        (ENDED, DIRECTOR, "WRONG_STAGE"),
        ((), DIRECTOR, "UNKNOWN_CASE"),
    ],
    ids=["participant", "manager", "closed", "no case"],
)
def test_nobody_else_looks_and_not_after_the_end(before: tuple[Fact, ...], acting: Acting, code: str) -> None:
    """Given a participant, or a case that has ended, nobody looks."""
    assert refused(CheckElsewhere(), given(*before), acting).code == code
