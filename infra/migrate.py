"""Brings a database to today's shape: numbered SQL files, forward only, under a lock so that two starts do not race."""

from importlib import resources
from importlib.resources.abc import Traversable

import psycopg

from events.errors import Unavailable
from infra.event_store import open_recorder

LOCK = 0x7A7668_01  # any fixed number; ours spells "zvh"


def missing(dsn: str) -> list[str]:
    """Return the names of the migrations that *dsn* lacks. Raises: Unavailable."""
    try:
        with psycopg.connect(dsn, autocommit=True, connect_timeout=5) as connection:
            done = {row[0] for row in connection.execute("SELECT name FROM public.zvh_migrations")}
    except psycopg.errors.UndefinedTable:
        done = set()
    except psycopg.OperationalError:
        raise _unavailable() from None
    return [script.name for script in _scripts() if script.name not in done]


def migrate(dsn: str) -> list[str]:
    """Apply the migrations that *dsn* lacks, then make the library's own tables. Returns the names that were applied.

    Raises: Unavailable when the database does not answer.
    """
    applied: list[str] = []
    try:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
            connection.execute("CREATE TABLE IF NOT EXISTS public.zvh_migrations (name text PRIMARY KEY)")
            done = {row[0] for row in connection.execute("SELECT name FROM public.zvh_migrations")}
            for script in _scripts():
                if script.name in done:
                    continue
                with connection.transaction():
                    connection.execute(script.read_bytes())
                    connection.execute("INSERT INTO public.zvh_migrations VALUES (%s)", (script.name,))
                applied.append(script.name)
            with open_recorder(dsn) as recorder:
                recorder.create_table()
    except psycopg.OperationalError:
        raise _unavailable() from None
    return applied


def _scripts() -> list[Traversable]:
    found = (entry for entry in resources.files("infra.migrations").iterdir() if entry.name.endswith(".sql"))
    return sorted(found, key=lambda entry: entry.name)


def _unavailable() -> Unavailable:
    return Unavailable("De database antwoordt niet. Controleer ZVH_DATABASE en of PostgreSQL draait.")
