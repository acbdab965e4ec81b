"""What the controllers decide about the tables holds from its day, and nothing of an earlier day changes."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from events.errors import BadSetting
from events.governance import TableChange
from policies.amending import KEYS
from policies.engine import Policies
from policies.reference import Reference
from policies.tables import Tables
from tests.policies.changed import changed

REFERENCE = Reference.load()
NOON = time(12, tzinfo=UTC)


def on(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), NOON)


def change(table: str, key: str, day: str, **entry: JsonValue) -> TableChange:
    return TableChange(table=table, key=key, entry={**entry, "mark": "D", "valid_from": day})


def review(value: int, day: str) -> TableChange:
    """Change the term after which a plan is weighed again; 90 days in the packaged tables."""
    return change(
        "terms", "plan-review", day, name="plan-review", value=value, unit="days", legal_ref="BGS:criteria"
    )  # fmt: skip


def test_a_changed_term_holds_from_its_day_and_not_before() -> None:
    """Given a decision for the first of June, May keeps the old value and June has the new one."""
    amended = REFERENCE.amended([review(60, "2026-06-01")])
    midnight = datetime(2026, 5, 31, 22, 0, tzinfo=UTC)
    assert amended.term("plan-review", midnight - timedelta(seconds=1)).value == 90
    assert amended.term("plan-review", midnight).value == 60
    assert REFERENCE.term("plan-review", midnight).value == 90


@given(days=st.integers(min_value=1, max_value=450))
def test_no_digest_of_an_earlier_day_changes(days: int) -> None:
    """Given a decision, each day before it has the digest that it always had, and each day from it on another."""
    amended, first = REFERENCE.amended([review(60, "2026-06-01")]), on("2026-06-01")
    before, after = first - timedelta(days=days), first + timedelta(days=days - 1)
    assert amended.digest(before) == REFERENCE.digest(before)
    assert amended.digest(after) != REFERENCE.digest(after)


def test_two_changes_of_one_key_hold_one_after_the_other() -> None:
    """Given two decisions about one term, each holds until the next."""
    amended = REFERENCE.amended([review(60, "2026-06-01"), review(30, "2026-09-01")])
    days = ("2026-05-31", "2026-06-01", "2026-08-31", "2026-09-01")
    assert [amended.term("plan-review", on(day)).value for day in days] == [90, 60, 60, 30]
    assert amended.revision == 2


@pytest.mark.parametrize("again", ["2026-06-01", "2026-04-01"])
def test_a_change_cannot_go_before_one_that_was_decided(again: str) -> None:
    """Given a decision, another about the same key for the same or an earlier day is refused."""
    with pytest.raises(BadSetting, match="plan-review van terms geldt al"):
        REFERENCE.amended([review(60, "2026-06-01"), review(30, again)])


def test_an_entry_that_ended_earlier_keeps_its_end() -> None:
    """Given an admission that ended in April, an admission from June on leaves May without."""
    mark = 'code = "POLICE"\n'
    ended = changed("participants", lambda text: text.replace(mark, f"{mark}valid_until = 2026-04-30\n", 1))
    police = REFERENCE.participant("POLICE", on("2026-04-30"))
    assert police is not None
    entry = police.model_dump(mode="json", exclude={"mark", "valid_from", "valid_until"})
    again = ended.amended([change("participants", "POLICE", "2026-06-01", **entry)])
    admitted = [again.participant("POLICE", on(day)) is not None for day in ("2026-04-30", "2026-05-15", "2026-06-01")]
    assert admitted == [True, False, True]


def test_something_new_can_be_decided() -> None:
    """Given a chamber that was not there, it is there from its day on, beside the others."""
    west = change(
        "places", "CHAMBER_WEST", "2026-06-01", code="CHAMBER_WEST", room="LOCAL_CHAMBER", name_nl="lokale kamer West",
        panel=[["POLICE", "police-task"], ["MUNICIPAL_EXECUTIVE", "wmo"]],
    )  # fmt: skip
    amended = REFERENCE.amended([west])
    assert amended.place("CHAMBER_WEST", on("2026-05-31")) is None
    assert [one.code for one in amended.places(on("2026-06-01"))][-1] == "CHAMBER_WEST"
    assert len(amended.places(on("2026-06-01"))) == 4


def test_a_decision_from_before_something_was_asked_still_fits() -> None:
    """Given entries without quorum, coordinators or ground of admission, they stand as they were decided, for ever."""
    west = change(
        "places", "CHAMBER_WEST", "2026-06-01", code="CHAMBER_WEST", room="LOCAL_CHAMBER", name_nl="lokale kamer West",
        panel=[["POLICE", "police-task"], ["MUNICIPAL_EXECUTIVE", "wmo"]],
    )  # fmt: skip
    place = REFERENCE.amended([west]).place("CHAMBER_WEST", on("2026-06-01"))
    assert place is not None
    assert (place.quorum, place.coordinators) == (1, ())


def test_a_line_of_a_list_is_named_by_its_list_and_its_code() -> None:
    """Given another name for one closing reason, only that line changes, and only in that list."""
    moved = {"list": "inform-ground", "code": "SAFETY", "name_nl": "gevaar voor iemand"}
    amended = REFERENCE.amended([change("choices", "inform-ground/SAFETY", "2026-06-01", **moved)])
    at = on("2026-06-01")
    names = {
        name: {one.name_nl for one in amended.choices(name, at) if one.code == "SAFETY"}
        for name in ("inform-ground", "life-domain")
    }
    assert names == {"inform-ground": {"gevaar voor iemand"}, "life-domain": {"veiligheid"}}


TERM: Mapping[str, JsonValue] = {"name": "signal", "value": 21, "unit": "days", "legal_ref": "OWN:task"}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (change("refusals", "BULK", "2026-06-01", code="BULK"), "refusals bestaat niet, of verandert niet"),
        (change("weather", "RAIN", "2026-06-01", code="RAIN"), "weather bestaat niet"),
        (change("terms", "aftercare", "2026-06-01", **TERM), "aftercare van terms draagt een andere naam"),
        (change("terms", "signal", "soon", **TERM), "noemt geen dag"),
        (change("terms", "signal", "2026-06-01", **{**TERM, "value": -1}), "value"),
        (change("terms", "signal", "2026-06-01", **{**TERM, "unit": "moons"}), "unit"),
        (change("terms", "signal", "2026-06-01", **{**TERM, "legal_ref": "OWN:gone"}), "legal_ref bestaat niet"),
        (change("terms", "signal", "2026-06-01", **TERM, note="x"), "note"),
        (change("settings", "retention-anchor", "2026-06-01", name="retention-anchor", value="LATER"), "keuze"),
        (TableChange(table="terms", key="signal", entry={**TERM, "valid_from": "2026-06-01"}), "mark"),
    ],
)
def test_a_change_that_does_not_fit_leaves_the_tables_as_they_were(wrong: TableChange, told: str) -> None:
    """Given a change with a mistake beside a good one, it is refused, and nothing of either holds."""
    reference = Reference.load()
    with pytest.raises(BadSetting, match=told):
        reference.renew([review(60, "2026-06-01"), wrong])
    at = on("2026-06-02")
    assert reference.revision == 0
    assert reference.term("plan-review", at).value == 90
    assert reference.digest(at) == REFERENCE.digest(at)


def test_whoever_holds_the_tables_sees_what_was_decided() -> None:
    """Given a renewal, rules that were loaded before it answer with the new tables, and with another digest."""
    reference = Reference.load()
    policies, at = Policies.load(reference), on("2026-06-02")
    before = policies.digest(at)
    reference.renew([review(60, "2026-06-01")])
    assert reference.term("plan-review", at).value == 60
    assert policies.digest(at) != before
    assert policies.digest(on("2026-05-31")) == Policies.load(REFERENCE).digest(on("2026-05-31"))


def test_a_renewal_counts_from_what_was_read_and_not_from_the_last_renewal() -> None:
    """Given one history twice, a longer one, another one and none, the tables are those of the last one alone."""
    reference, at = Reference.load(), on("2026-10-01")
    first, second = review(60, "2026-06-01"), review(30, "2026-09-01")
    seen = []
    for history in ([first], [first], [first, second], [second], [first], []):
        reference.renew(history)
        seen.append((reference.revision, reference.term("plan-review", at).value))
    assert seen == [(1, 60), (1, 60), (2, 30), (1, 30), (1, 60), (0, 90)]
    assert reference.digest(at) == REFERENCE.digest(at)


def test_every_dated_table_can_be_changed() -> None:
    """Given the tables, each has its key, and only the texts of refusals do not change by a decision."""
    assert Tables.model_fields.keys() - {"refusals"} == KEYS.keys()
