"""A page for a person: headings, sentences and tables, once in words and then as HTML or as plain text.

The HTML stands alone (no script, no font, no picture from elsewhere), reads well aloud, and prints well.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 78
"""Columns of the plain text."""
STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { font: 1.0625rem/1.6 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: #1b1b1b;
  background: #fff; margin: 0; }
main { max-width: 54rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 2.5rem 0 .5rem; padding-bottom: .25rem;
  border-bottom: 2px solid #154273; }
p, ul { max-width: 42rem; margin: .5rem 0 1rem; }
.notice { border-left: 6px solid #a90061; background: #fdf3f8; padding: .75rem 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; font-size: 1rem; }
caption { text-align: left; color: #4a4a4a; padding-bottom: .35rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .75rem .45rem 0; border-bottom: 1px solid #c8c8c8; }
thead th { border-bottom: 2px solid #1b1b1b; }
@media (max-width: 40rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { display: block; padding: .6rem 0; border-bottom: 2px solid #c8c8c8; }
  th, td { display: block; border: 0; padding: .1rem 0; }
  td::before { content: attr(data-naam) ": "; color: #4a4a4a; }
}
@media print {
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  h2 { break-after: avoid; }
  tr { break-inside: avoid; }
  thead { display: table-header-group; }
  .wide { overflow: visible; }
}
"""


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    words: str


@dataclass(frozen=True)
class Notice:
    """A paragraph that nobody should miss."""

    words: str


@dataclass(frozen=True)
class Points:
    """A list of sentences."""

    points: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A table; the first cell of each row names the row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Text | Notice | Points | Grid


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Page:
    """A page in words, in Dutch."""

    title: str
    opening: tuple[Block, ...]
    sections: tuple[Section, ...]


def to_html(page: Page) -> str:
    """Return the page as one HTML document."""
    body = [f"<h1>{escape(page.title)}</h1>", *map(_html, page.opening)]
    for number, section in enumerate(page.sections, start=1):
        inner = "\n".join(map(_html, section.blocks))
        body.append(
            f'<section aria-labelledby="deel-{number}">\n'
            f'<h2 id="deel-{number}">{escape(section.title)}</h2>\n{inner}\n</section>'
        )
    return (
        '<!doctype html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(page.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(body)
        + "\n</main>\n</body>\n</html>\n"
    )


def to_text(page: Page) -> str:
    """Return the page as plain text."""
    lines = [page.title, "=" * len(page.title), ""]
    for block in page.opening:
        lines += [*_lines(block), ""]
    for section in page.sections:
        lines += [section.title, "-" * len(section.title)]
        for block in section.blocks:
            lines += [*_lines(block), ""]
    return "\n".join(lines).rstrip() + "\n"


def _html(block: Block) -> str:
    match block:
        case Text():
            return f"<p>{escape(block.words)}</p>"
        case Notice():
            return f'<p class="notice" role="note">{escape(block.words)}</p>'
        case Points():
            return "<ul>\n" + "\n".join(f"<li>{escape(one)}</li>" for one in block.points) + "\n</ul>"
        case Grid():
            head = "".join(f'<th scope="col">{escape(one)}</th>' for one in block.columns)
            rows = "\n".join(f"<tr>{_cells(block.columns, row)}</tr>" for row in block.rows)
            return (
                f'<div class="wide" role="region" tabindex="0" aria-label="{escape(block.caption)}">\n'
                f"<table>\n<caption>{escape(block.caption)}</caption>\n"
                f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>"
            )


def _cells(columns: Sequence[str], row: Sequence[str]) -> str:
    """Return the cells of a row; each names its column, for a screen on which the row stands as a list."""
    named = zip(columns[1:], row[1:], strict=True)
    cells = "".join(f'<td data-naam="{escape(name)}">{escape(one)}</td>' for name, one in named)
    return f'<th scope="row">{escape(row[0])}</th>{cells}'


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Text():
            yield from _wrapped(block.words)
        case Notice():
            yield from _wrapped(f"LET OP: {block.words}")
        case Points():
            for one in block.points:
                yield from _wrapped(one, "- ")
        case Grid():
            yield from _wrapped(f"{block.caption}:")
            # A table of five columns does not fit on a line; each row is told as a small list of its own.
            for row in block.rows:
                yield from _wrapped(f"{block.columns[0]}: {row[0]}", "* ")
                for name, cell in zip(block.columns[1:], row[1:], strict=True):
                    yield from _wrapped(f"{name}: {cell}", "  ")


def _wrapped(words: str, first: str = "") -> list[str]:
    later = " " * len(first)
    return textwrap.wrap(words, WIDTH, initial_indent=first, subsequent_indent=later, break_long_words=False) or [""]
