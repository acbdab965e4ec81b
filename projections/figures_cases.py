"""Counts of the path of cases: in, weighed, accepted or not, between the rooms, out; and how long each stage takes."""

from collections.abc import Callable
from typing import cast

from events.assessment import CriteriaAssessed, TriageOpened
from events.case import CaseAccepted, CaseRejected, CaseStarted
from events.closing import CaseClosed, CaseReopened, CriteriaReassessed
from events.escalation import (
    AdministrativeEscalationRequested,
    CaseDeescalated,
    CaseEscalated,
    DeescalationDeclined,
    DeescalationProposed,
    EscalationDeclined,
    EscalationProposed,
)
from events.plan import AftercareStarted, MonitoringStarted, PlanAgreed, PlanEvaluated, PlanProposed, PlanRevised
from events.referral import ReferralReturned, ReferralSubmitted, ReferralSupplemented, ReferralWithdrawn
from events.retention import CaseDestroyed
from events.signal import SignalRegistered
from events.vocabulary import Room, Stage
from projections import figures_shapes as shapes
from projections.figures import Group, Step
from projections.figures_period import Period, days_between
from projections.figures_shapes import Data
from projections.figures_story import Standing, Story
from projections.figures_tally import Tally

HOUSE, LOCAL = Room.HOUSE.value, Room.LOCAL_CHAMBER.value
UNKNOWN = "UNKNOWN"
"""Stands for a chamber that a fact does not name: there was one only when it was written."""
ENDED = frozenset({"", Stage.SIGNALLED.value, Stage.NOT_ACCEPTED.value, Stage.CLOSED.value, Stage.DESTROYED.value})


def _stand(stage: Stage) -> Callable[[Story, Data, Step], None]:
    """Return what brings a case into a stage."""

    def change(story: Story, _: Data, step: Step) -> None:
        _move(story, step, stage.value)

    return change


def _move(story: Story, step: Step, stage: str, room: str | None = None, place: str | None = None) -> None:
    """Bring a case to a stage, and to a room when one is named, at the end and, when it was so early, at the start."""
    end = story.at_end
    if end.stage not in ("", stage) and step.now:
        step.tally.spread("stage_days", step.index, end.stage, days_between(end.since, step.at))
    for standing in (end, story.at_start) if not step.now else (end,):
        if standing.stage != stage:
            standing.since = step.at
        standing.stage, standing.index = stage, step.index
        if room is not None:
            standing.room, standing.place = room, place or UNKNOWN


def _referred(story: Story, data: Data, step: Step) -> None:
    one = cast(shapes.ReferralSubmitted, data)
    story.channel, story.referrer, story.referred = one.channel, one.referrer_org, step.at
    if step.now:
        step.tally.count(
            "referrals",
            step.index,
            channel=one.channel,
            referrer=one.referrer_org,
            quarter=step.period.quarter_of(step.at),
            channel_referrer=f"{one.channel}/{one.referrer_org}",
        )
    step.tally.count("referrals_ever", step.index, channel=one.channel)
    _by_year("referrals_years", step)
    _move(story, step, Stage.REFERRED.value)


def _returned(story: Story, _: Data, step: Step) -> None:
    if step.now:
        step.tally.count("returned", step.index)
    _move(story, step, Stage.RETURNED.value)


def _supplemented(story: Story, _: Data, step: Step) -> None:
    if story.at_end.stage == Stage.RETURNED.value:
        _move(story, step, Stage.REFERRED.value)


def _withdrawn(story: Story, _: Data, step: Step) -> None:
    if step.now:
        step.tally.count("withdrawn", step.index, channel=story.channel)
    step.tally.count("withdrawn_ever", step.index)
    _by_year("withdrawn_years", step)
    _move(story, step, Stage.NOT_ACCEPTED.value)


def _weighed(story: Story, data: Data, _: Step) -> None:
    story.needed = sorted({one.domain for one in cast(shapes.CriteriaAssessed, data).needed})


def _reweighed(story: Story, data: Data, step: Step) -> None:
    one = cast(shapes.CriteriaReassessed, data)
    story.needed = sorted({member.domain for member in one.needed})
    story.lost = step.index if one.failed else -1
    if step.now:
        step.tally.count(
            "reweighed", step.index, outcome="LOST" if one.failed else "HOLDS", criterion=tuple(one.failed)
        )


