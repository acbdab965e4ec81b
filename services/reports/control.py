"""The reports for who controls: the auditor, the lawfulness committee, the data protection officer, the authority."""

from collections.abc import Iterator, Mapping, Sequence

from projections.figures_account import AUTHORISATIONS, KEEPING, OVERSIGHT, RIGHTS, RULES
from projections.figures_cases import GROUP as CASES
from projections.figures_disclosures import GROUP as DISCLOSURES
from projections.figures_disclosures import PAIRING
from projections.figures_work import GROUP as WORK
from services.reports import shared as one
from services.reports.model import By, Column, Count, Definition, Listing, Made, Spread, Value
from services.reports.results import name_of

TIMES = Column("number", "aantal")
CASE = Column("case_id", "zaak")
_RULES = Listing(
    "rules",
    "Geschiedenis van de instellingen",
    "Elk voorstel en elk besluit over de tabellen in de periode, en elke keer dat regels in gebruik zijn genomen.",
    (
        Column("index", "feit nr"),
        Column("at", "moment (UTC)"),
        Column("what", "wat", "=rule"),
        Column("entry", "regel"),
        Column("valid_from", "geldt vanaf"),
        Column("by", "besloten door", "participants"),
        Column("name", "voorstel of SHA-256"),
    ),
    "rules",
)


def _log_check(made: Made) -> Sequence[tuple[Value, ...]]:
    said = "ja" if made.complete else "NEE"
    return (
        ("feiten gelezen tot en met nummer", str(made.log_size - 1)),
        ("wortel van de boom, SHA-256", made.root_hash),
        ("uit de gelezen bytes opnieuw berekend en gelijk aan wat is ondertekend", said),
    )


def _sample(made: Made) -> Sequence[tuple[Value, ...]]:
    counts = {case: sum(1 for row in made.trail if row[0] == case) for case in made.sample}
    return [(number, case, counts[case]) for number, case in enumerate(made.sample, start=1)]


def _trail(made: Made) -> Sequence[tuple[Value, ...]]:
    return made.trail


AUDIT = Definition(
    "audit",
    1,
    "Rapport voor de privacy-audit",
    "Voor de auditor. De steekproef noemt zaken met hun nummer; wie erin staat, is er niet uit af te lezen.",
    False,
    (
        Listing(
            "log_check",
            "Controle van het logboek",
            "Het rapport leest elk feit, berekent daaruit de wortel van de boom en vergelijkt die met het ondertekende "
            "controlepunt.",
            (Column("what", "wat"), Column("value", "uitkomst")),
            make=_log_check,
        ),
        Count(
            "without_basis",
            "Verstrekkingen zonder doel of grond",
            "Verstrekkingen in de periode die geen doel of geen grond noemen. Dit moet nul zijn.",
            "without_basis",
        ),
        Count(
            "without_decision",
            "Verstrekkingen zonder vastgelegde beslissing",
            "Verstrekkingen die een beslissing noemen die niet eerder in de zaak is vastgelegd. Dit moet nul zijn.",
            "without_decision",
        ),
        Count(
            "without_disclosure",
            "Ontvangsten zonder verstrekking",
            "Ontvangstbewijzen van deelnemers bij een verstrekking die niet eerder in de zaak is vastgelegd. "
            "Dit moet nul "
            "zijn.",
            "without_disclosure",
        ),
        Count(
            "before_decision_records",
            "Verstrekkingen van voor de beslisregistratie",
            "Verstrekkingen uit de tijd dat een beslissing nog geen eigen feit had.",
            "before_decision_records",
        ),
        Count("receipts", "Ontvangstbewijzen", "Ontvangstbewijzen die deelnemers hebben gestuurd.", "receipts"),
        one.DISCLOSURES,
        Count(
            "refusals",
            one.REFUSALS.label,
            one.REFUSALS.says,
            "refusals",
            (By("door_code", "per soort en reden", (one.DOOR, one.CODE), complete=False, drawn=False),),
        ),
        Count(
            "missed",
            "Termijnen die voorbijgingen",
            "Termijnen die in de periode voorbijgingen zonder dat kwam wat werd verwacht.",
            "missed",
            (By("kind", "per soort werk", (Column("kind", "soort werk", "=work"),), complete=False),),
        ),
        Spread(
            "destroyed_after_due_days",
            "Vernietigd na het einde van de termijn",
            "Hele dagen van het einde van de termijn tot de vernietiging, voor zaken die in de periode zijn "
            "vernietigd.",
            "destroyed_after_due_days",
            Column("due", "wat", "=due"),
        ),
        Listing(
            "authorisations",
            "Autorisaties aan het einde van de periode",
            "Welke organisatie met welke taak na de laatste dag van de periode toegang heeft tot welke lopende "
            "zaak, en "
            "tot wanneer.",
            (
                Column("index", "feit nr"),
                CASE,
                Column("organisation", "organisatie", "participants"),
                Column("task", "taak"),
                Column("until", "tot (UTC)"),
            ),
            "authorisations",
        ),
        _RULES,
        Listing(
            "sample",
            "Steekproef",
            "Zaken die in de periode liepen of binnenkwamen. Gekozen door van de wortel van de boom en het "
            "nummer van elke "
            "zaak samen de SHA-256 te nemen: de laagste doen mee. Niemand kan de keuze sturen, iedereen kan "
            "haar narekenen.",
            (Column("number", "nr"), CASE, Column("facts", "feiten")),
            make=_sample,
        ),
        Listing(
            "trail",
            "Alles wat in die zaken gebeurde",
            "Elk feit van de zaken van de steekproef, op volgorde, tot aan deze plaats in het logboek.",
            (
                CASE,
                Column("sequence", "nr in de zaak"),
                Column("index", "feit nr"),
                Column("id", "id van het feit"),
                Column("type", "feit"),
                Column("occurred_at", "gebeurd (UTC)"),
                Column("recorded_at", "vastgelegd (UTC)"),
                Column("on_behalf_of", "namens (OIN)"),
                Column("legal_ref", "grond"),
            ),
            make=_trail,
        ),
    ),
    (CASES, WORK, DISCLOSURES, PAIRING, KEEPING, OVERSIGHT, RULES, AUTHORISATIONS),
    samples=True,
)


