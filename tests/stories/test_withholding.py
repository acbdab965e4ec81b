"""What the right controller keeps from the person, on a ground and until a review."""

from datetime import date
from uuid import UUID

from events.informing import SubjectInformed
from events.referral import InformStatus
from events.retention import CaseDestroyed
from events.rights_effects import (
    EntriesWithheld,
    StatementAdded,
)
from policies.entries import day_of
from services.rights.withholding import Entry, LiftWithholding, ReviewWithholding, WithholdEntries
from services.waiting import waiting
from tests.facts import (
    CLOSED,
    EXAMPLES,
    FACT,
    IDENTITY,
    ITEM,
    NOON,
    STATEMENT,
    SUBJECT,
    WITHHELD,
)
from tests.rights_cases import (
    BROUGHT,
    COLLEGE,
    DESK,
    MAYOR,
    NEXT_MONTH,
    OTHER,
    POLICE,
    PROBATION,
    REFUSED,
    SHOWN,
    WORK,
    shown,
)
from tests.workflow import decided, given, refused

DESTROYED = next(one for one in EXAMPLES if isinstance(one, CaseDestroyed))
WITHHOLD = WithholdEntries((Entry(ITEM),), "CRIMINAL_INQUIRY", "Het onderzoek loopt.", NEXT_MONTH)


def kept(**changes: object) -> WithholdEntries:
    """Return the command with other content."""
    whole: dict[str, object] = {name: getattr(WITHHOLD, name) for name in WITHHOLD.__dataclass_fields__}
    return WithholdEntries(**{**whole, **changes})  # type: ignore[arg-type]


def test_entries_are_withheld_by_their_own_controller_until_a_review() -> None:
    """With a ground, words and a day within the term; the college answers for the private, for a look who looked."""
    look = shown("SAFE_HOME", "safe-home", ITEM)
    case = given(*WORK, look)
    (fact,) = decided(WITHHOLD, case, POLICE)
    assert isinstance(fact, EntriesWithheld)
    assert (fact.decided_for, fact.review_by) == ("POLICE", NEXT_MONTH.isoformat())
    assert given(*WORK, fact).withheld == {ITEM}
    assert refused(WITHHOLD, case, MAYOR).code == "NOT_YOUR_PART"
    assert decided(kept(entries=(Entry(STATEMENT),)), case, COLLEGE)
    assert refused(kept(entries=(Entry(STATEMENT),)), case, POLICE).code == "NOT_YOUR_PART"
    assert decided(kept(entries=(Entry(disclosure=look.disclosure_id),), subject=SUBJECT), case, COLLEGE)
    assert refused(kept(entries=(Entry(disclosure=look.disclosure_id),)), case, COLLEGE).code == "MISSING_FIELD"
    assert decided(kept(entries=(Entry(ITEM, look.disclosure_id),)), case, COLLEGE)
    assert refused(kept(entries=(Entry(STATEMENT, look.disclosure_id),)), case, COLLEGE).code == "UNKNOWN_ITEM"
    others = kept(entries=(Entry(OTHER),), subject=SUBJECT)
    assert refused(others, case, POLICE).code == "UNKNOWN_ITEM", "it is another person's"
    assert refused(kept(entries=(Entry(),)), case, POLICE).code == "MISSING_FIELD"
    assert refused(kept(entries=(Entry(),), subject=SUBJECT), case, POLICE).code == "UNKNOWN_ITEM"
    assert refused(kept(entries=()), case, POLICE).code == "MISSING_FIELD"
    assert refused(kept(ground="BECAUSE"), case, POLICE).code == "UNKNOWN_CHOICE"
    for follows_by_itself in ("INFORM_DEFERRED", "SOURCE_CONDITION"):
        assert refused(kept(ground=follows_by_itself), case, POLICE).code == "UNKNOWN_CHOICE"
    assert refused(kept(reason=" "), case, POLICE).code == "NO_REASONING"
    assert refused(kept(review_by=day_of(NOON)), case, POLICE).code == "BAD_DATE"
    assert refused(kept(review_by=date(2027, 1, 1)), case, POLICE).code == "BAD_DATE"
    assert refused(WITHHOLD, case, DESK).code == "WRONG_HAT", "never by whoever answers"
    assert refused(WITHHOLD, case, PROBATION).code == "WRONG_HAT", "no controller"


