"""Requests of persons: terms by the calendar, who may ask for whom, parts and their controllers, the one answer."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from events.errors import Refusal
from events.fact import Fact
from events.retention import CaseDestroyed
from events.rights import (
    AccessReportMade,
    IdentityChecked,
    ObjectionWeighed,
    Outcome,
    PartDecided,
    PartOpened,
    RequestAnswered,
    RequestCarriedThrough,
    RequestExtended,
    RequestRefused,
    RequestWithdrawn,
    Right,
    RightsRequestReceived,
    WithheldCount,
)
from policies.calendar import is_working_day
from policies.entries import AMSTERDAM
from services.acting import Acting
from services.case_file import CaseFile
from services.rights.deciding import (
    AnswerRequest,
    DecidePart,
    DestroyRequest,
    EndRemedy,
    FileRemedy,
    RefuseRequest,
    WeighObjection,
)
from services.rights.receiving import (
    CheckIdentity,
    ExtendRequest,
    NamedItem,
    ReceiveRequest,
    SpecifyRequest,
    WithdrawRequest,
    fan_out,
)
from services.rights.request import joined
from services.rights.terms import answer_due, extended_due, last_day, parts_due
from services.workflow.mandate import holds_mandate
from services.workflow.scene import Command
from tests.facts import CASE, FANNED_OUT, HOUSE_OIN, IDENTIFIED, ITEM, NOON, PART_DECIDED, REQUEST, SUBJECT
from tests.policies.changed import changed
from tests.workflow import CLOCK, DIRECTOR, REFERENCE, acting_for, given, scene_of

DESK = Acting("p-00000000000000ba", "HOUSE_STAFF", HOUSE_OIN, "contact-point")
POLICE, MAYOR = acting_for("POLICE", "police-task"), acting_for("MAYOR", "public-order")
BY_SUBJECT = REQUEST.model_copy(update={"by": "SUBJECT", "capacity": None, "items": ()})
GROWN = IDENTIFIED.model_copy(update={"under_age": False, "representation": None})
OPENED = (BY_SUBJECT, GROWN, FANNED_OUT)
REPORTED = AccessReportMade(
    occurred_at=NOON,
    legal_ref="AVG:access",
    report_id=ITEM,
    cases=(),
    log_size=3,
    complete=True,
    shown=1,
    withheld=(),
    digest="0" * 64,
)
GRANTED = PART_DECIDED.model_copy(update={"outcome": Outcome.GRANTED, "ground": None})
DUE = datetime(2026, 4, 2, 22, 0, tzinfo=UTC)


def right_of(right: Right, *facts: Fact) -> tuple[Fact, ...]:
    """Return *facts* as those of a request for another right."""
    return tuple(
        one.model_copy(update={"right": right}) if isinstance(one, RightsRequestReceived) else one for one in facts
    )


def decided(command: Command, case: CaseFile, acting: Acting = DESK, now: datetime = NOON) -> list[Fact]:
    """Return the facts of a command on a request, its mandate held first. Raises: Refusal."""
    holds_mandate(type(command).__name__, case, acting, REFERENCE, now)
    return command.decide(scene_of(case, acting, now))


def refused(command: Command, case: CaseFile, acting: Acting = DESK, now: datetime = NOON) -> str:
    """Return the code of the refusal of a command."""
    with pytest.raises(Refusal) as caught:
        decided(command, case, acting, now)
    return caught.value.code


def local(year: int, month: int, day: int, hour: int = 12) -> datetime:
    """Return a moment in the Netherlands."""
    return datetime(year, month, day, hour, tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("received", "answered", "extended"),
    [
        (local(2028, 1, 31), date(2028, 2, 29), date(2028, 5, 1)),  # 30 April 2028 is a Sunday
        (local(2027, 1, 31), date(2027, 3, 1), date(2027, 4, 30)),  # 28 February 2027 is a Sunday
        (local(2026, 3, 2), date(2026, 4, 2), date(2026, 6, 2)),
        (local(2026, 3, 3), date(2026, 4, 7), date(2026, 6, 3)),  # 3 April 2026 is Good Friday, then comes Easter
        (local(2026, 11, 25), date(2026, 12, 28), date(2027, 2, 25)),  # Christmas
        (local(2028, 1, 31, 23), date(2028, 2, 29), date(2028, 5, 1)),  # late in the evening is still that day
    ],
)
def test_the_terms_follow_the_calendar(received: datetime, answered: date, extended: date) -> None:
    """A month, or three from the receipt; the last day of a shorter month; never an end on a day off."""
    assert last_day(answer_due(received, REFERENCE)) == answered
    assert last_day(extended_due(received, REFERENCE)) == extended


@for_all(st.datetimes(datetime(2025, 3, 2), datetime(2040, 1, 1), timezones=st.just(AMSTERDAM)), st.booleans())  # noqa: DTZ001 - the strategy adds the zone
def test_every_term_ends_on_the_working_day_of_the_law(received: datetime, longer: bool) -> None:
    """Against a count of its own: same day so many months on, or the month's last, then on to a working day."""
    due = (extended_due if longer else answer_due)(received, REFERENCE)
    years, month = divmod(received.month - 1 + (3 if longer else 1), 12)
    year = received.year + years
    expected = date(year, month + 1, min(received.day, monthrange(year, month + 1)[1]))
    while not is_working_day(expected):
        expected += timedelta(days=1)
    assert last_day(due) == expected
    assert due > received
    assert parts_due(due, REFERENCE) < due


