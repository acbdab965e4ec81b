"""Destroys data keys: first a line in the erasure ledger, then the rows, then what deleted rows leave on disk."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import Connection

from events.erasure import Burial, KeyGone
from events.errors import BadSetting
from infra.erasure_ledger import ErasureLedger, Line
from infra.keys import KeyRing, unavailable

GRACE = "10 minutes"
"""How long a pseudonym that was just asked for waits for its first key before it counts as left over."""
LOCK_TIMEOUT = "2s"
"""How long tidying waits for the table: whoever reads keys may not queue behind it for longer."""
TABLES = ("keys.data_keys", "keys.subject_index")
_LEFT_OVER = f"""
DELETE FROM keys.subject_index AS i WHERE asked_at < now() - interval '{GRACE}'
  AND NOT EXISTS (SELECT FROM keys.data_keys AS d WHERE d.subject_id = i.subject_id)
"""  # noqa: S608 - our text
_BARRED = """
DELETE FROM keys.data_keys AS d
WHERE EXISTS (SELECT FROM keys.destroyed AS x WHERE x.case_id = d.case_id)
   OR EXISTS (SELECT FROM keys.erased AS x WHERE (x.case_id, x.subject_id) = (d.case_id, d.subject_id))
"""
_DELETE = """
DELETE FROM keys.data_keys WHERE key_id = ANY(%(named)s)
   OR (case_id = %(case)s AND (%(subject)s::uuid IS NULL OR subject_id = %(subject)s))
RETURNING subject_id
"""


class KeyEraser:
    """Fits ``services.ports.KeyDestroyer``.

    Args:
        ledger: None where no place was set; then nothing can be destroyed, because a backup would bring it back.
    """

    def __init__(self, ring: KeyRing, ledger: ErasureLedger | None) -> None:
        self._ring, self._ledger = ring, ledger

    def cases_of(self, subject_id: UUID) -> list[UUID]:
        """See the port."""
        found = self._ring.rows(
            "SELECT case_id FROM keys.data_keys WHERE subject_id = %(subject)s ORDER BY case_id",
            {"subject": subject_id},
        )
        return [row[0] for row in found]

    def keys_of(self, case_id: UUID, subject_id: UUID | None = None) -> tuple[KeyGone, ...]:
        """See the port."""
        found = self._ring.rows(
            "SELECT key_id, subject_id FROM keys.data_keys WHERE case_id = %(case)s "
            "AND (%(subject)s::uuid IS NULL OR subject_id = %(subject)s) ORDER BY key_id",
            {"case": case_id, "subject": subject_id},
        )
        return tuple(KeyGone(key_id=key, subject_id=subject) for key, subject in found)

    def originals(self, sealed_before: datetime, most: int) -> list[tuple[UUID, datetime]]:
        """See the port."""
        found = self._ring.rows(
            "SELECT case_id, made_at FROM keys.data_keys WHERE case_id = subject_id AND made_at <= %(before)s "
            "ORDER BY made_at LIMIT %(most)s",
            {"before": sealed_before, "most": most},
        )
        return [(submission, sealed_at) for submission, sealed_at in found]

    def announce(self, case_id: UUID, subject_id: UUID | None) -> UUID:
        """See the port."""
        needed(self._ledger)
        number = uuid4()
        self._ring.query(
            "INSERT INTO keys.dying (announced, case_id, subject_id) VALUES (%(number)s, %(case)s, %(subject)s)",
            {"number": number, "case": case_id, "subject": subject_id or case_id},
        )
        return number

    def announced(self) -> list[tuple[UUID, UUID, UUID | None, datetime]]:
        """See the port."""
        found = self._ring.rows("SELECT announced, case_id, subject_id, since FROM keys.dying ORDER BY since", {})
        return [(number, case, None if subject == case else subject, since) for number, case, subject, since in found]

    def take_back(self, announced: UUID) -> None:
        """See the port."""
        self._ring.query("DELETE FROM keys.dying WHERE announced = %(number)s", {"number": announced})

    def destroy(self, burial: Burial, at: datetime) -> None:
        """See the port."""
        bury(self._ring, [needed(self._ledger).add(burial, at)])

    def sweep(self) -> None:
        """See the port."""
        sweep(self._ring)


def needed(ledger: ErasureLedger | None) -> ErasureLedger:
    """Return the ledger. Raises: BadSetting when there is no place for one."""
    if ledger is None:
        raise BadSetting(
            "ZVH_ERASURE_LEDGER ontbreekt: zonder vernietigingsregister buiten de back-up kan niets worden vernietigd. "
            "Geef een bestand op een schijf die niet met de database wordt teruggezet."
        )
    return ledger


def bury(ring: KeyRing, lines: Sequence[Line]) -> None:
    """Delete the keys that these lines name, and bar what they name from ever getting one. Raises: Unavailable."""
    with _transaction(ring) as session:
        for line in lines:
            burial = line.burial
            _bar(session, burial)
            named = [one.key_id for one in burial.keys]
            where = {"named": named, "case": burial.case_id, "subject": burial.subject_id}
            subjects = [row[0] for row in session.execute(_DELETE, where).fetchall()]
            session.execute((_LEFT_OVER + " AND i.subject_id = ANY(%s)").encode(), (subjects,))
            session.execute(
                "DELETE FROM keys.dying WHERE case_id = %s AND subject_id = %s",
                (burial.case_id, burial.subject_id or burial.case_id),
            )
            session.execute(
                "UPDATE keys.housekeeping SET deletions = deletions + 1, ledger_lines = greatest(ledger_lines, %s)",
                (line.number,),
            )


def sweep(ring: KeyRing) -> None:
    """Delete keys that were made while their case was being destroyed, and look-ups of persons without any key.

    Raises: Unavailable.
    """
    with _transaction(ring) as session:
        left = session.execute(_BARRED).rowcount + session.execute(_LEFT_OVER.encode()).rowcount
        if left:
            session.execute("UPDATE keys.housekeeping SET deletions = deletions + 1")
    tidy(ring)


def tidy(ring: KeyRing) -> bool:
    """Write anew the tables of which rows were deleted, so that their bytes leave the data files.

    Returns False when somebody keeps a table busy: the next round tries again. Raises: Unavailable.
    """
    try:
        with ring.pool.connection() as session:
            row = session.execute("SELECT deletions, tidied FROM keys.housekeeping").fetchone()
            if row is None or row[0] == row[1]:
                return True
            session.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'".encode())
            try:
                for table in TABLES:
                    session.execute(f"VACUUM (FULL) {table}".encode())
            finally:
                session.execute("RESET lock_timeout")
            session.execute("UPDATE keys.housekeeping SET tidied = greatest(tidied, %s)", (row[0],))
    except psycopg.errors.LockNotAvailable:
        return False
    except psycopg.Error as error:
        raise unavailable(error) from None
    return True


def _bar(session: Connection[Any], burial: Burial) -> None:
    if burial.subject_id is None:
        session.execute("INSERT INTO keys.destroyed (case_id) VALUES (%s) ON CONFLICT DO NOTHING", (burial.case_id,))
    else:
        session.execute(
            "INSERT INTO keys.erased (case_id, subject_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (burial.case_id, burial.subject_id),
        )


@contextmanager
def _transaction(ring: KeyRing) -> Iterator[Connection[Any]]:
    try:
        with ring.pool.connection() as session, session.transaction():
            yield session
    except psycopg.Error as error:
        raise unavailable(error) from None
