"""What leaves the house in the forms of others, on the command line: an event log for process mining, audit events."""

import json as jsonlib
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from events.errors import NotFound
from projections.standards.balp import Resource
from services.bootstrap import open_house
from services.case_file import case_file
from services.cli.ledger_asker import Asker, OrgOption, PersonOption, PurposeOption, TaskOption, asked_by
from services.cli.output import JsonFlag, console, emit, writable, write_private
from services.ledger_questions import OfParticipant, OfSubject
from services.standards.audit_events import Window, bundle, events_of
from services.standards.ocel import CaseLog
from services.standards.sight import OfExport

Output = Annotated[Path, typer.Option("--output", "-o", callback=writable, help="Schrijf naar dit bestand.")]


def export_case(
    case: Annotated[UUID, typer.Argument(help="De zaak.")],
    output: Output,
    ocel: Annotated[bool, typer.Option("--ocel", help="Als OCEL 2.0 (JSON), voor process mining.")] = False,
    org: OrgOption = None,
    task: TaskOption = None,
    person: PersonOption = None,
    purpose: PurposeOption = None,
    json: JsonFlag = False,
) -> None:
    """Schrijf de gang van één zaak weg voor process mining: codes, momenten en pseudoniemen die nergens anders gelden.

    De uitgifte wordt eerst vastgelegd. Twee uitgiften zijn niet aan elkaar te koppelen, ook niet van dezelfde zaak.
    """
    if not ocel:
        raise typer.BadParameter("zeg in welke vorm: --ocel")
    with open_house() as house:
        house.settle()
        history = house.store.history(case)
        state = case_file(case, history)
        acting, why = asked_by(Asker(org, task, person, purpose), house)
        subject = state.subject.subject_id if state.persons else None
        house.sights.record(acting, OfExport(case_id=case, subject=subject), why)
        house.settle()
        if state.stage is None:
            raise NotFound(f"Zaak {case} bestaat niet. Bekijk de zaken met `zvh case list`.")
        document = CaseLog(house.reference, house.names).document(case, history)
    _write(output, document)
    counts = {name: _length(document[name]) for name in ("events", "objects")}
    said = f"{output}: {counts['events']} gebeurtenissen over {counts['objects']} objecten."
    emit(json, {"file": str(output), **counts}, lambda: console.print(said))


def fhir(
    output: Output,
    subject: Annotated[UUID | None, typer.Argument(help="Pseudoniem van de persoon (UUID).")] = None,
    participant: Annotated[
        str | None, typer.Option(help="In plaats van een persoon: wat deze organisatie kreeg.")
    ] = None,
    org: OrgOption = None,
    task: TaskOption = None,
    person: PersonOption = None,
    purpose: PurposeOption = None,
    json: JsonFlag = False,
) -> None:
    """Schrijf verstrekkingen weg als FHIR AuditEvents (R4, IHE BALP PrivacyDisclosure), in één Bundle."""
    if (subject is None) == (participant is None):
        raise typer.BadParameter("geef een persoon, of een organisatie met --participant")
    with open_house() as house:
        house.settle()
        acting, why = asked_by(Asker(org, task, person, purpose), house)
        question = OfSubject(subject=subject) if subject is not None else OfParticipant(org=participant)
        sight = house.sights.look(acting, question, why)
        house.settle()
        found = [event for one in sight.seen for event in events_of(one, house.names, Window())]
    document = _collection(bundle(found, {}, complete=sight.complete))
    _write(output, document)
    said = f"{output}: {len(found)} gebeurtenissen{'' if sight.complete else '; er kan iets ontbreken'}."
    emit(
        json,
        {"file": str(output), "events": len(found), "complete": sight.complete},
        lambda: console.print(said),
    )


def _collection(found: Resource) -> Resource:
    """Return a search result as a file that stands by itself: without links, and without how each was found."""
    entries = found.get("entry", [])
    assert isinstance(entries, list)  # noqa: S101 - for the type checker
    kept = [{k: v for k, v in one.items() if k != "search"} for one in entries if isinstance(one, dict)]
    return {"resourceType": "Bundle", "type": "collection", **({"entry": [*kept]} if kept else {})}


def _write(path: Path, document: Resource) -> None:
    write_private(path, jsonlib.dumps(document, ensure_ascii=False, indent=1))


def _length(part: object) -> int:
    return len(part) if isinstance(part, list) else 0
