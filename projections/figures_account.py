"""Counts of account: informing, keeping and destroying, requests of persons, breaches, audits, advice, the rules."""

from typing import cast

from events.governance import GovernanceDecided, GovernanceProposed
from events.informing import InformingDeferred, SubjectInformed
from events.oversight import (
    AdviceFollowedUp,
    AdviceGiven,
    AuditFollowedUp,
    AuditRecorded,
    BreachHandled,
    BreachRecorded,
    ImpactAssessed,
)
from events.policy_set import PolicySetActivated
from events.referral import ReferralSubmitted
from events.retention import CaseDestroyed, HoldPlaced, RetentionExtended
from projections import figures_shapes as shapes
from projections.figures import Group, Step
from projections.figures_cases import ENDED
from projections.figures_period import Period, days_between
from projections.figures_shapes import Data
from projections.figures_story import Story
from projections.figures_tally import Tally

IN_TIME, TOO_LATE = "IN_TIME", "TOO_LATE"
AS_DUE = "AS_DUE"
"""The one key of how long after the due moment cases were destroyed."""


def _told_at_referral(_: Story, data: Data, step: Step) -> None:
    if step.now:
        step.tally.count("inform_status", step.index, status=cast(shapes.ReferralSubmitted, data).inform_status.status)


def _deferred(_: Story, data: Data, step: Step) -> None:
    if step.now:
        step.tally.count("deferred", step.index, ground=cast(shapes.InformingDeferred, data).ground)


def _informed(_: Story, __: Data, step: Step) -> None:
    if step.now:
        step.tally.count("informed", step.index)


def _extended(story: Story, _: Data, step: Step) -> None:
    story.extensions += 1
    if step.now:
        step.tally.count("extended", step.index, times="FIRST" if story.extensions == 1 else "AGAIN")
        if story.extensions > 1:
            step.tally.count("doubtful", step.index, what="EXTENDED_AGAIN")


def _held(_: Story, data: Data, step: Step) -> None:
    if step.now:
        step.tally.count("holds", step.index, ground=cast(shapes.HoldPlaced, data).ground)


def _destroyed(_: Story, data: Data, step: Step) -> None:
    if step.now:
        step.tally.count("destroyed", step.index)
        due = cast(shapes.CaseDestroyed, data).due
        step.tally.spread("destroyed_after_due_days", step.index, AS_DUE, days_between(due, step.at))


KEEPING = Group(
    "keeping",
    {
        ReferralSubmitted.type_name: (_told_at_referral,),
        InformingDeferred.type_name: (_deferred,),
        SubjectInformed.type_name: (_informed,),
        RetentionExtended.type_name: (_extended,),
        HoldPlaced.type_name: (_held,),
        CaseDestroyed.type_name: (_destroyed,),
    },
)


def _received(story: Story, data: Data, step: Step) -> None:
    one = cast(shapes.RequestReceived, data)
    story.right, story.due, story.referred, story.index = one.right, one.due, step.at, step.index
    if step.now:
        step.tally.count("requests", step.index, right=one.right)


def _longer(story: Story, data: Data, step: Step) -> None:
    story.due, story.extended = cast(shapes.RequestExtended, data).due, True
    if step.now:
        step.tally.count("requests_extended", step.index, right=story.right)


def _answered(story: Story, data: Data, step: Step) -> None:
    one = cast(shapes.RequestAnswered, data)
    _ended(story, step, one.outcome, late=one.late)


def _refused(story: Story, data: Data, step: Step) -> None:
    _ended(story, step, "REFUSED", late=cast(shapes.RequestRefused, data).late)


def _ended(story: Story, step: Step, outcome: str, *, late: bool) -> None:
    story.answered = True
    if step.now:
        when = TOO_LATE if late else IN_TIME
        step.tally.count(
            "answers",
            step.index,
            right=story.right,
            outcome=outcome,
            when=when,
            right_outcome_when=f"{story.right}/{outcome}/{when}",
        )
        if story.referred:
            step.tally.spread("answer_days", step.index, story.right, days_between(story.referred, step.at))


def _withdrawn(story: Story, _: Data, step: Step) -> None:
    story.answered = True
    if step.now:
        step.tally.count("requests_withdrawn", step.index, right=story.right)


def _remedy(_: Story, data: Data, step: Step) -> None:
    if step.now:
        step.tally.count("remedies", step.index, kind=cast(shapes.LegalRemedyFiled, data).kind)


def _request_ending(_: str, story: Story, tally: Tally, period: Period) -> None:
    if story.right and not story.answered:
        when = TOO_LATE if story.due <= period.end else IN_TIME
        tally.count("requests_open", story.index, right=story.right, when=when)