def test_a_request_has_its_term_from_the_receipt() -> None:
    """Given a letter of some days ago, the month runs from the day it came in."""
    command = ReceiveRequest(SUBJECT, Right.ACCESS, NOON, words="Wat weet u van mij?")
    (fact,) = decided(command, CaseFile(CASE), now=NOON + timedelta(days=5))
    assert isinstance(fact, RightsRequestReceived)
    assert (fact.due, fact.received_at, fact.legal_ref, fact.request_id) == (DUE, NOON, "AVG:access", CASE)
    assert fact.words is not None
    assert refused(ReceiveRequest(SUBJECT, Right.ACCESS, NOON + timedelta(days=9)), CaseFile(CASE)) == "BAD_DATE"
    assert refused(ReceiveRequest(SUBJECT, Right.ACCESS), given(REQUEST)) == "ALREADY_ASKED"
    assert refused(ReceiveRequest(SUBJECT, Right.ACCESS), CaseFile(CASE), DIRECTOR) == "WRONG_HAT"
    somebody = ReceiveRequest(SUBJECT, Right.ACCESS, by="REPRESENTATIVE")
    assert refused(somebody, CaseFile(CASE)) == "MISSING_FIELD"
    assert refused(ReceiveRequest(SUBJECT, Right.ACCESS, capacity="PARENT"), CaseFile(CASE)) == "BAD_VALUE"
    neighbour = ReceiveRequest(SUBJECT, Right.ACCESS, by="REPRESENTATIVE", capacity="NEIGHBOUR")
    assert refused(neighbour, CaseFile(CASE)) == "UNKNOWN_CHOICE"


CHILD, TODAY_16, GROWN_UP = date(2015, 6, 1), date(2010, 3, 2), date(1991, 4, 17)
SAME_DAY_NEXT_YEAR = date(2010, 3, 3)


