"""The source decides on its own items, whole, in part or not, and never a secret without its ground (domain 5.2)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as any_given
from hypothesis import strategies as st

from events.errors import Refusal
from events.fact import Fact
from events.granting import DisclosureDecided, DisclosureRequested
from events.referral import Condition, Item
from events.vocabulary import Decision
from policies.calendar import day_end
from policies.matrix import may_get
from services.acting import Acting
from services.workflow.conditions import Wish
from services.workflow.deciding import DecideDisclosure
from tests.facts import EXAMPLES, FACT, NOON, PROBATION, SEALED
from tests.granting import (
    AT_CARE,
    AT_MAYOR,
    AT_POLICE,
    AT_PROBATION,
    AT_WORK,
    CARE,
    CLINICAL,
    FUNCTIONAL,
    ITEMS,
    KEPT_FROM_MAYOR,
    POLICE_REPORT,
    PURPOSE,
    SUPERVISION_REPORT,
    TEAM,
    UNWORDED,
    WHY,
    item,
    provided,
)
from tests.workflow import DIRECTOR, REFERENCE, acting_for, decided, given, refused

CONSENT = {"secrecy_ground": "CONSENT", "secrecy_text": "Betrokkene stemt in."}
TO_POLICE = {"recipient_org": "POLICE", "recipient_task": "police-task"}
TO_CARE = {"recipient_org": "MENTAL_HEALTH", "recipient_task": "treatment"}
TO_MAYOR = {"recipient_org": "MAYOR", "recipient_task": "public-order"}
EXAMPLE = next(fact for fact in EXAMPLES if isinstance(fact, DisclosureRequested))
FOR_REPORT = EXAMPLE.model_copy(
    update={
        "recipient_org": "MENTAL_HEALTH",
        "recipient_task": "treatment",
        "asked_of": "PROBATION",
        "categories": ("PROBATION",),
        "items": (SUPERVISION_REPORT, KEPT_FROM_MAYOR),
        "purpose": PURPOSE,
    }
)
"""Mental health asks probation for two reports."""
FOR_KIND = FOR_REPORT.model_copy(update={"items": ()})


def offer(*items: UUID, **changes: Any) -> DecideDisclosure:
    """Return an offer to the police that lacks nothing, for the functional wording of a professional."""
    complete = {"granted": items or (FUNCTIONAL,), "purpose": PURPOSE, **WHY, **TO_POLICE, **CONSENT}
    return DecideDisclosure(**{**complete, **changes})


def answer(*items: UUID, **changes: Any) -> DecideDisclosure:
    """Return an answer to the request with the three reasons."""
    return DecideDisclosure(**{"request": FACT, "granted": items, **WHY, "legal_basis": (), **changes})


def one_decision(facts: Sequence[Fact]) -> DisclosureDecided:
    (fact,) = facts
    assert isinstance(fact, DisclosureDecided)
    return fact


def test_the_functional_wording_with_consent_passes() -> None:
    """Given what others need to know, a ground and why it holds, the police may lean on it; the ground is on record."""
    fact = one_decision(decided(offer(), given(*AT_WORK), AT_CARE))
    assert (fact.decision, fact.granted, fact.refused, fact.reason_code) == (
        Decision.GRANTED,
        (FUNCTIONAL,),
        (),
        "OK",
    )
    assert (fact.provider_org, fact.provider_task) == ("MENTAL_HEALTH", "treatment")
    assert (fact.recipient_org, fact.recipient_task) == ("POLICE", "police-task")
    assert (fact.secrecy_ground, fact.secrecy_text, fact.categories) == ("CONSENT", SEALED, ("HEALTH",))
    assert (fact.request_id, fact.conditions, fact.valid_until) == (None, None, None)
    case = given(*AT_WORK, fact)
    assert [one.fact for one in case.grants_of("POLICE", "police-task", NOON)] == [fact]


@pytest.mark.parametrize(
    ("command", "acting", "code"),
    [
        (offer(secrecy_ground=None), AT_CARE, "SECRECY"),
        (offer(secrecy_text=" "), AT_CARE, "SECRECY"),
        (offer(secrecy_ground="HABIT"), AT_CARE, "UNKNOWN_CHOICE"),
        (offer(CLINICAL), AT_CARE, "SECRECY"),
        (offer(CLINICAL, secrecy_ground=None, secrecy_text=""), AT_CARE, "SECRECY"),
        (offer(UNWORDED), AT_CARE, "SECRECY"),
        (offer(FUNCTIONAL, CLINICAL), AT_CARE, "SECRECY"),
        (offer(purpose=None), AT_CARE, "NO_PURPOSE"),
        (offer(purpose="SUPERVISION"), AT_CARE, "NO_PURPOSE"),
        (offer(legal_basis=()), AT_CARE, "NO_BASIS"),
        (offer(necessity="b"), AT_CARE, "NO_REASONING"),
        (offer(subsidiarity=""), AT_CARE, "NO_REASONING"),
        (offer(**TO_CARE), AT_CARE, "SELF_DECISION"),
        (offer(POLICE_REPORT), AT_CARE, "NOT_OWN_ITEM"),
        (offer(UUID(int=1)), AT_CARE, "UNKNOWN_ITEM"),
        (offer(granted=()), AT_CARE, "MISSING_FIELD"),
        (offer(recipient_org=None), AT_CARE, "MISSING_FIELD"),
        (offer(recipient_task=None), AT_CARE, "MISSING_FIELD"),
        (offer(recipient_task="treatment"), AT_CARE, "WRONG_HAT"),
        (offer(recipient_org="HOUSING_CORPORATION"), AT_CARE, "NOT_PARTICIPANT"),
        (offer(recipient_org="SAFE_HOME", recipient_task="safe-home"), AT_CARE, "OTHER_NOT_ON_CASE"),
        (offer(valid_until=date(2026, 3, 1)), AT_CARE, "BAD_DATE"),
        (offer(conditions=(Wish("RUMOUR"),)), AT_CARE, "UNKNOWN_CHOICE"),
        (offer(conditions=(Wish("NOT_TO", ("POLICE",)),)), AT_CARE, "SOURCE_CONDITION"),
        (offer(conditions=(Wish("ONLY_TO", ("MAYOR",)),)), AT_CARE, "SOURCE_CONDITION"),
        (offer(KEPT_FROM_MAYOR, **TO_MAYOR), AT_PROBATION, "SOURCE_CONDITION"),
        (offer(request=FACT), AT_CARE, "UNKNOWN_QUESTION"),
        (offer(), DIRECTOR, "WRONG_HAT"),
        (offer(), acting_for("SAFE_HOME", "safe-home"), "WRONG_HAT"),
    ],
)
def test_an_offer_with_one_thing_wrong_is_refused(command: DecideDisclosure, acting: Acting, code: str) -> None:
    """Given one thing wrong, the code says which; nothing of it stands in a fact."""
    assert refused(command, given(*AT_WORK), acting).code == code


def test_whoever_left_decides_nothing_and_gets_nothing() -> None:
    """Given a list without the source, or a term that ran out for the recipient, there is no decision."""
    moved = given(*AT_WORK, TEAM.model_copy(update={"participants": (PROBATION,)}))
    assert refused(offer(), moved, AT_CARE).code == "AUTH_EXPIRED"
    ran_out = TEAM.model_copy(update={"authorised_until": NOON - timedelta(days=1)})
    assert refused(offer(), given(*AT_WORK[:4], ran_out, *ITEMS), AT_CARE).code == "AUTH_EXPIRED"


def test_within_care_a_finding_may_go_with_its_ground() -> None:
    """Given two organisations of the care domain, the wording may be clinical; without a ground it is still refused."""
    member = CARE.model_copy(update={"org": "PUBLIC_HEALTH", "task": "public-health-care"})
    case = given(*AT_WORK[:4], TEAM.model_copy(update={"participants": (CARE, member)}), *ITEMS)
    to_health = {"recipient_org": "PUBLIC_HEALTH", "recipient_task": "public-health-care"}
    assert one_decision(decided(offer(CLINICAL, **to_health), case, AT_CARE)).secrecy_ground == "CONSENT"
    assert refused(offer(CLINICAL, **{**to_health, "secrecy_ground": None}), case, AT_CARE).code == "SECRECY"


def test_a_ground_is_on_record_only_where_a_secret_is() -> None:
    """Given items that no professional secret covers, a ground that was named beside them says nothing."""
    fact = one_decision(decided(offer(SUPERVISION_REPORT, **TO_MAYOR), given(*AT_WORK), AT_PROBATION))
    assert (fact.secrecy_ground, fact.secrecy_text) == (None, None)


def test_conditions_and_a_last_day_travel_with_the_grant() -> None:
    """Given wishes of the source and a last day, both stand in the fact; the day itself is still in time."""
    wishes = (Wish("NOT_TO_SUBJECT"), Wish("ONLY_TO", ("POLICE",)), Wish("UNTIL", until=date(2026, 3, 2)))
    command = offer(conditions=wishes, valid_until=date(2026, 3, 2))
    fact = one_decision(decided(command, given(*AT_WORK), AT_CARE))
    assert fact.conditions == (
        Condition(code="NOT_TO_SUBJECT"),
        Condition(code="ONLY_TO", orgs=("POLICE",)),
        Condition(code="UNTIL", until="2026-03-02"),
    )
    assert fact.valid_until == day_end(date(2026, 3, 2))


def test_a_request_is_granted_whole_in_part_or_not() -> None:
    """Given two items asked for, what is not granted is refused with the reason of the list."""
    case = given(*AT_WORK, FOR_REPORT)
    whole = one_decision(decided(answer(SUPERVISION_REPORT, KEPT_FROM_MAYOR), case, AT_PROBATION))
    part = one_decision(decided(answer(SUPERVISION_REPORT, reason_code="NOT_RELEVANT"), case, AT_PROBATION))
    none = one_decision(decided(DecideDisclosure(FACT, reason_code="RUNNING_INVESTIGATION"), case, AT_PROBATION))
    assert [one.decision for one in (whole, part, none)] == [Decision.GRANTED, Decision.PARTLY, Decision.REFUSED]
    assert (whole.reason_code, part.reason_code, none.reason_code) == ("OK", "NOT_RELEVANT", "RUNNING_INVESTIGATION")
    assert (part.granted, part.refused) == ((SUPERVISION_REPORT,), (KEPT_FROM_MAYOR,))
    assert (none.granted, set(none.refused)) == ((), {SUPERVISION_REPORT, KEPT_FROM_MAYOR})
    for fact in (whole, part, none):
        assert (fact.request_id, fact.recipient_org, fact.purpose) == (FACT, "MENTAL_HEALTH", PURPOSE)
        assert fact.legal_basis == FOR_REPORT.legal_basis
        assert fact.categories == ("PROBATION",)


def test_a_request_for_a_kind_is_about_all_that_the_source_gave_of_it() -> None:
    """Given a kind and no items, what is not granted of that kind is refused; of a kind that is not there too."""
    part = one_decision(
        decided(answer(KEPT_FROM_MAYOR, reason_code="SECRECY"), given(*AT_WORK, FOR_KIND), AT_PROBATION)
    )
    assert (part.decision, part.refused) == (Decision.PARTLY, (SUPERVISION_REPORT,))
    elsewhere = FOR_KIND.model_copy(update={"categories": ("LIFE_DOMAIN",)})
    none = decided(DecideDisclosure(FACT, reason_code="NOT_RELEVANT"), given(*AT_WORK, elsewhere), AT_PROBATION)
    assert (one_decision(none).refused, one_decision(none).categories) == ((), ("LIFE_DOMAIN",))


@pytest.mark.parametrize(
    ("command", "acting", "code"),
    [
        (answer(SUPERVISION_REPORT), AT_PROBATION, "UNKNOWN_CHOICE"),
        (answer(SUPERVISION_REPORT, reason_code="OK"), AT_PROBATION, "UNKNOWN_CHOICE"),
        (answer(), AT_PROBATION, "UNKNOWN_CHOICE"),
        (answer(reason_code="BORED"), AT_PROBATION, "UNKNOWN_CHOICE"),
        (answer(reason_code="SECRECY"), AT_POLICE, "UNKNOWN_QUESTION"),
        (answer(reason_code="SECRECY", request=UUID(int=1)), AT_PROBATION, "UNKNOWN_QUESTION"),
        (answer(reason_code="SECRECY", **TO_POLICE), AT_PROBATION, "BAD_VALUE"),
        (answer(SUPERVISION_REPORT, reason_code="SECRECY", necessity=""), AT_PROBATION, "NO_REASONING"),
    ],
)
def test_an_answer_with_one_thing_wrong_is_refused(command: DecideDisclosure, acting: Acting, code: str) -> None:
    """Given no reason for what is refused, another's request, or another recipient, the code says which."""
    assert refused(command, given(*AT_WORK, FOR_REPORT), acting).code == code


