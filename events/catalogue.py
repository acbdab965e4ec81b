"""Which class holds which type of fact. A type that was ever written stays in this list for ever."""

from events.assessment import CriteriaAssessed, TriageOpened
from events.case import CaseAccepted, CaseRejected, CaseStarted, CommandRefused, RegimeChanged
from events.disclosure import DataDisclosed, DisclosureRefused
from events.escalation import CaseEscalated, EscalationDeclined, EscalationProposed
from events.fact import Fact
from events.referral import ReferralReturned, ReferralSubmitted, ReferralSupplemented, ReferralWithdrawn
from events.submission import SubmissionRefused

FACTS: tuple[type[Fact], ...] = (
    SubmissionRefused,
    ReferralSubmitted,
    ReferralSupplemented,
    ReferralReturned,
    ReferralWithdrawn,
    TriageOpened,
    CriteriaAssessed,
    CaseAccepted,
    RegimeChanged,
    CaseRejected,
    CaseStarted,
    CommandRefused,
    EscalationProposed,
    CaseEscalated,
    EscalationDeclined,
    DataDisclosed,
    DisclosureRefused,
)

BY_TYPE: dict[str, type[Fact]] = {fact.type_name: fact for fact in FACTS}
