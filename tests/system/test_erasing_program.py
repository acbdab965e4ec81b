"""Erasing and changing keys as an operator does it: documents, exit codes and plain sentences, in a real instance."""

import json
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.simulate import sample_week
from tests.system.zvh import Ran, zvh

CONTROLLERS = ("POLICE", "PRISON_SERVICE", "MUNICIPAL_EXECUTIVE", "PUBLIC_HEALTH")
"""Who answers for what the cases of the sample hold."""
DECIDED = [word for one in CONTROLLERS for word in ("--decider", one)]
WHO = ("--person", "functionaris-01", "--ground", "UNLAWFUL", *DECIDED)


class Instance:
    """An embedded instance with three cases."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.more = folder, dict[str, str]()
        (folder.parent / "week.jsonl").write_bytes(b"\n".join(sample_week()[0].splitlines()[:12]))
        assert self("ingest", str(folder.parent / "week.jsonl")).code == 0
        self.cases = [one["case_id"] for one in self.json("case", "list")["cases"]]

    def __call__(self, *words: str, stdin: str = "", **more: str) -> Ran:
        return zvh(*words, environment={"ZVH_EMBEDDED": str(self.folder), **self.more, **more}, stdin=stdin)

    def json(self, *words: str) -> Any:
        """Return the document of a command that must succeed."""
        ran = self(*words, "--json")
        assert ran.code == 0, ran.err
        return ran.json

    def subject_of(self, case: str) -> str:
        """Return the person whom a case is about."""
        return str(self.json("case", "show", case)["persons"][0]["subject_id"])


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """One instance for this file; each test erases in cases of its own."""
    return Instance(tmp_path_factory.mktemp("erasing") / "house")


def test_a_person_is_erased_and_the_certificate_is_checked_elsewhere(instance: Instance, tmp_path: Path) -> None:
    """From the decision to a file that somebody without an instance checks with the public key of the log."""
    case = instance.cases.pop()
    subject = instance.subject_of(case)
    document = instance.json("subject", "erase", subject, "--all", *WHO)
    assert document.keys() == {"erasure_id", "subject", "keys", "erased", "refused"}
    assert [one["type"].split(".")[3] for one in document["erased"]] == ["subject-erased", "case-destroyed"]
    assert document["keys"] >= 1
    fact, index = document["erased"][0]["fact"], document["erased"][0]["index"]
    facts = instance.json("case", "history", case)["facts"]
    assert [one["index"] for one in facts if one["id"] == fact] == [index]
    file, key = tmp_path / "certificate.json", instance.json("log", "key")["key"]
    assert instance("subject", "certificate", fact, "-o", str(file)).code == 0
    checked = zvh("subject", "check", str(file), "--key", key, "--json")
    assert checked.code == 0
    assert (checked.json["valid"], checked.json["fact_index"], checked.json["subject_id"]) == (True, index, subject)
    file.write_text(file.read_text().replace("UNLAWFUL", "OBJECTION"))
    refused = zvh("subject", "check", str(file), "--key", key, "--json")
    assert (refused.code, refused.json["valid"]) == (1, False)
    assert len(refused.err.strip().splitlines()) == 1


def test_a_person_is_erased_by_number(instance: Instance) -> None:
    """The number is read from stdin and shown nowhere."""
    lines = [json.loads(line) for line in sample_week()[0].splitlines()[:12]]
    bsn = lines[0]["data"]["subject"]["bsn"]
    erased = instance("subject", "erase", "--bsn", "--all", *WHO, "--json", stdin=f"{bsn}\n")
    assert erased.code == 0, erased.err
    assert bsn not in erased.out + erased.err
    for case in {one["case_id"] for one in erased.json["erased"]}:
        instance.cases.remove(case)


def test_a_refusal_ends_with_1_and_one_sentence(instance: Instance) -> None:
    """A person who is not in the case: nothing is erased, and the document says why."""
    ran = instance("subject", "erase", str(uuid4()), "--case", instance.cases[0], *WHO, "--json")
    assert ran.code == 1
    assert [one["reason_code"] for one in ran.json["refused"]] == ["UNKNOWN_PERSON"]
    assert len(ran.err.strip().splitlines()) == 1
    nobody = instance("subject", "erase", str(uuid4()), "--all", *WHO)
    assert (nobody.code, nobody.out) == (1, "")


@pytest.mark.parametrize("words", [("--all", "--case", str(uuid4())), (), ("--bsn", "--all")])
def test_wrong_usage_ends_with_2(instance: Instance, words: tuple[str, ...]) -> None:
    """Neither or both of --case and --all, and a pseudonym together with --bsn."""
    ran = instance("subject", "erase", str(uuid4()), *words, *WHO)
    assert (ran.code, "Traceback" in ran.err) == (2, False)


def test_an_old_copy_of_the_database_is_erased_again(instance: Instance, tmp_path: Path) -> None:
    """The folder of PostgreSQL copied back: nothing opens, `re-erase` destroys again, and the work goes on."""
    case = instance.cases.pop()
    data = instance.folder / "postgres" / "data"
    copy_of(data, tmp_path / "copy")
    instance.json("subject", "erase", instance.subject_of(case), "--all", *WHO)
    shutil.rmtree(data)
    copy_of(tmp_path / "copy", data)
    refused = instance("case", "list")
    assert refused.code == 1
    assert "zvh subject re-erase" in refused.err
    served = instance("worker", "clock")
    assert (served.code, "zvh subject re-erase" in served.err) == (1, True)
    document = instance.json("subject", "re-erase")
    assert document["keys"] >= 1
    assert document["facts_missing"]
    stages = {one["case_id"]: one["stage"] for one in instance.json("case", "list")["cases"]}
    assert stages[case] == "DESTROYED"
    assert instance.json("subject", "re-erase")["keys"] == 0


def copy_of(folder: Path, target: Path) -> None:
    """Copy a folder with its owners: root lends the server's folder to another account."""
    subprocess.run(["cp", "-a", folder, target], check=True)


def test_the_key_changes_and_the_old_one_is_refused(instance: Instance, tmp_path: Path) -> None:
    """A new key file: one command, then the new key alone; the old one ends with 2 and the name of the setting."""
    following = tmp_path / "next"
    following.touch(mode=0o600)
    following.write_text(secrets.token_hex(32))
    before = instance.json("replay")["projections"]
    assert instance("keys", "rotate", "--to", "next").code == 2, "it is not given"
    ran = instance("keys", "rotate", "--to", "next", "--json", ZVH_KEY_NEXT_FILE=str(following))
    assert ran.code == 0, ran.err
    assert ran.json["renewed"] >= 1
    assert len(ran.json["retired"]) == 1
    old = instance("case", "list")
    assert old.code == 2
    assert "ZVH_KEY_FILE" in old.err
    instance.more["ZVH_KEY_FILE"] = str(following)
    assert instance.json("replay")["projections"] == before
    listed = instance.json("keys", "list")["keys"]
    assert [(one["state"], one["here"]) for one in listed] == [("CURRENT", True), ("RETIRED", False)]
    assert not [one for one in (following.read_text(),) if one in json.dumps(listed)]


def test_every_command_explains_itself(instance: Instance) -> None:
    """Each command is there with a help text."""
    for group, words in {"subject": ("erase", "re-erase", "certificate", "check"), "keys": ("list", "rotate")}.items():
        told = zvh(group, "--help").out
        assert all(word in told for word in words)
