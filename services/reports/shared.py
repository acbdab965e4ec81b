"""Figures that more than one report shows. What is withheld of one does not depend on the report that shows it."""

from services.reports.model import By, Column, Count, Spread

CHANNEL = Column("channel", "kanaal", "channels")
ORGANISATION = Column("organisation", "organisatie", "participants")
ROOM = Column("room", "soort kamer", "=room")
PLACE = Column("place", "kamer", "places")
QUARTER = Column("quarter", "kwartaal", "=quarter")
YEAR = Column("year", "jaar", "#years")
CRITERION = Column("criterion", "criterium", "=criterion")
DOMAIN = Column("domain", "domein", "=domain")
LIFE_DOMAIN = Column("life_domain", "leefgebied", "choices/life-domain")
STAGE = Column("stage", "fase", "=stage")
CATEGORY = Column("category", "soort gegevens", "categories")
RECIPIENT = Column("recipient", "ontvanger", "participants")
KIND = Column("kind", "soort verstrekking", "kinds")
PURPOSE = Column("purpose", "doel", "purposes")
CODE = Column("code", "reden", "=code")
DOOR = Column("door", "wat werd geweigerd", "=door")
RIGHT = Column("right", "recht", "=right")
OUTCOME = Column("outcome", "uitkomst", "=outcome")
WHEN = Column("when", "op tijd", "=when")

BY_ROOM = By("room", "per soort kamer", (ROOM,), flows=True)
BY_PLACE = By("place", "per lokale kamer", (PLACE,), under="LOCAL_CHAMBER", leaving=("HOUSE",), flows=True)
BY_CHANNEL = By("channel", "per kanaal", (CHANNEL,))
BY_QUARTER = By("quarter", "per kwartaal", (QUARTER,))

