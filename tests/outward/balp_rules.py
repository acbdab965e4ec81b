"""The rules of IHE BALP's PrivacyDisclosure profiles, in our own words, each with a name; FHIR's own shapes go first.

The HL7 validator is not part of these tests: it needs the packages of the guide, which come from a registry of their
own. What is checked here is the shape of R4B (the same as R4 for AuditEvent) and every rule of the two profiles.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fhir.resources.R4B.auditevent import AuditEvent

Event = dict[str, Any]
PROFILE = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PrivacyDisclosure."
DCM = "http://dicom.nema.org/resources/ontology/DCM"
SIDES = {f"{PROFILE}Source": ("110106", "R"), f"{PROFILE}Recipient": ("110107", "C")}
FIXED = {
    "source agent": (DCM, "110153"),
    "recipient agent": (DCM, "110152"),
    "custodian": ("http://snomed.info/sct", "159541003"),
    "authorizer": ("http://snomed.info/sct", "429577009"),
}
DISCLOSE = ("http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle", "disclose")
PERSON = ("http://terminology.hl7.org/CodeSystem/audit-entity-type", "1")
PATIENT = ("http://terminology.hl7.org/CodeSystem/object-role", "1")


def _pair(coding: Mapping[str, Any]) -> tuple[str, str]:
    return coding.get("system", ""), coding.get("code", "")


def _agents(event: Event, name: str) -> list[Event]:
    wanted = FIXED[name]
    return [one for one in event.get("agent", []) if wanted in map(_pair, one.get("type", {}).get("coding", []))]


def _persons(event: Event) -> list[Event]:
    return [one for one in event.get("entity", []) if _pair(one.get("type", {})) == PERSON]


def _side(event: Event) -> tuple[str, str]:
    (profile,) = event["meta"]["profile"]
    return SIDES[profile]


def _observer(event: Event) -> bool:
    name = "source agent" if _side(event)[0] == "110106" else "recipient agent"
    return all(one.get("who") == event["source"]["observer"] for one in _agents(event, name))


RULES: dict[str, Callable[[Event], bool]] = {
    "no modifier extension": lambda e: "modifierExtension" not in e,
    "type of the side": lambda e: _pair(e["type"]) == (DCM, _side(e)[0]),
    "action of the side": lambda e: e.get("action") == _side(e)[1],
    "a disclose subtype, once": lambda e: [_pair(one) for one in e.get("subtype", [])].count(DISCLOSE) == 1,
    "an outcome": lambda e: e.get("outcome") in ("0", "4", "8", "12"),
    "two agents or more": lambda e: len(e.get("agent", [])) >= 2,
    "one source agent": lambda e: len(_agents(e, "source agent")) == 1,
    "one recipient agent": lambda e: len(_agents(e, "recipient agent")) == 1,
    "one custodian at most": lambda e: len(_agents(e, "custodian")) <= 1,
    "one authorizer at most": lambda e: len(_agents(e, "authorizer")) <= 1,
    "who each named agent is": lambda e: all("who" in one for name in FIXED for one in _agents(e, name)),
    "network of source and recipient": lambda e: all(
        "network" in one for name in ("source agent", "recipient agent") for one in _agents(e, name)
    ),
    "the recording side is the audit source": _observer,
    "two entities or more": lambda e: len(e.get("entity", [])) >= 2,
    "one patient": lambda e: len(_persons(e)) == 1,
    "role of the patient": lambda e: all(_pair(one.get("role", {})) == PATIENT for one in _persons(e)),
    "the patient is referred to": lambda e: all(one.get("what", {}).get("type") == "Patient" for one in _persons(e)),
}


def problems(event: Event) -> Iterator[str]:
    """Yield the name of every rule that *event* breaks. Raises: pydantic's ValidationError when it is no AuditEvent."""
    AuditEvent.model_validate(event)
    yield from (name for name, holds in RULES.items() if not holds(event))
