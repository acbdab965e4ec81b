"""Records of decisions under the field names of the Authorization Decision Log draft (Logius), level 4.

Request, answer and information stand in the record itself; the policies and the engine by reference, never both.
"""

from pydantic import JsonValue

from events.decision import AccessDecided, Evaluation, Named
from events.errors import Corrupt
from events.fact import Recorded
from projections.standards.names import milliseconds, span

SERVICE = "zvh"


def record_of(recorded: Recorded) -> dict[str, JsonValue]:
    """Return the record of one decision. A denial is no error: ``status`` says whether the question could be answered.

    Raises: Corrupt when the fact is another one.
    """
    fact, envelope = recorded.fact, recorded.envelope
    if not isinstance(fact, AccessDecided):
        raise Corrupt(f"Feit {envelope.id} is geen besluit.")
    single = len(fact.evaluations) == 1
    return {
        "trace_id": envelope.correlation_id.hex,
        "span_id": span(fact.decision_id),
        "parent_span_id": span(envelope.causation_id),
        "event_name": "adl.access_evaluation" if single else "adl.access_evaluations",
        "timestamp": milliseconds(envelope.recorded_at),
        "status": fact.status,
        "attributes": {
            "adl.core.policies": f"sha256:{fact.policies}",
            "adl.core.configuration": fact.engine,
        },
        "resource": {"service.name": SERVICE},
        "body": {
            "adl.core.request": _request(fact, single=single),
            "adl.core.response": _response(fact, single=single),
            "adl.core.information": {"entities": [*fact.entities], "attributes": dict(fact.attributes)},
        },
    }


def _request(fact: AccessDecided, *, single: bool) -> dict[str, JsonValue]:
    whole: dict[str, JsonValue] = {"subject": _named(fact.subject), "context": dict(fact.context)}
    asked: list[dict[str, JsonValue]] = [
        {"action": {"name": one.action}, "resource": _named(one.resource)} for one in fact.evaluations
    ]
    return {**whole, **asked[0]} if single else {**whole, "evaluations": [*asked]}


def _response(fact: AccessDecided, *, single: bool) -> dict[str, JsonValue]:
    answers = [_answer(one) for one in fact.evaluations]
    return answers[0] if single else {"evaluations": [*answers]}


def _answer(evaluation: Evaluation) -> dict[str, JsonValue]:
    return {
        "decision": evaluation.decision,
        "context": {"reason": evaluation.reason_code, "policies": [*evaluation.policies]},
    }


def _named(named: Named) -> dict[str, JsonValue]:
    return {"type": named.type, "id": named.id, "properties": dict(named.properties)}
