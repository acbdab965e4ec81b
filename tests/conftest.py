"""The real parts that tests share: one PostgreSQL and one Kafka per run, started here and stopped here."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
import pytest
from hypothesis import settings
from kafka.admin import KafkaAdminClient

from infra.local.kafka import LocalKafka
from infra.local.postgres import DATABASE, LocalPostgres
from infra.migrate import migrate
from infra.topics import apply, desired, new_passwords
from policies.reference import Reference
from services.channels import kebab

MIGRATED = "zvh_template"

# How long an example takes says something of the machine, not of the product.
settings.register_profile("zvh", deadline=None)
settings.load_profile("zvh")


@pytest.fixture(scope="session")
def postgres() -> Iterator[LocalPostgres]:
    """A real PostgreSQL with a migrated template database."""
    with LocalPostgres(durable=False) as server:
        with psycopg.connect(server.dsn, autocommit=True) as session:
            session.execute(f"CREATE DATABASE {MIGRATED}".encode())
        migrate(server.dsn.replace(f"dbname={DATABASE}", f"dbname={MIGRATED}"))
        yield server


@pytest.fixture
def empty_database(postgres: LocalPostgres) -> Iterator[str]:
    """Connection string of a database with nothing in it."""
    yield from _database(postgres, "template1")


@pytest.fixture
def database(postgres: LocalPostgres) -> Iterator[str]:
    """Connection string of a fresh, migrated database without rows."""
    yield from _database(postgres, MIGRATED)


@pytest.fixture(scope="module")
def module_database(postgres: LocalPostgres) -> Iterator[str]:
    """Connection string of a migrated database that the tests of one file share."""
    yield from _database(postgres, MIGRATED)


@pytest.fixture(scope="session")
def kafka() -> Iterator[LocalKafka]:
    """A real Kafka with SCRAM and ACLs, with the topics, users and rights of the house; passwords in ``.passwords``."""
    with LocalKafka() as broker:
        admin = KafkaAdminClient(**broker.access().options())
        wanted = desired([kebab(one.code) for one in Reference.load().participants(datetime.now(UTC))])
        broker.passwords = new_passwords(wanted)
        apply(admin, wanted, broker.passwords)
        admin.close()
        yield broker


@contextmanager
def new_database(server: LocalPostgres) -> Iterator[str]:
    """Make a fresh, migrated database, until the block ends."""
    yield from _database(server, MIGRATED)


def _database(server: LocalPostgres, template: str) -> Iterator[str]:
    name = f"t_{secrets.token_hex(6)}"
    with psycopg.connect(server.dsn, autocommit=True) as session:
        session.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    yield server.dsn.replace(f"dbname={DATABASE}", f"dbname={name}")
    with psycopg.connect(server.dsn, autocommit=True) as session:
        session.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
