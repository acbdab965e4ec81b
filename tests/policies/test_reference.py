"""The dated tables: what is in force when, what they promise to each other, and what they refuse to hold."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import BadSetting
from events.vocabulary import Stage
from policies.reference import MatrixRow, Reference
from policies.work_kinds import KINDS
from tests.policies.changed import changed

REFERENCE = Reference.load()
AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
SOURCES = [
    path.read_text(encoding="utf-8")
    for folder in ("events", "policies", "projections", "infra", "services")
    for kind in ("*.py", "*.cedar")
    for path in sorted((ROOT / folder).rglob(kind))
]


def row(code: str, reference: Reference = REFERENCE, at: datetime = AT) -> MatrixRow:
    return next(one for one in reference.matrix(at) if one.category == code)


def test_every_organisation_of_the_seed_is_admitted_with_its_own_oin() -> None:
    """Given the tables, twelve participants are admitted; its OIN leads back to each; the seven public ones control."""
    everybody = REFERENCE.participants(AT)
    assert len(everybody) == 12
    assert [REFERENCE.participant_by_oin(one.oin, AT) for one in everybody] == list(everybody)
    assert [REFERENCE.participant(one.code, AT) for one in everybody] == list(everybody)
    assert [one.public for one in everybody] == [one.controller for one in everybody]
    assert sum(one.controller for one in everybody) == 7
    assert {one.admitted_from for one in everybody} == {date(2025, 3, 1)}
    assert {one.admitted_until for one in everybody} == {None}


def test_the_college_speaks_for_two_domains_by_its_task() -> None:
    """Given the college, its social tasks and its safety task stand in different domains."""
    college = REFERENCE.participant("MUNICIPAL_EXECUTIVE", AT)
    assert college is not None
    assert dict(college.domains) == {
        "wmo": "SOCIAL",
        "youth-act": "SOCIAL",
        "participation-act": "SOCIAL",
        "mandatory-care-report": "SOCIAL",
        "local-safety": "ADMINISTRATION",
    }


def test_the_houses_own_people_are_no_participant() -> None:
    """Given the house, it has its own OIN and its own tasks, and is nobody's participant."""
    staff = REFERENCE.staff
    assert (staff.code, staff.oin) == ("HOUSE_STAFF", "00000004003214345900")
    assert REFERENCE.is_staff("HOUSE_STAFF", "process-direction", AT)
    assert REFERENCE.is_staff("HOUSE_STAFF", "process-support", AT)
    assert not REFERENCE.is_staff("HOUSE_STAFF", "police-task", AT)
    assert not REFERENCE.is_staff("POLICE", "process-direction", AT)
    assert REFERENCE.participant("HOUSE_STAFF", AT) is None
    assert REFERENCE.participant_by_oin(staff.oin, AT) is None


def test_nothing_is_in_force_the_day_before_the_act() -> None:
    """Given the last second of 28 February 2025 in the Netherlands nobody is admitted; a second later all are."""
    before, after = datetime(2025, 2, 28, 22, 59, 59, tzinfo=UTC), datetime(2025, 2, 28, 23, 0, tzinfo=UTC)
    assert REFERENCE.participants(before) == ()
    assert REFERENCE.channel("PARTICIPANT", before) is None
    assert REFERENCE.purpose("ASSESS_CRITERIA", before) is None
    assert REFERENCE.matrix(before) == ()
    assert REFERENCE.legal_ref("WGS:purpose", before) is None
    assert not REFERENCE.is_staff("HOUSE_STAFF", "process-support", before)
    with pytest.raises(BadSetting, match="authorisation is op 2025-02-28 niet bepaald"):
        REFERENCE.term("authorisation", before)
    assert len(REFERENCE.participants(after)) == 12


def test_an_admission_that_ended_no_longer_counts() -> None:
    """Given an end date, the participant is known on that day and not on the next; the digest tells the days apart."""
    mark = 'code = "POLICE"\n'
    ended = changed("participants", lambda text: text.replace(mark, f"{mark}valid_until = 2026-03-02\n", 1))
    last, next_day = datetime(2026, 3, 2, 22, 59, tzinfo=UTC), datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    assert ended.participant("POLICE", last) is not None
    assert ended.participant("POLICE", next_day) is None
    assert "POLICE" not in row("IDENTITY", ended, next_day).providers
    assert ended.digest(last) != ended.digest(next_day)


