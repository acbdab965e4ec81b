"""The answers as pure folds: once, twice, or in any pieces, the same rows; and the same stages as the stories see."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.canonical import encode
from events.errors import Corrupt
from events.fact import Fact
from events.receipt import Numbered
from projections import case_state, ledger
from projections.case_state import CaseRow
from projections.ledger import NOBODY, LedgerRow
from projections.reading import outline
from services.case_file import case_file
from tests.facts import CASE, EXAMPLES, HOUSE_OIN, SUBJECT, SUBMITTED, history

OF_A_CASE = [fact for fact in EXAMPLES if type(fact).__name__ != "SubmissionRefused"]
LATER_FACTS = [fact for fact in OF_A_CASE if fact is not SUBMITTED]
histories = st.lists(st.sampled_from(LATER_FACTS), max_size=12).map(lambda later: [SUBMITTED, *later])


def numbered(facts: list[Fact]) -> list[Numbered]:
    """Return the facts as the log holds them, one case, from index 100 on."""
    return [Numbered(100 + place, encode(one, HOUSE_OIN)) for place, one in enumerate(history(*facts))]


def folded(facts: list[Numbered]) -> tuple[dict[str, CaseRow], list[LedgerRow]]:
    """Fold *facts* from nothing."""
    rows: dict[str, CaseRow] = {}
    seen: list[LedgerRow] = []
    for fact in facts:
        read = outline(fact.value)
        case_state.fold(rows, read, fact.index)
        seen += ledger.rows_of(read, fact.index)
    return rows, seen


@given(histories)
def test_the_view_and_the_stories_agree_on_every_history(facts: list[Fact]) -> None:
    """Stage, room, regime and sequence are those of the case file that decides."""
    row = folded(numbered(facts))[0][str(CASE)]
    case = case_file(CASE, history(*facts))
    assert (row.stage, row.room, row.regime, row.sequence) == (case.stage, case.room, case.regime, case.sequence)
    assert row.last_index == 100 + len(facts) - 1


@given(histories, st.integers(0, 12))
def test_facts_that_come_twice_change_no_case(facts: list[Fact], cut: int) -> None:
    """A redelivered beginning is dropped by its index."""
    log = numbered(facts)
    assert folded(log + log[:cut])[0] == folded(log)[0]


@pytest.mark.parametrize("fact", OF_A_CASE, ids=lambda fact: type(fact).__name__)
def test_every_fact_of_a_case_moves_its_sequence(fact: Fact) -> None:
    """No fact is overlooked, also one that changes no stage."""
    log = numbered([SUBMITTED, fact]) if fact is not SUBMITTED else numbered([fact])
    row = folded(log)[0][str(CASE)]
    assert (row.sequence, row.last_index) == (len(log), 99 + len(log))


def test_a_refused_submission_is_no_case() -> None:
    """Only a referral makes a row."""
    assert folded(numbered([EXAMPLES[0]])) == ({}, [])


def test_a_grant_gives_a_row_per_person_with_what_was_shown_of_that_person() -> None:
    """Categories and providers are those of the person's own items."""
    shown = next(fact for fact in EXAMPLES if type(fact).__name__ == "DataDisclosed")
    (_, *rows) = folded(numbered([SUBMITTED, shown]))[1]
    assert [(row.subject_id, row.decision, row.categories, row.provider_orgs) for row in rows] == [
        (str(SUBJECT), "PARTLY", ("IDENTITY",), ("POLICE",))
    ]
    assert rows[0].index == 101


def test_a_refusal_about_nobody_has_a_row_as_well() -> None:
    """A refused request is counted also when it names no known person."""
    refused = next(fact for fact in EXAMPLES if type(fact).__name__ == "DisclosureRefused")
    (_, *rows) = folded(numbered([SUBMITTED, refused]))[1]
    assert [(row.subject_id, row.decision, row.reason_code, row.purpose) for row in rows] == [
        (NOBODY, "REFUSED", "NO_PURPOSE", None)
    ]
    assert UUID(rows[0].case_id) == CASE


@pytest.mark.parametrize("broken", [b"", b"{}", b'{"type": 1}', b"\xff"])
def test_a_value_that_is_no_fact_is_corrupt(broken: bytes) -> None:
    """No other error leaves the reader."""
    with pytest.raises(Corrupt):
        outline(broken)


