"""Decided changes on top of the packaged tables: a new entry ends the one of the same name (domain 7, governance)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from events.errors import BadSetting
from events.governance import TableChange
from policies.tables import Tables

KEYS: Mapping[str, tuple[str, ...]] = {
    "participants": ("code",),
    "staff": ("code",),
    "channels": ("code",),
    "terms": ("name",),
    "purposes": ("code",),
    "categories": ("code",),
    "stages": ("code",),
    "kinds": ("code",),
    "secrecy_grounds": ("code",),
    "legal_refs": ("key",),
    "places": ("code",),
    "mandates": ("command",),
    "choices": ("list", "code"),
    "settings": ("name",),
    "required_parts": ("code",),
    "third_parties": ("code",),
    "collaborations": ("code",),
    "supervisors": ("code",),
    "ledger_rights": ("role",),
    "reports": ("code",),
}
"""Table -> the fields that together name an entry; joined by "/" they are the key of a change."""


def amended(tables: Tables, changes: Sequence[TableChange]) -> Tables:
    """Return *tables* with the entry of each change, in order; the entry in force before it ends the day before.

    Raises: BadSetting when a table is not known, an entry does not fit, or one already starts on or after that day.
    """
    content = tables.model_dump(mode="json", exclude={"refusals"})
    for change in changes:
        _put(content, change)
    try:
        return Tables.model_validate({**content, "refusals": tables.refusals})
    except ValueError as error:
        raise BadSetting(f"Een besluit over de regels past niet in de tabellen: {error}") from None


def _put(content: dict[str, list[dict[str, object]]], change: TableChange) -> None:
    fields = KEYS.get(change.table)
    if fields is None:
        raise BadSetting(f"De tabel {change.table} bestaat niet, of verandert niet door een besluit.")
    if _name(change.entry, fields) != change.key:
        raise BadSetting(f"De regel {change.key} van {change.table} draagt een andere naam.")
    try:
        start = date.fromisoformat(str(change.entry.get("valid_from")))
    except ValueError:
        raise BadSetting(f"De regel {change.key} van {change.table} noemt geen dag waarop hij ingaat.") from None
    for entry in content[change.table]:
        if _name(entry, fields) != change.key:
            continue
        if date.fromisoformat(str(entry["valid_from"])) >= start:
            raise BadSetting(f"De regel {change.key} van {change.table} geldt al vanaf een latere of dezelfde dag.")
        until = entry.get("valid_until")
        if until is None or date.fromisoformat(str(until)) >= start:
            entry["valid_until"] = (start - timedelta(days=1)).isoformat()
    content[change.table].append(dict(change.entry))


def _name(entry: Mapping[str, object], fields: Sequence[str]) -> str:
    return "/".join(str(entry.get(field)) for field in fields)
