"""Which rules a decision may name: their text and the tables of the day, made again from the facts of governance."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime

import rfc8785
from pydantic import TypeAdapter, ValidationError

from events.errors import BadSetting
from events.governance import TableChange
from policies.entries import day_of
from policies.reference import Reference

_CHANGES: TypeAdapter[tuple[TableChange, ...]] = TypeAdapter(tuple[TableChange, ...])


class Rules:
    """The sets that were taken into use and the decided changes of the tables, in the order of the log."""

    def __init__(self) -> None:
        self._sets: set[str] = set()
        self._tables: Mapping[str, object] | None = None
        self._changes: tuple[TableChange, ...] = ()
        self._reference: Reference | None = None
        self._digests: dict[tuple[str, date], str] = {}

    def activated(self, data: Mapping[str, object]) -> bool:
        """Take a set into use. Returns whether its text has the digest under which it was."""
        digest, files, tables = str(data.get("policy_set")), data.get("files"), data.get("tables")
        self._sets.add(digest)
        self._tables = tables if isinstance(tables, dict) else None
        self._changed()
        return isinstance(files, dict) and hashlib.sha256(rfc8785.dumps(files)).hexdigest() == digest

    def decided(self, data: Mapping[str, object]) -> None:
        """Take a decision of the controllers."""
        try:
            self._changes += _CHANGES.validate_python(data.get("changes"))
        except ValidationError:
            return  # its bytes are no such fact, which is told where the case of it is checked
        self._changed()

    def known(self, policy_set: str) -> bool:
        """Say whether this set was ever in use until now."""
        return policy_set in self._sets

    def digest(self, policy_set: str, at: datetime) -> str | None:
        """Return the digest of a set together with the tables of a day; None when the tables cannot be read."""
        key = policy_set, day_of(at)
        if key not in self._digests:
            reference = self._read()
            if reference is None:
                return None
            whole = f"{policy_set}|{reference.digest(at)}"
            self._digests[key] = hashlib.sha256(whole.encode()).hexdigest()
        return self._digests[key]

    def _changed(self) -> None:
        self._reference = None
        self._digests.clear()

    def _read(self) -> Reference | None:
        if self._reference is None and self._tables is not None:
            try:
                self._reference = Reference.restored(self._tables).amended(self._changes)
            except BadSetting:
                return None
        return self._reference
