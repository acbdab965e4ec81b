"""The rules and tables that decided, as files: put together again from the facts that brought them into force."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import rfc8785

from events.canonical import decode
from events.decision import AccessDecided
from events.errors import BadSetting
from events.governance import GovernanceDecided, TableChange
from events.policy_set import PolicySetActivated
from events.receipt import Numbered
from policies.reference import Reference
from policies.tables import Tables
from services.governance import changes_of

TABLES = "tables.json"


@dataclass(frozen=True)
class Rules:
    """What a bundle holds of the rules."""

    folders: dict[str, dict[str, bytes]]
    """Digest as decisions name it -> file name -> content."""
    facts: list[Numbered]
    """The facts from which these come."""


def rules_of(decided: Iterable[tuple[int, AccessDecided]], brought: Sequence[Numbered]) -> Rules:
    """Return the rules behind *decided*: (index, decision), given all facts that *brought* rules or changed tables.

    A decision whose rules cannot be put together again gets no folder: whoever verifies the bundle is told so.
    """
    read = [(one, decode(one.value)) for one in brought]
    folders: dict[str, dict[str, bytes]] = {}
    used: dict[int, Numbered] = {}
    for index, decision in decided:
        earlier = [(one, recorded) for one, recorded in read if one.index < index]
        sets = [
            (one, recorded.fact)
            for one, recorded in earlier
            if isinstance(recorded.fact, PolicySetActivated) and recorded.fact.policy_set == decision.policy_set
        ]
        if not sets:
            continue
        activation, policy_set = sets[-1]
        changed = [one for one, recorded in earlier if isinstance(recorded.fact, GovernanceDecided)]
        used |= {one.index: one for one in (activation, *changed)}
        if decision.policies not in folders:
            files = _files(policy_set, changes_of([recorded for _, recorded in earlier]), decision)
            if files is not None:
                folders[decision.policies] = files
    return Rules(folders, [used[index] for index in sorted(used)])


def whole_digest(policy_set: str, tables: bytes) -> str:
    """Return what a decision names: SHA-256 over the set's digest, a bar, and the digest of the tables in force."""
    return hashlib.sha256(f"{policy_set}|{hashlib.sha256(tables).hexdigest()}".encode("ascii")).hexdigest()


def _files(
    policy_set: PolicySetActivated, changes: Sequence[TableChange], decision: AccessDecided
) -> dict[str, bytes] | None:
    packaged = {"refusals": {}, **policy_set.tables}
    try:
        reference = Reference(Tables.model_validate(packaged)).amended(changes)
    except (ValueError, BadSetting):
        return None
    tables = rfc8785.dumps(reference.in_force(decision.reference_date))
    if whole_digest(policy_set.policy_set, tables) != decision.policies:
        return None
    return {TABLES: tables, **{name: text.encode() for name, text in policy_set.files.items()}}
