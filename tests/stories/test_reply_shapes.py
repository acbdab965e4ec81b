"""Reading signals and replies: each type has its shape, what is wrong is named by its field, and its value is not."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.reference import Reference
from services.reading import NotTaken, read
from services.submission import SHAPES
from services.submission_replies import REPLIES, Reply
from services.workflow.commands import COMMANDS
from services.workflow.conditions import Wish
from services.workflow.offered import Offered, ProvideItems
from tests.facts import ACTION, CASE, FACT, ITEM
from tests.partner_events import PERSONAL, POLICE_OIN, as_bytes, reply, signalled

LIMIT = 65_536
PAGE = Path(__file__).parents[2] / "docs" / "partner-events.md"
PUBLISHED = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)]
POLICE = (POLICE_OIN, "police-task")

GOOD: dict[str, dict[str, Any]] = {
    sent["type"].split(".")[3]: sent
    for sent in (
        signalled(),
        reply("r-1", "known-check-answered", CASE, POLICE, check=str(FACT), known=True),
        reply(
            "r-2",
            "enrichment-provided",
            CASE,
            POLICE,
            question=str(FACT),
            offered=[{"category": "LIFE_DOMAIN", "what": "De buurman belde", "since": "2026-01-01"}],
        ),
        reply("r-3", "enrichment-declined", CASE, POLICE, question=str(FACT), reason_code="SECRECY"),
        reply("r-4", "items-provided", CASE, POLICE, offered=[{"category": "NUISANCE", "what": "De buurman belde"}]),
        reply("r-5", "invitation-answered", CASE, POLICE, consultation=str(FACT), attends=False),
        reply("r-6", "plan-confirmed", CASE, POLICE, version=1),
        reply("r-7", "action-reported", CASE, POLICE, action=str(ACTION), status="DONE", note="De buurman is gebeld"),
        reply(
            "r-9",
            "disclosure-requested",
            CASE,
            POLICE,
            asked_of="MENTAL_HEALTH",
            categories=["HEALTH"],
            items=[str(ITEM)],
            purpose="PREVENT_UNSAFE",
            legal_basis=["WGS:participants", "WGS:purpose"],
            necessity="De buurman belde",
            proportionality="Niet meer dan dit",
            subsidiarity="Anders kan niet",
        ),
        reply(
            "r-10",
            "disclosure-decided",
            CASE,
            POLICE,
            request=str(FACT),
            granted=[str(ITEM)],
            necessity="De buurman belde",
            secrecy_ground="CONSENT",
            conditions=[{"code": "UNTIL", "until": "2026-12-31"}],
            valid_until="2026-12-31",
        ),
        reply("r-8", "subject-informed", CASE, POLICE, on="2026-03-02"),
        reply(
            "r-9",
            "data-accessed",
            CASE,
            POLICE,
            disclosure=str(FACT),
            access=str(ACTION),
            accessed_at="2026-03-02T10:00:00Z",
            stream_seq=1,
        ),
    )
}
NO_COMMAND = ("signal-registered", "data-accessed")
"""What is no command of a case: a signal comes before there is one, and a receipt asks for nothing."""


def refusal_of(document: object) -> NotTaken | None:
    try:
        read(as_bytes(document), LIMIT)
    except NotTaken as refused:
        return refused
    return None


def changed(kind: str, path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """Return the good event of this kind with one value inside its data replaced; None takes it away."""
    sent: dict[str, Any] = json.loads(json.dumps(GOOD[kind]))
    inner: Any = sent["data"]
    for step in path[:-1]:
        inner = inner[step]
    if value is None:
        inner.pop(path[-1], None)
    else:
        inner[path[-1]] = value
    return sent


@pytest.mark.parametrize("kind", GOOD)
def test_each_kind_is_read_into_its_own_shape(kind: str) -> None:
    """A well-formed event of each type becomes the shape of that type."""
    read_as = read(as_bytes(GOOD[kind]), LIMIT)
    assert type(read_as.data) is SHAPES[f"nl.zvh.intake.{kind}.v1"]


def test_every_type_that_is_taken_has_a_published_example_and_no_other() -> None:
    """A partner's developer finds one example of each type."""
    assert sorted(sent["type"] for sent in PUBLISHED) == sorted(SHAPES)