@pytest.mark.parametrize(
    ("capacity", "born", "authority", "conflict", "may"),
    [
        (None, GROWN_UP, None, False, True),
        (None, TODAY_16, None, False, True),
        (None, SAME_DAY_NEXT_YEAR, None, False, False),
        (None, CHILD, None, False, False),
        ("PARENT", CHILD, "CUSTODY_REGISTER", False, True),
        ("GUARDIAN", CHILD, "COURT_DECISION", False, True),
        ("PARENT", CHILD, "NOT_SHOWN", False, False),
        ("PARENT", CHILD, "CUSTODY_REGISTER", True, False),
        ("PARENT", CHILD, "MANDATE", False, False),
        ("GUARDIAN", CHILD, "MANDATE", False, False),
        ("PARENT", GROWN_UP, "CUSTODY_REGISTER", False, False),
        ("AUTHORISED", GROWN_UP, "MANDATE", False, True),
        ("CURATOR", GROWN_UP, "COURT_DECISION", False, True),
        ("CURATOR", GROWN_UP, "MANDATE", False, False),
        ("AUTHORISED", GROWN_UP, "CUSTODY_REGISTER", False, False),
        ("AUTHORISED", CHILD, "MANDATE", False, False),
    ],
)
def test_who_may_ask_for_whom(
    capacity: str | None, born: date, authority: str | None, conflict: bool, may: bool
) -> None:
    """Sixteen and older asks itself; for a child a parent with custody and no conflict of interest."""
    asked = REQUEST.model_copy(
        update={"capacity": capacity, "by": "REPRESENTATIVE" if capacity else "SUBJECT", "items": ()}
    )
    (fact,) = decided(CheckIdentity("ID_DOCUMENT", True, born, authority, conflict), given(asked))
    assert isinstance(fact, IdentityChecked)
    assert fact.may_act is may
    assert fact.under_age is (born in (CHILD, SAME_DAY_NEXT_YEAR))
    assert str(born.year) not in fact.model_dump_json(exclude={"occurred_at"}), "the date of birth is not kept"
    if fact.representation is not None:
        assert (fact.representation.capacity, fact.representation.conflict) == (capacity, conflict)


def test_a_check_is_refused_without_its_parts_and_not_done_twice() -> None:
    """No word of the authority, an unknown proof, a birth to come, or a person that was found already."""
    by_parent, by_self = given(REQUEST), given(BY_SUBJECT)
    assert refused(CheckIdentity("ID_DOCUMENT", True, CHILD), by_parent) == "MISSING_FIELD"
    assert refused(CheckIdentity("ID_DOCUMENT", True, CHILD, "HEARSAY"), by_parent) == "UNKNOWN_CHOICE"
    assert refused(CheckIdentity("LOOKS", True, GROWN_UP), by_self) == "UNKNOWN_CHOICE"
    assert refused(CheckIdentity("ID_DOCUMENT", True, date(2030, 1, 1)), by_self) == "BAD_DATE"
    assert refused(CheckIdentity("ID_DOCUMENT", True, GROWN_UP), given(BY_SUBJECT, GROWN)) == "ALREADY_ANSWERED"
    nobody = decided(CheckIdentity("ID_DOCUMENT", False, GROWN_UP), by_self)
    assert [one.may_act for one in nobody if isinstance(one, IdentityChecked)] == [False]


def test_who_may_ask_for_whom_is_a_dated_list() -> None:
    """Given tables in which no guardian asks for a child, the same guardian may not act."""
    by_guardian = given(REQUEST.model_copy(update={"capacity": "GUARDIAN"}))
    check = CheckIdentity("ID_DOCUMENT", True, CHILD, "COURT_DECISION")
    without = changed(
        "choices",
        lambda text: text.replace('"represents-child", code = "GUARDIAN"', '"represents-child", code = "NOBODY"'),
    )
    for reference, expected in ((REFERENCE, True), (without, False)):
        facts = check.decide(scene_of(by_guardian, DESK, reference=reference))
        assert [one.may_act for one in facts if isinstance(one, IdentityChecked)] == [expected]


def test_every_joint_controller_gets_a_part() -> None:
    """All seven of the day; who has nothing is done with it at once."""
    case = given(BY_SUBJECT, GROWN)
    assert case.rights_request is not None
    fact = fan_out(scene_of(case, DESK), case.rights_request, [CASE], {"POLICE"})
    parts = {one.controller: one.has_data for one in fact.parts}  # type: ignore[attr-defined]  # RequestFannedOut
    assert len(parts) == 7
    assert [org for org, has in parts.items() if has] == ["POLICE"]


