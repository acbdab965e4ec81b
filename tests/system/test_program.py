"""The program as its users meet it: documents, exit codes and sentences (design 5.3)."""

import json
import os
import re
import socket
import subprocess
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from services.simulate import sample_week
from tests.plaintext import found_in, personal_data
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
    assert all(list(fact)[: len(fields)] == fields for fact in facts), "fields are added behind these, never taken away"


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


def test_who_looks_at_the_ledger_is_told_and_recorded(instance: dict[str, str]) -> None:
    """Nobody named: the privacy office of the house, for supervision, on stderr; and the look is a row of its own."""
    subject = str(demo_of(instance)["subject"])
    first = run(instance, "ledger", "subject", subject, "--json")
    assert "privacy-office van HOUSE_STAFF, voor SUPERVISION" in first.err
    named = ("--task", "privacy-office", "--person", "fg-01", "--purpose", "SUBJECT_RIGHTS")
    second = run(instance, "ledger", "subject", subject, "--json", *named)
    assert second.err == ""
    last = second.json["rows"][-1]
    assert (last["disclosure_id"], last["categories"]) == (first.json["consultation_id"], ["LEDGER"])
    third = run(instance, "ledger", "subject", subject, "--json").json["rows"][-1]
    assert (third["disclosure_id"], third["purpose"]) == (second.json["consultation_id"], "SUBJECT_RIGHTS")


def test_a_look_without_the_right_is_refused_in_one_sentence(instance: dict[str, str]) -> None:
    """By code, exit 1; half a name is wrong usage."""
    who = ("--task", "process-direction", "--person", "regisseur-01", "--purpose", "SUPERVISION")
    refused = run(instance, "ledger", "gaps", *who)
    assert (refused.code, refused.out) == (1, "")
    assert "WRONG_HAT" in refused.err
    assert run(instance, "ledger", "gaps", "--org", "POLICE").code == 2


def test_every_other_question_to_the_ledger_has_its_document(instance: dict[str, str]) -> None:
    """Item, purpose, refusals, without basis, as of, gaps: complete, on record, and true to one another."""
    rows = run(instance, "ledger", "participant", "PRISON_SERVICE", "--json").json["rows"]
    shown = next(row for row in rows if row["decision"] == "GRANTED")
    item = shown["items"][0]["item_id"]
    found = run(instance, "ledger", "item", item, "--version", "1", "--json").json
    assert "PRISON_SERVICE" in found["recipients"]
    assert shown["index"] in {row["index"] for row in found["rows"]}

    month = shown["occurred_at"][:7]
    totals = run(instance, "ledger", "purpose", shown["purpose"], "--from", "2020-01", "--to", month, "--json").json
    counted = {row["index"] for row in rows if row["purpose"] == shown["purpose"] and "IDENTITY" in row["categories"]}
    told = [
        one for one in totals["totals"] if (one["recipient_org"], one["category"]) == ("PRISON_SERVICE", "IDENTITY")
    ]
    assert sum(one["disclosures"] for one in told) == len(counted)

    refusals = run(instance, "ledger", "refusals", "--code", "NO_PURPOSE", "--json").json
    assert [one["refusals"] for one in refusals["codes"]] == [len({row["index"] for row in refusals["rows"]})]
    without = run(instance, "ledger", "without-basis", "--json")
    assert (without.code, without.json["rows"], without.json["accesses"]) == (0, [], [])
    sight = run(instance, "ledger", "as-of", "PRISON_SERVICE", "--at", "2999-12-31", "--json").json["cases"]
    assert shown["case_id"] in {one["case_id"] for one in sight}
    gaps = run(instance, "ledger", "gaps", "--from-facts", "--json")
    assert (gaps.code, gaps.json["complete"], gaps.json["from_facts"]) == (0, True, [])
    page = run(instance, "ledger", "participant", "PRISON_SERVICE", "--limit", "2", "--json").json
    then = run(instance, "ledger", "participant", "PRISON_SERVICE", "--after", page["next"], "--json").json
    assert page["rows"] + then["rows"] == rows