REFERRALS = Count(
    "referrals",
    "Aanmeldingen",
    "Zaken die een deelnemer in de periode bij een kamer heeft aangemeld. Elke zaak telt één keer.",
    "referrals",
    (BY_CHANNEL, By("referrer", "per aanmelder", (ORGANISATION,)), BY_QUARTER),
)
WITHDRAWN = Count(
    "withdrawn",
    "Ingetrokken",
    "Aanmeldingen die de aanmelder in de periode zelf heeft teruggenomen.",
    "withdrawn",
    intake="withdrawn",
)
ACCEPTED = Count(
    "accepted",
    "Aangenomen",
    "Zaken die het panel in de periode voor het eerst heeft aangenomen. Een zaak die na nazorg opnieuw wordt "
    "aangenomen, telt hier niet nog een keer. Bij het domein telt een zaak mee voor elk domein dat nodig is.",
    "accepted",
    (BY_ROOM, BY_PLACE, BY_CHANNEL, BY_QUARTER, By("domain", "per nodig domein", (DOMAIN,), adds_up=False)),
    intake="accepted",
)
REJECTED = Count(
    "rejected",
    "Niet aangenomen",
    "Zaken die het panel in de periode niet heeft aangenomen. Een zaak telt mee voor elk criterium waaraan zij niet "
    "voldoet.",
    "rejected",
    (By("criterion", "per criterium dat niet geldt", (CRITERION,), adds_up=False), BY_QUARTER),
    intake="rejected",
)
_STOCK = (BY_ROOM, BY_PLACE, By("stage", "per fase", (Column("stage", "fase", "=live"),), drawn=False))
LIVE_START = Count(
    "live_start",
    "Lopende zaken aan het begin",
    "Zaken die op de eerste dag van de periode in een kamer liepen: aangenomen en niet gesloten.",
    "live_start",
    _STOCK,
    flow="left_before",
    begins=True,
)
LIVE_END = Count(
    "live_end",
    "Lopende zaken aan het einde",
    "Zaken die na de laatste dag van de periode in een kamer liepen: aangenomen en niet gesloten.",
    "live_end",
    _STOCK,
    flow="left",
)
_CHAMBERS = (By("place", "per lokale kamer", (PLACE,), leaving=("HOUSE",)),)
PROPOSED = Count(
    "escalations_proposed",
    "Doorbraak gevraagd",
    "Voorstellen van een lokale kamer om de zaak naar het Zorg- en Veiligheidshuis op te schalen.",
    "escalations_proposed",
    _CHAMBERS,
)
ESCALATED = Count(
    "escalated",
    "Opgeschaald",
    "Zaken die het Zorg- en Veiligheidshuis in de periode van een lokale kamer heeft overgenomen.",
    "escalated",
    _CHAMBERS,
)
NOT_ESCALATED = Count(
    "escalations_declined", "Niet opgeschaald", "Voorstellen die het huis heeft afgewezen.", "escalations_declined"
)
DEESCALATED = Count(
    "deescalated",
    "Afgeschaald",
    "Zaken die in de periode van het huis teruggingen naar een lokale kamer.",
    "deescalated",
    _CHAMBERS,
)
STAGE_DAYS = Spread(
    "stage_days",
    "Hoe lang een fase duurt",
    "Hele dagen in Nederland van de dag waarop een zaak in een fase kwam tot de dag waarop zij verderging, voor elk "
    "verblijf dat in de periode eindigde. De middelste: de helft duurde niet langer.",
    "stage_days",
    STAGE,
)
DECISION_DAYS = Spread(
    "decision_days",
    "Van aanmelding tot besluit",
    "Hele dagen in Nederland van de aanmelding tot het besluit van het panel, voor besluiten in de periode.",
    "decision_days",
    Column("decided", "besluit", "=decided"),
)
DISCLOSURES = Count(
    "disclosures",
    "Verstrekkingen",
    "Keren dat gegevens werden verstrekt: door een deelnemer aan de kamer, of door het loket aan een ontvanger. Een "
    "verstrekking telt mee voor elke soort gegevens die erin zit.",
    "disclosures",
    (
        By("kind", "per soort verstrekking", (KIND,)),
        By("category", "per soort gegevens", (CATEGORY,), adds_up=False),
        By("recipient", "per ontvanger", (RECIPIENT,)),
    ),
)
REFUSALS = Count(
    "refusals",
    "Weigeringen",
    "Keren dat iets niet mocht: een vraag om gegevens, een stap in een zaak, of een bericht van een deelnemer.",
    "refusals",
    (By("code", "per reden", (CODE,)), By("door", "per soort", (DOOR,))),
)
REQUESTS = Count(
    "requests",
    "Verzoeken van betrokkenen",
    "Verzoeken die in de periode bij het contactpunt binnenkwamen.",
    "requests",
    (By("right", "per recht", (RIGHT,)),),
)
ANSWERS = Count(
    "answers",
    "Antwoorden op verzoeken",
    "Verzoeken die in de periode zijn beantwoord of geweigerd. Op tijd is binnen de wettelijke termijn, met verlenging "
    "als die op tijd is gemeld.",
    "answers",
    (By("outcome", "per uitkomst", (OUTCOME,)), By("when", "op tijd of te laat", (WHEN,))),
)
INFORM_STATUS = Count(
    "inform_status",
    "Is de betrokkene het bij de aanmelding verteld?",
    "De stand bij de aanmelding, voor aanmeldingen in de periode.",
    "inform_status",
    (By("status", "per stand", (Column("status", "stand", "=inform"),)),),
)
DEFERRED = Count(
    "deferred",
    "Informeren uitgesteld",
    "Besluiten om het vertellen aan de betrokkene uit te stellen, en besluiten om dat uitstel te laten duren.",
    "deferred",
    (By("ground", "per grond", (Column("ground", "grond", "choices/inform-ground"),)),),
)
EXTENDED = Count(
    "extended",
    "Bewaartermijn verlengd",
    "Besluiten van de verantwoordelijken om een gesloten zaak langer te bewaren.",
    "extended",
    (By("times", "eerste keer of opnieuw", (Column("times", "verlenging", "=times"),)),),
)
DESTROYED = Count(
    "destroyed",
    "Vernietigd",
    "Zaken waarvan de inhoud in de periode is vernietigd, ook na een aanmelding die niet is aangenomen.",
    "destroyed",
)
BREACHES = Count(
    "breaches",
    "Datalekken",
    "Inbreuken op persoonsgegevens die in de periode gebeurden, voor zover ontdekt.",
    "breaches",
    (By("kind", "per soort", (Column("kind", "soort", "choices/breach-kind"),)),),
)
BREACHES_HANDLED = Count(
    "breaches_handled",
    "Datalekken afgehandeld",
    "Besluiten in de periode om een datalek wel of niet bij de toezichthouder te melden.",
    "breaches_handled",
    (By("reported", "gemeld of niet", (Column("reported", "melding", "=reported"),)),),
)
_FOLLOW_UP = (By("status", "per stand", (Column("status", "opvolging", "choices/follow-up"),)),)
AUDITS = Count(
    "audits",
    "Audits",
    "Audits die in de periode zijn vastgelegd.",
    "audits",
    (By("kind", "per soort", (Column("kind", "soort", "choices/audit-kind"),)),),
)
FINDINGS = Count(
    "findings",
    "Bevindingen van audits",
    "Bevindingen in die audits, elk met een onderwerp.",
    "findings",
    (By("code", "per onderwerp", (Column("code", "onderwerp", "choices/audit-finding"),)),),
)
FINDINGS_FOLLOWED = Count(
    "findings_followed",
    "Opvolging van bevindingen",
    "Besluiten in de periode over wat met een bevinding is gedaan.",
    "findings_followed",
    _FOLLOW_UP,
)
ADVICE = Count(
    "advice",
    "Adviezen van de rechtmatigheidsadviescommissie",
    "Adviezen die de commissie in de periode heeft gegeven.",
    "advice",
    (
        By("topic", "per onderwerp", (Column("topic", "onderwerp", "choices/advice-topic"),)),
        By("outcome", "per uitkomst", (Column("outcome", "uitkomst", "choices/advice-outcome"),)),
    ),
)
ADVICE_FOLLOWED = Count(
    "advice_followed",
    "Opvolging van adviezen",
    "Besluiten in de periode over wat met een advies is gedaan.",
    "advice_followed",
    _FOLLOW_UP,
)
PLANS = Count(
    "plans",
    "Plannen afgesproken",
    "Plannen van aanpak waarmee in de periode iedereen akkoord ging. Een plan telt mee voor elk leefgebied "
    "waarover het "
    "gaat.",
    "plans",
    (
        BY_ROOM,
        BY_PLACE,
        By("life_domain", "per leefgebied", (LIFE_DOMAIN,), adds_up=False),
    ),
)
AIMS = Count(
    "aims",
    "Doelen van plannen, gewogen",
    "Doelen waarvan mensen in de periode hebben gewogen of zij zijn bereikt.",
    "aims",
    (By("reached", "bereikt of niet", (Column("reached", "bereikt", "=answer"),)), BY_ROOM, BY_PLACE),
)
CLOSED = Count(
    "closed",
    "Gesloten",
    "Zaken die in de periode zijn gesloten, met de reden.",
    "closed",
    (By("reason", "per reden", (Column("reason", "reden", "choices/closing-reason"),)), BY_ROOM, BY_PLACE, BY_QUARTER),
)


def by_year(series: str, label: str, intake: str | None = None) -> Count:
    """Return how often something happened in each of the last years."""
    return Count(
        series,
        f"{label} per jaar",
        "De laatste vijf jaren, het jaar van dit rapport als laatste.",
        series,
        (By("year", "per jaar", (YEAR,), adds_up=False),),
        total=False,
        intake=intake,
    )


REFERRALS_YEARS = by_year("referrals_years", "Aanmeldingen")
ACCEPTED_YEARS = by_year("accepted_years", "Aangenomen zaken", intake="accepted")
CLOSED_YEARS = by_year("closed_years", "Gesloten zaken")