def test_no_more_is_granted_than_was_asked_for() -> None:
    """Given one item asked for, another of the same source is no answer to it; offered apart it passes."""
    asked = FOR_REPORT.model_copy(update={"items": (KEPT_FROM_MAYOR,)})
    case = given(*AT_WORK, asked)
    assert refused(answer(SUPERVISION_REPORT), case, AT_PROBATION).code == "NOT_ASKED_FOR"
    assert decided(offer(SUPERVISION_REPORT, **TO_CARE), case, AT_PROBATION)


def test_a_request_is_answered_once_and_not_by_its_asker() -> None:
    """Given an answer, a second is refused; a person who asked does not decide for another organisation."""
    case = given(*AT_WORK, FOR_REPORT)
    fact = one_decision(decided(answer(reason_code="SECRECY"), case, AT_PROBATION))
    again = given(*AT_WORK, FOR_REPORT, fact)
    assert refused(answer(reason_code="SECRECY"), again, AT_PROBATION).code == "ALREADY_ANSWERED"
    # The envelope of every fact of these tests names this person.
    asker = acting_for("PROBATION", "probation-supervision", "p-0123456789abcdef")
    assert refused(answer(reason_code="SECRECY"), case, asker).code == "SELF_DECISION"


def test_what_the_matrix_gives_nobody_is_not_granted_either() -> None:
    """Given detention data, which the matrix never opens to mental health, a grant to it is refused."""
    prison = CARE.model_copy(update={"org": "PRISON_SERVICE", "task": "detention-and-return", "domain": "JUSTICE"})
    detention = UUID(int=77)
    case = given(
        *AT_WORK[:4],
        TEAM.model_copy(update={"participants": (prison, CARE, PROBATION)}),
        provided("PRISON_SERVICE", "detention-and-return", item(detention, "DETENTION", "PRISON_SERVICE")),
    )
    at_prison = acting_for("PRISON_SERVICE", "detention-and-return")
    assert refused(offer(detention, **TO_CARE), case, at_prison).code == "CATEGORY_NOT_ALLOWED"
    to_probation = {"recipient_org": "PROBATION", "recipient_task": "probation-supervision"}
    assert decided(offer(detention, **to_probation), case, at_prison)


