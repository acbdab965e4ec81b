"""Who asks for something of a case in which it has no place hears that it is not there; the case keeps the attempt."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from uuid import UUID, uuid5

from events.errors import Conflict, Refusal
from events.fact import Fact
from events.vocabulary import Stage
from services.acting import Acting
from services.bootstrap import House
from services.case_file import CaseFile, case_file


@contextmanager
def keeping_attempts(
    house: House, name: str, acting: Acting, case_id: UUID, content: object, command_id: UUID
) -> Iterator[None]:
    """Write down in the case, if there is one, that whoever is refused inside this block asked for it (domain 5.7).

    In the case alone, under a number of its own: neither the ledger nor the keys of who asked tell that the case is
    there. The refusal itself goes on as it is.

    Args:
        name: the command, for example ``Disclose``.
    Raises: Unavailable; what is raised inside.
    """
    try:
        yield
    except Refusal:
        _keep(house, name, acting, case_id, content, command_id)
        raise


def _keep(house: House, name: str, acting: Acting, case_id: UUID, content: object, command_id: UUID) -> None:
    case = case_file(case_id, house.store.history(case_id))
    if case.stage in (None, Stage.SIGNALLED) or case.rights_request is not None:
        return

    def refused(_: CaseFile, __: datetime) -> Sequence[tuple[UUID, Fact]]:
        raise house.reference.refuse("NOT_ON_CASE")

    order = house.order(name, acting, case_id, content, uuid5(command_id, str(case_id)))
    with suppress(Refusal, Conflict):  # on record now, or it was before
        house.handling.carry_out(order, refused)
