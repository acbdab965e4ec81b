"""All reports, by name. A version that was ever published stays here, so that its editions can be made again."""

from events.errors import NotFound
from services.reports.control import AUDIT, COMMITTEE, SUPERVISOR
from services.reports.inside import MAYOR, STEERING
from services.reports.model import Definition
from services.reports.public import ANNUAL, COUNCIL, NATIONAL

REPORTS: dict[str, Definition] = {
    one.name: one for one in (ANNUAL, COUNCIL, MAYOR, STEERING, AUDIT, COMMITTEE, SUPERVISOR, NATIONAL)
}
"""Name -> newest version."""


def definition_of(name: str) -> Definition:
    """Return a report by its name. Raises: NotFound."""
    found = REPORTS.get(name)
    if found is None:
        raise NotFound(f"Dit rapport bestaat niet. Kies uit: {', '.join(REPORTS)}.")
    return found
