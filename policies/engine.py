"""Asks the policies: may this recipient see this item, for this purpose, now? Parsed once per policy set."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid5

from events.vocabulary import Code, Digest, FactId
from policies import information
from policies.asking import ENDED, WEIGHED, AccessRequest, ItemAsked, Standing
from policies.information import NOTHING, Information
from policies.ledger_looks import LedgerLook
from policies.policy_set import Policy, PolicyText, Question, Reply
from policies.reference import AMSTERDAM, Category, Reference
from policies.verdict import Verdict

__all__ = ["ENDED", "WEIGHED", "AccessRequest", "Information", "ItemAsked", "Policies", "Policy", "Standing"]

NOTHING_PERMITS = 80
"""Rank of the refusal when no policy forbids and none permits."""
NOTHING_THERE = 99


ABSENT = UUID("8b7a4f0e-1d5c-5a39-9d0f-6f2e4d1c9b27")
"""Name space of what stands for an item that the case does not hold (UUIDv5)."""


def absent_item(category: Category) -> ItemAsked:
    """Return what stands for an item of a kind that the case does not hold."""
    item_id = uuid5(ABSENT, category.code)
    return replace(NOTHING, item_id=item_id, category=category.code, tier=category.first_tier)


class Policies:
    """The policy set with the tables of the day. Immutable; safe from several threads."""

    def __init__(self, text: PolicyText, reference: Reference) -> None:
        self.text, self._reference = text, reference
        # The tables change by the day, and hashing them costs more than a decision.
        self._digests: dict[tuple[date, int], str] = {}

    @classmethod
    def load(cls, reference: Reference) -> "Policies":
        """Read the packaged policies. Raises: BadSetting when they do not fit their schema."""
        return cls(PolicyText.packaged(), reference)

    @property
    def rules(self) -> Mapping[str, Policy]:
        """The policies, by id."""
        return self.text.rules

    def digest(self, at: datetime) -> Digest:
        """Return the SHA-256, in hex, of policies, schema and tables in force at that moment.

        It is taken over the text ``<digest of the set>|<digest of the tables>``, so that each can be found apart.
        """
        day = at.astimezone(AMSTERDAM).date(), self._reference.revision
        if day not in self._digests:
            whole = f"{self.text.digest}|{self._reference.digest(at)}"
            self._digests[day] = hashlib.sha256(whole.encode()).hexdigest()
        return self._digests[day]

    def told(self, request: AccessRequest, items: Sequence[ItemAsked] = ()) -> Information:
        """Return what the engine is told for a request about *items*; without any, about the case as such."""
        asker = information.principal(request, self._reference)
        about = [information.item(one, request, self._reference) for one in items] or [information.case()]
        return Information((asker, *about), information.context(request, self._reference))

    def may_ask(self, request: AccessRequest) -> Verdict:
        """Return whether the request may be made at all, whatever the case holds."""
        told = self.told(request)
        (reply,) = self.text.answer([Question("ask", "Case", "asked")], told.entities, told.context)
        return self.verdict(reply, request.at)

    def decide(self, request: AccessRequest, items: Sequence[ItemAsked]) -> dict[FactId, Verdict]:
        """Return the verdict for each item, by item id. An error in the evaluation is a refusal, and says so."""
        if not items:
            return {}
        told = self.told(request, items)
        questions = [Question("read", "Item", str(one.item_id)) for one in items]
        replies = self.text.answer(questions, told.entities, told.context)
        return {one.item_id: self.verdict(reply, request.at) for one, reply in zip(items, replies, strict=True)}

    def may_consult(self, look: LedgerLook) -> Verdict:
        """Return whether a question may be asked of the ledger."""
        told = look.told(self._reference)
        (reply,) = self.text.answer([look.question_to_the_engine], told.entities, told.context)
        return self.verdict(reply, look.at)

    def decide_absent(self, request: AccessRequest, category: Category) -> Verdict:
        """Return the verdict for a kind of data that the case does not hold.

        Whoever may not read that kind gets the answer that it would get if it were there, and so learns nothing.
        """
        absent = absent_item(category)
        verdict = self.decide(request, [absent])[absent.item_id]
        return self.nothing_there(request.at) if verdict.allowed else verdict

    def nothing_there(self, at: datetime) -> Verdict:
        """Return the answer to whoever may read what the case does not hold."""
        return self.refusing("NO_DATA", at, NOTHING_THERE)

    def refusing(self, code: Code, at: datetime, rank: int) -> Verdict:
        """Return a refusal that no policy of the set gave."""
        text = self._reference.refusal(code)
        return Verdict(False, code, (), text.says, text.legal_ref, self.digest(at), rank)

    def verdict(self, reply: Reply, at: datetime) -> Verdict:
        """Return what a reply of the engine means for whoever asked."""
        if reply.failed:
            return self.refusing("POLICY_ERROR", at, 0)
        if not reply.policies:
            return self.refusing("CATEGORY_NOT_ALLOWED", at, NOTHING_PERMITS)
        first = reply.policies[0]
        applied = tuple(rule.applied for rule in reply.policies)
        return Verdict(reply.allowed, first.code, applied, first.says, first.legal_ref, self.digest(at), first.rank)
