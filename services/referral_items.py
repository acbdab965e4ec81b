"""Which pieces of data a referral brings, each in clear until it is sealed; and who the file speaks about."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import rfc8785

from events.referral import Condition, InformStatus, Item, Person
from events.vocabulary import CaseId, FactId, OrgCode, SubjectId, SubjectRole
from services.ports import Clock, Sealer
from services.submission import Informing, ReferralOffered, ReferralSupplementOffered, RelatedPerson
from services.submission_shape import Identity


@dataclass(frozen=True, repr=False)
class ClearItem:
    """One item before it is sealed. It has no text form, so that it cannot slip into a log."""

    category: str
    subject_id: SubjectId
    values: dict[str, object]

    @property
    def content(self) -> bytes:
        """The values as one JSON document in canonical form (RFC 8785)."""
        return rfc8785.dumps(self.values)  # type: ignore[arg-type]  # made by pydantic from JSON, so it is JSON


def people(
    offered: ReferralOffered, pseudonym_of: Callable[[str], SubjectId]
) -> tuple[tuple[Person, ...], list[ClearItem]]:
    """Return each person once, the subject first, and what the partner knows of them.

    Somebody who is named twice (the subject can be a victim as well) stays one person, with the role that was
    named first; what the second mention adds is kept as an item of its own, with its role.

    Args:
        pseudonym_of: BSN -> pseudonym.
    """
    persons: dict[SubjectId, Person] = {}
    items: list[ClearItem] = []
    mentions: list[Identity] = [offered.subject, *offered.related_persons]
    for mention in mentions:
        subject_id = pseudonym_of(mention.bsn)
        again = subject_id in persons
        values = mention.model_dump(exclude=set() if again else {"role"})
        items.append(ClearItem("IDENTITY", subject_id, values))
        if not again:
            role = SubjectRole(mention.role) if isinstance(mention, RelatedPerson) else SubjectRole.SUBJECT
            persons[subject_id] = Person(subject_id=subject_id, role=role)
    return tuple(persons.values()), items


def referral_items(offered: ReferralOffered, subject_id: SubjectId) -> Iterator[ClearItem]:
    """Yield what a referral says of its subject, beside the identity: first facts, breakthrough, informing."""
    yield from supplement_items(offered, subject_id)
    # Who told the person, and why not: names and free text, so they are sealed like a value.
    informing = {
        f"inform_{name}": value
        for name, value in offered.inform_status.model_dump(include={"by", "ground", "decided_by"}).items()
        if value is not None
    }
    if informing:
        yield ClearItem("LIFE_DOMAIN", subject_id, informing)


def supplement_items(
    offered: ReferralOffered | ReferralSupplementOffered, subject_id: SubjectId
) -> Iterator[ClearItem]:
    """Yield the answers to the criteria (reason, aim, first facts) and the breakthrough, as far as they are given."""
    given = offered.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
    answers: dict[str, object] = {name: given[name] for name in ("reason", "aim", "criteria") if given.get(name)}
    if answers:
        yield ClearItem("LIFE_DOMAIN", subject_id, answers)
    if "breakthrough" in given:
        yield ClearItem("LIFE_DOMAIN", subject_id, {"breakthrough": given["breakthrough"]})


def inform_status(informing: Informing) -> InformStatus:
    """Return what may stand in a fact of how the person was informed (domain 5.4)."""
    return InformStatus(status=informing.status, on=informing.on, review_by=informing.review_by)


@dataclass(frozen=True)
class Sealing:
    """Puts items into their sealed places in one fact."""

    sealer: Sealer
    clock: Clock

    def items(
        self,
        case_id: CaseId,
        fact_id: FactId,
        provider_org: OrgCode,
        clear: Sequence[ClearItem],
        conditions: Sequence[Condition] = (),
    ) -> tuple[Item, ...]:
        """Return *clear* as items of the fact *fact_id*, all T1 and under the same conditions (domain 5.2).

        Raises: Unavailable; Refusal with code DESTROYED.
        """
        sealed = []
        for one in clear:
            item_id = self.clock.new_id()
            content = self.sealer.seal(case_id, one.subject_id, fact_id, f"items/{item_id}", one.content)
            sealed.append(
                Item(
                    item_id=item_id,
                    category=one.category,
                    tier="T1",
                    subject_id=one.subject_id,
                    provider_org=provider_org,
                    fields=tuple(one.values),
                    conditions=tuple(conditions) or None,
                    content=content,
                )
            )
        return tuple(sealed)
