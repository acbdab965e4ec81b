"""The program as its users meet it: documents, exit codes and sentences (design 5.3)."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from services.simulate import sample_week
from tests.system.zvh import ZVH, Ran, zvh

PATHS = ("healthz", "readyz", "metrics", "openapi.json", "asyncapi.json")
NO_CASE = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An embedded instance in which the demo was played."""
    folder = tmp_path_factory.mktemp("instance")
    settings = {"ZVH_EMBEDDED": str(folder / "house")}
    played = zvh("demo", "--json", environment=settings)
    assert played.code == 0, played.err
    (folder / "demo.json").write_text(played.out)
    return settings | {"DEMO": str(folder / "demo.json")}


def demo_of(instance: dict[str, str]) -> dict[str, object]:
    document: dict[str, object] = json.loads(Path(instance["DEMO"]).read_text())
    return document


def run(instance: dict[str, str], *words: str, stdin: str = "") -> Ran:
    return zvh(*words, environment={"ZVH_EMBEDDED": instance["ZVH_EMBEDDED"]}, stdin=stdin)


def test_the_demo_plays_the_sample_week_as_expected(instance: dict[str, str]) -> None:
    """The intake's counts are those that come with the week, and every part of the story happened."""
    demo, (_, expected) = demo_of(instance), sample_week()
    counts = json.loads(expected)
    assert demo["intake"] == {"lines": counts.pop("lines"), "outcomes": counts}
    accepted = demo["accepted"]
    assert isinstance(accepted, dict)
    assert set(accepted) == {"LOCAL_CHAMBER", "HOUSE"}
    assert demo["escalated"]
    disclosures = demo["disclosures"]
    assert isinstance(disclosures, list)
    assert {one["decision"] for one in disclosures} >= {"GRANTED", "REFUSED"}
    codes = {one["reason"].partition(":")[0] for one in disclosures if one["decision"] == "REFUSED"}
    assert codes >= {"NO_PURPOSE", "NO_REASONING", "NOT_ON_CASE", "NOT_PARTICIPANT"}
    replay = demo["replay"]
    assert isinstance(replay, dict)
    assert replay["equal"] is True


def test_case_list_names_every_case_with_stage_room_channel_and_referrer(instance: dict[str, str]) -> None:
    """191 referrals were received, so 191 cases are listed."""
    cases = run(instance, "case", "list", "--json").json["cases"]
    assert len(cases) == 191
    assert all(list(case) == ["case_id", "stage", "room", "channel", "referrer"] for case in cases)
    house = run(instance, "case", "list", "--room", "HOUSE", "--json").json["cases"]
    assert {case["room"] for case in house} == {"HOUSE"}


def test_a_history_is_complete_and_numbered_without_gaps(instance: dict[str, str]) -> None:
    """Each fact of a case with its number in the case and in the log."""
    case_id = str(demo_of(instance)["case_id"])
    document = run(instance, "case", "history", case_id, "--json").json
    facts = document["facts"]
    assert (document["case_id"], document["complete"]) == (case_id, True)
    assert [fact["sequence"] for fact in facts] == list(range(1, len(facts) + 1))
    assert [fact["index"] for fact in facts] == sorted({fact["index"] for fact in facts})
    fields = ["index", "sequence", "id", "type", "occurred_at", "recorded_at", "actor", "on_behalf_of", "legal_ref"]
    assert all(list(fact) == fields for fact in facts)


def test_the_ledger_answers_who_saw_what_of_a_person(instance: dict[str, str]) -> None:
    """Grants and refusals about one person, each with recipient, purpose and ground."""
    subject = str(demo_of(instance)["subject"])
    document = run(instance, "ledger", "subject", subject, "--json").json
    assert (document["subject"], document["complete"]) == (subject, True)
    assert {row["decision"] for row in document["rows"]} >= {"GRANTED", "REFUSED"}
    assert all(row["reason_code"] != "OK" for row in document["rows"] if row["decision"] == "REFUSED")


def test_the_ledger_finds_a_person_by_bsn_on_stdin(instance: dict[str, str]) -> None:
    """The number is read from stdin, never from the command line, and never shown."""
    week, _ = sample_week()
    bsn = json.loads(week.splitlines()[0])["data"]["subject"]["bsn"]
    found = run(instance, "ledger", "subject", "--bsn", "--json", stdin=bsn + "\n")
    assert found.code == 0
    assert found.json["rows"]
    assert bsn not in found.out + found.err
    unknown = run(instance, "ledger", "subject", "--bsn", stdin="900000001\n")
    assert unknown.code == 1
    assert "900000001" not in unknown.out + unknown.err


def test_the_ledger_tells_what_an_organisation_saw(instance: dict[str, str]) -> None:
    """All rows of one recipient, and of no other."""
    rows = run(instance, "ledger", "participant", "PRISON_SERVICE", "--json").json["rows"]
    assert {row["recipient_org"] for row in rows} == {"PRISON_SERVICE"}


def test_a_replay_from_zero_gives_the_same_rows(instance: dict[str, str]) -> None:
    """Twice, with the same digests."""
    first, second = (run(instance, "replay", "--json").json for _ in range(2))
    assert first["equal"]
    assert first["projections"] == second["projections"]
    assert [one["name"] for one in first["projections"]] == ["case_state", "ledger"]


