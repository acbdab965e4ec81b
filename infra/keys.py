"""The key ring: one data key per (case, data subject), wrapped by a key-encryption key of the house.

Import-linter lets only the key rooms and the wiring see this module.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID, uuid4

import psycopg
from psycopg_pool import ConnectionPool

from events.errors import BadSetting, Corrupt, Refusal, Unavailable
from infra.wrapping import KEY_BYTES, Wrapping

WAIT_SECONDS = 2.0
"""How long one use waits for a connection before it is told that the key store does not answer."""
ATTEMPTS = 3
"""How often a new key is wrapped again because the key-encryption key changed meanwhile."""
_OPEN = """
SELECT d.key_id, d.case_id, d.subject_id, d.kek_id, d.wrapped, w.state
FROM keys.data_keys AS d LEFT JOIN keys.wrappings AS w USING (kek_id) WHERE
"""
# Under the lock of its row the current key-encryption key stays current until the new key stands.
_MAKE = """
WITH current AS (SELECT kek_id FROM keys.wrappings WHERE kek_id = %(kek)s AND state = 'CURRENT' FOR SHARE)
INSERT INTO keys.data_keys (key_id, case_id, subject_id, kek_id, wrapped)
SELECT %(key)s, %(case)s, %(subject)s, kek_id, %(wrapped)s FROM current
WHERE NOT EXISTS (SELECT FROM keys.destroyed WHERE case_id = %(case)s)
  AND NOT EXISTS (SELECT FROM keys.erased WHERE case_id = %(case)s AND subject_id = %(subject)s)
ON CONFLICT DO NOTHING
"""
_BARRED = """
SELECT 1 WHERE EXISTS (SELECT FROM keys.destroyed WHERE case_id = %(case)s)
            OR EXISTS (SELECT FROM keys.erased WHERE case_id = %(case)s AND subject_id = %(subject)s)
