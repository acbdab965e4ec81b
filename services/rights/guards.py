"""Guards that several commands about a request share. Each one is silent, or raises the refusal of the table."""

from datetime import date

from events.rights import Right
from events.rights_effects import RightsHandlingOpened
from events.vocabulary import Code, FactId
from policies.tables import day_of
from services.rights.request import RequestFile
from services.workflow.scene import Scene


def live(scene: Scene) -> RequestFile:
    """Return the request, or refuse one that is not there or has its answer."""
    request = known(scene)
    if request.ending is not None:
        raise scene.refuse("ALREADY_ANSWERED")
    return request


def known(scene: Scene) -> RequestFile:
    """Return the request, or refuse what is none."""
    if scene.case.rights_request is None:
        raise scene.refuse("UNKNOWN_REQUEST")
    return scene.case.rights_request


def handled(scene: Scene) -> RequestFile:
    """Return the request, or refuse while it was not established who asks."""
    request = live(scene)
    if not request.handled:
        raise scene.refuse("NOT_IDENTIFIED")
    return request


def chosen(scene: Scene, name: str, code: Code) -> Code:
    """Return the code, or refuse one that does not stand in the list of the day."""
    if code not in {one.code for one in scene.reference.choices(name, scene.now)}:
        raise scene.reference.not_listed(name, scene.now)
    return code


def told(scene: Scene, day: date | None, since: date) -> date:
    """Return the day on which the person was told, today when none is given; refuse one to come, or before *since*."""
    today = day_of(scene.now)
    if day is not None and not since <= day <= today:
        raise scene.refuse("BAD_DATE")
    return day or today


def handling_of(scene: Scene, request_id: FactId, *rights: Right) -> RightsHandlingOpened:
    """Return the handling of a request in the case, or refuse when it is not handled here, or is of another right."""
    found = scene.case.handlings.get(request_id)
    if found is None or found.right not in rights:
        raise scene.refuse("NO_HANDLING")
    return found
