"""The eight reports of a house of two years: golden bytes, the same from any order; no small number in public ones."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.errors import BadSetting, NotFound
from events.receipt import Numbered
from policies.reference import Reference
from policies.work_kinds import KINDS
from projections.figures_period import Period
from projections.figures_tally import Tally, Wanted
from projections.figures_words import Words
from services.reports.catalogue import REPORTS, definition_of
from services.reports.make import Asked, Edition, make
from services.reports.model import Count, Counted, Listing, Made, Report, Spread
from services.reports.names import NAMES
from services.reports.page import as_html
from services.reports.trail import names_of
from services.reports.written import as_csv, as_json, document_of
from tests.projections.test_figures import partitions
from tests.reports.example import ListLog, first_edition, in_memory, numbered

YEAR = Period.of_year(2026)
GOLDEN = Path(__file__).parent / "golden"
PUBLIC = [name for name, one in REPORTS.items() if one.public]
WRITERS = {"json": as_json, "csv": as_csv, "html": as_html}
FIRST, WHOLE = first_edition(), len(numbered())


def edition(
    name: str,
    size: int = FIRST,
    since: int | None = None,
    facts: tuple[Numbered, ...] | list[Numbered] | None = None,
    **more: Any,
) -> Edition:
    """Make a report of the example."""
    period = more.pop("period", YEAR)
    asked = Asked(REPORTS[name], period, since, **more)
    return make(asked, ListLog(numbered() if facts is None else facts, size), in_memory, {})


def numbers_in(document: dict[str, Any]) -> Iterator[tuple[str, int | None]]:
    """Yield every count of a document, with where it stands."""
    for name, figure in document["figures"].items():
        if "total" in figure:
            yield name, figure["total"]
        for facet, rows in figure.get("by", {}).items():
            for row in rows:
                yield f"{name} {facet} {row['name']}", row["count"]


@pytest.mark.parametrize("name", REPORTS)
def test_an_edition_has_the_bytes_that_it_always_had(name: str) -> None:
    """The golden files were written once; a report that changes is a new version of its definition."""
    report = edition(name).report
    for form, write in WRITERS.items():
        assert write(report) == (GOLDEN / f"{name}.{form}").read_bytes(), form


@settings(max_examples=5, deadline=None)
@given(st.sampled_from(sorted(REPORTS)), st.integers())
def test_facts_read_partition_by_partition_give_the_same_bytes(name: str, seed: int) -> None:
    """Only the order within a case matters; where the facts come from does not."""
    mixed = edition(name, WHOLE, FIRST, partitions(seed)).report
    plain = edition(name, WHOLE, FIRST).report
    assert all(write(mixed) == write(plain) for write in WRITERS.values())


def test_the_annual_report_is_the_document_that_others_build_on() -> None:
    """Exactly these parts; the root is that of the tree of its size."""
    document = json.loads(as_json(edition("annual").report))
    assert list(document) == ["definition", "period", "log_size", "root_hash", "complete", "figures"]
    assert document["definition"] == "zvh.report.annual.v1"
    assert document["period"] == {
        "from": "2026-01-01",
        "to": "2026-12-31",
        "zone": "Europe/Amsterdam",
        "as_of": document["period"]["as_of"],
        "over": True,
    }
    assert (document["log_size"], document["complete"]) == (FIRST, True)
    assert document["root_hash"] == ListLog(numbered(), FIRST).root_hash


def test_what_comes_later_changes_no_earlier_edition() -> None:
    """The log grew; made again at its old place the report has its old bytes."""
    before = edition("annual", FIRST, facts=list(numbered()[:FIRST])).report
    assert as_json(edition("annual", FIRST).report) == as_json(before)
    assert as_json(edition("annual", WHOLE).report) != as_json(before)


def test_late_facts_are_corrections_in_the_next_edition() -> None:
    """Fourteen referrals of December came in January: inside one reads what was, what is, and which facts those are."""
    report = edition("audit", WHOLE, FIRST).report
    found = document_of(report)["corrections"]
    assert isinstance(found, dict)
    assert found["since"] == FIRST
    assert found["periods"][-1] == {"from": "2026-01-01", "to": "2026-12-31"}
    assert len(found["late_facts"]) == WHOLE - FIRST
    changed = {(one["figure"], one["by"], one["key"]): (one["before"], one["now"]) for one in found["changed"]}
    before, now = changed["disclosures", "", ""]
    assert now - before == WHOLE - FIRST
    assert "Correcties op eerdere edities" in as_html(report).decode()


def test_the_public_reads_of_a_correction_only_what_is_not_small() -> None:
    """More than ten late referrals are told; had there been three, the number would be withheld, old and new."""
    told = edition("annual", WHOLE, FIRST).report
    assert told.corrections is not None
    assert told.corrections.facts is None
    total = next(one for one in told.corrections.found if (one.figure, one.table) == ("referrals", ""))
    assert (total.now or 0) - (total.before or 0) == WHOLE - FIRST
    few = edition("annual", FIRST + 3, FIRST).report
    assert few.corrections is not None
    total = next(one for one in few.corrections.found if (one.figure, one.table) == ("referrals", ""))
    assert (total.before, total.now) == (None, None)
    assert document_of(few)["figures"]["referrals"]["total"] is None  # type: ignore[index]


@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.parametrize(("size", "since"), [(FIRST, None), (WHOLE, None), (WHOLE, FIRST), (FIRST // 2, None)])
def test_no_public_number_is_below_the_threshold(name: str, size: int, since: int | None) -> None:
    """Neither a total nor a row, zero included; what is withheld is null."""
    document = json.loads(as_json(edition(name, size, since).report))
    counts = list(numbers_in(document))
    assert [(where, count) for where, count in counts if count is not None and count < 10] == []
    assert any(count is not None for _, count in counts) or size < FIRST


@pytest.mark.parametrize("name", PUBLIC)
def test_no_difference_of_published_numbers_is_small(name: str) -> None:
    """Of every breakdown that adds up: the total less its published rows is nothing withheld, or not small."""
    report = edition(name).report
    exact = {result.figure.id: result for result in edition_unprotected(name).results}
    for result in report.results:
        figure = result.figure
        if not isinstance(figure, Count) or not figure.total or result.total is None:  # type: ignore[union-attr]
            continue
        for table in result.tables:  # type: ignore[union-attr]
            if not table.by.adds_up or table.by.under is not None or table.by.leaving:
                continue
            hidden = [one for one in table.numbers if one.count is None]
            rest = result.total - sum(one.count or 0 for one in table.numbers)  # type: ignore[union-attr]
            assert rest == 0 or (rest >= 10 and len(hidden) > 1), (figure.id, table.by.facet)
            assert not hidden or rest >= 10
    assert exact


def edition_unprotected(name: str) -> Report:
    """The same report as if it were for readers inside."""
    asked = Asked(replace(REPORTS[name], public=False), YEAR)
    return make(asked, ListLog(numbered(), FIRST), in_memory, {}).report


def test_what_public_reports_share_they_withhold_alike() -> None:
    """Laid beside each other, no report tells a number that another one keeps back."""
    told: dict[tuple[str, str, tuple[str, ...]], set[int | None]] = {}
    for name in PUBLIC:
        for result in edition(name).report.results:
            for table in getattr(result, "tables", ()):
                for one in table.numbers:
                    told.setdefault((result.figure.id, table.by.facet, one.key), set()).add(one.count)
    assert [where for where, found in told.items() if len(found) > 1] == []


@pytest.mark.parametrize("part", [3, 5, 7])
def test_at_no_moment_do_the_annual_reports_tell_how_few_wait(part: int) -> None:
    """Given the log as it was on some day, referrals less what else is published leave nothing, or no small number."""
    size = len(numbered()) * part // 8
    came_in = told = 0
    for year in (2025, 2026):
        made = {one.figure.id: one for one in edition("annual", size, period=Period.of_year(year)).report.results}
        referrals = counted_of(made["referrals"])
        if referrals is None:
            continue  # a year without a number to take anything off from
        came_in += referrals
        told += sum(counted_of(made[name]) or 0 for name in ("accepted", "rejected", "withdrawn"))
    assert came_in > 0
    assert came_in == told or came_in - told >= 10


def counted_of(result: object) -> int | None:
    """Return the total of a count."""
    assert isinstance(result, Counted)
    return result.total


@pytest.mark.parametrize(
    ("value", "unit", "says"),
    [(1, "months", "1 maand"), (2, "months", "2 maanden"), (1, "days", "1 dag"), (5, "years", "5 jaar")],
)
def test_a_term_of_one_is_no_plural(value: int, unit: str, says: str) -> None:
    """The controllers may decide on a term of one month."""
    term = {"name": "retention", "value": value, "unit": unit, "valid_from": "2025-03-01"}
    listing = REPORTS["supervisor"].figure("terms")
    assert isinstance(listing, Listing)
    assert listing.make is not None
    made = Made(Tally(), Words({"terms": [term]}), YEAR, 0, "", complete=True)
    assert listing.make(made) == [("zaken", says)]


def test_public_reports_are_made_for_whole_years_only() -> None:
    """Two stretches that overlap could be subtracted from each other."""
    with pytest.raises(BadSetting, match="kalenderjaar"):
        edition("annual", period=Period.of_quarter(2026, 2))
    with pytest.raises(BadSetting, match="kalenderjaar"):
        edition("council", period=Period(date(2026, 1, 1), date(2026, 12, 30)))
    assert edition("steering", period=Period.of_quarter(2026, 2)).report.results


def test_an_edition_knows_no_later_edition() -> None:
    """The edition before lies before."""
    with pytest.raises(BadSetting, match="vorige editie"):
        edition("annual", FIRST, FIRST + 1)


def test_the_mayor_can_read_one_chamber() -> None:
    """Given a chamber, every number is of that chamber, and the chambers together are all."""
    whole = document_of(edition("mayor").report)["figures"]
    parts = [document_of(edition("mayor", place=one).report)["figures"] for one in ("CHAMBER_NORTH", "CHAMBER_SOUTH")]
    for name in ("running", "escalations_proposed", "escalated", "breakthroughs", "stuck"):
        assert whole[name]["total"] == sum(part[name]["total"] for part in parts), name  # type: ignore[index]
    assert {row["place"] for row in parts[0]["running"]["by"]["home"]} == {"CHAMBER_NORTH"}  # type: ignore[index]
    with pytest.raises(BadSetting, match="niet per kamer"):
        edition("steering", place="CHAMBER_NORTH")


def test_the_sample_follows_from_the_root_and_nothing_else() -> None:
    """Ten cases, the same each time, others at another place of the log; with every fact of each case."""
    figures: Any = document_of(edition("audit").report)["figures"]
    sample = [row["case_id"] for row in figures["sample"]["rows"]]
    assert len(sample) == 10
    again: Any = document_of(edition("audit", facts=partitions(5)).report)["figures"]
    assert [row["case_id"] for row in again["sample"]["rows"]] == sample
    other: Any = document_of(edition("audit", FIRST - 1).report)["figures"]
    assert [row["case_id"] for row in other["sample"]["rows"]] != sample
    trail = figures["trail"]["rows"]
    for case in sample:
        mine = [row["sequence"] for row in trail if row["case_id"] == case]
        assert mine == list(range(1, len(mine) + 1))
    assert sum(row["facts"] for row in figures["sample"]["rows"]) == len(trail)


def test_a_reader_meets_words_and_no_codes() -> None:
    """Each refusal, and each kind of work whose term can go by, has a name in plain Dutch."""
    codes = set(Reference.load().refusal_codes())
    assert codes <= NAMES["code"].keys() | NAMES["others"].keys()
    assert {kind for kind, one in KINDS.items() if one.misses} <= NAMES["work"].keys()


def test_nothing_names_a_person() -> None:
    """No pseudonym of a professional and no data subject in any report, in any form."""
    for name in REPORTS:
        for write in WRITERS.values():
            text = write(edition(name).report).decode()
            assert "p-0123456789abcdef" not in text
            assert "01a00000-0000-4000-8000-000000000002" not in text  # the subject of every example


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["annual", "steering", "audit", "committee", "mayor", "supervisor"]))
def test_each_number_is_as_many_as_the_facts_behind_it(seed: int, name: str) -> None:
    """A row traces to exactly its facts; in a stock each case has one, and one fact may open several actions."""
    rng = Random(seed)
    report = make(Asked(replace(REPORTS[name], public=False), YEAR), ListLog(numbered(), FIRST), in_memory, {}).report
    rows = [
        (result.figure, table.by.facet, one)
        for result in report.results
        for table in getattr(result, "tables", ())
        for one in table.numbers
        if one.count
    ]
    if not rows:
        return
    figure, facet, one = rng.choice(rows)
    wanted = Wanted(figure.series, facet, "/".join(one.key))
    traced = edition(name, trace=wanted).traced
    found = names_of(numbered(), traced)
    assert len(found) == len(traced) > 0
    assert len(traced) <= (one.count or 0)
    shared = {"asked", "stayed_away", "agreements", "open_actions", "stuck", "authorised", "findings", "aims"}
    assert figure.series in shared or len(traced) == one.count


def test_a_report_over_a_gap_says_that_it_is_not_complete() -> None:
    """One fact is missing: the report is made, and warns."""
    facts = [one for one in numbered() if one.index != 40]
    report = edition("annual", facts=facts).report
    assert not report.complete
    assert "niet volledig" in as_html(report).decode()
    assert json.loads(as_json(report))["complete"] is False


def test_the_table_of_numbers_has_a_line_for_each() -> None:
    """The CSV holds what the JSON holds; a withheld number is an empty cell."""
    report = edition("annual").report
    lines = list(csv.DictReader(io.StringIO(as_csv(report).decode(), newline="")))
    counts = [(line["figure"], line["value"]) for line in lines if line["measure"] == "count"]
    expected = list(numbers_in(json.loads(as_json(report))))
    assert len(counts) == len(expected)
    assert [value for _, value in counts] == ["" if count is None else str(count) for _, count in expected]


class Page(HTMLParser):
    """What of a page matters to who cannot see it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.ids += [str(value) for name, value in attrs if name == "id"]
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", REPORTS)
def test_a_page_can_be_read_aloud(name: str) -> None:
    """Well-formed, Dutch, one main heading, each table with a caption and named columns, each drawing with its name."""
    page = Page()
    text = as_html(edition(name, WHOLE, FIRST).report).decode()
    page.feed(text)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    kinds = [tag for tag, _ in page.tags]
    assert ("html", {"lang": "nl"}) in page.tags
    assert kinds.count("h1") == kinds.count("main") == kinds.count("title") - kinds.count("svg") == 1
    assert kinds.count("table") == kinds.count("caption")
    for tag, attributes in page.tags:
        if tag == "svg":
            assert attributes["role"] == "img"
            assert all(one in page.ids for one in str(attributes["aria-labelledby"]).split())
        if tag == "th":
            assert attributes["scope"] in ("col", "row")
        if tag == "a":
            assert str(attributes["href"]).removeprefix("#") in page.ids
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in text


@pytest.mark.parametrize("name", REPORTS)
def test_every_figure_says_what_it_is(name: str) -> None:
    """An id, a label and a definition each; ids of a report are given once; the page in docs has them all."""
    definition = definition_of(name)
    ids = [one.id for one in definition.figures]
    assert len(ids) == len(set(ids))
    page = (Path(__file__).parents[2] / "docs" / "reports.md").read_text(encoding="utf-8")
    assert f"`{definition.id}`" in page
    for figure in definition.figures:
        assert figure.label
        assert figure.says.endswith(".")
        assert f"| `{figure.id}` | {figure.label} | {figure.says} |" in page, figure.id
        assert isinstance(figure, Count | Spread | Listing)


def test_a_report_that_is_not_there_is_not_made() -> None:
    """The answer names those that are."""
    with pytest.raises(NotFound, match="annual, council, mayor, steering, audit, committee, supervisor, national"):
        definition_of("gossip")
