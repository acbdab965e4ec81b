"""A request to read data of a case: what is shown, what is refused, and what is written down (domain 5)."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.assessment import PanelMember
from events.disclosure import DataDisclosed, DisclosureRefused
from events.errors import Refusal
from events.escalation import CaseEscalated
from events.fact import Fact
from events.referral import Item, Person, ReferralSubmitted, ReferralSupplemented
from events.vocabulary import Decision, Room, Stage, SubjectRole
from policies.engine import Policies
from policies.reference import Reference
from services.acting import Acting
from services.case_file import CaseFile, case_file
from services.disclosure import Disclose, SealedReasons, answer, asked_items, decide, reasoned
from tests.facts import (
    ACCEPTED,
    CASE,
    EXAMPLES,
    FACT,
    HOUSE_OIN,
    LATER,
    NOON,
    PERSON,
    POLICE,
    POLICE_OIN,
    SAFE_HOME,
    SEALED,
    STARTED,
    SUBJECT,
    SUBMITTED,
    TRIAGE_OPENED,
    history,
)

REFERENCE = Reference.load()
POLICIES = Policies.load(REFERENCE)
RECORD = UUID("01a00000-0000-7000-8000-000000000011")
VICTIM = UUID("01a00000-0000-4000-8000-000000000012")
PROBATION = PanelMember(org="PROBATION", task="probation-supervision", domain="JUSTICE")
REASONS = SealedReasons(SEALED, SEALED, SEALED)


def item(number: int, category: str, tier: str, provider: str, subject: UUID = SUBJECT) -> Item:
    return Item.model_validate(
        {
            "item_id": UUID(int=number),
            "category": category,
            "tier": tier,
            "subject_id": subject,
            "provider_org": provider,
            "fields": ("note",),
            "content": SEALED,
        }
    )


IDENTITY, FIRST = item(1, "IDENTITY", "T1", "POLICE"), item(2, "LIFE_DOMAIN", "T1", "POLICE")
POLICE_DATA, HEALTH = item(3, "POLICE_DATA", "T2", "POLICE"), item(4, "HEALTH", "T2", "MENTAL_HEALTH")
VICTIMS_IDENTITY = item(5, "IDENTITY", "T1", "POLICE", VICTIM)
REPORT = item(6, "SAFE_HOME_REPORT", "T2", "SAFE_HOME")
FILE: ReferralSubmitted = SUBMITTED.model_copy(
    update={
        "persons": (PERSON, Person(subject_id=VICTIM, role=SubjectRole.VICTIM)),
        "items": (IDENTITY, FIRST, POLICE_DATA, HEALTH, VICTIMS_IDENTITY, REPORT),
    }
)
IN_TRIAGE = (FILE, TRIAGE_OPENED)
IN_CONSULTATION = (*IN_TRIAGE, ACCEPTED, STARTED)


def somebody(org: str, oin: str, task: str) -> Acting:
    return Acting("p-0123456789abcdef", org, oin, task)


POLICE_OFFICER = somebody("POLICE", POLICE_OIN, "police-task")
SAFE_HOME_WORKER = somebody("SAFE_HOME", "00000003273229340001", "safe-home")
SUPERVISOR = somebody("PROBATION", "00000003273229340000", "probation-supervision")
DIRECTOR = somebody("HOUSE_STAFF", HOUSE_OIN, "process-direction")
LANDLORD = somebody("HOUSING_CORPORATION", "00000009999999999000", "letting")


def request_of(acting: Acting, *categories: str, purpose: str | None = "COORDINATE_CARE") -> Disclose:
    return Disclose(
        recipient_org=acting.org,
        recipient_person=acting.person,
        recipient_task=acting.task,
        purpose=purpose,
        legal_basis=("WGS:participants", "WGS:purpose"),
        necessity="Nodig voor het plan.",
        proportionality="Alleen wat bij de taak hoort.",
        subsidiarity="Het kan niet met minder.",
        categories=frozenset(categories),
    )


WEIGH = request_of(POLICE_OFFICER, "IDENTITY", purpose="ASSESS_CRITERIA")


def case_of(*facts: Fact) -> CaseFile:
    return case_file(CASE, history(*facts))


def outcome(
    case: CaseFile, command: Disclose, acting: Acting, now: datetime = NOON
) -> DataDisclosed | DisclosureRefused:
    answered = answer(case, command, acting, POLICIES, REFERENCE, now)
    reasons = REASONS if answered.grants else None
    record, fact = decide(case, command, acting, (RECORD, FACT), answered, reasons, POLICIES, REFERENCE, now)
    assert (record.decision_id, fact.decision_id, record.policies) == (RECORD, RECORD, fact.policy_digest)
    return fact


def granted(case: CaseFile, command: Disclose, acting: Acting) -> DataDisclosed:
    fact = outcome(case, command, acting)
    assert isinstance(fact, DataDisclosed)
    return fact


def refused(case: CaseFile, command: Disclose, acting: Acting, now: datetime = NOON) -> DisclosureRefused:
    fact = outcome(case, command, acting, now)
    assert isinstance(fact, DisclosureRefused)
    return fact


def test_a_grant_says_who_saw_what_of_whom_why_and_by_which_rules() -> None:
    """Given a participant of the case, the fact names items without values, and the policies that allowed them."""
    fact = granted(case_of(*IN_CONSULTATION), request_of(SAFE_HOME_WORKER, "IDENTITY"), SAFE_HOME_WORKER)

    assert (fact.decision, fact.reason_code, fact.categories, fact.withheld) == ("GRANTED", "OK", ("IDENTITY",), ())
    assert [shown.item_id for shown in fact.items] == [IDENTITY.item_id, VICTIMS_IDENTITY.item_id]
    assert [(one.subject_id, one.role) for one in fact.subjects] == [(SUBJECT, "SUBJECT"), (VICTIM, "VICTIM")]
    assert [rule.policy_id for rule in fact.rules] == ["standing-readers"]
    assert (fact.recipient_org, fact.recipient_task) == ("SAFE_HOME", "safe-home")
    assert (fact.stage, fact.room, fact.regime) == (Stage.IN_CONSULTATION, Room.LOCAL_CHAMBER, "OWN_TASK")
    assert fact.policy_digest == POLICIES.digest(NOON)
    assert fact.retention_until == NOON.replace(year=2031)


def test_a_request_for_one_person_shows_nobody_else() -> None:
    """Given a subject, items of others stay out, and so do their names in the record."""
    asked = replace(request_of(SAFE_HOME_WORKER, "IDENTITY"), subjects=frozenset({VICTIM}))
    fact = granted(case_of(*IN_CONSULTATION), asked, SAFE_HOME_WORKER)
    assert [shown.item_id for shown in fact.items] == [VICTIMS_IDENTITY.item_id]
    assert [one.subject_id for one in fact.subjects] == [VICTIM]


def test_a_request_in_vain_is_about_somebody_as_well() -> None:
    """Given nothing of what was asked: whom it named in this case, else whom the case is about, and no stranger."""
    case = case_of(*IN_CONSULTATION)
    asked = request_of(SAFE_HOME_WORKER, "DETENTION")
    for named, about in (((), [SUBJECT]), ((VICTIM,), [VICTIM]), ((UUID(int=99),), [])):
        fact = refused(case, replace(asked, subjects=frozenset(named)), SAFE_HOME_WORKER)
        assert [one.subject_id for one in fact.subjects] == about


def test_who_may_see_a_part_gets_that_part_and_hears_what_is_withheld() -> None:
    """Given police data and health data, Safe Home gets neither, and the identity it may see."""
    asked = request_of(SAFE_HOME_WORKER, "IDENTITY", "POLICE_DATA", "HEALTH")
    fact = granted(case_of(*IN_CONSULTATION), asked, SAFE_HOME_WORKER)
    assert (fact.decision, fact.categories) == (Decision.PARTLY, ("IDENTITY",))
    assert fact.withheld == ("HEALTH", "POLICE_DATA")
    assert fact.reason_code == "SECRECY"


@pytest.mark.parametrize("kind", ["HEALTH", "POLICE_DATA", "CRIMINAL_JUSTICE"])
def test_a_refusal_does_not_tell_whether_there_is_anything(kind: str) -> None:
    """Given a kind that Safe Home may not read, the record is the same with and without such data in the case."""
    without = FILE.model_copy(update={"items": tuple(one for one in FILE.items if one.category != kind)})
    asked = request_of(SAFE_HOME_WORKER, "IDENTITY", kind)
    one, other = (granted(case_of(file, *IN_CONSULTATION[1:]), asked, SAFE_HOME_WORKER) for file in (FILE, without))
    assert one == other
    assert one.withheld == (kind,)


def test_who_may_read_a_kind_hears_that_there_is_none() -> None:
    """Given no detention data, probation would be allowed to read them, and is told that there are none."""
    started = STARTED.model_copy(update={"participants": (POLICE, PROBATION)})
    fact = refused(case_of(*IN_TRIAGE, ACCEPTED, started), request_of(SUPERVISOR, "DETENTION"), SUPERVISOR)
    assert (fact.reason_code, fact.categories, fact.rules) == ("NO_DATA", ("DETENTION",), ())


def test_an_empty_request_asks_for_all_that_there_is() -> None:
    """Given no categories, every item is weighed by itself."""
    fact = granted(case_of(*IN_CONSULTATION), request_of(SAFE_HOME_WORKER), SAFE_HOME_WORKER)
    assert set(fact.categories) == {"IDENTITY", "LIFE_DOMAIN", "SAFE_HOME_REPORT"}
    assert set(fact.withheld) == {"HEALTH", "POLICE_DATA"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"purpose": None}, "NO_PURPOSE"),
        ({"purpose": "COORDINATE_CARE"}, "NO_PURPOSE"),
        ({"purpose": "Jan Jansen opzoeken"}, "NO_PURPOSE"),
        ({"legal_basis": ()}, "NO_BASIS"),
        ({"legal_basis": ("WGS:purpose", "artikel 2.25")}, "NO_BASIS"),
        ({"necessity": " "}, "NO_REASONING"),
        ({"subsidiarity": "Nodig voor het plan!"}, "NO_REASONING"),
        ({"kind": "TO_COLLABORATION"}, "KIND_NOT_OPEN"),
        ({"categories": frozenset({"POLICE_DATA"})}, "TIER_EXCEEDED"),
        ({"categories": frozenset({"PROBATION"})}, "TIER_EXCEEDED"),
        ({"categories": frozenset({"Jan Jansen"})}, "CATEGORY_NOT_ALLOWED"),
        ({"subjects": frozenset({UUID(int=99)})}, "NO_DATA"),
        ({"recipient_person": "p-fedcba9876543210"}, "WRONG_HAT"),
        ({"recipient_org": "Jan Jansen"}, "WRONG_HAT"),
    ],
)
def test_a_refusal_is_a_fact_that_holds_codes_only(change: dict[str, object], code: str) -> None:
    """Given a request that lacks something, the refusal is recorded, and nothing that a person typed stands in it."""
    fact = refused(case_of(*IN_TRIAGE), replace(WEIGH, **change), POLICE_OFFICER)  # type: ignore[arg-type]  # by name
    assert fact.reason_code == code
    assert REFERENCE.refusal(code).says
    written = json.dumps(fact.model_dump(mode="json"))
    assert "Jan" not in written
    assert "artikel" not in written
    assert "Nodig" not in written


def test_a_request_of_an_unknown_kind_is_no_request() -> None:
    """Given a kind that is in no table, the command itself is refused."""
    with pytest.raises(Refusal, match="BAD_VALUE"):
        outcome(case_of(*IN_TRIAGE), replace(WEIGH, kind="nieuwsgierig"), POLICE_OFFICER)


def test_a_case_that_does_not_exist_shows_nothing() -> None:
    """Given no history, the command is refused."""
    with pytest.raises(Refusal, match="UNKNOWN_CASE"):
        outcome(case_of(), WEIGH, POLICE_OFFICER)


@pytest.mark.parametrize(
    ("acting", "code"),
    [
        (LANDLORD, "NOT_PARTICIPANT"),
        (SUPERVISOR, "NOT_ON_CASE"),
        (replace(POLICE_OFFICER, task="probation-supervision"), "WRONG_HAT"),
        (replace(POLICE_OFFICER, oin=HOUSE_OIN), "WRONG_HAT"),
    ],
)
def test_who_has_no_place_in_the_weighing_sees_nothing(acting: Acting, code: str) -> None:
    """Given somebody who neither referred nor weighs, the refusal names its reason, whatever is asked for."""
    for categories in ((), ("IDENTITY",), ("DETENTION",)):
        asked = request_of(acting, *categories, purpose="ASSESS_CRITERIA")
        assert refused(case_of(*IN_TRIAGE), asked, acting).reason_code == code


@pytest.mark.parametrize("acting", [POLICE_OFFICER, SAFE_HOME_WORKER, DIRECTOR])
def test_panel_referrer_and_direction_weigh_on_first_facts_only(acting: Acting) -> None:
    """Given triage, the T1 items are shown and nothing else (domain 5.2)."""
    fact = granted(case_of(*IN_TRIAGE), request_of(acting, purpose="ASSESS_CRITERIA"), acting)
    assert {shown.item_id for shown in fact.items} == {one.item_id for one in FILE.items if one.tier == "T1"}
    assert fact.reason_code == "TIER_EXCEEDED"


def test_direction_guards_the_process_and_not_the_content() -> None:
    """Given an accepted case, process direction sees the first facts and not the T2 items."""
    fact = granted(case_of(*IN_CONSULTATION), request_of(DIRECTOR), DIRECTOR)
    assert set(fact.categories) == {"IDENTITY", "LIFE_DOMAIN"}


def test_the_referrer_weighs_for_the_task_it_referred_for() -> None:
    """Given a referral by the college for one task, its other task is another hat."""
    referral = FILE.model_copy(update={"referrer_org": "MUNICIPAL_EXECUTIVE", "referrer_task": "wmo"})
    college = somebody("MUNICIPAL_EXECUTIVE", "00000001003214345005", "local-safety")
    asked = request_of(college, "IDENTITY", purpose="ASSESS_CRITERIA")
    assert refused(case_of(referral, TRIAGE_OPENED), asked, college).reason_code == "WRONG_HAT"
    same = replace(college, task="wmo")
    found = granted(case_of(referral, TRIAGE_OPENED), replace(asked, recipient_task="wmo"), same)
    assert found.reason_code == "OK"


def test_an_authorisation_ends_on_its_day() -> None:
    """Given the end date, the last moment before it still counts and the moment itself does not."""
    asked, case = request_of(SAFE_HOME_WORKER, "IDENTITY"), case_of(*IN_CONSULTATION)
    assert outcome(case, asked, SAFE_HOME_WORKER, LATER - timedelta(microseconds=1)).reason_code == "OK"
    assert refused(case, asked, SAFE_HOME_WORKER, LATER).reason_code == "AUTH_EXPIRED"


def test_after_the_end_nobody_sees_anything() -> None:
    """Given a case that was not accepted, all access has ended, that of direction as well."""
    rejected = next(fact for fact in EXAMPLES if fact.type_name.endswith("case-rejected.v1"))
    for acting in (POLICE_OFFICER, SAFE_HOME_WORKER, DIRECTOR):
        asked = request_of(acting, "IDENTITY", purpose="ASSESS_CRITERIA")
        assert refused(case_of(*IN_TRIAGE, rejected), asked, acting).reason_code == "AUTH_EXPIRED"


ESCALATED = CaseEscalated(
    occurred_at=NOON,
    legal_ref="BGS:criteria",
    escalation_id=FACT,
    panel=(POLICE, PROBATION),
    participants=(SAFE_HOME, PROBATION),
    items_along=(FIRST.item_id,),
    authorised_until=LATER,
)
IN_HOUSE = (*IN_CONSULTATION, ESCALATED)


def test_what_did_not_go_along_is_not_for_who_came_later() -> None:
    """Scenario: a local item that is not listed gives ITEM_NOT_SHARED to a House-only participant."""
    case = case_of(*IN_HOUSE)
    assert refused(case, request_of(SUPERVISOR, "IDENTITY"), SUPERVISOR).reason_code == "ITEM_NOT_SHARED"
    assert granted(case, request_of(SUPERVISOR, "LIFE_DOMAIN"), SUPERVISOR).reason_code == "OK"
    assert granted(case, request_of(SAFE_HOME_WORKER, "IDENTITY"), SAFE_HOME_WORKER).reason_code == "OK"


def test_who_left_at_the_escalation_sees_nothing_from_then_on() -> None:
    """Given the police were on the local case only, their authorisation ended with the move."""
    asked = request_of(POLICE_OFFICER, "IDENTITY")
    assert refused(case_of(*IN_HOUSE), asked, POLICE_OFFICER).reason_code == "AUTH_EXPIRED"


def test_what_comes_after_the_escalation_is_for_the_house() -> None:
    """Given an item that came in after the move, it never had to go along."""
    later = item(7, "IDENTITY", "T1", "SAFE_HOME")
    supplement = ReferralSupplemented(
        occurred_at=NOON, legal_ref="WGS:purpose", referrer_org="SAFE_HOME", items=(later,)
    )
    fact = granted(case_of(*IN_HOUSE, supplement), request_of(SUPERVISOR, "IDENTITY"), SUPERVISOR)
    assert [shown.item_id for shown in fact.items] == [later.item_id]


def test_the_ground_that_broke_a_secret_is_on_record_and_only_then() -> None:
    """Given health data among the first facts, the police see them on a ground, and the fact names it."""
    functional = item(8, "HEALTH", "T1", "MENTAL_HEALTH").model_copy(update={"wording": "FUNCTIONAL"})
    first = FILE.model_copy(update={"items": (IDENTITY, functional)})
    case = case_of(first, TRIAGE_OPENED)
    assert refused(case, replace(WEIGH, categories=frozenset({"HEALTH"})), POLICE_OFFICER).reason_code == "SECRECY"
    both = replace(WEIGH, categories=frozenset(), secrecy_ground="CONSENT")
    assert granted(case, both, POLICE_OFFICER).secrecy_ground == "CONSENT"
    identity = replace(both, categories=frozenset({"IDENTITY"}))
    assert granted(case, identity, POLICE_OFFICER).secrecy_ground is None


@pytest.mark.parametrize(
    ("texts", "says_something"),
    [
        (("a", "b", "c"), True),
        (("a", "b", " B "), False),
        (("a", "b", "ａ"), False),
        (("a", "b", "b."), False),
        (("a", "b", "..."), False),
        (("a", "b", "\u200b"), False),
    ],
)
def test_three_reasons_are_three_texts(texts: tuple[str, str, str], says_something: bool) -> None:
    """Given texts that differ in case, width, space or signs alone, they are one text; signs alone are none."""
    assert reasoned(*texts) is says_something


def test_a_request_has_no_text_form() -> None:
    """So that no log line and no traceback can show the reasons."""
    assert "plan" not in f"{WEIGH} {WEIGH!r}"


HISTORIES = [(FILE,), IN_TRIAGE, (*IN_TRIAGE, ACCEPTED), IN_CONSULTATION, IN_HOUSE]
PEOPLE = [
    *(somebody(one.code, one.oin, task) for one in REFERENCE.participants(NOON) for task in one.domains),
    DIRECTOR,
    LANDLORD,
]
WORDS = st.sampled_from([None, "", "Jan Jansen", *(one.code for one in REFERENCE.purposes(NOON))])
KINDS = st.frozensets(st.sampled_from(["Jan Jansen", *(one.code for one in REFERENCE.categories(NOON))]), max_size=4)


@given(
    case=st.sampled_from([case_of(*facts) for facts in HISTORIES]),
    acting=st.sampled_from(PEOPLE),
    categories=KINDS,
    purpose=WORDS,
    necessity=st.sampled_from(["", "Nodig voor het plan."]),
    later=st.booleans(),
)
def test_every_request_ends_in_a_grant_within_the_walls_or_in_a_refusal(
    case: CaseFile, acting: Acting, categories: frozenset[str], purpose: str | None, necessity: str, later: bool
) -> None:
    """Given any request: never T2 before acceptance, never to a non-participant, never without purpose and reasons."""
    asked = replace(request_of(acting, *categories, purpose=purpose), necessity=necessity)
    fact = outcome(case, asked, acting, LATER if later else NOON)
    assert "Jan" not in json.dumps(fact.model_dump(mode="json"))
    if isinstance(fact, DisclosureRefused):
        assert REFERENCE.refusal(fact.reason_code).says
        return
    tiers = {case.items[shown.item_id].item.tier for shown in fact.items}
    assert tiers <= {"T1"} or case.room is not None
    assert acting is DIRECTOR or REFERENCE.participant(acting.org, NOON) is not None
    assert fact.purpose
    assert necessity
    asked_for = {placed.item.item_id for placed in asked_items(case, asked)}
    assert {shown.item_id for shown in fact.items} <= asked_for
    assert (fact.decision is Decision.GRANTED) == (fact.reason_code == "OK")
    assert not set(fact.withheld) & set(fact.categories)
    assert not later or acting is DIRECTOR or case.room is None
