"""How our codes are named for others: organisations by OIN, purposes as entries of the register of processing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from events.canonical import source_of
from events.vocabulary import Code, Oin, OrgCode
from policies.reference import Reference

ACTIVITIES = UUID("b1a9b6b7-5d1e-5a59-9d53-0f0a1d7a5b2c")
"""Name space of the entries of the register of processing (UUIDv5)."""
UNSAID = "UNSAID"
"""Stands for the purpose where a fact names none."""


@dataclass(frozen=True)
class Activity:
    """One version of one entry of the register of processing activities (AVG 30): a purpose as it was in force."""

    id: UUID
    uri: str
    name_nl: str


class Names:
    """Names of one house."""

    def __init__(self, reference: Reference, house_oin: Oin) -> None:
        self._reference, self.house_oin = reference, house_oin
        self.house = reference.staff.code
        """Code of the house's own people."""
        self.system = source_of(house_oin)
        """URN of this system, as in every fact of ours."""

    def activity(self, purpose: Code | None, at: datetime) -> Activity:
        """Return the entry of a purpose in its version of that day; one without a version when it is in no table."""
        found = self._reference.purpose(purpose, at) if purpose else None
        version = found.valid_from.isoformat() if found else "0"
        code = purpose or UNSAID
        uri = f"{self.system}:verwerkingsactiviteit:{code}:{version}"
        return Activity(uuid5(ACTIVITIES, uri), uri, found.says_nl if found else code)

    def oin(self, org: OrgCode, at: datetime) -> Oin | None:
        """Return the OIN of an organisation; None for whoever has none here: a third party, the person."""
        if org == self.house:
            return self.house_oin
        known = self._reference.participant(org, at) or self._reference.supervisor(org, at)
        return known.oin if known is not None else None

    def urn(self, org: OrgCode, at: datetime) -> str:
        """Return a URN of an organisation: its OIN, or else its code as this house calls it."""
        oin = self.oin(org, at)
        return urn_of(oin) if oin is not None else f"{self.system}:organisatie:{org}"

    def org(self, urn: str, at: datetime) -> OrgCode | None:
        """Return the organisation that a URN names; None when it names none of ours."""
        if urn == urn_of(self.house_oin):
            return self.house
        oin, code = urn.removeprefix(urn_of("")), urn.removeprefix(f"{self.system}:organisatie:")
        if code != urn:
            outside = self._reference.third_party(code, at) or self._reference.collaboration(code, at)
            return outside.code if outside is not None else None
        if oin == urn:
            return None
        found = self._reference.participant_by_oin(oin, at) or self._reference.supervisor_by_oin(oin, at)
        return found.code if found is not None else None

    def category(self, code: Code, at: datetime) -> str:
        """Return the Dutch name of a kind of data, or its code."""
        found = self._reference.category(code, at)
        return found.name_nl if found is not None else code


def urn_of(oin: Oin) -> str:
    """Return the URN of an organisation by its OIN (NL GOV profile)."""
    return f"urn:nld:oin:{oin}"


def span(one: UUID) -> str:
    """Return the span id (8 bytes, hex) that stands for an id of ours: its random half."""
    return one.hex[-16:]


def milliseconds(moment: datetime) -> int:
    """Return whole milliseconds since 1970; cut off and not rounded, so that others come to the same number."""
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000
