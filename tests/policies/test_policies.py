"""The Cedar policies, rule by rule: each one refuses, stays quiet beside its case, and is needed."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import BadSetting
from events.vocabulary import Room, Stage
from policies.asking import AccessRequest, ItemAsked
from policies.engine import Policies
from policies.ledger_looks import LedgerLook
from policies.policy_set import SCHEMA, PolicyText
from policies.reference import Reference
from policies.verdict import Verdict
from tests.policies.changed import changed

REFERENCE = Reference.load()
POLICIES = Policies.load(REFERENCE)
AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ITEM_ID = UUID("01a00000-0000-7000-8000-000000000003")

POLICE = AccessRequest(
    org="POLICE",
    oin="00000001003214345000",
    task="police-task",
    itself=True,
    stage=Stage.IN_CONSULTATION,
    room=Room.LOCAL_CHAMBER,
    standing="LIVE",
    kind="WITHIN",
    purpose="COORDINATE_ENFORCEMENT",
    legal_basis=("WGS:participants", "WGS:purpose"),
    reasoned=True,
    secrecy_ground=None,
    at=AT,
)
STAFF = replace(
    POLICE, org="HOUSE_STAFF", oin="00000004003214345900", task="process-direction", standing="NONE"
)  # the house's own people have no place in a case
WEIGHING = replace(POLICE, stage=Stage.IN_TRIAGE, room=None, purpose="ASSESS_CRITERIA")
STAFF_WEIGHING = replace(STAFF, stage=Stage.IN_TRIAGE, room=None, purpose="ASSESS_CRITERIA")
COLLEGE = replace(POLICE, org="MUNICIPAL_EXECUTIVE", oin="00000001003214345005", task="youth-act")
CARE = replace(POLICE, org="MENTAL_HEALTH", oin="00000003273229340003", task="treatment", purpose="COORDINATE_CARE")

NUISANCE = ItemAsked(ITEM_ID, "NUISANCE", "T2", "MAYOR", shared=True)
FIRST_FACT = replace(NUISANCE, category="LIFE_DOMAIN", tier="T1")
QUESTION = replace(FIRST_FACT, category="QUESTION", provider_org="HOUSE_STAFF", addressed_to="POLICE")
HEALTH = ItemAsked(ITEM_ID, "HEALTH", "T1", "MENTAL_HEALTH", shared=True)
GRANTED_HEALTH = replace(HEALTH, tier="T2", granted=True, granted_on_ground=True)
HANDLER = replace(
    STAFF,
    task="privacy-office",
    itself=False,
    kind="TO_SUBJECT",
    purpose="SUBJECT_RIGHTS",
    recipient="DATA_SUBJECT",
    rights_open=True,
)
OWN_DATA = replace(NUISANCE, of_requester=True)
AUDITOR = replace(
    POLICE,
    org="AUDITOR",
    oin="00000003273229345901",
    task="supervision",
    standing="NONE",
    kind="TO_SUPERVISOR",
    purpose="SUPERVISION",
    supervised=True,
)
COMMITTEE = replace(AUDITOR, org="LAWFULNESS_COMMITTEE", oin="00000004003214345903", task="lawfulness-advice")
RECEIVING = replace(POLICE, kind="RESULT_TO_PARTICIPANT", standing="NONE")
RESULT = ItemAsked(
    ITEM_ID,
    "RESULT",
    "T3",
    "PROBATION",
    shared=True,
    addressed_to="POLICE",
    released=True,
    result_kind="RESULT_TO_PARTICIPANT",
)
ADVISER = replace(STAFF, task="privacy-office")
HANDING = replace(STAFF, kind="RESULT_TO_THIRD_PARTY", itself=False, recipient="HOUSING_CORPORATION")
FOR_THIRD = replace(RESULT, addressed_to="HOUSING_CORPORATION", result_kind="RESULT_TO_THIRD_PARTY")
LOOK = LedgerLook("PRIVACY_OFFICER", listed=True, question="SUBJECT", purpose="SUPERVISION", at=AT)
Asked = tuple[AccessRequest | LedgerLook, ItemAsked | None]
"""A request, and the item; without an item: may it be made at all. Or a look at the ledger."""

REFUSES: dict[str, tuple[str, Asked, Asked]] = {
    # rule: code, what it refuses, what it leaves alone
    "only-admitted-participants": (
        "NOT_PARTICIPANT",
        (replace(POLICE, org="HOUSING_CORPORATION"), None),
        (STAFF, None),
    ),
    "one-hat": (
        "WRONG_HAT",
        (replace(POLICE, task="probation-supervision"), None),
        (replace(COLLEGE, task="local-safety"), None),
    ),
    "the-task-that-is-on-the-case": ("WRONG_HAT", (replace(POLICE, standing="OTHER_TASK"), None), (POLICE, None)),
    "nothing-after-destruction": (
        "DESTROYED",
        (replace(STAFF, stage=Stage.DESTROYED), None),
        (STAFF, None),
    ),
    "no-access-after-the-end": (
        "AUTH_EXPIRED",
        (replace(POLICE, stage=Stage.CLOSED), None),
        (replace(POLICE, stage=Stage.AFTERCARE), None),
    ),
    "authorisation-has-an-end": (
        "AUTH_EXPIRED",
        (replace(POLICE, standing="EXPIRED"), None),
        (replace(RECEIVING, standing="EXPIRED"), None),
    ),
    "only-who-works-on-the-case": ("NOT_ON_CASE", (replace(POLICE, standing="NONE"), None), (STAFF, None)),
    "only-who-weighs": (
        "NOT_ON_CASE",
        (replace(WEIGHING, standing="NONE"), None),
        (replace(WEIGHING, stage=Stage.RETURNED), None),
    ),
    "outsiders-that-the-tables-know": (
        "NOT_PARTICIPANT",
        (replace(HANDING, recipient="BAKERY"), None),
        (HANDING, None),
    ),
    "a-supervisor-is-let-in": (
        "NOT_ON_CASE",
        (replace(AUDITOR, supervised=False), None),
        (replace(AUDITOR, stage=Stage.CLOSED), None),
    ),
    "answers-to-a-request-of-the-person": (
        "NOT_ON_CASE",
        (replace(HANDLER, rights_open=False), None),
        (replace(HANDLER, stage=Stage.CLOSED), None),
    ),
    "kinds-that-this-desk-takes": ("KIND_NOT_OPEN", (replace(POLICE, kind="TO_COLLABORATION"), None), (POLICE, None)),
    "no-data-without-purpose": (
        "NO_PURPOSE",
        (replace(POLICE, purpose="SUPERVISION"), None),
        (replace(POLICE, purpose="ASSESS_CRITERIA"), None),
    ),
    "no-data-without-basis": (
        "NO_BASIS",
        (replace(POLICE, legal_basis=("WGS:purpose", "AVG:minimisation")), None),
        (replace(POLICE, legal_basis=("OWN:task", "WGS:provision", "WGS:purpose")), None),
    ),
    "no-data-without-reasons": ("NO_REASONING", (replace(POLICE, reasoned=False), None), (POLICE, None)),
    "first-facts-before-acceptance": ("TIER_EXCEEDED", (WEIGHING, NUISANCE), (WEIGHING, FIRST_FACT)),
    "nothing-of-whom-was-erased": ("DESTROYED", (POLICE, replace(NUISANCE, erased=True)), (POLICE, NUISANCE)),
    "locked-while-it-is-contested": (
        "RESTRICTED",
        (POLICE, replace(NUISANCE, restricted=True)),
        (HANDLER, replace(OWN_DATA, restricted=True)),
    ),
    "what-the-source-asked-of-the-recipient": (
        "SOURCE_CONDITION",
        (POLICE, replace(NUISANCE, only_to=("MAYOR",))),
        (POLICE, replace(NUISANCE, only_to=("POLICE",), not_to=("MAYOR",))),
    ),
    "results-only-when-released": (
        "ITEM_NOT_SHARED",
        (RECEIVING, replace(RESULT, released=False)),
        (RECEIVING, RESULT),
    ),
    "a-person-gets-its-own-data": (
        "ITEM_NOT_SHARED",
        (HANDLER, replace(OWN_DATA, of_requester=False)),
        (HANDLER, OWN_DATA),
    ),
    "withheld-from-the-person": ("WITHHELD", (HANDLER, replace(OWN_DATA, withheld=True)), (HANDLER, OWN_DATA)),
    "ledger-only-for-whom-the-house-knows": ("NOT_PARTICIPANT", (replace(LOOK, listed=False), None), (LOOK, None)),
    "ledger-question-of-the-role": (
        "WRONG_HAT",
        (replace(LOOK, role="CONTACT_POINT", question="PURPOSE", purpose="SUBJECT_RIGHTS"), None),
        (replace(LOOK, role="CONTACT_POINT", purpose="SUBJECT_RIGHTS"), None),
    ),
    "ledger-purpose-of-the-role": ("NO_PURPOSE", (replace(LOOK, purpose="COORDINATE_CARE"), None), (LOOK, None)),
    "functional-wording-only": (
        "SECRECY",
        (POLICE, replace(GRANTED_HEALTH, clinical=True)),
        (POLICE, GRANTED_HEALTH),
    ),
    "items-that-stayed-behind": ("ITEM_NOT_SHARED", (POLICE, replace(NUISANCE, shared=False)), (POLICE, NUISANCE)),
    "a-question-is-for-one": (
        "ITEM_NOT_SHARED",
        (WEIGHING, replace(QUESTION, addressed_to="PROBATION")),
        (STAFF_WEIGHING, replace(QUESTION, addressed_to="PROBATION")),
    ),
    "asked-sees-identity-and-question": (
        "ITEM_NOT_SHARED",
        (replace(WEIGHING, standing="ASKED"), FIRST_FACT),
        (replace(WEIGHING, standing="ASKED"), replace(FIRST_FACT, category="IDENTITY")),
    ),
    "kinds-that-nobody-reads": (
        "CATEGORY_NOT_ALLOWED",
        (replace(WEIGHING, secrecy_ground="CONSENT"), replace(FIRST_FACT, category="OTHER_SPECIAL")),
        (WEIGHING, FIRST_FACT),
    ),
    "professional-secret": (
        "SECRECY",
        (WEIGHING, HEALTH),
        (replace(WEIGHING, secrecy_ground="CONSENT"), HEALTH),
    ),
}

PERMITS: dict[str, tuple[Asked, Asked]] = {
    # rule: what it permits, what nothing permits
    "whoever-is-not-stopped-may-ask": ((POLICE, None), (replace(POLICE, standing="NONE"), None)),
    "weighing-reads-first-facts": ((WEIGHING, FIRST_FACT), (WEIGHING, NUISANCE)),
    "asked-reads-its-question": (
        (replace(WEIGHING, standing="ASKED"), QUESTION),
        (replace(WEIGHING, standing="ASKED"), replace(FIRST_FACT, category="IDENTITY", of_subject=False)),
    ),
    "ledger-answers-its-roles": ((LOOK, None), (replace(LOOK, role=None), None)),
    "advice-reads-the-draft": ((ADVISER, replace(RESULT, released=False)), (ADVISER, FIRST_FACT)),
    "granted-for-this-item": ((POLICE, GRANTED_HEALTH), (POLICE, replace(GRANTED_HEALTH, granted=False))),
    "a-result-for-its-recipient": ((RECEIVING, RESULT), (RECEIVING, replace(RESULT, addressed_to="MAYOR"))),
    "a-result-handed-over": ((HANDING, FOR_THIRD), (HANDING, RESULT)),
    "a-copy-for-the-person": ((HANDLER, OWN_DATA), (replace(HANDLER, task="process-direction"), OWN_DATA)),
    "a-supervisor-inspects": ((AUDITOR, NUISANCE), (COMMITTEE, NUISANCE)),
    "direction-reads-first-facts": ((STAFF, FIRST_FACT), (STAFF, NUISANCE)),
    "standing-readers": ((POLICE, NUISANCE), (CARE, NUISANCE)),
    "provider-reads-its-own": (
        (POLICE, replace(NUISANCE, category="CHILD_PROTECTION", provider_org="POLICE")),
        (POLICE, replace(NUISANCE, category="CHILD_PROTECTION")),
    ),
}


def verdict(asked: Asked, policies: Policies = POLICIES) -> Verdict:
    request, item = asked
    if isinstance(request, LedgerLook):
        return policies.may_consult(request)
    return policies.may_ask(request) if item is None else policies.decide(request, [item])[item.item_id]


def changed_text(change: Callable[[str], str]) -> Policies:
    """Return the policies with a change in their text, which must change something."""
    files = {name: change(text) if name != SCHEMA else text for name, text in POLICIES.text.files.items()}
    assert files != POLICIES.text.files
    return Policies(PolicyText(files), REFERENCE)


def without(policy_id: str) -> Policies:
    return changed_text(lambda text: re.sub(rf'@id\("{policy_id}"\).*?;\n', "", text, flags=re.DOTALL))


def test_every_rule_has_its_example() -> None:
    """Given the policies, each one is in one of the two tables of this file."""
    assert REFUSES.keys() | PERMITS.keys() == POLICIES.rules.keys()
    assert {one for one, rule in POLICIES.rules.items() if rule.effect == "forbid"} == REFUSES.keys()


@pytest.mark.parametrize("rule", REFUSES)
def test_a_rule_refuses_with_its_own_id_code_and_sentence(rule: str) -> None:
    """Given its case, the rule decides, and the answer carries its id, code, sentence and legal reference."""
    code, refused, _ = REFUSES[rule]
    found, written = verdict(refused), POLICIES.rules[rule]
    assert not found.allowed
    assert (found.code, found.says, found.legal_ref) == (code, written.says, written.legal_ref)
    assert found.policy_ids[0] == rule


@pytest.mark.parametrize("rule", REFUSES)
def test_a_rule_stays_quiet_beside_its_case(rule: str) -> None:
    """Given a request that differs only where the rule does not look, it is allowed."""
    found = verdict(REFUSES[rule][2])
    assert found.allowed
    assert found.code == "OK"


@pytest.mark.parametrize("rule", REFUSES)
def test_a_rule_is_needed(rule: str) -> None:
    """Given the policies without the rule, its case is no longer refused by it."""
    assert verdict(REFUSES[rule][1], without(rule)).policy_ids[:1] != (rule,)


@pytest.mark.parametrize("rule", PERMITS)
def test_a_permission_gives_no_more_than_its_case(rule: str) -> None:
    """Given its case, the rule permits it; without the rule nothing does; and the case beside it is refused."""
    permitted, refused = PERMITS[rule]
    assert verdict(permitted).policy_ids == (rule,)
    assert not verdict(permitted, without(rule)).allowed
    assert not verdict(refused).allowed


@pytest.mark.parametrize(
    ("category", "readers"),
    [
        ("POLICE_DATA", "POLICE PROSECUTION CHILD_PROTECTION_BOARD PRISON_SERVICE MAYOR MUNICIPAL_EXECUTIVE"
                        " PUBLIC_HEALTH PROBATION"),
        ("CRIMINAL_JUSTICE", "POLICE PROSECUTION CHILD_PROTECTION_BOARD PRISON_SERVICE PROBATION"),
        ("PROBATION", "POLICE PROSECUTION CHILD_PROTECTION_BOARD PRISON_SERVICE MAYOR PROBATION"),
        ("HEALTH", "PUBLIC_HEALTH MENTAL_HEALTH"),
        ("OTHER_SPECIAL", ""),
    ],
)  # fmt: skip
def test_the_matrix_of_the_day_names_the_readers(category: str, readers: str) -> None:
    """Given an item in an accepted case, exactly the organisations of the matrix read it (domain 5.2)."""
    item = replace(NUISANCE, category=category, provider_org="")
    reading = {
        one.code
        for one in REFERENCE.participants(AT)
        for task in one.domains
        if verdict((replace(POLICE, org=one.code, oin=one.oin, task=task, secrecy_ground="CONSENT"), item)).allowed
    }
    assert reading == set(readers.split())


@pytest.mark.parametrize(("task", "allowed"), [("youth-act", True), ("wmo", False), ("local-safety", False)])
def test_inside_the_town_hall_the_tasks_stay_separated(task: str, allowed: bool) -> None:
    """Given child protection data, the college reads them for the youth act and for no other task."""
    item = replace(NUISANCE, category="CHILD_PROTECTION", provider_org="CHILD_PROTECTION_BOARD")
    assert verdict((replace(COLLEGE, task=task), item)).allowed is allowed


def test_another_organisations_number_is_the_wrong_hat() -> None:
    """Given the police with the number of the prosecution, nothing is shown."""
    assert verdict((replace(POLICE, oin="00000001003214345001"), None)).code == "WRONG_HAT"


def test_somebody_who_asks_in_anothers_name_is_the_wrong_hat() -> None:
    """Given a recipient who is not the one who acts, nothing is shown."""
    assert verdict((replace(POLICE, itself=False), None)).code == "WRONG_HAT"


def test_on_a_day_before_the_act_nobody_is_a_participant() -> None:
    """Given a moment before the first of March 2025, nothing is shown."""
    assert verdict((replace(POLICE, at=datetime(2025, 2, 28, 12, tzinfo=UTC)), None)).code == "NOT_PARTICIPANT"


@pytest.mark.parametrize("ground", [None, "", "omdat het moet", "CONSENT "])
def test_only_a_ground_from_the_table_breaks_a_secret(ground: str | None) -> None:
    """Given a ground that is in no table, the professional secret holds."""
    assert verdict((replace(WEIGHING, secrecy_ground=ground), HEALTH)).code == "SECRECY"


@pytest.mark.parametrize("basis", [(), ("WGS:purpose",), ("WGS:purpose", "WGS:gone"), ("ZVH:panel", "WGS:purpose")])
def test_giver_and_taker_each_name_a_ground(basis: tuple[str, ...]) -> None:
    """Given too few grounds, an unknown one, or a rule that is no ground, nothing is shown."""
    assert verdict((replace(POLICE, legal_basis=basis), None)).code == "NO_BASIS"


def test_a_purpose_may_be_tied_to_a_room() -> None:
    """Given a purpose for the house alone, it does not count in the local chamber."""
    only_house = changed(
        "purposes",
        lambda text: text.replace('code = "PREVENT_UNSAFE"\n', 'code = "PREVENT_UNSAFE"\nrooms = ["HOUSE"]\n'),
    )
    policies = Policies.load(only_house)
    asked = replace(POLICE, purpose="PREVENT_UNSAFE")
    assert verdict((asked, None), policies).code == "NO_PURPOSE"
    assert verdict((replace(asked, room=Room.HOUSE), None), policies).allowed


def test_nobody_learns_from_a_refusal_what_the_case_holds() -> None:
    """Given a kind of data that the case does not hold, whoever may not read it gets the same answer as if it did."""
    health = REFERENCE.category("HEALTH", AT)
    assert health is not None
    there = replace(HEALTH, tier="T2", provider_org="PUBLIC_HEALTH")
    for request in (POLICE, STAFF, WEIGHING, COLLEGE):
        assert POLICIES.decide_absent(request, health) == verdict((request, there))
    assert POLICIES.decide_absent(CARE, health).code == "NO_DATA"


def test_a_rule_that_cannot_be_evaluated_is_a_refusal_that_says_so() -> None:
    """Given a rule that overflows, Cedar would leave it out; the answer is no, with the reason."""
    overflow = "when { 9223372036854775807 + 1 == 0 };"
    broken = changed_text(lambda text: text.replace("when { resource.erased };", overflow))
    found = verdict((POLICE, NUISANCE), broken)
    assert (found.allowed, found.code, found.rules) == (False, "POLICY_ERROR", ())


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("context.reasoned", "context.reasons", "passen niet bij hun schema"),
        ('@says("Voor dit soort gegevens is niemand als lezer aangewezen.")\n', "", "mist says"),
        ('@id("one-hat")', '@id("professional-secret")', "dezelfde @id"),
    ],
)
def test_policies_that_do_not_fit_are_not_loaded(old: str, new: str, told: str) -> None:
    """Given a mistake in the text, loading stops and says what is wrong."""
    with pytest.raises(BadSetting, match=told):
        changed_text(lambda text: text.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("resource.erased", 'resource == Item::"0192f3a4-0000-7000-8000-000000000001"'),
        ('(principal, action == Action::"read"', '(principal == Recipient::"r", action == Action::"read"'),
    ],
    ids=["an item", "a person"],
)
def test_a_policy_names_nobody(old: str, new: str) -> None:
    """Given a rule about one person or one item, it is not loaded: law is the same for everyone."""
    with pytest.raises(BadSetting, match="noemt niemand bij naam"):
        changed_text(lambda text: text.replace(old, new))


def test_an_answer_does_not_depend_on_what_was_asked_before() -> None:
    """Given all examples in two orders, each is answered as by policies that were asked nothing else."""
    examples = [asked for _, *both in REFUSES.values() for asked in both]
    alone = [verdict(asked, Policies.load(REFERENCE)) for asked in examples]
    busy = Policies.load(REFERENCE)
    assert [verdict(asked, busy) for asked in examples] == alone
    assert [verdict(asked, busy) for asked in reversed(examples)] == alone[::-1]


def test_each_policy_cites_a_legal_reference_and_a_refusal_that_exist() -> None:
    """Given the policies, their legal references resolve and their codes have words."""
    for rule in POLICIES.rules.values():
        assert REFERENCE.legal_ref(rule.legal_ref, AT) is not None
        assert rule.code == "OK" or REFERENCE.refusal(rule.code).says
        assert (rule.code == "OK") is (rule.effect == "permit")
    ranks = [rule.rank for rule in POLICIES.rules.values()]
    assert len(set(ranks)) == len(ranks)


def test_the_digest_names_text_schema_and_tables_of_the_day() -> None:
    """Given another text, schema or table, the digest is another; otherwise it is the same, also in another process."""
    files = POLICIES.text.files
    other_text = changed_text(lambda text: text + "\n// note")
    other_schema = Policies(PolicyText({**files, SCHEMA: files[SCHEMA] + "\n// note"}), REFERENCE)
    matrix = Policies.load(changed("categories", lambda text: text.replace('["DOMAIN:CARE"]', "[]")))
    tiers = Policies.load(changed("stages", lambda text: text.replace('["T1", "T3"]', '["T1"]')))
    kinds = Policies.load(changed("disclosures", lambda text: text.replace("open = false", "open = true")))
    digests = {one.digest(AT) for one in (POLICIES, other_text, other_schema, matrix, tiers, kinds)}
    assert len(digests) == 6
    assert Policies.load(REFERENCE).digest(AT) == POLICIES.digest(AT) == verdict((POLICE, None)).policy_digest


ORGANISATIONS = [(one.code, one.oin, task) for one in REFERENCE.participants(AT) for task in one.domains]
OUTSIDERS = [("HOUSING_CORPORATION", "00000009999999999000", "letting"), ("POLICE", "00000001003214345000", "letting")]
REQUESTS = st.builds(
    lambda who, stage, room, standing, purpose, basis, reasoned, ground, at: replace(
        POLICE,
        org=who[0],
        oin=who[1],
        task=who[2],
        stage=stage,
        room=room,
        standing=standing,
        purpose=purpose,
        legal_basis=basis,
        reasoned=reasoned,
        secrecy_ground=ground,
        at=at,
    ),
    st.sampled_from([*ORGANISATIONS, *OUTSIDERS, (STAFF.org, STAFF.oin, STAFF.task)]),
    st.sampled_from(Stage),
    st.sampled_from([None, *Room]),
    st.sampled_from(["LIVE", "OTHER_TASK", "EXPIRED", "NONE"]),
    st.sampled_from([None, "", "nieuwsgierig", *(one.code for one in REFERENCE.purposes(AT))]),
    st.sampled_from([POLICE.legal_basis, POLICE.legal_basis, (), ("WGS:purpose",), ("WGS:purpose", "artikel 2")]),
    st.sampled_from([True, True, False]),
    st.sampled_from([None, "CONSENT"]),
    st.sampled_from([AT, AT - timedelta(days=1000)]),
)
ITEMS = st.builds(
    ItemAsked,
    st.just(ITEM_ID),
    st.sampled_from([*(one.code for one in REFERENCE.categories(AT)), "NO_SUCH_KIND"]),
    st.sampled_from(["T1", "T2", "T3"]),
    st.sampled_from([one[0] for one in ORGANISATIONS]),
    st.booleans(),
)


@given(request_=REQUESTS, item=ITEMS)
def test_whatever_is_asked_the_outer_walls_hold(request_: AccessRequest, item: ItemAsked) -> None:
    """Given any request and item: before acceptance never more than T1, and never anything to an outsider."""
    gate, found = POLICIES.may_ask(request_), verdict((request_, item))
    insider = (request_.org, request_.oin, request_.task) in ORGANISATIONS and request_.at == AT
    accepted = {Stage.STARTING, Stage.IN_CONSULTATION, Stage.PLAN_AGREED, Stage.MONITORING, Stage.AFTERCARE}
    if found.allowed:
        assert gate.allowed
        assert item.tier == "T1" or request_.stage in accepted
        assert insider or (request_.org == STAFF.org and item.tier != "T2")
        assert request_.standing == "LIVE" or request_.org == STAFF.org
        assert item.shared
        assert request_.purpose
        assert request_.legal_basis == POLICE.legal_basis
        assert request_.reasoned
        assert item.category not in ("OTHER_SPECIAL", "NO_SUCH_KIND")
    else:
        assert REFERENCE.refusal(found.code).says
