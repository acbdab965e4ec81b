"""``zvh work``: what waits for whom, until when, and how much that is."""

from dataclasses import asdict
from typing import Annotated

import typer

from policies.work_kinds import KINDS
from services.bootstrap import open_house
from services.cli.output import JsonFlag, emit, table

app = typer.Typer(help="Werk: wat op wie wacht, tot wanneer, en hoeveel dat is.", no_args_is_help=True)
Role = Annotated[str | None, typer.Option(help="Alleen werk van deze rol, bijvoorbeeld PROCESS_DIRECTOR.")]
Org = Annotated[str | None, typer.Option(help="Alleen werk van deze organisatie; HOUSE_STAFF voor het huis zelf.")]


@app.command("list")
def list_work(
    role: Role = None,
    org: Org = None,
    late: Annotated[bool, typer.Option("--late", help="Alleen wat te laat is.")] = False,
    json: JsonFlag = False,
) -> None:
    """Toon wat er te doen is, wat het eerst af moet bovenaan."""
    with open_house() as house:
        house.settle()
        found = house.views.work(role, org, house.clock.now() if late else None)
    fields = ("case_id", "kind", "about", "org", "role", "due")
    document = {"work": [{name: getattr(row, name) for name in fields} for row in found]}
    rows = [(row.case_id, KINDS[row.kind].name_nl, row.org, (row.due or "")[:10]) for row in found]
    emit(json, document, lambda: table(f"{len(found)} dingen te doen", ("zaak", "wat", "wie", "voor"), rows))


@app.command()
def load(org: Org = None, json: JsonFlag = False) -> None:
    """Tel het open en het late werk, per rol, organisatie en soort."""
    with open_house() as house:
        house.settle()
        found = house.views.load(house.clock.now(), org)
    rows = [
        (one.role, one.org, KINDS[one.kind].name_nl, one.open, one.late, (one.first_due or "")[:10]) for one in found
    ]
    columns = ("rol", "organisatie", "wat", "open", "te laat", "eerst voor")
    emit(json, {"load": [asdict(one) for one in found]}, lambda: table("Werkvoorraad", columns, rows))
