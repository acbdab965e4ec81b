"""The copy of the data themselves that goes with the account (AVG 15(3)): out of the one door, case by case."""

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID, uuid5

from events.errors import Refusal
from events.vocabulary import CaseId, FactId, SubjectId
from services.acting import Acting
from services.desk import Opened
from services.disclosure import DATA_SUBJECT, OUTSIDE, Disclose
from services.handling import Order
from services.rights.carrying import Orders
from services.rights.copy_wording import CopiedItem, without_professionals

KIND, SUBJECT_RIGHTS = "TO_SUBJECT", "SUBJECT_RIGHTS"
GROUNDS = ("AVG:rights", "AVG:rights")
"""Of the giver and of the taker: both are the right of the person."""
REASONS = (
    "De betrokkene heeft recht op een kopie van de eigen gegevens en heeft erom gevraagd.",
    "De kopie bevat alleen gegevens over de persoon die het verzoek deed, zonder wat achtergehouden wordt.",
    "Zonder de gegevens zelf is het verzoek niet volledig beantwoord.",
)


class Door(Protocol):
    """The disclosure desk."""

    def disclose(self, order: Order, command: Disclose) -> Opened:
        """Hand over what the policies allow, after writing it down. Raises: Refusal; Conflict; Corrupt."""
        ...


def copy_of(
    door: Door,
    orders: Orders,
    acting: Acting,
    subject_id: SubjectId,
    shown: Mapping[CaseId, frozenset[FactId]],
    command_id: UUID,
) -> list[CopiedItem]:
    """Return the data of one person in its cases, each item written down as given to the person before it is opened.

    A case of which the account shows no item is not asked for: a request in vain would tell of what is kept back. One
    in which the desk gives nothing, because all is destroyed, adds nothing: its refusal is on record.

    Args:
        shown: the items of each case that the account shows, and no others.
        command_id: the number of the request for the account; the same number gives the same disclosures.
    Raises: Conflict; Corrupt; Refusal with LOG_UNAVAILABLE: no record, no data.
    """
    found = []
    for case_id, items in shown.items():
        if not items:
            continue
        command = Disclose(
            recipient_org=DATA_SUBJECT,
            recipient_person=OUTSIDE,
            recipient_task=OUTSIDE,
            purpose=SUBJECT_RIGHTS,
            legal_basis=GROUNDS,
            necessity=REASONS[0],
            proportionality=REASONS[1],
            subsidiarity=REASONS[2],
            subjects=frozenset({subject_id}),
            items=items,
            kind=KIND,
        )
        order = orders("Disclose", acting, case_id, command, uuid5(command_id, str(case_id)))
        try:
            opened = door.disclose(order, command)
        except Refusal as refusal:
            if refusal.code == "LOG_UNAVAILABLE":
                raise
            continue
        found += [
            CopiedItem(one.item_id, one.category, one.provider_org, without_professionals(one.content))
            for one in opened.values
        ]
    return found
