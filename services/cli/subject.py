"""``zvh subject``: what is done for one person. Erasing, and showing afterwards that it was done."""

import sys
from datetime import UTC
from pathlib import Path
from typing import Annotated
from uuid import UUID, uuid4

import typer

from events.correction import RecipientNotified
from events.erasure import SubjectErased
from events.errors import NotFound, Unproven
from events.retention import CaseDestroyed
from events.vocabulary import SubjectId
from services.acting import Acting
from services.bootstrap import House, certificates, open_house
from services.cli.ledger import by_bsn
from services.cli.output import JsonFlag, console, emit, fail, table, writable
from services.erasure import Erased, EraseSubject

app = typer.Typer(
    help="Wat er voor één persoon gebeurt: wissen, en laten zien dat het gebeurd is.", no_args_is_help=True
)
TASK = "privacy-office"


@app.command()
def erase(
    person: Annotated[str, typer.Option(help="Naam van de medewerker van het huis (privacy); wordt een pseudoniem.")],
    ground: Annotated[str, typer.Option(help="Grond: NOT_NECESSARY, OBJECTION, UNLAWFUL of LEGAL_DUTY.")],
    decider: Annotated[list[str], typer.Option(help="Verwerkingsverantwoordelijke die besloot. Mag vaker.")],
    subject: Annotated[UUID | None, typer.Argument(help="Pseudoniem van de persoon (UUID).")] = None,
    bsn: Annotated[
        bool, typer.Option("--bsn", help="Lees een burgerservicenummer van stdin; het wordt niet bewaard.")
    ] = False,
    case: Annotated[list[UUID] | None, typer.Option(help="Alleen in deze zaak. Mag vaker.")] = None,
    everywhere: Annotated[bool, typer.Option("--all", help="In alle zaken.")] = False,
    request: Annotated[UUID | None, typer.Option(help="Nummer van het verzoek dat is toegewezen.")] = None,
    number: Annotated[UUID | None, typer.Option("--id", help="Nummer van dit besluit, om het te herhalen.")] = None,
    json: JsonFlag = False,
) -> None:
    """Wis een persoon, na een besluit. Niemand kan de gegevens daarna nog lezen; dit is niet terug te draaien.

    Gaat een zaak over deze persoon, dan wordt de hele zaak vernietigd. Eindigt met 1 als een zaak is geweigerd.
    """
    if (subject is None) != bsn:
        raise typer.BadParameter("geef een pseudoniem, of --bsn met het nummer op stdin")
    if (not case) != everywhere:
        raise typer.BadParameter("noem met --case de zaken, of kies --all voor alle zaken")
    with open_house() as house:
        wanted = subject or by_bsn(house)
        oin = house.settings.house_oin
        acting = Acting(house.pseudonyms.person(oin, person), house.reference.staff.code, oin, TASK)
        command = EraseSubject(wanted, ground, tuple(decider), tuple(case) if case else None, request)
        done = house.erasure.erase(command, acting, number or uuid4())
        house.settle()
        document = erased_document(house, wanted, done)
    if not done.facts and not done.refused:
        raise NotFound("Van deze persoon staan in geen zaak gegevens. Er is niets gewist.")
    emit(json, document, lambda: _say_erased(done))
    if done.refused:
        code, says = next((one.code, one.says) for one in done.refused.values())
        fail(f"In {len(done.refused)} zaken is niet gewist. {says} ({code})", 1)


@app.command("re-erase")
def re_erase(json: JsonFlag = False) -> None:
    """Vernietig opnieuw wat een teruggezette back-up heeft teruggebracht, volgens het vernietigingsregister."""
    with open_house(restored=True) as house:
        repeated = house.repeating.run()
        house.settle()
    document = {
        "lines": repeated.lines,
        "keys": repeated.keys,
        "repeated": [{"case_id": str(one.envelope.case_id), "fact": str(one.envelope.id)} for one in repeated.facts],
        "facts_missing": [str(one) for one in repeated.missing],
    }

    def say() -> None:
        console.print(
            f"{repeated.lines} regels in het vernietigingsregister; {repeated.keys} sleutels opnieuw vernietigd."
        )
        if repeated.missing:
            console.print(
                f"{len(repeated.missing)} feiten uit het register staan niet in de database: de back-up is ouder. "
                "Zet als het kan een nieuwere terug."
            )

    emit(json, document, say)


@app.command()
def certificate(
    fact: Annotated[UUID, typer.Argument(help="Het feit dat de vernietiging vastlegde.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", callback=writable, help="Schrijf het naar dit bestand.")
    ] = None,
) -> None:
    """Maak een vernietigingsbewijs: welke sleutel is vernietigd, wanneer en waarom, met het bewijs uit het logboek."""
    with open_house() as house:
        house.settle()
        made = certificates.certify(house, fact)
    text = made.model_dump_json(indent=2, exclude_none=True) + "\n"
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text, encoding="utf-8")
        console.print(made.says)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Een vernietigingsbewijs.")],
    key: Annotated[str, typer.Option(help="Sleutel van het logboek, uit `zvh log key`.")],
    json: JsonFlag = False,
) -> None:
    """Controleer een vernietigingsbewijs. Heeft geen instantie nodig; eindigt met 1 als het niet klopt."""
    try:
        found = certificates.check(file.read_bytes(), key)
    except Unproven as problem:
        emit(json, {"valid": False, "problem": str(problem)}, lambda: None)
        fail(str(problem), 1)
    erased = found.erased
    document = {
        "valid": True,
        "case_id": str(erased.case_id),
        "subject_id": str(erased.subject_id) if erased.subject_id else None,
        "keys": [str(one.key_id) for one in erased.keys],
        "ground": erased.ground,
        "destroyed_at": erased.destroyed_at.astimezone(UTC).isoformat(),
        "fact_index": found.fact_index,
    }
    emit(json, document, lambda: console.print(f"Het bewijs klopt. {found.says}"))


def erased_document(house: House, subject: SubjectId, done: Erased) -> dict[str, object]:
    """Return what became of an erasure, as JSON."""
    return {
        "erasure_id": str(done.erasure_id),
        "subject": str(subject),
        "keys": done.keys,
        "erased": [
            {
                "case_id": str(one.envelope.case_id),
                "fact": str(one.envelope.id),
                "type": one.fact.type_name,
                "index": house.log.indexes(one.envelope.case_id).get(one.envelope.sequence),
            }
            for one in done.facts
        ],
        "refused": [
            {"case_id": str(case_id), "reason_code": one.code, "says": one.says}
            for case_id, one in done.refused.items()
        ],
    }


def _say_erased(done: Erased) -> None:
    rows = [
        (
            one.envelope.case_id,
            "persoon gewist" if isinstance(one.fact, SubjectErased) else "zaak vernietigd",
            one.envelope.id,
        )
        for one in done.facts
        if isinstance(one.fact, SubjectErased | CaseDestroyed)
    ]
    notified = sum(isinstance(one.fact, RecipientNotified) for one in done.facts)
    refused = [(case_id, one.code, one.says) for case_id, one in done.refused.items()]
    table(f"Vernietigde sleutels: {done.keys}", ("zaak", "uitkomst", "feit of reden"), [*rows, *refused])
    if rows:
        console.print(f"Eerdere ontvangers die het horen: {notified}.")
        console.print("Maak met `zvh subject certificate FEIT` een vernietigingsbewijs.")
