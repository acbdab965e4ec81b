"""``zvh ledger`` and ``zvh replay``: who saw what, and whether it can be built again."""

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from events.errors import NotFound, ZvhError
from services.bootstrap import House, open_house
from services.cli.ledger_asker import Asker, OrgOption, PersonOption, PurposeOption, TaskOption, asked_by
from services.cli.output import JsonFlag, console, emit, fail, table
from services.ledger_asking import as_of, gaps, period
from services.ledger_desk import Answer
from services.ledger_questions import (
    OfItem,
    OfParticipant,
    OfPurpose,
    OfSubject,
    Question,
    Refusals,
    WithoutBasis,
    place_of,
)
from services.ledger_tables import Place
from services.reconstruction import read_moment
from services.submission_values import is_bsn

app = typer.Typer(
    help="Wie zag welke gegevens, van wie, voor welk doel. Elke vraag wordt zelf vastgelegd.", no_args_is_help=True
)
NOBODY = "Van deze persoon heeft het huis geen gegevens. Controleer het nummer."
COLUMNS = ("nr", "organisatie", "taak", "doel", "besluit", "soorten", "van", "moment (UTC)")
Limit = Annotated[int | None, typer.Option(min=1, help="Ten hoogste zoveel regels; `next` zegt waar u verder gaat.")]
After = Annotated[str | None, typer.Option(help="Verder na deze plaats: de waarde van `next` van de vorige pagina.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


@app.command()
def subject(
    subject: Annotated[UUID | None, typer.Argument(help="Pseudoniem van de persoon (UUID).")] = None,
    bsn: Annotated[
        bool, typer.Option("--bsn", help="Lees een burgerservicenummer van stdin; het wordt niet bewaard.")
    ] = False,
    limit: Limit = None,
    after: After = None,
    org: OrgOption = None,
    task: TaskOption = None,
    person: PersonOption = None,
    purpose: PurposeOption = None,
    json: JsonFlag = False,
) -> None:
    """Toon wie welke gegevens van een persoon zag of niet mocht zien, voor welk doel en op welke grond."""
    if (subject is None) != bsn:
        raise typer.BadParameter("geef een pseudoniem, of --bsn met het nummer op stdin")
    page = _place(after)

    def question(house: House) -> OfSubject:
        return OfSubject(subject=subject or _found_by_bsn(house), after=page, limit=limit)

    answer = _asked(Asker(org, task, person, purpose), question)
    if bsn and answer.names["subject"] == str(None):
        raise NotFound(NOBODY)
    _emit(json, answer, f"Wie zag gegevens van {answer.names['subject']}")


@app.command()
def participant(
    about: Annotated[str, typer.Argument(metavar="ORGANISATIE", help="Bijvoorbeeld POLICE.")],
    limit: Limit = None,
    after: After = None,
    org: OrgOption = None,
    task: TaskOption = None,
    person: PersonOption = None,
    purpose: PurposeOption = None,
    json: JsonFlag = False,
) -> None:
    """Toon wat een organisatie zag of niet mocht zien, en namens wie."""
    page = _place(after)
    answer = _asked(Asker(org, task, person, purpose), lambda _: OfParticipant(org=about, after=page, limit=limit))
    if not answer.rows and page is None:
        _known_or_fail(about)
    _emit(json, answer, f"Wat {about} zag")


@app.command()
def item(
    item: Annotated[UUID, typer.Argument(help="Nummer van het gegeven (UUID).")],
    version: Annotated[int | None, typer.Option(min=1, help="Alleen deze versie.")] = None,
    org: OrgOption = None,
    task: TaskOption = None,
    person: PersonOption = None,
    purpose: PurposeOption = None,
    json: JsonFlag = False,
) -> None:
    """Toon welke ontvangers een gegeven ooit kregen."""
    answer = _asked(Asker(org, task, person, purpose), lambda _: OfItem(item=item, version=version))
    _emit(json, answer, f"Wie gegeven {item} kreeg")


@app.command()
def purpose(
    wanted: Annotated[str, typer.Argument(metavar="DOEL", help="Bijvoorbeeld COORDINATE_CARE.")],
    first: Annotated[str, typer.Option("--from", help="Eerste maand, JJJJ-MM.")],
    last: Annotated[str, typer.Option("--to", help="Laatste maand, JJJJ-MM.")],
    org: OrgOption = None,
    task: TaskOption = None,
    person: PersonOption = None,
    purpose: PurposeOption = None,
    json: JsonFlag = False,
) -> None:
    """Tel per organisatie en soort hoe vaak gegevens voor een doel zijn gezien of geweigerd."""
    for month in (first, last):
        _month(month)
    answer = _asked(Asker(org, task, person, purpose), lambda _: OfPurpose(purpose=wanted, first=first, last=last))
    columns = ("organisatie", "soort", "besluit", "keer", "personen")
    emit(json, answer.document(), lambda: _say_list(answer, f"Voor {wanted}", columns, "totals"))


@app.command()
def refusals(
    first: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Eerste dag.")] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Laatste dag.")] = None,
    code: Annotated[str | None, typer.Option(help="Ook de verzoeken zelf die met deze code zijn geweigerd.")] = None,
    limit: Limit = None,
    after: After = None,
    org: OrgOption = None,
    task: TaskOption = None,
    person: PersonOption = None,
    purpose: PurposeOption = None,
    json: JsonFlag = False,
) -> None:
    """Tel de weigeringen per code."""
    page = _place(after)

    def question(house: House) -> Refusals:
        start, end = period(house, first.date() if first else None, last.date() if last else None)
        return Refusals(first=start, last=end, reason_code=code, after=page, limit=limit)

    answer = _asked(Asker(org, task, person, purpose), question)

    def say() -> None:
        _say_list(answer, "Weigeringen", ("code", "keer", "per organisatie"), "codes")
        if answer.rows is not None:
            say_rows(f"Geweigerd met {code}", answer.rows)

    emit(json, answer.document(), say)


