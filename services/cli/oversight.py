"""``zvh oversight``: record breaches, audits, advice and impact assessments, and see what was recorded."""

import json as jsonlib
from typing import Annotated
from uuid import uuid4

import typer
from pydantic import TypeAdapter, ValidationError

from events.fact import rfc3339
from services.acting import Acting
from services.bootstrap import open_house
from services.cli.cases import short
from services.cli.output import JsonFlag, console, emit, table
from services.oversight import COMMANDS, Command

app = typer.Typer(
    help="Verantwoording buiten de zaken om: datalekken, audits, adviezen, beoordelingen vooraf.", no_args_is_help=True
)


@app.command("list")
def recorded(json: JsonFlag = False) -> None:
    """Toon wat is vastgelegd: codes en nummers, geen tekst."""
    with open_house() as house:
        rows = [
            {
                "recorded_at": rfc3339(one.envelope.recorded_at),
                "type": one.fact.type_name,
                "id": str(one.envelope.causation_id),
                "fact": jsonlib.loads(one.fact.model_dump_json(exclude_none=True)),
            }
            for one in house.oversight.history()
        ]
    columns = ("vastgelegd", "feit", "nummer")
    shown = [(str(one["recorded_at"])[:19], short(str(one["type"])), one["id"]) for one in rows]
    emit(json, {"records": rows}, lambda: table(f"{len(rows)} vastleggingen", columns, shown))


@app.command()
def record(
    command: Annotated[str, typer.Argument(help=f"Een van: {', '.join(n for n in COMMANDS if n != 'PublishReport')}.")],
    content: Annotated[typer.FileText, typer.Argument(help="JSON met de velden van de opdracht; - is stdin.")],
    person: Annotated[str, typer.Option(help="Naam van de medewerker van het huis; wordt een pseudoniem.")],
    task: Annotated[str, typer.Option(help="Taak waarvoor: privacy-office of chain-management.")] = "privacy-office",
    json: JsonFlag = False,
) -> None:
    """Leg iets vast. Over een datalek, bevinding of advies besluit een ander dan wie het heeft vastgelegd."""
    shape = COMMANDS.get(command)
    if shape is None or command == "PublishReport":
        raise typer.BadParameter("deze opdracht is er niet; --help noemt ze")
    asked = _read(TypeAdapter(shape), content.read())
    with open_house() as house:
        oin, command_id = house.settings.house_oin, uuid4()
        acting = Acting(house.pseudonyms.person(oin, person), house.reference.staff.code, oin, task)
        order = house.order(command, acting, house.oversight.stream, asked, command_id)
        fact = house.oversight.carry_out(order, asked).facts[0].fact
        house.settle()
    document = {"id": str(command_id), "type": fact.type_name, "fact": jsonlib.loads(fact.model_dump_json())}
    emit(json, document, lambda: console.print(f"Vastgelegd als {command_id} ({short(fact.type_name)})."))


def _read(shape: TypeAdapter[Command], text: str) -> Command:
    """Return the command that a JSON text holds. Raises: typer.BadParameter, naming the field and never its value."""
    try:
        return shape.validate_json(text)
    except ValidationError as error:
        places = sorted({".".join(str(step) for step in one["loc"]) or "de JSON" for one in error.errors()})
        raise typer.BadParameter(f"dit klopt niet of ontbreekt: {', '.join(places)}") from None
