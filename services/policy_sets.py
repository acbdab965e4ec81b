"""Which policies decide: the set of this program stands in the log, whole, before it decides anything (law 5)."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from uuid import UUID, uuid5

import rfc8785

from events.errors import NotFound
from events.fact import Fact
from events.policy_set import PolicySetActivated
from events.vocabulary import CaseId, Digest, Oin
from policies.policy_set import PolicyText
from policies.reference import Reference
from services.acting import Acting
from services.case_file import CaseFile
from services.handling import Handling, Order
from services.ports import FactStore

SETS = UUID("2d8f2b64-0c1e-5a6b-8f57-3b1c9e7a4d20")
"""Name space of the commands that activate a set (UUIDv5)."""
SETUP = "house-setup"
"""Name and task of the part of the house that brings a new program."""


class PolicySets:
    """Sees to it that a set is in the log, and finds the sets that ever were."""

    def __init__(
        self, handling: Handling, text: PolicyText, reference: Reference, stream: CaseId, house_oin: Oin
    ) -> None:
        self._handling, self._text, self._reference = handling, text, reference
        self._stream, self._house_oin, self._done = stream, house_oin, False

    def ensure(self) -> None:
        """Write down the set of this program with its tables, once in the life of the house. Raises: Unavailable."""
        if self._done:
            return
        tables = self._reference.packaged()
        name = hashlib.sha256(rfc8785.dumps(tables)).hexdigest()
        command_id = uuid5(SETS, f"{self._stream}|{self._text.digest}|{name}")
        if self._handling.store.effect_of(command_id) is None:
            acting = Acting(SETUP, self._reference.staff.code, self._house_oin, SETUP)
            order = Order(command_id, self._stream, acting, "ActivatePolicySet", "setup", b"", command_id)

            def decided(case: CaseFile, now: datetime) -> Sequence[Fact]:
                return [
                    PolicySetActivated(
                        occurred_at=now,
                        legal_ref="ZVH:governance",
                        policy_set=self._text.digest,
                        files=self._text.files,
                        tables=tables,
                        version=version("zvh"),
                    )
                ]

            self._handling.carry_out_plain(order, decided)
        self._done = True


def sets_of(store: FactStore, stream: CaseId) -> dict[Digest, PolicySetActivated]:
    """Return every set that was ever active in this house, by its digest. Raises: Unavailable."""
    facts = [one.fact for one in store.history(stream)]
    return {one.policy_set: one for one in facts if isinstance(one, PolicySetActivated)}


def set_named(sets: dict[Digest, PolicySetActivated], digest: Digest) -> PolicyText:
    """Return the text of one set. Raises: NotFound when it never was active here; BadSetting when it does not load."""
    found = sets.get(digest)
    if found is None:
        raise NotFound(f"De regels {digest[:16]}… zijn in dit huis nooit in gebruik geweest.")
    return PolicyText(found.files)
