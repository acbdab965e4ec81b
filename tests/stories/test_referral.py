"""The run-up of a case: a referral is submitted, supplemented or withdrawn (domain 4, commands 2 to 4)."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from events.case import CaseRejected
from events.errors import Refusal
from events.fact import Fact
from events.referral import InformStatus, ReferralReturned, ReferralWithdrawn
from policies.reference import Reference
from services.acting import Acting
from services.case_file import CaseFile, case_file
from services.referral import (
    Entrance,
    SubmitReferral,
    SupplementReferral,
    WithdrawReferral,
    submit,
    supplement,
    withdraw,
)
from services.referral_items import people, referral_items
from services.submission import ReferralOffered
from tests.facts import (
    ACCEPTED,
    CASE,
    EXAMPLES,
    HOUSE_OIN,
    IDENTITY,
    NOON,
    PERSON,
    POLICE_OIN,
    SEALED,
    SUBMITTED,
    TRIAGE_OPENED,
    history,
)
from tests.partner_events import SUBJECT_BSN, VICTIM_BSN, offered

REFERENCE = Reference.load()
POLICE = Acting("p-0123456789abcdef", "POLICE", POLICE_OIN, "police-task")
MAYOR = Acting("p-fedcba9876543210", "MAYOR", "00000001003214345004", "public-order")
NEW = CaseFile(CASE)
ENTRANCE = Entrance("PARTICIPANT", "OWN_TASK", secrecy_notice_accepted=True)
OFFER = SubmitReferral(ENTRANCE, NOON, (PERSON,), (IDENTITY,), InformStatus(status="PENDING"), "0" * 64)
ADDITION = SupplementReferral(NOON, (IDENTITY,))
WITHDRAWAL = WithdrawReferral(NOON, SEALED)


RETURNED, WITHDRAWN, REJECTED = (
    next(fact for fact in EXAMPLES if isinstance(fact, kind))
    for kind in (ReferralReturned, ReferralWithdrawn, CaseRejected)
)


def given_facts(*facts: Fact) -> CaseFile:
    return case_file(CASE, history(*facts))


def refusal_of(entrance: Entrance, acting: Acting = POLICE, case: CaseFile = NEW) -> str:
    with pytest.raises(Refusal) as refused:
        submit(case, replace(OFFER, entrance=entrance), acting, REFERENCE, NOON)
    return refused.value.code


def test_a_referral_becomes_a_case_with_channel_regime_and_referrer() -> None:
    """Command 2: a participant brings a case before the room."""
    fact = submit(NEW, OFFER, POLICE, REFERENCE, NOON)

    assert (fact.channel, fact.regime) == ("PARTICIPANT", "OWN_TASK")
    assert (fact.referrer_org, fact.referrer_task) == ("POLICE", "police-task")


def test_a_case_is_referred_once() -> None:
    """A second referral of the same case is refused by its stage."""
    assert refusal_of(ENTRANCE, case=given_facts(SUBMITTED)) == "WRONG_STAGE"


def test_an_unknown_channel_is_refused() -> None:
    """Channels are a dated list (domain 4.3)."""
    assert refusal_of(replace(ENTRANCE, channel="CARRIER_PIGEON")) == "UNKNOWN_CHANNEL"


def test_a_channel_of_another_organisation_is_refused() -> None:
    """Only Safe Home refers through its own channel (domain 4.3)."""
    assert refusal_of(Entrance("SAFE_HOME", "WMO_SAFE_HOME", True)) == "CHANNEL_NOT_ALLOWED"


def test_a_regime_that_does_not_belong_to_the_channel_is_refused() -> None:
    """The proof may never claim another ground than the data came under (domain 4.3)."""
    assert refusal_of(replace(ENTRANCE, regime="WGS_ZVH")) == "REGIME_NOT_ALLOWED"


def test_without_the_secrecy_notice_there_is_no_referral() -> None:
    """Everyone who provides or receives data is bound (domain 1)."""
    assert refusal_of(replace(ENTRANCE, secrecy_notice_accepted=False)) == "SECRECY_NOT_ACCEPTED"


def test_a_task_of_another_organisation_is_the_wrong_hat() -> None:
    """One session, one organisation, one task of that organisation (domain 3)."""
    assert refusal_of(ENTRANCE, replace(POLICE, task="probation-supervision")) == "WRONG_HAT"


def test_an_organisation_that_is_no_participant_refers_nothing() -> None:
    """A housing corporation may give a signal, never a referral (domain 3)."""
    assert refusal_of(ENTRANCE, replace(POLICE, org="HOUSING_CORPORATION")) == "NOT_PARTICIPANT"


@pytest.mark.parametrize("before", [(SUBMITTED,), (SUBMITTED, RETURNED)], ids=["referred", "returned"])
def test_a_referral_is_supplemented_while_it_waits(before: tuple[Fact, ...]) -> None:
    """The referrer adds what was missing, before the weighing begins."""
    assert supplement(given_facts(*before), ADDITION, POLICE, REFERENCE, NOON).items == (IDENTITY,)


def test_a_returned_referral_waits_for_triage_again_once_it_is_supplemented() -> None:
    """RETURNED becomes REFERRED, and what was added is in the file."""
    added = supplement(given_facts(SUBMITTED, RETURNED), ADDITION, POLICE, REFERENCE, NOON)
    case = given_facts(SUBMITTED, RETURNED, added)
    assert (case.stage, IDENTITY.item_id in case.items) == ("REFERRED", True)


@pytest.mark.parametrize("then", [TRIAGE_OPENED, WITHDRAWN, REJECTED, ACCEPTED])
def test_a_supplement_comes_too_late_once_the_weighing_began(then: Fact) -> None:
    """From then on a partner provides data when it is asked for them."""
    with pytest.raises(Refusal, match="WRONG_STAGE"):
        supplement(given_facts(SUBMITTED, then), ADDITION, POLICE, REFERENCE, NOON)


@pytest.mark.parametrize("then", [(), (RETURNED,), (TRIAGE_OPENED,)], ids=["referred", "returned", "in triage"])
def test_a_referral_is_withdrawn_until_the_panel_decides(then: tuple[Fact, ...]) -> None:
    """Command 4; the content goes when the term of that day has passed (domain 5.5)."""
    fact = withdraw(given_facts(SUBMITTED, *then), WITHDRAWAL, POLICE, REFERENCE, NOON)
    assert fact.destroy_after == datetime(2026, 3, 30, 22, tzinfo=UTC), "28 days on, at the end of the Dutch day"


@pytest.mark.parametrize("then", [WITHDRAWN, REJECTED, ACCEPTED])
def test_what_is_decided_is_not_withdrawn(then: Fact) -> None:
    """Neither twice nor after the panel's decision."""
    with pytest.raises(Refusal, match="WRONG_STAGE"):
        withdraw(given_facts(SUBMITTED, then), WITHDRAWAL, POLICE, REFERENCE, NOON)


