"""``zvh demo``, ``zvh serve`` and ``zvh worker``: the product at work."""

import errno
import socket
from contextlib import nullcontext
from typing import Annotated

import typer

from events.errors import BadSetting
from services.bootstrap import load, open_house, workers
from services.cli.output import STOPPED, JsonFlag


def demo(
    kafka: Annotated[bool, typer.Option("--kafka", help="Speel over een echte Kafka (Java en Maven nodig).")] = False,
    json: JsonFlag = False,
) -> None:
    """Speel een week verkeer van partners, van aanmelding tot bewijs, met verzonnen personen."""
    from services.demo import play

    play(load(), with_kafka=kafka, as_json=json)


def serve(
    embedded: Annotated[
        bool, typer.Option("--embedded", help="Draai doorgever, overzichten en berichten in dit proces.")
    ] = False,
) -> None:
    """Start de HTTP-dienst: zaken, opdrachten, verstrekkingen, werk, gezondheid en beschrijvingen."""
    import uvicorn

    from services.api import make_api

    settings = load()
    with open_house(settings, keeps_running=True) as house:
        beside = workers.in_background(house, clock=True) if embedded or house.embedded else nullcontext()
        with beside:
            try:
                # Without this look the library stops with a code of its own and the system's English words.
                _free(settings.http_host, settings.http_port)
                uvicorn.run(make_api(house), host=settings.http_host, port=settings.http_port, log_config=None)
            except SystemExit as end:
                if end.code != STOPPED:  # to be asked to stop is how a service ends well
                    raise


def _free(host: str, port: int) -> None:
    """Look whether the service can listen there. Raises: BadSetting."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        why = errno.errorcode.get(error.errno or 0, "adres")
        raise BadSetting(
            f"Op {host}, poort {port}, kan de dienst niet luisteren ({why}). Stop het andere programma, "
            "of kies een andere plaats met ZVH_HTTP_HOST en ZVH_HTTP_PORT."
        ) from None


def worker(
    name: Annotated[workers.Name, typer.Argument(help="intake, relay, projections, feeds, clock of ldv.")],
) -> None:
    """Start een werker die feiten verder brengt, tot hij wordt gestopt."""
    with open_house(keeps_running=True) as house:
        workers.run(house, name)
