"""From a reply of a partner to the one fact that it leads to in its case, or the refusal. Decides; writes only keys."""

from dataclasses import dataclass
from datetime import datetime

from events.fact import Fact
from events.vocabulary import FactId
from policies.reference import Reference
from services.acting import Acting
from services.case_file import CaseFile
from services.referral import wears_own_hat
from services.submission_replies import DisclosureDecision, EnrichmentDecline, EnrichmentReply, KnownCheckReply, Reply
from services.workflow.engine import Workflow, decide
from services.workflow.mandate import EVERYWHERE, roles_of


@dataclass(frozen=True)
class Replies:
    """Decides on what partners send about a case, by the same rules as every other command."""

    reference: Reference
    workflow: Workflow

    def decide(self, reply: Reply, case: CaseFile, acting: Acting, now: datetime) -> tuple[FactId, Fact]:
        """Return the fact with its id.

        Who has no part in the case hears what it would hear if there were no such case. Only who answered this very
        question before or is too late for it, or was on the case until it ended for it, hears so: it knows the case
        already.

        Raises: Refusal; Unavailable.
        """
        wears_own_hat(acting, self.reference, now)
        if _answered_before(reply, case, acting):
            raise self.reference.refuse("ALREADY_ANSWERED")
        if not _was_asked(reply, case, acting):
            self._has_a_part(case, acting, now)
        scene = self.workflow.scene(case, acting, now)
        (fact,) = decide(reply.command(), scene)
        return scene.ids.fact(0), fact

    def _has_a_part(self, case: CaseFile, acting: Acting, now: datetime) -> None:
        if roles_of(case, acting, self.reference, now) - EVERYWHERE:
            return
        ended = {(one.member.org, one.member.task) for one in (*case.participants, *case.left) if one.until <= now}
        raise self.reference.refuse("AUTH_EXPIRED" if (acting.org, acting.task) in ended else "UNKNOWN_CASE")


def _was_asked(reply: Reply, case: CaseFile, acting: Acting) -> bool:
    hat = (acting.org, acting.task)
    match reply:
        case KnownCheckReply():
            check = case.checks.get(reply.check)
            return check is not None and hat in {(one.org, one.task) for one in check.asked}
        case EnrichmentReply() | EnrichmentDecline():
            question = case.questions.get(reply.question)
            return question is not None and hat == (question.asked.org, question.asked.task)
        case _:
            return False


def _answered_before(reply: Reply, case: CaseFile, acting: Acting) -> bool:
    # With its answer the sender's part in the case may have ended, and it would hear that the case does not exist.
    if isinstance(reply, DisclosureDecision) and reply.request is not None:
        request = case.requests.get(reply.request)
        return request is not None and request.answered and acting.org == request.fact.asked_of
    if not _was_asked(reply, case, acting):
        return False
    match reply:
        case KnownCheckReply():
            return acting.org in case.checks[reply.check].answers
        case EnrichmentReply() | EnrichmentDecline():
            return case.questions[reply.question].answered
        case _:
            return False