def test_an_extension_is_told_within_the_first_month_and_once() -> None:
    """Three months from the receipt; told on the last day it is in time, whenever that is written down."""
    case, command = given(*OPENED), ExtendRequest("COMPLEX", "Er zijn veel bronnen.")
    (fact,) = decided(command, case, now=DUE - timedelta(hours=1))
    assert isinstance(fact, RequestExtended)
    assert (fact.told_on, last_day(fact.due)) == ("2026-04-02", date(2026, 6, 2))
    assert refused(command, case, now=DUE) == "TERM_PASSED"
    in_time = ExtendRequest("COMPLEX", "Er zijn veel bronnen.", date(2026, 4, 2))
    assert decided(in_time, case, now=DUE + timedelta(days=1)), "told in time, written down later"
    assert refused(ExtendRequest("COMPLEX", "a", date(2026, 4, 9)), case) == "BAD_DATE"
    assert refused(ExtendRequest("COMPLEX", "a", date(2026, 3, 1)), case) == "BAD_DATE"
    assert refused(ExtendRequest("COMPLEX", " "), case) == "NO_REASONING"
    assert refused(ExtendRequest("BUSY", "a"), case) == "UNKNOWN_CHOICE"
    assert refused(command, given(*OPENED, fact)) == "ALREADY_ANSWERED"
    assert refused(command, case, POLICE) == "WRONG_HAT"


def test_a_part_is_decided_once_by_its_own_controller() -> None:
    """With a ground when anything is refused and none when nothing is; never for another, never before the check."""
    case = given(*OPENED)
    (fact,) = decided(DecidePart(Outcome.REFUSED, "Onderzoek loopt.", "EXCEPTION"), case, POLICE)
    assert isinstance(fact, PartDecided)
    assert (fact.controller, fact.outcome, fact.ground) == ("POLICE", Outcome.REFUSED, "EXCEPTION")
    grant = DecidePart(Outcome.GRANTED, "Geen bezwaar.")
    assert refused(DecidePart(Outcome.GRANTED, "a", controller="MAYOR"), case, POLICE) == "NOT_YOUR_PART"
    assert refused(grant, case, MAYOR) == "ALREADY_ANSWERED", "it has nothing, and so nothing to decide"
    assert refused(grant, case, acting_for("PROSECUTION", "prosecution")) == "NOT_YOUR_PART"
    assert refused(grant, given(*OPENED, PART_DECIDED), POLICE) == "ALREADY_ANSWERED"
    assert refused(grant, given(BY_SUBJECT), POLICE) == "NOT_IDENTIFIED"
    assert refused(grant, case, acting_for("PROBATION", "probation-supervision")) == "WRONG_HAT"
    assert refused(DecidePart(Outcome.REFUSED, "a"), case, POLICE) == "MISSING_FIELD"
    assert refused(DecidePart(Outcome.GRANTED, "a", "EXCEPTION"), case, POLICE) == "BAD_VALUE"
    assert refused(DecidePart(Outcome.PARTLY, "a", "NO_WISH"), case, POLICE) == "UNKNOWN_CHOICE"
    assert refused(DecidePart(Outcome.GRANTED, " "), case, POLICE) == "NO_REASONING"


def test_an_objection_is_weighed_and_not_merely_decided() -> None:
    """Upheld without a compelling ground, or not upheld with one; the weighing is the decision."""
    case = given(*right_of(Right.OBJECTION, *OPENED))
    weighed, part = decided(WeighObjection(False, "Anderen lopen gevaar.", "SAFETY_OF_SOMEBODY"), case, POLICE)
    assert isinstance(weighed, ObjectionWeighed)
    assert isinstance(part, PartDecided)
    assert (part.outcome, part.ground) == (Outcome.REFUSED, "COMPELLING_GROUND")
    _, upheld = decided(WeighObjection(True, "Het is niet meer nodig."), case, POLICE)
    assert isinstance(upheld, PartDecided)
    assert upheld.outcome is Outcome.GRANTED
    assert refused(DecidePart(Outcome.GRANTED, "a"), case, POLICE) == "NOT_WEIGHED"
    assert refused(WeighObjection(False, "a"), case, POLICE) == "MISSING_FIELD"
    assert refused(WeighObjection(True, "a", "PUBLIC_TASK"), case, POLICE) == "BAD_VALUE"
    assert refused(WeighObjection(False, "a", "HABIT"), case, POLICE) == "UNKNOWN_CHOICE"
    assert refused(WeighObjection(True, " "), case, POLICE) == "NO_REASONING"
    assert refused(WeighObjection(True, "a"), given(*OPENED), POLICE) == "NO_HANDLING"