"""


class Dead(Protocol):
    """Which keys must be dead, by what is remembered outside the database."""

    def is_dead(self, key_id: UUID, case_id: UUID, subject_id: UUID) -> bool:
        """Say whether this key was destroyed. Raises: Corrupt; Unavailable."""
        ...


class KeyRing:
    """Data keys in PostgreSQL, never in clear. Safe from several threads; keys are not kept longer than a call.

    Args:
        wrappings: the key-encryption keys that this process can use. A key store without any takes the first.
        dead: what must not be opened, whatever the database says.
    """

    def __init__(self, dsn: str, wrappings: Sequence[Wrapping], dead: Dead | None = None) -> None:
        self._wrappings = {one.id: one for one in wrappings}
        self._first = wrappings[0].id
        self._dead = dead
        self.pool = ConnectionPool(
            dsn,
            min_size=1,
            max_size=8,
            open=True,
            kwargs={"autocommit": True},
            timeout=WAIT_SECONDS,
            # After a restart of the server the first use finds a live connection, and is not refused for a dead one.
            check=ConnectionPool.check_connection,
        )

    def close(self) -> None:
        """Give back the connections."""
        self.pool.close()

    def current(self) -> Wrapping:
        """Return the key-encryption key for what is new. Raises: Unavailable, also when this process has it not."""
        row = self.query("SELECT kek_id FROM keys.wrappings WHERE state = 'CURRENT'", {})
        if row is None:
            self.query(
                "INSERT INTO keys.wrappings (kek_id, state) VALUES (%(first)s, 'CURRENT') ON CONFLICT DO NOTHING",
                {"first": self._first},
            )
            row = self.query("SELECT kek_id FROM keys.wrappings WHERE state = 'CURRENT'", {})
        if row is None:
            raise Unavailable("De sleutelkast zegt niet welke hoofdsleutel geldt. Probeer het later opnieuw.")
        return self.wrapping(str(row[0]))

    def wrapping(self, kek_id: str) -> Wrapping:
        """Return a key-encryption key by its name. Raises: Unavailable when this process has it not."""
        found = self._wrappings.get(kek_id)
        if found is None:
            raise Unavailable(_lacking(kek_id))
        return found

    def has(self, kek_id: str) -> bool:
        """Say whether this process has a key-encryption key."""
        return kek_id in self._wrappings

    def check(self) -> None:
        """Be silent, or refuse a process without the key-encryption key in force. Raises: BadSetting; Unavailable."""
        rows = self.rows("SELECT kek_id FROM keys.wrappings WHERE state = 'CURRENT'", {})
        if rows and rows[0][0] not in self._wrappings:
            raise BadSetting(_lacking(rows[0][0]))

    def key_for_sealing(self, case_id: UUID, subject_id: UUID) -> tuple[UUID, bytes]:
        """Return (key id, key) of one person in one case; makes the key when it is the first.

        Raises: Unavailable; Refusal with DESTROYED when the keys of the case, or of this person in it, were destroyed.
        """
        wanted = {"case": case_id, "subject": subject_id}
        where = "d.case_id = %(case)s AND d.subject_id = %(subject)s"
        found = self._select(where, wanted)
        for _ in range(ATTEMPTS):
            if found is not None:
                return found
            self._make(case_id, subject_id)
            # Somebody else may have made it in the meantime: the row that stands is the key.
            found = self._select(where, wanted)
            if found is None and self.query(_BARRED, wanted):
                raise Refusal(
                    "DESTROYED",
                    "De gegevens van deze zaak, of van deze persoon daarin, zijn vernietigd.",
                    "Hierover kan niets meer worden vastgelegd.",
                    "AVG:storage-limitation",
                )
        if found is None:
            raise Unavailable("De sleutelkast geeft geen sleutel terug. Probeer het later opnieuw.")
        return found

    def key_for_opening(self, key_id: UUID) -> bytes | None:
        """Return the key, or None when it was destroyed. Raises: Unavailable; Corrupt when it does not unwrap."""
        found = self._select("d.key_id = %(key)s", {"key": key_id})
        return None if found is None else found[1]

    def _make(self, case_id: UUID, subject_id: UUID) -> None:
        wrapping, key_id = self.current(), uuid4()
        wrapped = wrapping.wrap(secrets.token_bytes(KEY_BYTES), place_of(key_id, case_id, subject_id))
        self.query(
            _MAKE,
            {"kek": wrapping.id, "key": key_id, "case": case_id, "subject": subject_id, "wrapped": wrapped},
        )

    def _select(self, where: str, values: Mapping[str, object]) -> tuple[UUID, bytes] | None:
        row = self.query(_OPEN + where, values)
        if row is None:
            return None
        key_id, case_id, subject_id, kek_id, wrapped, state = row
        if self._dead is not None and self._dead.is_dead(key_id, case_id, subject_id):
            return None
        if state not in ("CURRENT", "READABLE"):
            raise Corrupt(f"Sleutel {key_id} staat onder hoofdsleutel {kek_id}, die is vervangen en niet meer geldt.")
        return key_id, self.wrapping(kek_id).unwrap(bytes(wrapped), place_of(key_id, case_id, subject_id))

    def query(self, statement: str, values: Mapping[str, object]) -> tuple[Any, ...] | None:
        """Run one statement on the key store and return its first row, if any. Raises: Unavailable."""
        found = self.rows(statement, values)
        return found[0] if found else None

    def rows(self, statement: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """Run one statement on the key store and return its rows. Raises: Unavailable."""
        try:
            with self.pool.connection() as connection:
                cursor = connection.execute(statement.encode(), values)
                return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            raise unavailable(error) from None


def place_of(key_id: object, case_id: object, subject_id: object) -> bytes:
    """Return the one place of a wrapped data key."""
    return f"zvh.key.v1|{key_id}|{case_id}|{subject_id}".encode()


def unavailable(error: Exception) -> Unavailable:
    """Return what to tell of a key store that does not answer; the driver's own text may quote a row."""
    return Unavailable(f"De sleutelkast antwoordt niet ({type(error).__name__}). Probeer het later opnieuw.")


def _lacking(kek_id: str) -> str:
    return (
        f"De sleutelkast gebruikt hoofdsleutel {kek_id}, en die heeft dit proces niet. Is ZVH_KEY_FILE de juiste? "
        "Geef deze hoofdsleutel (ZVH_KEY_FILE, ZVH_KEY_NEXT_FILE of ZVH_TRANSIT_URL) en start opnieuw."
    )
