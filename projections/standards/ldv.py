"""Lines of the Dutch processing log (Logboek Dataverwerkingen): one per person in one disclosure, all of them.

Source: Logius, Logboek Dataverwerkingen, component Logboek and component Applicatie. A line names no user and holds
nothing of the register or of the file. Its ids follow from the fact, so a line that is sent twice is the same line.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from events.vocabulary import SubjectId
from projections.standards.handed import Handed, Received
from projections.standards.names import Names, milliseconds, span

SUBJECT_TYPE = "urn:zvh:pseudoniem"
"""Type of ``dpl.core.data_subject_id``: a keyed pseudonym of this house, for the log alone."""
STATUS_OK = 1
"""``STATUS_CODE_OK``: what was to be handed over, was."""
Pseudonymise = Callable[[SubjectId], str]
"""Encrypts the id of a person for the log, in one direction and always the same."""


@dataclass(frozen=True)
class ForeignOperation:
    """The operation of another organisation that a line belongs to."""

    trace_id: str
    span_id: str
    entity: str
    """URI of that organisation."""


@dataclass(frozen=True)
class Line:
    """One line. Ids in lower-case hex."""

    trace_id: str
    """16 bytes."""
    span_id: str
    """8 bytes."""
    status_code: int
    name: str
    start_time: int
    """Milliseconds since 1970."""
    end_time: int
    parent_span_id: str | None
    foreign_operation: ForeignOperation | None
    attributes: Mapping[str, str | int | tuple[str, ...]]


def line_of(one: Handed, names: Names, pseudonymise: Pseudonymise) -> Line:
    """Return the line of data of one person that went to one recipient."""
    return Line(
        trace_id=one.correlation_id.hex,
        span_id=span(one.entry_id),
        status_code=STATUS_OK,
        name=f"disclosure-{one.kind.lower().replace('_', '-')}",
        start_time=milliseconds(min(one.occurred_at, one.recorded_at)),
        end_time=milliseconds(one.recorded_at),
        parent_span_id=span(one.decision_id) if one.decision_id is not None else None,
        foreign_operation=None,
        attributes={
            **_core(one, names, pseudonymise),
            "dpl.zvh.kind": one.kind,
            "dpl.zvh.categories": one.categories,
            "dpl.zvh.source": _urns(one.providers, names, one.occurred_at),
            "dpl.zvh.recipient": names.urn(one.recipient_org, one.occurred_at),
            "dpl.zvh.disclosure_id": str(one.disclosure_id),
            "dpl.zvh.log_index": one.index,
        },
    )


def receipt_line_of(receipt: Received, one: Handed, names: Names, pseudonymise: Pseudonymise) -> Line:
    """Return the line of a recipient's receipt, for one person in the disclosure that it is about."""
    fact = receipt.fact
    return Line(
        trace_id=receipt.correlation_id.hex,
        span_id=span(receipt.entry_id(one.subject_id)),
        status_code=STATUS_OK,
        name="disclosure-received",
        start_time=milliseconds(min(fact.accessed_at, receipt.recorded_at)),
        end_time=milliseconds(receipt.recorded_at),
        parent_span_id=None,
        foreign_operation=ForeignOperation(
            fact.access_id.hex, span(fact.access_id), names.urn(fact.recipient_org, fact.accessed_at)
        ),
        attributes={
            **_core(one, names, pseudonymise),
            "dpl.zvh.kind": one.kind,
            "dpl.zvh.categories": one.categories,
            "dpl.zvh.disclosure_id": str(one.disclosure_id),
            "dpl.zvh.log_index": receipt.index,
        },
    )


def _core(one: Handed, names: Names, pseudonymise: Pseudonymise) -> dict[str, str]:
    return {
        "dpl.core.processing_activity_id": names.activity(one.purpose, one.occurred_at).uri,
        "dpl.core.data_subject_id": pseudonymise(one.subject_id),
        "dpl.core.data_subject_id_type": SUBJECT_TYPE,
    }


def _urns(orgs: Iterable[str], names: Names, at: datetime) -> tuple[str, ...]:
    return tuple(sorted(names.urn(org, at) for org in orgs))
