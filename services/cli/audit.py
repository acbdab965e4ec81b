"""``zvh audit``: bundles that an outsider checks, and the check itself."""

import json as jsonlib
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from policies.entries import AMSTERDAM
from services.audit.export import Exporting
from services.audit.scope import Scope
from services.bootstrap import open_house
from services.cli.ledger_asker import Asker, OrgOption, PersonOption, PurposeOption, TaskOption, asked_by
from services.cli.output import JsonFlag, console, emit, fail, progress, writable
from tools import verify_bundle

app = typer.Typer(help="Bundels die een buitenstaander zonder ons controleert.", no_args_is_help=True)


@app.command()
def export(
    output: Annotated[
        Path, typer.Option("--output", "-o", callback=writable, help="Schrijf de bundel naar dit bestand (.zip).")
    ],
    case: Annotated[UUID | None, typer.Option(help="Eén zaak.")] = None,
    subject: Annotated[UUID | None, typer.Option(help="Eén persoon, met het pseudoniem.")] = None,
    participant: Annotated[str | None, typer.Option(help="Eén organisatie, bijvoorbeeld POLICE.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="Vanaf deze dag, JJJJ-MM-DD; bij --participant.")] = None,
    last: Annotated[str | None, typer.Option("--until", help="Tot en met deze dag; bij --participant.")] = None,
    since: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Controlepunt dat de auditor al heeft.")
    ] = None,
    org: OrgOption = None,
    task: TaskOption = None,
    person: PersonOption = None,
    purpose: PurposeOption = None,
    json: JsonFlag = False,
) -> None:
    """Maak een auditbundel: de feiten zelf, hun bewijs, de regels, de besluiten en een leesbare bladzijde.

    Waarden blijven verzegeld. De uitgifte zelf komt ook in het logboek. Meer dan één zaak is er alleen voor de privacy
    officer en voor wie toezicht houdt.
    """
    _one_of(case, subject, participant, first, last)
    since_day, until_day = _midnight(first, 0), _midnight(last, 1)
    with open_house() as house:
        acting, wanted = asked_by(Asker(org, task, person, purpose), house)
        scope = _scope(case, subject, participant, since_day, until_day, wanted)
        held = since.read_bytes() if since is not None else None
        bundle = Exporting(house).export(scope, acting, held, lambda total: progress("Bewijzen", total, quiet=json))
        bundle.write(output)
        house.settle()
        key = str(house.transparency.key())
    document = {
        "file": str(output),
        "export_id": str(bundle.export_id),
        "index": bundle.index,
        "facts": bundle.facts,
        "log_size": bundle.log_size,
        "key": key,
    }

    def say() -> None:
        console.print(f"{output}: {bundle.facts + 1} feiten, onder een controlepunt van {bundle.log_size} feiten.")
        console.print(f"Een ervan is de uitgifte zelf, feit {bundle.index} van het logboek. Controleer met:")
        console.print(f"zvh audit verify {output} --key {key}", soft_wrap=True)

    emit(json, document, say)


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="De bundel (.zip).")],
    key: Annotated[str, typer.Option(help="Openbare sleutel van het logboek, langs andere weg gekregen.")],
    witness: Annotated[list[str] | None, typer.Option(help="Openbare sleutel van een getuige; mag vaker.")] = None,
    quorum: Annotated[int | None, typer.Option(help="Hoeveel getuigen nodig zijn; anders alle genoemde.")] = None,
    since: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="Controlepunt dat u al hebt.")] = None,
    compare: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Andere bundel, om mee te vergelijken.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Controleer een auditbundel. Heeft geen instantie nodig; het is het programma tools/verify_bundle.py zelf."""
    try:
        asked = verify_bundle.question(key, witness or [], quorum, since, compare)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    verdict = verify_bundle.verify(file, asked)
    if json:
        sys.stdout.write(jsonlib.dumps(verdict.document(), ensure_ascii=False, indent=2) + "\n")
    elif verdict.holds:
        sys.stdout.write("\n".join(verdict.lines()) + "\n")
    if not verdict.holds:
        fail("\n".join(verdict.lines()), 1)


def _one_of(case: UUID | None, subject: UUID | None, org: str | None, first: str | None, last: str | None) -> None:
    if sum(one is not None for one in (case, subject, org)) != 1:
        raise typer.BadParameter("geef precies één van --case, --subject en --participant")
    if org is None and (first or last):
        raise typer.BadParameter("--from en --until horen bij --participant")


def _scope(
    case: UUID | None,
    subject: UUID | None,
    org: str | None,
    since: datetime | None,
    until: datetime | None,
    purpose: str,
) -> Scope:
    if case is not None:
        return Scope("CASE", purpose, case_id=case)
    if subject is not None:
        return Scope("SUBJECT", purpose, subject_id=subject)
    return Scope("PARTICIPANT", purpose, org=org, since=since, until=until)


def _midnight(day: str | None, later: int) -> datetime | None:
    if day is None:
        return None
    try:
        start = date.fromisoformat(day) + timedelta(days=later)
    except ValueError:
        raise typer.BadParameter(f"{day} is geen dag; schrijf JJJJ-MM-DD") from None
    return datetime.combine(start, time(), AMSTERDAM).astimezone(UTC)
