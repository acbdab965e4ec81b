"""Past decisions, executed again: with the policies of their day, or with another set (law 5 of the house)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from events.canonical import decode
from events.decision import AccessDecided, Evaluation
from events.disclosure import DataDisclosed, DisclosureRefused
from events.policy_set import PolicySetActivated
from events.receipt import Numbered
from events.vocabulary import Code, Digest, FactId, OrgCode
from policies.engine import Policies
from policies.ledger_looks import look_of
from policies.policy_set import ENGINE, PolicyText, Question, Reply
from policies.recorded import item_of, request_of
from policies.verdict import Verdict
from projections.reading import outline

LEDGER = "ledger"
TYPES = frozenset(one.type_name for one in (AccessDecided, DataDisclosed, DisclosureRefused))


@dataclass(frozen=True)
class Differing:
    """A decision that comes out otherwise, and why."""

    decision_id: FactId
    cause: str
    """POLICY_SET_MISSING, ENGINE_CHANGED or UNEXPLAINED."""
    was: tuple[str, ...]
    now: tuple[str, ...]


@dataclass
class Replayed:
    """Outcome of executing decisions again with the policies of their day."""

    decisions: int = 0
    equal: int = 0
    differing: list[Differing] = field(default_factory=list)


def decisions_of(log: Iterable[Numbered]) -> Iterator[AccessDecided | DataDisclosed | DisclosureRefused]:
    """Yield every decision in a log, and the disclosures that rest on them, in order. Raises: Corrupt."""
    for one in log:
        if outline(one.value).type in TYPES:
            fact = decode(one.value).fact
            if isinstance(fact, AccessDecided | DataDisclosed | DisclosureRefused):
                yield fact


def replayed(facts: Iterable[object], sets: Mapping[Digest, PolicySetActivated]) -> Replayed:
    """Execute every decision among *facts* again: its own policies, the information that it was told, this engine."""
    found, texts = Replayed(), dict[Digest, PolicyText]()
    for fact in facts:
        if not isinstance(fact, AccessDecided):
            continue
        found.decisions += 1
        was = tuple(map(_outcome, fact.evaluations))
        if fact.policy_set not in texts and fact.policy_set in sets:
            texts[fact.policy_set] = PolicyText(sets[fact.policy_set].files)
        text = texts.get(fact.policy_set)
        if text is None:
            found.differing.append(Differing(fact.decision_id, "POLICY_SET_MISSING", was, ()))
            continue
        now = tuple(map(_told, text.answer([_question(one) for one in fact.evaluations], _maps(fact), fact.attributes)))
        if was == now:
            found.equal += 1
        else:
            cause = "ENGINE_CHANGED" if fact.engine != ENGINE else "UNEXPLAINED"
            found.differing.append(Differing(fact.decision_id, cause, was, now))
    return found


def replay_document(found: Replayed) -> dict[str, object]:
    """Return the outcome as one document: how many decisions, how many equal, and each that differs with its cause."""
    differing = [
        {"decision_id": str(one.decision_id), "cause": one.cause, "was": list(one.was), "now": list(one.now)}
        for one in found.differing
    ]
    return {"decisions": found.decisions, "equal": found.equal, "differing": differing}


@dataclass(frozen=True)
class Kind:
    """What decisions that come out otherwise have in common."""

    org: OrgCode
    purpose: Code | None
    rule: str
    """The rule that now refuses, or that refused until now; the code of the refusal where no rule did."""


@dataclass
class Compared:
    """What another set would have decided."""

    decisions: int = 0
    refused: Counter[Kind] = field(default_factory=Counter)
    """Items that were allowed and would be refused."""
    allowed: Counter[Kind] = field(default_factory=Counter)
    """Items that were refused and would be allowed."""
    disclosures: dict[Kind, set[FactId]] = field(default_factory=dict)
    """The disclosures and refusals behind each kind."""


def compared(facts: Iterable[object], policies: Policies) -> Compared:
    """Ask every question of *facts* again, of other policies or other tables. Raises: Corrupt.

    What a person asked and how the case stood is as it was; the tables are those of *policies* on the day of each.
    """
    found, pending = Compared(), dict[FactId, set[Kind]]()
    for fact in facts:
        if isinstance(fact, AccessDecided):
            found.decisions += 1
            pending[fact.decision_id] = set(_differences(fact, policies, found))
        elif isinstance(fact, DataDisclosed | DisclosureRefused) and fact.decision_id is not None:
            for kind in pending.pop(fact.decision_id, ()):
                found.disclosures.setdefault(kind, set()).add(fact.disclosure_id)
    return found


def _differences(fact: AccessDecided, policies: Policies, found: Compared) -> Iterator[Kind]:
    if fact.evaluations[0].resource.type == LEDGER:
        yield from _look_differs(fact, policies, found)
        return
    request = request_of(fact)
    asked = [(one, item_of(one)) for one in fact.evaluations]
    items = [item for _, item in asked if item is not None]
    gate = policies.may_ask(request)
    verdicts = policies.decide(request, items) if gate.allowed else {}
    # Where the request itself is refused now, that is the answer to every item of it.
    for evaluation, item in asked:
        now = verdicts.get(item.item_id, gate) if item is not None else gate
        if now.allowed is evaluation.decision or (item is None and items):
            continue
        yield _counted(found, request.org, request.purpose, evaluation, now)


def _look_differs(fact: AccessDecided, policies: Policies, found: Compared) -> Iterator[Kind]:
    look, evaluation = look_of(fact), fact.evaluations[0]
    now = policies.may_consult(look)
    if now.allowed is not evaluation.decision:
        yield _counted(found, str(fact.subject.properties.get("org")), look.purpose, evaluation, now)


def _counted(found: Compared, org: OrgCode, purpose: Code | None, evaluation: Evaluation, now: Verdict) -> Kind:
    if now.allowed:
        rule = evaluation.policies[0] if evaluation.policies else evaluation.reason_code
    else:
        rule = now.policy_ids[0] if now.policy_ids else now.code
    kind = Kind(org, purpose, rule)
    (found.allowed if now.allowed else found.refused)[kind] += 1
    return kind


def _question(evaluation: Evaluation) -> Question:
    kind = evaluation.resource.type
    if kind == LEDGER:
        return Question(evaluation.action, "Ledger", evaluation.resource.id, "Looker")
    return Question(evaluation.action, "Item" if kind == "item" else "Case", evaluation.resource.id)


def _maps(fact: AccessDecided) -> list[Mapping[str, JsonValue]]:
    return [one for one in fact.entities if isinstance(one, dict)]


def _outcome(evaluation: Evaluation) -> str:
    return f"{evaluation.reason_code}:{','.join(evaluation.policies)}"


def _told(reply: Reply) -> str:
    if reply.failed:
        return "POLICY_ERROR:"
    code = reply.policies[0].code if reply.policies else "CATEGORY_NOT_ALLOWED"
    return f"{code}:{','.join(one.policy_id for one in reply.policies)}"