def test_a_fact_without_its_own_fields_is_corrupt() -> None:
    """A referral without a channel, and one about nobody, are named as corrupt."""
    value = encode(history(SUBMITTED)[0], HOUSE_OIN)
    for wrong in (value.replace(b'"channel"', b'"chanel"'), value.replace(b'"persons":[', b'"person":[')):
        with pytest.raises(Corrupt):
            case_state.fold({}, outline(wrong), 0)


ESCALATION, DEESCALATION, DECLINED, TAKEN, BACK, REASSESSED = (
    next(one for one in EXAMPLES if type(one).__name__ == name)
    for name in (
        "EscalationProposed",
        "DeescalationProposed",
        "EscalationDeclined",
        "CaseEscalated",
        "CaseDeescalated",
        "CriteriaReassessed",
    )
)
HOLDS = REASSESSED.model_copy(update={"failed": ()})


@pytest.mark.parametrize(
    ("later", "fits_in"),
    [
        ((), None),
        ((REASSESSED,), "NOWHERE"),
        ((HOLDS.model_copy(update={"local_test_holds": False}),), "NOWHERE"),
        ((HOLDS,), "LOCAL_CHAMBER"),
        ((HOLDS.model_copy(update={"breakthrough_holds": True}),), "HOUSE"),
        ((HOLDS, ESCALATION), "HOUSE"),
        ((ESCALATION, DECLINED), "LOCAL_CHAMBER"),
        ((ESCALATION, TAKEN), "HOUSE"),
        ((ESCALATION, TAKEN, DEESCALATION), "LOCAL_CHAMBER"),
        ((ESCALATION, TAKEN, DEESCALATION, BACK), "LOCAL_CHAMBER"),
    ],
)
def test_a_case_belongs_where_its_newest_weighing_or_proposal_puts_it(later: tuple[Fact, ...], fits_in: str) -> None:
    """Given weighings and proposals, the newest one says in which room the case belongs; none says nothing."""
    assert folded(numbered([SUBMITTED, *later]))[0][str(CASE)].fits_in == fits_in


@pytest.mark.parametrize(
    ("name", "org"),
    [
        ("TriageOpened", "SAFE_HOME"),
        ("KnownCheckRequested", "PROBATION"),
        ("EnrichmentRequested", "PROBATION"),
        ("CaseStarted", "SAFE_HOME"),
        ("ConsultationPlanned", "SAFE_HOME"),
        ("SupervisionOpened", "AUDITOR"),
        ("ResultMade", "HOUSING_CORPORATION"),
        ("CaseReopened", "SAFE_HOME"),
    ],
)
def test_whoever_ever_had_a_place_in_a_case_stays_known(name: str, org: str) -> None:
    """Also after a move and after the end: what it could see then may still be asked."""
    joins = next(one for one in EXAMPLES if type(one).__name__ == name)
    closed = next(one for one in EXAMPLES if type(one).__name__ == "CaseClosed")
    moved = TAKEN.model_copy(update={"panel": (), "participants": ()})
    had = folded(numbered([SUBMITTED, joins, moved, closed]))[0][str(CASE)].had_place
    assert had == sorted({"POLICE", *had})
    assert org in had
    assert org not in folded(numbered([SUBMITTED, moved, closed]))[0][str(CASE)].had_place


def test_a_list_anew_takes_who_is_not_on_it_from_the_parties() -> None:
    """Given a list anew without Safe Home, it is no party any more; that it had a place stays known."""
    started, renewed = (
        next(one for one in EXAMPLES if type(one).__name__ == name) for name in ("CaseStarted", "AuthorisationRenewed")
    )
    row = folded(numbered([SUBMITTED, started, renewed]))[0][str(CASE)]
    assert (row.parties, row.had_place, row.stage) == (["POLICE"], ["POLICE", "SAFE_HOME"], "IN_CONSULTATION")


def test_who_left_a_case_is_no_party_to_it() -> None:
    """Given a move or the end, only who is on the new list, weighs it or referred it stands there."""
    moved = TAKEN.model_copy(update={"panel": (), "participants": ()})
    started = next(one for one in EXAMPLES if type(one).__name__ == "CaseStarted")
    closed = next(one for one in EXAMPLES if type(one).__name__ == "CaseClosed")
    assert folded(numbered([SUBMITTED, started]))[0][str(CASE)].parties == ["POLICE", "SAFE_HOME"]
    assert folded(numbered([SUBMITTED, started, moved]))[0][str(CASE)].parties == ["POLICE"]
    assert folded(numbered([SUBMITTED, started, closed]))[0][str(CASE)].parties == ["POLICE"]
