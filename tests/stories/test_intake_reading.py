"""Reading what a partner sends: one outcome for any bytes, the field is named and its value is not."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reading import NotTaken, look, read
from services.strict_json import BrokenJson, parse
from services.submission import ReferralOffered, ReferralSupplementOffered, WithdrawalOffered
from services.submission_values import is_bsn
from tests.partner_events import PERSONAL, as_bytes, offered, supplement, withdrawal

LIMIT = 65_536

Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def refusal_of(raw: bytes) -> NotTaken | None:
    try:
        read(raw, LIMIT)
    except NotTaken as refused:
        return refused
    return None


def outcome_of(raw: bytes) -> tuple[str, str | None]:
    refused = refusal_of(raw)
    assert refused is not None
    return refused.outcome, refused.where


def paths(value: object, before: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found: list[tuple[str | int, ...]] = []
    for step, inner in members:
        found += [(*before, step), *paths(inner, (*before, step))]
    return found


def changed(document: Any, path: tuple[str | int, ...], change: Callable[[Any, Any], None]) -> Any:
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    change(inner, path[-1])
    return document


PATHS = paths(offered())


def test_each_of_the_three_events_is_read() -> None:
    """The three events of the run-up, well formed, become their shapes."""
    assert isinstance(read(as_bytes(offered()), LIMIT).data, ReferralOffered)
    assert isinstance(read(as_bytes(supplement("a-2", "a-1")), LIMIT).data, ReferralSupplementOffered)
    assert isinstance(read(as_bytes(withdrawal("a-3", "a-1")), LIMIT).data, WithdrawalOffered)


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        (b"", "broken_json"),
        (b'{"specversion": "1.0", "id"', "broken_json"),
        (b"\xef\xbb\xbf{}", "broken_json"),
        (b'{"id": "\xff"}', "broken_json"),
        (b'{"id": 1, "id": 2}', "broken_json"),
        (b'{"weight": NaN}', "broken_json"),
        (b'{"weight": -Infinity}', "broken_json"),
        (b'{"weight": 1e400}', "broken_json"),
        (b'{"half": "\\ud83d"}', "broken_json"),
        (b'{"half\\udc00": 1}', "broken_json"),
        (b'{"n": ' + b"9" * 5_000 + b"}", "broken_json"),
        (b"[]", "bad_value"),
        (b"null", "bad_value"),
        (b'"text"', "bad_value"),
        (b"{}", "missing_field"),
    ],
)
def test_text_that_is_no_event_gets_its_own_outcome(raw: bytes, outcome: str) -> None:
    """JSON that two readers could read differently is refused as broken, and so is text that is no JSON."""
    assert outcome_of(raw)[0] == outcome


@pytest.mark.parametrize(
    "bomb",
    [b"[" * 65_000, b'{"a":' * 13_000, b'"\\"' * 21_000, b"[" * 30_000 + b"]" * 30_000, b"\\" * 65_000],
    ids=["lists", "objects", "quotes", "closed", "slashes"],
)
def test_a_bomb_of_brackets_or_quotes_is_broken_json_at_once(bomb: bytes) -> None:
    """Nested depth and endless strings cost no stack and no more than linear time."""
    started = time.process_time()
    assert outcome_of(bomb)[0] == "broken_json"
    assert time.process_time() - started < 5  # quadratic time would take minutes


def test_nesting_up_to_the_limit_is_read_and_one_more_is_not() -> None:
    """Brackets inside a text do not count."""
    assert parse(b"[" * 32 + b'"[[[["' + b"]" * 32)
    with pytest.raises(BrokenJson):
        parse(b"[" * 33 + b"]" * 33)


def test_an_event_may_be_as_large_as_the_limit_and_no_larger() -> None:
    """Counted in bytes, before anything is read."""
    room = LIMIT - len(as_bytes(offered(reason="")))
    assert refusal_of(as_bytes(offered(reason="x" * room))) is None
    assert outcome_of(as_bytes(offered(reason="x" * (room + 1)))) == ("oversized", None)


def test_an_oversized_event_still_tells_which_one_it_was() -> None:
    """So that its sender can be told."""
    letter = look(as_bytes(offered("a-9", reason="x" * 70_000)), LIMIT)
    assert (letter.event_id, letter.trouble and letter.trouble.outcome) == ("a-9", "oversized")


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("id",), "", ("bad_value", "id")),
        (("id",), "case 999990019", ("bad_value", "id")),
        (("id",), "x/999990019", ("bad_value", "id")),
        (("source",), "police", ("bad_value", "source")),
        (("specversion",), "0.3", ("bad_value", "specversion")),
        (("datacontenttype",), "text/xml", ("bad_value", "datacontenttype")),
        (("data_base64",), "e30=", ("bad_value", "data_base64")),
        (("type",), "nl.zvh.intake.referral-offered.v2", ("unknown_type", "type")),
        (("data",), "text", ("bad_value", "data")),
        (("data", "subject", "bsn"), "999990018", ("bad_bsn", "data.subject.bsn")),
        (("data", "subject", "bsn"), 999990019, ("bad_bsn", "data.subject.bsn")),
        (("data", "subject", "bsn"), "٩99990019", ("bad_bsn", "data.subject.bsn")),
        (("data", "related_persons", 0, "bsn"), "000000000", ("bad_bsn", "data.related_persons.0.bsn")),
        (("data", "reason"), " \n", ("missing_field", "data.reason")),
        (("data", "occurred_at"), "2026-03-02T10:00:00", ("bad_value", "data.occurred_at")),
        (("data", "occurred_at"), 1772442000, ("bad_value", "data.occurred_at")),
        (("data", "subject", "birth_date"), "1991-02-30", ("bad_value", "data.subject.birth_date")),
        (("data", "secrecy_notice_accepted"), "true", ("bad_value", "data.secrecy_notice_accepted")),
        (("data", "inform_status"), {"status": "DEFERRED"}, ("missing_field", "data.inform_status")),
        (("data", "subject", "Joppe houdt van"), "vissen", ("bad_value", "data.subject")),
        (("data", "aim"), "plan\x00", ("bad_value", "data.aim")),
    ],
)
def test_a_wrong_value_is_named_by_its_field_alone(
    path: tuple[str | int, ...], value: object, expected: tuple[str, str]
) -> None:
    """The outcome says what is wrong and where; an unknown field is named by the object that holds it."""

    def put(inner: Any, step: Any) -> None:
        inner[step] = value

    assert outcome_of(as_bytes(changed(offered(), path, put))) == expected


@pytest.mark.parametrize("name", ["channel", "regime", "task", "subject", "reason", "aim", "criteria", "inform_status"])
def test_a_missing_part_is_named(name: str) -> None:
    """Nothing is filled in for the sender."""
    event = offered()
    del event["data"][name]
    assert outcome_of(as_bytes(event)) == ("missing_field", f"data.{name}")


def test_unknown_stays_unknown() -> None:
    """A criterion that the partner left out is absent, not empty and not false (domain 4.1)."""
    data = read(as_bytes(offered(criteria={})), LIMIT).data
    assert isinstance(data, ReferralOffered)
    assert data.criteria.model_dump(exclude_unset=True) == {}


@pytest.mark.parametrize(
    ("number", "valid"), [("999990019", True), ("999990018", False), ("99999001", False), ("", False)]
)
def test_the_eleven_check(number: str, valid: bool) -> None:
    """Nine digits, weighed 9 to 2 and minus 1, divisible by 11."""
    assert is_bsn(number) is valid


def test_spaces_and_order_do_not_make_another_event() -> None:
    """A partner's system may write the same event in another spelling when it sends again."""
    event = offered()
    turned = dict(reversed(event.items()))
    assert look(as_bytes(event), LIMIT).content == look(json.dumps(turned, indent=2).encode(), LIMIT).content


