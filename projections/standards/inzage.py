"""Entries of the VNG's Inzage API (logging of processing, 0.9.0): one processed object per person and disclosure.

Source: VNG Realisatie, Inzage API voor logging van verwerkingen, schema ``VerwerktObjectUitgebreid``. The person is
named by the pseudonym of this house and never by BSN, also when the question named the BSN.
"""

import hashlib
from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from pydantic import JsonValue

from events.fact import rfc3339
from events.vocabulary import SubjectId, SubjectRole
from policies.reference import Reference
from projections.standards.handed import Handed
from projections.standards.names import Names

PERSON = "persoon"
PSEUDONYM = "pseudoniem"
"""``soortObjectId`` of the pseudonym of this house."""
LONGEST_ID = 40
"""Characters of ``afnemerId`` and ``objectId``."""
INVOLVED: Mapping[SubjectRole, str] = {
    SubjectRole.SUBJECT: "betrokkene",
    SubjectRole.FAMILY: "gezinslid",
    SubjectRole.VICTIM: "slachtoffer",
    SubjectRole.REPORTER: "melder",
}
Confidentiality = Literal["normaal", "vertrouwelijk", "opgeheven"]
_INDEX_BITS, _CHECK_BITS = 48, 74


def object_id(index: int, entry: UUID) -> UUID:
    """Return the id of a processed object: a UUID (version 8, RFC 9562) of the log index and a check on the entry.

    Made so that one look finds the entry again, and that nobody hits on another by counting.
    """
    check = _check(entry)
    return UUID(int=index << 80 | 8 << 76 | (check >> 62) << 64 | 2 << 62 | check & (1 << 62) - 1)


def index_of(wanted: UUID) -> int | None:
    """Return the log index in the id of a processed object; None when it is no such id."""
    return wanted.int >> 80 if wanted.version == 8 else None


def document(
    one: Handed, confidentiality: Confidentiality, base: str, names: Names, reference: Reference
) -> dict[str, JsonValue]:
    """Return the entry of one person in one disclosure.

    Args:
        base: address of ``/verwerkte-objecten``, without a slash at the end.
    """
    at = one.occurred_at
    name = str(object_id(one.index, one.entry_id))
    kind, activity = reference.kind(one.kind, at), names.activity(one.purpose, at)
    processed: dict[str, JsonValue] = {
        "url": f"{base}/{name}",
        "verwerktObjectId": name,
        "objecttype": PERSON,
        "soortObjectId": PSEUDONYM,
        "objectId": str(one.subject_id),
        **({"betrokkenheid": INVOLVED[one.role]} if one.role is not None else {}),
        "verwerkteSoortenGegevens": [{"soortGegeven": names.category(code, at)} for code in one.categories],
    }
    return {
        **processed,
        "verwerkingsactie": {
            "url": f"urn:uuid:{one.disclosure_id}",
            "actieId": str(one.disclosure_id),
            "actieNaam": kind.name_nl if kind is not None else one.kind,
            "verwerkingNaam": activity.name_nl,
            "verwerkingId": str(one.case_id),
            "verwerkingsactiviteitId": str(activity.id),
            "verwerkingsactiviteitUrl": activity.uri,
            "vertrouwelijkheid": confidentiality,
            "bewaartermijn": f"P{reference.term('disclosure-record', at).value}Y",
            "uitvoerder": one.by,
            **_recipient(one, names),
            "tijdstip": rfc3339(at),
            "tijdstipRegistratie": rfc3339(one.recorded_at),
            # This person alone: whoever else is in the same disclosure has entries of their own.
            "verwerkteObjecten": [processed],
        },
    }


def subject_named(kind: str, value: str) -> SubjectId | None:
    """Return the person that a pseudonym names; None when *kind* is no pseudonym, or *value* none of ours."""
    if kind != PSEUDONYM:
        return None
    try:
        return UUID(value)
    except ValueError:
        return None


def _recipient(one: Handed, names: Names) -> dict[str, JsonValue]:
    oin = names.oin(one.recipient_org, one.occurred_at)
    if oin is not None:
        return {"soortAfnemerId": "OIN", "afnemerId": oin}
    if len(one.recipient_org) > LONGEST_ID:
        return {}
    return {"soortAfnemerId": "organisatiecode", "afnemerId": one.recipient_org}


def _check(entry: UUID) -> int:
    return int.from_bytes(hashlib.sha256(entry.bytes).digest()) >> 256 - _CHECK_BITS
