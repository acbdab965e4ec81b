"""Audit events (FHIR R4, IHE BALP PrivacyDisclosure) out of what the ledger's desk let through."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from events.vocabulary import OrgCode, SubjectId
from projections.standards.balp import Resource, confidential, recipient_event, source_event
from projections.standards.names import Names
from services.standards.sight import Seen


@dataclass(frozen=True)
class Window:
    """Which events are wanted, by when they were recorded, who received and of whom."""

    since: datetime | None = None
    before: datetime | None = None
    """Itself left out."""
    recipient: OrgCode | None = None
    subject: SubjectId | None = None

    def holds(self, recorded: datetime) -> bool:
        """Say whether a moment lies within."""
        return (self.since is None or self.since <= recorded) and (self.before is None or recorded < self.before)


def events_of(seen: Seen, names: Names, window: Window) -> Iterator[Resource]:
    """Yield the event of the house, and that of each receipt of its recipient; marked when kept from the person."""
    one = seen.handed
    if window.recipient not in (None, one.recipient_org) or window.subject not in (None, one.subject_id):
        return
    made = [(one.recorded_at, source_event(one, names))]
    made += [(each.recorded_at, recipient_event(each, one, names)) for each in seen.receipts]
    for recorded, event in made:
        if window.holds(recorded):
            yield confidential(event) if seen.confidentiality == "vertrouwelijk" else event


def bundle(events: list[Resource], links: dict[str, str], *, complete: bool) -> Resource:
    """Return the answer to a search; an answer that may lack something says so (FHIR, search mode outcome)."""
    entries: list[Resource] = [
        {"fullUrl": f"urn:uuid:{event['id']}", "resource": event, "search": {"mode": "match"}} for event in events
    ]
    if not complete:
        entries.append({"resource": _incomplete(), "search": {"mode": "outcome"}})
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "link": [{"relation": relation, "url": url} for relation, url in links.items()],
        **({"entry": [*entries]} if entries else {}),
    }


def _incomplete() -> Resource:
    text = "Niet alle feiten zijn al verwerkt, of er ontbreekt iets in het register. Vraag het later opnieuw."
    issue: Resource = {"severity": "warning", "code": "incomplete", "diagnostics": text}
    return {"resourceType": "OperationOutcome", "issue": [issue]}
