"""Attacks on the database of the house, a real PostgreSQL: an old backup, a skipped number, growth that is none."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from events.errors import Unproven
from infra.local.postgres import LocalPostgres
from services.audit.scope import Scope
from tests.bundles import CASE_SCOPE, Writer, export, house_on, other_case, question, verdict_on, wrong, zipped
from tests.facts import NOON
from tests.facts import TRIAGE_OPENED as FACT_OF_A_CASE

SAFE_HOME = Scope("PARTICIPANT", "SUPERVISION", org="SAFE_HOME")


@contextmanager
def backup_of(server: LocalPostgres, dsn: str) -> Iterator[str]:
    """Copy a database as it is now; yields the connection string of the copy."""
    old, name = psycopg.conninfo.conninfo_to_dict(dsn)["dbname"], f"b_{secrets.token_hex(6)}"
    with psycopg.connect(server.dsn, autocommit=True) as session:
        session.execute(f"CREATE DATABASE {name} TEMPLATE {old}".encode())
    yield dsn.replace(f"dbname={old}", f"dbname={name}")
    with psycopg.connect(server.dsn, autocommit=True) as session:
        session.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_an_old_backup_that_lives_on_betrays_itself_to_who_holds_a_checkpoint(
    postgres: LocalPostgres, database: str, tmp_path: Path
) -> None:
    """Given a house put back to yesterday, whose log then grows otherwise, smaller, equal and larger are all told."""
    writer = Writer(database)
    writer.activate()
    writer.case()
    with house_on(database) as house:
        before = export(house).log_size
        each = export(house).log_size - before  # facts that an export writes
    with backup_of(postgres, database) as restored:
        writer.write(*[FACT_OF_A_CASE] * 20, case_id=other_case(1))
        with house_on(database) as house:
            honest = export(house)
        (tmp_path / "honest.zip").write_bytes(zipped(honest.entries))
        held = honest.entries["checkpoint"]
        later = Writer(restored)
        with house_on(restored) as house:
            smaller = export(house)
            assert smaller.log_size < honest.log_size
            later.write(*[FACT_OF_A_CASE] * (honest.log_size - smaller.log_size - each), case_id=other_case(2))
            equal = export(house)
            assert equal.log_size == honest.log_size
            later.write(FACT_OF_A_CASE, case_id=other_case(3))
            larger = export(house)
            with pytest.raises(Unproven, match="afsplitsing"):
                export(house, held=held)
    assert all(verdict_on(zipped(one.entries), tmp_path).holds for one in (honest, smaller, equal, larger))
    asked = question(since=held)
    assert "teruggezette back-up" in wrong(zipped(smaller.entries), tmp_path, asked)["checkpoint"]
    assert "AFSPLITSING" in wrong(zipped(equal.entries), tmp_path, asked)["checkpoint"]
    assert "AFSPLITSING" in wrong(zipped(larger.entries), tmp_path, asked)["checkpoint"]
    beside = question(compare=tmp_path / "honest.zip")
    assert "AFSPLITSING" in "".join(wrong(zipped(equal.entries), tmp_path, beside).values())
    # Of unequal sizes, one fact that both prove and that differs is enough.
    told = wrong(zipped(larger.entries), tmp_path, beside)
    assert "AFSPLITSING" in told[f"events/{honest.index}.json"]


def test_a_bundle_grows_from_the_checkpoint_that_the_auditor_brings(database: str, tmp_path: Path) -> None:
    """Given the bundle of last time, the new one proves growth from there; from any other checkpoint when asked."""
    writer = Writer(database)
    writer.activate()
    writer.case()
    with house_on(database) as house:
        first = export(house)
        writer.write(FACT_OF_A_CASE, case_id=other_case(2))
        house.settle()
        between = house.transparency.checkpoint().encode()
        writer.write(*[FACT_OF_A_CASE] * 9, case_id=other_case(1))
        writer.look()
        second = export(house)
        third = export(house, held=between)
    (tmp_path / "first.zip").write_bytes(zipped(first.entries))
    held = question(since=first.entries["checkpoint"], compare=tmp_path / "first.zip")
    assert verdict_on(zipped(second.entries), tmp_path, held).holds
    assert f"consistency/{first.log_size}.add-checkpoint" in second.entries
    assert "geen bewijs van groei" in wrong(zipped(second.entries), tmp_path, question(since=between))["consistency"]
    # The first export is itself something that was done with the case, so the second bundle holds it.
    assert f"events/{first.index}.json" in second.entries
    assert verdict_on(zipped(third.entries), tmp_path, question(since=between)).holds
    (tmp_path / "second.zip").write_bytes(zipped(second.entries))
    assert verdict_on(zipped(first.entries), tmp_path, question(compare=tmp_path / "second.zip")).holds


def test_a_record_that_was_never_told_leaves_a_gap_in_the_numbers(database: str, tmp_path: Path) -> None:
    """Given number 2 of an organisation missing from the whole log, its bundle names the number; a full one passes."""
    writer = Writer(database)
    writer.activate()
    writer.case(looks=3)
    with house_on(database) as house:
        assert verdict_on(zipped(export(house, SAFE_HOME).entries), tmp_path).holds
    writer.numbers["SAFE_HOME"] += 1
    writer.look()
    with house_on(database) as house:
        found = wrong(zipped(export(house, SAFE_HOME).entries), tmp_path)
        assert "nummer 4 ontbreekt" in found["counters.json"]
        period = Scope("PARTICIPANT", "SUPERVISION", org="SAFE_HOME", since=NOON)
        assert "nummer 4 ontbreekt" in wrong(zipped(export(house, period).entries), tmp_path)["counters.json"]
        # A case shows only its own numbers, so there the gap is another case's affair.
        assert verdict_on(zipped(export(house, CASE_SCOPE).entries), tmp_path).holds