@pytest.mark.parametrize("sent", PUBLISHED, ids=lambda sent: str(sent["type"].split(".")[3]))
def test_a_published_example_is_well_formed_and_its_task_is_its_senders_own(sent: dict[str, Any]) -> None:
    """What the page shows would be read, and nobody is shown wearing another's hat."""
    at = datetime(2026, 3, 2, tzinfo=UTC)
    owner = Reference.load().participant_by_oin(sent["source"].split(":")[3], at)
    assert owner is not None
    assert isinstance(read(as_bytes(sent), LIMIT).data, SHAPES[sent["type"]])
    assert sent["data"].get("task", next(iter(owner.domains))) in owner.domains


def test_every_outcome_is_named_on_the_page() -> None:
    """Beside its type stands what the sender hears when it is taken."""
    rows = dict(re.findall(r"^\| `([a-z-]+)` .*\| `([a-z]+)` \|$", PAGE.read_text(encoding="utf-8"), re.M))
    assert {f"nl.zvh.intake.{kind}.v1": rows[kind] for kind in GOOD if kind not in NO_COMMAND} == {
        kind: outcome for kind, (_, outcome) in REPLIES.items()
    }


@pytest.mark.parametrize("kind", [kind for kind in GOOD if kind not in NO_COMMAND])
def test_each_reply_is_one_command_of_the_case(kind: str) -> None:
    """The message is the command: nothing is decided elsewhere."""
    data = read(as_bytes(GOOD[kind]), LIMIT).data
    assert isinstance(data, Reply)
    assert type(data.command()) in COMMANDS.values()


def test_what_is_offered_reaches_the_command_as_it_was_sent() -> None:
    """Kind, words, day, wording and wishes, in the order in which they came, with purpose and ground."""
    wish = {"code": "NOT_TO", "orgs": ["MAYOR"]}
    one = {"category": "HEALTH", "what": "Eén", "since": "2026-01-31", "wording": "FUNCTIONAL", "conditions": [wish]}
    two = [one, {"category": "IDENTITY", "what": "Twee"}]
    sent = reply(
        "r-1", "items-provided", CASE, POLICE, offered=two, secrecy_ground="CONSENT", purpose="COORDINATE_CARE"
    )
    data = read(as_bytes(sent), LIMIT).data
    assert isinstance(data, Reply)
    assert data.command() == ProvideItems(
        (
            Offered("HEALTH", "Eén", date(2026, 1, 31), None, "FUNCTIONAL", (Wish("NOT_TO", ("MAYOR",)),)),
            Offered("IDENTITY", "Twee"),
        ),
        "CONSENT",
        "COORDINATE_CARE",
    )


