"""Who asks the ledger something on the command line, and for which purpose: that is written down with every look."""

import sys
from dataclasses import dataclass
from typing import Annotated

import typer

from services.acting import Acting
from services.bootstrap import House

OrgOption = Annotated[str | None, typer.Option("--org", help="Organisatie die vraagt, bijvoorbeeld HOUSE_STAFF.")]
TaskOption = Annotated[str | None, typer.Option("--task", help="Taak van wie vraagt, bijvoorbeeld privacy-office.")]
PersonOption = Annotated[str | None, typer.Option("--person", help="Naam van wie vraagt; wordt een pseudoniem.")]
PurposeOption = Annotated[
    str | None, typer.Option("--purpose", help="Waarvoor: SUPERVISION, of SUBJECT_RIGHTS bij een verzoek.")
]
TASK, PERSON, PURPOSE = "privacy-office", "beheerder", "SUPERVISION"
"""Whoever holds an embedded instance, when nothing else is said: its privacy office, for supervision."""


@dataclass(frozen=True)
class Asker:
    """Who asks, as given on the command line."""

    org: str | None
    task: str | None
    person: str | None
    purpose: str | None


def asked_by(asker: Asker, house: House) -> tuple[Acting, str]:
    """Return who acts, and for which purpose; what was left out is told on stderr.

    Raises: typer.BadParameter when it must be said: the house is not embedded, or half of it was given.
    """
    embedded = house.folder is not None
    staff = house.reference.staff.code
    named = (asker.org, asker.task, asker.person)
    if any(named) and not (asker.task and asker.person):
        raise typer.BadParameter("wie vraagt, noemt --task en --person, en --org als het niet het huis zelf is")
    if not embedded and not (asker.person and asker.purpose):
        raise typer.BadParameter("zeg wie vraagt en waarvoor: --task, --person en --purpose, en zo nodig --org")
    org, task, person = asker.org or staff, asker.task or TASK, asker.person or PERSON
    purpose = asker.purpose or PURPOSE
    if not asker.person or not asker.purpose:
        sys.stderr.write(f"U vraagt dit als {task} van {org}, voor {purpose}; dat wordt vastgelegd.\n")
    now = house.clock.now()
    listed = house.reference.participant(org, now) or house.reference.supervisor(org, now)
    oin = listed.oin if listed is not None else house.settings.house_oin
    return Acting(house.pseudonyms.person(oin, person), org, oin, task), purpose
