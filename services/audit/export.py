"""Making an audit bundle: what is handed over is first written down, digest and all; then it is proven and written."""

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4, uuid5

import rfc8785

from events.case import CommandRefused
from events.decision import AccessDecided
from events.erasure import ErasureRepeated, SubjectErased
from events.errors import NotFound, Refusal, Unavailable
from events.export import BundleExported, WholeStream
from events.fact import Fact, Recorded
from events.retention import CaseDestroyed
from events.vocabulary import FactId
from services.acting import Acting
from services.audit.archive import MANIFEST, write_archive
from services.audit.decoded import Decoded
from services.audit.looking import Looking, recorded_by
from services.audit.page import Page
from services.audit.rules import Rules, rules_of
from services.audit.scope import Scope, few_enough
from services.audit.selection import Selected, select
from services.bootstrap import House
from services.bootstrap.anchoring import Anchor, held_sizes, newest, size_of, state_of
from services.bootstrap.certificates import certify
from services.case_file import CaseFile
from services.decision_log import record_of
from services.governance import governance_stream
from services.reconstruction_documents import policies_over_time

FORMAT = "nl.zvh.audit-bundle.v1"
COMMAND = "ExportBundle"
CHECKPOINT, COUNTERS, REPORT = "checkpoint", "counters.json", "report.html"
NUMBERED_SECONDS, LOOK_SECONDS = 60, 0.1