def _new(made: Made) -> Sequence[tuple[Value, ...]]:
    return list(_first_seen(made))


def _first_seen(made: Made) -> Iterator[tuple[Value, ...]]:
    tally = made.tally
    for facet, what, columns in (
        ("kind", "soort verstrekking", (one.KIND,)),
        ("purpose", "doel", (one.PURPOSE,)),
        ("category", "soort gegevens", (one.CATEGORY,)),
        ("recipient", "ontvanger", (one.RECIPIENT,)),
        ("category_recipient", "soort gegevens bij ontvanger", (one.CATEGORY, one.RECIPIENT)),
    ):
        before = tally.cells("disclosures_before", facet)
        for key, count in sorted(tally.cells("disclosures", facet).items()):
            if key not in before and key != "NONE":
                parts = zip(columns, key.split("/"), strict=True)
                called = [name_of(column, code, made.words, made.period) for column, code in parts]
                yield what, key, " bij ".join(called), count


COMMITTEE = Definition(
    "committee",
    1,
    "Rapport voor de rechtmatigheidsadviescommissie",
    "Voor de commissie. Twijfelgevallen zijn geteld, zonder namen en zonder nummers van zaken.",
    False,
    (
        Listing(
            "new",
            "Voor het eerst in deze periode",
            "Soorten verstrekking, doelen, soorten gegevens en ontvangers die voor de periode niet voorkwamen, "
            "en soorten "
            "gegevens die een ontvanger niet eerder kreeg.",
            (Column("what", "wat"), Column("code", "code"), Column("name", "naam"), TIMES),
            make=_new,
        ),
        _RULES,
        one.EXTENDED,
        Count(
            "refusals",
            one.REFUSALS.label,
            one.REFUSALS.says,
            "refusals",
            (
                By("code", "per reden", (one.CODE,), complete=False),
                By("door_code", "per soort en reden", (one.DOOR, one.CODE), complete=False, drawn=False),
            ),
        ),
        Count(
            "doubtful",
            "Twijfelgevallen",
            "Zaken en momenten waarbij de rechtmatigheid vragen oproept. Een zaak kan om meer redenen meetellen.",
            "doubtful",
            (By("what", "per soort", (Column("what", "waarom", "=doubt"),)),),
        ),
        Count(
            "reweighed",
            "Criteria opnieuw gewogen",
            "Lopende zaken waarvan de vier criteria in de periode opnieuw zijn gewogen.",
            "reweighed",
            (
                By("outcome", "per uitkomst", (Column("outcome", "uitkomst", "=reweighed"),)),
                By("criterion", "per criterium dat niet meer geldt", (one.CRITERION,), adds_up=False),
            ),
        ),
        one.DEFERRED,
        one.ADVICE,
        one.ADVICE_FOLLOWED,
    ),
    (CASES, WORK, DISCLOSURES, PAIRING, KEEPING, OVERSIGHT, RULES),
)


def _register(made: Made) -> Sequence[tuple[Value, ...]]:
    words, period, tally = made.words, made.period, made.tally
    rows: list[tuple[Value, ...]] = []
    counted = tally.cells("disclosures", "purpose")
    for purpose in words.codes("purposes", period.first, period.last):
        entry = words.entry("purposes", purpose, period.last) or {}
        ground = str(entry.get("legal_ref", ""))
        rows.append(
            (
                words.name("purposes", purpose, period.last),
                words.name("legal_refs", ground, period.last),
                _under(tally.cells("disclosures", "purpose_category"), purpose),
                _under(tally.cells("disclosures", "purpose_recipient"), purpose),
                counted.get(purpose, 0),
            )
        )
    return rows


def _under(cells: Mapping[str, int], purpose: str) -> str:
    found = [key.partition("/")[2] for key in sorted(cells) if key.startswith(f"{purpose}/")]
    return ", ".join(found)