def test_a_replay_from_zero_gives_the_same_rows(instance: dict[str, str]) -> None:
    """Twice, with the same digests."""
    first, second = (run(instance, "replay", "--json").json for _ in range(2))
    assert first["equal"]
    assert first["projections"] == second["projections"]
    assert [one["name"] for one in first["projections"]] == ["case_state", "ledger", "work"]


def test_a_past_case_shows_who_could_see_what(instance: dict[str, str]) -> None:
    """At the moment of each fact there is a case; before the first there is none, and both points of view are named."""
    case_id = str(demo_of(instance)["case_id"])
    facts = run(instance, "case", "history", case_id, "--json").json["facts"]
    last = run(instance, "case", "show", case_id, "--at", facts[-1]["recorded_at"], "--json").json
    today = run(instance, "case", "show", case_id, "--json").json
    assert {name: last[name] for name in today} == today
    assert any(item["allowed"] for reader in last["access"] for item in reader["items"])
    assert all(item["says"] for reader in last["access"] for item in reader["items"])
    before = run(instance, "case", "show", case_id, "--at", "2020-01-01", "--json").json
    assert (before["stage"], before["access"], before["facts"]) == (None, [], 0)
    told = run(instance, "case", "show", case_id, "--at", facts[-1]["recorded_at"], "--known", "now")
    assert "zoals nu bekend" in told.out
    part = run(instance, "case", "history", case_id, "--at", facts[0]["recorded_at"], "--json").json
    assert [one["sequence"] for one in part["facts"]] == [1]
    wrong = run(instance, "case", "show", case_id, "--at", "gisteren")
    assert (wrong.code, "JJJJ-MM-DD" in wrong.err) == (2, True)


def test_a_week_of_work_is_sound_to_the_last_byte(instance: dict[str, str]) -> None:
    """`zvh audit fsck` finds no difference in it and `zvh doctor` no fault; both say what they looked at."""
    checked = run(instance, "audit", "fsck", "--json")
    assert checked.code == 0, checked.out
    assert (checked.json["differences"], checked.json["complete"]) == ([], True)
    assert checked.json["facts"] == run(instance, "replay", "--json").json["facts"]
    doctor = run(instance, "doctor", "--json")
    assert (doctor.code, doctor.json["healthy"]) == (0, True), doctor.out
    assert all({"what", "state", "says", "do"} == set(line) for line in doctor.json["lines"])
    assert "zvh log key" in run(instance, "audit", "fsck", "--help").out


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
        ({"ZVH_HTTP_PORT": "99999", "ZVH_EMBEDDED": "x"}, "hoogstens 65535"),
        ({"ZVH_LOG_LEVEL": "LOUD", "ZVH_EMBEDDED": "x"}, "'WARNING' of 'ERROR'"),
        ({"ZVH_EMBEDDED": "/dev/null"}, "ZVH_EMBEDDED"),
        ({"ZVH_EMBEDDED": ""}, "ZVH_EMBEDDED"),
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
    assert list(tmp_path.iterdir()) == []  # nothing was made where somebody happened to stand


@pytest.mark.parametrize(
    ("org", "task", "named"),
    [("POLCE", "process-direction", "POLICE"), ("POLICE", "nope", "police-task"), ("HOUSE_STAFF", "scheduler", "geen")],
)
def test_nobody_gets_a_token_of_an_organisation_or_task_that_is_not_there(
    instance: dict[str, str], org: str, task: str, named: str
) -> None:
    """A typing error never makes somebody one of the house's own people, and the clock is no person."""
    ran = run(instance, "token", "--org", org, "--task", task, "--person", "x")
    assert (ran.code, ran.out) == (2, "")
    assert named in ran.err
    assert run(instance, "token", "--org", "POLICE", "--task", "police-task", "--person", "x").out.startswith("ey")


