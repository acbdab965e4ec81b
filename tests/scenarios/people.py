"""The invented people and texts of the scenarios."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from policies.entries import day_of

_numbers = count(1)


def today() -> date:
    """Return the day in the Netherlands now; the house runs on the real clock."""
    return day_of(datetime.now(UTC))


def in_days(days: int) -> str:
    """Return a day from now on, in the Netherlands."""
    return (today() + timedelta(days=days)).isoformat()


def bsn() -> str:
    """Return a number that passes the check and belongs to nobody: those that start with 9999 are never given out."""
    while True:
        digits = [9, 9, 9, 9, *(int(one) for one in f"{next(_numbers):04d}")]
        check = sum(weight * digit for weight, digit in zip(range(9, 1, -1), digits, strict=True)) % 11
        if check < 10:
            return "".join(map(str, digits)) + str(check)


CRITERIA: dict[str, Any] = {
    "place": {"locus": "SUBJECT"},
    "width": [
        {
            "life_domain": "housing",
            "criminogenic_factor": "dreigende uitzetting",
            "evidence": "brief van de verhuurder",
        },
        {"life_domain": "addiction", "criminogenic_factor": "dagelijks gebruik", "evidence": "eigen verklaring"},
    ],
    "harm": {"mode": "HAS_LED", "caused_by_subject": True, "harms": ["SERIOUS_NUISANCE"]},
    "together": {
        "needed_participants": [
            {"participant": "POLICE", "task": "police-task"},
            {"participant": "PROBATION", "task": "probation-supervision"},
            {"participant": "MENTAL_HEALTH", "task": "treatment"},
        ],
        "why_necessary": "Handhaving, toezicht en behandeling grijpen in elkaar.",
        "plan_aim": "REDUCE",
    },
}
ROOM_TEST = {
    "complex": "De problemen houden elkaar in stand.",
    "domain_transcending": "Zorg en justitie zijn allebei nodig.",
    "coordination": "De inzet moet op elkaar aansluiten.",
}
BREAKTHROUGH = {
    "stuck": "Er is geen plek die straf en zorg samen geeft.",
    "tried_locally": [{"date": "2026-02-01", "what": "plek gevraagd bij twee aanbieders", "result": "geweigerd"}],
    "wanted": "een plek met toezicht",
    "from": "PROBATION",
    "by": in_days(60),
}
PANEL = [["POLICE", "police-task"], ["PROBATION", "probation-supervision"], ["MENTAL_HEALTH", "treatment"]]
HOUSE_PANEL = [["PROSECUTION", "prosecution"], ["MENTAL_HEALTH", "treatment"], ["MAYOR", "public-order"]]


def referral(**changes: object) -> dict[str, Any]:
    """Return the data of a complete referral by the police about a new person; *changes* replace members."""
    return {
        "channel": "PARTICIPANT",
        "regime": "OWN_TASK",
        "task": "police-task",
        "occurred_at": "2026-03-02T10:00:00+01:00",
        "reporter": "collega-77",
        "subject": {
            "bsn": bsn(),
            "given_name": "Joppe",
            "family_name": "Vanhoudt-Test",
            "birth_date": "1991-04-17",
            "address": "Nergensstraat 5",
            "municipality": "Rotterdam",
        },
        "reason": "Er zijn al maanden klachten in de straat.",
        "aim": "Rust in de straat en een plek voor betrokkene.",
        "criteria": CRITERIA,
        "inform_status": {"status": "INFORMED", "on": "2026-03-02", "by": "collega-77"},
        "secrecy_notice_accepted": True,
        **changes,
    }
