"""Events as partners send them, for the tests of the intake. All people are invented."""

import json
from copy import deepcopy
from typing import Any

POLICE_OIN = "00000001003214345000"
SAFE_HOME_OIN = "00000003273229340001"
SUBJECT_BSN = "999990019"
VICTIM_BSN = "999990020"
PERSONAL = ("999990019", "999990020", "Vanhoudt-Test", "Joppe", "1991-04-17", "Nergensstraat", "buurman", "collega-77")
"""Texts in the good events that may stand nowhere in clear."""

_DATA: dict[str, Any] = {
    "channel": "PARTICIPANT",
    "regime": "OWN_TASK",
    "task": "police-task",
    "occurred_at": "2026-03-02T10:00:00+01:00",
    "reporter": "collega-77",
    "subject": {
        "bsn": SUBJECT_BSN,
        "given_name": "Joppe",
        "family_name": "Vanhoudt-Test",
        "birth_date": "1991-04-17",
        "address": "Nergensstraat 5",
        "municipality": "Rotterdam",
    },
    "related_persons": [
        {
            "bsn": VICTIM_BSN,
            "given_name": "Ymke",
            "family_name": "Vanhoudt-Test",
            "birth_date": "1990-00-00",
            "address": "Nergensstraat 5",
            "municipality": "Rotterdam",
            "role": "VICTIM",
        }
    ],
    "reason": "De buurman is bedreigd",
    "aim": "Rust in de straat",
    "criteria": {"place": {"locus": "SUBJECT"}, "width": [{"life_domain": "housing"}]},
    "inform_status": {"status": "INFORMED", "on": "2026-03-02", "by": "collega-77"},
    "secrecy_notice_accepted": True,
}


def offered(event_id: str = "a-1", **changes: object) -> dict[str, Any]:
    """Return a good referral by the police; *changes* replace members of its data."""
    return event(event_id, "referral-offered", {**deepcopy(_DATA), **changes})


def supplement(event_id: str, referral: str, **parts: object) -> dict[str, Any]:
    """Return a supplement by the police to the event *referral*."""
    return event(event_id, "referral-supplemented", {"referral": referral, **(parts or {"aim": "Een plan"})})


def withdrawal(event_id: str, referral: str) -> dict[str, Any]:
    """Return a withdrawal by the police of the event *referral*."""
    return event(event_id, "referral-withdrawn", {"referral": referral, "reason": "De buurman is verhuisd"})


def signalled(event_id: str = "s-1", **changes: object) -> dict[str, Any]:
    """Return a good signal by the police about the subject of ``offered``; *changes* replace members of its data."""
    kept = {name: deepcopy(_DATA[name]) for name in ("channel", "task", "occurred_at", "reporter", "subject")}
    return event(event_id, "signal-registered", {**kept, "worry": "De buurman belde weer", **changes})


def reply(event_id: str, kind: str, case: object, hat: tuple[str, str], **data: object) -> dict[str, Any]:
    """Return a message about *case* by whoever wears this hat (OIN, task); *data* are its other members."""
    oin, task = hat
    sent = event(event_id, kind, {"case": str(case), "task": task, "reporter": "collega-77", **data})
    return {**sent, "source": f"urn:nld:oin:{oin}:systeem:eigen"}


def event(event_id: str, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return an envelope of the police around *data*."""
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": f"urn:nld:oin:{POLICE_OIN}:systeem:bvh",
        "type": f"nl.zvh.intake.{kind}.v1",
        "time": "2026-03-02T09:05:00Z",
        "datacontenttype": "application/json",
        "data": data,
    }


def as_bytes(document: object) -> bytes:
    """Return one line of JSON."""
    return json.dumps(document, ensure_ascii=False).encode()
