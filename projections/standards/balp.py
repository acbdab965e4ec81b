"""Audit events of disclosures for health partners: IHE BALP PrivacyDisclosure on FHIR R4, one per person and side.

Source: IHE ITI, Basic Audit Log Patterns, profiles PrivacyDisclosure.Source (the house handed over) and
PrivacyDisclosure.Recipient (the recipient says that it got it). Codes as those profiles fix them. Persons are logical
references by pseudonym: this house serves no Patient resources.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import JsonValue

from events.fact import rfc3339
from events.vocabulary import Code, OrgCode, Pseudonym
from projections.standards.handed import TO_COLLABORATION, Handed, ItemHanded, Received
from projections.standards.names import Names

Resource = dict[str, JsonValue]
"""A FHIR resource, or a part of one."""


@dataclass(frozen=True)
class Side:
    """Who records: name of the profile, and the codes that it fixes."""

    name: str
    code: str
    display: str
    action: str


SOURCE = Side("Source", "110106", "Export", "R")
RECIPIENT = Side("Recipient", "110107", "Import", "C")

PROFILES = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PrivacyDisclosure."
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
DCM = "http://dicom.nema.org/resources/ontology/DCM"
SNOMED = "http://snomed.info/sct"
LIFECYCLE = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle"
ENTITY_TYPE = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
OBJECT_ROLE = "http://terminology.hl7.org/CodeSystem/object-role"
SOURCE_TYPE = "http://terminology.hl7.org/CodeSystem/security-source-type"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
URIS = "urn:ietf:rfc:3986"
"""Identifier system of a value that is itself a URI (FHIR)."""
URI_ADDRESS = "5"
"""``network-type``: the address is a URI. We keep no network addresses; organisations are named by URN."""
REASONS: Mapping[Code, tuple[str, str]] = {
    "COORDINATE_CARE": ("CAREMGT", "care management"),
    "SUBJECT_RIGHTS": ("PATRQT", "patient requested"),
    "SUPERVISION": ("HCOMPL", "health compliance"),
}
"""Purpose -> code and display of HL7's own list, where that has a word for it."""


def confidential(event: Resource) -> Resource:
    """Return the event with the mark that the person may not know of it for now (security label R, restricted)."""
    meta = event["meta"]
    assert isinstance(meta, dict)  # noqa: S101 - for the type checker
    return {**event, "meta": {**meta, "security": [_coding(CONFIDENTIALITY, "R", "restricted")]}}


def person_reference(subject_id: UUID) -> Resource:
    """Return the logical reference to a person, by the pseudonym of this house."""
    return {"type": "Patient", "identifier": {"system": URIS, "value": f"urn:uuid:{subject_id}"}}


def organisation_reference(org: OrgCode, names: Names, at: datetime) -> Resource:
    """Return the logical reference to an organisation, by its URN."""
    return {"type": "Organization", "identifier": {"system": URIS, "value": names.urn(org, at)}, "display": org}


def source_event(one: Handed, names: Names) -> Resource:
    """Return the event at the side of the house: what it handed over, or took in, of one person.

    What a participant provides is an import of the house; all else that the house hands over is an export.
    """
    taken_in = one.kind == TO_COLLABORATION
    return _event(
        one,
        names,
        entry_id=one.entry_id,
        side=RECIPIENT if taken_in else SOURCE,
        recorded=one.recorded_at,
        happened=one.occurred_at,
        observer=names.house,
        person=one.recipient_person,
    )


def recipient_event(receipt: Received, one: Handed, names: Names) -> Resource:
    """Return the event at the side of the recipient, of one person's data in the disclosure that it acknowledges."""
    fact = receipt.fact
    return _event(
        one,
        names,
        entry_id=receipt.entry_id(one.subject_id),
        side=RECIPIENT,
        recorded=receipt.recorded_at,
        happened=fact.accessed_at,
        observer=fact.recipient_org,
        person=fact.recipient_person,
    )


