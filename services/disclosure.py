"""A request to read data of one case, and the facts that it becomes: pure (domain 5). The door is ``services.desk``."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from events.decision import AccessDecided
from events.disclosure import DataDisclosed, DisclosureRefused, ItemShown, SubjectShown
from events.referral import Item
from events.sealed import Sealed
from events.vocabulary import Decision, FactId, Oin, OrgCode, Pseudonym, Stage, SubjectId, Task
from policies import recorded
from policies.asking import TO_SUBJECT, WITHIN, AccessRequest
from policies.calendar import add_years
from policies.engine import Policies, absent_item
from policies.receipts import receipt_by
from policies.recorded import Asked
from policies.reference import Reference
from policies.verdict import Verdict
from services.acting import Acting
from services.case_file import CaseFile, PlacedItem
from services.standing import deciders, item_asked, requester_of, standing, supervised

OUTSIDE = "outside"
"""Stands for the person and the task of a recipient that does not sign in."""
DATA_SUBJECT = "DATA_SUBJECT"
"""Stands for the organisation when the recipient is the person."""


@dataclass(frozen=True, repr=False)
class Disclose:
    """A request to read data of one case. Holds free text in clear, so it has no text form.

    An empty set of categories or subjects asks for all that the case has. Purpose, grounds, categories and kind are
    as a person gave them: what is in no table is refused, and never written down.
    """

    recipient_org: OrgCode
    recipient_person: Pseudonym
    recipient_task: Task
    purpose: str | None
    legal_basis: tuple[str, ...]
    """The ground of the giver, and the ground of the taker."""
    necessity: str
    proportionality: str
    subsidiarity: str
    categories: frozenset[str] = frozenset()
    subjects: frozenset[SubjectId] = frozenset()
    items: frozenset[FactId] = frozenset()
    """These items and no others, as for what lies on the table of a consultation."""
    secrecy_ground: str | None = None
    kind: str = WITHIN


@dataclass(frozen=True)
class SealedReasons:
    """The three reasons, sealed for the subject of the case."""

    necessity: Sealed
    proportionality: Sealed
    subsidiarity: Sealed


@dataclass(frozen=True)
class Answered:
    """What the policies of the day say of one request."""

    request: AccessRequest
    gate: Verdict
    """On the request itself. When it refuses, there are no verdicts on items."""
    items: Mapping[FactId, Verdict]
    absent: tuple[Verdict, ...]
    """Refusals for what was asked for and is not in the case."""
    asked: tuple[Asked, ...]
    """Every question to the engine, in order, with its answer."""

    @property
    def grants(self) -> frozenset[FactId]:
        """The items that may be shown."""
        return frozenset(item_id for item_id, verdict in self.items.items() if verdict.allowed)

    @property
    def told(self) -> Verdict | None:
        """The refusal to tell of all there are; None when nothing is refused."""
        refusals = [one for one in (self.gate, *self.items.values(), *self.absent) if not one.allowed]
        return min(refusals, key=lambda verdict: verdict.rank, default=None)


def answer(
    case: CaseFile, command: Disclose, acting: Acting, policies: Policies, reference: Reference, now: datetime
) -> Answered:
    """Ask the policies. Raises: Refusal when there is no such case, or no such kind of disclosure."""
    if case.stage is None:
        raise reference.refuse("UNKNOWN_CASE")
    if reference.kind(command.kind, now) is None:
        raise reference.refuse("BAD_VALUE")
    requester = requester_of(command.kind, command.subjects)
    request = _access_request(case, case.stage, command, acting, requester, now)
    gate = policies.may_ask(request)
    first = Asked(None, gate)
    if not gate.allowed:
        return Answered(request, gate, {}, (), (first,))
    present = asked_items(case, command)
    looked = [item_asked(case, one, request, requester) for one in present]
    missing = command.categories - {placed.item.category for placed in present}
    known = [category for code in sorted(missing) if (category := reference.category(code, now))]
    absent = [absent_item(category) for category in known]
    verdicts = policies.decide(request, [*looked, *absent])
    told_absent = [
        policies.nothing_there(now) if verdicts[one.item_id].allowed else verdicts[one.item_id] for one in absent
    ]
    told_absent += [policies.refusing("CATEGORY_NOT_ALLOWED", now, rank=0)] * (len(missing) - len(known))
    if not present and not told_absent:
        told_absent.append(policies.nothing_there(now))
    return Answered(
        request,
        gate,
        {one.item_id: verdicts[one.item_id] for one in looked},
        tuple(told_absent),
        (
            first,
            *(Asked(one, verdicts[one.item_id]) for one in looked),
            *(Asked(one, verdicts[one.item_id], absent=True) for one in absent),
        ),
    )


def asked_items(case: CaseFile, command: Disclose) -> list[PlacedItem]:
    """Return the items of the case that the request is about."""
    known = {person.subject_id for person in case.persons}
    return [
        placed
        for placed in case.items.values()
        if placed.item.subject_id in known
        and (not command.categories or placed.item.category in command.categories)
        and (not command.subjects or placed.item.subject_id in command.subjects)
        and (not command.items or placed.item.item_id in command.items)
    ]


def decide(
    case: CaseFile,
    command: Disclose,
    acting: Acting,
    ids: tuple[FactId, FactId],
    answered: Answered,
    reasons: SealedReasons | None,
    policies: Policies,
    reference: Reference,
    now: datetime,
) -> tuple[AccessDecided, DataDisclosed | DisclosureRefused]:
    """Turn a request into the record of its decision, and the fact that grants or refuses it. Same input, same answer.

    Args:
        ids: of the record and of the disclosure.
        reasons: needed when anything is granted, and only then.
    """
    decision_id, disclosure_id = ids
    record = recorded.record(decision_id, acting.person, answered.request, answered.asked, policies, reference)
    items = [placed.item for placed in asked_items(case, command)]
    granted = [item for item in items if item.item_id in answered.grants]
    known = {code for code in command.categories if reference.category(code, now)}
    present = {item.category for item in items}
    told = answered.told
    asked = {
        "disclosure_id": disclosure_id,
        "decision_id": decision_id,
        "kind": command.kind,
        **_case(case, _persons_asked_about(case, command, granted or items), now),
        **_recipient(command, acting, answered, reference, now),
        # A typed text that is no code of a table could hold anything, personal data included.
        "purpose": command.purpose if command.purpose and reference.purpose(command.purpose, now) else None,
        "legal_basis": tuple(key for key in command.legal_basis if reference.legal_ref(key, now)),
        "policy_digest": answered.gate.policy_digest,
        "reason_code": told.code if told else "OK",
    }
    if not granted:
        if told is None:
            raise ValueError("These verdicts are of another request: nothing is granted and nothing refused.")
        refused = {**asked, "legal_ref": told.legal_ref, "rules": told.rules, "categories": tuple(known or present)}
        return record, DisclosureRefused.model_validate(refused)
    if reasons is None:
        raise ValueError("A grant needs its three sealed reasons.")
    shown = {item.category for item in granted}
    secret = any(category.secrecy for code in shown if (category := reference.category(code, now)))
    leaned = dict(deciders(case, tuple(item.item_id for item in granted), answered.request))
    return record, DataDisclosed.model_validate(
        {
            **asked,
            "legal_ref": "AVG:accountability",
            "rules": tuple(dict.fromkeys(rule for i in granted for rule in answered.items[i.item_id].rules)),
            "decision": Decision.PARTLY if told else Decision.GRANTED,
            "categories": tuple(shown),
            "withheld": tuple((present | known) - shown),
            "items": tuple(_shown(item) for item in granted),
            "secrecy_ground": _secrecy_ground(case, command, granted, answered, reference, now) if secret else None,
            "necessity": reasons.necessity,
            "proportionality": reasons.proportionality,
            "subsidiarity": reasons.subsidiarity,
            "retention_until": add_years(now, reference.term("disclosure-record", now).value),
            "grants": tuple(leaned) or None,
            "decided_by": tuple(dict.fromkeys(leaned.values())) or None,
            "conditions": tuple(dict.fromkeys(c for item in granted for c in item.conditions or ())) or None,
            "receipt_by": receipt_by(str(asked["recipient_org"]), reference, now),
        }
    )


def reasoned(*texts: str) -> bool:
    """Say whether each text says something, and no two say the same; only letters and digits count, in any case."""
    plain = ["".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold())) for text in texts]
    return all(plain) and len(set(plain)) == len(plain)


def _persons_asked_about(case: CaseFile, command: Disclose, items: Sequence[Item]) -> tuple[SubjectId, ...]:
    """Return whom a request is about, also when the case has nothing of what it asks: each may ask who tried.

    Without items these are the persons of the case that it names; when it names none, whom the case is about.
    """
    if items:
        return tuple(dict.fromkeys(item.subject_id for item in items))
    known = tuple(person.subject_id for person in case.persons)
    return tuple(one for one in known if one in command.subjects) if command.subjects else known[:1]


def _case(case: CaseFile, subjects: Sequence[SubjectId], now: datetime) -> dict[str, object]:
    roles = {person.subject_id: person.role for person in case.persons}
    return {
        "occurred_at": now,
        "reference_date": now,
        "room": case.room,
        "stage": case.stage,
        "regime": case.regime,
        "inform_status": case.inform.status if case.inform else None,
        "criteria_version": case.assessment.criteria_version if case.assessment else None,
        "subjects": tuple(SubjectShown(subject_id=subject, role=roles[subject]) for subject in subjects),
    }


def _recipient(
    command: Disclose, acting: Acting, answered: Answered, reference: Reference, now: datetime
) -> dict[str, object]:
    """Return who gets it and who does it. A name that no table knows is not written down, whoever gave it."""
    kind = reference.kind(command.kind, now)
    if kind is None or not kind.handed or answered.gate.code in ("NOT_PARTICIPANT", "WRONG_HAT"):
        # Whoever acts is whoever would see it: a request in another's name is refused, and not written in that name.
        who: dict[str, object] = {
            "recipient_org": acting.org,
            "recipient_person": acting.person,
            "recipient_task": acting.task,
        }
    else:
        org = DATA_SUBJECT if command.kind == TO_SUBJECT else command.recipient_org
        who = {
            "recipient_org": org,
            "recipient_person": OUTSIDE,
            "recipient_task": OUTSIDE,
            "done_by": acting.person,
        }
    return {**who, "controller": _controller(acting, reference, now)}


def _controller(acting: Acting, reference: Reference, now: datetime) -> Oin | None:
    participant = reference.participant(acting.org, now)
    if participant is not None:
        return participant.oin if participant.controller else None
    return acting.oin if reference.staff_role(acting.org, acting.task, now) else None


def _access_request(
    case: CaseFile, stage: Stage, command: Disclose, acting: Acting, requester: SubjectId | None, now: datetime
) -> AccessRequest:
    recipient = (command.recipient_org, command.recipient_person, command.recipient_task)
    return AccessRequest(
        org=acting.org,
        oin=acting.oin,
        task=acting.task,
        itself=recipient == (acting.org, acting.person, acting.task),
        stage=stage,
        room=case.room,
        standing=standing(case, stage, acting, now),
        kind=command.kind,
        purpose=command.purpose,
        legal_basis=command.legal_basis,
        reasoned=reasoned(command.necessity, command.proportionality, command.subsidiarity),
        secrecy_ground=command.secrecy_ground,
        at=now,
        recipient=command.recipient_org,
        supervised=supervised(case, acting, now),
        rights_open=requester is not None and requester in case.rights_open,
    )


def _secrecy_ground(
    case: CaseFile, command: Disclose, granted: Sequence[Item], answered: Answered, reference: Reference, now: datetime
) -> str | None:
    """Return the ground on which a secret is broken: what the asker named, or the source in its grant or its item."""
    if command.secrecy_ground is not None and reference.secrecy_ground(command.secrecy_ground, now) is not None:
        return command.secrecy_ground
    leaned = dict(deciders(case, tuple(item.item_id for item in granted), answered.request))
    grants = [case.grants[one].fact.secrecy_ground for one in leaned if one in case.grants]
    return next((ground for ground in (*grants, *(item.secrecy_ground for item in granted)) if ground), None)


def _shown(item: Item) -> ItemShown:
    return ItemShown(
        item_id=item.item_id,
        version=item.version,
        category=item.category,
        subject_id=item.subject_id,
        provider_org=item.provider_org,
        fields=item.fields,
    )
