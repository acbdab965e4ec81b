"""Correcting the record of a disclosure: the record stays, a new fact says what it should have been (domain 5.1)."""

from events.correction import DisclosureCorrected, RecipientNotified
from events.disclosure import DataDisclosed
from events.fact import Fact
from events.vocabulary import Code, FactId, LegalRef
from services.guards import says_something
from services.workflow.scene import Scene, command
from services.workflow.why import basis_named

CORRECTED = "CORRECTED"


@command
class CorrectDisclosure:
    """What was wrong in the record, by code, the right purpose or grounds, and the explanation."""

    disclosure: FactId
    what: Code
    explanation: str
    purpose: str | None = None
    """Needed for WRONG_PURPOSE."""
    legal_basis: tuple[str, ...] = ()
    """Needed for WRONG_BASIS."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Correct the record, by another than who looked; a recipient hears when its purpose or grounds change."""
        shown = scene.case.disclosure(self.disclosure)
        if shown is None:
            raise scene.refuse("UNKNOWN_ITEM")
        if shown.recipient_person == scene.acting.person:
            raise scene.refuse("SELF_DECISION")
        if self.what not in {one.code for one in scene.reference.choices("correction-reason", scene.now)}:
            raise scene.reference.not_listed("correction-reason", scene.now)
        says_something(self.explanation, scene.reference)
        corrected = DisclosureCorrected(
            occurred_at=scene.now,
            legal_ref="AVG:accuracy",
            correction_id=scene.ids.fact(0),
            disclosure_id=self.disclosure,
            what=self.what,
            purpose=self._purpose(shown, scene),
            legal_basis=self._basis(shown, scene),
            explanation=scene.seal("explanation", self.explanation),
        )
        if corrected.purpose is None and corrected.legal_basis is None:
            return [corrected]
        return [corrected, *_notice(shown, scene)]

    def _purpose(self, shown: DataDisclosed, scene: Scene) -> Code | None:
        """Return the right purpose, one that fitted on the day of the disclosure."""
        if self.purpose is None:
            if self.what == "WRONG_PURPOSE":
                raise scene.refuse("NO_PURPOSE")
            return None
        found = scene.reference.purpose(self.purpose, shown.reference_date)
        if found is None or shown.stage not in found.stages or shown.kind not in found.kinds:
            raise scene.refuse("NO_PURPOSE")
        return found.code

    def _basis(self, shown: DataDisclosed, scene: Scene) -> tuple[LegalRef, ...] | None:
        if not self.legal_basis:
            if self.what == "WRONG_BASIS":
                raise scene.refuse("NO_BASIS")
            return None
        return basis_named(self.legal_basis, scene, shown.reference_date)


def _notice(shown: DataDisclosed, scene: Scene) -> list[RecipientNotified]:
    # The house's own people and others without a feed read it in the history of the case.
    if scene.reference.participant(shown.recipient_org, scene.now) is None:
        return []
    return [
        RecipientNotified(
            occurred_at=scene.now,
            legal_ref="AVG:accuracy",
            notice_id=scene.ids.fact(1),
            recipient_org=shown.recipient_org,
            recipient_task=shown.recipient_task,
            what=CORRECTED,
            items=tuple(one.item_id for one in shown.items),
            disclosures=(shown.disclosure_id,),
            cause=scene.ids.fact(0),
        )
    ]
