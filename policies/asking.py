"""A question to the policies: who asks, in which case, for what and why; and about which items."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.vocabulary import Code, FactId, Oin, OrgCode, Room, Stage, Task
from policies.tables import Tier

WEIGHED = frozenset({Stage.SIGNALLED, Stage.REFERRED, Stage.RETURNED, Stage.IN_TRIAGE})
ENDED = frozenset({Stage.NOT_ACCEPTED, Stage.CLOSED})
WITHIN, TO_SUBJECT, TO_SUPERVISOR = "WITHIN", "TO_SUBJECT", "TO_SUPERVISOR"

Standing = Literal["LIVE", "ASKED", "OTHER_TASK", "EXPIRED", "NONE"]
"""The recipient's place in the case: on it, asked something, on it for another task only, no longer, or never."""


@dataclass(frozen=True)
class AccessRequest:
    """Who asks, in which case, for what and why; the same for all items of one request.

    What a person typed (kind, purpose, grounds) is compared with the tables and never becomes part of a rule.
    """

    org: OrgCode
    """Organisation of whoever acts."""
    oin: Oin
    task: Task
    itself: bool
    """Whoever acts is the recipient."""
    stage: Stage
    room: Room | None
    standing: Standing
    kind: str
    purpose: str | None
    legal_basis: Sequence[str]
    """The ground of the giver and the ground of the taker."""
    reasoned: bool
    secrecy_ground: str | None
    at: datetime
    recipient: OrgCode = ""
    """The organisation that gets it; left out, the one that acts."""
    supervised: bool = False
    """This case was opened to this supervisor, and the term runs."""
    rights_open: bool = False
    """A request of the person whose data are asked for is being handled."""

    @property
    def gets_it(self) -> OrgCode:
        """The organisation that gets what is asked for."""
        return self.recipient or self.org


@dataclass(frozen=True)
class ItemAsked:
    """What is asked for."""

    item_id: FactId
    category: Code
    tier: Tier
    provider_org: OrgCode
    shared: bool
    """Went along when the case moved to the house, or never had to."""
    addressed_to: OrgCode | None = None
    """The one organisation for which it is meant."""
    of_subject: bool = True
    """About the person whom the case is about."""
    of_requester: bool = False
    """About the person whose request is answered."""
    clinical: bool = False
    """A finding of a profession with a secret, not what others need to know."""
    granted: bool = False
    """The source decided that this recipient may read it, for this purpose, now."""
    granted_on_ground: bool = False
    """And named the ground on which its secret is broken."""
    only_to: tuple[OrgCode, ...] | None = None
    """Whom the source named as the only ones to have it; None when it named nobody."""
    not_to: tuple[OrgCode, ...] = ()
    term_passed: bool = False
    """The day is past until which the source lets it be seen."""
    not_to_subject: bool = False
    restricted: bool = False
    erased: bool = False
    withheld: bool = False
    released: bool = False
    """A result, and a controller decided that it goes to its recipient."""
    result_kind: str = ""
    """The kind of disclosure for which a result was written; empty for all else."""