RIGHTS = Group(
    "rights",
    {
        "nl.zvh.rights.request-received.v1": (_received,),
        "nl.zvh.rights.request-extended.v1": (_longer,),
        "nl.zvh.rights.request-answered.v1": (_answered,),
        "nl.zvh.rights.request-refused.v1": (_refused,),
        "nl.zvh.rights.request-withdrawn.v1": (_withdrawn,),
        "nl.zvh.rights.legal-remedy-filed.v1": (_remedy,),
    },
    _request_ending,
)


def _breach(_: Story, data: Data, step: Step) -> None:
    one = cast(shapes.BreachRecorded, data)
    if step.now:
        step.tally.count("breaches", step.index, kind=one.kind, category=tuple(one.categories))
        step.tally.row(
            "breach_list",
            step.index,
            one.kind,
            one.discovered_at,
            ", ".join(one.categories),
            ", ".join(one.recipients),
            str(len(one.cases)),
        )


def _breach_handled(_: Story, data: Data, step: Step) -> None:
    one = cast(shapes.BreachHandled, data)
    if step.now:
        reported = (IN_TIME if one.in_time else TOO_LATE) if one.reported else "NOT_REPORTED"
        step.tally.count("breaches_handled", step.index, reported=reported, told="YES" if one.subjects_told else "NO")


def _audit(_: Story, data: Data, step: Step) -> None:
    one = cast(shapes.AuditRecorded, data)
    if step.now:
        step.tally.count("audits", step.index, kind=one.kind)
        for finding in one.findings:
            step.tally.count("findings", step.index, code=finding.code)


def _audit_followed(_: Story, data: Data, step: Step) -> None:
    if step.now:
        step.tally.count("findings_followed", step.index, status=cast(shapes.AuditFollowedUp, data).status)


def _advice(_: Story, data: Data, step: Step) -> None:
    one = cast(shapes.AdviceGiven, data)
    if step.now:
        step.tally.count(
            "advice", step.index, topic=one.topic, outcome=one.outcome, topic_outcome=f"{one.topic}/{one.outcome}"
        )
        if one.topic == "DOUBTFUL_CASE":
            step.tally.count("doubtful", step.index, what="ADVICE_ASKED")


def _advice_followed(_: Story, data: Data, step: Step) -> None:
    if step.now:
        step.tally.count("advice_followed", step.index, status=cast(shapes.AdviceFollowedUp, data).status)


def _impact(_: Story, data: Data, step: Step) -> None:
    one = cast(shapes.ImpactAssessed, data)
    for purpose in one.purposes:
        risk = "YES" if one.high_risk else "NO"
        step.tally.row("impact", step.index, purpose, one.reference, step.at, risk, one.renew_by, one.document)


OVERSIGHT = Group(
    "oversight",
    {
        BreachRecorded.type_name: (_breach,),
        BreachHandled.type_name: (_breach_handled,),
        AuditRecorded.type_name: (_audit,),
        AuditFollowedUp.type_name: (_audit_followed,),
        AdviceGiven.type_name: (_advice,),
        AdviceFollowedUp.type_name: (_advice_followed,),
        ImpactAssessed.type_name: (_impact,),
    },
)


def _rules_proposed(_: Story, data: Data, step: Step) -> None:
    one = cast(shapes.GovernanceProposed, data)
    _change(step, "PROPOSED", one.proposal_id, one.valid_from, "", one.changes)


def _rules_decided(_: Story, data: Data, step: Step) -> None:
    one = cast(shapes.GovernanceDecided, data)
    _change(step, "DECIDED", one.proposal_id, one.valid_from, ", ".join(one.deciders), one.changes)


def _change(step: Step, what: str, name: str, valid_from: str, by: str, changes: list[shapes.Change]) -> None:
    if step.now:
        for one in changes:
            step.tally.row("rules", step.index, step.at, what, f"{one.table}: {one.key}", valid_from, by, name)


def _policies(_: Story, data: Data, step: Step) -> None:
    one = cast(shapes.PolicySetActivated, data)
    if step.now:
        step.tally.row("rules", step.index, step.at, "POLICIES", one.version, step.at[:10], "", one.policy_set)


RULES = Group(
    "rules",
    {
        GovernanceProposed.type_name: (_rules_proposed,),
        GovernanceDecided.type_name: (_rules_decided,),
        PolicySetActivated.type_name: (_policies,),
    },
)


def _authorised(case_id: str, story: Story, tally: Tally, period: Period) -> None:
    if story.at_end.stage in ENDED or not story.at_end.room:
        return
    for org, task, until in story.team:
        if until > period.end:
            tally.row("authorisations", story.team_index, case_id, org, task, until)


AUTHORISATIONS = Group("authorisations", {}, _authorised)
"""Who may see which case at the end of the period; needs what the group of working together remembers."""
