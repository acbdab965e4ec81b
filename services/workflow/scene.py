"""What a command decides on: the case, who acts, the rules of the day, and a way to seal what it writes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, Protocol, TypeVar, dataclass_transform

from pydantic import ConfigDict

from events.assessment import PanelMember
from events.canonical_json import canonical_json
from events.errors import Refusal
from events.fact import Fact
from events.referral import Condition, Item
from events.sealed import Sealed
from events.vocabulary import CaseId, Code, FactId, OrgCode, SubjectId, Task
from policies.calendar import end_of
from policies.engine import Policies
from policies.reference import Reference
from policies.tables import Tier, day_of
from services.acting import Acting
from services.case_file import CaseFile
from services.ports import Elsewhere, OtherCase

T = TypeVar("T")
Seal = Callable[[SubjectId, FactId, str, bytes], Sealed]
"""(subject, fact, field, value) -> the sealed value of that one place."""


class Ids:
    """Ids of the facts to come, drawn once each, and of the things inside them."""

    def __init__(self, draw: Callable[[], FactId]) -> None:
        self._draw, self._facts = draw, list[FactId]()

    def fact(self, number: int) -> FactId:
        """Return the id of the fact with this number, from 0; the same each time."""
        while len(self._facts) <= number:
            self._facts.append(self._draw())
        return self._facts[number]

    def new(self) -> FactId:
        """Return an id for something inside a fact."""
        return self._draw()


@dataclass_transform(frozen_default=True)
def command(cls: type[T]) -> type[T]:
    """Make *cls* the content of a command: frozen, closed to other fields, and without a text form.

    It may hold free text and personal data in clear, so neither its ``repr`` nor an error of reading it shows any.
    """
    cls.__pydantic_config__ = ConfigDict(extra="forbid", hide_input_in_errors=True)  # type: ignore[attr-defined]
    return dataclass(frozen=True, repr=False)(cls)


def nowhere(subject_id: SubjectId, but: CaseId) -> Sequence[OtherCase]:
    """Stand for a house without other cases."""
    return ()


@dataclass(frozen=True)
class Scene:
    """One moment at which a command is decided."""

    case: CaseFile
    acting: Acting
    reference: Reference
    policies: Policies
    now: datetime
    ids: "Ids"
    sealing: Seal
    elsewhere: Elsewhere = nowhere

    def refuse(self, code: Code, detail: str = "") -> Refusal:
        """Return the refusal to raise. *detail* holds codes only."""
        return self.reference.refuse(code, detail)

    def due(self, term: str) -> datetime:
        """Return when a term that starts now ends."""
        return end_of(self.reference.term(term, self.now), self.now)

    def last_day(self, term: str) -> date:
        """Return the last day of a term that starts now; the term itself ends with that day."""
        return day_of(self.due(term) - timedelta(microseconds=1))

    def seal(self, field: str, text: str, fact: int = 0) -> Sealed:
        """Seal *text* about the subject of the case for *field* of the fact with this number (from 0)."""
        return self.sealing(self.case.subject.subject_id, self.ids.fact(fact), field, text.encode())

    def item(
        self,
        item_id: FactId,
        category: Code,
        tier: Tier,
        values: Mapping[str, object],
        *,
        provider: OrgCode | None = None,
        addressed_to: OrgCode | None = None,
        subject_id: SubjectId | None = None,
        conditions: Sequence[Condition] = (),
        wording: Literal["FUNCTIONAL", "CLINICAL"] | None = None,
        secrecy_ground: Code | None = None,
        regime: Code | None = None,
        fact: int = 0,
    ) -> Item:
        """Return *values* as one sealed item of the fact with this number (from 0)."""
        about = subject_id or self.case.subject.subject_id
        content = canonical_json(dict(values))
        return Item(
            item_id=item_id,
            category=category,
            tier=tier,
            subject_id=about,
            provider_org=provider or self.acting.org,
            fields=tuple(values),
            addressed_to=addressed_to,
            conditions=tuple(conditions) or None,
            wording=wording,
            secrecy_ground=secrecy_ground,
            regime=regime,
            content=self.sealing(about, self.ids.fact(fact), f"items/{item_id}", content),
        )

    def member(self, org: OrgCode, task: Task) -> PanelMember | None:
        """Return an organisation with the domain of its task; None when it is not admitted or has no such task."""
        participant = self.reference.participant(org, self.now)
        if participant is None or task not in participant.domains:
            return None
        return PanelMember(org=org, task=task, domain=participant.domains[task])

    def me(self) -> PanelMember:
        """Return the acting organisation with its domain. Raises: Refusal when it is no participant with that task."""
        found = self.member(self.acting.org, self.acting.task)
        if found is None:
            raise self.refuse("NOT_PARTICIPANT")
        return found


class Command(Protocol):
    """One command with its content, in clear. Its name is the name of its class."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Return the facts that it makes, in order; the n-th has the id ``scene.ids.fact(n)``. Raises: Refusal."""
        ...
