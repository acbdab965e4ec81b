"""What organisations, tasks and refusals are called on the page of a bundle: for a reader who was not there."""

from collections.abc import Iterable
from datetime import datetime

from events.disclosure import Asked
from events.fact import Recorded
from events.vocabulary import Code, Oin, OrgCode, Task
from policies.reference import Reference
from services.audit.words import TASKS
from services.reports.names import NAMES

HOUSE = "Zorg- en Veiligheidshuis"
STRANGER = "een onbekende afzender"
SYSTEM = {"intake": "het systeem, bij het aannemen van berichten", "scheduler": "de klok van het systeem"}
OTHERS = {"DATA_SUBJECT": "de persoon zelf"}


class Names:
    """Looks names up in the tables of a day."""

    def __init__(self, reference: Reference, house_oin: Oin) -> None:
        self._reference, self._house_oin = reference, house_oin

    def org(self, code: OrgCode, at: datetime) -> str:
        """Return what an organisation is called, and what it is when it takes no part in the house."""
        if code == self._reference.staff.code:
            return "medewerkers van het huis"
        participant = self._reference.participant(code, at)
        if participant is not None:
            return participant.name_nl
        supervisor = self._reference.supervisor(code, at)
        if supervisor is not None:
            return f"{supervisor.name_nl} (toezicht)"
        outsider = self._reference.third_party(code, at) or self._reference.collaboration(code, at)
        return OTHERS.get(code) or f"{outsider.name_nl if outsider else code} (geen deelnemer)"

    def actor(self, one: Recorded) -> str:
        """Return who did something, and for whom: whoever is not known is not called the house."""
        envelope = one.envelope
        return SYSTEM.get(envelope.actor) or f"{envelope.actor} namens {self._sender(one)}"

    def _sender(self, one: Recorded) -> str:
        oin, at = one.envelope.on_behalf_of, one.envelope.recorded_at
        participant = self._reference.participant_by_oin(oin, at)
        if participant is not None:
            return participant.name_nl
        if isinstance(one.fact, Asked) and one.fact.done_by is None:
            # Whoever has no number of its own stands on record with the number of the house, but asks in its own name.
            return (
                HOUSE if one.fact.recipient_org == self._reference.staff.code else self.org(one.fact.recipient_org, at)
            )
        if oin == self._house_oin:
            return HOUSE
        supervisor = self._reference.supervisor_by_oin(oin, at)
        return supervisor.name_nl if supervisor else STRANGER

    def kinds(self, codes: Iterable[Code], at: datetime) -> str:
        """Return kinds of data, with a comma between them."""
        return ", ".join(self.kind(code, at) for code in codes)

    def kind(self, code: Code, at: datetime) -> str:
        """Return what a kind of data is called."""
        known = self._reference.category(code, at)
        return known.name_nl if known else code


def task(code: Task) -> str:
    """Return what a task is called; a task of a stranger is what it said itself."""
    return TASKS.get(code, code)


def refusal(code: Code) -> str:
    """Return why something was refused, in the words of whoever looks back: the refusal itself speaks to the sender."""
    return NAMES["code"].get(code) or NAMES["others"].get(code, code)
