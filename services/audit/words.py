"""What the codes in facts are called on a page for people: plain Dutch, one short sentence for each type of fact."""

from datetime import datetime
from zoneinfo import ZoneInfo

from events.fact import Fact
from events.vocabulary import Decision, Room, Stage, SubjectRole

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
SAYS: dict[str, str] = {
    "SignalRegistered": "Een organisatie legde een zorg vast, nog zonder iets te delen.",
    "SubmissionRefused": "Een bericht van een organisatie is niet aangenomen.",
    "OriginalDestroyed": "Het geweigerde bericht is na zijn termijn vernietigd. Dat het geweigerd is, blijft bewaard.",
    "ReferralSubmitted": "De zaak is aangemeld.",
    "ReferralSupplemented": "De aanmelder vulde de aanmelding aan.",
    "ReferralReturned": "De aanmelding ging terug, omdat er iets ontbrak.",
    "ReferralWithdrawn": "De aanmelder trok de aanmelding in.",
    "KnownCheckRequested": "Aan organisaties is gevraagd of zij de persoon kennen: alleen ja of nee.",
    "KnownCheckAnswered": "Een organisatie zei of zij de persoon kent.",
    "EnrichmentRequested": "Aan een organisatie is een vraag gesteld.",
    "EnrichmentProvided": "Een organisatie beantwoordde een vraag.",
    "ProviderDeclined": "Een organisatie beantwoordde een vraag niet.",
    "ItemsProvided": "Een organisatie bracht gegevens in.",
    "TriageOpened": "De zaak wordt gewogen.",
    "CriteriaAssessed": "De vier criteria zijn beoordeeld.",
    "CriteriaReassessed": "De vier criteria zijn opnieuw beoordeeld.",
    "CaseAccepted": "De zaak is aangenomen.",
    "CaseRejected": "De zaak is niet aangenomen.",
    "RegimeChanged": "Vanaf hier gelden andere regels voor de gegevens.",
    "CaseStarted": "De zaak is gestart, met een casusregisseur en deelnemers.",
    "CommandRefused": "Een opdracht is geweigerd.",
    "ConsultationPlanned": "Er is een overleg gepland.",
    "InvitationAnswered": "Een genodigde antwoordde op de uitnodiging.",
    "ConsultationHeld": "Het overleg is gehouden.",
    "PlanProposed": "Er is een plan voorgesteld.",
    "PlanConfirmed": "Een organisatie stemde in met het plan.",
    "PlanAgreed": "Het plan is vastgesteld.",
    "PlanRevised": "Het plan is herzien.",
    "MonitoringStarted": "De uitvoering van het plan wordt gevolgd.",
    "ActionReported": "Een organisatie vertelde hoe het met haar actie staat.",
    "PlanEvaluated": "Het plan is geëvalueerd.",
    "AftercareStarted": "De nazorg is begonnen.",
    "EscalationProposed": "Er is voorgesteld de zaak naar het Zorg- en Veiligheidshuis te brengen.",
    "CaseEscalated": "De zaak is naar het Zorg- en Veiligheidshuis gegaan.",
    "EscalationDeclined": "De zaak gaat niet naar het Zorg- en Veiligheidshuis.",
    "AdministrativeEscalationRequested": "Er is bestuurlijke hulp gevraagd.",
    "DeescalationProposed": "Er is voorgesteld de zaak terug te brengen naar de lokale kamer.",
    "CaseDeescalated": "De zaak is terug in de lokale kamer.",
    "DeescalationDeclined": "De zaak gaat niet terug naar de lokale kamer.",
    "CaseReopened": "De zaak is opnieuw geopend.",
    "CaseClosed": "De zaak is gesloten.",
    "RetentionExtended": "De gegevens blijven langer bewaard.",
    "HoldPlaced": "Het vernietigen wacht, om een lopend verzoek of een lopende procedure.",
    "HoldLifted": "Het vernietigen wacht niet langer.",
    "CaseDestroyed": "De inhoud van de zaak is vernietigd. Wat ermee is gedaan, blijft te controleren.",
    "SubjectInformed": "De betrokkene is geïnformeerd.",
    "ConfidentialityAccepted": "Iemand heeft de geheimhouding aanvaard.",
    "InformingDeferred": "Het informeren van de betrokkene is uitgesteld.",
    "TermReminded": "Er is herinnerd aan een termijn.",
    "TermMissed": "Een termijn is verstreken.",
    "ElsewhereChecked": "Er is gekeken of een andere kamer aan dezelfde persoon werkt.",
    "GovernanceProposed": "Er is een verandering van de regels voorgesteld.",
    "GovernanceDecided": "De verantwoordelijken besloten de regels te veranderen.",
    "PolicySetActivated": "Een set regels ging gelden.",
    "AccessDecided": "De regels zijn toegepast op een vraag om gegevens.",
    "DataDisclosed": "Gegevens zijn getoond.",
    "DisclosureRefused": "Een vraag om gegevens is geweigerd.",
    "DisclosureRequested": "Een organisatie vroeg een bron om gegevens.",
    "DisclosureDecided": "De bron besliste over die vraag.",
    "GrantEnded": "De bron trok haar toestemming in.",
    "DataAccessed": "De ontvanger legde zelf vast dat hij de gegevens kreeg.",
    "DisclosureCorrected": "Een fout in een eerdere vastlegging is verbeterd.",
    "RecipientNotified": "Een eerdere ontvanger kreeg bericht over gegevens die hij had gekregen.",
    "ResultMade": "Er is een resultaat opgesteld.",
    "PrivacyAdviceGiven": "De privacy officer gaf advies over een resultaat.",
    "ResultReleased": "Een resultaat is vrijgegeven.",
    "SupervisionOpened": "Een toezichthouder kreeg toegang om te controleren.",
    "SupervisionEnded": "De toegang van de toezichthouder is geëindigd.",
    "LedgerConsulted": "Iemand raadpleegde het overzicht van wie wat zag.",
    "RightsRequestReceived": "Bij het contactpunt kwam een verzoek van de persoon binnen.",
    "IdentityChecked": "Er is gekeken wie het verzoek doet, en of dat mag.",
    "RequestFannedOut": "Elke verantwoordelijke kreeg haar deel van het verzoek.",
    "RequestSpecified": "Het werd duidelijk over welke gegevens het verzoek gaat.",
    "RequestExtended": "De persoon kreeg bericht dat het antwoord langer duurt.",
    "PartDecided": "Een verantwoordelijke besliste over haar deel van het verzoek.",
    "ObjectionWeighed": "Een verantwoordelijke woog het bezwaar van de persoon.",
    "AccessReportMade": "Het overzicht voor de persoon is gemaakt.",
    "RequestAnswered": "De persoon kreeg antwoord op het verzoek.",
    "RequestRefused": "Het verzoek van de persoon is geweigerd.",
    "RequestWithdrawn": "De persoon trok het verzoek in.",
    "LegalRemedyFiled": "De persoon ging tegen het antwoord in beroep of diende een klacht in.",
    "LegalRemedyEnded": "Het beroep of de klacht is afgelopen.",
    "RequestCarriedThrough": "Alles wat het verzoek van de zaken vroeg, is daar vastgelegd.",
    "RightsHandlingOpened": "Een verzoek van de persoon in deze zaak wordt behandeld.",
    "RightsHandlingEnded": "De behandeling van het verzoek in deze zaak is klaar.",
    "ItemRectified": "De bron verbeterde een gegeven. De oude versie blijft bewaard zoals zij was.",
    "StatementAdded": "De persoon voegde een eigen verklaring toe.",
    "ProcessingRestricted": "Gegevens zijn afgeschermd.",
    "RestrictionLifted": "De afscherming is opgeheven.",
    "EntriesWithheld": "Regels blijven voorlopig buiten het overzicht voor de persoon.",
    "WithholdingReviewed": "Er is opnieuw bekeken of die regels erbuiten blijven: dat blijft zo.",
    "WithholdingLifted": "De persoon mag die regels nu wel zien.",
    "BreachRecorded": "Er is een datalek vastgelegd.",
    "BreachHandled": "Er is beslist wie bericht krijgt van het datalek.",
    "AuditRecorded": "Er was een audit; de bevindingen zijn vastgelegd.",
    "AuditFollowedUp": "Op een bevinding van een audit is iets gedaan.",
    "AdviceGiven": "De rechtmatigheidsadviescommissie gaf advies.",
    "AdviceFollowedUp": "Op het advies van de commissie is iets gedaan.",
    "ImpactAssessed": "De gevolgen voor de privacy zijn beoordeeld.",
    "ReportPublished": "Er is een verantwoordingsrapport uitgebracht.",
    "SubjectErased": "De gegevens van één persoon zijn gewist. Wat ermee is gedaan, blijft te controleren.",
    "ErasureRepeated": "Na een teruggezette back-up zijn gegevens opnieuw gewist.",
    "BundleExported": "Er is een bundel als deze uitgegeven.",
}
"""Class of the fact -> sentence."""
STAGES: dict[Stage, str] = {
    Stage.SIGNALLED: "gesignaleerd",
    Stage.REFERRED: "aangemeld",
    Stage.RETURNED: "terug bij de aanmelder",
    Stage.IN_TRIAGE: "in weging",
    Stage.NOT_ACCEPTED: "niet aangenomen",
    Stage.STARTING: "aangenomen, nog te starten",
    Stage.IN_CONSULTATION: "in overleg",
    Stage.PLAN_AGREED: "plan vastgesteld",
    Stage.MONITORING: "plan in uitvoering",
    Stage.AFTERCARE: "nazorg",
    Stage.CLOSED: "gesloten",
    Stage.DESTROYED: "vernietigd",
}
ROOMS: dict[Room, str] = {Room.LOCAL_CHAMBER: "lokale kamer", Room.HOUSE: "Zorg- en Veiligheidshuis"}
ROLES: dict[SubjectRole, str] = {
    SubjectRole.SUBJECT: "betrokkene",
    SubjectRole.FAMILY: "gezinslid",
    SubjectRole.VICTIM: "slachtoffer",
    SubjectRole.REPORTER: "melder",
}
DECISIONS: dict[Decision, str] = {
    Decision.GRANTED: "alles getoond",
    Decision.PARTLY: "een deel getoond",
    Decision.REFUSED: "geweigerd",
}


def says(fact: Fact) -> str:
    """Return what happened, in one sentence."""
    name = type(fact).__name__
    return SAYS.get(name, f"Er is iets vastgelegd van de soort {fact.type_name}.")


def moment(at: datetime) -> str:
    """Return a moment as people in the Netherlands write it, for example ``2 maart 2026, 13.00 uur``."""
    here = at.astimezone(AMSTERDAM)
    return f"{day(at)}, {here.hour}.{here.minute:02d} uur"


def day(at: datetime) -> str:
    """Return a day as people in the Netherlands write it."""
    here = at.astimezone(AMSTERDAM)
    return f"{here.day} {MONTHS[here.month - 1]} {here.year}"


def number(count: int) -> str:
    """Return a number with a point between thousands."""
    return f"{count:,}".replace(",", ".")
