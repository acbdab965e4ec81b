"""Faults of a real database, made and undone by its administrator."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.conninfo import conninfo_to_dict

from infra.local.postgres import LocalPostgres


@contextmanager
def read_only(postgres: LocalPostgres, dsn: str, spared: str = "") -> Iterator[None]:
    """Everything can be read and nothing be written, except by sessions that call themselves *spared*."""
    with _administration(postgres, dsn) as (session, name):
        session.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
        _cut(session, name, spared)
        yield
        session.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only".encode())
        _cut(session, name, spared)


@contextmanager
def gone(postgres: LocalPostgres, dsn: str) -> Iterator[None]:
    """The database lets nobody in."""
    with _administration(postgres, dsn) as (session, name):
        session.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        _cut(session, name)
        yield
        session.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())


@contextmanager
def _administration(postgres: LocalPostgres, dsn: str) -> Iterator[tuple[psycopg.Connection, str]]:
    with psycopg.connect(postgres.dsn, autocommit=True) as session:
        yield session, str(conninfo_to_dict(dsn)["dbname"])


def _cut(session: psycopg.Connection, name: str, spared: str = "") -> None:
    session.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND application_name <> %s",
        (name, spared or "nobody"),
    )