def test_a_refused_request_can_be_kept_back_too() -> None:
    """That somebody asked may itself tell too much."""
    asked = REFUSED.model_copy(
        update={"recipient_org": "POLICE", "disclosure_id": OTHER, "subjects": SHOWN.subjects[:1]}
    )
    about_nobody = asked.model_copy(update={"subjects": ()})
    entry = kept(entries=(Entry(disclosure=OTHER),), subject=SUBJECT)
    assert decided(entry, given(*WORK, asked), POLICE)
    assert refused(entry, given(*WORK, about_nobody), POLICE).code == "UNKNOWN_ITEM"


def test_a_withholding_is_reviewed_and_lifted_by_whoever_decided_it() -> None:
    """Each review is a fact with its reason; lifted, it is over."""
    case = given(*WORK, WITHHELD)
    (again,) = decided(ReviewWithholding(FACT, "Het onderzoek loopt nog.", NEXT_MONTH), case, POLICE)
    assert given(*WORK, WITHHELD, again).withholdings[FACT].review_by == NEXT_MONTH.isoformat()
    (lifted,) = decided(LiftWithholding(FACT), case, POLICE)
    over = given(*WORK, WITHHELD, lifted)
    assert over.withheld == frozenset()
    assert refused(LiftWithholding(FACT), over, POLICE).code == "ALREADY_ANSWERED"
    assert refused(ReviewWithholding(FACT, "a", NEXT_MONTH), over, POLICE).code == "ALREADY_ANSWERED"
    assert refused(LiftWithholding(FACT), case, MAYOR).code == "NOT_YOUR_PART"
    assert refused(LiftWithholding(OTHER), case, POLICE).code == "UNKNOWN_ITEM"
    assert refused(ReviewWithholding(FACT, " ", NEXT_MONTH), case, POLICE).code == "NO_REASONING"


def test_what_is_withheld_when_the_case_is_destroyed_can_still_be_lifted() -> None:
    """Given destruction, it stays work of its controller, who lifts it; for a new review there is no key any more."""
    case = given(*WORK, WITHHELD, CLOSED, DESTROYED)
    assert "review-withholding" in {one.kind for one in waiting(case)}
    assert refused(LiftWithholding(FACT), case, MAYOR).code == "NOT_YOUR_PART"
    (lifted,) = decided(LiftWithholding(FACT), case, POLICE)
    assert not list(waiting(given(*WORK, WITHHELD, CLOSED, DESTROYED, lifted)))
    assert refused(ReviewWithholding(FACT, "Nog steeds.", NEXT_MONTH), case, POLICE).code == "WRONG_STAGE"


def test_while_informing_waits_all_is_kept_back_and_told_nothing_is() -> None:
    """Also what comes in meanwhile; a controller's own withholding stays after it."""
    deferred = BROUGHT.model_copy(update={"inform_status": InformStatus(status="DEFERRED", review_by="2026-04-01")})
    told = next(one for one in EXAMPLES if isinstance(one, SubjectInformed))
    added = next(one for one in EXAMPLES if isinstance(one, StatementAdded))
    assert given(deferred).withheld == {ITEM, STATEMENT}, "the victim's own data are not kept from the victim"
    later = added.model_copy(update={"item": IDENTITY.model_copy(update={"item_id": UUID(int=5)})})
    assert given(deferred, later).withheld == {ITEM, STATEMENT, UUID(int=5)}
    assert given(deferred, WITHHELD, told).withheld == {ITEM}
    assert given(BROUGHT).withheld == frozenset()
