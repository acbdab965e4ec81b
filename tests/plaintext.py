"""What may be found nowhere: the personal data of a file of partner events, as bytes to search for."""

import json
from collections.abc import Iterable, Iterator

import psycopg


def personal_data(lines: Iterable[bytes]) -> set[bytes]:
    """Return BSNs, family names, birth dates, addresses and free texts of all persons in *lines*."""
    found: set[str] = set()
    for line in lines:
        try:
            data = json.loads(line)["data"]
        except ValueError:
            continue
        for person in [data.get("subject") or {}, *data.get("related_persons", [])]:
            found |= {str(person[name]) for name in ("bsn", "family_name", "birth_date", "address") if name in person}
        found |= {str(data[name]) for name in ("reason", "aim") if name in data}
    # A text is stored as JSON, so letters beyond ASCII may stand there as escapes as well.
    return {text.encode() for text in found} | {json.dumps(text)[1:-1].encode() for text in found}


def found_in(content: bytes, personal: Iterable[bytes]) -> list[bytes]:
    """Return which of *personal* stand in *content*."""
    return [one for one in personal if one in content]


def tables(dsn: str) -> Iterator[tuple[str, bytes]]:
    """Yield each table of a database with the bytes of all its rows."""
    with psycopg.connect(dsn) as session:
        names = session.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for (name,) in names:
            with session.cursor() as cursor, cursor.copy(f"COPY {name} TO STDOUT (FORMAT BINARY)".encode()) as copy:
                yield name, b"".join(copy)
