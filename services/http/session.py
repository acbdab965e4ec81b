"""Who asks: the bearer token of a request becomes one person, one organisation and one task."""

from collections.abc import Callable
from uuid import UUID, uuid5

from fastapi import Request

from events.errors import NotSignedIn
from services.acting import Acting
from services.bootstrap import House
from services.http.reading import Misread
from services.sessions import acting_of

COMMANDS = UUID("c3a4f8be-51f5-5a32-8d0c-2a0a9f6c6d4e")
"""Name space of the numbers of commands that come by HTTP (UUIDv5)."""
SigningIn = Callable[[Request], Acting]
KEY = "Idempotency-Key"
LONGEST_KEY = 200
"""Characters."""


def signing_in(house: House) -> SigningIn:
    """Return the dependency that every route of a router with content has, so that nothing is read of a stranger."""

    def signed_in(request: Request) -> Acting:
        return session_of(house, request)

    return signed_in


def session_of(house: House, request: Request) -> Acting:
    """Return who asks. Raises: NotSignedIn; Refusal with NOT_PARTICIPANT or WRONG_HAT; Unavailable."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn("U bent niet aangemeld.", "Meld u aan bij uw eigen organisatie.")
    claims = house.tokens.read(token.strip())
    return acting_of(claims, house.pseudonyms, house.reference, house.clock.now())


def command_id_of(request: Request, acting: Acting) -> UUID:
    """Return the number of the command of this request: the same key of the same person gives the same number.

    Raises: Misread when the request has no ``Idempotency-Key``, or one that is too long.
    """
    key = request.headers.get(KEY, "").strip()
    if not key:
        raise Misread("MISSING_FIELD", KEY)
    if len(key) > LONGEST_KEY:
        raise Misread("BAD_VALUE", KEY)
    return uuid5(COMMANDS, f"{acting.oin}|{acting.person}|{acting.task}|{key}")
