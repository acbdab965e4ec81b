"""Third parties, other collaborations and supervisors: who they are, from when, and what a change does."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from events.errors import BadSetting
from policies.matrix import may_get, reads
from policies.reference import Reference
from tests.policies.changed import changed

REFERENCE = Reference.load()
AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BEFORE = datetime(2025, 2, 28, 12, 0, tzinfo=UTC)


def test_third_parties_are_found_by_code_and_are_no_participant() -> None:
    """Given the list, each is found by its code, says what it is, and takes no part in the house."""
    found = REFERENCE.third_parties(AT)
    assert {one.code for one in found} == {
        "HOUSING_CORPORATION",
        "SCHOOL",
        "DEBT_HELP",
        "EMPLOYER",
        "HALT",
        "VICTIM_SUPPORT",
    }
    assert [REFERENCE.third_party(one.code, AT) for one in found] == list(found)
    assert all(one.name_nl and one.what_nl for one in found)
    assert [REFERENCE.participant(one.code, AT) for one in found] == [None] * len(found)
    assert REFERENCE.third_party("POLICE", AT) is None


def test_other_collaborations_are_known_and_the_way_to_them_is_shut() -> None:
    """Given the list, each is found by its code; the kind of disclosure to them is off by default (domain 5.3)."""
    found = REFERENCE.collaborations(AT)
    assert {one.code for one in found} == {"FEC", "ICOV", "RIEC", "OTHER_HOUSE"}
    assert [REFERENCE.collaboration(one.code, AT) for one in found] == list(found)
    assert REFERENCE.collaboration("SCHOOL", AT) is None
    kind = REFERENCE.kind("TO_OTHER_COLLABORATION", AT)
    assert kind is not None
    assert not kind.open


def test_supervisors_have_a_number_and_tasks_of_their_own() -> None:
    """Given the supervisors, code and number lead to each; the lawfulness committee alone works without content."""
    found = REFERENCE.supervisors(AT)
    assert {one.code for one in found} == {"AP", "AUDITOR", "COURT", "LAWFULNESS_COMMITTEE"}
    assert [REFERENCE.supervisor(one.code, AT) for one in found] == list(found)
    assert [REFERENCE.supervisor_by_oin(one.oin, AT) for one in found] == list(found)
    assert {one.code for one in found if not one.content} == {"LAWFULNESS_COMMITTEE"}
    assert {REFERENCE.participant_by_oin(one.oin, AT) for one in found} == {None}
    assert REFERENCE.supervisor("POLICE", AT) is None
    assert REFERENCE.supervisor_by_oin(REFERENCE.staff.oin, AT) is None


def test_nobody_is_there_before_the_act() -> None:
    """Given the day before the act, there is no third party, no other collaboration and no supervisor."""
    assert REFERENCE.third_parties(BEFORE) == ()
    assert REFERENCE.collaborations(BEFORE) == ()
    assert REFERENCE.supervisors(BEFORE) == ()
    assert REFERENCE.third_parties(BEFORE + timedelta(days=1)) != ()


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("third_parties", '"Woningcorporatie"', '"Verhuurder"'),
        ("collaborations", '"Ander Zorg- en Veiligheidshuis"', '"Ander huis"'),
        ("supervisors", "content = false", "content = true"),
    ],
)
def test_the_digest_holds_each_of_these_tables(table: str, old: str, new: str) -> None:
    """Given one other name, or one more supervisor that sees content, the digest is another."""
    assert changed(table, lambda text: text.replace(old, new)).digest(AT) != REFERENCE.digest(AT)


@pytest.mark.parametrize(
    ("table", "old", "new", "told"),
    [
        ("third_parties", '"SCHOOL"', '"POLICE"', "organisatie POLICE geldt twee keer"),
        ("collaborations", '"FEC"', '"SCHOOL"', "organisatie SCHOOL geldt twee keer"),
        ("supervisors", '"AP"', '"HOUSE_STAFF"', "organisatie HOUSE_STAFF geldt twee keer"),
        ("supervisors", '"00000001003214345900"', '"00000001003214345000"', "OIN 00000001003214345000 geldt twee"),
        ("supervisors", 'tasks = ["adjudication"]', "tasks = []", "tasks"),
    ],
)
def test_one_code_and_one_number_are_one_organisation(table: str, old: str, new: str, told: str) -> None:
    """Given a code or a number that another has, whatever that one is to the house, the tables do not load."""
    with pytest.raises(BadSetting, match=told):
        changed(table, lambda text: text.replace(old, new))


SEATS = [(one, task) for one in REFERENCE.participants(AT) for task in one.domains]


@pytest.mark.parametrize(
    ("category", "standing", "by_decision", "never"),
    [
        ("IDENTITY", {one.code for one, _ in SEATS}, set(), set()),
        ("HEALTH", {"MENTAL_HEALTH", "PUBLIC_HEALTH"}, {"POLICE", "MAYOR", "SAFE_HOME"}, set()),
        ("NUISANCE", {"POLICE", "PROBATION", "SAFE_HOME"}, {"MENTAL_HEALTH"}, set()),
        ("POLICE_DATA", {"POLICE", "MAYOR", "PROBATION"}, {"MENTAL_HEALTH", "SAFE_HOME"}, set()),
        ("DETENTION", {"POLICE", "PROBATION"}, set(), {"MENTAL_HEALTH", "SAFE_HOME"}),
        ("SAFE_HOME_REPORT", {"SAFE_HOME"}, {"POLICE"}, {"MAYOR", "MENTAL_HEALTH"}),
        ("OTHER_SPECIAL", set(), set(), {one.code for one, _ in SEATS}),
        ("RESULT", set(), set(), {one.code for one, _ in SEATS}),
    ],
)
def test_the_matrix_says_who_reads_who_may_get_and_who_never(
    category: str, standing: set[str], by_decision: set[str], never: set[str]
) -> None:
    """Given a kind of data, an organisation reads it, may get it by a decision per item, or neither (domain 5.2)."""
    row = next(one for one in REFERENCE.matrix(AT) if one.category == category)
    by_code = {one.code: (one, task) for one, task in SEATS}
    assert all(reads(row, *by_code[code]) for code in standing)
    assert not [code for code in by_decision | never if reads(row, *by_code[code])]
    assert all(may_get(row, *by_code[code]) for code in by_decision | standing)
    assert not [code for code in never if may_get(row, *by_code[code])]


def test_child_protection_data_are_for_the_task_and_not_for_the_organisation() -> None:
    """Given the college, its youth task reads them and its other tasks never do."""
    row = next(one for one in REFERENCE.matrix(AT) if one.category == "CHILD_PROTECTION")
    college = REFERENCE.participant("MUNICIPAL_EXECUTIVE", AT)
    assert college is not None
    assert {task for task in college.domains if may_get(row, college, task)} == {"youth-act"}


def test_whoever_reads_may_also_get() -> None:
    """Given any kind of data and any task of a participant, standing permission is never narrower than a decision."""
    for row, (participant, task) in product(REFERENCE.matrix(AT), SEATS):
        assert may_get(row, participant, task) or not reads(row, participant, task)
