"""How long the content of a case is kept (domain 5.5)."""

from datetime import datetime

from events.vocabulary import Code
from policies.calendar import end_of
from services.workflow.scene import Scene


def kept_until(scene: Scene) -> tuple[Code, datetime]:
    """Return the anchor of the retention term and its end, by the rules of the day."""
    anchor = scene.reference.setting("retention-anchor", scene.now)
    first = scene.case.first_processed
    start = first if anchor == "FIRST_PROCESSED" and first is not None else scene.now
    return anchor, end_of(scene.reference.term("retention", scene.now), start)
