"""The account for the person: who has or had which data, who saw what and why, and what is not shown (domain 5.6).

Pure: the same facts give the same account, and the same digest. It holds no values, and no professional's name.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import rfc8785

from events.fact import rfc3339
from events.rights import WithheldCount
from events.vocabulary import CaseId, Code, Digest, FactId, LegalRef, OrgCode, Stage
from services.case_parts import DATA_SUBJECT
from services.rights.entries import CaseEntries, Entry
from services.rights.request import RequestFile

DEFINITION = "nl.zvh.access-report.v1"


@dataclass(frozen=True)
class CaseTold:
    """One case, as far as the person may know of it."""

    case_id: CaseId
    stage: Stage
    kept_until: datetime | None


@dataclass(frozen=True)
class OrgTold:
    """One organisation that has or had data of the person."""

    org: OrgCode
    gave: bool
    saw: bool
    first: datetime
    last: datetime


@dataclass(frozen=True)
class Look:
    """One time that an organisation saw data, or asked for them in vain."""

    at: datetime
    org: OrgCode
    categories: tuple[Code, ...]
    purpose: Code | None
    legal_basis: tuple[LegalRef, ...]
    reason_code: Code


@dataclass(frozen=True)
class Source:
    """What one organisation gave, of one kind."""

    org: OrgCode
    category: Code
    first: datetime
    times: int


@dataclass(frozen=True)
class Account:
    """All that the person is told, in codes; ``services.rights.wording`` puts it in words."""

    request_id: FactId
    right: str
    received_at: datetime
    made_at: datetime
    complete: bool
    log_size: int
    cases: tuple[CaseTold, ...]
    organisations: tuple[OrgTold, ...]
    seen: tuple[Look, ...]
    refused: tuple[Look, ...]
    sources: tuple[Source, ...]
    entries: int
    shown: int
    withheld: tuple[WithheldCount, ...]


def account(
    request: RequestFile, cases: Sequence[CaseEntries], made_at: datetime, *, complete: bool, log_size: int
) -> Account:
    """Return the account of one person out of *cases*.

    What is kept back leaves no trace but its number and ground: no organisation, kind, moment or case follows from it.
    """
    every = [entry for case in cases for entry in case.entries]
    visible = [entry for entry in every if entry.confidentiality != "CONFIDENTIAL"]
    kept = Counter(entry.ground or "" for entry in every if entry.confidentiality == "CONFIDENTIAL")
    told = {entry.case_id for entry in visible}
    return Account(
        request_id=request.request_id,
        right=request.right.value,
        received_at=request.received_at,
        made_at=made_at,
        complete=complete,
        log_size=log_size,
        cases=tuple(
            CaseTold(one.case.case_id, one.case.stage, one.case.retain_until)
            for one in sorted(cases, key=lambda one: (_first(one.entries), one.case.case_id))
            if one.case.case_id in told and one.case.stage is not None
        ),
        organisations=_organisations(visible),
        seen=_looks(entry for entry in visible if entry.kind == "SEEN"),
        refused=_looks(entry for entry in visible if entry.kind == "REFUSED"),
        sources=_sources(visible),
        entries=len(every),
        shown=len(visible),
        withheld=tuple(WithheldCount(ground=ground, entries=number) for ground, number in sorted(kept.items())),
    )


def digest_of(told: Account) -> Digest:
    """Return the SHA-256, in hex, of the account as JSON."""
    return hashlib.sha256(rfc8785.dumps(account_document(told))).hexdigest()  # type: ignore[arg-type]  # JSON values


def account_document(told: Account) -> dict[str, object]:
    """Return the account as JSON values, in codes."""
    return {
        "definition": DEFINITION,
        "request_id": str(told.request_id),
        "right": told.right,
        "received_at": rfc3339(told.received_at),
        "made_at": rfc3339(told.made_at),
        "complete": told.complete,
        "log_size": told.log_size,
        "cases": [
            {
                "case_id": str(one.case_id),
                "stage": one.stage.value,
                "kept_until": rfc3339(one.kept_until) if one.kept_until else None,
            }
            for one in told.cases
        ],
        "organisations": [
            {
                "org": one.org,
                "gave": one.gave,
                "saw": one.saw,
                "first": rfc3339(one.first),
                "last": rfc3339(one.last),
            }
            for one in told.organisations
        ],
        "seen": [_look_document(one) for one in told.seen],
        "refused": [{**_look_document(one), "reason_code": one.reason_code} for one in told.refused],
        "sources": [
            {"org": one.org, "category": one.category, "first": rfc3339(one.first), "times": one.times}
            for one in told.sources
        ],
        "withheld": [{"ground": one.ground, "entries": one.entries} for one in told.withheld],
        "count": {"entries": told.entries, "shown": told.shown, "withheld": told.entries - told.shown},
    }


def _look_document(look: Look) -> dict[str, object]:
    return {
        "at": rfc3339(look.at),
        "org": look.org,
        "categories": list(look.categories),
        "purpose": look.purpose,
        "legal_basis": list(look.legal_basis),
    }


def _first(entries: Sequence[Entry]) -> datetime:
    return min((one.at for one in entries), default=datetime.max.replace(tzinfo=UTC))


def _organisations(visible: Sequence[Entry]) -> tuple[OrgTold, ...]:
    by_org: dict[OrgCode, list[Entry]] = {}
    for entry in visible:
        if entry.kind != "REFUSED" and entry.org != DATA_SUBJECT:
            by_org.setdefault(entry.org, []).append(entry)
    return tuple(
        OrgTold(
            org,
            any(one.kind == "GIVEN" for one in own),
            any(one.kind == "SEEN" for one in own),
            min(one.at for one in own),
            max(one.at for one in own),
        )
        for org, own in sorted(by_org.items())
    )


def _looks(entries: Iterable[Entry]) -> tuple[Look, ...]:
    """Join the entries of one look: a person asks who saw what when, and not how many items that was."""
    by_look: dict[FactId | None, list[Entry]] = {}
    for entry in entries:
        by_look.setdefault(entry.disclosure_id, []).append(entry)
    found = [
        Look(
            own[0].at,
            own[0].org,
            tuple(sorted({category for one in own for category in one.categories})),
            own[0].purpose,
            own[0].legal_basis,
            own[0].reason_code,
        )
        for own in by_look.values()
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.org, one.categories)))


def _sources(visible: Sequence[Entry]) -> tuple[Source, ...]:
    given: dict[tuple[OrgCode, Code], list[Entry]] = {}
    for entry in visible:
        if entry.kind == "GIVEN":
            given.setdefault((entry.org, entry.categories[0]), []).append(entry)
    return tuple(
        Source(org, category, min(one.at for one in own), len(own)) for (org, category), own in sorted(given.items())
    )
