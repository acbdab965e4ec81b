"""Every command of the case by its name: what HTTP, partners and the command line may ask for."""

from services.rights.handling_in_case import EndHandling, OpenHandling
from services.rights.rectifying import AddStatement, RectifyItem
from services.rights.restricting import LiftRestriction, RestrictProcessing
from services.rights.withholding import LiftWithholding, ReviewWithholding, WithholdEntries
from services.workflow.clock import MarkTermMissed, RemindTerm
from services.workflow.closing import CloseCase, ReassessCriteria, Reopen
from services.workflow.confidentiality import AcceptConfidentiality
from services.workflow.consultation import AnswerInvitation, PlanConsultation, RecordConsultation
from services.workflow.correcting import CorrectDisclosure
from services.workflow.deciding import DecideDisclosure
from services.workflow.deescalation import DeclineDeescalation, Deescalate, ProposeDeescalation
from services.workflow.elsewhere import CheckElsewhere
from services.workflow.enquiry import (
    AnswerKnownCheck,
    DeclineEnrichment,
    ProvideEnrichment,
    RequestEnrichment,
    RequestKnownCheck,
)
from services.workflow.escalation import (
    AcceptEscalation,
    DeclineEscalation,
    ProposeEscalation,
    RequestAdministrativeEscalation,
)
from services.workflow.granting import EndGrant, RequestDisclosure
from services.workflow.informing import DeferInforming, RecordInformed
from services.workflow.offered import ProvideItems
from services.workflow.plan import (
    AgreePlan,
    ConfirmPlan,
    EvaluatePlan,
    MoveToAftercare,
    ProposePlan,
    ReportAction,
    RevisePlan,
    StartMonitoring,
)
from services.workflow.results import GivePrivacyAdvice, MakeResult, ReleaseResult
from services.workflow.retention import DestroyCase, ExtendRetention, LiftHold, PlaceHold
from services.workflow.scene import Command
from services.workflow.start import StartCase
from services.workflow.supervising import EndSupervision, OpenSupervision
from services.workflow.team import NameCaseDirector, RenewAuthorisation
from services.workflow.triage import AcceptCase, OpenTriage, RecordAssessment, RejectCase, ReturnReferral

COMMANDS: dict[str, type[Command]] = {
    one.__name__: one
    for one in (
        ReturnReferral,
        CheckElsewhere,
        OpenTriage,
        RequestKnownCheck,
        AnswerKnownCheck,
        RequestEnrichment,
        ProvideEnrichment,
        DeclineEnrichment,
        RecordAssessment,
        AcceptCase,
        RejectCase,
        StartCase,
        RenewAuthorisation,
        NameCaseDirector,
        ProvideItems,
        PlanConsultation,
        AnswerInvitation,
        RecordConsultation,
        ProposePlan,
        ConfirmPlan,
        AgreePlan,
        StartMonitoring,
        RevisePlan,
        ReportAction,
        EvaluatePlan,
        ProposeEscalation,
        AcceptEscalation,
        DeclineEscalation,
        RequestAdministrativeEscalation,
        ProposeDeescalation,
        Deescalate,
        DeclineDeescalation,
        MoveToAftercare,
        Reopen,
        CloseCase,
        ReassessCriteria,
        ExtendRetention,
        PlaceHold,
        LiftHold,
        DestroyCase,
        RecordInformed,
        DeferInforming,
        AcceptConfidentiality,
        OpenHandling,
        EndHandling,
        RectifyItem,
        AddStatement,
        RestrictProcessing,
        LiftRestriction,
        WithholdEntries,
        ReviewWithholding,
        LiftWithholding,
        RequestDisclosure,
        DecideDisclosure,
        EndGrant,
        CorrectDisclosure,
        MakeResult,
        GivePrivacyAdvice,
        ReleaseResult,
        OpenSupervision,
        EndSupervision,
        RemindTerm,
        MarkTermMissed,
    )
}
"""The run-up (signal, referral, supplement, withdrawal) comes in by the intake alone: it brings new persons."""
