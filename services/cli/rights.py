"""``zvh subject``: requests of persons about their rights, and the account that they get. For the contact point."""

import json as jsonlib
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID, uuid4

import typer

from events.errors import NotFound, ZvhError
from events.rights import Right
from events.vocabulary import SubjectId
from policies.entries import AMSTERDAM
from services.acting import Acting
from services.bootstrap import House, open_house
from services.cli.output import JsonFlag, console, emit, fail, table, writable, write_private
from services.dutch_dates import local_day
from services.rights.documents import made_document, request_line
from services.rights.page import to_html, to_text
from services.rights.receiving import CheckIdentity, ReceiveRequest
from services.rights.rectifying import RectifyItem
from services.rights.request import RequestFile
from services.rights.wording import access_page
from services.submission_values import is_bsn

FORMATS = ("text", "html", "json")
Person = Annotated[str, typer.Option(help="Naam van de medewerker van het contactpunt; wordt een pseudoniem.")]
SubjectArgument = Annotated[UUID | None, typer.Argument(help="Pseudoniem van de persoon (UUID).")]
Bsn = Annotated[bool, typer.Option("--bsn", help="Lees een burgerservicenummer van stdin; het wordt niet bewaard.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of the contact point to ``zvh subject``."""
    for command in (requests, access, rectify):
        app.command()(command)


def requests(json: JsonFlag = False) -> None:
    """Toon alle verzoeken: welk recht, tot wanneer, en of het antwoord te laat is."""
    with open_house() as house:
        house.settle()
        now = house.clock.now()
        found = [request_line(one, now) for one in house.contact_point.listed(house.views)]
    columns = ("verzoek", "recht", "ontvangen", "uiterlijk", "te laat", "afgerond")
    rows = [
        (one["request_id"], one["right"], str(one["received_at"])[:10], _last_day(one), _yes(one), one["ending"])
        for one in found
    ]
    emit(json, {"requests": found}, lambda: table(f"Verzoeken: {len(found)}", columns, rows))


def access(
    person: Person,
    subject: SubjectArgument = None,
    bsn: Bsn = False,
    received: Annotated[str | None, typer.Option(help="Dag van ontvangst, JJJJ-MM-DD; anders nu.")] = None,
    proof: Annotated[
        str | None, typer.Option(help="Waaruit blijkt wie het is: ID_DOCUMENT, DIGITAL of KNOWN. Met --born.")
    ] = None,
    born: Annotated[
        str | None, typer.Option(help="Geboortedatum, JJJJ-MM-DD; alleen om de leeftijd te bepalen, niet bewaard.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="text, html of json.")] = "text",
    copy: Annotated[bool, typer.Option("--copy", help="Voeg de gegevens zelf toe; dat wordt vastgelegd.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", callback=writable, help="Bestand voor het overzicht; anders stdout."),
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Neem een verzoek om inzage aan, of ga ermee verder; is elk deel ervan beslist, dan komt het overzicht.

    Heeft de persoon al een lopend verzoek, dan gaat het daarmee verder. Eerst moet zijn vastgesteld wie het vraagt.
    """
    _checked(subject, bsn=bsn, form=form, proof=proof, born=born)
    with open_house() as house:
        house.settle()
        acting = _contact_point(house, person)
        request = _received(house, acting, subject or _by_bsn(house), _moment(received))
        if not request.may_act and proof is not None and born is not None:
            request = _identified(house, acting, request, CheckIdentity(proof, True, _day(born)))
        house.settle()
        if not request.may_act:
            document = {**request_line(request, house.clock.now()), "identified": False}
            emit(
                json,
                document,
                lambda: console.print(f"Verzoek {request.request_id} ligt er; antwoord voor {_due(request)}."),
            )
            fail("Nog niet vastgesteld is wie het verzoek doet. Geef --proof en --born.", 1)
        if request.undecided:
            document = {**request_line(request, house.clock.now()), "identified": True}
            emit(json, document, lambda: console.print(f"Verzoek {request.request_id} is verdeeld."))
            fail(f"Nog niet elk deel is beslist: {', '.join(request.undecided)}. Vraag het overzicht daarna.", 1)
        command_id = uuid4()
        made = house.contact_point.report(house.order("MakeReport", acting, request.request_id, form, command_id))
        copied = house.copy_for(made, acting, command_id) if copy else None
        page = access_page(made.account, house.reference, copied)
        document = made_document(made, copied)
        house.settle()
    if json or form == "json":
        text = jsonlib.dumps(document, ensure_ascii=False, indent=2) + "\n"
    else:
        text = to_html(page) if form == "html" else to_text(page)
    if output is None:
        sys.stdout.write(text)
        return
    write_private(output, text)
    console.print(f"Het overzicht staat in {output}.")


def rectify(
    case: Annotated[UUID, typer.Argument(help="Nummer van de zaak (UUID).")],
    item: Annotated[UUID, typer.Argument(help="Nummer van het gegeven (UUID).")],
    org: Annotated[str, typer.Option(help="Organisatie die het gegeven gaf, bijvoorbeeld POLICE.")],
    task: Annotated[str, typer.Option(help="Taak waarvoor zij handelt, bijvoorbeeld police-task.")],
    person: Annotated[str, typer.Option(help="Naam van de medewerker bij die organisatie; wordt een pseudoniem.")],
    request: Annotated[UUID | None, typer.Option(help="Nummer van het verzoek, als er een is.")] = None,
    json: JsonFlag = False,
) -> None:
    """Verbeter een gegeven: lees alle velden als JSON van stdin. Wie het eerder kreeg, hoort dat het veranderde."""
    try:
        values = jsonlib.loads(sys.stdin.read())
    except ValueError:
        values = None
    if not isinstance(values, dict) or not all(isinstance(one, str) for one in values.values()):
        raise typer.BadParameter("op stdin hoort een JSON-object met voor elk veld een tekst")
    with open_house() as house:
        participant = house.reference.participant(org, house.clock.now())
        oin = participant.oin if participant else house.settings.house_oin
        acting = Acting(house.pseudonyms.person(oin, person), org, oin, task)
        effect = house.carry_out(RectifyItem(item, values, request), acting, case)
        house.settle()
    told = [getattr(one.fact, "recipient_org", None) for one in effect.facts[1:]]
    document = {"case_id": str(case), "item_id": str(item), "notified": told}
    emit(json, document, lambda: console.print(f"Verbeterd. {len(told)} eerdere ontvangers horen het."))


def _checked(subject: UUID | None, *, bsn: bool, form: str, proof: str | None, born: str | None) -> None:
    if (subject is None) != bsn:
        raise typer.BadParameter("geef een pseudoniem, of --bsn met het nummer op stdin")
    if form not in FORMATS:
        raise typer.BadParameter(f"--format is {', '.join(FORMATS)}")
    if (proof is None) is not (born is None):
        raise typer.BadParameter("--proof en --born horen bij elkaar")
    if born is not None:
        _day(born)


def _received(house: House, acting: Acting, subject: SubjectId, at: datetime | None) -> RequestFile:
    """Return the open request for access of a person, and take a new one when there is none."""
    for one in house.contact_point.listed(house.views):
        if one.subject_id == subject and one.right is Right.ACCESS and one.ending is None:
            return one
    asked, command_id = ReceiveRequest(subject, Right.ACCESS, at), uuid4()
    stream = house.contact_point.stream_of(command_id)
    house.contact_point.receive(house.order("ReceiveRequest", acting, stream, asked, command_id), asked)
    return _known(house, stream)


def _identified(house: House, acting: Acting, request: RequestFile, checked: CheckIdentity) -> RequestFile:
    order = house.order("CheckIdentity", acting, request.request_id, checked)
    house.contact_point.carry_out(order, checked)
    return _known(house, request.request_id)


def _known(house: House, request_id: UUID) -> RequestFile:
    found = house.contact_point.request(request_id)
    if found is None:
        raise NotFound(f"Verzoek {request_id} bestaat niet. Bekijk de verzoeken met `zvh subject requests`.")
    return found


def _contact_point(house: House, person: str) -> Acting:
    oin = house.settings.house_oin
    return Acting(house.pseudonyms.person(oin, person), house.reference.staff.code, oin, "contact-point")


def _by_bsn(house: House) -> SubjectId:
    number = sys.stdin.readline().strip()
    if not is_bsn(number):
        raise ZvhError("Op stdin staat geen geldig burgerservicenummer. Controleer de negen cijfers.")
    # Also a person of whom nothing is known gets an answer, and needs a pseudonym for that.
    return house.pseudonyms.subject(number)


def _moment(text: str | None) -> datetime | None:
    return datetime.combine(_day(text), datetime.min.time(), AMSTERDAM) if text else None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("schrijf een dag als JJJJ-MM-DD, bijvoorbeeld 2026-03-02") from None


def _last_day(line: dict[str, object]) -> str:
    """Return the last day on which the answer is in time: the term ends with it, at midnight in the Netherlands."""
    due = datetime.fromisoformat(str(line["due"])).astimezone(AMSTERDAM)
    return (due - timedelta(microseconds=1)).date().isoformat()


def _due(request: RequestFile) -> str:
    return local_day(request.due)


def _yes(line: dict[str, object]) -> str:
    return "ja" if line["late"] else "nee"