@app.command("without-basis")
def without_basis(
    org: OrgOption = None,
    task: TaskOption = None,
    person: PersonOption = None,
    purpose: PurposeOption = None,
    json: JsonFlag = False,
) -> None:
    """Toon wat is gezien zonder vastgelegd doel of grond. Dat moet leeg zijn; anders is de uitkomst 1."""
    answer = _asked(Asker(org, task, person, purpose), lambda _: WithoutBasis())
    _emit(json, answer, "Gezien zonder doel of grond")
    accesses = answer.found.more["accesses"]
    if answer.rows or accesses:
        fail("Er zijn gegevens gezien zonder verstrekking met doel en grond. Zoek dit vandaag uit.", 1)


@app.command("as-of")
def as_of_command(
    about: Annotated[str, typer.Argument(metavar="ORGANISATIE", help="Bijvoorbeeld POLICE.")],
    at: Annotated[str, typer.Option(help="Dag (dan het einde ervan) of moment, ISO 8601.")],
    org: OrgOption = None,
    task: TaskOption = None,
    person: PersonOption = None,
    purpose: PurposeOption = None,
    json: JsonFlag = False,
) -> None:
    """Toon wat een organisatie op een dag kon zien, met de rechten van toen."""
    try:
        moment = read_moment(at)
    except ValueError:
        raise typer.BadParameter("geef een dag als 2026-03-01, of een moment als 2026-03-01T12:00+01:00") from None
    answer = _asked(Asker(org, task, person, purpose), lambda house: as_of(house, about, moment))

    def say() -> None:
        kinds = Counter(
            (
                case["case_id"],
                case["task"],
                case["stage"],
                one["category"],
                ", ".join(one["purposes"]) or one["reason_code"],
                "met grond bij geheim" if one["with_secrecy_ground"] else "",
            )
            for case in _list(answer, "cases")
            for one in case["items"]
        )
        columns = ("zaak", "taak", "fase", "soort", "voor welk doel, of waarom niet", "", "keer")
        table(f"Wat {about} op {at} kon zien", columns, [(*kind, count) for kind, count in kinds.items()])
        _say_gaps(answer)

    emit(json, answer.document(), say)


@app.command("gaps")
def gaps_command(
    about: Annotated[str | None, typer.Argument(metavar="ORGANISATIE", help="Alleen deze organisatie.")] = None,
    first: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Eerste dag.")] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Laatste dag.")] = None,
    from_facts: Annotated[bool, typer.Option("--from-facts", help="Tel de nummers opnieuw, uit alle feiten.")] = False,
    org: OrgOption = None,
    task: TaskOption = None,
    person: PersonOption = None,
    purpose: PurposeOption = None,
    json: JsonFlag = False,
) -> None:
    """Toon wat ontbreekt: nummers, ontvangstbevestigingen en paren; met de totalen per dag. Iets gemist: uitkomst 1."""

    def question(house: House) -> Question:
        start, end = period(house, first.date() if first else None, last.date() if last else None)
        return gaps(house, start, end, about, from_facts=from_facts)

    answer = _asked(Asker(org, task, person, purpose), question)

    def say() -> None:
        columns = ("dag", "organisatie", "soort", "besluit", "code", "keer")
        _say_list(answer, "Verzoeken per dag", columns, "days")

    emit(json, answer.document(), say)
    if not answer.complete or answer.found.more.get("from_facts"):
        fail("Het register is niet volledig; de lijst zegt wat ontbreekt.", 1)