@dataclass(frozen=True)
class Bundle:
    """What was made."""

    entries: Mapping[str, bytes]
    """Name -> content, the manifest among them."""
    export_id: FactId
    index: int
    """Where the log says that it was handed over."""
    facts: int
    log_size: int
    """Size of its checkpoint."""

    def write(self, path: Path) -> None:
        """Write the bundle, readable by the owner alone; a file that stands there is replaced. Raises: OSError."""
        fresh = path.with_name(path.name + ".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            write_archive(file, self.entries)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)


class Exporting:
    """Makes bundles out of the log of one house."""

    def __init__(self, house: House, looking: Looking | None = None) -> None:
        self._house, self._looking = house, looking or recorded_by(house)
        self.stream = exports_stream(house.settings.house_oin)

    def export(
        self,
        scope: Scope,
        acting: Acting,
        held: bytes | None = None,
        progress: Callable[[int], AbstractContextManager[Callable[[], None]]] = lambda _: nullcontext(_nothing),
    ) -> Bundle:
        """Make a bundle.

        Args:
            held: a checkpoint that the auditor holds; the bundle then proves growth from there.
            progress: given how many facts are to be proven, gives what is called after each.
        Raises: Refusal, with the refusal on record; NotFound; Unproven when *held* is not of this log; Unavailable.
        """
        house = self._house
        house.settle()
        size = house.log.size()
        since = None if held is None else size_of(house.transparency, held)
        selected = select(lambda: house.log.read(0, size), scope)
        self._few_enough(scope, selected, acting)
        consultation = self._looking(acting, scope)
        documents = self._documents(scope, selected, size)
        export = self._written_down(scope, selected, acting, documents, size, consultation)
        index = self._numbered(export.envelope.id)
        value = next(house.log.read(index, index + 1)).value
        anchor = newest(house.transparency)
        entries = {**documents, f"events/{index}.json": value, CHECKPOINT: anchor.text}
        indexes = sorted(int(name[7:-5]) for name in entries if name.startswith("events/"))
        with progress(len(indexes)) as one_more:
            for place, proof in anchor.proofs(indexes):
                entries[f"proofs/{place}.tlog-proof"] = proof
                one_more()
        earlier = [one.index for one in selected.facts if BundleExported.type_name.encode() in one.value]
        sizes = held_sizes(house.transparency, size, earlier) | ({size} if since is None else {size, since})
        sizes -= {0}
        entries |= _growth(anchor, sizes)
        entries[MANIFEST] = _manifest(entries, anchor.origin, index)
        return Bundle(entries, export.envelope.id, index, len(indexes) - 1, anchor.size)

    def _few_enough(self, scope: Scope, selected: Selected, acting: Acting) -> None:
        """Refuse who asks for too much, and write the refusal down first."""
        house = self._house
        try:
            few_enough(selected.cases, acting, house.reference, house.clock.now())
        except Refusal as refused:
            told = refused

            def decide(case: CaseFile, now: datetime) -> Sequence[Fact]:
                return [CommandRefused(occurred_at=now, legal_ref=told.legal_ref, command=COMMAND, code=told.code)]

            house.handling.carry_out_plain(house.order(COMMAND, acting, self.stream, scope, uuid4()), decide)
            raise

    def _documents(self, scope: Scope, selected: Selected, size: int) -> dict[str, bytes]:
        """Return what the fact of the export vouches for: facts, rules, decisions, counters and the page."""
        house = self._house
        read = Decoded(selected.facts)
        rules = rules_of(((index, fact) for index, _, fact in read.of(AccessDecided)), selected.rules)
        documents = {f"events/{one.index}.json": one.value for one in (*selected.facts, *rules.facts)}
        documents |= _folders(rules)
        documents |= {
            f"decisions/{index}.json": canonical_json(record_of(one)) for index, one, _ in read.of(AccessDecided)
        }
        documents |= self._certificates(read)
        documents[COUNTERS] = counters(read, selected.counters, size)
        state = state_of(house.transparency, size)
        page = Page(house.reference, house.policies.rules, policies_over_time(house), house.settings.house_oin)
        documents[REPORT] = page.html(scope, read, selected.whole, state, house.clock.now())
        return documents

    def _certificates(self, read: Decoded) -> dict[str, bytes]:
        """Return the certificate of each destruction that was carried out (docs/erasure.md)."""
        found = {}
        destroying: tuple[type[Fact], ...] = (SubjectErased, CaseDestroyed, ErasureRepeated)
        for index, one, _ in read.of(*destroying):
            try:
                made = certify(self._house, one.envelope.id)
            except NotFound:  # decided, and its keys are still to go
                continue
            found[f"erasures/{index}.json"] = canonical_json(made.model_dump(mode="json", exclude_none=True))
        return found

    def _written_down(
        self,
        scope: Scope,
        selected: Selected,
        acting: Acting,
        documents: Mapping[str, bytes],
        size: int,
        consultation: FactId,
    ) -> Recorded:
        export_id = self._house.clock.new_id()
        facts = sum(name.startswith("events/") for name in documents)

        def decide(case: CaseFile, now: datetime) -> Sequence[tuple[FactId, Fact]]:
            return [
                (
                    export_id,
                    BundleExported(
                        occurred_at=now,
                        legal_ref="AVG:accountability",
                        export_id=export_id,
                        scope=scope.kind,
                        case_id=scope.case_id,
                        subject_id=scope.subject_id,
                        about_org=scope.org,
                        period_from=scope.since,
                        period_until=scope.until,
                        purpose=scope.purpose,
                        consultation_id=consultation,
                        log_size=size,
                        facts=facts,
                        whole=tuple(
                            WholeStream(case_id=UUID(name), last=last) for name, last in selected.whole.items()
                        ),
                        counters=selected.counters,
                        contents=contents_digest(documents),
                    ),
                )
            ]

        order = self._house.order(COMMAND, acting, self.stream, scope, uuid4())
        return self._house.handling.carry_out(order, decide, "exported").facts[0]

    def _numbered(self, fact_id: FactId) -> int:
        """Wait until the relay has given the fact its number. Raises: Unavailable."""
        until = time.monotonic() + NUMBERED_SECONDS
        while True:
            self._house.settle()
            try:
                return self._house.transparency.reader.index_of(fact_id)
            except NotFound:
                if time.monotonic() > until:
                    raise Unavailable(
                        "De uitgifte is vastgelegd, maar nog niet genummerd: de doorgever draait niet of loopt achter. "
                        "Start hem (`zvh worker relay`) en vraag de bundel opnieuw."
                    ) from None
            time.sleep(LOOK_SECONDS)


def _nothing() -> None:
    """Nobody watches."""


def exports_stream(house_oin: str) -> UUID:
    """Return the id of the stream in which the exports of this house stand."""
    return uuid5(governance_stream(house_oin), "exports")


def contents_digest(documents: Mapping[str, bytes]) -> str:
    """Return what names all documents together: SHA-256 over their digests and names, as ``sha256sum`` writes them."""
    lines = [f"{hashlib.sha256(documents[name]).hexdigest()}  {name}\n" for name in sorted(documents)]
    return hashlib.sha256("".join(lines).encode("ascii")).hexdigest()


def counters(read: Iterable[tuple[int, Recorded]], newest_numbers: Mapping[str, int], size: int) -> bytes:
    """Return which numbers of each recipient are in the bundle, and the newest of each at that size of the log."""
    inside: dict[str, list[list[int]]] = {}
    for _, one in read:
        org, number = getattr(one.fact, "recipient_org", None), getattr(one.fact, "recipient_number", None)
        if org is None or number is None:
            continue
        runs = inside.setdefault(org, [])
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    recipients = {org: {"in_bundle": inside.get(org, []), "newest": last} for org, last in newest_numbers.items()}
    return canonical_json({"log_size": size, "recipients": recipients})


def canonical_json(document: Mapping[str, object]) -> bytes:
    """Return a document in the one form of RFC 8785."""
    return rfc8785.dumps(json.loads(json.dumps(document)))


def _folders(rules: Rules) -> dict[str, bytes]:
    return {
        f"policies/{digest}/{name}": content
        for digest, files in rules.folders.items()
        for name, content in files.items()
    }


def _growth(anchor: Anchor, sizes: set[int]) -> dict[str, bytes]:
    entries = {}
    for old in sorted(sizes):
        note, request = anchor.growth(old)
        entries[f"consistency/{old}.checkpoint"] = note
        entries[f"consistency/{old}.add-checkpoint"] = request
    return entries


def _manifest(entries: Mapping[str, bytes], origin: str, index: int) -> bytes:
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in entries.items()}
    return rfc8785.dumps({"format": FORMAT, "origin": origin, "export": index, "entries": digests})
