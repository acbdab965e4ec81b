"""The participants of a simulated year: they refer, and answer what they hear on their feeds, some days later."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from events.fact import rfc3339
from events.vocabulary import CaseId, OrgCode
from policies.reference import Participant, Reference
from services.simulation.people import person

SIGNALLED, REFERRED = "nl.zvh.intake.signal-registered.v1", "nl.zvh.intake.referral-offered.v1"
PROVIDES: Mapping[OrgCode, str] = {
    "POLICE": "POLICE_DATA",
    "PROBATION": "PROBATION",
    "MENTAL_HEALTH": "HEALTH",
    "PROSECUTION": "CRIMINAL_JUSTICE",
    "MAYOR": "NUISANCE",
}
"""What each of these brings to an accepted case; others bring LIFE_DOMAIN."""
CRITERIA: dict[str, Any] = {
    "place": {"locus": "SUBJECT"},
    "width": [
        {"life_domain": "housing", "criminogenic_factor": "verliest de woning", "evidence": "dossierstuk 12"},
        {"life_domain": "addiction", "criminogenic_factor": "gebruikt dagelijks", "evidence": "dossierstuk 31"},
    ],
    "harm": {"mode": "HAS_LED", "caused_by_subject": True, "harms": ["SERIOUS_NUISANCE"]},
    "together": {
        "needed_participants": [
            {"participant": "POLICE", "task": "police-task"},
            {"participant": "PROBATION", "task": "probation-supervision"},
            {"participant": "MENTAL_HEALTH", "task": "treatment"},
        ],
        "why_necessary": "een organisatie alleen komt er niet uit",
        "plan_aim": "REDUCE",
    },
}
WEAK: dict[str, Any] = {**CRITERIA, "width": CRITERIA["width"][:1]}


@dataclass(frozen=True)
class Reply:
    """One event on its way."""

    after_days: int
    org: OrgCode
    value: bytes


class Partners:
    """All participants, each with one system."""

    def __init__(self, rng: Random, reference: Reference, now: datetime) -> None:
        self._rng = rng
        self._seen: Counter[tuple[OrgCode, str]] = Counter()
        self.participants: Mapping[OrgCode, Participant] = {one.code: one for one in reference.participants(now)}

    def refer(
        self,
        org: OrgCode,
        at: datetime,
        criteria: Mapping[str, object],
        subject: Mapping[str, object],
        signal: str | None,
    ) -> tuple[str, bytes]:
        """Return (event id, event) of a referral through the channel for participants themselves."""
        status: dict[str, object] = {"status": "INFORMED", "on": at.date().isoformat(), "by": "collega-12"}
        if self._rng.random() < 0.2:
            status = {"status": "PENDING"}
        elif self._rng.random() < 0.1:
            review = (at + timedelta(days=25)).date().isoformat()
            status = {"status": "DEFERRED", "ground": "gevaar", "decided_by": "collega-12", "review_by": review}
        data: dict[str, object] = {
            "channel": "PARTICIPANT",
            "regime": "OWN_TASK",
            "task": self._task(org),
            "occurred_at": rfc3339(at),
            "reporter": "collega-12",
            "subject": subject,
            "reason": "De meldingen uit de buurt nemen toe en de ingezette hulp heeft geen effect",
            "aim": "één plan met afgesproken taken",
            "criteria": criteria,
            "inform_status": status,
            "secrecy_notice_accepted": True,
            **({"signal": signal} if signal else {}),
        }
        return self._event(org, REFERRED, data)

    def signal(self, org: OrgCode, at: datetime, subject: Mapping[str, object]) -> tuple[str, bytes]:
        """Return (event id, event) of a signal."""
        data = {
            "channel": "PARTICIPANT",
            "task": self._task(org),
            "occurred_at": rfc3339(at),
            "reporter": "collega-12",
            "subject": subject,
            "worry": "Er is al weken onrust in en om de woning",
        }
        return self._event(org, SIGNALLED, data)

    def supplement(self, org: OrgCode, referral: str, criteria: Mapping[str, object]) -> bytes:
        """Return a supplement to a referral."""
        data = {"referral": referral, "criteria": criteria}
        return self._event(org, "nl.zvh.intake.referral-supplemented.v1", data)[1]

    def withdrawal(self, org: OrgCode, referral: str) -> bytes:
        """Return a withdrawal of a referral."""
        data = {"referral": referral, "reason": "de eigen aanpak werkt alsnog"}
        return self._event(org, "nl.zvh.intake.referral-withdrawn.v1", data)[1]

    def about(self, org: OrgCode, case_id: CaseId, kind: str, data: Mapping[str, object]) -> bytes:
        """Return a message of *org* about a case, for its first task."""
        known = {"case": str(case_id), "task": self._task(org), "reporter": "collega-12", **data}
        return self._event(org, f"nl.zvh.intake.{kind}.v1", known)[1]

    def somebody(self) -> dict[str, object]:
        """Return the data of an invented person."""
        return person(self._rng)

    def replies(self, org: OrgCode, kind: str, data: Mapping[str, Any], today: date) -> Iterator[Reply]:
        """Yield what *org* answers to one message on its feed; nothing to what needs no answer."""
        match kind:
            case "known-check-requested":
                if self._rng.random() < 0.9:
                    known = self._rng.random() < 0.6
                    yield self._reply(1, 5, org, "known-check-answered", data, check=data["check_id"], known=known)
            case "enrichment-requested":
                yield from self._enriched(org, data)
            case "consultation-planned":
                attends = self._rng.random() < 0.85
                which = data["consultation_id"]
                yield self._reply(1, 3, org, "invitation-answered", data, consultation=which, attends=attends)
            case "case-started" | "case-escalated":
                if self._rng.random() < 0.5:
                    yield self._reply(1, 6, org, "items-provided", data, **_brought(PROVIDES.get(org, "LIFE_DOMAIN")))
            case "plan-proposed":
                yield self._reply(1, 6, org, "plan-confirmed", data, version=data["version"])
            case "disclosure-recorded" if "due" in data:
                yield self._receipt(org, data, today)
            case "plan-agreed" | "plan-revised":
                for action in data["actions"]:
                    yield self._reported(org, data, action["action_id"], date.fromisoformat(action["due"]), today)
            case "consultation-held":
                for task in data["agreed_tasks"]:
                    yield self._reported(org, data, task["task_id"], date.fromisoformat(task["due"]), today)
            case _:
                return

    def _enriched(self, org: OrgCode, data: Mapping[str, Any]) -> Iterator[Reply]:
        chance, question = self._rng.random(), data["question_id"]
        if chance < 0.7:
            offered = [{"category": data["categories"][0], "what": "bekend bij het wijkteam, sinds het voorjaar"}]
            yield self._reply(2, 12, org, "enrichment-provided", data, question=question, offered=offered)
        elif chance < 0.85:
            yield self._reply(2, 12, org, "enrichment-provided", data, question=question, offered=[])
        else:
            yield self._reply(
                2, 12, org, "enrichment-declined", data, question=question, reason_code="RUNNING_INVESTIGATION"
            )

    def _receipt(self, org: OrgCode, data: Mapping[str, Any], today: date) -> Reply:
        """Confirm what was seen. Numbers are drawn in order, so those of one task never have a hole."""
        task = data["tasks"][0]
        self._seen[org, task] += 1
        told = {
            "disclosure": data["disclosure_id"],
            "access": str(UUID(int=self._rng.getrandbits(128), version=4)),
            "accessed_at": f"{today.isoformat()}T06:00:00Z",
            "stream_seq": self._seen[org, task],
        }
        return self._reply(1, 1, org, "data-accessed", data, **told)

    def _reported(self, org: OrgCode, data: Mapping[str, Any], action: str, due: date, today: date) -> Reply:
        left = max(1, (due - today).days + self._rng.choice((-3, -2, -1, -1, 0, 2)))
        return self._reply(left, left, org, "action-reported", data, action=action, status="DONE")

    def _reply(self, least: int, most: int, org: OrgCode, kind: str, heard: Mapping[str, Any], **data: object) -> Reply:
        tasks = heard.get("tasks") or [self._task(org)]
        known = {"case": heard["case_id"], "task": tasks[0], "reporter": "collega-12", **data}
        return Reply(self._rng.randint(least, most), org, self._event(org, f"nl.zvh.intake.{kind}.v1", known)[1])

    def _task(self, org: OrgCode) -> str:
        return sorted(self.participants[org].domains)[0]

    def _event(self, org: OrgCode, kind: str, data: Mapping[str, object]) -> tuple[str, bytes]:
        event_id = str(UUID(int=self._rng.getrandbits(128), version=4))
        event = {
            "specversion": "1.0",
            "id": event_id,
            "source": f"urn:nld:oin:{self.participants[org].oin}:systeem:oefening",
            "type": kind,
            "datacontenttype": "application/json",
            "data": dict(data),
        }
        return event_id, json.dumps(event, ensure_ascii=False).encode()


def _brought(category: str) -> dict[str, object]:
    """Return one piece for the room, with its purpose; health in the words that others need, by consent."""
    piece = {"category": category, "what": "wat uit het eigen werk bekend is"}
    if category != "HEALTH":
        return {"offered": [piece], "purpose": "PREVENT_CRIME_NUISANCE"}
    return {
        "offered": [{**piece, "wording": "FUNCTIONAL"}],
        "purpose": "COORDINATE_CARE",
        "secrecy_ground": "CONSENT",
    }
