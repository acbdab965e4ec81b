"""Triage: the panel opens the weighing, answers the four criteria, and takes or does not take the case (domain 4)."""

import rfc8785

from events.assessment import CriteriaAssessed, TriageOpened
from events.case import CaseAccepted, CaseRejected, RegimeChanged
from events.fact import Fact
from events.referral import ReferralReturned
from events.vocabulary import Code, OrgCode, Room, Task
from policies.criteria import Breakthrough, CriteriaAnswers, RoomTest, assess
from services.case_file import CaseFile
from services.completeness import missing_parts
from services.guards import (
    codes_only,
    members,
    panel_has_quorum,
    panel_is_joint,
    panel_spans_domains,
    says_something,
    still_admitted,
)
from services.workflow.keeping import kept_until
from services.workflow.scene import Scene, command

OWN_REGIME = "WGS_ZVH"
"""The regime from acceptance on (domain 4.3)."""


@command
class ReturnReferral:
    """Process support sends the referral back; what is missing by code, beside what the check itself finds."""

    missing: tuple[Code, ...] = ()

    def decide(self, scene: Scene) -> list[Fact]:
        """Send it back with the exact list, or refuse."""
        found = missing_parts(scene.case, scene.reference, scene.now)
        listed = (*found, *self.missing)
        codes_only(listed, scene.reference)
        return [
            ReferralReturned(
                occurred_at=scene.now,
                legal_ref="AVG:accuracy",
                missing=listed,
                supplement_by=scene.due("referral-supplement"),
            )
        ]


@command
class OpenTriage:
    """The process director opens the weighing with this panel of (organisation, task), or with a room's usual one."""

    panel: tuple[tuple[OrgCode, Task], ...] = ()
    chamber: Code | None = None

    def decide(self, scene: Scene) -> list[Fact]:
        """Open the weighing of a complete referral, or refuse."""
        place = scene.reference.place(self.chamber, scene.now) if self.chamber else None
        if self.chamber and place is None:
            raise scene.refuse("UNKNOWN_CHOICE")
        seats = self.panel or (place.panel if place else ())
        panel = members(seats, scene.reference, scene.now)
        panel_is_joint(panel, scene.case, scene.reference, scene.now)
        panel_spans_domains(panel, scene.reference, scene.now)
        if place is not None:
            panel_has_quorum(panel, place, scene.reference)
        missing = missing_parts(scene.case, scene.reference, scene.now)
        if missing:
            raise scene.refuse("INCOMPLETE", ", ".join(missing))
        return [TriageOpened(occurred_at=scene.now, legal_ref="WGS:purpose", panel=panel)]


@command
class RecordAssessment:
    """The panel's answers to each part of the criteria and of the room test."""

    answers: CriteriaAnswers
    room_test: RoomTest | None = None
    breakthrough: Breakthrough | None = None

    def decide(self, scene: Scene) -> list[Fact]:
        """Record what the panel answered, whatever it is: an assessment that fails is a fact as well."""
        found = assess(self.answers, self.room_test, self.breakthrough, scene.reference, scene.now)
        return [
            CriteriaAssessed(
                occurred_at=scene.now,
                legal_ref="BGS:criteria",
                assessment_id=scene.ids.fact(0),
                criteria_version=found.criteria_version,
                parts=found.parts,
                failed=found.failed,
                needed=found.needed,
                local_test_holds=found.local_test_holds,
                breakthrough_holds=found.breakthrough_holds,
                answers=scene.seal("answers", written_answers(self.answers, self.room_test, self.breakthrough)),
            )
        ]


@command
class AcceptCase:
    """The panel takes the case into a room; *chamber* says which, where there are more of that kind."""

    room: Room
    chamber: Code | None = None

    def decide(self, scene: Scene) -> list[Fact]:
        """Take the case, or refuse: all four criteria, the local test, for the house the breakthrough (BGS 2.20).

        A room that is named, or the only one of its kind, decides by the quorum of its own panel; where there are
        several, one is named, or there would be no panel to hold the quorum against and no coordinator of its own.
        """
        case = scene.case
        if case.room is not None and self.room is not case.room:
            raise scene.refuse("WRONG_ROOM")
        chamber = self.chamber or case.chamber or None
        place = scene.reference.place_for(self.room, chamber, scene.now)
        if chamber is not None and place is None:
            raise scene.refuse("WRONG_ROOM")
        panel = still_admitted(case.panel, scene.reference, scene.now)
        panel_is_joint(panel, case, scene.reference, scene.now)
        panel_spans_domains(panel, scene.reference, scene.now)
        assessment, failed = case.assessment, failing(case)
        if assessment is None or failed:
            raise scene.refuse("CRITERIA_NOT_MET", ", ".join(failed))
        if self.room is Room.HOUSE and not assessment.breakthrough_holds:
            raise scene.refuse("BREAKTHROUGH_MISSING")
        if place is not None:
            panel_has_quorum(panel, place, scene.reference)
        elif any(one.room is self.room for one in scene.reference.places(scene.now)):
            raise scene.refuse("MISSING_FIELD", "chamber")
        accepted = CaseAccepted(
            occurred_at=scene.now,
            legal_ref="BGS:criteria",
            room=self.room,
            chamber=chamber,
            assessment_id=assessment.assessment_id,
            panel=panel,
        )
        if case.regime == OWN_REGIME:
            return [accepted]
        regime = RegimeChanged(occurred_at=scene.now, legal_ref="WGS:purpose", before=case.regime, after=OWN_REGIME)
        return [accepted, regime]


@command
class RejectCase:
    """The panel does not take the case, with advice or another route for the referrer."""

    advice: str

    def decide(self, scene: Scene) -> list[Fact]:
        """Do not take the case; only when a criterion fails, and the referrer hears which."""
        says_something(self.advice, scene.reference)
        case, failed = scene.case, failing(scene.case)
        if case.assessment is None or not failed:
            raise scene.refuse("NOTHING_FAILS")
        return [
            CaseRejected(
                occurred_at=scene.now,
                legal_ref="BGS:criteria",
                assessment_id=case.assessment.assessment_id,
                failed=failed,
                advice=scene.seal("advice", self.advice),
                # A case that was once accepted holds more than a referral: it is kept as a closed case is.
                destroy_after=kept_until(scene)[1] if case.room else scene.due("not-accepted-content"),
            )
        ]


def failing(case: CaseFile) -> tuple[Code, ...]:
    """Return what does not hold in the newest assessment: criteria, or else the test of the local room."""
    if case.assessment is None:
        return ()
    return case.assessment.failed or (() if case.assessment.local_test_holds else ("LOCAL_TEST",))


def written_answers(answers: CriteriaAnswers, room_test: RoomTest | None, breakthrough: Breakthrough | None) -> str:
    """Return all answers as one text in canonical JSON, to be sealed."""
    parts = {"criteria": answers, "room_test": room_test, "breakthrough": breakthrough}
    return rfc8785.dumps(
        {name: part.model_dump(mode="json", by_alias=True) if part else None for name, part in parts.items()}
    ).decode()


def written_room_test(room_test: RoomTest, breakthrough: Breakthrough) -> str:
    """Return the room test and the breakthrough as one text in canonical JSON, to be sealed."""
    parts = {"room_test": room_test, "breakthrough": breakthrough}
    return rfc8785.dumps({name: part.model_dump(mode="json", by_alias=True) for name, part in parts.items()}).decode()
