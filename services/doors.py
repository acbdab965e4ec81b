"""Every way to read from the house, and what may come out of it (law 2: personal data leave by one door).

Open a new door and a test fails until it stands here; say that it shows codes and it is searched for values.
"""

from collections.abc import Mapping
from enum import StrEnum


class Shows(StrEnum):
    """What may come out of a door."""

    OUTCOME = "OUTCOME"
    """Whether something was taken or done, by ids and codes."""
    PUBLIC = "PUBLIC"
    """What anyone may know: proofs, hashes, rules, descriptions, how the service does."""
    CODES = "CODES"
    """Stages, kinds, ids and moments, of cases in which the asker has a place; never a value."""
    COUNTS = "COUNTS"
    """Figures, without persons."""
    LEDGER = "LEDGER"
    """Who saw what: through the ledger's desk, which first writes down who looks."""
    CONTENT = "CONTENT"
    """Values: through the disclosure desk, which first writes down what will be shown."""


HTTP: Mapping[str, Shows] = {
    "GET /healthz": Shows.PUBLIC,
    "GET /readyz": Shows.PUBLIC,
    "GET /metrics": Shows.PUBLIC,
    "GET /openapi.json": Shows.PUBLIC,
    "GET /asyncapi.json": Shows.PUBLIC,
    "GET /log/checkpoint": Shows.PUBLIC,
    "GET /log/tile/{path}": Shows.PUBLIC,
    "GET /log/proof/{fact_id}": Shows.PUBLIC,
    "POST /log/cosignatures": Shows.PUBLIC,
    "POST /log/add-checkpoint": Shows.PUBLIC,
    "GET /cases": Shows.CODES,
    "GET /cases/{case_id}": Shows.CODES,
    "GET /cases/{case_id}/history": Shows.CODES,
    "GET /cases/{case_id}/timeline": Shows.CODES,
    "GET /work": Shows.CODES,
    "GET /work/load": Shows.COUNTS,
    "POST /cases/{case_id}/{command}": Shows.OUTCOME,
    "POST /events": Shows.OUTCOME,
    "POST /access/v1/evaluation": Shows.OUTCOME,
    "POST /access/v1/evaluations": Shows.OUTCOME,
    "POST /disclosures": Shows.CONTENT,
    "GET /disclosures": Shows.LEDGER,
    "GET /ledger/subjects/{subject}": Shows.LEDGER,
    "GET /ledger/participants/{org}": Shows.LEDGER,
    "GET /ledger/participants/{org}/sight": Shows.LEDGER,
    "GET /ledger/items/{item}": Shows.LEDGER,
    "GET /ledger/purposes/{wanted}": Shows.LEDGER,
    "GET /ledger/refusals": Shows.LEDGER,
    "GET /ledger/without-basis": Shows.LEDGER,
    "GET /ledger/gaps": Shows.LEDGER,
    "GET /verwerkte-objecten": Shows.LEDGER,
    "GET /verwerkte-objecten/{verwerktObjectId}": Shows.LEDGER,
    "GET /fhir/metadata": Shows.PUBLIC,
    "GET /fhir/AuditEvent": Shows.LEDGER,
    "GET /rights": Shows.CODES,
    "GET /rights/{request_id}": Shows.CODES,
    "POST /rights": Shows.OUTCOME,
    "POST /rights/{request_id}/{command}": Shows.OUTCOME,
    "POST /rights/{request_id}/make-report": Shows.CONTENT,
    "POST /rights/{request_id}/cases/{case_id}/{command}": Shows.OUTCOME,
    "GET /reports": Shows.PUBLIC,
    "GET /reports/{name}": Shows.COUNTS,
    "POST /oversight/{command}": Shows.OUTCOME,
}
"""Method and path -> what comes out; ``{command}`` stands for every command of that place."""

PROGRAM: Mapping[str, Shows] = {
    "disclose": Shows.CONTENT,
    "subject access": Shows.CONTENT,
    **dict.fromkeys(
        ("case list", "case show", "case history", "case timeline", "case export", "work list", "subject requests"),
        Shows.CODES,
    ),
    **dict.fromkeys(
        (
            "ledger subject",
            "ledger participant",
            "ledger purpose",
            "ledger item",
            "ledger gaps",
            "ledger as-of",
            "ledger refusals",
            "ledger without-basis",
            "ledger fhir",
            "log ldv",
            "audit export",
        ),
        Shows.LEDGER,
    ),
    **dict.fromkeys(
        (
            "work load",
            "report annual",
            "report audit",
            "report committee",
            "report council",
            "report mayor",
            "report national",
            "report publish",
            "report steering",
            "report supervisor",
            "report trace",
        ),
        Shows.COUNTS,
    ),
    **dict.fromkeys(
        (
            "audit fsck",
            "audit verify",
            "doctor",
            "governance list",
            "infra diff",
            "keys list",
            "log checkpoint",
            "log cosign",
            "log key",
            "log prove",
            "log witness",
            "oversight list",
            "policy check",
            "policy diff",
            "policy replay",
            "replay",
            "subject certificate",
            "subject check",
        ),
        Shows.PUBLIC,
    ),
    **dict.fromkeys(
        (
            "demo",
            "governance decide",
            "governance propose",
            "infra apply",
            "ingest",
            "keys rotate",
            "oversight record",
            "retention run",
            "serve",
            "simulate",
            "subject erase",
            "subject re-erase",
            "subject rectify",
            "token",
            "worker",
        ),
        Shows.OUTCOME,
    ),
}
"""Command of ``zvh`` -> what comes out. The demo plays the desk for invented people, and shows how often it opened."""

KAFKA: Mapping[str, Shows] = {
    "zvh.events": Shows.CODES,
    "zvh.checkpoints": Shows.PUBLIC,
    "zvh.intake.rejected": Shows.CODES,
    "zvh.intake.{participant}": Shows.OUTCOME,
    "zvh.feed.{participant}": Shows.CODES,
}
"""Topic -> what stands on it. Only what a partner itself wrote on its own intake topic is in clear, for seven days."""
