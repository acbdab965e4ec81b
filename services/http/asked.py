"""The body of a request for data."""

from uuid import UUID

from services.workflow.scene import command


@command
class DisclosureAsked:
    """Which data of which case, for what and why. Empty lists ask for all that the case has.

    What is left out is refused by the rule that asks for it, so that the refusal is on record.
    """

    case: UUID | None = None
    """One case; without it the request is a search, and refused."""
    purpose: str | None = None
    legal_basis: tuple[str, ...] = ()
    necessity: str = ""
    proportionality: str = ""
    subsidiarity: str = ""
    categories: tuple[str, ...] = ()
    subjects: tuple[UUID, ...] = ()
    items: tuple[UUID, ...] = ()
    secrecy_ground: str | None = None
    kind: str = "WITHIN"
    """One of the seven kinds; to read a case is WITHIN."""
    recipient: str | None = None
    """Who gets it, where the house hands it to somebody who does not sign in; left out, whoever asks."""
