"""The secrets of the house: what blind index, pseudonyms and digests are keyed with.

Facts hold pseudonyms and digests for ever, so these secrets never change. They stand in the key store, wrapped like a
data key, so that the key-encryption key may be another one tomorrow or live in an engine.
"""

import secrets
from typing import Any

import psycopg
from psycopg import Connection

from events.errors import BadSetting, Corrupt
from infra.keys import KeyRing, unavailable
from infra.wrapping import KEY_BYTES, LocalWrapping, Wrapping

NAMES = ("blind-index", "person", "digest")


def house_secrets(ring: KeyRing) -> dict[str, bytes]:
    """Return each secret of 32 bytes by its name; makes them when the house is new.

    A house that is older than this table gets those that it always had: they came out of its key-encryption key.
    Raises: Unavailable; BadSetting when that key is not here; Corrupt when the secrets are gone or do not unwrap.
    """
    current = ring.current()
    try:
        with ring.pool.connection() as session, session.transaction():
            if session.execute("SELECT 1 FROM keys.founding WHERE secrets <> 'MADE'").fetchone():
                _found(session, current)
            rows = session.execute("SELECT name, kek_id, wrapped FROM keys.house_secrets").fetchall()
    except psycopg.Error as error:
        raise unavailable(error) from None
    found = {name: ring.wrapping(kek).unwrap(bytes(wrapped), place_of_secret(name)) for name, kek, wrapped in rows}
    if found.keys() != set(NAMES):
        raise Corrupt(
            "De geheimen van het huis ontbreken in de sleutelkast. Zet een back-up van het schema keys terug."
        )
    return found


def place_of_secret(name: str) -> bytes:
    """Return the one place of a wrapped secret."""
    return f"zvh.house.v1|{name}".encode()


def _found(session: Connection[Any], current: Wrapping) -> None:
    # The lock on the one row of the founding makes two first starts wait for each other.
    founding = session.execute("SELECT secrets FROM keys.founding WHERE secrets <> 'MADE' FOR UPDATE").fetchone()
    if founding is None:
        return
    for name, secret in _made(founding[0], current).items():
        session.execute(
            "INSERT INTO keys.house_secrets VALUES (%s, %s, %s)",
            (name, current.id, current.wrap(secret, place_of_secret(name))),
        )
    session.execute("UPDATE keys.founding SET secrets = 'MADE'")


def _made(founding: str, current: Wrapping) -> dict[str, bytes]:
    if founding == "NEW":
        return {name: secrets.token_bytes(KEY_BYTES) for name in NAMES}
    if not isinstance(current, LocalWrapping):
        raise BadSetting(
            "Dit huis werkte al met een hoofdsleutel uit ZVH_KEY of ZVH_KEY_FILE. Start één keer met alleen die "
            "sleutel, en verhuis daarna met `zvh keys rotate`."
        )
    return {name: current.derived(name) for name in NAMES}
