"""The fact of an audit bundle: who took which part of the log out of the house, and what exactly stands in it."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from events.fact import Fact, Instant, Part
from events.vocabulary import CaseId, Code, Digest, FactId, OrgCode, SubjectId


class WholeStream(Part):
    """A stream of facts, most often a case, that stands in the bundle whole: no number before *last* may be missing."""

    case_id: CaseId
    last: Annotated[int, Field(ge=1)]
    """Sequence of its newest fact at that moment."""


class BundleExported(Fact):
    """A bundle was made for somebody who checks us. Committed before the bundle is handed over.

    Its digest covers every document of the bundle that no proof covers, so nobody can take one out or change one
    afterwards: not on the way, and not the house. Stands in a stream of its own. Source: domain 5.8, last sentence;
    legal_ref "AVG:accountability".
    """

    type_name: ClassVar[str] = "nl.zvh.audits.bundle-exported.v1"

    export_id: FactId
    scope: Literal["CASE", "SUBJECT", "PARTICIPANT"]
    case_id: CaseId | None = None
    subject_id: SubjectId | None = None
    about_org: OrgCode | None = None
    period_from: Instant | None = None
    """Of a participant's records: from this moment; None from the first on."""
    period_until: Instant | None = None
    """Before this moment; None up to the newest."""
    purpose: Code
    """Why the asker looks, from the closed list."""
    consultation_id: FactId | None = None
    """The look at the ledger that this was (``LedgerConsulted``)."""
    log_size: Annotated[int, Field(ge=0)]
    """The bundle is drawn from the facts with a lower index."""
    facts: Annotated[int, Field(ge=0)]
    """Facts in the bundle, this one left out."""
    whole: tuple[WholeStream, ...]
    counters: Mapping[OrgCode, Annotated[int, Field(ge=1)]]
    """Newest ``recipient_number`` of each recipient organisation among those facts."""
    contents: Digest
    """SHA-256 over the lines ``<SHA-256 in hex>  <name>`` of the documents, sorted by name (docs/bundle.md)."""