@given(st.binary(max_size=300))
def test_any_bytes_give_one_outcome(raw: bytes) -> None:
    """Reading is total: bytes become a refusal, never another error."""
    assert outcome_of(raw)[0] in {"broken_json", "bad_value", "missing_field"}


@given(Json)
def test_any_json_gives_one_outcome(value: object) -> None:
    """Also when it stands where the data should be."""
    outcome_of(json.dumps(value).encode())
    outcome_of(json.dumps({**offered(), "data": value}).encode())


@given(st.sampled_from(PATHS), st.sampled_from(["drop", "replace", "rename"]), Json)
def test_any_change_of_a_good_event_gives_one_outcome_without_its_values(
    path: tuple[str | int, ...], how: str, value: object
) -> None:
    """The refusal quotes no BSN, name, date or text of the event."""

    def change(inner: Any, step: Any) -> None:
        old = inner.pop(step)
        if how == "replace":
            inner.insert(step, value) if isinstance(inner, list) else inner.update({step: value})
        elif how == "rename" and isinstance(inner, dict):
            inner[str(value)] = old

    refused = refusal_of(json.dumps(changed(offered(), path, change)).encode())
    told = f"{refused} {refused!r} {refused and refused.where}"
    assert not [text for text in PERSONAL if text in told]
