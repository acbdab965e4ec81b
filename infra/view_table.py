"""One table of answers, and the ways in which rows get into it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import LiteralString

import psycopg
from psycopg import sql

NULL = r"\N"


@dataclass(frozen=True)
class Index:
    """One further index of a table."""

    columns: tuple[str, ...]
    where: LiteralString = "true"
    """Which rows stand in it."""
    method: LiteralString = "btree"


@dataclass(frozen=True)
class ViewTable:
    """One table of answers."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    indexes: tuple[Index, ...] = ()
    """Beside the one of the key."""
    totals: bool = False
    """Whether what is not key is added up: numbers by sum, sets of numbers by union."""


def copy_in(session: psycopg.Connection, table: sql.Identifier, columns: tuple[str, ...], lines: Iterable[str]) -> None:
    """Write *lines* to *table* with COPY."""
    _copy(session, _copying(table, columns), lines)


def put(session: psycopg.Connection, table: ViewTable, lines: Iterable[str], schema: str = "views") -> None:
    """Write *lines*, one per key: new rows, and for a key that is there the row in its place, or added to it."""
    statements = _putting(table, schema)
    session.execute(statements.make)
    with session.transaction():
        _copy(session, statements.copy, lines)
        session.execute(statements.merge)


@dataclass(frozen=True)
class _Putting:
    """What ``put`` says to the database, for one table. Put together once: small batches would pay for it each time."""

    make: bytes
    copy: bytes
    merge: bytes


@cache
def _putting(table: ViewTable, schema: str) -> _Putting:
    fresh, live = sql.Identifier(f"{table.name}_fresh"), sql.Identifier(schema, table.name)
    like = sql.Identifier("views", table.name)
    make = sql.SQL("CREATE TEMP TABLE IF NOT EXISTS {} (LIKE {}) ON COMMIT DELETE ROWS").format(fresh, like)
    change = "kept.{0} + excluded.{0}" if table.totals else "excluded.{0}"
    updates = sql.SQL(", ").join(
        sql.SQL("{0} = " + change).format(sql.Identifier(column)) for column in table.columns if column not in table.key
    )
    merge = sql.SQL("INSERT INTO {} AS kept SELECT * FROM {} ON CONFLICT ({}) DO UPDATE SET {}").format(
        live, fresh, sql.SQL(", ").join(map(sql.Identifier, table.key)), updates
    )
    return _Putting(make.as_bytes(), _copying(fresh, table.columns), merge.as_bytes())


def _copying(table: sql.Identifier, columns: tuple[str, ...]) -> bytes:
    named = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) FROM STDIN").format(table, named).as_bytes()


def _copy(session: psycopg.Connection, statement: bytes, lines: Iterable[str]) -> None:
    with session.cursor() as cursor, cursor.copy(statement) as copy:
        for block in _blocks(lines):
            copy.write(block)


def _blocks(lines: Iterable[str]) -> Iterable[str]:
    block: list[str] = []
    for line in lines:
        block.append(line)
        if len(block) == 500:
            yield "".join(block)
            block.clear()
    yield "".join(block)
