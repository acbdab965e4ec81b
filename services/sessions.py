"""Who signs in: the claims of a token become one person, for one organisation and one task (domain 3)."""

from datetime import datetime
from typing import Protocol

from events.errors import NotSignedIn
from events.session import Claims
from events.vocabulary import OrgCode
from policies.reference import Reference
from services.acting import Acting
from services.ports import Pseudonyms

NOBODY = "SYSTEM"
"""The clock's role: no person signs in as a part of the house."""

__all__ = ["Claims", "NotSignedIn", "Tokens", "acting_of"]


class Tokens(Protocol):
    """Tells whether a bearer token holds, and what it says."""

    def read(self, token: str) -> Claims:
        """Return what a valid token says. Safe from several threads at once.

        Raises:
            NotSignedIn: the token does not hold; the text has no part of it.
            Unavailable: the issuer's keys cannot be had now, so nobody can say whether it holds.
        """
        ...


def acting_of(claims: Claims, pseudonyms: Pseudonyms, reference: Reference, now: datetime) -> Acting:
    """Return who acts in this session: an admitted participant or a supervisor by one of its tasks, or the house's own.

    Raises: Refusal NOT_PARTICIPANT (the organisation is not known here today) or WRONG_HAT (the task is not one of
        this organisation's).
    """
    org = _organisation(claims, reference, now)
    return Acting(pseudonyms.person(claims.oin, claims.sub), org, claims.oin, claims.task)


def _organisation(claims: Claims, reference: Reference, now: datetime) -> OrgCode:
    participant = reference.participant_by_oin(claims.oin, now)
    if participant is not None:
        if claims.task not in participant.domains:
            raise reference.refuse("WRONG_HAT")
        return participant.code
    supervisor = reference.supervisor_by_oin(claims.oin, now)
    if supervisor is not None:
        if claims.task not in supervisor.tasks:
            raise reference.refuse("WRONG_HAT")
        return supervisor.code
    staff = reference.staff
    if claims.oin != staff.oin:
        raise reference.refuse("NOT_PARTICIPANT")
    role = reference.staff_role(staff.code, claims.task, now)
    if role is None or role == NOBODY:
        raise reference.refuse("WRONG_HAT")
    return staff.code
