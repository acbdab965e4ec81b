"""Counts of working together: who was asked and answered, who came, who weighs, what was agreed and done."""

from datetime import date
from typing import cast

from events.assessment import TriageOpened
from events.case import AuthorisationRenewed, CaseAccepted, CaseStarted
from events.closing import CaseReopened
from events.consultation import ConsultationHeld, ConsultationPlanned, InvitationAnswered
from events.enquiry import (
    EnrichmentProvided,
    EnrichmentRequested,
    KnownCheckAnswered,
    KnownCheckRequested,
    ProviderDeclined,
)
from events.escalation import CaseDeescalated, CaseEscalated
from events.plan import ActionReported, PlanAgreed, PlanProposed, PlanRevised
from events.terms import TermMissed, TermReminded
from projections import figures_shapes as shapes
from projections.figures import Group, Step
from projections.figures_cases import ENDED
from projections.figures_period import Period, day_number
from projections.figures_shapes import Data, Member
from projections.figures_story import Story, Todo
from projections.figures_tally import Tally

MET, LATE, NOT_MET = "MET", "LATE", "NOT_MET"


def _asked(kind: str, members: list[Member], step: Step) -> None:
    if step.now:
        for one in members:
            step.tally.count("asked", step.index, kind=kind, kind_org=f"{kind}/{one.org}")


def _answer(kind: str, org: str, step: Step, what: str) -> None:
    if step.now:
        step.tally.count("answered", step.index, kind_org=f"{kind}/{org}", kind_org_what=f"{kind}/{org}/{what}")


def _check(_: Story, data: Data, step: Step) -> None:
    _asked("known-check", cast(shapes.KnownCheckRequested, data).asked, step)


def _check_answered(_: Story, data: Data, step: Step) -> None:
    _answer("known-check", cast(shapes.KnownCheckAnswered, data).org, step, "ANSWERED")


def _question(_: Story, data: Data, step: Step) -> None:
    _asked("enrichment", [cast(shapes.EnrichmentRequested, data).asked], step)


def _question_answered(_: Story, data: Data, step: Step) -> None:
    _answer("enrichment", cast(shapes.EnrichmentProvided, data).org, step, "ANSWERED")


def _declined(_: Story, data: Data, step: Step) -> None:
    one = cast(shapes.ProviderDeclined, data)
    _answer("enrichment", one.org, step, "DECLINED")
    if step.now:
        step.tally.count("declined", step.index, reason_org=f"{one.reason_code}/{one.org}")


def _invited(_: Story, data: Data, step: Step) -> None:
    one = cast(shapes.ConsultationPlanned, data)
    _asked("invitation", [*one.invited, *one.guests], step)


def _invitation(_: Story, data: Data, step: Step) -> None:
    one = cast(shapes.InvitationAnswered, data)
    _answer("invitation", one.org, step, "COMES" if one.attends else "DOES_NOT_COME")


def _held(story: Story, data: Data, step: Step) -> None:
    one = cast(shapes.ConsultationHeld, data)
    for task in one.tasks:
        story.tasks[task.task_id] = Todo(task.owner.org, task.due, step.index)
    if step.now:
        step.tally.count("consultations", step.index, room=story.at_end.room, place=story.at_end.place)
        for org in sorted({person.org for person in one.present}):
            step.tally.count("came", step.index, org=org)
        for member in one.not_present:
            step.tally.count("stayed_away", step.index, org=member.org)


def _missed(_: Story, data: Data, step: Step) -> None:
    one = cast(shapes.TermMissed, data)
    if step.now:
        step.tally.count("missed", step.index, kind=one.kind, kind_org=f"{one.kind}/{one.org}")
        if one.kind == "review-deferral":
            step.tally.count("doubtful", step.index, what="DEFERRAL_NOT_REVIEWED")


def _reminded(_: Story, data: Data, step: Step) -> None:
    one = cast(shapes.TermReminded, data)
    if step.now:
        step.tally.count("reminded", step.index, kind=one.kind, kind_org=f"{one.kind}/{one.org}")


def _panel(table: str, members: list[Member], step: Step) -> None:
    if step.now:
        orgs = sorted({one.org for one in members})
        domains = sorted({one.domain for one in members})
        step.tally.count(
            "panels",
            step.index,
            table=table,
            table_org=tuple(f"{table}/{org}" for org in orgs),
            domain=tuple(domains),
            size=f"{len(orgs)}/{len(domains)}",
        )