def test_a_changed_term_counts_from_its_date() -> None:
    """Given a new value from a date on, each day has its own value and its own digest."""
    older = 'name = "escalation-answer", value = 14, unit = "days", legal_ref = "ZVH:breakthrough", mark = "D", '
    newer = older.replace("14", "10") + "valid_from = 2026-03-02 },\n  { " + older
    reference = changed("terms", lambda text: text.replace(older, newer + "valid_until = 2026-03-01, "))
    yesterday = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    assert reference.term("escalation-answer", yesterday).value == 14
    assert reference.term("escalation-answer", AT).value == 10
    assert reference.digest(AT) != reference.digest(yesterday)


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("panel-organisations", 2, "count"),
        ("panel-domains", 2, "count"),
        ("criteria-life-domains", 2, "count"),
        ("criteria-participants", 2, "count"),
        ("criteria-domains", 2, "count"),
        ("authorisation", 365, "days"),
        ("escalation-answer", 14, "days"),
        ("not-accepted-content", 28, "days"),
        ("deferral-review", 30, "days"),
        ("inform", 1, "months"),
        ("retention", 5, "years"),
        ("disclosure-record", 5, "years"),
        ("intake-size", 65536, "bytes"),
        ("known-check", 5, "working_days"),
        ("enrichment", 14, "days"),
        ("invitation-answer", 5, "working_days"),
        ("plan-confirmation", 10, "working_days"),
        ("plan-review", 90, "days"),
        ("criteria-lost", 28, "days"),
        ("deescalation-answer", 14, "days"),
        ("aftercare", 180, "days"),
        ("retention-extension", 5, "years"),
        ("quorum-controllers", 2, "count"),
        ("referral-supplement", 14, "days"),
        ("signal", 28, "days"),
    ],
)
def test_terms_have_a_value_a_unit_and_a_legal_ref(name: str, value: int, unit: str) -> None:
    """Given a term, it has a value with its unit, and its legal reference resolves."""
    term = REFERENCE.term(name, AT)
    assert (term.value, term.unit) == (value, unit)
    assert REFERENCE.legal_ref(term.legal_ref, AT) is not None


def test_every_term_that_code_asks_for_is_there() -> None:
    """Given the source, each name it asks the tables for is a term in force; so is each reminder of the work."""
    asked = {name for text in SOURCES for name in re.findall(r'\.(?:term|due)\(\s*"([a-z-]+)"', text)}
    assert {"authorisation", "intake-size", "enrichment"} <= asked
    for name in asked | {one.reminder for one in KINDS.values() if one.reminder}:
        assert REFERENCE.term(name, AT).name == name


def test_the_end_of_the_term_to_inform_moves_to_a_working_day() -> None:
    """Given a month to inform, its end moves off a weekend; the end of five years of keeping does not."""
    assert REFERENCE.term("inform", AT).ends_on_working_day
    assert not REFERENCE.term("retention", AT).ends_on_working_day


@pytest.mark.parametrize(
    ("code", "regime", "organisations"),
    [
        ("WVGGZ_NON_ACUTE", "WVGGZ_5_2", {"MUNICIPAL_EXECUTIVE"}),
        ("SAFE_HOME", "WMO_SAFE_HOME", {"SAFE_HOME"}),
        ("COLLEGE_REPORTING_POINT", "COLLEGE_TASK", {"MUNICIPAL_EXECUTIVE"}),
        ("COLLEGE_TASKS", "COLLEGE_TASK", {"MUNICIPAL_EXECUTIVE"}),
        ("LOCAL_APPROACH", "WPG_20", {"POLICE", "MUNICIPAL_EXECUTIVE", "MAYOR"}),
        ("PARTICIPANT", "OWN_TASK", {one.code for one in REFERENCE.participants(AT)}),
        ("ROOM_TO_ROOM", "WGS_ZVH", set()),
    ],
)
def test_each_channel_has_its_regime_and_its_organisations(code: str, regime: str, organisations: set[str]) -> None:
    """Given a channel, it says under which regime data arrive and who may use it."""
    channel = REFERENCE.channel(code, AT)
    assert channel is not None
    assert (channel.regime, set(channel.organisations)) == (regime, organisations)


def test_purposes_are_a_closed_list_tied_to_stages() -> None:
    """Given the purposes, none fits an ended case, and only weighing fits before acceptance."""
    weighed = {Stage.REFERRED, Stage.RETURNED, Stage.IN_TRIAGE}
    ended = {Stage.CLOSED, Stage.NOT_ACCEPTED, Stage.DESTROYED}
    working = [one for one in REFERENCE.purposes(AT) if "WITHIN" in one.kinds]
    assert {one.code for one in working if weighed & set(one.stages)} == {"ASSESS_CRITERIA"}
    assert not [one.code for one in working if ended & set(one.stages)]
    others = {one.code: one.kinds for one in REFERENCE.purposes(AT) if one not in working}
    assert others == {"SUBJECT_RIGHTS": ("TO_SUBJECT",), "SUPERVISION": ("TO_SUPERVISOR",)}
    assert REFERENCE.purpose("omdat het handig is", AT) is None