def test_the_answer_waits_for_every_part_and_for_the_account() -> None:
    """One answer; late when it is told after the term; PARTLY when something is withheld."""
    assert refused(AnswerRequest(), given(BY_SUBJECT)) == "NOT_IDENTIFIED"
    assert refused(AnswerRequest(), given(*OPENED)) == "PARTS_OPEN"
    assert refused(AnswerRequest(), given(*OPENED, GRANTED)) == "REPORT_MISSING"
    ready = given(*OPENED, GRANTED, REPORTED)
    (fact,) = decided(AnswerRequest(), ready, now=DUE - timedelta(hours=1))
    assert isinstance(fact, RequestAnswered)
    assert (fact.outcome, fact.late, fact.told_on, fact.report_id) == (Outcome.GRANTED, False, "2026-04-02", ITEM)
    (late,) = decided(AnswerRequest(), ready, now=DUE)
    assert isinstance(late, RequestAnswered)
    assert late.late
    kept = REPORTED.model_copy(update={"withheld": (WithheldCount(ground="PUBLIC_SAFETY", entries=1),)})
    (partly,) = decided(AnswerRequest(), given(*OPENED, GRANTED, kept))
    assert isinstance(partly, RequestAnswered)
    assert partly.outcome is Outcome.PARTLY
    assert refused(AnswerRequest(), given(*OPENED, GRANTED, REPORTED, fact)) == "ALREADY_ANSWERED"
    assert refused(AnswerRequest(date(2026, 3, 1)), ready) == "BAD_DATE"
    all_refused = PART_DECIDED.model_copy(update={"outcome": Outcome.REFUSED})
    assert refused(AnswerRequest(), given(*OPENED, all_refused, REPORTED)) == "ALL_REFUSED"
    other = decided(AnswerRequest(), given(*right_of(Right.ERASURE, *OPENED, GRANTED)))
    assert isinstance(other[0], RequestAnswered)


def test_a_refusal_says_how_to_go_on_and_is_due_within_the_first_month() -> None:
    """For who may not ask, by the contact point; for all else only when every controller refused."""
    stranger = given(BY_SUBJECT, GROWN.model_copy(update={"may_act": False}))
    (fact,) = decided(RefuseRequest("NOT_IDENTIFIED", "Er is geen bewijs getoond."), stranger)
    assert isinstance(fact, RequestRefused)
    assert (fact.remedies, fact.late) == (("COURT", "OBJECTION", "SUPERVISOR"), False)
    assert refused(RefuseRequest("NO_AUTHORITY", "a"), given(*OPENED)) == "UNKNOWN_CHOICE"
    assert refused(RefuseRequest("EXCEPTION", "a"), given(*OPENED)) == "PARTS_OPEN"
    assert refused(RefuseRequest("EXCEPTION", "a"), given(*OPENED, PART_DECIDED)) == "PARTS_OPEN"
    assert refused(RefuseRequest("BECAUSE", "a"), stranger) == "UNKNOWN_CHOICE"
    assert refused(RefuseRequest("NOT_IDENTIFIED", ""), stranger) == "NO_REASONING"
    (extended,) = decided(ExtendRequest("COMPLEX", "a"), given(*OPENED))
    no = PART_DECIDED.model_copy(update={"outcome": Outcome.REFUSED})
    after = given(*OPENED, extended, no)
    (late,) = decided(RefuseRequest("EXCEPTION", "De wet laat het niet toe."), after, now=DUE)
    assert isinstance(late, RequestRefused)
    assert late.late


