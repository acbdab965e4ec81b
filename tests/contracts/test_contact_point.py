"""The contact point on a real database: what a crash leaves half done is finished later, and nothing comes twice."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from events.case import CommandRefused
from events.correction import RecipientNotified
from events.errors import Refusal, Unavailable
from events.rights import Right
from events.vocabulary import CaseId, FactId, SubjectId
from infra.clock import SystemClock
from services.acting import Acting
from services.erasure import EraseSubject
from services.handling import Order
from services.rights.contact_point import ContactPoint, LogState
from services.rights.deciding import RefuseRequest
from services.rights.receiving import CheckIdentity, ReceiveRequest, WithdrawRequest
from services.year.moment import MovedClock
from tests.facts import HOUSE_OIN
from tests.http_house import POLICE, PROBATION, Door, door_of, problem_of
from tests.rights_house import COLLEGE, PRIVACY, asked, at_work, contact_point, did, granted, received, seen
from tests.scenarios.people import bsn, referral

CHECK = CheckIdentity("ID_DOCUMENT", True, date(1991, 4, 17))


def died(name: str, acting: Acting, case_id: CaseId, content: object, command_id: UUID) -> Order:
    """Stand in the way of everything that the house itself would do in a case."""
    raise Unavailable("De machine viel uit.")


def without_machine(door: Door) -> ContactPoint:
    """Return the contact point of a house that cannot reach its cases."""
    house = door.house
    state, look = LogState(0, True), uuid4()
    return ContactPoint(house.handling, house.workflow, house.views, died, desk(door), lambda: state, lambda *_: look)


def unrecorded(acting: Acting, subject: SubjectId, command_id: UUID) -> FactId:
    """Stand in the way of the record of a look."""
    raise Unavailable("De opslag antwoordt niet.")


def desk(door: Door) -> Acting:
    """Return somebody of the contact point."""
    return Acting(door.house.pseudonyms.person(HOUSE_OIN, "balie-01"), "HOUSE_STAFF", HOUSE_OIN, "contact-point")


def counted(door: Door, stream: str) -> Counter[str]:
    """Return how many facts of each type a stream has."""
    return Counter(type(one.fact).__name__ for one in door.house.store.history(UUID(stream)))


def test_what_a_crash_left_half_done_in_the_cases_is_finished_by_the_clock(door: Door) -> None:
    """Given a request of which the cases were not brought in line, when the clock goes round, they are; once."""
    house, number = door.house, bsn()
    case = at_work(door, number)
    request = UUID(received(door, number))
    broken = without_machine(door)
    with pytest.raises(Unavailable):
        broken.carry_out(house.order("CheckIdentity", desk(door), request, CHECK), CHECK)
    assert counted(door, str(request))["RequestFannedOut"] == 1
    assert counted(door, case)["RightsHandlingOpened"] == 0
    house.settle()
    assert [row.case_id for row in house.views.work() if row.kind == "carry-through"] == [str(request)]
    for _ in range(3):
        house.scheduler.round()
        house.settle()
        assert counted(door, case)["RightsHandlingOpened"] == 1
        assert counted(door, str(request))["RequestCarriedThrough"] == 1
    assert [row for row in house.views.work() if row.kind == "carry-through"] == []


def test_the_end_of_a_request_reaches_its_cases_as_well(door: Door) -> None:
    """Taken back while the machine died: the clock ends the handling and lifts the hold."""
    house, number = door.house, bsn()
    case = at_work(door, number)
    request = UUID(received(door, number))
    house.contact_point.carry_out(house.order("CheckIdentity", desk(door), request, CHECK), CHECK)
    broken = without_machine(door)
    gone = WithdrawRequest()
    with pytest.raises(Unavailable):
        broken.carry_out(house.order("WithdrawRequest", desk(door), request, gone), gone)
    house.settle()
    house.scheduler.round()
    house.contact_point.carry_through(request)
    types = counted(door, case)
    assert (types["RightsHandlingEnded"], types["HoldLifted"], types["HoldPlaced"]) == (1, 1, 1)


def test_a_refusal_is_a_fact_of_the_request_and_has_one_effect(door: Door) -> None:
    """Given a command that may not be done, it is refused, on record, and the same again when it comes again."""
    house = door.house
    request = UUID(received(door, bsn()))
    command = RefuseRequest("BECAUSE", "a")
    order = house.order("RefuseRequest", desk(door), request, command, uuid4())
    for _ in range(2):
        with pytest.raises(Refusal) as refused:
            house.contact_point.carry_out(order, command)
        assert refused.value.code == "UNKNOWN_CHOICE"
    kept = [one.fact for one in house.store.history(request) if isinstance(one.fact, CommandRefused)]
    assert [(one.command, one.code) for one in kept] == [("RefuseRequest", "UNKNOWN_CHOICE")]


def test_a_request_that_does_not_exist_leaves_nothing_behind(door: Door) -> None:
    """Neither a stream nor a refusal in one."""
    house, nothing = door.house, uuid4()
    with pytest.raises(Refusal, match="UNKNOWN_REQUEST"):
        house.contact_point.carry_out(house.order("CheckIdentity", desk(door), nothing, CHECK), CHECK)
    assert house.store.history(nothing) == []
    house.contact_point.carry_through(nothing)


def test_requests_are_found_by_person_in_every_role(door: Door) -> None:
    """A victim in somebody's case is found by that person's own number, and gets an account of its own data alone."""
    house, subject, victim = door.house, bsn(), bsn()
    related = {
        "bsn": victim,
        "given_name": "Mila",
        "family_name": "Anders-Test",
        "birth_date": "1993-01-01",
        "address": "Elders 1",
        "municipality": "Rotterdam",
        "role": "VICTIM",
    }
    case = door.referred(
        subject={**referral()["subject"], "bsn": subject},
        related_persons=[related],
    )
    found = house.pseudonyms.find_subject(victim)
    assert found is not None
    assert [str(one) for one in house.views.cases_of(found)] == [case]
    command = ReceiveRequest(found, Right.ACCESS)
    stream = ContactPoint.stream_of(number := uuid4())
    house.contact_point.receive(house.order("ReceiveRequest", desk(door), stream, command, number), command)
    house.contact_point.carry_out(house.order("CheckIdentity", desk(door), stream, CHECK), CHECK)
    granted(door, str(stream))
    made = house.contact_point.report(house.order("MakeReport", desk(door), stream, "json"))
    assert [(one.org, one.category, one.times) for one in made.account.sources] == [("POLICE", "IDENTITY", 1)]


def test_no_account_is_made_of_which_the_look_is_not_on_record(door: Door) -> None:
    """Nor a refusal: the same command goes through when the ledger's stream can be written again."""
    house, number = door.house, bsn()
    at_work(door, number)
    request = UUID(asked(door, number))
    granted(door, str(request))
    state = LogState(house.log.size(), True)
    order = house.order("MakeReport", desk(door), request, "json", uuid4())
    broken = ContactPoint(
        house.handling, house.workflow, house.views, house.order, desk(door), lambda: state, unrecorded
    )
    before = counted(door, str(request))
    with pytest.raises(Unavailable):
        broken.report(order)
    assert counted(door, str(request)) == before
    assert house.contact_point.report(order).fact.consultation_id is not None


