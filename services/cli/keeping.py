"""``zvh retention`` and ``zvh governance``: what the clock does, and the rules that the controllers decide."""

import json as jsonlib
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any
from uuid import UUID, uuid4

import typer
from pydantic import TypeAdapter, ValidationError

from events.fact import rfc3339
from events.governance import GovernanceDecided, GovernanceProposed, TableChange
from services.acting import Acting
from services.bootstrap import House, open_house
from services.cli.output import JsonFlag, console, emit, table
from services.governance import DecideGovernance, ProposeGovernance

retention = typer.Typer(help="Termijnen: herinneren, te laat melden en vernietigen.", no_args_is_help=True)
governance = typer.Typer(help="De regels van de kamers, en besluiten om ze te veranderen.", no_args_is_help=True)
CHANGES: TypeAdapter[tuple[TableChange, ...]] = TypeAdapter(tuple[TableChange, ...])
Person = Annotated[str, typer.Option(help="Naam van de medewerker van het huis; wordt een pseudoniem.")]


@retention.command("run")
def run(json: JsonFlag = False) -> None:
    """Doe één ronde: herinner, leg vast wat te laat is, en vernietig wat aan de beurt is."""
    with open_house() as house:
        house.settle()
        done = house.scheduler.round()
        house.settle()
    document = asdict(done)
    emit(
        json,
        document,
        lambda: console.print(
            f"{done.reminded} herinneringen, {done.missed} termijnen verstreken, {done.destroyed} zaken en "
            f"{done.originals} geweigerde berichten vernietigd."
        ),
    )


@governance.command("list")
def decisions(json: JsonFlag = False) -> None:
    """Toon elk voorstel en elk besluit over de regels."""
    with open_house() as house:
        rows: list[dict[str, Any]] = [
            {
                "recorded_at": rfc3339(one.envelope.recorded_at),
                "decided": isinstance(one.fact, GovernanceDecided),
                "proposal": str(one.fact.proposal_id),
                "valid_from": one.fact.valid_from,
                "deciders": list(one.fact.deciders) if isinstance(one.fact, GovernanceDecided) else [],
                "changes": [f"{change.table}: {change.key}" for change in one.fact.changes],
            }
            for one in house.governance.history()
            if isinstance(one.fact, GovernanceProposed | GovernanceDecided)
        ]
    columns = ("vastgelegd (UTC)", "wat het is", "voorstel", "geldt vanaf", "besloten door", "wat er verandert")
    told = [
        (
            str(row["recorded_at"])[:19],
            "besluit" if row["decided"] else "voorstel",
            row["proposal"],
            row["valid_from"],
            ", ".join(row["deciders"]),
            ", ".join(row["changes"]),
        )
        for row in rows
    ]
    emit(json, {"decisions": rows}, lambda: table("Voorstellen en besluiten", columns, told))


@governance.command()
def propose(
    person: Person,
    valid_from: Annotated[str, typer.Option(help="Dag waarop het ingaat, JJJJ-MM-DD; na vandaag.")],
    changes: Annotated[typer.FileText, typer.Argument(help='JSON: [{"table", "key", "entry"}, ...]')],
    json: JsonFlag = False,
) -> None:
    """Stel een verandering van de regels voor; een ander besluit."""
    try:
        asked = ProposeGovernance(CHANGES.validate_json(changes.read()), date.fromisoformat(valid_from))
    except (ValidationError, ValueError):
        raise typer.BadParameter("de lijst van veranderingen of de dag klopt niet") from None
    with open_house() as house:
        order = house.order("ProposeGovernance", _staff(house, person), house.governance.stream, asked, uuid4())
        fact = house.governance.propose(order, asked).facts[0].fact
        house.settle()
    assert isinstance(fact, GovernanceProposed)  # noqa: S101 - for the type checker
    emit(json, {"proposal": str(fact.proposal_id)}, lambda: console.print(f"Voorstel {fact.proposal_id} ligt er."))


@governance.command()
def decide(
    proposal: Annotated[UUID, typer.Argument(help="Nummer van het voorstel.")],
    person: Person,
    decider: Annotated[list[str], typer.Option(help="Organisatie die besloot. Vaker, voor elke organisatie.")],
    json: JsonFlag = False,
) -> None:
    """Leg vast dat deze verwerkingsverantwoordelijken het voorstel hebben besloten."""
    asked = DecideGovernance(proposal, tuple(decider))
    with open_house() as house:
        order = house.order("DecideGovernance", _staff(house, person), house.governance.stream, asked, uuid4())
        fact = house.governance.decide(order, asked).facts[0].fact
        house.settle()
    assert isinstance(fact, GovernanceDecided)  # noqa: S101 - for the type checker
    emit(
        json,
        jsonlib.loads(fact.model_dump_json()),
        lambda: console.print(f"Besloten; het geldt vanaf {fact.valid_from}."),
    )


def token(
    org: Annotated[str, typer.Option(help="Organisatie, bijvoorbeeld POLICE; HOUSE_STAFF voor het huis zelf.")],
    task: Annotated[str, typer.Option(help="Taak, bijvoorbeeld police-task of process-direction.")],
    person: Annotated[str, typer.Option(help="Naam van de medewerker bij die organisatie.")],
) -> None:
    """Geef een aanmeldtoken voor de eigen instantie op deze machine; een echt huis heeft een eigen uitgever."""
    with open_house() as house:
        if house.issuer is None:
            raise typer.BadParameter("deze instantie heeft een eigen uitgever van tokens: ZVH_OIDC_ISSUER")
        typer.echo(house.issuer.token(person, _oin_of(house, org, task), task))


def _oin_of(house: House, org: str, task: str) -> str:
    """Return the OIN of an organisation that has this task. Raises: BadParameter, naming what there is."""
    now, staff = house.clock.now(), house.reference.staff
    there = {one.code: (one.oin, set(one.domains)) for one in house.reference.participants(now)}
    there |= {one.code: (one.oin, set(one.tasks)) for one in house.reference.supervisors(now)}
    there[staff.code] = (house.settings.house_oin, {task for task, role in staff.roles.items() if role != "SYSTEM"})
    oin, tasks = there.get(org, ("", set()))
    if not oin:
        raise typer.BadParameter(f"{org} is geen deelnemer. Kies uit: {', '.join(sorted(there))}")
    if task not in tasks:
        raise typer.BadParameter(f"{org} heeft geen taak {task}. Kies uit: {', '.join(sorted(tasks))}")
    return oin


def _staff(house: House, person: str) -> Acting:
    oin = house.settings.house_oin
    return Acting(house.pseudonyms.person(oin, person), house.reference.staff.code, oin, "chain-management")
