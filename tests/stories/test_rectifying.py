"""What the source puts right, what the person says of an opinion, and exactly who hears of it."""

from uuid import UUID

from hypothesis import given as for_all
from hypothesis import strategies as st

from events.correction import RecipientNotified
from events.disclosure import DataDisclosed
from events.rights import Right
from events.rights_effects import (
    ItemRectified,
    StatementAdded,
)
from services.rights.recipients import notified
from services.rights.rectifying import AddStatement, RectifyItem
from tests.facts import (
    FACT,
    ITEM,
    NOON,
    REQUEST_ID,
    STATEMENT,
)
from tests.rights_cases import COLLEGE, DESK, OTHER, POLICE, REFUSED, WORK, opened, shown
from tests.workflow import decided, given, refused

looks = st.lists(
    st.builds(
        shown,
        st.sampled_from(["POLICE", "PROBATION", "SAFE_HOME", "HOUSE_STAFF", "DATA_SUBJECT", "LANDLORD"]),
        st.sampled_from(["police-task", "wmo", "outside"]),
        st.sampled_from([ITEM, STATEMENT]),
        st.sampled_from([ITEM, OTHER]),
        number=st.integers(1, 9),
    ),
    max_size=12,
)


@for_all(looks, st.sets(st.sampled_from([ITEM, STATEMENT, OTHER]), min_size=1))
def test_exactly_those_hear_who_got_the_item(seen: list[DataDisclosed], items: set[UUID]) -> None:
    """Whatever was shown to whom: one notice per organisation and task that got one of the items, and to no other."""
    case = given(*WORK, *seen, REFUSED)
    notices = notified(case, items, "RECTIFIED", FACT, lambda: UUID(int=1), NOON)
    expected: dict[tuple[str, str], list[DataDisclosed]] = {}
    for one in seen:
        if one.recipient_org != "DATA_SUBJECT" and items & {item.item_id for item in one.items}:
            expected.setdefault((one.recipient_org, one.recipient_task), []).append(one)
    assert {(one.recipient_org, one.recipient_task) for one in notices} == expected.keys()
    assert len(notices) == len(expected)
    for notice in notices:
        own = expected[notice.recipient_org, notice.recipient_task]
        assert list(notice.disclosures) == [one.disclosure_id for one in own]
        assert set(notice.items) == items & {item.item_id for one in own for item in one.items}
        assert (notice.cause, notice.what) == (FACT, "RECTIFIED")


def test_a_notice_holds_no_value() -> None:
    """Its fields are ids and codes; nothing sealed and no text."""
    assert set(RecipientNotified.model_fields) == {
        "occurred_at",
        "legal_ref",
        "notice_id",
        "recipient_org",
        "recipient_task",
        "what",
        "items",
        "disclosures",
        "cause",
    }


def test_the_source_gives_the_next_version() -> None:
    """The same item, one version on; those who got it hear; nobody else corrects it."""
    case = given(*WORK, shown("SAFE_HOME", "safe-home", ITEM), opened(Right.RECTIFICATION))
    values = {"given_name": "Joppe", "bsn": "999900018"}
    fact, notice = decided(RectifyItem(ITEM, values, REQUEST_ID), case, POLICE)
    assert isinstance(fact, ItemRectified)
    assert (fact.item.item_id, fact.item.version, fact.legal_ref) == (ITEM, 2, "AVG:rectification")
    assert isinstance(notice, RecipientNotified)
    after = given(*WORK, fact)
    assert after.items[ITEM].item.version == 2
    assert decided(RectifyItem(ITEM, values), case, POLICE)[0].legal_ref == "AVG:accuracy"
    assert refused(RectifyItem(ITEM, values), case, COLLEGE).code == "NOT_YOUR_PART"
    assert decided(RectifyItem(STATEMENT, values), case, COLLEGE), "the house chose it for private participants"
    assert refused(RectifyItem(UUID(int=3), values), case, POLICE).code == "UNKNOWN_ITEM"
    assert refused(RectifyItem(ITEM, {"given_name": "a"}), case, POLICE).code == "MISSING_FIELD"
    assert refused(RectifyItem(ITEM, {}), case, POLICE).code == "MISSING_FIELD"
    assert refused(RectifyItem(ITEM, {**values, "more": "a"}), case, POLICE).code == "BAD_VALUE"
    assert refused(RectifyItem(ITEM, values, OTHER), case, POLICE).code == "NO_HANDLING"
    access = given(*WORK, opened(Right.ACCESS))
    assert refused(RectifyItem(ITEM, values, REQUEST_ID), access, POLICE).code == "NO_HANDLING"
    assert refused(RectifyItem(OTHER, values, REQUEST_ID), case, POLICE).code == "NO_HANDLING", "another person's"
    assert refused(RectifyItem(ITEM, values), case, DESK).code == "WRONG_HAT"


def test_a_statement_stands_beside_the_opinion() -> None:
    """For the same readers; the opinion keeps its version."""
    case = given(*WORK, shown("SAFE_HOME", "safe-home", ITEM), opened(Right.RECTIFICATION))
    fact, notice = decided(AddStatement(REQUEST_ID, ITEM, "Ik zie dat anders."), case, DESK)
    assert isinstance(fact, StatementAdded)
    assert (fact.item.category, fact.item.tier, fact.item.fields) == ("IDENTITY", "T1", ("statement",))
    assert isinstance(notice, RecipientNotified)
    assert notice.items == (ITEM,)
    assert given(*WORK, fact).items.keys() == {ITEM, STATEMENT, OTHER, fact.item.item_id}
    assert refused(AddStatement(REQUEST_ID, ITEM, " "), case, DESK).code == "NO_REASONING"
    assert refused(AddStatement(REQUEST_ID, OTHER, "a"), case, DESK).code == "NO_HANDLING"
    assert refused(AddStatement(REQUEST_ID, ITEM, "a"), case, POLICE).code == "WRONG_HAT"
