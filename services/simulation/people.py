"""Invented people. Every BSN starts with 9, as no real one does, and every surname ends in -Test."""

from datetime import date, timedelta
from random import Random

from services.submission_values import is_bsn

_GIVEN = ("Aart", "Bente", "Cem", "Dilara", "Evert", "Femke", "Goran", "Hanne", "Ilias", "Jikke", "Karim", "Loes")
_FAMILY = ("Achterberg", "Brouwer", "Ćosić", "van Drunen", "Özdemir", "van der Linde", "Martina", "Noordzij")
_STREETS = ("Denkbeeldweg", "Oefenpad", "Schijnhof", "Verzonnenlaan")
_PLACES = ("Barendrecht", "Capelle aan den IJssel", "Rotterdam", "Schiedam", "Vlaardingen")


def bsn(rng: Random) -> str:
    """Return a test BSN: starts with 9 and satisfies the 11-check."""
    while True:
        start = f"9{rng.randrange(10**7):07d}"
        for last in "0123456789":
            if is_bsn(start + last):
                return start + last


def person(rng: Random) -> dict[str, object]:
    """Return somebody who does not exist, between 12 and 75 years old on 1 January 2026."""
    born = date(2026, 1, 1) - timedelta(days=rng.randrange(12 * 365, 75 * 365))
    return {
        "bsn": bsn(rng),
        "given_name": rng.choice(_GIVEN),
        "family_name": f"{rng.choice(_FAMILY)}-Test",
        "birth_date": born.isoformat(),
        "address": f"{rng.choice(_STREETS)} {rng.randrange(1, 200)}",
        "municipality": rng.choice(_PLACES),
    }
