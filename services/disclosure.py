"""A request to read data of one case, and the fact that it becomes: pure (domain 5). The door is ``services.desk``."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from events.disclosure import DataDisclosed, DisclosureRefused, ItemShown, SubjectShown
from events.fact import Fact
from events.referral import Item
from events.sealed import Sealed
from events.vocabulary import Decision, FactId, OrgCode, Pseudonym, Stage, SubjectId, Task
from policies.engine import WEIGHED, AccessRequest, ItemAsked, Policies, Standing
from policies.reference import Reference
from policies.verdict import Verdict
from services.acting import Acting
from services.calendar import add_years
from services.case_file import CaseFile, PlacedItem

WITHIN = "WITHIN"


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

    gate: Verdict
    """On the request itself. When it refuses, there are no verdicts on items."""
    items: Mapping[FactId, Verdict]
    absent: tuple[Verdict, ...]
    """Refusals for what was asked for and is not in the case."""

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
    request = _access_request(case, case.stage, command, acting, now)
    gate = policies.may_ask(request)
    if not gate.allowed:
        return Answered(gate, {}, ())
    asked = asked_items(case, command)
    absent = []
    for code in command.categories - {placed.item.category for placed in asked}:
        category = reference.category(code, now)
        absent.append(
            policies.decide_absent(request, category)
            if category
            else policies.refusing("CATEGORY_NOT_ALLOWED", now, rank=0)
        )
    if not asked and not absent:
        absent.append(policies.nothing_there(now))
    return Answered(
        gate, policies.decide(request, [_item_asked(case, one, acting.org) for one in asked]), tuple(absent)
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
    ]


def decide(
    case: CaseFile,
    command: Disclose,
    acting: Acting,
    disclosure_id: FactId,
    answered: Answered,
    reasons: SealedReasons | None,
    reference: Reference,
    now: datetime,
) -> list[Fact]:
    """Turn a request into the fact that grants it, wholly or partly, or that refuses it. Same input, same answer.

    Args:
        reasons: needed when anything is granted, and only then.
    """
    items = [placed.item for placed in asked_items(case, command)]
    granted = [item for item in items if item.item_id in answered.grants]
    roles = {person.subject_id: person.role for person in case.persons}
    known = {code for code in command.categories if reference.category(code, now)}
    present = {item.category for item in items}
    told = answered.told
    asked = {
        "occurred_at": now,
        "disclosure_id": disclosure_id,
        "kind": command.kind,
        "room": case.room,
        "stage": case.stage,
        "regime": case.regime,
        # Whoever acts is whoever would see it: a request in another's name is refused, and not written in that name.
        "recipient_org": acting.org,
        "recipient_person": acting.person,
        "recipient_task": acting.task,
        "subjects": tuple(
            SubjectShown(subject_id=subject, role=roles[subject])
            for subject in dict.fromkeys(item.subject_id for item in granted or items)
        ),
        # A typed text that is no code of a table could hold anything, personal data included.
        "purpose": command.purpose if command.purpose and reference.purpose(command.purpose, now) else None,
        "legal_basis": tuple(key for key in command.legal_basis if reference.legal_ref(key, now)),
        "policy_digest": answered.gate.policy_digest,
        "reference_date": now,
        "reason_code": told.code if told else "OK",
    }
    if not granted:
        if told is None:
            raise ValueError("These verdicts are of another request: nothing is granted and nothing refused.")
        refused = {**asked, "legal_ref": told.legal_ref, "rules": told.rules, "categories": tuple(known or present)}
        return [DisclosureRefused.model_validate(refused)]
    if reasons is None:
        raise ValueError("A grant needs its three sealed reasons.")
    shown = {item.category for item in granted}
    secret = any(category.secrecy for code in shown if (category := reference.category(code, now)))
    return [
        DataDisclosed.model_validate(
            {
                **asked,
                "legal_ref": "AVG:accountability",
                "rules": tuple(dict.fromkeys(rule for i in granted for rule in answered.items[i.item_id].rules)),
                "decision": Decision.PARTLY if told else Decision.GRANTED,
                "categories": tuple(shown),
                "withheld": tuple((present | known) - shown),
                "items": tuple(_shown(item) for item in granted),
                "secrecy_ground": command.secrecy_ground if secret and _ground(command, reference, now) else None,
                "necessity": reasons.necessity,
                "proportionality": reasons.proportionality,
                "subsidiarity": reasons.subsidiarity,
                "retention_until": add_years(now, reference.term("disclosure-record", now).value),
            }
        )
    ]


def reasoned(*texts: str) -> bool:
    """Say whether each text says something, and no two say the same; only letters and digits count, in any case."""
    plain = ["".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold())) for text in texts]
    return all(plain) and len(set(plain)) == len(plain)


def _access_request(case: CaseFile, stage: Stage, command: Disclose, acting: Acting, now: datetime) -> AccessRequest:
    recipient = (command.recipient_org, command.recipient_person, command.recipient_task)
    return AccessRequest(
        org=acting.org,
        oin=acting.oin,
        task=acting.task,
        itself=recipient == (acting.org, acting.person, acting.task),
        stage=stage,
        room=case.room,
        standing=_standing(case, stage, acting, now),
        kind=command.kind,
        purpose=command.purpose,
        legal_basis=command.legal_basis,
        reasoned=reasoned(command.necessity, command.proportionality, command.subsidiarity),
        secrecy_ground=command.secrecy_ground,
        at=now,
    )


def _standing(case: CaseFile, stage: Stage, acting: Acting, now: datetime) -> Standing:
    """Return the place in the case: before acceptance of panel and referrer, from then on of the participants."""
    asking = (acting.org, acting.task)
    if stage in WEIGHED:
        live = {(member.org, member.task) for member in case.panel} | {(case.referrer_org, case.referrer_task)}
        ended = set()
    else:
        live = {(one.member.org, one.member.task) for one in case.participants if now < one.until}
        ended = {(one.member.org, one.member.task) for one in (*case.participants, *case.left)}
    if asking in live:
        return "LIVE"
    if asking in ended:
        return "EXPIRED"
    return "OTHER_TASK" if acting.org in {org for org, _ in live} else "NONE"


def _item_asked(case: CaseFile, placed: PlacedItem, org: OrgCode) -> ItemAsked:
    item = placed.item
    # What was brought in after the move was brought to the house itself.
    stayed_behind = case.items_along is not None and item.item_id in case.local_items - case.items_along
    knows = org == item.provider_org or org in case.before_house
    return ItemAsked(item.item_id, item.category, item.tier, item.provider_org, not stayed_behind or knows)


def _ground(command: Disclose, reference: Reference, now: datetime) -> bool:
    return command.secrecy_ground is not None and reference.secrecy_ground(command.secrecy_ground, now) is not None


def _shown(item: Item) -> ItemShown:
    return ItemShown(
        item_id=item.item_id,
        version=item.version,
        category=item.category,
        subject_id=item.subject_id,
        provider_org=item.provider_org,
        fields=item.fields,
    )
