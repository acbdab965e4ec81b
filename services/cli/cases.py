"""``zvh case`` and ``zvh disclose``: cases, their history, and asking for data."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from events.errors import Refusal
from events.fact import rfc3339
from events.vocabulary import Room, Stage
from policies.entries import AMSTERDAM
from services.acting import Acting
from services.bootstrap import open_house
from services.case_file import CaseFile
from services.cli.output import JsonFlag, console, emit, fail, table
from services.desk import Disclose, Opened
from services.documents import case_document, known_case, opened_document
from services.reconstruction import CaseAt, Known, read_moment
from services.reconstruction_documents import access_rows, case_at, case_at_document, history_of
from services.timeline import timeline
from services.waiting import waiting
from services.workflow.confidentiality import notice_of_secrecy

app = typer.Typer(
    help="Zaken: lijst, stand en geschiedenis. Nooit inhoud; die gaat via `zvh disclose`.", no_args_is_help=True
)
CaseArgument = Annotated[UUID, typer.Argument(help="Nummer van de zaak (UUID).")]
AtOption = Annotated[
    str | None,
    typer.Option(help="Zoals het was op dit moment: JJJJ-MM-DD (het einde van die dag) of JJJJ-MM-DDTUU:MM."),
]
KnownOption = Annotated[
    Known,
    typer.Option(
        help="Bij --at. then: zoals toen bekend (wat toen was vastgelegd). now: zoals nu bekend (wat toen was gebeurd, "
        "ook als het later is vastgelegd)."
    ),
]


@app.command("list")
def list_cases(
    stage: Annotated[Stage | None, typer.Option(help="Alleen zaken in deze fase.")] = None,
    room: Annotated[Room | None, typer.Option(help="Alleen zaken in deze kamer.")] = None,
    misplaced: Annotated[
        bool, typer.Option("--misplaced", help="Alleen zaken die volgens de laatste weging in een andere kamer horen.")
    ] = False,
    json: JsonFlag = False,
) -> None:
    """Toon de zaken met hun fase, kamer, kanaal en aanmelder."""
    with open_house() as house:
        house.settle()
        found = house.views.cases(stage.value if stage else None, room.value if room else None, misplaced=misplaced)
    fields = ("case_id", "stage", "room", "channel", "referrer", *(("fits_in",) if misplaced else ()))
    document = {"cases": [{name: getattr(row, name) for name in fields} for row in found]}
    columns = ("zaak", "fase", "kamer", "kanaal", "aanmelder", *(("hoort in",) if misplaced else ()))
    emit(
        json,
        document,
        lambda: table(f"{len(found)} zaken", columns, [tuple(case.values()) for case in document["cases"]]),
    )


@app.command()
def show(case: CaseArgument, at: AtOption = None, known: KnownOption = Known.THEN, json: JsonFlag = False) -> None:
    """Toon hoe een zaak ervoor staat: fase, kamer, deelnemers en welke gegevens er zijn.

    Met --at toont het hoe de zaak er toen voor stond, en wie toen welke gegevens kon zien, volgens welke regel.
    """
    moment = _moment(at)
    with open_house() as house:
        if moment is None:
            state = known_case(house, case)
            emit(json, case_document(state), lambda: _say_case(state))
            return
        found = case_at(house, case, moment, known)
        document = case_at_document(found, house.reference)
    emit(json, document, lambda: _say_case_at(found))


@app.command()
def history(case: CaseArgument, at: AtOption = None, known: KnownOption = Known.THEN, json: JsonFlag = False) -> None:
    """Toon elk feit van een zaak, op volgorde, met wie, namens wie, op welke grond en met welk bewijs.

    Met --at alleen de feiten tot dat moment.
    """
    moment = _moment(at)
    with open_house() as house:
        house.settle()
        document = history_of(house, case, moment, known)
    title = f"Zaak {case}" if moment is None else f"Zaak {case} op {rfc3339(moment)[:19]} (UTC), {known.says}"
    columns = ("nr", "vastgelegd (UTC)", "feit", "door", "namens", "grond", "plaats in het logboek", "ondertekend")
    emit(json, document, lambda: table(title, columns, _history_rows(document["facts"])))


def _moment(written: str | None) -> datetime | None:
    if written is None:
        return None
    try:
        return read_moment(written)
    except ValueError:
        raise typer.BadParameter("--at is geen dag (JJJJ-MM-DD) of moment (JJJJ-MM-DDTUU:MM)") from None


def _say_case(state: CaseFile) -> None:
    console.print(f"Zaak {state.case_id}: fase {state.stage}, kamer {state.room or 'nog geen'}, regime {state.regime}.")
    table("Personen", ("persoon", "rol"), [(p.subject_id, p.role.value) for p in state.persons])
    rows = [(p.member.org, p.member.task, rfc3339(p.until)[:10]) for p in state.participants]
    table("Deelnemers", ("organisatie", "taak", "tot"), rows)
    items = [placed.item for placed in state.items.values()]
    table("Gegevens", ("soort", "laag", "van"), [(item.category, item.tier, item.provider_org) for item in items])


def _say_case_at(found: CaseAt) -> None:
    case = found.case
    console.print(f"Op {rfc3339(found.moment)[:19]} (UTC), {found.known.says} ({found.facts} feiten).")
    if case.stage is None:
        console.print("Van deze zaak was er op dat moment nog niets.")
        return
    _say_case(case)
    console.print(
        f"Casusregisseur: {case.case_director or 'nog geen'}. Plan: {case.plan.version or 'nog geen'}. "
        f"Beletsels voor vernietiging: {len(case.holds) or 'geen'}."
    )
    rows = [(one.kind, one.org, rfc3339(one.due)[:16] if one.due else None) for one in waiting(case)]
    table("Waarop werd gewacht", ("wat", "op wie", "uiterlijk (UTC)"), rows)
    columns = ("organisatie", "taak", "plaats", "gegevens", "kon het zien", "volgens de regel")
    table("Wie wat kon zien, met een volledig verzoek", columns, access_rows(found.readers, case))


def _history_rows(facts: object) -> list[tuple[object, ...]]:
    return [
        (
            f["sequence"],
            f["recorded_at"][:19],
            short(f["type"]),
            f["actor"],
            f["organisation"] or f["on_behalf_of"],
            f"{f['law']['ref']} [{f['law']['mark']}]" if f["law"] else f["legal_ref"],
            f["index"],
            f"ja, bij {f['proof']['checkpoint']} feiten" if f["proof"]["included"] else "nog niet",
        )
        for f in (facts if isinstance(facts, list) else [])
    ]


@app.command("timeline")
def told(case: CaseArgument, json: JsonFlag = False) -> None:
    """Toon wat er in een zaak is gebeurd, als zinnen op volgorde."""
    with open_house() as house:
        known_case(house, case)
        lines = timeline(house.store.history(case), house.reference)
    rows = [(one["sequence"], _local(str(one["occurred_at"])), one["says"]) for one in lines]
    emit(json, {"case_id": str(case), "lines": lines}, lambda: table(f"Zaak {case}", ("nr", "wanneer", "wat"), rows))


def _local(moment: str) -> str:
    """Return a moment as a clock in the Netherlands showed it."""
    return f"{datetime.fromisoformat(moment).astimezone(AMSTERDAM):%Y-%m-%d %H:%M}"


def disclose(
    case: CaseArgument,
    org: Annotated[str, typer.Option(help="Organisatie die vraagt, bijvoorbeeld SAFE_HOME.")],
    task: Annotated[str, typer.Option(help="Taak waarvoor zij vraagt, bijvoorbeeld safe-home.")],
    person: Annotated[str, typer.Option(help="Naam van de medewerker bij die organisatie; wordt een pseudoniem.")],
    purpose: Annotated[str | None, typer.Option(help="Doel uit de gesloten lijst.")] = None,
    category: Annotated[list[str] | None, typer.Option(help="Soort gegevens; leeg is alles. Mag vaker.")] = None,
    subject: Annotated[list[UUID] | None, typer.Option(help="Persoon; leeg is iedereen in de zaak. Mag vaker.")] = None,
    basis: Annotated[list[str] | None, typer.Option(help="Grond van wie geeft en van wie ontvangt: twee keer.")] = None,
    necessity: Annotated[str, typer.Option(help="Waarom het nodig is.")] = "",
    proportionality: Annotated[str, typer.Option(help="Waarom het niet te veel is.")] = "",
    subsidiarity: Annotated[str, typer.Option(help="Waarom het niet met minder kan.")] = "",
    secrecy_ground: Annotated[str | None, typer.Option(help="Grond om een beroepsgeheim te doorbreken.")] = None,
    command_id: Annotated[UUID | None, typer.Option("--id", help="Nummer van deze vraag, om haar te herhalen.")] = None,
    json: JsonFlag = False,
) -> None:
    """Vraag gegevens van een zaak, met doel, grond en redenen. Eerst wordt vastgelegd wat u ziet, dan ziet u het."""
    with open_house() as house:
        command = Disclose(
            recipient_org=org,
            recipient_person=house.pseudonyms.person(org, person),
            recipient_task=task,
            purpose=purpose,
            legal_basis=tuple(basis or ()),
            necessity=necessity,
            proportionality=proportionality,
            subsidiarity=subsidiarity,
            categories=frozenset(category or ()),
            subjects=frozenset(subject or ()),
            secrecy_ground=secrecy_ground,
        )
        participant = house.reference.participant(org, house.clock.now())
        acting = Acting(
            command.recipient_person, org, participant.oin if participant else house.settings.house_oin, task
        )
        try:
            opened = house.desk.disclose(house.order("Disclose", acting, case, command, command_id), command)
        except Refusal as refusal:
            house.settle()
            document = {
                "decision": "REFUSED",
                "reason_code": refusal.code,
                "says": refusal.says,
                "legal_ref": refusal.legal_ref,
            }
            emit(json, document, lambda: None)
            fail(str(refusal), 1)
        house.settle()
        notice = notice_of_secrecy(house.reference, house.clock.now())
    emit(json, opened_document(opened, notice), lambda: say_opened(opened, notice))


def short(type_name: str) -> str:
    """Return the telling part of a fact's type name."""
    return type_name.split(".")[3] if type_name.count(".") >= 4 else type_name


def say_opened(opened: Opened, notice: str) -> None:
    """Tell a person what the desk handed over."""
    rows: list[Sequence[object]] = [
        (value.category, value.provider_org, name, content)
        for value in opened.values
        for name, content in value.content.items()
    ]
    table(f"Vastgelegd als {opened.disclosure_id}", ("soort", "van", "veld", "waarde"), rows)
    console.print(notice)
    if opened.withheld:
        console.print(f"Niet getoond: {', '.join(opened.withheld)}.")