def test_what_is_locked_or_gone_is_not_granted() -> None:
    """Given an item under restriction, or of a person whose key is gone, the source cannot open it to anybody."""
    case = given(*AT_WORK)
    locked = replace(case, restricted=frozenset({FUNCTIONAL}))
    gone = replace(case, erased=frozenset({case.subject.subject_id}))
    assert refused(offer(), locked, AT_CARE).code == "RESTRICTED"
    assert refused(offer(), gone, AT_CARE).code == "DESTROYED"


CASE = given(*AT_WORK)
ALL_ITEMS = {name: placed.item for name, placed in CASE.items.items()}
SEATS = {(one.org, one.task): one for one in CASE.live(NOON)}


@any_given(
    granted=st.sets(st.sampled_from(sorted(ALL_ITEMS)), max_size=3),
    recipient=st.sampled_from(sorted(SEATS)),
    acting=st.sampled_from((AT_CARE, AT_POLICE, AT_PROBATION, AT_MAYOR)),
    ground=st.sampled_from((None, "CONSENT")),
    text=st.sampled_from(("", "d")),
)
def test_no_decision_opens_more_than_matrix_secret_and_source_allow(
    granted: set[UUID], recipient: tuple[str, str], acting: Acting, ground: str | None, text: str
) -> None:
    """Whatever is granted is the source's own, the matrix allows it, and a secret is functional and has a ground."""
    org, task = recipient
    command = offer(
        granted=tuple(granted), recipient_org=org, recipient_task=task, secrecy_ground=ground, secrecy_text=text
    )
    try:
        fact = one_decision(decided(command, CASE, acting))
    except Refusal:
        return
    rows = {row.category: row for row in REFERENCE.matrix(NOON)}
    participant = REFERENCE.participant(org, NOON)
    assert participant is not None
    assert fact.provider_org == acting.org != fact.recipient_org
    opened: list[Item] = [ALL_ITEMS[one] for one in fact.granted]
    assert opened
    for one in opened:
        assert one.provider_org == acting.org
        assert may_get(rows[one.category], participant, task)
        assert org not in {name for each in one.conditions or () for name in each.orgs}
        if one.category == "HEALTH":
            assert fact.secrecy_ground == "CONSENT"
            assert SEATS[recipient].domain == "CARE" or one.wording == "FUNCTIONAL"
