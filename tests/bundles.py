"""What the tests of bundles share: a house with cases, decisions and disclosures, its bundle, and ways to break one."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4, uuid5

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr

from events.decision import AccessDecided, Evaluation
from events.disclosure import DataDisclosed, DisclosureRefused
from events.fact import Fact
from events.policy_set import PolicySetActivated
from events.receipt import Receipt
from events.sealed import Sealed
from events.vocabulary import Decision
from infra.event_store import PostgresFactStore
from infra.settings import Settings
from infra.transparency.checkpoint import Checkpoint
from infra.transparency.cosignature import Cosigner
from infra.transparency.note import Note, NoteSigner, parse
from infra.transparency.proof import Proof
from infra.transparency.tree import Levels, leaf_hash
from policies.policy_set import PolicyText
from policies.reference import Reference
from services.acting import Acting
from services.audit.archive import MANIFEST, write_archive
from services.audit.export import Bundle, Exporting
from services.audit.rules import whole_digest
from services.audit.scope import Scope
from services.bootstrap import House, open_house
from services.governance import governance_stream
from tests.facts import (
    ACCEPTED,
    ASSESSED,
    CASE,
    DECIDED_ON_ACCESS,
    EXAMPLES,
    HOUSE_OIN,
    ITEM,
    NOON,
    STARTED,
    SUBMITTED,
    TRIAGE_OPENED,
    recorded,
)
from tests.facts import (
    KEY as KEY_ID,
)
from tests.transparency.keeping import ORIGIN
from tools import verify_bundle

PRIVACY = Acting("p-00000000000000df", "HOUSE_STAFF", HOUSE_OIN, "privacy-office")
SEED = "00" * 32
SIGNER = NoteSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(SEED)))
KEY = str(SIGNER.key)
CASE_SCOPE = Scope("CASE", "SUPERVISION", case_id=CASE)
DISCLOSED = next(one for one in EXAMPLES if isinstance(one, DataDisclosed))
REFUSED = next(one for one in EXAMPLES if isinstance(one, DisclosureRefused))
RUN_UP = (SUBMITTED, TRIAGE_OPENED, ASSESSED, ACCEPTED, STARTED)


def settings(dsn: str, **more: object) -> Settings:
    """Return the settings of a house whose log has the key of these tests."""
    key = SecretStr(SEED)
    return Settings.model_validate(
        {"database": dsn, "key": key, "log_key": key, "log_origin": ORIGIN, "house_oin": HOUSE_OIN, **more}
    )


@contextmanager
def house_on(dsn: str, **more: object) -> Iterator[House]:
    """Open a house on a database."""
    with open_house(settings(dsn, **more)) as house:
        yield house


REFERENCE, POLICY_TEXT = Reference.load(), PolicyText.packaged()
ACTIVATION = PolicySetActivated(
    occurred_at=NOON,
    legal_ref="ZVH:governance",
    policy_set=POLICY_TEXT.digest,
    files=POLICY_TEXT.files,
    tables=REFERENCE.packaged(),
    version="0.1.0",
)
DIGEST = whole_digest(ACTIVATION.policy_set, rfc8785.dumps(REFERENCE.in_force(NOON)))


@dataclass
class Writer:
    """Writes facts as the house would, with decisions and numbers."""

    dsn: str
    numbers: dict[str, int] = field(default_factory=dict)
    _sequences: dict[UUID, int] = field(default_factory=dict)

    def write(self, *facts: Fact, case_id: UUID = CASE) -> None:
        """Commit facts of one case in one transaction."""
        first = self._sequences.get(case_id, 0) + 1
        rows = [recorded(fact, first + step, uuid4(), case_id) for step, fact in enumerate(facts)]
        with PostgresFactStore(self.dsn, HOUSE_OIN) as store:
            store.commit(rows, Receipt(uuid4(), "done", "test", bytes(32)))
        self._sequences[case_id] = first + len(facts) - 1

    def activate(self) -> None:
        """Bring the packaged rules into force."""
        self.write(ACTIVATION, case_id=governance_stream(HOUSE_OIN))

    def look(self, *, granted: bool = True, org: str = "SAFE_HOME", case_id: UUID = CASE) -> None:
        """Write one request at the desk: its decision, and the disclosure or refusal that follows."""
        decision, outcome = request(granted, org, self._number(org))
        self.write(decision, outcome, case_id=case_id)

    def case(self, case_id: UUID = CASE, looks: int = 1) -> None:
        """Write a whole case: its run-up, and as many grants and refusals as asked for."""
        self.write(*RUN_UP, case_id=case_id)
        for _ in range(looks):
            self.look(case_id=case_id)
            self.look(granted=False, org="POLICE", case_id=case_id)

    def _number(self, org: str) -> int:
        self.numbers[org] = self.numbers.get(org, 0) + 1
        return self.numbers[org]


def request(granted: bool, org: str, number: int) -> tuple[AccessDecided, DataDisclosed | DisclosureRefused]:
    """Return a decision by the rules in force, and the fact that follows from it."""
    decision_id = uuid4()
    task = {"SAFE_HOME": "safe-home", "POLICE": "police-task"}.get(org, "police-task")
    asked: Evaluation = DECIDED_ON_ACCESS.evaluations[0]
    if not granted:
        by = ("no-data-without-purpose",)
        no = {"action": "ask", "decision": False, "reason_code": "NO_PURPOSE", "policies": by}
        asked = asked.model_copy(update=no)
    named = DECIDED_ON_ACCESS.subject.model_copy(update={"properties": {"org": org, "task": task}})
    decision = DECIDED_ON_ACCESS.model_copy(
        update={
            "decision_id": decision_id,
            "policies": DIGEST,
            "policy_set": ACTIVATION.policy_set,
            "evaluations": (asked,),
            "subject": named,
            "context": {"kind": "WITHIN", **({"purpose": "COORDINATE_CARE"} if granted else {})},
        }
    )
    same = {
        "decision_id": decision_id,
        "disclosure_id": uuid4(),
        "policy_digest": DIGEST,
        "recipient_org": org,
        "recipient_task": task,
        "recipient_number": number,
    }
    if not granted:
        return decision, REFUSED.model_copy(update=same)
    shown = DISCLOSED.items[0].model_copy(update={"item_id": ITEM})
    other = {"decision": Decision.GRANTED, "items": (shown,), "subsidiarity": Sealed(key_id=KEY_ID, box="B" * 48)}
    return decision, DISCLOSED.model_copy(update={**same, **other})


def export(house: House, scope: Scope = CASE_SCOPE, acting: Acting = PRIVACY, held: bytes | None = None) -> Bundle:
    """Make a bundle."""
    return Exporting(house).export(scope, acting, held)


def zipped(entries: Mapping[str, bytes], *, manifest: bool = True) -> bytes:
    """Return entries as a bundle; the manifest made anew unless it is itself under attack."""
    written = dict(entries)
    if manifest:
        told = json.loads(entries[MANIFEST])
        told["entries"] = {name: hashlib.sha256(one).hexdigest() for name, one in entries.items() if name != MANIFEST}
        written[MANIFEST] = rfc8785.dumps(told)
    file = BytesIO()
    write_archive(file, written)
    return file.getvalue()


def verdict_on(raw: bytes, folder: Path, asked: verify_bundle.Asked | None = None) -> verify_bundle.Verdict:
    """Return what the verifier says of the bytes of a bundle."""
    path = folder / f"{uuid4()}.zip"
    path.write_bytes(raw)
    return verify_bundle.verify(path, asked or question())


def question(
    witnesses: tuple[Cosigner, ...] = (),
    quorum: int | None = None,
    since: bytes | None = None,
    compare: Path | None = None,
    key: str = KEY,
) -> verify_bundle.Asked:
    """Return what an auditor asks."""
    asked = verify_bundle.question(key, [str(one.key) for one in witnesses], quorum, None, compare)
    return verify_bundle.Asked(asked.key, asked.witnesses, asked.quorum, since, compare)


def wrong(raw: bytes, folder: Path, asked: verify_bundle.Asked | None = None) -> dict[str, str]:
    """Return what the verifier finds wrong with the bytes of a bundle: entry -> what. It must find something."""
    verdict = verdict_on(raw, folder, asked)
    assert not verdict.holds
    assert verdict.problems
    found: dict[str, str] = {}
    for one in verdict.problems:
        found[one.entry] = "; ".join(filter(None, (found.get(one.entry), one.what)))
    return found


def resigned(entries: Mapping[str, bytes], change: Callable[[dict[int, bytes]], None], size: int) -> dict[str, bytes]:
    """Return the bundle of a second history: the log's own key signs a tree over other leaves.

    Args:
        change: alters the leaves (index -> value); the export's own fact keeps what it vouches for.
        size: leaves of the tree; those that are not in the bundle are made up.
    """
    values = {int(name[7:-5]): value for name, value in entries.items() if name.startswith("events/")}
    change(values)
    tree = Levels(leaf_hash(values.get(index, b"%d" % index)) for index in range(size))
    text = Checkpoint(ORIGIN, size, tree.root(size)).text
    note = Note(text, (SIGNER.sign(text),))
    kept = {name: one for name, one in entries.items() if not name.startswith(("events/", "proofs/", "consistency/"))}
    for index, value in values.items():
        kept[f"events/{index}.json"] = value
        kept[f"proofs/{index}.tlog-proof"] = str(Proof(index, tuple(tree.inclusion(index, size)), note)).encode()
    return {**kept, "checkpoint": str(note).encode()}


def rewritten(bundle: Bundle, changes: Mapping[int, bytes]) -> dict[str, bytes]:
    """Return what a house with all its keys can make of a bundle: other facts, vouched for and signed, flawless."""
    entries = dict(bundle.entries)
    name = f"events/{bundle.index}.json"
    vouching = json.loads(entries[name])
    entries |= {f"events/{index}.json": value for index, value in changes.items()}
    for index, value in changes.items():
        if f"decisions/{index}.json" in entries:
            record = verify_bundle.decision_record(json.loads(value))
            entries[f"decisions/{index}.json"] = rfc8785.dumps(record)
    vouching["data"]["contents"] = with_contents(entries)

    def change(values: dict[int, bytes]) -> None:
        values.update({**changes, bundle.index: rfc8785.dumps(vouching)})

    return resigned(entries, change, bundle.log_size)


def under_another_note(entries: Mapping[str, bytes], note: bytes) -> dict[str, bytes]:
    """Return the bundle with another signed note wherever its checkpoint stood."""
    old = entries["checkpoint"]
    return {name: one.replace(old, note) if name != MANIFEST else one for name, one in entries.items()}


def cosigned(entries: Mapping[str, bytes], *cosigners: Cosigner, times: int = 1) -> dict[str, bytes]:
    """Return the bundle as it is when these witnesses cosigned its checkpoint, each so many *times*."""
    note = parse(entries["checkpoint"])
    lines = [one.cosign(note.text, NOON) for one in cosigners] * times
    return under_another_note(entries, (str(note) + "".join(f"{line}\n" for line in lines)).encode())


def with_contents(entries: Mapping[str, bytes]) -> str:
    """Return the digest that the export of exactly these documents would name."""
    told = json.loads(entries[MANIFEST])
    skipped = {MANIFEST, "checkpoint", f"events/{told['export']}.json"}
    lines = [
        f"{hashlib.sha256(one).hexdigest()}  {name}\n"
        for name, one in sorted(entries.items())
        if name not in skipped and not name.startswith(("proofs/", "consistency/"))
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def other_case(number: int) -> UUID:
    """Return the id of another case."""
    return uuid5(CASE, str(number))
