"""A house that worked for a while, to be attacked: made once, copied for each attack."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
from pydantic import SecretStr

from events.decision import AccessDecided, Evaluation, Named
from events.disclosure import DataDisclosed, DisclosureRefused
from events.fact import Fact
from events.receipt import Receipt
from infra.event_store import PostgresFactStore
from infra.local.postgres import LocalPostgres
from infra.numbered_log import NumberedLog
from infra.settings import Settings
from infra.transparency.note import NoteSigner
from infra.transparency.signing import load_key
from infra.views import Views
from services.audit.fsck import Checked, nothing_shown
from services.bootstrap.auditing import check
from services.projecting import catch_up
from tests.facts import ACCEPTED, EXAMPLES, HOUSE_OIN, SEALED, SUBJECT, SUBMITTED, history, recorded
from tests.http_house import PROBATION, door_of
from tests.transparency.keeping import number

KEY = SecretStr("00" * 32)
LONG = 700
"""Facts of the long log: more than two full tiles."""
CASES = 20
PER_CHECKPOINT = 100


def settings_of(dsn: str) -> Settings:
    """Return the settings of the house that stands on a database."""
    return Settings(database=dsn, key=KEY, log_key=KEY, house_oin=HOUSE_OIN)


def play(dsn: str, folder: Path) -> None:
    """Let a house work: two referrals, a case at work, data shown, and an attempt that was refused; all settled."""
    with door_of(dsn, folder) as door:
        case = door.at_work()
        door.referred()
        worker = door.signed_in(*PROBATION)
        assert worker.ask(case, "COORDINATE_CARE").status_code == 200
        door.house.settle()
        assert worker.ask(case, None).status_code != 200
        door.house.settle()
        assert worker.ask(case, "COORDINATE_CARE").status_code == 200
        door.house.settle()


def play_long(dsn: str) -> None:
    """Write a log of ``LONG`` facts under a checkpoint per ``PER_CHECKPOINT``, and bring the overviews up to date."""
    cases = [uuid4() for _ in range(CASES)]
    with psycopg.connect(dsn) as session:
        session.execute(
            "INSERT INTO keys.data_keys VALUES (%s, %s, %s, 'test', '')", (SEALED.key_id, cases[0], SUBJECT)
        )
    with PostgresFactStore(dsn, HOUSE_OIN) as store:
        for step in range(LONG):
            sequence = step // CASES + 1
            fact = SUBMITTED if sequence == 1 else ACCEPTED
            one = recorded(fact, sequence, uuid4(), cases[step % CASES])
            store.commit([one], Receipt(uuid4(), "done", "test", bytes(32)))
    number(dsn, PER_CHECKPOINT)
    project(dsn)


def project(dsn: str) -> None:
    """Bring the overviews up to date."""
    views = Views(dsn)
    try:
        catch_up(NumberedLog(dsn), views)
    finally:
        views.close()


@contextmanager
def copied(server: LocalPostgres, dsn: str) -> Iterator[str]:
    """Copy a database, until the block ends."""
    name = f"t_{secrets.token_hex(6)}"
    parts = psycopg.conninfo.conninfo_to_dict(dsn)
    with psycopg.connect(server.dsn, autocommit=True) as session:
        session.execute(f"CREATE DATABASE {name} TEMPLATE {parts['dbname']}".encode())
    yield psycopg.conninfo.make_conninfo(dsn, dbname=name)
    with psycopg.connect(server.dsn, autocommit=True) as session:
        session.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def checked(dsn: str, *, key: str | None = None, known: tuple[Path, ...] = (), quick: bool = False) -> Checked:
    """Check the house on a database."""
    return check(settings_of(dsn), nothing_shown, key=key, known=known, quick=quick)


def kinds(found: Checked) -> dict[str, int]:
    """Return how many differences of each kind there are."""
    return dict(found.findings.counts)


def places(found: Checked, kind: str) -> list[str]:
    """Return where the differences of one kind are."""
    return [one.where for one in found.findings if one.kind == kind]


def ask(dsn: str, query: str, *values: object) -> list[tuple[object, ...]]:
    """Look something up in the attacked database."""
    with psycopg.connect(dsn) as session:
        return session.execute(query.encode(), values).fetchall()


def example(name: str) -> Fact:
    """Return the example of one type of fact."""
    return next(one for one in EXAMPLES if type(one).__name__ == name)


def written(dsn: str, *facts: Fact, ids: Sequence[UUID] = (), projected: bool = True) -> None:
    """Write facts of one new case as the house does, number them and sign.

    Args:
        ids: of the first facts; the others get a fresh one.
        projected: bring the overviews up to date as well.
    """
    case, command = uuid4(), uuid4()
    names = iter([*ids, *(uuid4() for _ in facts)])
    facts_of_case = [
        one.model_copy(update={"envelope": one.envelope.model_copy(update={"case_id": case, "id": next(names)})})
        for one in history(*facts)
    ]
    with psycopg.connect(dsn) as session:
        session.execute(
            "INSERT INTO keys.data_keys VALUES (%s, %s, %s, 'test', '') ON CONFLICT DO NOTHING",
            (SEALED.key_id, case, SUBJECT),
        )
    with PostgresFactStore(dsn, HOUSE_OIN) as store:
        store.commit(facts_of_case, Receipt(command, "done", "test", bytes(32)))
    number(dsn, by=NoteSigner(f"oin/{HOUSE_OIN}/log", load_key("", KEY.get_secret_value(), None)))
    if projected:
        project(dsn)


def decided(decision_id: UUID, items: Mapping[UUID, bool], **changes: object) -> AccessDecided:
    """Return the record of a decision on these items."""
    base = example("AccessDecided")
    assert isinstance(base, AccessDecided)
    evaluations = tuple(
        Evaluation(
            action="read",
            resource=Named(type="item", id=str(item), properties={}),
            decision=allowed,
            reason_code="OK" if allowed else "SECRECY",
            policies=(),
        )
        for item, allowed in items.items()
    )
    return base.model_copy(update={"decision_id": decision_id, "evaluations": evaluations, **changes})


def shown(decision_id: UUID, number: int, **changes: object) -> DataDisclosed:
    """Return a disclosure that leans on a decision."""
    base = example("DataDisclosed")
    assert isinstance(base, DataDisclosed)
    return base.model_copy(update={"decision_id": decision_id, "recipient_number": number, **changes})


def refused(decision_id: UUID, number: int, **changes: object) -> DisclosureRefused:
    """Return a refusal that leans on a decision."""
    base = example("DisclosureRefused")
    assert isinstance(base, DisclosureRefused)
    return base.model_copy(update={"decision_id": decision_id, "recipient_number": number, **changes})
