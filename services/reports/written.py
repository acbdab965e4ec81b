"""A report as JSON and as CSV, to compute with. The same report gives the same bytes: no clock and no locale."""

import csv
import io
import json
from collections.abc import Iterator

from services.reports.model import Correction, Corrections, Counted, Listed, Measured, Report, Result, Table, Value

ZONE = "Europe/Amsterdam"


def as_json(report: Report) -> bytes:
    """Return the JSON document: UTF-8, two spaces, a line feed at the end."""
    return (json.dumps(document_of(report), ensure_ascii=False, indent=2) + "\n").encode()


def document_of(report: Report) -> dict[str, object]:
    """Return the document. A number that is withheld is null."""
    period = report.period
    document: dict[str, object] = {
        "definition": report.definition.id,
        "period": {
            "from": period.first.isoformat(),
            "to": period.last.isoformat(),
            "zone": ZONE,
            "as_of": report.as_of,
            "over": report.over,
            **({"place": report.place} if report.place is not None else {}),
        },
        "log_size": report.log_size,
        "root_hash": report.root_hash,
        "complete": report.complete,
        "figures": {result.figure.id: _figure(result, report.threshold) for result in report.results},
    }
    if report.corrections is not None:
        document["corrections"] = _corrections(report.corrections)
    return document


def _figure(result: Result, threshold: int | None) -> dict[str, object]:
    said: dict[str, object] = {"label": result.figure.label, "definition": result.figure.says}
    if isinstance(result, Counted):
        if result.figure.total:
            said["total"] = result.total
        if threshold is not None:
            said["withheld_below"] = threshold
        said["by"] = {table.by.facet: _rows(table) for table in result.tables}
    elif isinstance(result, Measured):
        said["unit"] = "days"
        said["rows"] = [
            {
                result.figure.column.name: row.key,
                "name": row.name,
                **({"measured": row.measured} if result.tells_how_many else {}),
                "median": row.median,
                "nine_in_ten": row.nine_in_ten,
            }
            for row in result.rows
        ]
    else:
        names = [column.name for column in result.figure.columns]
        said["rows"] = [dict(zip(names, row, strict=True)) for row in result.rows]
    return said


def _rows(table: Table) -> list[dict[str, Value]]:
    return [
        {
            **{column.name: code for column, code in zip(table.by.columns, number.key, strict=True)},
            "name": ", ".join(number.names),
            "count": number.count,
        }
        for number in table.numbers
    ]


def _corrections(found: Corrections) -> dict[str, object]:
    return {
        "since": found.since,
        "as_of": found.as_of,
        "periods": [{"from": one.first.isoformat(), "to": one.last.isoformat()} for one in found.periods],
        "changed": [_correction(one) for one in found.found],
        **({"late_facts": list(found.facts)} if found.facts is not None else {}),
    }


def _correction(one: Correction) -> dict[str, object]:
    return {
        "from": one.period.first.isoformat(),
        "to": one.period.last.isoformat(),
        "figure": one.figure,
        "by": one.table,
        "key": "/".join(one.key),
        "before": one.before,
        "now": one.now,
    }


COLUMNS = ("figure", "label", "by", "key", "name", "measure", "value")


def as_csv(report: Report) -> bytes:
    """Return one table with a line per number (RFC 4180, UTF-8); a number that is withheld is empty."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(["" if cell is None else cell for cell in line] for line in _lines(report))
    return text.getvalue().encode()


def _lines(report: Report) -> Iterator[tuple[Value, ...]]:
    period = report.period
    for measure, value in (
        ("definition", report.definition.id),
        ("from", period.first.isoformat()),
        ("to", period.last.isoformat()),
        ("place", report.place),
        ("as_of", report.as_of),
        ("over", _yes(report.over)),
        ("log_size", report.log_size),
        ("root_hash", report.root_hash),
        ("complete", _yes(report.complete)),
    ):
        yield "report", report.definition.title, "", "", "", measure, value
    for result in report.results:
        yield from _of_result(result)
    if report.corrections is not None:
        for one in report.corrections.found:
            where = (f"{one.period.first}/{one.period.last} {one.figure}", one.label, one.table, "/".join(one.key))
            yield *where, ", ".join(one.names), "before", one.before
            yield *where, ", ".join(one.names), "now", one.now


def _of_result(result: Result) -> Iterator[tuple[Value, ...]]:
    figure = result.figure
    if isinstance(result, Counted):
        if result.figure.total:
            yield figure.id, figure.label, "", "", "", "count", result.total
        for table in result.tables:
            for number in table.numbers:
                key, names = "/".join(number.key), ", ".join(number.names)
                yield figure.id, figure.label, table.by.facet, key, names, "count", number.count
    elif isinstance(result, Measured):
        for row in result.rows:
            where = (figure.id, figure.label, result.figure.column.name, row.key, row.name)
            if result.tells_how_many:
                yield *where, "measured", row.measured
            yield *where, "median_days", row.median
            yield *where, "nine_in_ten_days", row.nine_in_ten
    else:
        yield from _of_listing(result)


def _of_listing(result: Listed) -> Iterator[tuple[Value, ...]]:
    for number, row in enumerate(result.rows, start=1):
        for column, value in zip(result.figure.columns, row, strict=True):
            yield result.figure.id, result.figure.label, "row", number, "", column.name, value


def _yes(said: bool) -> str:
    return "true" if said else "false"