def test_a_person_who_is_erased_on_request_leaves_notices_and_no_values(door: Door) -> None:
    """Decided by its controllers, erased by the privacy officer within the request; who got data hears of it once."""
    house, number = door.house, bsn()
    case = at_work(door, number)
    assert door.signed_in(*PROBATION).ask(case, "COORDINATE_CARE", "IDENTITY").status_code == 200
    request = asked(door, number, "ERASURE", words="Wis alles.")
    for hat in (POLICE, COLLEGE):
        did(door.signed_in(*hat), request, "decide-part", outcome="GRANTED", reason="Niet meer nodig.")
    found = house.pseudonyms.find_subject(number)
    assert found is not None
    privacy = Acting("p-00000000000000df", "HOUSE_STAFF", HOUSE_OIN, "privacy-office")
    other = house.erasure.erase(EraseSubject(found, "NOT_NECESSARY", ("POLICE",), None, uuid4()), privacy, uuid4())
    assert [one.code for one in other.refused.values()] == ["NO_HANDLING"], "that request is none of this case"
    done = house.erasure.erase(EraseSubject(found, "NOT_NECESSARY", ("POLICE",), None, UUID(request)), privacy, uuid4())
    assert done.refused == {}, "the request itself is no case and stays"
    told = [one.fact for one in done.facts if isinstance(one.fact, RecipientNotified)]
    assert [(one.recipient_org, one.what) for one in told] == [("PROBATION", "ERASED")]
    assert counted(door, case)["CaseDestroyed"] == 1
    house.settle()
    assert [topic for _, topic, value in house.published(0) if b"data-erased" in value] == ["zvh.feed.probation"]
    did(contact_point(door), request, "answer-request")
    assert seen(door, request)["outcome"] == "GRANTED"
    assert counted(door, case)["RightsHandlingEnded"] == 1, "also in a case that is no more"


def test_the_words_in_a_request_go_at_the_end_of_their_term(database: str, tmp_path: Path) -> None:
    """Five years after its end, unless something that was filed still runs; what was asked and decided stays."""
    clock = MovedClock(datetime(2026, 3, 2, 12, tzinfo=UTC), SystemClock())
    with door_of(database, tmp_path, clock) as door:
        house = door.house
        request = received(door, bsn(), words="Wie zag mijn dossier?")
        did(contact_point(door), request, "withdraw-request")
        did(contact_point(door), request, "file-remedy", kind="SUPERVISOR")
        (remedy,) = seen(door, request)["remedies"]
        clock.move(datetime(2031, 3, 4, 12, tzinfo=UTC))
        house.settle()
        house.scheduler.round()
        assert counted(door, request)["CaseDestroyed"] == 0, "what was filed still runs"
        did(door.signed_in(*PRIVACY), request, "end-remedy", remedy=remedy["remedy_id"])
        keys = "SELECT count(*) FROM keys.data_keys WHERE case_id = %s"
        with psycopg.connect(database) as session:
            assert session.execute(keys, (request,)).fetchone() == (1,)
        for _ in range(2):
            house.settle()
            house.scheduler.round()
        assert counted(door, request)["CaseDestroyed"] == 1
        with psycopg.connect(database) as session:
            assert session.execute(keys, (request,)).fetchone() == (0,)
        assert seen(door, request)["ending"] == "WITHDRAWN"
        problem_of(door.director().get(f"/cases/{request}"), 404, "UNKNOWN_CASE")