def _accepted(story: Story, data: Data, step: Step) -> None:
    one = cast(shapes.CaseAccepted, data)
    place = one.chamber or (HOUSE if one.room == HOUSE else UNKNOWN)
    if not story.accepted_before:
        if step.now:
            step.tally.count(
                "accepted",
                step.index,
                room=one.room,
                place=place,
                channel=story.channel,
                referrer=story.referrer,
                quarter=step.period.quarter_of(step.at),
                domain=tuple(story.needed),
            )
            _decided(story, step, "ACCEPTED")
        step.tally.count("accepted_ever", step.index, channel=story.channel)
        _by_year("accepted_years", step)
    elif step.now:
        step.tally.count("accepted_again", step.index, room=one.room)
    story.accepted_before, story.lost = True, -1
    if one.room == LOCAL or not story.home:
        story.home = place
    _move(story, step, Stage.STARTING.value, one.room, place)


def _decided(story: Story, step: Step, what: str) -> None:
    if story.referred:
        step.tally.spread("decision_days", step.index, what, days_between(story.referred, step.at))


def _rejected(story: Story, data: Data, step: Step) -> None:
    one = cast(shapes.CaseRejected, data)
    if step.now:
        step.tally.count(
            "rejected",
            step.index,
            criterion=tuple(one.failed),
            referrer=story.referrer,
            quarter=step.period.quarter_of(step.at),
            criterion_referrer=tuple(f"{failed}/{story.referrer}" for failed in one.failed),
        )
        _decided(story, step, "REJECTED")
    step.tally.count("rejected_ever", step.index)
    _by_year("rejected_years", step)
    _leave(story, step)
    _move(story, step, Stage.NOT_ACCEPTED.value)


def _proposed(story: Story, _: Data, step: Step) -> None:
    story.escalation = step.at
    if step.now:
        step.tally.count("escalations_proposed", step.index, place=story.at_end.place or UNKNOWN, home=story.home)


def _escalated(story: Story, _: Data, step: Step) -> None:
    if step.now:
        step.tally.count("escalated", step.index, place=story.at_end.place or UNKNOWN, home=story.home)
        _answered(story, step)
    story.escalation = ""
    _move(story, step, Stage.IN_CONSULTATION.value, HOUSE, HOUSE)


def _not_escalated(story: Story, _: Data, step: Step) -> None:
    if step.now:
        step.tally.count("escalations_declined", step.index, place=story.at_end.place or UNKNOWN, home=story.home)
        _answered(story, step)
    story.escalation = ""


def _answered(story: Story, step: Step) -> None:
    if story.escalation:
        step.tally.spread("escalation_days", step.index, story.home, days_between(story.escalation, step.at))


def _administrative(story: Story, data: Data, step: Step) -> None:
    if step.now:
        holder = cast(shapes.AdministrativeEscalationRequested, data).portfolio_holder
        step.tally.count("administrative", step.index, holder=holder, home=story.home)


def _back_proposed(story: Story, data: Data, step: Step) -> None:
    story.ground = cast(shapes.DeescalationProposed, data).ground
    if step.now:
        step.tally.count("deescalations_proposed", step.index, ground=story.ground, home=story.home)


def _back(story: Story, data: Data, step: Step) -> None:
    one = cast(shapes.CaseDeescalated, data)
    story.home = one.chamber
    if step.now:
        step.tally.count("deescalated", step.index, place=one.chamber, home=one.chamber, ground=story.ground)
        if story.ground == "BREAKTHROUGH_REACHED":
            step.tally.count("breakthroughs", step.index, home=one.chamber)
    story.ground = ""
    _move(story, step, Stage.MONITORING.value, LOCAL, one.chamber)


def _not_back(story: Story, _: Data, step: Step) -> None:
    story.ground = ""
    if step.now:
        step.tally.count("deescalations_declined", step.index, home=story.home)


def _plan_proposed(story: Story, data: Data, _: Step) -> None:
    story.aims = sorted({one.life_domain for one in cast(shapes.PlanProposed, data).aims})


def _plan_agreed(story: Story, _: Data, step: Step) -> None:
    if step.now:
        end = story.at_end
        step.tally.count("plans", step.index, room=end.room, place=end.place, life_domain=tuple(story.aims))
    _move(story, step, Stage.PLAN_AGREED.value)


