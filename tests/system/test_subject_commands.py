"""``zvh subject`` as the contact point uses it: a request by number, who asks, the account, a correction."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from events.rights import Outcome
from infra.settings import Settings
from policies.reference import Reference
from services.acting import Acting
from services.bootstrap import open_house
from services.rights.deciding import DecidePart
from services.simulate import sample_week
from tests.system.zvh import Ran, zvh

PERSON = ("--person", "balie-01")


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An embedded instance with one case, that of the first referral of the sample week that is taken."""
    folder = tmp_path_factory.mktemp("instance")
    lines, _ = sample_week()
    for line in lines.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        (folder / "one.jsonl").write_bytes(line + b"\n")
        settings = {"ZVH_EMBEDDED": str(folder / "house")}
        taken = zvh("ingest", str(folder / "one.jsonl"), "--json", environment=settings)
        if taken.json["outcomes"].get("received") == 1 and event["type"].endswith("referral-offered.v1"):
            return {**settings, "BSN": event["data"]["subject"]["bsn"], "NAME": event["data"]["subject"]["family_name"]}
    raise AssertionError("the sample week has no referral")


def run(instance: dict[str, str], *words: str, stdin: str = "") -> Ran:
    return zvh(*words, environment={"ZVH_EMBEDDED": instance["ZVH_EMBEDDED"]}, stdin=stdin)


def decided(instance: dict[str, str], request: str) -> None:
    """Let every controller grant its part; each does that in its own system, and not on this command line."""
    with open_house(Settings(embedded=Path(instance["ZVH_EMBEDDED"]))) as house:
        found = house.contact_point.request(UUID(request))
        assert found is not None
        for controller in found.undecided:
            known = house.reference.participant(controller, datetime.now(UTC))
            assert known is not None
            person = house.pseudonyms.person(known.oin, "collega-77")
            acting = Acting(person, controller, known.oin, next(iter(known.domains)))
            command = DecidePart(Outcome.GRANTED, "Geen bezwaar.")
            order = house.order("DecidePart", acting, UUID(request), command)
            house.contact_point.carry_out(order, command)


def test_a_request_is_taken_checked_and_answered_with_an_account(instance: dict[str, str], tmp_path: Path) -> None:
    """Without proof of who asks it lies there (exit 1), and until each part is decided; then the account comes."""
    bsn = instance["BSN"] + "\n"
    first = run(instance, "subject", "access", "--bsn", *PERSON, "--json", stdin=bsn)
    assert (first.code, first.json["identified"]) == (1, False)
    assert "wie het verzoek doet" in first.err
    proof = ("--proof", "ID_DOCUMENT", "--born", "1985-05-05")
    waits = run(instance, "subject", "access", "--bsn", *PERSON, *proof, "--json", stdin=bsn)
    assert (waits.code, waits.json["identified"]) == (1, True)
    assert "Nog niet elk deel is beslist" in waits.err
    decided(instance, first.json["request_id"])
    told = run(instance, "subject", "access", "--bsn", *PERSON, "--json", stdin=bsn)
    assert told.code == 0, told.err
    document = told.json
    assert document["request_id"] == first.json["request_id"], "it went on with the request that lay there"
    assert document["complete"]
    assert document["count"]["shown"] == document["count"]["entries"] > 0
    assert instance["NAME"] not in told.out, "no values without --copy"

    page = tmp_path / "overzicht.html"
    words = ("--format", "html", "--copy", "-o", str(page))
    assert run(instance, "subject", "access", "--bsn", *PERSON, *words, stdin=bsn).code == 0
    text = page.read_text(encoding="utf-8")
    assert page.stat().st_mode & 0o077 == 0, "the values of a person are for the owner of the file alone"
    assert '<html lang="nl">' in text
    assert instance["NAME"] in text
    listed = run(instance, "subject", "requests", "--json").json["requests"]
    assert [(one["right"], one["late"]) for one in listed] == [("ACCESS", False)]


def test_the_source_corrects_its_item(instance: dict[str, str]) -> None:
    """Every field as JSON on stdin; another organisation, or half an item, is refused with exit 1."""
    (case,) = run(instance, "case", "list", "--json").json["cases"]
    shown = run(instance, "case", "show", case["case_id"], "--json").json
    item = next(one for one in shown["items"] if one["category"] == "IDENTITY")
    values = {"bsn": instance["BSN"], "given_name": "Anders"}
    provider = Reference.load().participant(item["provider"], datetime.now(UTC))
    assert provider is not None
    hat = ("--org", provider.code, "--task", next(iter(provider.domains)), "--person", "collega-77")
    words = ("subject", "rectify", case["case_id"], item["item_id"])
    half = run(instance, *words, *hat, "--json", stdin=json.dumps(values))
    assert half.code == 1
    assert "MISSING_FIELD" in half.err
    assert run(instance, *words, *hat, stdin="geen json").code == 2
    assert provider.code != "PUBLIC_HEALTH"
    other = ("--org", "PUBLIC_HEALTH", "--task", "public-health-care", "--person", "iemand")
    assert "NOT_YOUR_PART" in run(instance, *words, *other, stdin=json.dumps(values)).err


@pytest.mark.parametrize(
    ("words", "stdin"),
    [
        (("subject", "access", *PERSON), ""),
        (("subject", "access", "--bsn", *PERSON, "--format", "pdf"), "999900018"),
        (("subject", "access", "--bsn", *PERSON, "--proof", "ID_DOCUMENT"), "999900018"),
        (("subject", "access", "--bsn", *PERSON, "--received", "gisteren"), "999900018"),
        (("subject", "access", "--bsn", *PERSON, "--proof", "ID_DOCUMENT", "--born", "17-04-1991"), "999900018"),
    ],
)
def test_wrong_usage_is_told(instance: dict[str, str], words: tuple[str, ...], stdin: str) -> None:
    """Exit 2, one sentence, and nothing was done."""
    ran = run(instance, *words, stdin=stdin)
    assert ran.code == 2
    assert "Traceback" not in ran.err


def test_a_wrong_number_is_not_repeated_in_the_error(instance: dict[str, str]) -> None:
    """The number on stdin stands in no sentence."""
    ran = run(instance, "subject", "access", "--bsn", *PERSON, stdin="123456789\n")
    assert ran.code == 1
    assert "123456789" not in ran.err + ran.out