def test_anothers_referral_looks_the_same_as_no_referral() -> None:
    """Nobody learns from a refusal which referrals exist."""
    told = []
    for case in (given_facts(SUBMITTED), NEW):
        with pytest.raises(Refusal) as refused:
            withdraw(case, WITHDRAWAL, MAYOR, REFERENCE, NOON)
        told.append(str(refused.value))
    assert told[0] == told[1]
    assert refused.value.code == "UNKNOWN_REFERRAL"


def pseudonym_of(bsn: str) -> UUID:
    return {SUBJECT_BSN: UUID(int=1), VICTIM_BSN: UUID(int=2)}[bsn]


def test_every_person_has_an_identity_item_of_its_own() -> None:
    """So that each can be disclosed, and destroyed, apart from the others."""
    persons, items = people(ReferralOffered.model_validate(offered()["data"]), pseudonym_of)

    assert [(p.subject_id.int, p.role) for p in persons] == [(1, "SUBJECT"), (2, "VICTIM")]
    assert [(i.category, i.subject_id.int, set(i.values)) for i in items] == [
        ("IDENTITY", n, {"bsn", "given_name", "family_name", "birth_date", "address", "municipality"}) for n in (1, 2)
    ]


def test_somebody_who_is_named_twice_is_one_person_and_nothing_is_lost() -> None:
    """The subject can be a victim too: one pseudonym, and the second mention is kept with its role."""
    data = offered()["data"]
    data["related_persons"][0]["bsn"] = SUBJECT_BSN
    persons, items = people(ReferralOffered.model_validate(data), pseudonym_of)

    assert [(p.subject_id.int, p.role) for p in persons] == [(1, "SUBJECT")]
    assert [item.values.get("role") for item in items] == [None, "VICTIM"]


def test_reason_criteria_breakthrough_and_informing_are_items_of_the_subject() -> None:
    """All free text of a referral becomes a sealed value; each kind is an item of its own."""
    data = offered(breakthrough={"stuck": "geen plek", "from": "PROBATION"})["data"]
    items = list(referral_items(ReferralOffered.model_validate(data), UUID(int=1)))

    assert [sorted(item.values) for item in items] == [["aim", "criteria", "reason"], ["breakthrough"], ["inform_by"]]
    assert b'"from":"PROBATION"' in items[1].content


def test_the_sealed_value_is_the_canonical_json_of_what_was_sent() -> None:
    """What the partner left out does not appear as empty (RFC 8785)."""
    data = offered(reason="Ω", aim="é", criteria={"width": []})["data"]
    first, *_ = referral_items(ReferralOffered.model_validate(data), UUID(int=1))
    assert first.content == '{"aim":"é","criteria":{"width":[]},"reason":"Ω"}'.encode()


def test_a_clear_item_has_no_text_form() -> None:
    """So that no log line and no traceback can show it."""
    _, items = people(ReferralOffered.model_validate(offered()["data"]), pseudonym_of)
    assert "Vanhoudt" not in f"{items} {items[0]!r}"


def test_the_house_is_no_referrer() -> None:
    """Its staff weigh referrals and bring none."""
    assert refusal_of(ENTRANCE, Acting("p-0123456789abcdef", "HOUSE", HOUSE_OIN, "police-task")) == "NOT_PARTICIPANT"
