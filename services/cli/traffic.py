"""``zvh simulate`` and ``zvh ingest``: partner traffic out and in."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from events.errors import BadSetting
from policies.reference import Reference
from services import simulate as simulation
from services.bootstrap import House, Settings, SystemClock, load, open_house
from services.cli.output import JsonFlag, console, emit, progress, table, writable
from services.intake import ingest as take_all
from services.policy_replay import decisions_of, replayed
from services.policy_sets import sets_of
from services.year.lines import EmbeddedLine, Line
from services.year.log_counts import LogCounts
from services.year.moment import FIRST_DAY, MovedClock
from services.year.over_kafka import kafka_house
from services.year.play import DAYS, Play
from services.year.summary import year_document


def simulate(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", callback=writable, help="Schrijf JSON Lines naar dit bestand.")
    ] = None,
    to_kafka: Annotated[
        bool,
        typer.Option(
            "--kafka", help="Over Kafka: naar de intake-topics van de deelnemers; met --year over een eigen Kafka."
        ),
    ] = False,
    seed: Annotated[int, typer.Option(help="Zelfde getal, zelfde verkeer.")] = 1,
    days: Annotated[int, typer.Option(min=1, max=3660, help="Aantal dagen.")] = 7,
    per_day: Annotated[float, typer.Option(min=0.1, max=100_000, help="Aanmeldingen per dag, gemiddeld.")] = 30,
    faulty: Annotated[float, typer.Option(min=0, max=1, help="Deel van de aanmeldingen met een fout.")] = 0.05,
    start: Annotated[datetime, typer.Option(help="Eerste moment, UTC.")] = datetime(2026, 3, 2, 8, tzinfo=UTC),
    year: Annotated[bool, typer.Option("--year", help="Speel een heel jaar met alle deelnemers en kamers.")] = False,
    referrals: Annotated[int, typer.Option(min=1, max=100_000, help="Aantal zaken van het jaar.")] = 150,
    json: JsonFlag = False,
) -> None:
    """Maak verkeer van partners: goede, dubbele, late en foute berichten, altijd met verzonnen personen."""
    if year:
        play_year(seed, referrals, with_kafka=to_kafka, json=json)
        return
    plan = simulation.Plan(seed, start.replace(tzinfo=UTC), days, per_day, faulty)
    reference = Reference.load()
    if to_kafka:
        settings = load()
        if settings.kafka_bootstrap is None:
            raise BadSetting("Voor --kafka is ZVH_KAFKA_BOOTSTRAP nodig. Geef het adres, of gebruik --output.")
        with open_house(settings) as house:
            expected = simulation.send(plan, reference, house.outbox)
    elif output is None:
        simulation.write(plan, reference, sys.stdout.buffer)
        return
    else:
        with output.open("wb") as file:
            expected = simulation.write(plan, reference, file)
    document = {"lines": expected.pop("lines"), "expected": dict(sorted(expected.items()))}
    emit(
        json,
        document,
        lambda: table(f"{document['lines']} berichten", ("uitkomst", "aantal"), sorted(expected.items())),
    )


def play_year(seed: int, referrals: int, *, with_kafka: bool, json: bool) -> None:
    """Play a year in the instance of the settings, or in a temporary one, and tell what became of it."""
    settings = load()
    if settings.kafka_bootstrap is not None:
        raise BadSetting("Een jaar speelt in een instantie van zichzelf. Haal ZVH_KAFKA_BOOTSTRAP weg.")
    clock = MovedClock(FIRST_DAY, SystemClock())
    with _year_house(settings, clock, with_kafka=with_kafka) as (house, line):
        if house.log.size():
            raise BadSetting("Deze instantie heeft al feiten. Kies voor het jaar een lege map.")
        play = Play(house, clock, line, seed, referrals)
        with progress("Een jaar spelen", DAYS, quiet=json) as one_more:
            played = play.run(one_more)
        counts, log = LogCounts(), house.log.read(0, house.log.size())
        facts = counts.of_decisions(decisions_of(counts.of_log(log)))
        decided = replayed(facts, sets_of(house.store, house.governance.stream))
        document = year_document(played, line.outcomes, house.replay(), decided, counts)
    rows = [(name, number) for name, number in sorted(played.stages.items())]
    emit(json, document, lambda: table(f"Na een jaar: {sum(played.stages.values())} zaken", ("fase", "aantal"), rows))


@contextmanager
def _year_house(settings: Settings, clock: MovedClock, *, with_kafka: bool) -> Iterator[tuple[House, Line]]:
    if with_kafka:
        with kafka_house(settings, clock) as (house, over_kafka):
            yield house, over_kafka
        return
    with open_house(settings, temporary=settings.database is None, clock=clock) as house:
        yield house, EmbeddedLine(house)


def ingest(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON Lines: een CloudEvent per regel.")],
    json: JsonFlag = False,
) -> None:
    """Neem een bestand met berichten van partners aan; elke regel krijgt zijn eigen uitkomst."""
    with file.open("rb") as lines:
        total = sum(1 for _ in lines)
    with open_house() as house, file.open("rb") as lines:
        with progress("Aannemen", total, quiet=json) as one_more:
            counted = take_all(lines, house.intake, lambda *_: one_more())
        house.settle()
    outcomes = counted["outcomes"]
    rows = sorted(outcomes.items()) if isinstance(outcomes, dict) else []
    emit(json, counted, lambda: table(f"{counted['lines']} regels aangenomen", ("uitkomst", "aantal"), rows))
    if not json:
        console.print("Bekijk de zaken met `zvh case list`.")
