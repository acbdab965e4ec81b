"""``zvh ledger`` and ``zvh replay``: who saw what, and whether it can be built again."""

import sys
from typing import Annotated
from uuid import UUID

import typer

from events.errors import NotFound, ZvhError
from projections.ledger import LedgerRow
from services.bootstrap import House, open_house
from services.cli.output import JsonFlag, emit, fail, table
from services.submission_values import is_bsn

app = typer.Typer(help="Wie zag welke gegevens, van wie, voor welk doel.", no_args_is_help=True)
FIELDS = (
    "index",
    "disclosure_id",
    "decision",
    "reason_code",
    "recipient_org",
    "recipient_task",
    "purpose",
    "categories",
    "legal_basis",
    "occurred_at",
)
COLUMNS = ("nr", "organisatie", "taak", "doel", "besluit", "soorten", "moment (UTC)")


@app.command()
def subject(
    subject: Annotated[UUID | None, typer.Argument(help="Pseudoniem van de persoon (UUID).")] = None,
    bsn: Annotated[
        bool, typer.Option("--bsn", help="Lees een burgerservicenummer van stdin; het wordt niet bewaard.")
    ] = False,
    json: JsonFlag = False,
) -> None:
    """Toon wie welke gegevens van een persoon zag of niet mocht zien, voor welk doel en op welke grond."""
    if (subject is None) != bsn:
        raise typer.BadParameter("geef een pseudoniem, of --bsn met het nummer op stdin")
    with open_house() as house:
        wanted = subject or _by_bsn(house)
        house.settle()
        rows = house.views.ledger_by_subject(wanted)
        document = ledger_document("subject", str(wanted), house, rows)
    emit(json, document, lambda: say_rows(f"Wie zag gegevens van {wanted}", rows))


@app.command()
def participant(
    org: Annotated[str, typer.Argument(help="Organisatie, bijvoorbeeld POLICE.")], json: JsonFlag = False
) -> None:
    """Toon wat een organisatie zag of niet mocht zien."""
    with open_house() as house:
        house.settle()
        rows = house.views.ledger_by_recipient(org)
        document = ledger_document("participant", org, house, rows)
    emit(json, document, lambda: say_rows(f"Wat {org} zag", rows))


def replay(
    swap: Annotated[bool, typer.Option("--swap", help="Zet de nieuwe rijen op de plaats van de oude.")] = False,
    json: JsonFlag = False,
) -> None:
    """Bouw alle overzichten opnieuw uit het logboek en vergelijk ze rij voor rij met de huidige."""
    with open_house() as house:
        house.settle()
        rebuilt = house.replay(swap=swap)
    document = {
        "facts": rebuilt.facts,
        "seconds": round(rebuilt.seconds, 3),
        "projections": [{"name": one.name, "rows": one.rows, "digest": one.digest} for one in rebuilt.projections],
        "equal": rebuilt.equal,
    }
    rows = [
        (one.name, one.rows, one.digest[:16], "gelijk" if one.first_difference is None else one.first_difference)
        for one in rebuilt.projections
    ]
    title = f"{rebuilt.facts} feiten herbouwd in {rebuilt.seconds:.1f} s"
    emit(json, document, lambda: table(title, ("overzicht", "rijen", "sha-256", "verschil"), rows))
    if not rebuilt.equal and not swap:
        wrong = "; ".join(f"{one.name}: {one.first_difference}" for one in rebuilt.projections if one.first_difference)
        fail(f"De overzichten zijn niet gelijk aan het logboek: {wrong}. Herstel ze met `zvh replay --swap`.", 1)


def ledger_document(what: str, name: str, house: House, rows: list[LedgerRow]) -> dict[str, object]:
    """Return the JSON document of a question to the ledger."""
    own = [{field: getattr(row, field) for field in FIELDS} for row in rows]
    return {what: name, "complete": house.complete(), "rows": own}


def say_rows(title: str, rows: list[LedgerRow]) -> None:
    """Tell a person what the ledger holds."""
    table(
        title,
        COLUMNS,
        [
            (
                row.index,
                row.recipient_org,
                row.recipient_task,
                row.purpose or "-",
                row.decision if row.reason_code == "OK" else f"{row.decision} ({row.reason_code})",
                ", ".join(row.categories),
                row.occurred_at[:19],
            )
            for row in rows
        ],
    )


def _by_bsn(house: House) -> UUID:
    number = sys.stdin.readline().strip()
    if not is_bsn(number):
        raise ZvhError("Op stdin staat geen geldig burgerservicenummer. Controleer de negen cijfers.")
    found = house.pseudonyms.find_subject(number)
    if found is None:
        raise NotFound("Van deze persoon heeft het huis geen gegevens. Controleer het nummer.")
    return found
