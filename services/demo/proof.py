"""The end of the demo: every decision executed again, and a bundle checked by a program that knows nothing of us."""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from services.acting import Acting
from services.audit.export import Exporting
from services.audit.scope import Scope
from services.bootstrap import House
from services.policy_replay import decisions_of, replayed
from services.policy_sets import sets_of
from tools import verify_bundle

OFFICE = "privacy-office"


@dataclass(frozen=True)
class Proof:
    """What the demo can show an outsider."""

    decisions: int
    equal: int
    facts: int
    """Facts in the bundle."""
    log_size: int
    holds: bool
    verdict: tuple[str, ...]
    """What the one-file verifier said, line by line."""


def prove(house: House, case_id: UUID) -> Proof:
    """Execute all decisions again, take out the bundle of a case, and have it checked in an empty environment.

    Raises: Refusal; Unavailable.
    """
    found = replayed(decisions_of(house.log.read(0, house.log.size())), sets_of(house.store, house.governance.stream))
    oin = house.settings.house_oin
    acting = Acting(house.pseudonyms.person(oin, "demo"), house.reference.staff.code, oin, OFFICE)
    bundle = Exporting(house).export(Scope("CASE", "SUPERVISION", case_id=case_id), acting)
    house.settle()
    with tempfile.TemporaryDirectory(prefix="zvh-bundel-") as folder:
        file = Path(folder) / "bundel.zip"
        bundle.write(file)
        # -I: no package of ours or of anybody, as at an auditor's desk.
        words = [sys.executable, "-I", verify_bundle.__file__, str(file), "--key", str(house.transparency.key())]
        done = subprocess.run(words, check=False, capture_output=True, text=True)  # noqa: S603 - our own words
    said = tuple((done.stdout or done.stderr).strip().splitlines())
    return Proof(found.decisions, found.equal, bundle.facts, bundle.log_size, done.returncode == 0, said)