def _evaluated(story: Story, data: Data, step: Step) -> None:
    if step.now:
        for aim in cast(shapes.PlanEvaluated, data).aims:
            end = story.at_end
            reached = f"{end.place or UNKNOWN}/{aim.reached}"
            step.tally.count("aims", step.index, reached=aim.reached, room=end.room, place=end.place, where=reached)


def _closed(story: Story, data: Data, step: Step) -> None:
    if step.now:
        end, reason = story.at_end, cast(shapes.CaseClosed, data).reason_code
        quarter = step.period.quarter_of(step.at)
        step.tally.count("closed", step.index, reason=reason, room=end.room, place=end.place, quarter=quarter)
    _by_year("closed_years", step)
    _leave(story, step)
    _move(story, step, Stage.CLOSED.value)


def _leave(story: Story, step: Step) -> None:
    """Count that a case left its room: the difference between two stocks may not be told when it is small."""
    end = story.at_end
    if end.room and end.stage not in ENDED:
        series = "left" if step.now else "left_before" if step.at >= step.period.before else ""
        if series:
            step.tally.count(series, step.index, room=end.room, place=end.place)


def _reopened(story: Story, _: Data, step: Step) -> None:
    if step.now:
        step.tally.count("reopened", step.index)
    _move(story, step, Stage.IN_TRIAGE.value)


def _by_year(series: str, step: Step) -> None:
    year = step.period.year_of(step.at)
    if year is not None:
        step.tally.count(series, step.index, year=year)


def _ending(_: str, story: Story, tally: Tally, __: Period) -> None:
    for series, standing in (("live_start", story.at_start), ("live_end", story.at_end)):
        if standing.stage in ENDED:
            continue
        if standing.room:
            tally.count(series, standing.index, room=standing.room, place=standing.place, stage=standing.stage)
        else:
            tally.count(f"{series}_without_room", standing.index, stage=standing.stage)
    _ending_inside(story, story.at_end, tally)


def _ending_inside(story: Story, standing: Standing, tally: Tally) -> None:
    """Count what only readers inside see of a case that runs."""
    if standing.stage in ENDED or not standing.room:
        return
    tally.count(
        "running", standing.index, stage=standing.stage, channel=story.channel, home=f"{story.home}/{standing.room}"
    )
    if story.lost >= 0:
        tally.count("doubtful", story.lost, what="CRITERION_LOST")


GROUP = Group(
    "cases",
    {
        SignalRegistered.type_name: (_stand(Stage.SIGNALLED),),
        ReferralSubmitted.type_name: (_referred,),
        ReferralReturned.type_name: (_returned,),
        ReferralSupplemented.type_name: (_supplemented,),
        ReferralWithdrawn.type_name: (_withdrawn,),
        TriageOpened.type_name: (_stand(Stage.IN_TRIAGE),),
        CriteriaAssessed.type_name: (_weighed,),
        CriteriaReassessed.type_name: (_reweighed,),
        CaseAccepted.type_name: (_accepted,),
        CaseRejected.type_name: (_rejected,),
        CaseStarted.type_name: (_stand(Stage.IN_CONSULTATION),),
        EscalationProposed.type_name: (_proposed,),
        CaseEscalated.type_name: (_escalated,),
        EscalationDeclined.type_name: (_not_escalated,),
        AdministrativeEscalationRequested.type_name: (_administrative,),
        DeescalationProposed.type_name: (_back_proposed,),
        CaseDeescalated.type_name: (_back,),
        DeescalationDeclined.type_name: (_not_back,),
        PlanProposed.type_name: (_plan_proposed,),
        PlanAgreed.type_name: (_plan_agreed,),
        PlanRevised.type_name: (_stand(Stage.PLAN_AGREED),),
        MonitoringStarted.type_name: (_stand(Stage.MONITORING),),
        PlanEvaluated.type_name: (_evaluated,),
        AftercareStarted.type_name: (_stand(Stage.AFTERCARE),),
        CaseReopened.type_name: (_reopened,),
        CaseClosed.type_name: (_closed,),
        CaseDestroyed.type_name: (_stand(Stage.DESTROYED),),
    },
    _ending,
)
