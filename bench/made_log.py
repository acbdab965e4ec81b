"""A log of any length for benches: real histories, stamped out into many cases by fresh ids. The same each time."""

import struct
from collections.abc import Iterator
from random import Random
from uuid import UUID

import psycopg

from events.canonical import encode
from events.fact import Fact
from tests.facts import (
    ACCEPTED,
    ASSESSED,
    CASE,
    EXAMPLES,
    FACT,
    HOUSE_OIN,
    PROPOSED,
    STARTED,
    SUBJECT,
    SUBMITTED,
    TRIAGE_OPENED,
    history,
)

BLOCK = 1_000
"""Cases that are under way at the same time: their facts stand between one another, as in a house at work."""


def _named(name: str) -> Fact:
    return next(one for one in EXAMPLES if type(one).__name__ == name)


SHOWN, REFUSED = _named("DataDisclosed"), _named("DisclosureRefused")
HISTORY: tuple[Fact, ...] = (
    SUBMITTED,
    _named("ReferralSupplemented"),
    TRIAGE_OPENED,
    SHOWN,
    ASSESSED,
    ACCEPTED,
    _named("RegimeChanged"),
    STARTED,
    SHOWN,
    SHOWN,
    REFUSED,
    SHOWN,
    _named("CommandRefused"),
    PROPOSED,
    _named("CaseEscalated"),
    SHOWN,
    SHOWN,
    _named("EscalationDeclined"),
)
TYPES = tuple(fact.type_name for fact in HISTORY)


def rows(facts: int, block_size: int, seed: int = 1) -> Iterator[tuple[bytes, int, str, bytes]]:
    """Yield about *facts* rows in the order of commitment: case id (16 bytes), sequence, type, value."""
    rng = Random(seed)
    templates = [encode(one, HOUSE_OIN) for one in history(*HISTORY)]
    fact_ids = [str(UUID(int=FACT.int + number)).encode() for number in range(1, len(HISTORY) + 1)]
    made = 0
    while made < facts:
        block = [(UUID(int=rng.getrandbits(128)), UUID(int=rng.getrandbits(128))) for _ in range(block_size)]
        for step, (template, fact_id) in enumerate(zip(templates, fact_ids, strict=True)):
            for case_id, subject_id in block:
                if made == facts:
                    return
                value = template.replace(str(CASE).encode(), str(case_id).encode())
                value = value.replace(str(SUBJECT).encode(), str(subject_id).encode())
                fresh = str(UUID(int=rng.getrandbits(128))).encode()
                value = value.replace(fact_id, fresh).replace(str(FACT).encode(), fresh)
                yield case_id.bytes, step + 1, TYPES[step], value
                made += 1


def fill(dsn: str, facts: int, block_size: int = BLOCK) -> None:
    """Write a log of *facts* facts, stored and numbered, to a migrated database."""
    pack = struct.pack
    with psycopg.connect(dsn) as session:
        with (
            session.cursor() as cursor,
            cursor.copy(
                "COPY facts.stored_events (originator_id, originator_version, topic, state) FROM STDIN (FORMAT BINARY)"
            ) as copy,
        ):
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
            for case_id, sequence, type_name, value in rows(facts, block_size):
                topic = type_name.encode()
                copy.write(
                    pack("!hi16siqi", 4, 16, case_id, 8, sequence, len(topic)) + topic + pack("!i", len(value)) + value
                )
            copy.write(pack("!h", -1))
        session.execute(
            "INSERT INTO log.numbered SELECT row_number() OVER (ORDER BY notification_id) - 1, notification_id "
            "FROM facts.stored_events"
        )
        session.commit()
        session.autocommit = True
        session.execute("VACUUM ANALYZE facts.stored_events")
        session.execute("VACUUM ANALYZE log.numbered")
