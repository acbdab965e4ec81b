"""A report as one page in plain Dutch, to read on a screen and to print. Everything is in the page itself."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from html import escape
from importlib import resources

from services.dutch_dates import day_in_words
from services.reports.charts import Bar, bars
from services.reports.model import (
    Correction,
    Corrections,
    Counted,
    Listed,
    Measured,
    Report,
    Result,
    Table,
)

WITHHELD = "niet getoond"
NUMBERS = ("number", "facts", "cases")
"""Last columns of listings that hold numbers."""
MOST_BARS = 16
"""Rows above which a table says more than a drawing."""


def as_html(report: Report) -> bytes:
    """Return the page: HTML 5, UTF-8."""
    return "\n".join(_page(report)).encode() + b"\n"


def _page(report: Report) -> Iterator[str]:
    title = f"{report.definition.title} {_period(report)}"
    style = resources.files("services.reports").joinpath("page.css").read_text(encoding="utf-8")
    yield "<!DOCTYPE html>"
    yield '<html lang="nl">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(title)}</title>"
    yield f"<style>\n{style.rstrip()}\n</style>"
    yield "</head>"
    yield "<body>"
    yield '<a class="skip" href="#inhoud">Naar de inhoud</a>'
    yield "<header>"
    yield f"<h1>{escape(title)}</h1>"
    yield f"<p>{escape(report.definition.readers)}</p>"
    yield from _about(report)
    yield "</header>"
    yield from _contents(report)
    yield '<main id="inhoud">'
    for number, result in enumerate(report.results, start=1):
        yield from _section(number, result)
    if report.corrections is not None:
        yield from _corrections(report.corrections, report.threshold)
    yield "</main>"
    yield from _footer(report)
    yield "</body>"
    yield "</html>"


def _about(report: Report) -> Iterator[str]:
    period = report.period
    facts = f"{report.log_size} feiten"
    if report.as_of is not None:
        facts += f", het laatste vastgelegd op {_moment(report.as_of)}"
    yield '<dl class="about">'
    yield _term(
        "Periode", f"van {day_in_words(period.first)} tot en met {day_in_words(period.last)}, dagen in Nederland"
    )
    if report.place_name is not None:
        yield _term("Kamer", report.place_name)
    yield _term("Stand", facts)
    yield _term("Volledig", "ja, elk feit is gelezen en klopt met wat is ondertekend" if report.complete else "NEE")
    yield _term("Definitie", report.definition.id)
    yield "</dl>"
    if not report.complete:
        yield (
            '<p class="warning" role="alert">Dit rapport is niet volledig: de gelezen feiten zijn niet precies de '
            "feiten die zijn ondertekend. Gebruik de cijfers niet voordat dit is uitgezocht "
            "(<code>zvh audit fsck</code>).</p>"
        )
    if not report.over:
        yield (
            '<p class="note">De periode was bij deze stand nog niet voorbij. Dit is een tussenstand: er komen nog '
            "cijfers bij.</p>"
        )
    if report.threshold is not None:
        yield (
            f'<p class="note">Een aantal onder de {report.threshold} staat er niet in. Ook een groter aantal staat er '
            f"soms niet in, als een klein aantal er anders uit te berekenen was. Daar staat “{WITHHELD}”.</p>"
        )
    for note in report.definition.notes:
        yield f'<p class="note">{escape(note)}</p>'


def _term(name: str, value: str) -> str:
    return f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"


def _contents(report: Report) -> Iterator[str]:
    yield '<nav aria-label="Inhoud">'
    yield "<ol>"
    for result in report.results:
        yield f'<li><a href="#{result.figure.id}">{escape(result.figure.label)}</a></li>'
    if report.corrections is not None:
        yield '<li><a href="#correcties">Correcties op eerdere edities</a></li>'
    yield "</ol>"
    yield "</nav>"


def _section(number: int, result: Result) -> Iterator[str]:
    figure = result.figure
    yield f'<section id="{figure.id}" aria-labelledby="{figure.id}-h">'
    yield f'<h2 id="{figure.id}-h">{number}. {escape(figure.label)}</h2>'
    yield f"<p>{escape(figure.says)}</p>"
    if isinstance(result, Counted):
        yield from _counted(result)
    elif isinstance(result, Measured):
        yield from _measured(result)
    else:
        yield from _listed(result)
    yield "</section>"


def _counted(result: Counted) -> Iterator[str]:
    figure = result.figure
    if figure.total:
        total = (
            f'<span class="hidden">{WITHHELD}</span>' if result.total is None else f"<strong>{result.total}</strong>"
        )
        yield f'<p class="total"><span>Totaal</span> {total}</p>'
    for table in result.tables:
        yield from _breakdown(figure.id, figure.label, table)


def _breakdown(name: str, label: str, table: Table) -> Iterator[str]:
    if not table.numbers:
        yield f"<p>{escape(table.by.label.capitalize())}: geen.</p>"
        return
    shown = [one for one in table.numbers if one.count is not None]
    if not shown:
        yield f"<p>{escape(table.by.label.capitalize())}: geen enkel aantal mag worden getoond.</p>"
        return
    caption = f"{label} {table.by.label}"
    heads = [column.label for column in table.by.columns]
    rows = [(*one.names, WITHHELD if one.count is None else str(one.count)) for one in table.numbers]
    note = "" if table.by.adds_up else " Een zaak of verstrekking kan in meer rijen meetellen."
    drawing = ""
    if table.by.drawn and 1 < len(table.numbers) <= MOST_BARS and any(one.count for one in shown):
        drawn = [
            Bar(", ".join(one.names), one.count, WITHHELD if one.count is None else str(one.count))
            for one in table.numbers
        ]
        drawing = bars(f"{name}-{table.by.facet}", caption, "Dezelfde aantallen als in de tabel hiernaast.", drawn)
    yield '<div class="pair">'
    yield _grid(caption + "." + note, (*heads, "aantal"), rows, numbers_from=len(heads))
    yield drawing
    yield "</div>"


def _measured(result: Measured) -> Iterator[str]:
    if not result.rows:
        yield "<p>Er is in deze periode te weinig gemeten om iets te tonen.</p>"
        return
    heads = [result.figure.column.label, "middelste", "negen van de tien binnen"]
    rows = [
        (row.name, _days(row.median), _days(row.nine_in_ten), *([str(row.measured)] if result.tells_how_many else []))
        for row in result.rows
    ]
    if result.tells_how_many:
        heads.append("gemeten")
    drawn = [Bar(row.name, row.median, _said(row.median, row.nine_in_ten), row.nine_in_ten) for row in result.rows]
    told = "De balk loopt tot de middelste, de lijn tot waar negen van de tien klaar waren."
    yield '<div class="pair">'
    yield _grid(f"{result.figure.label}, in hele dagen.", heads, rows, numbers_from=1)
    yield bars(result.figure.id, result.figure.label, told, drawn)
    yield "</div>"


def _days(number: int | None) -> str:
    return "te weinig gemeten" if number is None else f"{number} {'dag' if number == 1 else 'dagen'}"


def _said(median: int | None, nine: int | None) -> str:
    return f"{median}, {nine}" if nine is not None else str(median)


def _listed(result: Listed) -> Iterator[str]:
    if not result.rows:
        yield "<p>Geen.</p>"
        return
    heads = [column.label for column in result.figure.columns]
    first_number = len(heads) - 1 if result.figure.columns[-1].name in NUMBERS else len(heads)
    yield _grid(f"{result.figure.label}.", heads, result.named, numbers_from=first_number, wide=True)


def _grid(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers_from: int, wide: bool = False
) -> str:
    """Return a table; the cells from *numbers_from* on are numbers. Its first column names the row."""
    lines = [
        f'<div class="scroll"{_reachable(caption) if wide else ""}><table>',
        f"<caption>{escape(caption)}</caption>",
    ]
    cells = "".join(
        f'<th scope="col"{_right(place, numbers_from)}>{escape(head)}</th>' for place, head in enumerate(heads)
    )
    lines.append(f"<thead><tr>{cells}</tr></thead>")
    lines.append("<tbody>")
    for row in rows:
        first, *rest = row
        told = "".join(
            f"<td{_right(place, numbers_from)}>{_cell(cell)}</td>" for place, cell in enumerate(rest, start=1)
        )
        lines.append(f'<tr><th scope="row">{escape(first)}</th>{told}</tr>')
    lines.append("</tbody></table></div>")
    return "\n".join(lines)


def _cell(said: str) -> str:
    return f'<span class="hidden">{said}</span>' if said == WITHHELD else escape(said)


def _reachable(caption: str) -> str:
    """A table that is wider than the page can be scrolled with the keyboard too."""
    return f' tabindex="0" role="region" aria-label="{escape(caption)}"'


def _right(place: int, numbers_from: int) -> str:
    return ' class="n"' if place >= numbers_from else ""


def _corrections(found: Corrections, threshold: int | None) -> Iterator[str]:
    yield '<section id="correcties" aria-labelledby="correcties-h">'
    yield '<h2 id="correcties-h">Correcties op eerdere edities</h2>'
    yield (
        f"<p>De vorige editie telde {found.since} feiten. Wat daarna bekend werd over een periode die toen al voorbij "
        "was, staat hier. De vorige editie zelf verandert niet: wie haar opnieuw maakt, krijgt dezelfde bytes.</p>"
    )
    if found.facts is not None:
        yield f"<p>Feiten die later kwamen en meetellen: {_numbers(found.facts)}.</p>"
    if found.found:
        heads = ("periode", "cijfer", "rij", "was", "is nu")
        yield _grid("Gewijzigde cijfers.", heads, [_changed(one, threshold) for one in found.found], numbers_from=3)
    else:
        yield "<p>Er is geen cijfer gewijzigd.</p>"
    yield "</section>"


def _numbers(indexes: Sequence[int]) -> str:
    if not indexes:
        return "geen"
    told = ", ".join(str(one) for one in indexes[:50])
    return f"nummer {told}" + (f" en nog {len(indexes) - 50}" if len(indexes) > 50 else "")


def _changed(one: Correction, threshold: int | None) -> tuple[str, ...]:
    row = ", ".join((*([one.table] if one.table else ["totaal"]), *one.names))
    hidden = f"wijziging onder de {threshold}" if threshold is not None else "geen"
    before = hidden if one.before is None else str(one.before)
    return (
        f"{one.period.first} – {one.period.last}",
        one.label,
        row,
        before,
        WITHHELD if one.now is None else str(one.now),
    )


def _footer(report: Report) -> Iterator[str]:
    since = f" --since {report.corrections.since}" if report.corrections is not None else ""
    place = f" --chamber {report.place}" if report.place is not None else ""
    period = report.period
    words = f"--year {period.first.year}" if period.is_year else f"--from {period.first} --to {period.last}"
    yield "<footer>"
    yield "<h2>Zo is dit rapport na te rekenen</h2>"
    yield (
        f"<p>Dit rapport is gemaakt uit de eerste {report.log_size} feiten van het logboek en uit niets anders. De "
        "wortel van de boom over die feiten (SHA-256, RFC 6962) is:</p>"
    )
    yield f'<p><code class="long">{report.root_hash}</code></p>'
    yield "<p>Wie het opnieuw maakt, krijgt dezelfde bytes:</p>"
    yield (
        f'<p><code class="long">zvh report {report.definition.name} {words}{place} --at {report.log_size}{since} '
        "--format html</code></p>"
    )
    yield "</footer>"


def _period(report: Report) -> str:
    period = report.period
    return str(period.first.year) if period.is_year else f"{day_in_words(period.first)} – {day_in_words(period.last)}"


def _moment(at: str) -> str:
    return f"{day_in_words(date.fromisoformat(at[:10]))}, {at[11:16]} uur (UTC)"
