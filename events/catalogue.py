"""Which class holds which type of fact. A type that was ever written stays in this list for ever."""

from events.assessment import CriteriaAssessed, TriageOpened
from events.case import (
    AuthorisationRenewed,
    CaseAccepted,
    CaseDirectorNamed,
    CaseRejected,
    CaseStarted,
    CommandRefused,
    RegimeChanged,
)
from events.closing import CaseClosed, CaseReopened, CriteriaReassessed
from events.confidentiality import ConfidentialityAccepted
from events.consultation import ConsultationHeld, ConsultationPlanned, InvitationAnswered
from events.correction import DataAccessed, DisclosureCorrected, RecipientNotified
from events.decision import AccessDecided
from events.disclosure import DataDisclosed, DisclosureRefused
from events.elsewhere import ElsewhereChecked
from events.enquiry import (
    EnrichmentProvided,
    EnrichmentRequested,
    ItemsProvided,
    KnownCheckAnswered,
    KnownCheckRequested,
    ProviderDeclined,
)
from events.erasure import ErasureRepeated, SubjectErased
from events.escalation import (
    AdministrativeEscalationRequested,
    CaseDeescalated,
    CaseEscalated,
    DeescalationDeclined,
    DeescalationProposed,
    EscalationDeclined,
    EscalationProposed,
)
from events.export import BundleExported
from events.fact import Fact
from events.governance import GovernanceDecided, GovernanceProposed
from events.granting import DisclosureDecided, DisclosureRequested, GrantEnded
from events.informing import InformingDeferred, SubjectInformed
from events.ledger import LedgerConsulted
from events.oversight import (
    AdviceFollowedUp,
    AdviceGiven,
    AuditFollowedUp,
    AuditRecorded,
    BreachHandled,
    BreachRecorded,
    ImpactAssessed,
    ReportPublished,
)
from events.plan import (
    ActionReported,
    AftercareStarted,
    MonitoringStarted,
    PlanAgreed,
    PlanConfirmed,
    PlanEvaluated,
    PlanProposed,
    PlanRevised,
)
from events.policy_set import PolicySetActivated
from events.referral import ReferralReturned, ReferralSubmitted, ReferralSupplemented, ReferralWithdrawn
from events.result import PrivacyAdviceGiven, ResultMade, ResultReleased
from events.retention import CaseDestroyed, HoldLifted, HoldPlaced, RetentionExtended
from events.rights import (
    AccessReportMade,
    IdentityChecked,
    LegalRemedyEnded,
    LegalRemedyFiled,
    ObjectionWeighed,
    PartDecided,
    RequestAnswered,
    RequestCarriedThrough,
    RequestExtended,
    RequestFannedOut,
    RequestRefused,
    RequestSpecified,
    RequestWithdrawn,
    RightsRequestReceived,
)
from events.rights_effects import (
    EntriesWithheld,
    ItemRectified,
    ProcessingRestricted,
    RestrictionLifted,
    RightsHandlingEnded,
    RightsHandlingOpened,
    StatementAdded,
    WithholdingLifted,
    WithholdingReviewed,
)
from events.signal import SignalRegistered
from events.submission import OriginalDestroyed, SubmissionRefused
from events.supervision import SupervisionEnded, SupervisionOpened
from events.terms import TermMissed, TermReminded

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
    SignalRegistered,
    KnownCheckRequested,
    KnownCheckAnswered,
    EnrichmentRequested,
    EnrichmentProvided,
    ProviderDeclined,
    ItemsProvided,
    ConsultationPlanned,
    InvitationAnswered,
    ConsultationHeld,
    PlanProposed,
    PlanConfirmed,
    PlanAgreed,
    MonitoringStarted,
    PlanRevised,
    ActionReported,
    PlanEvaluated,
    AftercareStarted,
    AdministrativeEscalationRequested,
    DeescalationProposed,
    CaseDeescalated,
    DeescalationDeclined,
    CriteriaReassessed,
    CaseReopened,
    CaseClosed,
    RetentionExtended,
    HoldPlaced,
    HoldLifted,
    CaseDestroyed,
    SubjectInformed,
    InformingDeferred,
    ConfidentialityAccepted,
    TermReminded,
    TermMissed,
    ElsewhereChecked,
    GovernanceProposed,
    GovernanceDecided,
    PolicySetActivated,
    AccessDecided,
    DisclosureRequested,
    DisclosureDecided,
    GrantEnded,
    DataAccessed,
    DisclosureCorrected,
    RecipientNotified,
    ResultMade,
    PrivacyAdviceGiven,
    ResultReleased,
    SupervisionOpened,
    SupervisionEnded,
    LedgerConsulted,
    OriginalDestroyed,
    SubjectErased,
    ErasureRepeated,
    BundleExported,
    RightsRequestReceived,
    IdentityChecked,
    RequestFannedOut,
    RequestSpecified,
    RequestExtended,
    PartDecided,
    ObjectionWeighed,
    AccessReportMade,
    RequestAnswered,
    RequestRefused,
    RequestWithdrawn,
    LegalRemedyFiled,
    LegalRemedyEnded,
    RequestCarriedThrough,
    RightsHandlingOpened,
    RightsHandlingEnded,
    ItemRectified,
    StatementAdded,
    ProcessingRestricted,
    RestrictionLifted,
    EntriesWithheld,
    WithholdingReviewed,
    WithholdingLifted,
    BreachRecorded,
    BreachHandled,
    AuditRecorded,
    AuditFollowedUp,
    AdviceGiven,
    AdviceFollowedUp,
    ImpactAssessed,
    ReportPublished,
    AuthorisationRenewed,
    CaseDirectorNamed,
)

BY_TYPE: dict[str, type[Fact]] = {fact.type_name: fact for fact in FACTS}
