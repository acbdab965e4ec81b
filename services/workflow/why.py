"""Why data go from one to another: a purpose, grounds and three reasons, held against the tables (domain 5.1)."""

from collections.abc import Sequence
from datetime import datetime

from events.vocabulary import Code, LegalRef
from policies.asking import WITHIN
from policies.information import GIVER_AND_TAKER
from services.disclosure import SealedReasons, reasoned
from services.workflow.scene import Scene


def purpose_that_fits(purpose: str | None, scene: Scene, kind: Code = WITHIN) -> Code:
    """Return a purpose of the closed list that serves this kind and fits stage and room.

    Raises: Refusal with NO_PURPOSE.
    """
    found = scene.reference.purpose(purpose, scene.now) if purpose else None
    case = scene.case
    fits = found is not None and case.stage in found.stages and kind in found.kinds
    if found is None or not fits or (case.room is not None and case.room not in found.rooms):
        raise scene.refuse("NO_PURPOSE")
    return found.code


def basis_named(keys: Sequence[str], scene: Scene, at: datetime | None = None) -> tuple[LegalRef, ...]:
    """Return the grounds of giver and taker, each one that may be named now, or *at* an earlier moment.

    Raises: Refusal with NO_BASIS.
    """
    grounds = [scene.reference.legal_ref(key, at or scene.now) for key in keys]
    if len(grounds) < GIVER_AND_TAKER or not all(one is not None and one.ground for one in grounds):
        raise scene.refuse("NO_BASIS")
    return tuple(keys)


def reasons_sealed(scene: Scene, necessity: str, proportionality: str, subsidiarity: str) -> SealedReasons:
    """Return the three reasons, sealed for the first fact. Raises: Refusal with NO_REASONING."""
    if not reasoned(necessity, proportionality, subsidiarity):
        raise scene.refuse("NO_REASONING")
    return SealedReasons(
        scene.seal("necessity", necessity),
        scene.seal("proportionality", proportionality),
        scene.seal("subsidiarity", subsidiarity),
    )
