"""``zvh infra``: topics, users and rights on Kafka."""

from pathlib import Path
from typing import Annotated

import typer

from events.errors import BadSetting
from services.bootstrap import kafka_admin, load
from services.cli.output import JsonFlag, emit, fail, table

app = typer.Typer(help="Topics, gebruikers en rechten op Kafka.", no_args_is_help=True)


@app.command()
def diff(json: JsonFlag = False) -> None:
    """Toon wat op Kafka anders is dan in infra/topics.toml; eindigt met 1 als er verschil is."""
    found = kafka_admin.difference(load())
    document = {"differences": [{"what": one.what, "problem": one.problem} for one in found]}
    emit(
        json, document, lambda: table("Verschillen op Kafka", ("wat", "verschil"), [(o.what, o.problem) for o in found])
    )
    if found:
        fail(f"Op Kafka zijn {len(found)} dingen anders dan afgesproken. Herstel ze met `zvh infra apply`.", 1)


@app.command()
def apply(
    passwords: Annotated[
        Path | None,
        typer.Option(
            help="Bestand met regels gebruiker=wachtwoord, voor nieuwe of gewijzigde gebruikers.", exists=True
        ),
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Maak Kafka zoals infra/topics.toml zegt. Nog een keer uitvoeren verandert niets."""
    changed = kafka_admin.apply(load(), _read(passwords) if passwords else {})
    document = {"changes": [{"what": one.what, "problem": one.problem} for one in changed]}
    emit(json, document, lambda: table("Gewijzigd op Kafka", ("wat", "was"), [(o.what, o.problem) for o in changed]))


def _read(path: Path) -> dict[str, str]:
    if path.stat().st_mode & 0o077:
        raise BadSetting(f"{path} is voor anderen leesbaar. Zet de rechten van het bestand op 600.")
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    pairs = [line.partition("=") for line in lines]
    known = set(kafka_admin.users())
    for number, (user, sign, password) in enumerate(pairs, start=1):
        if not sign or not password or user.strip() not in known:
            raise BadSetting(f"Regel {number} van {path} is geen gebruiker=wachtwoord van een bekende gebruiker.")
    return {user.strip(): password for user, _, password in pairs}
