"""Erasure certificates: which key died, when and on what ground, with the proof of the fact out of the public log.

A certificate is one JSON document; docs/erasure.md describes it. Whoever holds one needs the public key of the log and
nothing else of ours to check it.
"""

from pydantic import ConfigDict, ValidationError

from events.canonical import decode
from events.erasure import ErasureRepeated, KeysGone, SubjectErased
from events.errors import NotFound, Unproven
from events.fact import Instant, Part, Recorded
from events.retention import CaseDestroyed
from events.vocabulary import CaseId, Code, FactId, LegalRef, SubjectId
from infra.erasure_ledger import FIRST, Line
from infra.transparency import tree
from infra.transparency.note import NoteKey
from infra.transparency.proof import Proof
from services.bootstrap.house import House
from services.destruction import burial_of

FORM = "zvh-erasure-certificate-v1"


class Erasing(Part):
    """What the certificate says, in its own fields; each follows from the fact."""

    case_id: CaseId
    subject_id: SubjectId | None = None
    """None for the whole case."""
    keys: KeysGone
    ground: Code
    legal_ref: LegalRef
    deciders: tuple[str, ...] = ()
    decided_at: Instant
    """When the fact was written."""
    destroyed_at: Instant
    """When the destruction was written in the erasure ledger, right before the keys went."""
    again_at: Instant | None = None
    """Of keys that an old backup brought back: when they were gone again; *destroyed_at* is of the first time."""


class Certificate(Part):
    """One erasure certificate."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    form: str
    says: str
    """In Dutch, for people. Proves nothing by itself."""
    erased: Erasing
    fact_id: FactId
    fact_index: int
    fact: str
    """The exact bytes of the fact as text (UTF-8): the leaf of the log."""
    proof: str
    """C2SP tlog-proof of that leaf."""
    ledger_line: str
    """The line of the erasure ledger, as it stands in the file."""


def certify(house: House, fact_id: FactId) -> Certificate:
    """Return the certificate of the destruction that one fact told of.

    Raises: NotFound when it told of none, or when its keys are not destroyed yet; Unavailable; Corrupt; BadSetting.
    """
    proof = house.transparency.prove(fact_id)
    raw = next(iter(house.log.read(proof.index, proof.index + 1))).value
    recorded = decode(raw)
    if not isinstance(recorded.fact, SubjectErased | CaseDestroyed | ErasureRepeated):
        raise NotFound("Dit feit vernietigt niets. Zoek het feit met `zvh case history`.")
    line = house.erasures.line_of(_first(recorded))
    if line is None:
        raise NotFound("De sleutels van dit feit zijn nog niet vernietigd. Doe `zvh retention run` en probeer opnieuw.")
    erased = _erased(recorded, line)
    return Certificate(
        form=FORM,
        says=_says(erased),
        erased=erased,
        fact_id=fact_id,
        fact_index=proof.index,
        fact=raw.decode(),
        proof=str(proof),
        ledger_line=line.text,
    )


def check(document: bytes, key: str) -> Certificate:
    """Return the certificate when all that it says follows from the fact, and the fact stands in the log of *key*.

    Args:
        key: verifier key of the log, in the form of C2SP signed-note, got by another way than the certificate.
    Raises: Unproven, naming the part that does not hold; never quoting it.
    """
    try:
        found = Certificate.model_validate_json(document)
    except ValidationError:
        raise Unproven("Dit is geen vernietigingsbewijs in een vorm die wij kennen.") from None
    if found.form != FORM:
        raise Unproven(f"Dit vernietigingsbewijs heeft niet de vorm {FORM}.")
    proof = Proof.parse(found.proof.encode())
    proof.verify(tree.leaf_hash(found.fact.encode()), [NoteKey.parse(key)])
    recorded, line = decode(found.fact.encode()), _line(found.ledger_line)
    if (recorded.envelope.id, proof.index) != (found.fact_id, found.fact_index):
        raise Unproven("Het bewijs hoort bij een ander feit dan het vernietigingsbewijs noemt.")
    if line.burial.fact_id != _first(recorded) or _erased(recorded, line) != found.erased:
        raise Unproven("Wat het vernietigingsbewijs zegt, volgt niet uit het feit en de regel van het register.")
    if found.says != _says(found.erased):
        raise Unproven("De tekst van het vernietigingsbewijs is niet die van zijn velden.")
    return found


def _first(recorded: Recorded) -> FactId:
    """Return the fact that told of the destruction: what was done again has its line from the first time."""
    fact = recorded.fact
    return fact.first_fact_id if isinstance(fact, ErasureRepeated) else recorded.envelope.id


def _erased(recorded: Recorded, line: Line) -> Erasing:
    """Return what fact and ledger line say together. Raises: Unproven when they speak of different keys."""
    fact, envelope = recorded.fact, recorded.envelope
    if isinstance(fact, ErasureRepeated):
        return _erased_again(fact, recorded, line)
    if not isinstance(fact, SubjectErased | CaseDestroyed):
        raise Unproven("Het feit vernietigt niets.")
    subject = fact.subject_id if isinstance(fact, SubjectErased) else None
    burial = line.burial
    if burial != burial_of(recorded):
        raise Unproven("De regel van het register zegt iets anders dan het feit.")
    return Erasing(
        case_id=envelope.case_id,
        subject_id=subject,
        keys=burial.keys,
        ground=burial.ground,
        legal_ref=fact.legal_ref,
        deciders=fact.deciders if isinstance(fact, SubjectErased) else (),
        decided_at=envelope.recorded_at,
        destroyed_at=line.at,
    )


def _erased_again(fact: ErasureRepeated, recorded: Recorded, line: Line) -> Erasing:
    told = (recorded.envelope.case_id, fact.subject_id, fact.ledger_line, fact.ledger_digest, fact.first_erased_at)
    if told != (line.burial.case_id, line.burial.subject_id, line.number, line.digest, line.at):
        raise Unproven("De regel van het register zegt iets anders dan het feit.")
    return Erasing(
        case_id=line.burial.case_id,
        subject_id=fact.subject_id,
        keys=fact.keys,
        ground=line.burial.ground,
        legal_ref=fact.legal_ref,
        decided_at=recorded.envelope.recorded_at,
        destroyed_at=line.at,
        again_at=fact.occurred_at,
    )


def _line(text: str) -> Line:
    try:
        line = Line.model_validate_json(text)
    except ValidationError:
        raise Unproven("De regel van het vernietigingsregister is niet te lezen.") from None
    if line.text != text or (line.number == 1) != (line.previous == FIRST):
        raise Unproven("De regel van het vernietigingsregister heeft niet de vorm van een regel.")
    return line


def _says(erased: Erasing) -> str:
    whom = "alle personen" if erased.subject_id is None else f"persoon {erased.subject_id}"
    count = "1 sleutel is" if len(erased.keys) == 1 else f"{len(erased.keys)} sleutels zijn"
    again = ""
    if erased.again_at is not None:
        moment = f"{erased.again_at:%Y-%m-%d} om {erased.again_at:%H:%M:%S} (UTC)"
        again = f" Een oude back-up bracht dit terug; op {moment} was het opnieuw vernietigd."
    return (
        f"Van {whom} in zaak {erased.case_id}: {count} vernietigd op {erased.destroyed_at:%Y-%m-%d} om "
        f"{erased.destroyed_at:%H:%M:%S} (UTC), op grond {erased.ground} ({erased.legal_ref}).{again} "
        "Niemand kan deze gegevens nog lezen. Het feit en zijn bewijs blijven bestaan."
    )