def _controllers(made: Made) -> Sequence[tuple[Value, ...]]:
    words, day = made.words, made.period.last
    rows: list[tuple[Value, ...]] = []
    for code in words.codes("participants", made.period.first, day):
        entry = words.entry("participants", code, day)
        if entry is not None:
            rows.append(
                (str(entry.get("name_nl", code)), str(entry.get("oin", "")), "ja" if entry.get("controller") else "nee")
            )
    return rows


def _terms(made: Made) -> Sequence[tuple[Value, ...]]:
    words, day = made.words, made.period.last
    units = {"years": ("jaar", "jaar"), "months": ("maand", "maanden"), "days": ("dag", "dagen")}
    rows: list[tuple[Value, ...]] = []
    for name, what in (
        ("retention", "zaken"),
        ("not-accepted-content", "aanmeldingen die niet zijn aangenomen"),
        ("disclosure-record", "vastgelegde verstrekkingen"),
    ):
        entry = words.entry("terms", name, day)
        if entry is not None:
            unit, value = str(entry.get("unit")), entry.get("value")
            one, more = units.get(unit, (unit, unit))
            rows.append((what, f"{value} {one if value == 1 else more}"))
    return rows


SUPERVISOR = Definition(
    "supervisor",
    1,
    "Rapport voor de functionaris gegevensbescherming en de toezichthouder",
    "Voor de FG en de Autoriteit Persoonsgegevens: het register, de beoordelingen vooraf, datalekken en verzoeken.",
    False,
    (
        Listing(
            "controllers",
            "Deelnemers en verwerkingsverantwoordelijken",
            "Wie in de periode deelnam, en wie daarvan verwerkingsverantwoordelijke is.",
            (Column("name", "organisatie"), Column("oin", "OIN"), Column("controller", "verantwoordelijk")),
            make=_controllers,
        ),
        Listing(
            "register",
            "Register van verwerkingen",
            "Per doel: de grond, en welke soorten gegevens er in de periode voor aan welke ontvangers zijn verstrekt.",
            (
                Column("purpose", "doel"),
                Column("ground", "grond"),
                Column("categories", "soorten gegevens", "categories"),
                Column("recipients", "ontvangers", "participants"),
                TIMES,
            ),
            make=_register,
        ),
        Listing(
            "terms",
            "Bewaartermijnen",
            "De termijnen die aan het einde van de periode gelden.",
            (Column("what", "waarvan"), Column("term", "hoe lang")),
            make=_terms,
        ),
        Listing(
            "impact",
            "Beoordelingen vooraf (DPIA)",
            "Elke beoordeling die tot en met de periode is vastgelegd, per doel, met de SHA-256 van het document.",
            (
                Column("index", "feit nr"),
                Column("purpose", "doel", "purposes"),
                Column("reference", "kenmerk"),
                Column("at", "moment (UTC)"),
                Column("high_risk", "hoog risico over", "=answer"),
                Column("renew_by", "vernieuwen voor"),
                Column("document", "SHA-256"),
            ),
            "impact",
        ),
        one.BREACHES,
        one.BREACHES_HANDLED,
        Listing(
            "breach_list",
            "De datalekken",
            "Elk datalek van de periode.",
            (
                Column("index", "feit nr"),
                Column("kind", "soort", "choices/breach-kind"),
                Column("discovered_at", "ontdekt (UTC)"),
                Column("categories", "soorten gegevens", "categories"),
                Column("recipients", "bij wie", "participants"),
                Column("cases", "zaken"),
            ),
            "breach_list",
        ),
        one.REQUESTS,
        Count(
            "answers",
            one.ANSWERS.label,
            one.ANSWERS.says,
            "answers",
            (
                *one.ANSWERS.by,
                By(
                    "right_outcome_when",
                    "per recht, uitkomst en op tijd",
                    (one.RIGHT, one.OUTCOME, one.WHEN),
                    complete=False,
                    drawn=False,
                ),
            ),
        ),
        Count(
            "requests_open",
            "Verzoeken die openstaan",
            "Verzoeken die aan het einde van de periode niet zijn beantwoord; te laat als de termijn dan voorbij is.",
            "requests_open",
            (By("right", "per recht", (one.RIGHT,)), By("when", "op tijd of te laat", (one.WHEN,))),
        ),
        Count(
            "requests_extended",
            "Verzoeken met een langere termijn",
            "Verzoeken waarbij in de periode is gemeld dat het antwoord langer duurt.",
            "requests_extended",
            (By("right", "per recht", (one.RIGHT,)),),
        ),
        Count(
            "remedies",
            "Bezwaar, beroep en klachten",
            "Wat betrokkenen in de periode tegen een antwoord hebben ingesteld.",
            "remedies",
            (By("kind", "per soort", (Column("kind", "soort", "choices/remedy"),), complete=False),),
        ),
        Spread(
            "answer_days",
            "Van verzoek tot antwoord",
            "Hele dagen van de ontvangst tot het antwoord, voor antwoorden in de periode.",
            "answer_days",
            one.RIGHT,
        ),
        one.INFORM_STATUS,
        one.DEFERRED,
    ),
    (CASES, DISCLOSURES, KEEPING, RIGHTS, OVERSIGHT),
)
