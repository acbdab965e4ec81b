"""Who asks for something of a case in which it has no place hears that it is not there; the attempt is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from events.errors import Refusal
from services.acting import Acting
from services.bootstrap import House
from services.case_file import case_file


@contextmanager
def keeping_attempts(house: House, name: str, acting: Acting, case_id: UUID, command_id: UUID) -> Iterator[None]:
    """Write down that whoever is refused inside this block asked for it, whether or not there is such a case.

    Neither the ledger nor the keys of who asked tell that the case is there. The refusal itself goes on as it is.

    Args:
        name: the command, for example ``Disclose``.
    Raises: Unavailable; what is raised inside.
    """
    try:
        yield
    except Refusal:
        there = case_file(case_id, house.store.history(case_id)).stage is not None
        house.attempts.at_a_case(name, "NOT_ON_CASE" if there else "UNKNOWN_CASE", acting, case_id, command_id)
        raise