def test_a_port_in_use_is_told_in_one_sentence(instance: dict[str, str]) -> None:
    """The setting to change is named."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = {"ZVH_EMBEDDED": instance["ZVH_EMBEDDED"], "ZVH_HTTP_PORT": str(taken.getsockname()[1])}
        ran = zvh("serve", environment=settings)
    assert ran.code == 2
    assert "ZVH_HTTP_PORT" in ran.err


def test_every_command_explains_itself() -> None:
    """Each command of the contract is there with a help text."""
    shown = zvh("--help").out
    for word in ("demo", "serve", "worker", "simulate", "ingest", "disclose", "replay", "doctor", "audit"):
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
        assert after_its_first_round(port) == {"status": "ready", "unnumbered": 0, "untold": 0}
        assert "zvh_log_size" in bodies["metrics"].text
        assert bodies["asyncapi.json"].json()["asyncapi"].startswith("3.")
        assert len(run(instance, "case", "list", "--json").json["cases"]) == 191


def after_its_first_round(port: int) -> object:
    """Return what the service says once the facts of its clock's first round, that starts with it, are numbered."""
    for _ in range(600):
        told: dict[str, object] = httpx.get(f"http://127.0.0.1:{port}/readyz").json()
        if told["unnumbered"] == 0:
            break
        time.sleep(0.1)
    return told


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


def test_a_bundle_is_made_and_checked_on_the_command_line(instance: dict[str, str], tmp_path: Path) -> None:
    """Of a case, a person and an organisation; verified by ``zvh`` without an instance, and by the file alone."""
    demo, key = demo_of(instance), run(instance, "log", "key").out.strip()
    week, _ = sample_week()
    period = ("--from", "2026-01-01", "--until", "2099-12-31")
    for words in (
        ("--case", str(demo["case_id"])),
        ("--subject", str(demo["subject"])),
        ("--participant", "PRISON_SERVICE", *period),
    ):
        bundle = tmp_path / f"{words[0].strip('-')}.zip"
        made = run(instance, "audit", "export", *words, "-o", str(bundle), "--json")
        assert made.code == 0, made.err
        assert made.json["key"] == key
        checked = zvh("audit", "verify", str(bundle), "--key", key, "--json")
        assert (checked.code, checked.json["holds"], checked.json["problems"]) == (0, True, [])
        assert checked.json["facts"] == made.json["facts"] + 1
        content = bundle.read_bytes()
        assert found_in(content, personal_data(week.splitlines())) == []
    first, second = tmp_path / "case.zip", tmp_path / "subject.zip"
    assert zvh("audit", "verify", str(second), "--key", key, "--compare", str(first)).code == 0
    with zipfile.ZipFile(first) as archive:
        (tmp_path / "held").write_bytes(archive.read("checkpoint"))
    third = tmp_path / "third.zip"
    case = ("--case", str(demo["case_id"]))
    assert run(instance, "audit", "export", *case, "-o", str(third), "--since", str(tmp_path / "held")).code == 0
    both = zvh("audit", "verify", str(third), "--key", key, "--since", str(tmp_path / "held"), "--compare", str(first))
    assert (both.code, both.out.startswith("DE BUNDEL KLOPT.")) == (0, True), both.err


def test_a_bundle_that_may_not_be_made_or_does_not_hold_is_told(instance: dict[str, str], tmp_path: Path) -> None:
    """BULK for a process director, wrong usage, and a byte that was turned: exit 1, 2 and 1."""
    demo, key = demo_of(instance), run(instance, "log", "key").out.strip()
    bundle = tmp_path / "x.zip"
    many = ("--participant", "HOUSE_STAFF", "-o", str(bundle))
    director = ("--task", "process-direction", "--person", "regisseur-01")
    refused = run(instance, "audit", "export", *many, *director)
    assert (refused.code, "BULK" in refused.err, bundle.exists()) == (1, True, False)
    for words in ((), ("--case", NO_CASE, "--subject", NO_CASE), ("--case", NO_CASE, "--from", "2026-01-01")):
        assert run(instance, "audit", "export", *words, "-o", str(bundle)).code == 2
    assert run(instance, "audit", "export", "--case", NO_CASE, "-o", str(bundle)).code == 1
    facts = run(instance, "replay", "--json").json["facts"]
    for place in (tmp_path / "nowhere" / "x.zip", tmp_path):
        assert run(instance, "audit", "export", "--case", str(demo["case_id"]), "-o", str(place)).code == 2
    assert run(instance, "replay", "--json").json["facts"] == facts, "nothing was handed over, so nothing says so"
    assert run(instance, "audit", "export", "--case", str(demo["case_id"]), "-o", str(bundle)).code == 0
    content = bytearray(bundle.read_bytes())
    content[content.index(b'"specversion"')] ^= 1
    bundle.write_bytes(content)
    broken = zvh("audit", "verify", str(bundle), "--key", key)
    assert broken.code == 1
    assert re.search(r"- events/\d+\.json: ", broken.err)
    assert zvh("audit", "verify", str(bundle), "--key", "none").code == 2