def test_what_ended_is_over_and_what_is_filed_runs_on() -> None:
    """Taken back, nothing more is decided; a remedy can be filed after the end, and ends once."""
    (gone,) = decided(WithdrawRequest(), given(*OPENED))
    over = given(*OPENED, gone)
    for command in (WithdrawRequest(), SpecifyRequest((NamedItem(CASE, ITEM),)), ExtendRequest("COMPLEX", "a")):
        assert refused(command, over) == "ALREADY_ANSWERED"
    (filed,) = decided(FileRemedy("SUPERVISOR"), over)
    running = given(*OPENED, gone, filed)
    assert running.rights_request is not None
    (remedy,) = running.rights_request.remedies
    privacy = Acting("p-00000000000000df", "HOUSE_STAFF", HOUSE_OIN, "privacy-office")
    assert decided(EndRemedy(remedy), running, privacy)
    assert refused(EndRemedy(UUID(int=9)), running, privacy) == "UNKNOWN_ITEM"
    assert refused(FileRemedy("DUEL"), over) == "UNKNOWN_CHOICE"
    assert refused(SpecifyRequest(()), given(BY_SUBJECT)) == "MISSING_FIELD"
    assert refused(WithdrawRequest(), CaseFile(CASE)) == "UNKNOWN_REQUEST"


def test_the_words_of_a_request_are_destroyed_when_due_and_not_before() -> None:
    """By the clock alone; not while it runs, not while something that was filed runs, and not twice."""
    (gone,) = decided(WithdrawRequest(), given(*OPENED))
    assert isinstance(gone, RequestWithdrawn)
    late = gone.retain_until
    assert late > NOON + timedelta(days=5 * 365)
    (destroyed,) = decided(DestroyRequest(), given(*OPENED, gone), CLOCK, late)
    assert isinstance(destroyed, CaseDestroyed)
    assert refused(DestroyRequest(), given(*OPENED, gone), CLOCK, late - timedelta(seconds=1)) == "NOT_DUE"
    assert refused(DestroyRequest(), given(*OPENED), CLOCK, late) == "NOT_DUE"
    assert refused(DestroyRequest(), given(*OPENED, gone, destroyed), CLOCK, late) == "NOT_DUE"
    (filed,) = decided(FileRemedy("COURT"), given(*OPENED, gone))
    assert refused(DestroyRequest(), given(*OPENED, gone, filed), CLOCK, late) == "ON_HOLD"
    assert refused(DestroyRequest(), given(*OPENED, gone), DESK, late) == "WRONG_HAT"


outcomes = st.lists(st.sampled_from(list(Outcome)), max_size=7)


@for_all(outcomes)
def test_the_outcome_of_all_is_that_of_each_or_partly(given_outcomes: list[Outcome]) -> None:
    """Who has no data counts for nothing; when the others agree it is theirs, else it is PARTLY."""
    orgs = [f"ORG_{number}" for number in range(len(given_outcomes))]
    opened = FANNED_OUT.model_copy(
        update={"parts": tuple(PartOpened(controller=org, has_data=True) for org in orgs) or FANNED_OUT.parts[1:]}
    )
    decisions = [
        PART_DECIDED.model_copy(update={"controller": org, "outcome": outcome})
        for org, outcome in zip(orgs, given_outcomes, strict=True)
    ]
    request = given(BY_SUBJECT, GROWN, opened, *decisions).rights_request
    assert request is not None
    told = set(given_outcomes) - {Outcome.NO_DATA}
    expected = Outcome.NO_DATA if not told else (told.pop() if len(told) == 1 else Outcome.PARTLY)
    assert joined(request.parts) is expected


def test_the_cases_follow_whenever_the_request_moved() -> None:
    """Fanned out, ended or taken further, there is something to do in the cases; carried through, there is not."""
    carried = RequestCarriedThrough(occurred_at=NOON, legal_ref="BGS:contact-point", cases=(CASE,))
    history: tuple[Fact, ...] = (BY_SUBJECT, GROWN)
    assert given(*history).rights_request.to_carry_since is None  # type: ignore[union-attr]
    for fact in (FANNED_OUT, *decided(WithdrawRequest(), given(*OPENED))):
        history = (*history, fact)
        assert given(*history).rights_request.to_carry_since == fact.occurred_at  # type: ignore[union-attr]
        history = (*history, carried)
        assert given(*history).rights_request.to_carry_since is None  # type: ignore[union-attr]
