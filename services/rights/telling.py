"""What organisations hear of rights: their part of a request, and what becomes of data that they got. Never a value."""

from collections.abc import Iterator, Mapping

from events.correction import RecipientNotified
from events.fact import Fact, rfc3339
from events.rights import RequestAnswered, RequestExtended, RequestFannedOut, RequestRefused, RequestWithdrawn
from events.vocabulary import OrgCode
from services.rights.request import RequestFile

RIGHTS_TELLING: tuple[type[Fact], ...] = (
    RequestFannedOut,
    RequestExtended,
    RequestAnswered,
    RequestRefused,
    RequestWithdrawn,
)
"""Facts of a request from which somebody may hear something."""
RIGHTS_SAY = {
    "data-corrected": "Gegevens die uw organisatie kreeg, zijn verbeterd. Bekijk ze opnieuw bij het loket.",
    "data-erased": "Gegevens die uw organisatie kreeg, zijn gewist. Wis ze ook bij u, als uw eigen wet dat toelaat.",
    "data-restricted": "Gegevens die uw organisatie kreeg, staan op slot. Gebruik ze nu niet.",
    "data-unrestricted": "Gegevens die uw organisatie kreeg, zijn weer van het slot.",
    "rights-part-opened": "Een persoon doet een beroep op een recht. Beslis over uw deel, voor de genoemde datum.",
    "rights-part-extended": "Het antwoord op een verzoek mag later. Beslis over uw deel, voor de nieuwe datum.",
    "rights-request-ended": "Een verzoek waarin uw organisatie een deel had, is afgerond.",
}
"""Name of a message -> its own sentence, the same every time."""
WHAT = {
    "RECTIFIED": "data-corrected",
    "ERASED": "data-erased",
    "RESTRICTED": "data-restricted",
    "RESTRICTION_LIFTED": "data-unrestricted",
}
"""What happened to data that somebody got -> the message about it."""
Told = tuple[OrgCode, str, Mapping[str, object]]
"""Organisation, name of the message, its data."""


def told_of_rights(request: RequestFile | None, fact: Fact) -> Iterator[Told]:
    """Yield what each organisation hears of one fact.

    Args:
        request: as it stood before the fact, when the fact stands in the stream of one.
    """
    if isinstance(fact, RecipientNotified):
        if fact.what in WHAT:
            items, disclosures = list(map(str, fact.items)), list(map(str, fact.disclosures))
            about = {"tasks": [fact.recipient_task], "items": items, "disclosures": disclosures}
            yield fact.recipient_org, WHAT[fact.what], about
        return
    if request is None:
        return
    right = {"right": request.right.value}
    match fact:
        case RequestFannedOut():
            for part in fact.parts:
                if part.has_data:
                    yield part.controller, "rights-part-opened", {**right, "due": rfc3339(fact.parts_due)}
        case RequestExtended():
            for org in request.undecided:
                yield org, "rights-part-extended", {**right, "due": rfc3339(fact.parts_due)}
        case RequestAnswered() | RequestRefused() | RequestWithdrawn():
            for one in request.parts.values():
                if one.has_data:
                    yield one.controller, "rights-request-ended", right
        case _:
            return
