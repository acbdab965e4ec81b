"""Asking before acceptance: the yes/no known check, and one reasoned question per organisation (domain 4, 6 and 7)."""

from events.enquiry import (
    EnrichmentProvided,
    EnrichmentRequested,
    KnownCheckAnswered,
    KnownCheckRequested,
    ProviderDeclined,
)
from events.fact import Fact
from events.vocabulary import Code, FactId, OrgCode, Task
from policies.tables import Tier
from services.guards import members, says_something
from services.workflow.offered import Offered, offered_items
from services.workflow.scene import Scene, command

FIRST_TIER: Tier = "T1"


@command
class RequestKnownCheck:
    """Ask these (organisation, task) whether they have dealt with the person."""

    asked: tuple[tuple[OrgCode, Task], ...]

    def decide(self, scene: Scene) -> list[Fact]:
        """Ask, or refuse. What is asked is always the same, so there is no text."""
        return [
            KnownCheckRequested(
                occurred_at=scene.now,
                legal_ref="AVG:minimisation",
                check_id=scene.ids.fact(0),
                asked=members(self.asked, scene.reference, scene.now),
                due=scene.due("known-check"),
                triage_regime=scene.reference.setting("triage-regime", scene.now),
            )
        ]


@command
class AnswerKnownCheck:
    """Yes or no, and nothing more."""

    check: FactId
    known: bool

    def decide(self, scene: Scene) -> list[Fact]:
        """Record the answer of an organisation that was asked, once."""
        check = scene.case.checks.get(self.check)
        me = scene.me()
        if check is None or me not in check.asked:
            raise scene.refuse("UNKNOWN_QUESTION")
        if me.org in check.answers:
            raise scene.refuse("ALREADY_ANSWERED")
        return [
            KnownCheckAnswered(
                occurred_at=scene.now,
                legal_ref="AVG:minimisation",
                check_id=self.check,
                org=me.org,
                org_task=me.task,
                known=self.known,
            )
        ]


@command
class RequestEnrichment:
    """One question to one organisation, with why the answer is needed to weigh the criteria."""

    org: OrgCode
    task: Task
    categories: tuple[Code, ...]
    question: str
    necessity: str

    def decide(self, scene: Scene) -> list[Fact]:
        """Ask, or refuse: only what the first tier holds, reasoned, and once per organisation."""
        says_something(self.question, scene.reference)
        says_something(self.necessity, scene.reference)
        (asked,) = members(((self.org, self.task),), scene.reference, scene.now)
        for code in self.categories:
            category = scene.reference.category(code, scene.now)
            if category is None:
                raise scene.refuse("CATEGORY_NOT_ALLOWED")
            if category.first_tier != FIRST_TIER:
                raise scene.refuse("TIER_EXCEEDED", code)
        if not self.categories:
            raise scene.refuse("MISSING_FIELD")
        if any(one.asked.org == self.org for one in scene.case.questions.values()):
            raise scene.refuse("ALREADY_ASKED")
        values = {"question": self.question, "necessity": self.necessity}
        return [
            EnrichmentRequested(
                occurred_at=scene.now,
                legal_ref="BGS:criteria",
                question_id=scene.ids.fact(0),
                asked=asked,
                categories=self.categories,
                question=scene.item(scene.ids.new(), "QUESTION", FIRST_TIER, values, addressed_to=self.org),
                due=scene.due("enrichment"),
                triage_regime=scene.reference.setting("triage-regime", scene.now),
            )
        ]


@command
class ProvideEnrichment:
    """The answer to one question; nothing offered means nothing to report."""

    question: FactId
    offered: tuple[Offered, ...] = ()

    def decide(self, scene: Scene) -> list[Fact]:
        """Take the answer of the organisation that was asked, within what was asked."""
        categories = _asked(scene, self.question)
        if any(one.category not in categories for one in self.offered):
            raise scene.refuse("TIER_EXCEEDED")
        return [
            EnrichmentProvided(
                occurred_at=scene.now,
                legal_ref="WGS:provision",
                question_id=self.question,
                org=scene.acting.org,
                org_task=scene.acting.task,
                items=offered_items(self.offered, FIRST_TIER, scene),
            )
        ]


@command
class DeclineEnrichment:
    """The organisation does not answer, with a reason from the list."""

    question: FactId
    reason_code: Code

    def decide(self, scene: Scene) -> list[Fact]:
        """Record that the organisation declined: a normal outcome."""
        _asked(scene, self.question)
        if self.reason_code not in {one.code for one in scene.reference.choices("decline-reason", scene.now)}:
            raise scene.reference.not_listed("decline-reason", scene.now)
        return [
            ProviderDeclined(
                occurred_at=scene.now,
                legal_ref="WGS:provision",
                question_id=self.question,
                org=scene.acting.org,
                org_task=scene.acting.task,
                reason_code=self.reason_code,
            )
        ]


def _asked(scene: Scene, question_id: FactId) -> tuple[Code, ...]:
    question = scene.case.questions.get(question_id)
    if question is None or question.asked != scene.me():
        raise scene.refuse("UNKNOWN_QUESTION")
    if question.answered:
        raise scene.refuse("ALREADY_ANSWERED")
    return question.categories
