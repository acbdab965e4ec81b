"""The reports for everybody: the annual report, the one for the municipal council, and the national figures.

They share their figures and the way in which small numbers are withheld, so that laying them beside each other tells
nothing that one of them keeps back. They are made for whole calendar years only, for the same reason.
"""

from projections.figures_account import KEEPING, OVERSIGHT, RIGHTS
from projections.figures_cases import GROUP as CASES
from projections.figures_disclosures import GROUP as DISCLOSURES
from services.reports import shared as one
from services.reports.model import Definition

ANNUAL = Definition(
    "annual",
    1,
    "Jaarverslag",
    "Voor iedereen. Er staat niets in dat naar een persoon leidt.",
    True,
    (
        one.REFERRALS.only("channel", "referrer"),
        one.WITHDRAWN,
        one.ACCEPTED.only("room"),
        one.REJECTED.only("criterion"),
        one.LIVE_START.only("room"),
        one.LIVE_END.only("room"),
        one.ESCALATED.only(),
        one.DEESCALATED.only(),
        one.STAGE_DAYS,
        one.DECISION_DAYS,
        one.DISCLOSURES,
        one.REFUSALS,
        one.REQUESTS,
        one.ANSWERS,
        one.INFORM_STATUS,
        one.DEFERRED,
        one.EXTENDED,
        one.DESTROYED,
        one.BREACHES,
        one.BREACHES_HANDLED,
        one.AUDITS,
        one.FINDINGS,
        one.FINDINGS_FOLLOWED,
        one.ADVICE,
        one.ADVICE_FOLLOWED,
    ),
    (CASES, DISCLOSURES, KEEPING, RIGHTS, OVERSIGHT),
)

COUNCIL = Definition(
    "council",
    1,
    "Rapport voor de gemeenteraad",
    "Voor de raden van de gemeenten van de lokale kamers. Er staat niets in dat naar een persoon leidt.",
    True,
    (
        one.REFERRALS.only("channel", "quarter"),
        one.ACCEPTED.only("room", "place", "channel", "quarter", "domain"),
        one.LIVE_START.only("room", "place"),
        one.LIVE_END.only("room", "place"),
        one.ESCALATED,
        one.DEESCALATED,
        one.PLANS,
        one.AIMS,
        one.CLOSED.only("reason", "room", "place", "quarter"),
        one.REFERRALS_YEARS,
        one.ACCEPTED_YEARS,
        one.CLOSED_YEARS,
    ),
    (CASES,),
    ("De doelgroep staat in drie cijfers: het kanaal, de domeinen die nodig zijn en de leefgebieden van het plan.",),
)

NATIONAL = Definition(
    "national",
    1,
    "Landelijke cijfers",
    "Voor het ministerie en het netwerk van Zorg- en Veiligheidshuizen. Er staat niets in dat naar een persoon leidt.",
    True,
    (
        one.ACCEPTED.only("room", "channel", "quarter", "domain"),
        one.PLANS.only("life_domain"),
        one.LIVE_END.only("room", "stage"),
        one.DECISION_DAYS,
        one.STAGE_DAYS,
        one.AIMS.only("reached"),
        one.CLOSED.only("reason", "quarter"),
        one.ACCEPTED_YEARS,
    ),
    (CASES,),
    ("Een inclusie is een zaak die voor het eerst is aangenomen; het kwartaal zegt wanneer.",),
)
