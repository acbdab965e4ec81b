"""Whether a referral holds what the weighing needs: parts that are there or not, never whether they are good."""

from datetime import datetime

from events.vocabulary import Code
from policies.reference import Reference
from services.case_file import CaseFile


def missing_parts(case: CaseFile, reference: Reference, now: datetime) -> tuple[Code, ...]:
    """Return the parts that the referral lacks, in the order of the dated table; empty when it is complete.

    A part is there when one item about the subject has all its fields (domain 4, commands 3 and 5).
    """
    items = [one.item for one in case.items.values() if one.item.subject_id == case.subject.subject_id]
    return tuple(
        part.code
        for part in reference.required_parts(now)
        if not any(item.category == part.category and set(part.fields) <= set(item.fields) for item in items)
    )
