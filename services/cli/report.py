"""``zvh report``: the eight reports, made again from the log at any place; tracing a figure; publishing an edition."""

import hashlib
import sys
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from events.errors import BadSetting, NotFound
from projections.figures_period import Period
from projections.figures_tally import ALL, Wanted
from services.acting import Acting
from services.bootstrap import House, open_house
from services.bootstrap.reporting import CHUNK, earlier_edition, log_of, report_of, size_of
from services.cli.output import JsonFlag, console, emit, fail, progress, table, writable
from services.oversight import PublishReport
from services.reports.catalogue import REPORTS, definition_of
from services.reports.make import Asked, Edition
from services.reports.model import Count, Counted, Definition, Listed, Measured, Report, Spread
from services.reports.page import as_html
from services.reports.trail import names_of
from services.reports.written import as_csv, as_json

app = typer.Typer(help="Rapporten, elk opnieuw te maken uit het logboek.", no_args_is_help=True)


class Form(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    HTML = "html"


WRITE: Mapping[Form, Callable[[Report], bytes]] = {Form.JSON: as_json, Form.CSV: as_csv, Form.HTML: as_html}
Year = Annotated[int | None, typer.Option(min=1900, max=9998, help="Kalenderjaar.")]
Quarter = Annotated[int | None, typer.Option(min=1, max=4, help="Kwartaal van dat jaar; niet voor openbare rapporten.")]
First = Annotated[str | None, typer.Option("--from", help="Eerste dag, JJJJ-MM-DD; niet voor openbare rapporten.")]
Last = Annotated[str | None, typer.Option("--to", help="Laatste dag, JJJJ-MM-DD.")]
At = Annotated[int | None, typer.Option(min=0, help="Plaats in het logboek; anders het nieuwste controlepunt.")]
Since = Annotated[
    int | None, typer.Option(min=0, help="Plaats van de vorige editie; anders die van de laatste die is gepubliceerd.")
]
Chamber = Annotated[str | None, typer.Option(help="Alleen deze kamer, bijvoorbeeld CHAMBER_NORTH.")]
Kafka = Annotated[
    bool, typer.Option("--kafka", help="Lees de feiten van Kafka, partitie voor partitie; de bytes zijn dezelfde.")
]
Output = Annotated[Path | None, typer.Option("--output", "-o", callback=writable, help="Schrijf naar dit bestand.")]


def period_of(year: int | None, quarter: int | None, first: str | None, last: str | None) -> Period:
    """Return the period that was asked for. Raises: typer.BadParameter."""
    if (year is None) == (first is None) or (first is None) != (last is None) or (quarter and year is None):
        raise typer.BadParameter("geef --year, --year met --quarter, of --from en --to samen")
    try:
        if year is not None:
            return Period.of_quarter(year, quarter) if quarter else Period.of_year(year)
        return Period(date.fromisoformat(str(first)), date.fromisoformat(str(last)))
    except ValueError:
        raise typer.BadParameter(
            "de periode klopt niet: geef dagen als JJJJ-MM-DD, de eerste voor de laatste"
        ) from None


def wanted_of(definition: Definition, figure: str, facet: str | None, key: str | None) -> Wanted:
    """Return the figure of a report that is to be traced. Raises: typer.BadParameter."""
    found = definition.figure(figure)
    if isinstance(found, Spread):
        return Wanted(found.series, ALL, key or ALL)
    series = getattr(found, "series", "")
    if not series:
        known = ", ".join(one.id for one in definition.figures if getattr(one, "series", ""))
        raise typer.BadParameter(f"dit cijfer is er niet of bestaat niet uit feiten; kies uit: {known}")
    if facet is None:
        return Wanted(series)
    facets = [by.facet for by in found.by] if isinstance(found, Count) else []
    if facet not in facets or key is None:
        raise typer.BadParameter(f"geef --by met --key; uitsplitsingen van dit cijfer: {', '.join(facets) or 'geen'}")
    return Wanted(series, facet, key)


def edition_of(
    house: House,
    definition: Definition,
    period: Period,
    at: int | None,
    since: int | None,
    place: str | None = None,
    trace: Wanted | None = None,
    *,
    quiet: bool = False,
    from_kafka: bool = False,
) -> Edition:
    """Make an edition with progress. Raises: BadSetting; NotFound; Unavailable; Corrupt."""
    house.settle()
    size = size_of(house) if at is None else at
    since = earlier_edition(house, definition.name, size) if since is None else since
    if place is not None and place not in {one.code for one in house.reference.places(house.clock.now())}:
        raise BadSetting("Deze kamer is er niet. Kies een code uit de tabel van kamers.")
    chunks = (size // CHUNK + 1) * (2 if definition.samples else 1)
    with progress(f"{definition.title} uit {size} feiten", chunks, quiet) as one_more:
        log = log_of(house, size, one_more, from_kafka=from_kafka)
        return report_of(house, Asked(definition, period, since, place, trace), log)


def _command(definition: Definition) -> Callable[..., None]:
    def command(
        year: Year = None,
        quarter: Quarter = None,
        first: First = None,
        last: Last = None,
        at: At = None,
        since: Since = None,
        chamber: Chamber = None,
        form: Annotated[Form, typer.Option("--format", help="Vorm van het rapport.")] = Form.TEXT,
        output: Output = None,
        kafka: Kafka = False,
        json: JsonFlag = False,
    ) -> None:
        period = period_of(year, quarter, first, last)
        form = Form.JSON if json else form
        if form is Form.TEXT and output is not None:
            raise typer.BadParameter("een bestand is html, csv of json; kies met --format")
        with open_house() as house:
            report = edition_of(house, definition, period, at, since, chamber, from_kafka=kafka).report
        if form is Form.TEXT:
            say(report)
        elif output is None:
            sys.stdout.buffer.write(WRITE[form](report))
        else:
            output.write_bytes(WRITE[form](report))
        if not report.complete:
            fail("Het rapport is niet volledig: de feiten zijn niet die van het logboek. Draai `zvh audit fsck`.", 1)

    command.__doc__ = f"{definition.title}. {definition.readers}"
    return command


for _name, _definition in REPORTS.items():
    app.command(_name)(_command(_definition))


@app.command()
def trace(
    report: Annotated[str, typer.Argument(help="Naam van het rapport, bijvoorbeeld annual.")],
    figure: Annotated[str, typer.Argument(help="Id van het cijfer, zoals in de JSON.")],
    by: Annotated[str | None, typer.Option(help="Uitsplitsing, zoals in de JSON.")] = None,
    key: Annotated[str | None, typer.Option(help="Rij van die uitsplitsing, bijvoorbeeld POLICE.")] = None,
    year: Year = None,
    quarter: Quarter = None,
    first: First = None,
    last: Last = None,
    at: At = None,
    json: JsonFlag = False,
) -> None:
    """Noem de feiten achter een cijfer: nummer in het logboek, id en soort."""
    definition = definition_of(report)
    period, wanted = period_of(year, quarter, first, last), wanted_of(definition, figure, by, key)
    with open_house() as house:
        edition = edition_of(house, definition, period, at, None, None, wanted, quiet=json)
        size = edition.report.log_size
        found = names_of(house.log.read(0, size), edition.traced)
    document = {
        "definition": definition.id,
        "figure": figure,
        "by": by,
        "key": key,
        "log_size": size,
        "root_hash": edition.report.root_hash,
        "facts": [{"index": index, "id": fact_id, "type": kind} for index, fact_id, kind in found],
    }
    emit(json, document, lambda: table(f"{len(found)} feiten", ("nr", "id", "feit"), found))


@app.command()
def publish(
    report: Annotated[str, typer.Argument(help="Naam van het rapport, bijvoorbeeld annual.")],
    person: Annotated[str, typer.Option(help="Naam van de medewerker van het huis; wordt een pseudoniem.")],
    task: Annotated[str, typer.Option(help="Taak waarvoor: chain-management of privacy-office.")] = "chain-management",
    year: Year = None,
    quarter: Quarter = None,
    first: First = None,
    last: Last = None,
    at: At = None,
    json: JsonFlag = False,
) -> None:
    """Geef een editie uit: leg vast welk rapport, tot welke plaats in het logboek, met welke bytes."""
    definition, period = definition_of(report), period_of(year, quarter, first, last)
    with open_house() as house:
        made = edition_of(house, definition, period, at, None, quiet=json).report
        if not made.complete:
            raise NotFound("Een rapport dat niet volledig is, wordt niet uitgegeven. Draai eerst `zvh audit fsck`.")
        if not made.over:
            raise BadSetting("Deze periode is nog niet voorbij. Geef het rapport uit als zij voorbij is.")
        asked = PublishReport(
            report=definition.name,
            definition=definition.id,
            first_day=period.first,
            last_day=period.last,
            log_size=made.log_size,
            root_hash=made.root_hash,
            digest=hashlib.sha256(as_json(made)).hexdigest(),
            since=made.corrections.since if made.corrections is not None else None,
        )
        staff, oin = house.reference.staff, house.settings.house_oin
        acting = Acting(house.pseudonyms.person(oin, person), staff.code, oin, task)
        house.oversight.carry_out(house.order("PublishReport", acting, house.oversight.stream, asked), asked)
        house.settle()
    document = {"report": report, "log_size": made.log_size, "root_hash": made.root_hash, "digest": asked.digest}
    emit(json, document, lambda: console.print(f"Uitgegeven: {definition.title}, stand {made.log_size} feiten."))


def say(report: Report) -> None:
    """Tell a person what a report says."""
    console.print(f"{report.definition.title}, {report.period.first} tot en met {report.period.last}")
    console.print(f"{report.log_size} feiten, wortel {report.root_hash}")
    console.print("Volledig." if report.complete else "NIET volledig.")
    for result in report.results:
        label = result.figure.label
        if isinstance(result, Counted):
            if result.figure.total:
                console.print(f"\n{label}: {_number(result.total)}")
            for one in result.tables:
                columns = (*(column.label for column in one.by.columns), "aantal")
                rows = [(*number.names, _number(number.count)) for number in one.numbers]
                if rows:
                    table(f"{label} {one.by.label}", columns, rows)
        elif isinstance(result, Measured):
            columns = (result.figure.column.label, "middelste", "9 van 10 binnen")
            table(f"{label} (dagen)", columns, [(row.name, row.median, row.nine_in_ten) for row in result.rows])
        elif isinstance(result, Listed):
            table(label, [column.label for column in result.figure.columns], result.named)
    if report.corrections is not None:
        changed = [
            (one.period.first, one.label, ", ".join(one.names), one.before, one.now) for one in report.corrections.found
        ]
        table("Correcties op eerdere edities", ("periode vanaf", "cijfer", "rij", "was", "is nu"), changed)


def _number(count: int | None) -> str:
    return "niet getoond" if count is None else str(count)