def replay(
    swap: Annotated[bool, typer.Option("--swap", help="Zet de nieuwe rijen op de plaats van de oude.")] = False,
    json: JsonFlag = False,
) -> None:
    """Bouw alle overzichten opnieuw uit het logboek en vergelijk ze rij voor rij met de huidige."""
    with open_house() as house:
        house.settle()
        rebuilt = house.replay(swap=swap)
    document = {
        "facts": rebuilt.facts,
        "seconds": round(rebuilt.seconds, 3),
        "projections": [{"name": one.name, "rows": one.rows, "digest": one.digest} for one in rebuilt.projections],
        "equal": rebuilt.equal,
    }
    rows = [
        (one.name, one.rows, one.digest[:16], "gelijk" if one.first_difference is None else one.first_difference)
        for one in rebuilt.projections
    ]
    title = f"{rebuilt.facts} feiten herbouwd in {rebuilt.seconds:.1f} s"
    emit(json, document, lambda: table(title, ("overzicht", "rijen", "sha-256", "verschil"), rows))
    if not rebuilt.equal and not swap:
        wrong = "; ".join(f"{one.name}: {one.first_difference}" for one in rebuilt.projections if one.first_difference)
        fail(f"De overzichten zijn niet gelijk aan het logboek: {wrong}. Herstel ze met `zvh replay --swap`.", 1)


def say_rows(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Tell a person what rows of the ledger hold."""
    table(
        title,
        COLUMNS,
        [
            (
                row["index"],
                row["recipient_org"],
                row["recipient_task"],
                row["purpose"] or "-",
                row["decision"] if row["reason_code"] == "OK" else f"{row['decision']} ({row['reason_code']})",
                ", ".join(row["categories"]),
                ", ".join(row["provider_orgs"]),
                row["occurred_at"][:19],
            )
            for row in rows
        ],
    )


def _asked(asker: Asker, question: Callable[[House], Question]) -> Answer:
    """Ask the ledger in the name of *asker*, and bring the overviews up to date before and after."""
    with open_house() as house:
        acting, purpose = asked_by(asker, house)
        house.settle()
        try:
            return house.ledger_desk.ask(acting, question(house), purpose)
        finally:
            house.settle()


def _known_or_fail(org: str) -> None:
    """Tell a slip of the pen from an organisation that saw nothing."""
    with open_house() as house:
        if not house.ledger_desk.knows(org):
            fail(f"Het huis kent geen organisatie {org}, en gaf of weigerde haar nooit iets. Controleer de code.", 1)


def _emit(json: bool, answer: Answer, title: str) -> None:
    def say() -> None:
        say_rows(title, answer.rows or [])
        if answer.found.next_place is not None:
            console.print(f"Er is meer: --after {answer.document()['next']}")
        _say_gaps(answer)

    emit(json, answer.document(), say)


def _say_list(answer: Answer, title: str, columns: tuple[str, ...], member: str) -> None:
    table(title, columns, [_cells(one) for one in _list(answer, member)])
    _say_gaps(answer)


def _say_gaps(answer: Answer) -> None:
    console.print(f"Volledig: {'ja' if answer.complete else 'nee'}.", style="bold" if not answer.complete else None)
    for one in answer.gaps:
        console.print(f"  {one.says}")


def _list(answer: Answer, member: str) -> list[Any]:
    found = answer.found.more[member]
    return found if isinstance(found, list) else []


def _cells(one: Mapping[str, object]) -> list[object]:
    return [
        ", ".join(f"{name} {count}" for name, count in cell.items()) if isinstance(cell, dict) else cell
        for cell in one.values()
    ]


def _place(text: str | None) -> Place | None:
    if text is None:
        return None
    try:
        return place_of(text)
    except ValueError:
        raise typer.BadParameter("--after is de waarde van `next` van de vorige pagina") from None


def _month(text: str) -> None:
    try:
        datetime.strptime(text, "%Y-%m")  # noqa: DTZ007 - a month has no time zone
    except ValueError:
        raise typer.BadParameter("geef een maand als 2026-01") from None


def by_bsn(house: House) -> UUID:
    """Return the pseudonym of the person whose number stands on stdin. Raises: ZvhError; NotFound."""
    found = _found_by_bsn(house)
    if found is None:
        raise NotFound(NOBODY)
    return found


def _found_by_bsn(house: House) -> UUID | None:
    number = sys.stdin.readline().strip()
    if not is_bsn(number):
        raise ZvhError("Op stdin staat geen geldig burgerservicenummer. Controleer de negen cijfers.")
    return house.pseudonyms.find_subject(number)
