"""What makes an answer of the ledger incomplete, by name: nothing is guessed, and a gap is never silent (law 8)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from projections.ledger_shapes import ReceiptRow
from services.ledger_tables import Late, Missing, Twice

RECIPIENT = "RECIPIENT"


@dataclass(frozen=True)
class Gap:
    """One thing that is missing."""

    kind: str
    """LAG, SEQUENCE, RECIPIENT_NUMBER, STREAM_SEQ; among the gaps NO_RECEIPT, UNKNOWN_DISCLOSURE, SEQ_TWICE as well."""
    says: str
    """The same for a person, in Dutch."""
    about: dict[str, object] = field(default_factory=dict)

    def document(self) -> dict[str, object]:
        """Return it as JSON."""
        return {"kind": self.kind, **self.about, "says": self.says}


def lag() -> Gap:
    """Return the gap of overviews that do not hold every fact yet."""
    return Gap("LAG", "Nog niet alle feiten staan in de overzichten. Stel de vraag zo opnieuw.")


def of_numbers(series: Iterable[Missing]) -> list[Gap]:
    """Return the gaps in the numbers per recipient, ours and their own."""
    return [_of_series(one) for one in series]


def of_cases(broken: Iterable[str]) -> list[Gap]:
    """Return the gaps in the facts of cases."""
    says = "De feiten van deze zaak sluiten niet aan, of het laatste ontbreekt. Draai de controle van het logboek."
    return [Gap("SEQUENCE", says, {"case_id": one}) for one in broken]


def of_late(late: Iterable[Late]) -> list[Gap]:
    """Return the disclosures without a receipt after its term."""
    return [
        Gap(
            "NO_RECEIPT",
            f"{one.recipient_org} bevestigde deze verstrekking niet voor {one.due[:10]}. Vraag het na.",
            {"org": one.recipient_org, "disclosure_id": one.disclosure_id, "case_id": one.case_id, "due": one.due},
        )
        for one in late
    ]


def of_unknown(receipts: Iterable[ReceiptRow]) -> list[Gap]:
    """Return the receipts of disclosures that the house does not know."""
    return [
        Gap(
            "UNKNOWN_DISCLOSURE",
            f"{one.recipient_org} bevestigt een verstrekking die het huis niet kent. Zoek uit wie zich vergist.",
            {
                "org": one.recipient_org,
                "task": one.recipient_task,
                "disclosure_id": one.disclosure_id,
                "stream_seq": one.stream_seq,
                "accessed_at": one.accessed_at,
            },
        )
        for one in receipts
    ]


def of_twice(twice: Iterable[Twice]) -> list[Gap]:
    """Return the numbers that a recipient gave to two accesses."""
    return [
        Gap(
            "SEQ_TWICE",
            f"{one.recipient_org} ({one.recipient_task}) gaf nummer {one.stream_seq} twee keer. Vraag het na.",
            {"org": one.recipient_org, "task": one.recipient_task, "stream_seq": one.stream_seq},
        )
        for one in twice
    ]


def _of_series(one: Missing) -> Gap:
    numbers = ", ".join(map(str, one.missing))
    if one.series == RECIPIENT:
        says = f"Van {one.org} ontbreken de nummers {numbers} van {one.last} verstrekkingen."
        return Gap("RECIPIENT_NUMBER", says, {"org": one.org, "last": one.last, "missing": list(one.missing)})
    says = f"{one.org} ({one.task}) bevestigde {numbers} niet, maar wel {one.last}. Vraag ze na."
    about = {"org": one.org, "task": one.task, "last": one.last, "missing": list(one.missing)}
    return Gap("STREAM_SEQ", says, about)
