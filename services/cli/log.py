"""``zvh log``: the log that anyone can check: its key, its newest checkpoint, the proof of a fact, and witnesses."""

import sys
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from events.errors import BadSetting
from services.bootstrap import SystemClock, open_house
from services.bootstrap.processing_log import processing_log
from services.bootstrap.witnessing import ask_witnesses, look, make_witness, open_witness
from services.cli.output import JsonFlag, console, emit, fail, table, writable

app = typer.Typer(help="Het logboek dat iedereen kan controleren.", no_args_is_help=True)


@app.command()
def key(json: JsonFlag = False) -> None:
    """Toon de sleutel waarmee anderen het logboek controleren."""
    with open_house() as house:
        house.settle()
        found = str(house.transparency.key())
    emit(json, {"key": found}, lambda: _tell(f"{found}\n"))


@app.command()
def checkpoint(json: JsonFlag = False) -> None:
    """Toon het nieuwste ondertekende controlepunt, met de medeondertekeningen tot nu toe."""
    with open_house() as house:
        house.settle()
        found = house.transparency.checkpoint()
    emit(json, {"checkpoint": found}, lambda: _tell(found))


@app.command()
def prove(
    fact: Annotated[UUID, typer.Argument(help="Het id van het feit.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", callback=writable, help="Schrijf het bewijs naar dit bestand.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Bewijs dat een feit in het logboek staat; het bewijs (.tlog-proof) is zonder ons te controleren."""
    with open_house() as house:
        house.settle()
        proof = house.transparency.prove(fact)
        witnessed = house.transparency.is_witnessed(proof)
    if output is not None:
        output.write_text(str(proof), encoding="utf-8")
    document = {"fact": str(fact), "index": proof.index, "witnessed": witnessed, "proof": str(proof)}
    emit(json, document, lambda: _tell("" if output is not None else str(proof)))


@app.command()
def ldv(
    to: Annotated[
        str, typer.Option("--to", help="Adres van een ontvanger (OTLP, https://…/v1/traces) of een bestand.")
    ],
    json: JsonFlag = False,
) -> None:
    """Schrijf de logregels volgens Logboek Dataverwerkingen: één per persoon en verstrekking, zonder namen of BSN.

    Gaat verder waar het de vorige keer ophield, en pas verder als de ontvanger heeft bevestigd.
    """
    written = 0
    with open_house() as house:
        house.settle()
        with processing_log(house, to) as writing:
            while (lines := writing.step()) is not None:
                written += lines
        size = house.log.size()
    document = {"lines": written, "log_size": size}
    emit(json, document, lambda: console.print(f"{written} logregels geschreven; het logboek telt {size} feiten."))


@app.command()
def cosign(json: JsonFlag = False) -> None:
    """Vraag de getuigen die een adres hebben om het nieuwste controlepunt mede te ondertekenen."""
    with open_house() as house:
        house.settle()
        policy = house.transparency.policy
        if not policy.urls:
            raise BadSetting("Geen getuige heeft een adres. Zet ze in het bestand van ZVH_LOG_POLICY_FILE.")
        told = ask_witnesses(house.transparency.reader, policy)
    rows = [(name, problem or "medeondertekend") for name, problem in told.items()]
    document = {"witnesses": [{"name": name, "problem": problem} for name, problem in told.items()]}
    emit(json, document, lambda: table("Getuigen", ("getuige", "uitkomst"), rows))
    if any(told.values()):
        fail("Niet elke getuige ondertekende mee. Vraag de andere waarom, of probeer het later opnieuw.", 1)


@app.command()
def witness(
    folder: Annotated[Path, typer.Argument(help="Map van deze getuige: sleutel, naam en wat hij het laatst zag.")],
    url: Annotated[str | None, typer.Option(help="Kijk één keer naar het logboek op dit adres (…/log).")] = None,
    name: Annotated[str | None, typer.Option(help="Maak een nieuwe getuige, bijvoorbeeld politie.nl/w1.")] = None,
    log: Annotated[list[str] | None, typer.Option(help="Sleutel van een logboek waarvan hij getuige wordt.")] = None,
    serve: Annotated[str | None, typer.Option(help="Antwoord op verzoeken van logboeken: ADRES:POORT.")] = None,
    json: JsonFlag = False,
) -> None:
    """Wees getuige van een logboek: onderteken mee wat groeit, en sla alarm bij een afsplitsing.

    Draait bij een deelnemer; heeft geen instantie nodig. Zonder --url en --serve toont het de sleutel van de getuige.
    Een afsplitsing eindigt met 1 en toont beide controlepunten.
    """
    if name is not None:
        make_witness(folder, name, log or [])
    elif log:
        raise BadSetting("Gebruik --log samen met --name: welke logboeken een getuige volgt, ligt daarna vast.")
    place = open_witness(folder, SystemClock().now)
    if serve is not None:
        _serve(folder, serve)
    elif url is not None:
        watched = look(place, url)
        document = {
            "origin": watched.checkpoint.origin,
            "old_size": watched.old,
            "size": watched.checkpoint.size,
            "cosignature": watched.cosignature,
        }
        said = f"{watched.checkpoint.origin}: van {watched.old} naar {watched.checkpoint.size} feiten, medeondertekend."
        emit(json, document, lambda: console.print(said))
    else:
        emit(json, {"key": str(place.key)}, lambda: _tell(f"{place.key}\n"))


def _serve(folder: Path, where: str) -> None:
    import uvicorn

    from services.http.witness import make_witness_api

    host, colon, port = where.rpartition(":")
    if not colon or not port.isdigit() or not 0 < int(port) < 65536:
        raise BadSetting("Geef --serve een adres en een poort, bijvoorbeeld 127.0.0.1:8090.")
    uvicorn.run(make_witness_api(folder), host=host.strip("[]"), port=int(port), log_config=None)


def _tell(text: str) -> None:
    """Print *text* as it is: notes and keys are for programs too."""
    sys.stdout.write(text)
