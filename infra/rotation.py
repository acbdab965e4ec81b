"""Another key-encryption key, or another version of it: every data key is wrapped anew, while services go on.

No fact, no sealed value and no data key changes; only what stands around the data keys. It may be killed at any moment
and run again: until the last key is wrapped anew both key-encryption keys are read, and then the old one is refused.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection

from events.errors import BadSetting, Corrupt, Unavailable
from infra.erasing import tidy
from infra.house_secrets import place_of_secret
from infra.keys import KeyRing, place_of, unavailable
from infra.wrapping import Wrapping

LOCK = 0x7A7668_02  # any fixed number; the first one is that of the migrations
BATCH = 200
_BATCH = f"""
SELECT key_id, case_id, subject_id, kek_id, wrapped FROM keys.data_keys
WHERE key_id > %s ORDER BY key_id LIMIT {BATCH}
"""  # noqa: S608 - our text
# Where the row is another one by now, or gone, nothing happens: a destroyed key never comes back.
_RENEW = "UPDATE keys.data_keys SET kek_id = %s, wrapped = %s WHERE key_id = %s AND wrapped = %s"
_RETIRE = """
UPDATE keys.wrappings AS w SET state = 'RETIRED', since = now() WHERE state = 'READABLE'
  AND NOT EXISTS (SELECT FROM keys.data_keys AS d WHERE d.kek_id = w.kek_id)
  AND NOT EXISTS (SELECT FROM keys.house_secrets AS h WHERE h.kek_id = w.kek_id)
RETURNING kek_id
"""
_LEFT = """
SELECT (SELECT count(*) FROM keys.data_keys WHERE kek_id <> %(kek)s)
     + (SELECT count(*) FROM keys.house_secrets WHERE kek_id <> %(kek)s)
"""


@dataclass(frozen=True)
class Standing:
    """How one key-encryption key stands."""

    kek_id: str
    state: str
    """CURRENT, READABLE or RETIRED."""
    keys: int
    """How many data keys are wrapped by it."""
    here: bool
    """Whether this process has it."""


@dataclass(frozen=True)
class Rotated:
    """What one run did."""

    kek_id: str
    renewed: int
    retired: tuple[str, ...]


class Rotation:
    """Changes the key-encryption key. All raise Unavailable."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def standing(self) -> list[Standing]:
        """Return every key-encryption key that this house ever used, the one in force first."""
        rows = self._ring.rows(
            "SELECT w.kek_id, w.state, count(d.key_id) FROM keys.wrappings AS w LEFT JOIN keys.data_keys AS d "
            "USING (kek_id) GROUP BY w.kek_id, w.state, w.since ORDER BY w.state = 'CURRENT' DESC, w.since DESC",
            {},
        )
        return [Standing(kek, state, keys, self._ring.has(kek)) for kek, state, keys in rows]

    def run(self, kek_id: str | None = None, tell: Callable[[int], None] = lambda _: None) -> Rotated:
        """Wrap every key anew under *kek_id*, or under the newest version of the one in force.

        Args:
            tell: hears how many keys were looked at so far.
        Raises: BadSetting when that one was retired, or is not here; Corrupt when keys are damaged: the others are
            wrapped anew, and the old key-encryption key stays.
        """
        target = self._ring.current() if kek_id is None else self._ring.wrapping(kek_id)
        with self._alone() as session:
            _put_in_force(session, target.id)
            self._secrets(session, target)
            renewed, damaged, left = 0, list[UUID](), -1
            # A key that was made while this runs may still stand under the old one: look again until nothing changes.
            while True:
                damaged.clear()
                renewed += self._pass(session, target, damaged, tell)
                before, left = left, _left(session, target.id)
                if left in (0, before):
                    break
            session.execute("UPDATE keys.housekeeping SET deletions = deletions + 1")
            retired = tuple(row[0] for row in session.execute(_RETIRE).fetchall())
        tidy(self._ring)
        if damaged:
            raise Corrupt(
                f"{len(damaged)} sleutels zijn beschadigd en niet opnieuw verpakt, de eerste is {damaged[0]}. De oude "
                "hoofdsleutel blijft leesbaar. Zet deze rijen terug uit een back-up en start opnieuw."
            )
        return Rotated(target.id, renewed, retired)

    def _pass(
        self, session: Connection[Any], target: Wrapping, damaged: list[UUID], tell: Callable[[int], None]
    ) -> int:
        after, renewed, seen = UUID(int=0), 0, 0
        while rows := session.execute(_BATCH.encode(), (after,)).fetchall():
            for key_id, case_id, subject_id, kek_id, wrapped in rows:
                place = place_of(key_id, case_id, subject_id)
                try:
                    fresh = self._renewed(target, kek_id, bytes(wrapped), place)
                except Corrupt:
                    damaged.append(key_id)
                    continue
                if (kek_id, fresh) != (target.id, bytes(wrapped)):
                    renewed += session.execute(_RENEW, (target.id, fresh, key_id, wrapped)).rowcount
            after, seen = rows[-1][0], seen + len(rows)
            tell(seen)
        return renewed

    def _secrets(self, session: Connection[Any], target: Wrapping) -> None:
        rows = session.execute("SELECT name, kek_id, wrapped FROM keys.house_secrets").fetchall()
        for name, kek_id, wrapped in rows:
            fresh = self._renewed(target, kek_id, bytes(wrapped), place_of_secret(name))
            session.execute(
                "UPDATE keys.house_secrets SET kek_id = %s, wrapped = %s WHERE name = %s", (target.id, fresh, name)
            )

    def _renewed(self, target: Wrapping, kek_id: str, wrapped: bytes, place: bytes) -> bytes:
        if kek_id == target.id:
            return target.renew(wrapped, place)
        return target.wrap(self._ring.wrapping(kek_id).unwrap(wrapped, place), place)

    @contextmanager
    def _alone(self) -> Iterator[Connection[Any]]:
        try:
            with self._ring.pool.connection() as session:
                row = session.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
                if row is None or not row[0]:
                    raise Unavailable("De hoofdsleutel wordt al gewisseld. Wacht tot dat klaar is.")
                try:
                    yield session
                finally:
                    session.execute("SELECT pg_advisory_unlock(%s)", (LOCK,))
        except psycopg.Error as error:
            raise unavailable(error) from None


def _left(session: Connection[Any], kek_id: str) -> int:
    row = session.execute(_LEFT, {"kek": kek_id}).fetchone()
    return int(row[0]) if row else 0


def _put_in_force(session: Connection[Any], kek_id: str) -> None:
    with session.transaction():
        row = session.execute("SELECT state FROM keys.wrappings WHERE kek_id = %s", (kek_id,)).fetchone()
        if row is not None and row[0] == "RETIRED":
            raise BadSetting(f"Hoofdsleutel {kek_id} is eerder vervangen en komt niet terug. Maak een nieuwe.")
        session.execute(
            "UPDATE keys.wrappings SET state = 'READABLE' WHERE state = 'CURRENT' AND kek_id <> %s", (kek_id,)
        )
        session.execute(
            "INSERT INTO keys.wrappings (kek_id, state) VALUES (%s, 'CURRENT') "
            "ON CONFLICT (kek_id) DO UPDATE SET state = 'CURRENT'",
            (kek_id,),
        )
