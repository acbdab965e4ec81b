"""A bundle of any size for benches: whole cases with decisions, in a larger log, signed; the same facts each time."""

import hashlib
from collections.abc import Iterator
from random import Random
from typing import BinaryIO
from uuid import UUID

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from events.canonical import decode, encode
from events.export import BundleExported, WholeStream
from events.fact import Fact
from infra.transparency.checkpoint import Checkpoint
from infra.transparency.note import Note, NoteSigner
from infra.transparency.proof import Proof
from infra.transparency.tree import Levels, leaf_hash
from services.audit.archive import write_archive
from services.audit.export import FORMAT, canonical_json, contents_digest, counters
from services.decision_log import record_of
from tests.bundles import ACTIVATION, DIGEST, REFERENCE, RUN_UP, request
from tests.facts import CASE, HOUSE_OIN, NOON, SUBJECT, history, recorded

SIGNER = NoteSigner("bench.example/log", Ed25519PrivateKey.from_private_bytes(bytes(32)))
BLOCK = 200
"""Cases that are under way at the same time."""
MARK = 999_999_999
"""Stands where a recipient's number goes."""
LOOKS = (("SAFE_HOME", True), ("POLICE", True), ("SAFE_HOME", True), ("POLICE", False), ("SAFE_HOME", True))


def templates() -> tuple[list[bytes], list[bytes], dict[int, str]]:
    """Return the facts of one case, the ids in them that are fresh in each case, and which steps count for whom."""
    facts: list[Fact] = [*RUN_UP]
    counted: dict[int, str] = {}
    fresh: list[UUID] = []
    for org, granted in LOOKS:
        decision, outcome = request(granted, org, MARK)
        facts += [decision, outcome]
        counted[len(facts) - 1] = org
        fresh += [decision.decision_id, outcome.disclosure_id]
    told = history(*facts)
    fresh += [one.envelope.id for one in told]
    return [encode(one, HOUSE_OIN) for one in told], [str(one).encode() for one in fresh], counted


def values(facts: int, seed: int = 1) -> Iterator[tuple[UUID, bytes]]:
    """Yield about *facts* facts, whole cases, with their case; in the order of commitment."""
    chance, (steps, fresh, counted) = Random(seed), templates()
    numbers: dict[str, int] = {}
    for _ in range(-(-facts // (len(steps) * BLOCK))):
        cases = [UUID(int=chance.getrandbits(128)) for _ in range(BLOCK)]
        ids = [[str(UUID(int=chance.getrandbits(128))).encode() for _ in (*fresh, SUBJECT)] for _ in cases]
        for step, template in enumerate(steps):
            for case_id, own in zip(cases, ids, strict=True):
                value = template.replace(str(CASE).encode(), str(case_id).encode())
                for old, new in zip((*fresh, str(SUBJECT).encode()), own, strict=True):
                    value = value.replace(old, new)
                if step in counted:
                    numbers[counted[step]] = numbers.get(counted[step], 0) + 1
                    value = value.replace(b"%d" % MARK, b"%d" % numbers[counted[step]])
                yield case_id, value


def make_bundle(file: BinaryIO, facts: int, spread: int) -> dict[str, int]:
    """Write a bundle of about *facts* facts out of a log *spread* times as long. Returns its sizes."""
    activation = encode(recorded(ACTIVATION, 1, UUID(int=1), UUID(int=2)), HOUSE_OIN)
    made = [(UUID(int=2), activation), *values(facts)]
    size = len(made) * spread
    inside = {place * spread: value for place, (_, value) in enumerate(made)}
    read = [(index, decode(value)) for index, value in inside.items()]
    documents = {f"events/{index}.json": value for index, value in inside.items()}
    for index, one in read:
        if b"access-decided" in inside[index]:
            documents[f"decisions/{index}.json"] = canonical_json(record_of(one))
    tables = rfc8785.dumps(REFERENCE.in_force(NOON))
    documents |= {f"policies/{DIGEST}/{name}": text.encode() for name, text in ACTIVATION.files.items()}
    documents[f"policies/{DIGEST}/tables.json"] = tables
    newest: dict[str, int] = {}
    for _, one in read:
        number = getattr(one.fact, "recipient_number", None)
        if number is not None:
            newest[str(getattr(one.fact, "recipient_org", ""))] = number
    documents["counters.json"] = counters(read, newest, size)
    documents["report.html"] = b"<!doctype html>"
    last = {one.envelope.case_id: one.envelope.sequence for _, one in read[1:]}
    export = BundleExported(
        occurred_at=NOON,
        legal_ref="AVG:accountability",
        export_id=UUID(int=3),
        scope="SUBJECT",
        subject_id=SUBJECT,
        purpose="SUPERVISION",
        log_size=size,
        facts=len(made),
        whole=tuple(WholeStream(case_id=case_id, last=sequence) for case_id, sequence in last.items()),
        counters=newest,
        contents=contents_digest(documents),
    )
    inside[size] = encode(recorded(export, 1, UUID(int=4), UUID(int=5)), HOUSE_OIN)
    tree = Levels(leaf_hash(inside.get(index, b"%d" % index)) for index in range(size + 1))
    text = Checkpoint(SIGNER.name, size + 1, tree.root(size + 1)).text
    note = Note(text, (SIGNER.sign(text),))
    entries = {**documents, f"events/{size}.json": inside[size], "checkpoint": str(note).encode()}
    for index in inside:
        entries[f"proofs/{index}.tlog-proof"] = str(Proof(index, tuple(tree.inclusion(index, size + 1)), note)).encode()
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in entries.items()}
    entries["manifest.json"] = rfc8785.dumps(
        {"format": FORMAT, "origin": SIGNER.name, "export": size, "entries": digests}
    )
    write_archive(file, entries)
    return {"facts": len(inside), "entries": len(entries), "log_size": size + 1}
