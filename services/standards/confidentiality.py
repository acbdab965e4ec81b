"""Whether a person may know of what was done with its data, item by item, as that stands now (domain 5.4 and 5.6).

The three values in the words of the VNG's logging standard. What is confidential is kept from the person and from
whoever answers it; only who watches over the house sees it, and sees that it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from events.fact import Recorded
from events.vocabulary import CaseId, FactId, SubjectId
from projections.standards.handed import TO_COLLABORATION, Handed
from services.rights.entries import Confidentiality as Stand
from services.rights.entries import entries_of

Confidentiality = Literal["normaal", "vertrouwelijk", "opgeheven"]
WORDS: Mapping[Stand, Confidentiality] = {"NORMAL": "normaal", "CONFIDENTIAL": "vertrouwelijk", "LIFTED": "opgeheven"}


@dataclass(frozen=True)
class CaseSecrets:
    """How every entry about one person in one case stands now."""

    entries: Mapping[tuple[FactId | None, FactId], Confidentiality]
    """(disclosure, item), without a disclosure for what was given."""
    anything: bool
    """Whether anything is kept from the person now."""

    def of_items(self, one: Handed) -> Mapping[FactId, Confidentiality]:
        """Return how each item of what was handed over stands; one that is not known here counts as kept back."""
        whole = None if one.kind == TO_COLLABORATION else one.disclosure_id
        return {item.item_id: self.entries.get((whole, item.item_id), "vertrouwelijk") for item in one.items}


def secrets_of(case_id: CaseId, history: Iterable[Recorded], subject_id: SubjectId) -> CaseSecrets:
    """Return what is kept back from *subject_id*, as the facts of a case tell it."""
    found = entries_of(case_id, history, subject_id)
    return CaseSecrets(
        {(one.disclosure_id, one.item_id): WORDS[one.confidentiality] for one in found.entries if one.item_id},
        found.case.is_not_told(subject_id) or any(one.confidentiality == "CONFIDENTIAL" for one in found.entries),
    )