def test_the_processing_log_goes_to_a_file_and_goes_on_where_it_was(instance: dict[str, str], tmp_path: Path) -> None:
    """Every disclosure of the week, each once; a second run adds nothing; no personal datum in it."""
    path = tmp_path / "ldv.jsonl"
    first = run(instance, "log", "ldv", "--to", str(path), "--json")
    assert first.code == 0, first.err
    assert first.json["lines"] > 200
    before = path.read_bytes()
    assert before.count(b'"traceId"') == first.json["lines"]
    again = run(instance, "log", "ldv", "--to", str(path), "--json")
    assert (again.code, again.json["lines"]) == (0, 0)
    assert path.read_bytes() == before
    assert found_in(before, personal_data(sample_week()[0].splitlines())) == []
    refused = run(instance, "log", "ldv", "--to", "http://logboek.example/v1/traces")
    assert (refused.code, refused.out) == (2, "")
    assert "https://" in refused.err


def test_a_case_goes_out_for_process_mining_and_the_look_is_on_record(instance: dict[str, str], tmp_path: Path) -> None:
    """Given a case with work, then a file in OCEL; who may not look at the ledger gets none."""
    cases = run(instance, "case", "list", "--room", "HOUSE", "--json").json["cases"]
    case, path = cases[0]["case_id"], tmp_path / "case.json"
    done = run(instance, "case", "export", case, "--ocel", "-o", str(path), "--json")
    assert done.code == 0, done.err
    document = json.loads(path.read_text(encoding="utf-8"))
    assert done.json["events"] == len(document["events"]) > 5
    assert case not in path.read_text(encoding="utf-8")
    history = run(instance, "case", "history", case, "--json").json["facts"]
    assert len(document["events"]) <= len(history)
    police = ("--org", "POLICE", "--task", "police-task", "--person", "agent-01")
    refused = run(instance, "case", "export", case, "--ocel", "-o", str(tmp_path / "no.json"), *police)
    assert (refused.code, refused.out) == (1, "")
    assert not (tmp_path / "no.json").exists()
    unknown = run(instance, "case", "export", NO_CASE, "--ocel", "-o", str(tmp_path / "no.json"))
    assert unknown.code == 1
    assert run(instance, "case", "export", case, "-o", str(path)).code == 2


def test_disclosures_of_a_person_go_out_as_audit_events(instance: dict[str, str], tmp_path: Path) -> None:
    """Given somebody in the house's files, then a Bundle of FHIR with what was done; of an organisation too."""
    case = run(instance, "case", "list", "--room", "HOUSE", "--json").json["cases"][0]["case_id"]
    person = run(instance, "case", "show", case, "--json").json["persons"][0]["subject_id"]
    path = tmp_path / "events.json"
    done = run(instance, "ledger", "fhir", person, "-o", str(path), "--json")
    assert done.code == 0, done.err
    assert done.json["complete"]
    bundle = json.loads(path.read_text(encoding="utf-8"))
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")
    assert len(bundle["entry"]) == done.json["events"] > 0
    assert all(one["resource"]["resourceType"] == "AuditEvent" for one in bundle["entry"])
    own = run(instance, "ledger", "fhir", "--participant", "PRISON_SERVICE", "-o", str(path), "--json")
    assert (own.code, own.json["events"] > 0) == (0, True)
    assert run(instance, "ledger", "fhir", "-o", str(path)).code == 2
