"""Facts of results: what the room writes for one recipient's own task, and the decision to let it out (domain 5.3)."""

from typing import ClassVar

from events.fact import Fact
from events.referral import Item
from events.sealed import Sealed
from events.vocabulary import Code, FactId, LegalRef, OrgCode, Pseudonym, Task


class ResultMade(Fact):
    """Somebody wrote a result in the room, for one recipient. Nobody outside can read it yet. Source: domain 5.3."""

    type_name: ClassVar[str] = "nl.zvh.results.result-made.v1"

    result_id: FactId
    kind: Code
    """RESULT_TO_PARTICIPANT, RESULT_TO_THIRD_PARTY or TO_OTHER_COLLABORATION."""
    recipient_org: OrgCode
    """A participant, or a third party or other collaboration from the dated tables."""
    recipient_task: Task | None = None
    author: Pseudonym
    item: Item
    """The words, addressed to the recipient; of the third tier unless reasoned otherwise."""
    wider: Sealed | None = None
    """Why it holds more than decisions, actions and advice; None when it does not."""


class PrivacyAdviceGiven(Fact):
    """The privacy officer advised on letting a result out. Source: domain 5.3."""

    type_name: ClassVar[str] = "nl.zvh.results.privacy-advice-given.v1"

    result_id: FactId
    positive: bool
    advice: Sealed


class ResultReleased(Fact):
    """A controller decided that the result goes to its recipient; the desk may hand it over from here on.

    Source: domain 5.3; legal_ref of the ground on which the recipient gets it.
    """

    type_name: ClassVar[str] = "nl.zvh.results.result-released.v1"

    result_id: FactId
    decided_for: OrgCode
    """The controller that decides; never a private participant alone."""
    purpose: Code
    legal_basis: tuple[LegalRef, ...]
    necessity: Sealed
    proportionality: Sealed
    subsidiarity: Sealed
    weighed: Sealed | None = None
    """Why it goes out against the privacy officer's advice; None when that was positive, or not needed."""