def _event(
    one: Handed,
    names: Names,
    *,
    entry_id: UUID,
    side: Side,
    recorded: datetime,
    happened: datetime,
    observer: OrgCode,
    person: Pseudonym,
) -> Resource:
    return {
        "resourceType": "AuditEvent",
        "id": str(entry_id),
        "meta": {"profile": [f"{PROFILES}{side.name}"]},
        "type": _coding(DCM, side.code, side.display),
        "subtype": [_coding(LIFECYCLE, "disclose", "Disclose Record Lifecycle Event")],
        "action": side.action,
        "period": {"start": rfc3339(happened), "end": rfc3339(happened)},
        "recorded": rfc3339(recorded),
        "outcome": "0",
        "outcomeDesc": one.decision,
        "purposeOfEvent": [_purpose(one, names)],
        "agent": [*_agents(one, names, person)],
        "source": {
            "site": names.system,
            "observer": organisation_reference(observer, names, one.occurred_at),
            "type": [_coding(SOURCE_TYPE, "4", "Application Server")],
        },
        "entity": [_person(one), *(_item(item, names, one.occurred_at) for item in one.items), *_ledger(one, names)],
    }


def _giver(one: Handed, names: Names) -> OrgCode:
    """Return from whom the data came: what is provided comes from its source, all else from the house."""
    return one.providers[0] if one.kind == TO_COLLABORATION else names.house


def _agents(one: Handed, names: Names, person: Pseudonym) -> list[JsonValue]:
    at, giver = one.occurred_at, _giver(one, names)
    agents: list[JsonValue] = [
        _agent(_concept(DCM, "110153", "Source Role ID"), giver, names, at),
        _agent(_concept(DCM, "110152", "Destination Role ID"), one.recipient_org, names, at),
        {
            "type": _concept(PARTICIPATION, "IRCP", "information recipient"),
            "who": {"type": "Practitioner", "identifier": {"system": f"{names.system}:persoon", "value": person}},
            # Who provides something starts that itself; who gets something asked for it.
            "requestor": one.kind != TO_COLLABORATION,
        },
    ]
    if len(one.providers) == 1 and one.items:
        # The profile has room for one keeper. Of several, each stands with its own items.
        keeper = organisation_reference(one.providers[0], names, at)
        agents.append(
            {
                "type": _concept(SNOMED, "159541003", "Record keeping/library clerk"),
                "who": keeper,
                "requestor": False,
            }
        )
    return agents


def _agent(role: Resource, org: OrgCode, names: Names, at: datetime) -> Resource:
    return {
        "type": role,
        "who": organisation_reference(org, names, at),
        "requestor": False,
        "network": {"address": names.urn(org, at), "type": URI_ADDRESS},
    }


def _person(one: Handed) -> Resource:
    detail: list[JsonValue] = [{"type": "betrokkenheid", "valueString": one.role.value}] if one.role else []
    return {
        "what": person_reference(one.subject_id),
        "type": _coding(ENTITY_TYPE, "1", "Person"),
        "role": _coding(OBJECT_ROLE, "1", "Patient"),
        **({"detail": detail} if detail else {}),
    }


def _item(item: ItemHanded, names: Names, at: datetime) -> Resource:
    told = [
        ("category", item.category),
        ("version", str(item.version)),
        ("custodian", names.urn(item.provider_org, at)),
        *(("field", field) for field in item.fields),
    ]
    return {
        "what": {"identifier": {"system": URIS, "value": f"urn:uuid:{item.item_id}"}},
        "type": _coding(ENTITY_TYPE, "2", "System Object"),
        "role": _coding(OBJECT_ROLE, "4", "Domain Resource"),
        "detail": [{"type": name, "valueString": value} for name, value in told],
    }


def _ledger(one: Handed, names: Names) -> list[JsonValue]:
    """Return what stands for the data when the ledger itself was looked at."""
    if one.items:
        return []
    return [
        {
            "what": {"identifier": {"system": URIS, "value": f"{names.system}:{one.categories[0].lower()}"}},
            "type": _coding(ENTITY_TYPE, "2", "System Object"),
            "role": _coding(OBJECT_ROLE, "13", "Security Resource"),
            "detail": [{"type": "category", "valueString": one.categories[0]}],
        }
    ]


def _purpose(one: Handed, names: Names) -> Resource:
    activity = names.activity(one.purpose, one.occurred_at)
    ours: JsonValue = {
        "system": f"{names.system}:doel",
        "code": one.purpose or "UNSAID",
        "display": activity.name_nl,
    }
    theirs = REASONS.get(one.purpose or "")
    return {"coding": [ours, *([_coding(ACT_REASON, *theirs)] if theirs else [])]}


def _coding(system: str, code: str, display: str) -> Resource:
    return {"system": system, "code": code, "display": display}


def _concept(system: str, code: str, display: str) -> Resource:
    return {"coding": [_coding(system, code, display)]}