def _triage(_: Story, data: Data, step: Step) -> None:
    _panel("WEIGHING", cast(shapes.TriageOpened, data).panel, step)


def _reopened(_: Story, data: Data, step: Step) -> None:
    _panel("WEIGHING", cast(shapes.CaseReopened, data).panel, step)


def _accepted(_: Story, data: Data, step: Step) -> None:
    _panel("ACCEPTANCE", cast(shapes.CaseAccepted, data).panel, step)


def _escalated(story: Story, data: Data, step: Step) -> None:
    _panel("ESCALATION", cast(shapes.CaseEscalated, data).panel, step)
    _team(story, data, step)


def _team(story: Story, data: Data, step: Step) -> None:
    one = cast(shapes.CaseStarted, data)
    story.team = [(member.org, member.task, one.authorised_until) for member in one.participants]
    story.team_index = step.index


def _plan(story: Story, data: Data, step: Step) -> None:
    actions = cast(shapes.PlanProposed, data).actions
    story.proposed = {one.action_id: Todo(one.owner.org, one.due, step.index) for one in actions}


def _agreed(story: Story, _: Data, step: Step) -> None:
    # What a new version leaves out is no longer owed by anybody; what was done stays done.
    done = {name: todo for name, todo in story.actions.items() if todo.done}
    story.actions, story.proposed = {**story.proposed, **done}, {}


def _reported(story: Story, data: Data, step: Step) -> None:
    one = cast(shapes.ActionReported, data)
    todo = story.actions.get(one.action_id) or story.tasks.get(one.action_id)
    if todo is not None:
        todo.status, todo.done = one.status, step.at if one.status == "DONE" else ""
        todo.index = step.index


def _ending(_: str, story: Story, tally: Tally, period: Period) -> None:
    standing = story.at_end
    running = standing.stage not in ENDED and bool(standing.room)
    if running:
        for org in sorted({org for org, _, until in story.team if until > period.end}):
            tally.count("workload", story.team_index, org=org)
        for org, task, until in story.team:
            if until > period.end:
                tally.count("authorised", story.team_index, org_task=f"{org}/{task}")
    first, last = period.first.isoformat(), period.last.isoformat()
    for kind, todos in (("action", story.actions), ("task", story.tasks)):
        for todo in todos.values():
            if running and not todo.done:
                tally.count("open_actions", todo.index, org=todo.org)
                if todo.status == "STUCK":
                    tally.count("stuck", todo.index, org=todo.org, home=story.home, home_org=f"{story.home}/{todo.org}")
            if first <= todo.due <= last:
                outcome = _outcome(todo)
                tally.count("agreements", todo.index, outcome=outcome, org_outcome=f"{todo.org}/{outcome}", kind=kind)


def _outcome(todo: Todo) -> str:
    if not todo.done:
        return NOT_MET
    return MET if day_number(todo.done) <= date.fromisoformat(todo.due).toordinal() else LATE


GROUP = Group(
    "work",
    {
        KnownCheckRequested.type_name: (_check,),
        KnownCheckAnswered.type_name: (_check_answered,),
        EnrichmentRequested.type_name: (_question,),
        EnrichmentProvided.type_name: (_question_answered,),
        ProviderDeclined.type_name: (_declined,),
        ConsultationPlanned.type_name: (_invited,),
        InvitationAnswered.type_name: (_invitation,),
        ConsultationHeld.type_name: (_held,),
        TermMissed.type_name: (_missed,),
        TermReminded.type_name: (_reminded,),
        TriageOpened.type_name: (_triage,),
        CaseReopened.type_name: (_reopened,),
        CaseAccepted.type_name: (_accepted,),
        CaseEscalated.type_name: (_escalated,),
        CaseStarted.type_name: (_team,),
        AuthorisationRenewed.type_name: (_team,),
        CaseDeescalated.type_name: (_team,),
        PlanProposed.type_name: (_plan,),
        PlanAgreed.type_name: (_agreed,),
        PlanRevised.type_name: (_agreed,),
        ActionReported.type_name: (_reported,),
    },
    _ending,
)
