"""Erasing a person from cases, on a real house: what goes, what stays, what stops it, and what a crash leaves."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import psycopg
import pytest

from events.case import CommandRefused
from events.erasure import SubjectErased
from events.errors import BadSetting, Refusal, Unavailable
from events.retention import CaseDestroyed
from events.vocabulary import Stage
from infra.settings import Settings
from infra.transparency.tree import leaf_hash
from services.bootstrap import House, open_house
from services.case_file import case_file
from services.erasure import Erased, EraseSubject
from tests.erasing import OFFICER, at_work, erase, keys_in, person, persons_of, stored, types
from tests.http_house import PROBATION, Door, door, problem_of
from tests.scenarios.people import bsn

__all__ = ["door"]
CARE = "COORDINATE_CARE"


@pytest.fixture
def case(door: Door) -> UUID:
    """A running case about a person, with a child and a victim."""
    return at_work(door)


def refusal_of(done: Erased, case_id: UUID) -> str:
    assert done.facts == ()
    return done.refused[case_id].code


def test_a_related_person_goes_and_the_others_stay(door: Door, case: UUID) -> None:
    """Given a child that is erased, its values are gone, the case goes on, and who reads it sees the other two."""
    house = door.house
    subject, child, victim = persons_of(house, case)
    done = erase(house, child, [case])
    assert types(done.facts) == ["subject-erased"]
    assert (done.keys, done.refused) == (1, {})
    assert keys_in(door.house.dsn, case) == {(case, subject), (case, victim)}
    state = case_file(case, house.store.history(case))
    assert (state.stage, list(state.erased)) == (Stage.IN_CONSULTATION, [child])
    shown = door.signed_in(*PROBATION).ask(str(case), CARE, "IDENTITY").json()
    assert {one["subject_id"] for one in shown["values"]} == {str(subject), str(victim)}


def test_reading_only_the_erased_person_says_that_it_was_destroyed(door: Door, case: UUID) -> None:
    """Given a request about nobody but the erased child, the answer is DESTROYED, and no value leaves."""
    child = persons_of(door.house, case)[1]
    erase(door.house, child, [case])
    body = {"case": str(case), "purpose": CARE, "categories": ["IDENTITY"], "subjects": [str(child)]}
    reasons = {"necessity": "a", "proportionality": "b", "subsidiarity": "c"}
    basis = {"legal_basis": ["WGS:participants", "WGS:purpose"]}
    answer = door.signed_in(*PROBATION).post("/disclosures", {**body, **reasons, **basis})
    problem_of(answer, 410, "DESTROYED")
    assert "Noor" not in answer.text


def test_the_fact_says_who_decided_on_what_ground_and_which_key_died(door: Door, case: UUID) -> None:
    """Given an erasure, its fact stands in the case under the one who wrote it down, with ground, deciders and key."""
    house = door.house
    child = persons_of(house, case)[1]
    key_id = house._ring.key_for_sealing(case, child)[0]
    number = uuid4()
    done = erase(house, child, [case], ground="NOT_NECESSARY", deciders=["POLICE", "MAYOR"], number=number)
    fact = done.facts[0].fact
    assert isinstance(fact, SubjectErased)
    assert (fact.erasure_id, fact.request_id, fact.ground) == (number, None, "NOT_NECESSARY")
    assert (fact.deciders, fact.legal_ref) == (("MAYOR", "POLICE"), "AVG:erasure")
    assert [one.key_id for one in fact.keys] == [key_id]
    assert house._ring.key_for_opening(key_id) is None
    assert done.facts[0].envelope.actor == OFFICER.person
    line = house.erasures.line_of(done.facts[0].envelope.id)
    assert line is not None
    assert (line.burial.case_id, line.burial.subject_id, line.burial.keys) == (case, child, fact.keys)


def test_with_the_person_whom_it_is_about_the_whole_case_goes(door: Door, case: UUID) -> None:
    """Given the subject erased, nothing is left to process for: all keys of the case die with it."""
    house = door.house
    done = erase(house, persons_of(house, case)[0], [case])
    assert types(done.facts) == ["subject-erased", "case-destroyed"]
    destroyed = done.facts[1].fact
    assert isinstance(destroyed, CaseDestroyed)
    assert destroyed.keys is not None
    assert (len(destroyed.keys), destroyed.legal_ref) == (3, "AVG:erasure")
    assert keys_in(house.dsn, case) == set()
    house.settle()
    assert [row.stage for row in house.views.cases() if row.case_id == str(case)] == ["DESTROYED"]
    problem_of(door.signed_in(*PROBATION).ask(str(case), CARE, "IDENTITY"), 410, "DESTROYED")


def test_in_all_cases_at_once(door: Door) -> None:
    """Given a person in three cases and another one in each, the person is gone from all and the others from none."""
    shared = person("Lotte", "VICTIM")
    cases = [at_work(door, shared) for _ in range(3)]
    lotte = persons_of(door.house, cases[0])[1]
    assert {persons_of(door.house, one)[1] for one in cases} == {lotte}
    done = erase(door.house, lotte)
    assert {one.envelope.case_id for one in done.facts} == set(cases)
    facts = [one.fact for one in done.facts if isinstance(one.fact, SubjectErased)]
    assert len({one.erasure_id for one in facts}) == 1
    assert {subject for _, subject in keys_in(door.house.dsn)} == {persons_of(door.house, one)[0] for one in cases}
    again = erase(door.house, lotte)
    assert (again.facts, again.refused) == ((), {}), "nothing is left to erase"


def test_a_hold_stops_it_in_its_own_case_and_in_no_other(door: Door) -> None:
    """Given a person in two cases, one of them on hold, the hold is told and on record; the other case is done."""
    shared = person("Lotte", "VICTIM")
    held, free = at_work(door, shared), at_work(door, shared)
    lotte = persons_of(door.house, held)[1]
    door.signed_in("HOUSE_STAFF", "privacy-office").done(str(held), "place-hold", {"ground": "COURT"})
    done = erase(door.house, lotte)
    assert [one.envelope.case_id for one in done.facts] == [free]
    assert {case_id: one.code for case_id, one in done.refused.items()} == {held: "ON_HOLD"}
    last = door.house.store.history(held)[-1].fact
    assert isinstance(last, CommandRefused)
    assert (last.command, last.code) == ("EraseSubject", "ON_HOLD")
    assert (held, lotte) in keys_in(door.house.dsn)
    assert door.house._eraser.announced() == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"acting": replace(OFFICER, task="process-direction")}, "WRONG_HAT"),
        ({"acting": replace(OFFICER, org="POLICE", task="police-task")}, "WRONG_HAT"),
        ({"ground": "BORED"}, "UNKNOWN_CHOICE"),
        ({"deciders": []}, "MISSING_FIELD"),
        ({"deciders": ["PROBATION"]}, "NOT_A_CONTROLLER"),
        ({"deciders": ["POLICE", "NOBODY"]}, "NOT_A_CONTROLLER"),
        ({"subject": UUID(int=7)}, "UNKNOWN_PERSON"),
    ],
)
def test_what_may_not_be_done_is_refused_on_record(
    door: Door, case: UUID, change: dict[str, object], code: str
) -> None:
    """Given the wrong hat, ground, decider or person, nothing dies and the refusal stands in the case."""
    before = keys_in(door.house.dsn, case)
    wanted: dict[str, object] = {"subject": persons_of(door.house, case)[1], **change}
    done = erase(door.house, cases=[case], **wanted)  # type: ignore[arg-type]
    assert refusal_of(done, case) == code
    assert types(door.house.store.history(case))[-1] == "command-refused"
    assert keys_in(door.house.dsn, case) == before


def test_a_request_that_nobody_handles_in_this_case_is_refused(door: Door, case: UUID) -> None:
    """Given the number of a request that is not open here, nothing dies: a fact may not name what never was."""
    child = persons_of(door.house, case)[1]
    asked = EraseSubject(child, "UNLAWFUL", ("POLICE",), (case,), uuid4())
    assert refusal_of(door.house.erasure.erase(asked, OFFICER, uuid4()), case) == "NO_HANDLING"
    assert (case, child) in keys_in(door.house.dsn)


def test_a_case_that_is_not_there_or_destroyed_already_is_refused(door: Door, case: UUID) -> None:
    """Given an unknown case and one that is gone, each is told by its own code."""
    child = persons_of(door.house, case)[1]
    nowhere = uuid4()
    assert refusal_of(erase(door.house, child, [nowhere]), nowhere) == "UNKNOWN_CASE"
    erase(door.house, child, [case])
    assert refusal_of(erase(door.house, child, [case]), case) == "DESTROYED"
    erase(door.house, persons_of(door.house, case)[0], [case])
    assert refusal_of(erase(door.house, persons_of(door.house, case)[2], [case]), case) == "DESTROYED"


def test_a_person_without_data_is_in_no_case(door: Door) -> None:
    """Given a pseudonym of which nothing is kept, nothing is done and nothing refused."""
    done = erase(door.house, uuid4())
    assert (done.facts, done.refused, done.keys) == ((), {}, 0)


def test_the_same_decision_twice_is_one(door: Door, case: UUID) -> None:
    """Given the same number again, because the answer was lost, the same facts come back and none is added."""
    child, number = persons_of(door.house, case)[1], uuid4()
    first, again = (erase(door.house, child, [case], number=number) for _ in range(2))
    assert first == again
    assert types(door.house.store.history(case)).count("subject-erased") == 1
    assert len(door.house.erasures.lines()) == 1


def test_nothing_new_is_sealed_for_an_erased_person(door: Door, case: UUID) -> None:
    """Given an erased child, the sealer makes no key for it in this case any more, and does so in another."""
    child = persons_of(door.house, case)[1]
    erase(door.house, child, [case])
    with pytest.raises(Refusal, match="DESTROYED"):
        door.house.sealer.seal(case, child, uuid4(), "items/1", b"x")
    door.house.sealer.seal(uuid4(), child, uuid4(), "items/1", b"x")


def test_facts_and_proofs_stay_byte_for_byte(door: Door, case: UUID) -> None:
    """Given an erasure, the log grows by its facts, every older byte is what it was, and old proofs still hold."""
    house = door.house
    house.settle()
    before, first = stored(house), house.store.history(case)[0].envelope.id
    old = house.transparency.prove(first)
    erase(house, persons_of(house, case)[0], [case])
    house.settle()
    after = stored(house)
    assert after[: len(before)] == before
    assert len(after) == len(before) + 2
    leaf = leaf_hash(before[old.index])
    old.verify(leaf, [house.transparency.key()])
    house.transparency.prove(first).verify(leaf, [house.transparency.key()])
    assert house.replay().equal


# ---- look-up by BSN


def index_of(dsn: str) -> set[UUID]:
    with psycopg.connect(dsn) as session:
        return {row[0] for row in session.execute("SELECT subject_id FROM keys.subject_index").fetchall()}


def asked_long_ago(dsn: str) -> None:
    with psycopg.connect(dsn) as session:
        session.execute("UPDATE keys.subject_index SET asked_at = now() - interval '1 hour'")


def test_the_blind_index_dies_with_the_last_key(door: Door) -> None:
    """Given a person in two cases, the number still finds it after the first erasure, and not after the second."""
    number = bsn()
    shared = {**person("Lotte", "VICTIM"), "bsn": number}
    one, two = at_work(door, shared), at_work(door, shared)
    house, lotte = door.house, persons_of(door.house, one)[1]
    asked_long_ago(house.dsn)
    erase(house, lotte, [one])
    assert house.pseudonyms.find_subject(number) == lotte
    erase(house, lotte, [two])
    assert house.pseudonyms.find_subject(number) is None
    assert lotte not in index_of(house.dsn)
    assert index_of(house.dsn) == {persons_of(house, case)[0] for case in (one, two)}
    assert house.pseudonyms.subject(number) != lotte, "who comes back later is a new name"


def test_a_pseudonym_that_was_just_given_waits_for_its_first_key(door: Door, case: UUID) -> None:
    """Given a referral that has its pseudonym and not yet its key, no sweep takes the pseudonym away."""
    number = bsn()
    fresh = door.house.pseudonyms.subject(number)
    erase(door.house, persons_of(door.house, case)[0], [case])
    assert door.house.pseudonyms.find_subject(number) == fresh
    asked_long_ago(door.house.dsn)
    door.house.destruction.finish()
    assert door.house.pseudonyms.find_subject(number) is None


# ---- crashes


def broken(house: House, name: str, step: str) -> House:
    """Return the house with one step of the eraser that fails."""
    eraser = house._eraser
    before: Callable[..., object] = getattr(eraser, name)

    def failing(*given: object) -> object:
        if step == "after":
            before(*given)
        raise Unavailable("stop")

    object.__setattr__(eraser, name, failing)
    return house


@pytest.mark.parametrize("whom", [0, 1], ids=["subject", "child"])
@pytest.mark.parametrize(
    ("name", "step"), [("destroy", "before"), ("destroy", "after"), ("keys_of", "after"), ("announce", "after")]
)
def test_what_a_crash_left_half_done_is_finished(door: Door, case: UUID, whom: int, name: str, step: str) -> None:
    """Given a stop at any step, either nothing was told and nothing died, or the next round finishes what was told."""
    person_id = persons_of(door.house, case)[whom]
    with open_house(door.house.settings) as crashing:
        broken(crashing, name, step)
        with pytest.raises(Unavailable):
            erase(crashing, person_id, [case])
    with open_house(door.house.settings) as house:
        told = types(house.store.history(case)).count("subject-erased")
        house.scheduler.round()
        assert ((case, person_id) in keys_in(house.dsn, case)) is (told == 0)
        if told:
            assert house._eraser.announced() == []
            assert len(house.erasures.lines()) == (2 if whom == 0 else 1)
            assert len(keys_in(house.dsn, case)) == (0 if whom == 0 else 2)


def test_a_refused_erasure_takes_back_no_announcement_but_its_own(door: Door, case: UUID) -> None:
    """Given a destruction under way and somebody who is refused the same, what is under way stays announced."""
    child = persons_of(door.house, case)[1]
    under_way = door.house._eraser.announce(case, child)
    erase(door.house, child, [case], ground="BORED")
    assert [one[0] for one in door.house._eraser.announced()] == [under_way]


def test_an_announcement_of_which_nothing_came_is_taken_back(door: Door, case: UUID) -> None:
    """Given a destruction that was announced long ago and never told, it is forgotten, and its keys live."""
    before = keys_in(door.house.dsn)
    door.house._eraser.announce(case, None)
    door.house.destruction.finish()
    assert len(door.house._eraser.announced()) == 1, "it may still be under way"
    with psycopg.connect(door.house.dsn) as session:
        session.execute("UPDATE keys.dying SET since = now() - interval '1 hour'")
    door.house.destruction.finish()
    assert door.house._eraser.announced() == []
    assert keys_in(door.house.dsn) == before


# ---- settings


def test_without_a_place_for_the_ledger_nothing_is_destroyed(door: Door, case: UUID) -> None:
    """Given no ZVH_ERASURE_LEDGER, erasing names the setting and does nothing, and a service does not start."""
    settings = Settings.model_validate({**dict(door.house.settings), "erasure_ledger": None})
    before = keys_in(door.house.dsn)
    with open_house(settings) as house, pytest.raises(BadSetting, match="ZVH_ERASURE_LEDGER"):
        erase(house, persons_of(house, case)[1], [case])
    with pytest.raises(BadSetting, match="ZVH_ERASURE_LEDGER"), open_house(settings, keeps_running=True):
        pass
    assert keys_in(door.house.dsn) == before


def test_what_was_destroyed_before_there_was_a_ledger_is_taken_into_it(door: Door, case: UUID) -> None:
    """Given a house of an older version with a destroyed case, the first start with a ledger writes it down."""
    erase(door.house, persons_of(door.house, case)[0], [case])
    (ledger,) = [door.house.settings.erasure_ledger]
    assert ledger is not None
    ledger.unlink()
    with psycopg.connect(door.house.dsn) as session:
        session.execute("UPDATE keys.housekeeping SET ledger_lines = 0")
    with open_house(door.house.settings) as house:
        assert [one.burial.case_id for one in house.erasures.lines()] == [case, case]