def test_a_request_for_data_is_granted_or_refused_and_recorded(instance: dict[str, str]) -> None:
    """Without a purpose: exit 1, one sentence, and a line in the ledger; the same command again writes nothing more."""
    case_id = str(demo_of(instance)["case_id"])
    who = ("--org", "PRISON_SERVICE", "--task", "detention-and-return", "--person", "medewerker-07")
    basis = ("--basis", "WGS:participants", "--basis", "WGS:purpose")
    why = ("--necessity", "nodig", "--proportionality", "niet te veel", "--subsidiarity", "niet anders")
    refused = run(instance, "disclose", case_id, *who, *basis, *why, "--json")
    assert (refused.code, refused.json["reason_code"]) == (1, "NO_PURPOSE")
    assert len(refused.err.strip().splitlines()) == 1
    number = ("--id", "01a00000-0000-4000-8000-0000000000aa")
    words = ("disclose", case_id, *who, *basis, *why, "--purpose", "COORDINATE_CARE", *number, "--json")
    first, again = run(instance, *words), run(instance, *words)
    assert first.code == 0, first.err
    assert first.json == again.json
    assert first.json["values"]
    rows = run(instance, "ledger", "participant", "PRISON_SERVICE", "--json").json["rows"]
    assert [row["disclosure_id"] for row in rows].count(first.json["disclosure_id"]) == len(
        {value["subject_id"] for value in first.json["values"]}
    )


def test_the_same_week_again_changes_nothing(instance: dict[str, str], tmp_path: Path) -> None:
    """All that can be read is a duplicate; what cannot be read has no name to know it by."""
    before = run(instance, "replay", "--json").json["projections"]
    week, _ = sample_week()
    (tmp_path / "week.jsonl").write_bytes(week)
    counted = run(instance, "ingest", str(tmp_path / "week.jsonl"), "--json").json
    assert counted == {"lines": 218, "outcomes": {"broken_json": 2, "duplicate": 216}}
    assert run(instance, "replay", "--json").json["projections"] == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("case", "history", NO_CASE), 1),
        (("case", "show", "no-uuid"), 2),
        (("ledger", "subject"), 2),
        (("ledger", "subject", NO_CASE, "--bsn"), 2),
        (("ingest", "no-such-file.jsonl"), 2),
        (("no-such-command",), 2),
    ],
)
def test_a_mistake_gets_its_exit_code_and_no_stack_trace(
    instance: dict[str, str], words: tuple[str, ...], code: int
) -> None:
    """1 for refused or not found, 2 for wrong usage; something on stderr, and never a trace."""
    ran = run(instance, *words)
    assert (ran.code, bool(ran.err)) == (code, True)
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({}, "ZVH_EMBEDDED"),
        ({"ZVH_HTTP_PORT": "no-port", "ZVH_EMBEDDED": "x"}, "ZVH_HTTP_PORT"),
        ({"ZVH_HOUSE_OIN": "123", "ZVH_EMBEDDED": "x"}, "ZVH_HOUSE_OIN"),
        ({"ZVH_EMBEDDED": "x", "ZVH_DATABASE": "dbname=y"}, "ZVH_DATABASE"),
        ({"ZVH_DATABASE": "dbname=y"}, "ZVH_KEY_FILE"),
        ({"ZVH_DATABASE": "dbname=y", "ZVH_KEY": "not-hex-and-secret"}, "64"),
    ],
)
def test_a_wrong_setting_is_named_with_its_problem_and_its_fix(
    settings: dict[str, str], named: str, tmp_path: Path
) -> None:
    """The product does not start, says which setting is wrong, and never repeats a secret."""
    ran = zvh("case", "list", environment=settings, cwd=tmp_path)
    assert ran.code == 2
    assert named in ran.err
    assert "not-hex-and-secret" not in ran.err
    assert "Traceback" not in ran.err


def test_every_command_explains_itself() -> None:
    """Each command of the contract is there with a help text."""
    shown = zvh("--help").out
    for word in ("demo", "serve", "worker", "simulate", "ingest", "disclose", "replay"):
        assert word in shown
    groups = {"case": ("list", "show", "history"), "ledger": ("subject", "participant"), "infra": ("apply", "diff")}
    for group, words in groups.items():
        told = zvh(group, "--help").out
        assert all(word in told for word in words)


def test_the_service_answers_and_commands_go_on_beside_it(instance: dict[str, str]) -> None:
    """Health, readiness, metrics and descriptions over HTTP, while another process uses the same instance."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"ZVH_EMBEDDED": instance["ZVH_EMBEDDED"], "ZVH_HTTP_PORT": str(port)}
    with serving(settings, port):
        bodies = {name: httpx.get(f"http://127.0.0.1:{port}/{name}") for name in PATHS}
        assert {name: answer.status_code for name, answer in bodies.items()} == dict.fromkeys(PATHS, 200)
        assert bodies["readyz"].json() == {"status": "ready", "unnumbered": 0, "untold": 0}
        assert "zvh_log_size" in bodies["metrics"].text
        assert bodies["asyncapi.json"].json()["asyncapi"].startswith("3.")
        assert len(run(instance, "case", "list", "--json").json["cases"]) == 191


@contextmanager
def serving(settings: dict[str, str], port: int) -> Iterator[None]:
    """Run ``zvh serve`` until the block ends."""
    process = subprocess.Popen([ZVH, "serve"], env=os.environ | settings, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/healthz")
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        assert process.wait(timeout=60) == 0
