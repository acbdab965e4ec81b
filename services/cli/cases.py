"""``zvh case`` and ``zvh disclose``: cases, their history, and asking for data."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import typer

from events.errors import NotFound, Refusal
from events.fact import rfc3339
from events.vocabulary import Room, Stage
from services.acting import Acting
from services.bootstrap import House, open_house
from services.case_file import CaseFile, case_file
from services.cli.output import JsonFlag, console, emit, fail, table
from services.desk import Disclose, Opened

app = typer.Typer(
    help="Zaken: lijst, stand en geschiedenis. Nooit inhoud; die gaat via `zvh disclose`.", no_args_is_help=True
)
CaseArgument = Annotated[UUID, typer.Argument(help="Nummer van de zaak (UUID).")]


@app.command("list")
def list_cases(
    stage: Annotated[Stage | None, typer.Option(help="Alleen zaken in deze fase.")] = None,
    room: Annotated[Room | None, typer.Option(help="Alleen zaken in deze kamer.")] = None,
    json: JsonFlag = False,
) -> None:
    """Toon de zaken met hun fase, kamer, kanaal en aanmelder."""
    with open_house() as house:
        house.settle()
        found = house.views.cases(stage.value if stage else None, room.value if room else None)
    fields = ("case_id", "stage", "room", "channel", "referrer")
    document = {"cases": [{name: getattr(row, name) for name in fields} for row in found]}
    columns = ("zaak", "fase", "kamer", "kanaal", "aanmelder")
    emit(
        json,
        document,
        lambda: table(f"{len(found)} zaken", columns, [tuple(case.values()) for case in document["cases"]]),
    )


@app.command()
def show(case: CaseArgument, json: JsonFlag = False) -> None:
    """Toon hoe een zaak ervoor staat: fase, kamer, deelnemers en welke gegevens er zijn."""
    with open_house() as house:
        state = known_case(house, case)
    document = {
        "case_id": str(state.case_id),
        "stage": state.stage,
        "room": state.room,
        "channel": state.channel,
        "regime": state.regime,
        "referrer": state.referrer_org,
        "sequence": state.sequence,
        "persons": [{"subject_id": str(p.subject_id), "role": p.role.value} for p in state.persons],
        "participants": [
            {"org": p.member.org, "task": p.member.task, "domain": p.member.domain, "until": rfc3339(p.until)}
            for p in state.participants
        ],
        "items": [
            {
                "item_id": str(placed.item.item_id),
                "category": placed.item.category,
                "tier": placed.item.tier,
                "subject_id": str(placed.item.subject_id),
                "provider": placed.item.provider_org,
            }
            for placed in state.items.values()
        ],
    }

    def say() -> None:
        console.print(
            f"Zaak {state.case_id}: fase {state.stage}, kamer {state.room or 'nog geen'}, regime {state.regime}."
        )
        table("Personen", ("persoon", "rol"), [(p.subject_id, p.role.value) for p in state.persons])
        rows = [(p.member.org, p.member.task, rfc3339(p.until)[:10]) for p in state.participants]
        table("Deelnemers", ("organisatie", "taak", "tot"), rows)
        items = [placed.item for placed in state.items.values()]
        table("Gegevens", ("soort", "laag", "van"), [(item.category, item.tier, item.provider_org) for item in items])

    emit(json, document, say)


@app.command()
def history(case: CaseArgument, json: JsonFlag = False) -> None:
    """Toon elk feit van een zaak, op volgorde, met wie, namens wie en op welke grond."""
    with open_house() as house:
        house.settle()
        document = history_of(house, case)
    facts = document["facts"]
    rows = [
        (f["sequence"], str(f["recorded_at"])[:19], short(str(f["type"])), f["actor"], f["legal_ref"])
        for f in (facts if isinstance(facts, list) else [])
    ]
    emit(json, document, lambda: table(f"Zaak {case}", ("nr", "vastgelegd (UTC)", "feit", "door", "grond"), rows))


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
    emit(json, opened_document(opened), lambda: say_opened(opened))


def known_case(house: House, case_id: UUID) -> CaseFile:
    """Return the case. Raises: NotFound."""
    state = case_file(case_id, house.store.history(case_id))
    if state.stage is None:
        raise NotFound(f"Zaak {case_id} bestaat niet. Bekijk de zaken met `zvh case list`.")
    return state


def history_of(house: House, case_id: UUID) -> dict[str, object]:
    """Return the JSON document of a case's history. Raises: NotFound."""
    facts = house.store.history(case_id)
    if not facts:
        raise NotFound(f"Zaak {case_id} bestaat niet. Bekijk de zaken met `zvh case list`.")
    indexes = house.log.indexes(case_id)
    sequences = [one.envelope.sequence for one in facts]
    return {
        "case_id": str(case_id),
        "complete": sequences == list(range(1, len(facts) + 1)) and set(sequences) == indexes.keys(),
        "facts": [
            {
                "index": indexes.get(one.envelope.sequence),
                "sequence": one.envelope.sequence,
                "id": str(one.envelope.id),
                "type": one.fact.type_name,
                "occurred_at": rfc3339(one.fact.occurred_at),
                "recorded_at": rfc3339(one.envelope.recorded_at),
                "actor": one.envelope.actor,
                "on_behalf_of": one.envelope.on_behalf_of,
                "legal_ref": one.fact.legal_ref,
            }
            for one in facts
        ],
    }


def short(type_name: str) -> str:
    """Return the telling part of a fact's type name."""
    return type_name.split(".")[3] if type_name.count(".") >= 4 else type_name


def opened_document(opened: Opened) -> dict[str, object]:
    """Return the JSON document of what the desk handed over."""
    return {
        "disclosure_id": str(opened.disclosure_id),
        "case_id": str(opened.case_id),
        "decision": opened.decision.value,
        "withheld": list(opened.withheld),
        "values": [
            {
                "item_id": str(value.item_id),
                "subject_id": str(value.subject_id),
                "category": value.category,
                "provider_org": value.provider_org,
                "content": dict(value.content),
            }
            for value in opened.values
        ],
    }


def say_opened(opened: Opened) -> None:
    """Tell a person what the desk handed over."""
    rows: list[Sequence[object]] = [
        (value.category, value.provider_org, name, content)
        for value in opened.values
        for name, content in value.content.items()
    ]
    table(f"Vastgelegd als {opened.disclosure_id}", ("soort", "van", "veld", "waarde"), rows)
    if opened.withheld:
        console.print(f"Niet getoond: {', '.join(opened.withheld)}.")
