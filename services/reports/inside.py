"""The reports for mayors and the steering group: exact numbers, about work and organisations, never about persons."""

from projections.figures_cases import GROUP as CASES
from projections.figures_work import GROUP as WORK
from services.reports import shared as one
from services.reports.model import By, Column, Count, Definition, Spread

_HOME = By("home", "per lokale kamer", (one.PLACE,), complete=False, placed=True)
_ASKED = Column("kind", "wat werd gevraagd", "=asked")

MAYOR = Definition(
    "mayor",
    1,
    "Rapport voor burgemeester en college",
    "Voor de portefeuillehouders van een gemeente: alle kamers, of met een keuze alleen de eigen kamer.",
    False,
    (
        Count(
            "running",
            "Lopende zaken",
            "Zaken die na de laatste dag van de periode lopen. Een zaak hoort bij de lokale kamer waar zij "
            "vandaan komt, "
            "ook als het huis haar heeft overgenomen.",
            "running",
            (By("home", "per kamer, en waar zij nu loopt", (one.PLACE, one.ROOM), complete=False, placed=True),),
        ),
        Count(
            "stuck",
            "Acties die vastzitten",
            "Acties en taken van lopende zaken waarvan de eigenaar als laatste heeft gemeld dat zij vastzitten.",
            "stuck",
            (
                By(
                    "home_org",
                    "per kamer en eigenaar",
                    (one.PLACE, one.ORGANISATION),
                    complete=False,
                    placed=True,
                ),
            ),
        ),
        Count("escalations_proposed", one.PROPOSED.label, one.PROPOSED.says, "escalations_proposed", (_HOME,)),
        Count("escalated", one.ESCALATED.label, one.ESCALATED.says, "escalated", (_HOME,)),
        Count(
            "escalations_declined", one.NOT_ESCALATED.label, one.NOT_ESCALATED.says, "escalations_declined", (_HOME,)
        ),
        Count(
            "breakthroughs",
            "Doorbraak gekregen",
            "Zaken die in de periode teruggingen naar een lokale kamer omdat de doorbraak er was.",
            "breakthroughs",
            (_HOME,),
        ),
        Count(
            "administrative",
            "Bestuurlijke opschaling gevraagd",
            "Keren dat aan een portefeuillehouder een besluit boven het huis is gevraagd.",
            "administrative",
            (_HOME,),
        ),
        Spread(
            "escalation_days",
            "Van voorstel tot antwoord bij opschalen",
            "Hele dagen van het voorstel van de lokale kamer tot het antwoord van het huis, voor antwoorden in "
            "de periode.",
            "escalation_days",
            one.PLACE,
            placed=True,
        ),
    ),
    (CASES, WORK),
)

STEERING = Definition(
    "steering",
    1,
    "Rapport voor de stuurgroep",
    "Voor de deelnemers in de stuurgroep. Het gaat over organisaties, niet over personen.",
    False,
    (
        Count(
            "asked",
            "Gevraagd",
            "Keren dat een organisatie in de periode om bekendheid, verrijking of deelname aan een overleg is "
            "gevraagd.",
            "asked",
            (By("kind_org", "per vraag en organisatie", (_ASKED, one.ORGANISATION), complete=False, drawn=False),),
        ),
        Count(
            "answered",
            "Antwoorden",
            "Antwoorden in de periode. Niet willen antwoorden is ook een antwoord.",
            "answered",
            (
                By(
                    "kind_org_what",
                    "per vraag, organisatie en antwoord",
                    (_ASKED, one.ORGANISATION, Column("reply", "antwoord", "=reply")),
                    complete=False,
                    drawn=False,
                ),
            ),
        ),
        Count(
            "missed",
            "Niet op tijd",
            "Termijnen die in de periode voorbijgingen zonder dat kwam wat werd verwacht.",
            "missed",
            (
                By(
                    "kind_org",
                    "per soort werk en organisatie",
                    (Column("kind", "soort werk", "=work"), one.ORGANISATION),
                    complete=False,
                    drawn=False,
                ),
            ),
        ),
        Count(
            "came",
            "Aanwezig bij een overleg",
            "Organisaties die bij een gehouden overleg aanwezig waren; per overleg telt een organisatie één keer.",
            "came",
            (By("org", "per organisatie", (one.ORGANISATION,), complete=False),),
        ),
        Count(
            "stayed_away",
            "Uitgenodigd en niet gekomen",
            "Uitgenodigden die bij een gehouden overleg niet aanwezig waren.",
            "stayed_away",
            (By("org", "per organisatie", (one.ORGANISATION,), complete=False),),
        ),
        Count(
            "panels",
            "Samenstelling van panels",
            "Panels die in de periode een zaak wogen of erover besloten. Een panel telt mee voor elke "
            "organisatie en elk "
            "domein aan tafel.",
            "panels",
            (
                By(
                    "table_org",
                    "per tafel en organisatie",
                    (Column("table", "tafel", "=table"), one.ORGANISATION),
                    complete=False,
                    adds_up=False,
                    drawn=False,
                ),
                By("domain", "per domein", (one.DOMAIN,), adds_up=False),
                By(
                    "size",
                    "per aantal organisaties en domeinen",
                    (Column("organisations", "organisaties"), Column("domains", "domeinen")),
                    complete=False,
                    drawn=False,
                ),
            ),
        ),
        Count(
            "consultations",
            "Gehouden overleggen",
            "Casusoverleggen die in de periode zijn gehouden en vastgelegd.",
            "consultations",
            (By("place", "per kamer", (one.PLACE,)),),
        ),
        Count(
            "workload",
            "Werklast: lopende zaken",
            "Lopende zaken aan het einde van de periode waaraan een organisatie werkt. Een zaak telt mee voor elke "
            "organisatie.",
            "workload",
            (By("org", "per organisatie", (one.ORGANISATION,), adds_up=False),),
            total=False,
        ),
        Count(
            "open_actions",
            "Werklast: open acties",
            "Acties en taken van lopende zaken die aan het einde van de periode niet gedaan zijn.",
            "open_actions",
            (By("org", "per organisatie", (one.ORGANISATION,)),),
        ),
        Count(
            "agreements",
            "Afspraken nagekomen of niet",
            "Acties en taken met een einddatum in de periode. Op tijd is op of voor die dag gemeld als gedaan.",
            "agreements",
            (
                By("outcome", "per uitkomst", (Column("outcome", "uitkomst", "=agreement"),)),
                By(
                    "org_outcome",
                    "per organisatie en uitkomst",
                    (one.ORGANISATION, Column("outcome", "uitkomst", "=agreement")),
                    complete=False,
                    drawn=False,
                ),
            ),
        ),
        Count(
            "rejected",
            one.REJECTED.label,
            one.REJECTED.says,
            "rejected",
            (
                By(
                    "criterion_referrer",
                    "per criterium en aanmelder",
                    (one.CRITERION, one.ORGANISATION),
                    complete=False,
                    adds_up=False,
                    drawn=False,
                ),
            ),
        ),
    ),
    (CASES, WORK),
)
