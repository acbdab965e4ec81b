"""``zvh report`` and ``zvh oversight`` as their users meet them: documents, files, exit codes and sentences."""

import json
from pathlib import Path

import pytest

from services.simulate import sample_week
from tests.system.zvh import Ran, zvh


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An embedded instance that took the sample week."""
    folder = tmp_path_factory.mktemp("instance")
    settings = {"ZVH_EMBEDDED": str(folder / "house")}
    week, _ = sample_week()
    (folder / "week.jsonl").write_bytes(week)
    taken = zvh("ingest", str(folder / "week.jsonl"), "--json", environment=settings)
    assert taken.code == 0, taken.err
    return settings


def run(instance: dict[str, str], *words: str, stdin: str = "") -> Ran:
    return zvh(*words, environment=instance, stdin=stdin)


def test_the_annual_report_is_one_document_and_the_same_again(instance: dict[str, str], tmp_path: Path) -> None:
    """As JSON on stdout by either option, as a page in a file; progress goes to stderr; tracing names the facts."""
    first = run(instance, "report", "annual", "--year", "2026", "--format", "json")
    assert first.code == 0, first.err
    document = first.json
    assert {"definition", "period", "log_size", "root_hash", "complete", "figures"} == document.keys()
    assert document["complete"] is True
    assert document["figures"]["referrals"]["total"] == 191
    assert "100 %" in first.err
    size = str(document["log_size"])
    again = run(instance, "report", "annual", "--year", "2026", "--at", size, "--json")
    assert again.out == first.out
    page = tmp_path / "jaarverslag.html"
    assert run(instance, "report", "annual", "--year", "2026", "--format", "html", "-o", str(page)).code == 0
    assert "<h1>Jaarverslag 2026</h1>" in page.read_text(encoding="utf-8")
    traced = run(instance, "report", "trace", "annual", "referrals", "--year", "2026", "--json").json
    assert len(traced["facts"]) == 191
    assert {one["type"] for one in traced["facts"]} == {"nl.zvh.cases.referral-submitted.v1"}
    police = run(
        instance,
        "report",
        "trace",
        "annual",
        "referrals",
        "--by",
        "referrer",
        "--key",
        "POLICE",
        "--year",
        "2026",
        "--json",
    )
    rows = {row["organisation"]: row["count"] for row in document["figures"]["referrals"]["by"]["referrer"]}
    assert rows["POLICE"] in (None, len(police.json["facts"]))


def test_an_edition_is_published_once_its_period_is_over(instance: dict[str, str]) -> None:
    """The year before is over; the edition stands in the log, and the next one starts from it."""
    words = ("report", "publish", "annual", "--year", "2025", "--person", "ketenmanager-01", "--json")
    published = run(instance, *words)
    assert published.code == 0, published.err
    shown = run(instance, "report", "annual", "--year", "2025", "--json").json
    assert shown["corrections"]["since"] == published.json["log_size"]
    listed = run(instance, "oversight", "list", "--json").json
    assert [one["type"] for one in listed["records"]] == ["nl.zvh.oversight.report-published.v1"]


def test_account_is_recorded_from_a_file(instance: dict[str, str], tmp_path: Path) -> None:
    """A breach by one person, the decision on it by another; a field that is wrong is named, its value is not."""
    breach = {
        "kind": "LOST",
        "occurred_at": "2026-03-02T09:00:00Z",
        "discovered_at": "2026-03-02T12:00:00Z",
        "categories": ["IDENTITY"],
    }
    record = ("oversight", "record")
    first = run(instance, *record, "RecordBreach", "-", "--person", "fg-01", "--json", stdin=json.dumps(breach))
    assert first.code == 0, first.err
    decide = json.dumps({"breach": first.json["id"], "reported": True, "subjects_told": False})
    same = run(instance, *record, "HandleBreach", "-", "--person", "fg-01", stdin=decide)
    assert (same.code, same.out) == (1, "")
    assert "FOUR_EYES" in same.err
    assert run(instance, *record, "HandleBreach", "-", "--person", "fg-02", stdin=decide).code == 0
    wrong = run(instance, *record, "RecordBreach", "-", "--person", "fg-01", stdin='{"kind": "geheim van Jan"}')
    assert wrong.code == 2
    assert "Jan" not in wrong.err
    report = run(instance, "report", "supervisor", "--year", "2026", "--json").json
    assert report["figures"]["breaches"]["total"] == 1
    assert [row["reported"] for row in report["figures"]["breaches_handled"]["by"]["reported"] if row["count"]] == [
        "TOO_LATE"
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("annual",), 2),
        (("annual", "--year", "2026", "--from", "2026-01-01", "--to", "2026-02-01"), 2),
        (("annual", "--year", "2026", "--quarter", "1"), 2),
        (("steering", "--from", "2026-02-31", "--to", "2026-03-01"), 2),
        (("annual", "--year", "2026", "--at", "99999999"), 1),
        (("mayor", "--year", "2026", "--chamber", "CHAMBER_WEST"), 2),
        (("trace", "gossip", "referrals", "--year", "2026"), 1),
        (("trace", "annual", "gossip", "--year", "2026"), 2),
        (("trace", "annual", "referrals", "--by", "channel", "--year", "2026"), 2),
        (("publish", "annual", "--year", "2998", "--person", "ketenmanager-01"), 2),
        (("gossip", "--year", "2026"), 2),
    ],
)
def test_what_cannot_be_made_is_told_in_a_sentence(instance: dict[str, str], words: tuple[str, ...], code: int) -> None:
    """Usage is 2, what is not there is 1; nothing on stdout, no stack trace."""
    answer = run(instance, "report", *words)
    assert answer.code == code, answer.err
    assert answer.out == ""
    assert answer.err.strip()
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("name", ["council", "mayor", "steering", "audit", "committee", "supervisor", "national"])
def test_every_report_can_be_read_in_a_terminal(instance: dict[str, str], name: str) -> None:
    """Plain text, with the root that it stands on."""
    answer = run(instance, "report", name, "--year", "2026")
    assert answer.code == 0, answer.err
    assert "Volledig." in answer.out