@pytest.mark.parametrize(
    ("kind", "path", "value", "expected"),
    [
        ("known-check-answered", ("known",), "yes", ("bad_value", "data.known")),
        ("known-check-answered", ("known",), 1, ("bad_value", "data.known")),
        ("known-check-answered", ("known",), None, ("missing_field", "data.known")),
        ("known-check-answered", ("why",), "de buurman", ("bad_value", "data")),
        ("known-check-answered", ("check",), "4", ("bad_value", "data.check")),
        ("known-check-answered", ("check",), 4, ("bad_value", "data.check")),
        ("known-check-answered", ("check",), f"urn:uuid:{FACT}", ("bad_value", "data.check")),
        ("known-check-answered", ("check",), FACT.hex, ("bad_value", "data.check")),
        ("known-check-answered", ("case",), None, ("missing_field", "data.case")),
        ("known-check-answered", ("case",), "999990019", ("bad_value", "data.case")),
        ("known-check-answered", ("task",), None, ("missing_field", "data.task")),
        ("known-check-answered", ("task",), "Police task", ("bad_value", "data.task")),
        ("known-check-answered", ("reporter",), " ", ("bad_value", "data.reporter")),
        ("known-check-answered", ("occurred_at",), "2026-03-02", ("bad_value", "data.occurred_at")),
        ("enrichment-provided", ("offered",), None, ("missing_field", "data.offered")),
        ("enrichment-provided", ("offered",), "niets", ("bad_value", "data.offered")),
        ("enrichment-provided", ("offered", 0, "what"), " \n", ("missing_field", "data.offered.0.what")),
        ("enrichment-provided", ("offered", 0, "what"), "stil\x00", ("bad_value", "data.offered.0.what")),
        ("enrichment-provided", ("offered", 0, "category"), "life domain", ("bad_value", "data.offered.0.category")),
        ("enrichment-provided", ("offered", 0, "since"), "2026-02-30", ("bad_value", "data.offered.0.since")),
        ("enrichment-provided", ("offered", 0, "Joppe"), "vissen", ("bad_value", "data.offered.0")),
        ("enrichment-declined", ("reason_code",), "geen zin", ("bad_value", "data.reason_code")),
        ("enrichment-declined", ("question",), None, ("missing_field", "data.question")),
        ("items-provided", ("secrecy_ground",), "toestemming", ("bad_value", "data.secrecy_ground")),
        ("items-provided", ("offered", 0, "subject"), str(FACT), ("bad_value", "data.offered.0")),
        ("items-provided", ("purpose",), "om te weten", ("bad_value", "data.purpose")),
        ("items-provided", ("offered", 0, "wording"), "MEDISCH", ("bad_value", "data.offered.0.wording")),
        ("items-provided", ("offered", 0, "conditions"), ["geheim"], ("bad_value", "data.offered.0.conditions.0")),
        ("disclosure-requested", ("asked_of",), None, ("missing_field", "data.asked_of")),
        ("disclosure-requested", ("legal_basis", 0), "omdat het mag", ("bad_value", "data.legal_basis.0")),
        ("disclosure-requested", ("necessity",), 7, ("bad_value", "data.necessity")),
        ("disclosure-decided", ("granted", 0), "alles", ("bad_value", "data.granted.0")),
        ("disclosure-decided", ("conditions", 0, "until"), "ooit", ("bad_value", "data.conditions.0.until")),
        ("disclosure-decided", ("valid_until",), "morgen", ("bad_value", "data.valid_until")),
        ("invitation-answered", ("attends",), "maybe", ("bad_value", "data.attends")),
        ("invitation-answered", ("consultation",), True, ("bad_value", "data.consultation")),
        ("plan-confirmed", ("version",), 0, ("bad_value", "data.version")),
        ("plan-confirmed", ("version",), "1", ("bad_value", "data.version")),
        ("plan-confirmed", ("version",), 1.5, ("bad_value", "data.version")),
        ("plan-confirmed", ("version",), True, ("bad_value", "data.version")),
        ("action-reported", ("status",), "klaar", ("bad_value", "data.status")),
        ("action-reported", ("action",), None, ("missing_field", "data.action")),
        ("action-reported", ("note",), 7, ("bad_value", "data.note")),
        ("subject-informed", ("on",), "02-03-2026", ("bad_value", "data.on")),
        ("subject-informed", ("on",), None, ("missing_field", "data.on")),
        ("signal-registered", ("subject", "bsn"), "999990018", ("bad_bsn", "data.subject.bsn")),
        ("signal-registered", ("worry",), "", ("missing_field", "data.worry")),
        ("signal-registered", ("reporter",), None, ("missing_field", "data.reporter")),
        ("signal-registered", ("related_persons",), [], ("bad_value", "data")),
    ],
)
def test_a_malformed_event_is_named_by_its_field_alone(
    kind: str, path: tuple[str | int, ...], value: object, expected: tuple[str, str]
) -> None:
    """The outcome says what is wrong and where; an unknown field is named by the object that holds it."""
    refused = refusal_of(changed(kind, path, value))
    assert refused is not None
    assert (refused.outcome, refused.where) == expected


def test_a_uuid_in_capitals_names_the_same_case() -> None:
    """Writers use small letters; readers take both (RFC 9562)."""
    data = read(as_bytes(changed("plan-confirmed", ("case",), str(CASE).upper())), LIMIT).data
    assert isinstance(data, Reply)
    assert data.case == CASE


@pytest.mark.parametrize("kind", GOOD)
def test_an_oversized_text_is_refused_with_its_event(kind: str) -> None:
    """The limit on the event is the limit on its texts, for every type."""
    refused = refusal_of(changed(kind, ("reporter",), "x" * LIMIT))
    assert refused is not None
    assert refused.outcome == "oversized"


Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(
    place=st.sampled_from([(kind, name) for kind, sent in GOOD.items() for name in sent["data"]]),
    renamed=st.booleans(),
    value=Json,
)
def test_any_change_gives_one_outcome_without_its_values(place: tuple[str, str], *, renamed: bool, value: Any) -> None:
    """The refusal quotes no text of the event, whatever is wrong with it."""
    kind, name = place
    sent = changed(kind, (name,), value)
    if renamed:
        sent["data"][str(value)] = GOOD[kind]["data"][name]
    refused = refusal_of(sent)
    told = f"{refused} {refused!r} {refused and refused.where}"
    assert not [text for text in PERSONAL if text in told]
