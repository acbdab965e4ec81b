"""``zvh keys``: the key-encryption keys of the house, and changing to another one."""

from enum import StrEnum
from typing import Annotated

import typer

from services.bootstrap import open_house
from services.cli.output import JsonFlag, console, emit, table

app = typer.Typer(help="De hoofdsleutels van het huis, en de wissel naar een andere.", no_args_is_help=True)
STATES = {"CURRENT": "verpakt wat nieuw is", "READABLE": "wordt nog gelezen", "RETIRED": "wordt geweigerd"}


class Target(StrEnum):
    """Which key-encryption key comes into force."""

    KEY = "key"
    NEXT = "next"
    TRANSIT = "transit"


@app.command("list")
def list_keys(json: JsonFlag = False) -> None:
    """Toon elke hoofdsleutel die dit huis gebruikte, en hoeveel sleutels eronder staan. Nooit de sleutel zelf."""
    with open_house() as house:
        found = house.rotation.standing()
    document = {
        "keys": [{"kek_id": one.kek_id, "state": one.state, "keys": one.keys, "here": one.here} for one in found]
    }
    rows = [(one.kek_id, STATES[one.state], one.keys, "ja" if one.here else "nee") for one in found]
    emit(json, document, lambda: table("Hoofdsleutels", ("naam", "stand", "sleutels", "hier bekend"), rows))


@app.command()
def rotate(
    to: Annotated[
        Target | None,
        typer.Option(
            help="key: ZVH_KEY(_FILE); next: ZVH_KEY_NEXT(_FILE); transit: ZVH_TRANSIT_URL. "
            "Leeg: de nieuwste versie van de hoofdsleutel die nu geldt."
        ),
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Verpak alle sleutels opnieuw, terwijl de diensten doorwerken. Geen feit verandert.

    Geef eerst elke dienst beide hoofdsleutels en start haar opnieuw. Mag worden onderbroken en nog eens gestart; daarna
    wordt de oude hoofdsleutel geweigerd.
    """
    with open_house() as house:
        done = house.rotation.run(None if to is None else house.kek_id(to.value))
    document = {"kek_id": done.kek_id, "renewed": done.renewed, "retired": list(done.retired)}

    def say() -> None:
        if to is None and not done.renewed:
            console.print("Alles stond al onder de nieuwste versie. Kies met --to een andere hoofdsleutel.")
        else:
            console.print(f"{done.renewed} sleutels staan nu onder hoofdsleutel {done.kek_id}.")
        for one in done.retired:
            console.print(f"Hoofdsleutel {one} wordt niet meer gelezen. Bewaar hem zolang er oudere back-ups zijn.")

    emit(json, document, say)
