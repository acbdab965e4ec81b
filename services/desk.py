"""The one door: personal data leave here and nowhere else, and only after what leaves was written down.

The order is the promise (law 2 of the house): decide, commit ``DataDisclosed`` or ``DisclosureRefused``, and only then
unseal. A value may be recorded as shown and never reach the screen; it can never be shown without its record.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from events.disclosure import DataDisclosed, DisclosureRefused, ItemShown, SubjectShown
from events.errors import Conflict, Refusal, Unavailable
from events.fact import Fact
from events.receipt import Effect
from events.referral import Item
from events.sealed import Sealed
from events.vocabulary import (
    CaseId,
    Code,
    Decision,
    FactId,
    LegalRef,
    OrgCode,
    Pseudonym,
    SubjectId,
    Task,
)
from infra.unsealing import Destroyed, OpeningKeys, Unsealer
from policies.engine import AccessRequest, ItemAsked, Policies
from policies.reference import Reference
from policies.verdict import Verdict
from services.calendar import add_years
from services.case_file import CaseFile, PlacedItem
from services.handling import Handling, Order
from services.ports import Sealer

WITHIN = "WITHIN"


@dataclass(frozen=True, repr=False)
class Disclose:
    """A request to read data of one case. Holds free text in clear, so it has no text form.

    An empty set of categories or subjects asks for all that the case has.
    """

    recipient_org: OrgCode
    recipient_person: Pseudonym
    recipient_task: Task
    purpose: Code | None
    legal_basis: tuple[LegalRef, ...]
    """The ground of the giver, and the ground of the taker."""
    necessity: str
    proportionality: str
    subsidiarity: str
    categories: frozenset[Code] = frozenset()
    subjects: frozenset[SubjectId] = frozenset()
    secrecy_ground: str | None = None
    kind: Code = WITHIN


@dataclass(frozen=True)
class SealedReasons:
    """The three reasons, sealed for the subject of the case."""

    necessity: Sealed
    proportionality: Sealed
    subsidiarity: Sealed


@dataclass(frozen=True)
class Value:
    """One item, opened. It exists only after the fact that says who saw it."""

    item_id: FactId
    subject_id: SubjectId
    category: Code
    provider_org: OrgCode
    content: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True)
class Opened:
    """What the desk hands over."""

    disclosure_id: FactId
    case_id: CaseId
    decision: Decision
    values: tuple[Value, ...]
    withheld: tuple[Code, ...]
    """Categories that were asked for and are not shown."""


def asked_items(case: CaseFile, command: Disclose) -> list[PlacedItem]:
    """Return the items of the case that the request is about."""
    return [
        placed
        for placed in case.items.values()
        if (not command.categories or placed.item.category in command.categories)
        and (not command.subjects or placed.item.subject_id in command.subjects)
    ]


def access_request(case: CaseFile, command: Disclose, now: datetime) -> AccessRequest:
    """Return the request as the policies read it. Raises: ValueError when there is no case."""
    if case.stage is None:
        raise ValueError("A request for data needs a case.")
    return AccessRequest(
        org=command.recipient_org,
        task=command.recipient_task,
        stage=case.stage,
        on_case=_on_case(case, command, now),
        weighs=command.recipient_org == case.referrer_org
        or any((m.org, m.task) == (command.recipient_org, command.recipient_task) for m in case.panel),
        purpose=command.purpose,
        legal_basis=command.legal_basis,
        reasoned=reasoned(command.necessity, command.proportionality, command.subsidiarity),
        secrecy_ground=bool(command.secrecy_ground and command.secrecy_ground.strip()),
        at=now,
    )


def reasoned(*texts: str) -> bool:
    """Say whether each text says something, and no two say the same (white space, case and width left out)."""
    plain = ["".join(unicodedata.normalize("NFKC", text).casefold().split()) for text in texts]
    return all(plain) and len(set(plain)) == len(plain)


def item_asked(case: CaseFile, placed: PlacedItem, org: OrgCode) -> ItemAsked:
    """Return one item as the policies read it."""
    item = placed.item
    # What was brought in after the move was brought to the house itself.
    stayed_behind = case.items_along is not None and item.item_id in case.local_items - case.items_along
    knows = org == item.provider_org or org in case.before_house
    return ItemAsked(str(item.item_id), item.category, item.tier, item.provider_org, not stayed_behind or knows)


def decide(
    case: CaseFile,
    command: Disclose,
    disclosure_id: FactId,
    verdicts: Mapping[str, Verdict],
    policy_digest: str,
    reasons: SealedReasons,
    reference: Reference,
    now: datetime,
) -> list[Fact]:
    """Turn a request into the fact that grants it, wholly or partly, or that refuses it. Same input, same answer."""
    if case.stage is None:
        raise reference.refuse("UNKNOWN_CASE")
    items = [placed.item for placed in asked_items(case, command)]
    granted = [item for item in items if verdicts[str(item.item_id)].allowed]
    refused = [verdicts[str(item.item_id)] for item in items if not verdicts[str(item.item_id)].allowed]
    missing = command.categories - {item.category for item in items}
    roles = {person.subject_id: person.role for person in case.persons}
    about = granted or items
    # What both outcomes say of the request.
    asked = {
        "occurred_at": now,
        "disclosure_id": disclosure_id,
        "kind": command.kind,
        "room": case.room,
        "stage": case.stage,
        "regime": case.regime,
        "recipient_org": command.recipient_org,
        "recipient_person": command.recipient_person,
        "recipient_task": command.recipient_task,
        "subjects": tuple(
            SubjectShown(subject_id=subject, role=roles[subject])
            for subject in dict.fromkeys(i.subject_id for i in about)
        ),
        "purpose": command.purpose,
        "legal_basis": command.legal_basis,
        "policy_digest": policy_digest,
        "reference_date": now,
    }
    if not granted:
        first = min(refused, key=lambda verdict: (not verdict.rules, verdict.code), default=None)
        code, legal_ref = (
            (first.code, first.legal_ref) if first else ("NO_DATA", reference.refusal("NO_DATA").legal_ref)
        )
        return [
            DisclosureRefused.model_validate(
                {
                    **asked,
                    "legal_ref": legal_ref,
                    "reason_code": code,
                    "rules": first.rules if first else (),
                    "categories": tuple(command.categories or {item.category for item in items}),
                }
            )
        ]
    shown = {item.category for item in granted}
    withheld = ({item.category for item in items} | missing) - shown
    rules = dict.fromkeys(rule for item in granted for rule in verdicts[str(item.item_id)].rules)
    return [
        DataDisclosed.model_validate(
            {
                **asked,
                "legal_ref": "AVG:accountability",
                "reason_code": "OK"
                if len(granted) == len(items) and not missing
                else refused[0].code
                if refused
                else "NO_DATA",
                "rules": tuple(rules),
                "decision": Decision.GRANTED if len(granted) == len(items) and not missing else Decision.PARTLY,
                "categories": tuple(shown),
                "withheld": tuple(withheld),
                "items": tuple(_shown(item) for item in granted),
                "necessity": reasons.necessity,
                "proportionality": reasons.proportionality,
                "subsidiarity": reasons.subsidiarity,
                "retention_until": add_years(now, reference.term("disclosure-record", now).value),
            }
        )
    ]


class Desk:
    """Takes requests for data. It makes its own unsealer, and nobody else has one."""

    def __init__(
        self, handling: Handling, sealer: Sealer, keys: OpeningKeys, policies: Policies, reference: Reference
    ) -> None:
        self._handling, self._sealer, self._unsealer = handling, sealer, Unsealer(keys)
        self._policies, self._reference = policies, reference

    def disclose(self, order: Order, command: Disclose) -> Opened:
        """Hand over what the policies allow, after writing it down; a repeated command writes nothing more.

        Raises: Refusal, with the refusal on record, or LOG_UNAVAILABLE: no record, no data.
        """
        if (order.acting.org, order.acting.task) != (command.recipient_org, command.recipient_task):
            raise self._reference.refuse("WRONG_HAT")
        disclosure_id = self._handling.clock.new_id()

        def decided(case: CaseFile, now: datetime) -> Sequence[tuple[FactId, Fact]]:
            if case.stage is None:
                raise self._reference.refuse("UNKNOWN_CASE")
            request = access_request(case, command, now)
            items = [item_asked(case, placed, command.recipient_org) for placed in asked_items(case, command)]
            verdicts = self._policies.decide(request, items)
            reasons = self._seal_reasons(case, command, disclosure_id)
            digest = self._policies.digest(now)
            facts = decide(case, command, disclosure_id, verdicts, digest, reasons, self._reference, now)
            return [(disclosure_id, fact) for fact in facts]

        try:
            effect = self._handling.carry_out(order, decided, "disclosure")
        except (Unavailable, Conflict):
            raise self._reference.refuse("LOG_UNAVAILABLE") from None
        return self._open(effect)

    def _seal_reasons(self, case: CaseFile, command: Disclose, fact_id: FactId) -> SealedReasons:
        def seal(name: str, text: str) -> Sealed:
            return self._sealer.seal(case.case_id, case.subject.subject_id, fact_id, name, text.encode())

        return SealedReasons(
            seal("necessity", command.necessity),
            seal("proportionality", command.proportionality),
            seal("subsidiarity", command.subsidiarity),
        )

    def _open(self, effect: Effect) -> Opened:
        """Unseal what the committed fact names, and nothing else."""
        recorded = effect.facts[0]
        fact, case_id = recorded.fact, recorded.envelope.case_id
        if isinstance(fact, DisclosureRefused):
            raise self._refusal_of(fact)
        if not isinstance(fact, DataDisclosed):
            raise TypeError("The number of this command belongs to another kind of command.")
        placed = self._handling.items_of(case_id)
        values = tuple(self._value(case_id, placed[shown.item_id]) for shown in fact.items)
        return Opened(fact.disclosure_id, case_id, fact.decision, values, fact.withheld)

    def _value(self, case_id: UUID, placed: PlacedItem) -> Value:
        item = placed.item
        try:
            opened = self._unsealer.open(
                case_id, item.subject_id, placed.fact_id, f"items/{item.item_id}", item.content
            )
        except Destroyed:
            raise self._reference.refuse("DESTROYED") from None
        except Unavailable:
            raise self._reference.refuse("LOG_UNAVAILABLE") from None
        return Value(item.item_id, item.subject_id, item.category, item.provider_org, json.loads(opened))

    def _refusal_of(self, fact: DisclosureRefused) -> Refusal:
        told = next((self._policies.rules[rule.policy_id].says for rule in fact.rules), None)
        text = self._reference.refusal(fact.reason_code)
        return Refusal(fact.reason_code, told or text.says, text.remedy, fact.legal_ref)


def _on_case(case: CaseFile, command: Disclose, now: datetime) -> Literal["LIVE", "EXPIRED", "NONE"]:
    asking = (command.recipient_org, command.recipient_task)
    live = [p for p in case.participants if (p.member.org, p.member.task) == asking]
    if any(now < participation.until for participation in live):
        return "LIVE"
    return "EXPIRED" if live or any((p.member.org, p.member.task) == asking for p in case.left) else "NONE"


def _shown(item: Item) -> ItemShown:
    return ItemShown(
        item_id=item.item_id,
        version=item.version,
        category=item.category,
        subject_id=item.subject_id,
        provider_org=item.provider_org,
        fields=item.fields,
    )
