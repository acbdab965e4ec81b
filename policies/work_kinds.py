"""What can be waited for in a case, by whom, and what the clock does about it: the kinds of the work lists."""

from dataclasses import dataclass

from policies.room_tables import Role


@dataclass(frozen=True)
class WorkKind:
    """One kind of work."""

    kind: str
    role: Role
    """Who does it: a role of the house's own people; of organisations ASKED, REFERRER, CASE_PARTICIPANT, CONTROLLER."""
    name_nl: str
    reminder: str | None = None
    """Term (before the due moment counted from the start, or before the end) after which a reminder is due."""
    misses: bool = False
    """Whether a term that goes by becomes a fact."""


KINDS: dict[str, WorkKind] = {
    one.kind: one
    for one in (
        WorkKind("refer-signal", "REFERRER", "signaal aanmelden of loslaten", misses=True),
        WorkKind("complete-referral", "REFERRER", "aanmelding aanvullen", misses=True),
        WorkKind("open-triage", "PROCESS_SUPPORT", "weging openen of aanmelding teruggeven"),
        WorkKind("known-check", "ASKED", "bekendheid melden", "known-check-reminder", misses=True),
        WorkKind("enrichment", "ASKED", "vraag beantwoorden", "enrichment-reminder", misses=True),
        WorkKind("assess", "PROCESS_DIRECTOR", "criteria wegen en besluiten"),
        WorkKind("start-case", "PROCESS_DIRECTOR", "zaak starten"),
        WorkKind("name-case-director", "PROCESS_DIRECTOR", "casusregisseur aanwijzen"),
        WorkKind(
            "renew-authorisation", "PROCESS_DIRECTOR", "toegang vernieuwen of zaak sluiten", "authorisation-reminder"
        ),
        WorkKind("invitation", "CASE_PARTICIPANT", "uitnodiging beantwoorden", misses=True),
        WorkKind("hold-consultation", "PROCESS_DIRECTOR", "overleg houden en vastleggen"),
        WorkKind("confirm-plan", "CASE_PARTICIPANT", "akkoord op het plan geven", misses=True),
        WorkKind("action", "CASE_PARTICIPANT", "actie uitvoeren en melden", "action-reminder", misses=True),
        WorkKind(
            "disclosure-answer",
            "CASE_PARTICIPANT",
            "verzoek om gegevens beantwoorden",
            "disclosure-answer-reminder",
            misses=True,
        ),
        WorkKind("advise-result", "PRIVACY_OFFICER", "advies geven over een resultaat"),
        WorkKind("review", "PROCESS_DIRECTOR", "criteria opnieuw wegen", "review-reminder", misses=True),
        WorkKind("close-case", "PROCESS_DIRECTOR", "zaak sluiten of overdragen", misses=True),
        WorkKind("answer-escalation", "PROCESS_DIRECTOR", "opschaling beantwoorden", misses=True),
        WorkKind("answer-deescalation", "LOCAL_COORDINATOR", "afschaling beantwoorden", misses=True),
        WorkKind("inform-subject", "REFERRER", "betrokkene informeren", "inform-reminder", misses=True),
        WorkKind("review-deferral", "PROCESS_DIRECTOR", "uitstel van informeren opnieuw bezien", misses=True),
        WorkKind("end-aftercare", "PROCESS_DIRECTOR", "nazorg beëindigen", misses=True),
        WorkKind("receipt", "CASE_PARTICIPANT", "ontvangst van gegevens bevestigen", misses=True),
        WorkKind("missing-receipt", "PRIVACY_OFFICER", "navragen waarom een ontvangst niet is bevestigd"),
        WorkKind("destroy", "SYSTEM", "vernietigen"),
        WorkKind("check-identity", "CONTACT_POINT", "vaststellen wie het verzoek doet"),
        WorkKind("answer-request", "CONTACT_POINT", "verzoek beantwoorden", "rights-answer-reminder", misses=True),
        WorkKind(
            "decide-part", "CONTROLLER", "eigen deel van het verzoek beslissen", "rights-part-reminder", misses=True
        ),
        WorkKind("carry-out-right", "CONTROLLER", "toegewezen recht uitvoeren, of dat laten doen"),
        WorkKind("destroy-request", "SYSTEM", "verzoek vernietigen"),
        WorkKind("carry-through", "SYSTEM", "verzoek in de zaken doorvoeren"),
        WorkKind("review-withholding", "CONTROLLER", "achterhouden opnieuw bezien", misses=True),
    )
}
