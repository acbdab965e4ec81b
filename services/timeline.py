"""What happened in a case, as sentences for people: the same facts as the history, in plain Dutch (domain 7).

Each role reads its own part: who works on the case reads all of it but who declined to answer, and whoever only
referred it, weighed it or was asked something reads the milestones and what its own organisation did.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

from events.case import CaseAccepted, CaseRejected, CommandRefused
from events.closing import CaseClosed
from events.enquiry import EnrichmentProvided, ProviderDeclined
from events.fact import Fact, Recorded, rfc3339
from events.referral import ReferralReturned, ReferralSubmitted, ReferralWithdrawn
from events.retention import CaseDestroyed
from events.vocabulary import Oin
from policies.reference import Reference

Insight = Literal["WHOLE", "SHARED", "OUTLINE"]
"""How much of a case somebody may know of: all but content; that, but not who declined to answer; or the milestones and
what its own organisation did."""
MILESTONES: tuple[type[Fact], ...] = (
    ReferralSubmitted,
    ReferralReturned,
    ReferralWithdrawn,
    CaseAccepted,
    CaseRejected,
    CaseClosed,
    CaseDestroyed,
)
SAYS: Mapping[str, str] = {
    "access-decided": "Er is beslist wie wat mag zien.",
    "action-reported": "Een organisatie heeft gemeld hoe haar actie ervoor staat.",
    "administrative-escalation-requested": "Aan een bestuurder is een besluit gevraagd.",
    "aftercare-started": "De nazorg is begonnen.",
    "authorisation-renewed": "De toegang is vernieuwd: wie op de zaak werkt, en tot wanneer.",
    "case-accepted": "De zaak is aangenomen.",
    "case-closed": "De zaak is gesloten.",
    "case-deescalated": "De lokale kamer heeft de zaak teruggenomen.",
    "case-destroyed": "De gegevens van de zaak zijn vernietigd.",
    "case-director-named": "De zaak heeft een casusregisseur gekregen.",
    "case-escalated": "Het huis heeft de zaak overgenomen.",
    "case-rejected": "De zaak is niet aangenomen.",
    "case-reopened": "De zaak wordt opnieuw gewogen.",
    "case-started": "De zaak is gestart: er is een casusregisseur en er zijn deelnemers.",
    "command-refused": "Een stap is geweigerd.",
    "confidentiality-accepted": "Iemand heeft de geheimhouding aanvaard.",
    "consultation-held": "Het overleg is gehouden.",
    "consultation-planned": "Er is een overleg gepland.",
    "criteria-assessed": "Het panel heeft de vier criteria gewogen.",
    "criteria-reassessed": "De vier criteria zijn opnieuw gewogen.",
    "data-disclosed": "Gegevens zijn getoond.",
    "deescalation-declined": "De lokale kamer neemt de zaak niet terug.",
    "deescalation-proposed": "Het huis heeft de zaak aan de lokale kamer aangeboden.",
    "disclosure-refused": "Een vraag om gegevens is geweigerd.",
    "elsewhere-checked": "Er is gekeken of deze persoon ook in een andere kamer bekend is.",
    "enrichment-provided": "Een organisatie heeft haar vraag beantwoord.",
    "enrichment-requested": "Aan een organisatie is één vraag gesteld.",
    "escalation-declined": "Het huis neemt de zaak niet over.",
    "escalation-proposed": "De lokale kamer heeft het huis gevraagd de zaak over te nemen.",
    "hold-lifted": "De gegevens hoeven niet meer bewaard te blijven voor een verzoek, klacht of rechtszaak.",
    "hold-placed": "De gegevens blijven bewaard zolang een verzoek, klacht of rechtszaak loopt.",
    "informing-deferred": "Betrokkene wordt later geïnformeerd.",
    "invitation-answered": "Een organisatie heeft gezegd of zij naar het overleg komt.",
    "items-provided": "Een deelnemer heeft gegevens ingebracht.",
    "known-check-answered": "Een organisatie heeft gezegd of deze persoon bekend is.",
    "known-check-requested": "Aan organisaties is gevraagd of deze persoon bekend is.",
    "monitoring-started": "Het plan wordt uitgevoerd en gevolgd.",
    "plan-agreed": "Het plan is vastgesteld.",
    "plan-confirmed": "Een eigenaar van acties is akkoord met het plan.",
    "plan-evaluated": "De doelen van het plan zijn gewogen.",
    "plan-proposed": "Er is een plan voorgesteld.",
    "plan-revised": "Het plan is herzien.",
    "provider-declined": "Een organisatie beantwoordt haar vraag niet.",
    "referral-returned": "De aanmelding is teruggestuurd om aan te vullen.",
    "referral-submitted": "De zaak is aangemeld.",
    "referral-supplemented": "De aanmelding is aangevuld.",
    "referral-withdrawn": "De aanmelding is ingetrokken.",
    "regime-changed": "De zaak valt nu onder een andere wet.",
    "retention-extended": "De gegevens worden langer bewaard.",
    "signal-registered": "Een organisatie heeft voor zichzelf een signaal vastgelegd.",
    "subject-informed": "Betrokkene is geïnformeerd.",
    "term-missed": "Een termijn is verstreken.",
    "term-reminded": "Er is een herinnering gestuurd.",
    "triage-opened": "De weging is begonnen.",
}
"""Telling part of a fact's type -> its sentence. A type without one gets a plain sentence of its own name."""


def told_to(history: Iterable[Recorded], insight: Insight, oin: Oin) -> list[Recorded]:
    """Return the facts that somebody of the organisation *oin* may know of, in order."""
    if insight == "WHOLE":
        return list(history)
    others = _tells_nothing_of_declining if insight == "SHARED" else _is_milestone
    return [one for one in history if one.envelope.on_behalf_of == oin or others(one.fact)]


def _is_milestone(fact: Fact) -> bool:
    return isinstance(fact, MILESTONES)


def _tells_nothing_of_declining(fact: Fact) -> bool:
    """Say whether a fact may be known by who works on the case (domain 5.7).

    That an organisation declined looks different from "nothing to report" to process direction only, so that neither
    of the two is told to others.
    """
    return not isinstance(fact, ProviderDeclined) and not (isinstance(fact, EnrichmentProvided) and not fact.items)


def timeline(history: Iterable[Recorded], reference: Reference) -> list[dict[str, object]]:
    """Return the sentences of a case's facts, in order, each with its number and moments."""
    return [
        {
            "sequence": one.envelope.sequence,
            "occurred_at": rfc3339(one.fact.occurred_at),
            "recorded_at": rfc3339(one.envelope.recorded_at),
            "says": says(one.fact, reference),
        }
        for one in history
    ]


def says(fact: Fact, reference: Reference) -> str:
    """Return the sentence of one fact; the same for every case, so that nothing of the person is in it."""
    if isinstance(fact, CommandRefused):
        return f"{SAYS['command-refused']} {reference.refusal(fact.code).says}"
    name = fact.type_name.split(".")[3]
    return SAYS.get(name, f"Vastgelegd: {name}.")