def test_the_matrix_names_the_readers_of_each_category() -> None:
    """Given the default matrix, each row is the one of domain 5.2."""
    everybody = tuple(one.code for one in REFERENCE.participants(AT))
    assert len(REFERENCE.matrix(AT)) == 15
    for open_row in map(row, ("IDENTITY", "FAMILY_NETWORK", "LIFE_DOMAIN", "PLAN")):
        assert (open_row.providers, open_row.all_read) == (everybody, True)
    nuisance = row("NUISANCE")
    assert (nuisance.all_read, nuisance.excluded) == (True, ("MENTAL_HEALTH",))
    assert nuisance.per_item == ("MENTAL_HEALTH",)
    for code, provider in (("POLICE_DATA", "POLICE"), ("DETENTION", "PRISON_SERVICE")):
        assert row(code).providers == (provider,)
        assert (row(code).public_controllers_read, row(code).organisations) == (True, ("PROBATION",))
    assert (row("POLICE_DATA").per_item, row("DETENTION").per_item) == (everybody, ())
    assert "MAYOR" not in row("CRIMINAL_JUSTICE").organisations
    assert (row("PROBATION").domains, row("PROBATION").organisations) == (("JUSTICE",), ("MAYOR",))
    assert row("CHILD_PROTECTION").tasks == ("youth-act",)
    assert "MUNICIPAL_EXECUTIVE" not in row("CHILD_PROTECTION").organisations
    assert row("SAFE_HOME_REPORT").per_item == ("POLICE",)
    assert (row("HEALTH").domains, row("HEALTH").organisations) == (("CARE",), ())


def test_special_data_are_marked_and_the_rest_of_them_is_for_nobody() -> None:
    """Given special categories, health has readers, and the others have no provider and no reader at all."""
    assert {one.code for one in REFERENCE.categories(AT) if one.special} == {"HEALTH", "OTHER_SPECIAL"}
    for closed in map(row, ("OTHER_SPECIAL", "QUESTION", "RESULT")):
        assert not closed.all_read
        assert {closed.providers, closed.domains, closed.organisations, closed.tasks, closed.per_item} == {()}
    health = REFERENCE.category("HEALTH", AT)
    assert health is not None
    assert health.secrecy


def test_every_refusal_that_code_raises_has_a_text() -> None:
    """Given the source and the policies, each code they refuse with has its words."""
    pattern = r'(?:refuse|refused|refusal)\(\s*"([A-Z_]+)"|NotTaken\(\s*"([a-z_]+)"|@code\("([A-Z_]+)"\)'
    raised = {part.upper() for text in SOURCES for found in re.findall(pattern, text) for part in found if part}
    assert {"WRONG_STAGE", "OVERSIZED"} <= raised
    for code in raised - {"OK"}:
        assert REFERENCE.refusal(code).code == code


def test_every_legal_ref_that_code_cites_resolves() -> None:
    """Given the source and the policies, each legal reference key they cite is in the table."""
    cited = {key for text in SOURCES for key in re.findall(r'legal_ref(?:=|\()"([A-Za-z]+:[a-z0-9-]+)"', text)}
    assert {"BGS:criteria", "WGS:purpose"} <= cited
    assert {key for key in cited if REFERENCE.legal_ref(key, AT) is None} == set()


@pytest.mark.parametrize("ask", [lambda: REFERENCE.term("no-such-term", AT), lambda: REFERENCE.refusal("NO_SUCH_CODE")])
def test_an_unknown_name_says_where_to_add_it(ask: Callable[[], object]) -> None:
    """Given a name that is in no table, the error names it and the file to complete."""
    with pytest.raises(BadSetting, match=r"(no-such-term|NO_SUCH_CODE).*policies/reference_data"):
        ask()


DAYS = st.datetimes(datetime(2025, 3, 2), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis takes bounds without a zone


@given(at=DAYS)
def test_the_digest_is_the_same_while_nothing_changes(at: datetime) -> None:
    """Given tables without later entries, every moment has one digest, and so has another reading of the tables."""
    assert REFERENCE.digest(at) == REFERENCE.digest(AT)
    assert re.fullmatch(r"[0-9a-f]{64}", REFERENCE.digest(at))


def test_the_digest_changes_with_the_data() -> None:
    """Given one other value, one other reader or one other article number, the digest is another."""
    others = [
        changed("terms", lambda text: text.replace("value = 365", "value = 366")),
        changed("categories", lambda text: text.replace('["DOMAIN:CARE"]', "[]")),
        changed("legal_refs", lambda text: text.replace("WGS art. 2.26 (of 2.27)", "WGS art. 2.27")),
    ]
    assert len({REFERENCE.digest(AT), Reference.load().digest(AT), *(one.digest(AT) for one in others)}) == 4


def test_each_channel_has_its_kind_in_the_interface_of_the_municipalities() -> None:
    """Given the three kinds of that interface, Wvggz and Safe Home have their own, and the others are the house's."""
    kinds = {one.code: one.vng_kind for one in REFERENCE.channels(AT)}
    assert (kinds["WVGGZ_NON_ACUTE"], kinds["SAFE_HOME"]) == ("NAZ", "VT")
    assert {kind for code, kind in kinds.items() if code not in ("WVGGZ_NON_ACUTE", "SAFE_HOME")} == {"ZVH"}


def test_each_participant_is_admitted_on_a_ground_from_a_day() -> None:
    """Given the participants of the act, each admission has its ground and its first day."""
    for one in REFERENCE.participants(AT):
        assert REFERENCE.legal_ref(one.basis, AT) is not None
        assert one.admitted_from <= AT.date()
