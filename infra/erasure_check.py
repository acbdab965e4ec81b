"""Holds the key store against the erasure ledger: what an old backup brought back is found, and destroyed again."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from events.erasure import KeyGone
from events.errors import Corrupt
from infra.erasing import bury, needed, sweep
from infra.erasure_ledger import ErasureLedger, Line
from infra.keys import KeyRing

# A destruction that is under way has its keys for a moment longer: it is finished, not repeated.
_RISEN = """
SELECT d.key_id, d.case_id, d.subject_id FROM keys.data_keys AS d
WHERE (d.key_id = ANY(%(named)s) OR d.case_id = ANY(%(cases)s)
       OR (d.case_id, d.subject_id) IN (SELECT * FROM unnest(%(of)s::uuid[], %(persons)s::uuid[])))
  AND NOT EXISTS (SELECT FROM keys.dying AS x WHERE x.case_id = d.case_id)
ORDER BY d.key_id
"""


class ErasureCheck:
    """What the ledger says of the key store. All raise Corrupt, Unavailable, and BadSetting without a ledger."""

    def __init__(self, ring: KeyRing, ledger: ErasureLedger | None) -> None:
        self._ring, self._kept = ring, ledger

    @property
    def _ledger(self) -> ErasureLedger:
        return needed(self._kept)

    def lines(self) -> list[Line]:
        """Return the whole ledger."""
        return self._ledger.lines()

    def line_of(self, fact_id: UUID) -> Line | None:
        """Return the line that one fact led to."""
        return self._ledger.line_of(fact_id)

    def hold(self) -> None:
        """Be silent, or say that the ledger was cut short or that keys are back that must be dead.

        Without a ledger there is nothing to hold against; whatever destroys then says so.
        """
        if self._kept is None:
            return
        row = self._ring.query("SELECT ledger_lines FROM keys.housekeeping", {})
        remembered, lines = int(row[0]) if row else 0, self._kept.lines()
        if len(lines) < remembered:
            raise Corrupt(
                f"Het vernietigingsregister heeft {len(lines)} regels en had er {remembered}. Zet het bestand van "
                "ZVH_ERASURE_LEDGER terug uit een kopie."
            )
        back = sum(len(keys) for _, keys in self.risen())
        if back:
            raise Corrupt(
                f"In de sleutelkast staan {back} sleutels die vernietigd horen te zijn: er is een oude back-up "
                "teruggezet. Er wordt niets getoond. Voer eerst `zvh subject re-erase` uit."
            )

    def risen(self) -> list[tuple[Line, tuple[KeyGone, ...]]]:
        """Return the keys that are there and must be dead, each with the line that says so."""
        lines = self._ledger.lines()
        pairs = [(one.burial.case_id, one.burial.subject_id) for one in lines if one.burial.subject_id is not None]
        rows = self._ring.rows(
            _RISEN,
            {
                "named": [key.key_id for one in lines for key in one.burial.keys],
                "cases": [one.burial.case_id for one in lines if one.burial.subject_id is None],
                "of": [case for case, _ in pairs],
                "persons": [person for _, person in pairs],
            },
        )
        return _by_line(lines, rows)

    def bury_again(self) -> None:
        """Destroy again all that the ledger names, and bar it from ever getting a key."""
        bury(self._ring, self._ledger.lines())
        sweep(self._ring)

    def destroyed_before(self) -> list[UUID]:
        """Return the cases that were destroyed while there was no ledger; none once there is one."""
        if self._kept is None or self._kept.lines():
            return []
        found = self._ring.rows(
            "SELECT case_id FROM keys.destroyed, keys.housekeeping WHERE ledger_lines = 0 ORDER BY destroyed_at", {}
        )
        return [row[0] for row in found]


def _by_line(lines: Sequence[Line], rows: Sequence[tuple[Any, ...]]) -> list[tuple[Line, tuple[KeyGone, ...]]]:
    # Of several lines that name a key the first one counts: that of the whole case, where it went as a whole.
    named = {key.key_id: line for line in reversed(lines) for key in line.burial.keys}
    placed = {(line.burial.case_id, line.burial.subject_id): line for line in reversed(lines)}
    found: dict[int, list[KeyGone]] = {}
    for key_id, case_id, subject_id in rows:
        line = named.get(key_id) or placed.get((case_id, subject_id)) or placed[case_id, None]
        found.setdefault(line.number, []).append(KeyGone(key_id=key_id, subject_id=subject_id))
    return [(lines[number - 1], tuple(keys)) for number, keys in sorted(found.items())]
