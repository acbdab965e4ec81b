"""``zvh policy``: are the rules sound, does every past decision come out the same, and what would other rules do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from events.errors import BadSetting
from events.receipt import Numbered
from policies.engine import Policies
from policies.policy_set import SCHEMA, PolicyText
from policies.reference import FILES, Reference
from services.bootstrap import House, open_house
from services.cli.output import JsonFlag, console, emit, fail, progress, table
from services.governance import changes_of
from services.policy_replay import Compared, Kind, compared, decisions_of, replay_document, replayed
from services.policy_sets import set_named, sets_of

app = typer.Typer(help="De regels van het loket: controleren, nadoen, vergelijken.", no_args_is_help=True)
LISTED = 20
"""Disclosures named for each line of a comparison; the count is always whole."""


@app.command()
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="Map met regels (*.cedar en schema); leeg is die van dit programma.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Controleer een set regels: past de tekst bij het schema, en heeft elke regel een zin, een grond en een code?"""
    text, reference = _read(folder) if folder else PolicyText.packaged(), Reference.load()
    keys, codes = {one.key for one in reference.legal_refs()}, set(reference.refusal_codes())
    wrong = [
        f"{rule.policy_id}: {'grond ' + rule.legal_ref if rule.legal_ref not in keys else 'code ' + rule.code}"
        for rule in text.rules.values()
        if rule.legal_ref not in keys or rule.code not in codes | {"OK"}
    ]
    document = {"policy_set": text.digest, "rules": len(text.rules), "wrong": wrong}
    rows = [
        (rule.rank, rule.policy_id, rule.code, rule.legal_ref, rule.says)
        for rule in sorted(text.rules.values(), key=lambda one: one.rank)
    ]
    columns = ("rang", "regel", "uitkomst", "grond", "zegt")
    emit(json, document, lambda: table(f"Set {text.digest[:16]}…: {len(rows)} regels", columns, rows))
    if wrong:
        fail(f"Deze regels noemen iets dat geen tabel kent: {'; '.join(wrong)}.", 1)


@app.command()
def replay(json: JsonFlag = False) -> None:
    """Voer elk besluit uit het logboek opnieuw uit, met de regels en de gegevens van toen; kenmerken inbegrepen."""
    with open_house() as house:
        house.settle()
        sets = sets_of(house.store, house.governance.stream)
        found = replayed(decisions_of(_log(house)), sets)
    rows = [(one.decision_id, one.cause, one.was, one.now) for one in found.differing]
    title = f"{found.equal} van {found.decisions} besluiten komen gelijk uit"
    columns = ("besluit", "oorzaak", "was", "nu")
    emit(json, replay_document(found), lambda: table(title, columns, rows) if rows else console.print(f"{title}."))
    if rows:
        fail(f"{len(rows)} besluiten komen anders uit. De oorzaak staat bij elk besluit.", 1)


@app.command()
def diff(
    to: Annotated[
        str,
        typer.Option(
            help="De andere set: een map met regels of tabellen (*.cedar, *.toml), of het kenmerk van een set van toen."
        ),
    ],
    json: JsonFlag = False,
) -> None:
    """Leg elk besluit uit het logboek voor aan een andere set: wat zou dan geweigerd worden, en wat toegestaan?"""
    with open_house() as house:
        house.settle()
        found = compared(decisions_of(_log(house)), _other(house, to))
    document = {
        "decisions": found.decisions,
        "refused": [_line(found, kind, count) for kind, count in sorted(found.refused.items(), key=_order)],
        "allowed": [_line(found, kind, count) for kind, count in sorted(found.allowed.items(), key=_order)],
    }
    columns = ("organisatie", "doel", "regel", "gegevens", "verstrekkingen")

    def say() -> None:
        for name, counts in (("zou nu geweigerd worden", found.refused), ("zou nu toegestaan worden", found.allowed)):
            rows = [
                (kind.org, kind.purpose or "-", kind.rule, count, len(found.disclosures.get(kind, ())))
                for kind, count in sorted(counts.items(), key=_order)
            ]
            table(f"Van {found.decisions} besluiten {name}", columns, rows)

    emit(json, document, say)


def _line(found: Compared, kind: Kind, count: int) -> dict[str, object]:
    behind = sorted(map(str, found.disclosures.get(kind, ())))
    return {
        "org": kind.org,
        "purpose": kind.purpose,
        "rule": kind.rule,
        "items": count,
        "disclosures": len(behind),
        "disclosure_ids": behind[:LISTED],
    }


def _order(one: tuple[Kind, int]) -> tuple[str, str, str]:
    return one[0].org, one[0].purpose or "", one[0].rule


def _log(house: House) -> Iterator[Numbered]:
    size = house.log.size()
    with progress("Besluiten", size) as advance:
        for one in house.log.read(0, size):
            yield one
            advance()


def _other(house: House, to: str) -> Policies:
    folder = Path(to)
    if not folder.is_dir():
        return Policies(set_named(sets_of(house.store, house.governance.stream), to), house.reference)
    names = [one for one in FILES if (folder / f"{one}.toml").exists()]
    reference = house.reference
    if names:
        packaged = Reference.texts()
        given = {name: (folder / f"{name}.toml").read_text(encoding="utf-8") for name in names}
        reference = Reference.read({**packaged, **given}.values())
        reference.renew(changes_of(house.governance.history()))
    text = _read(folder) if any(folder.glob("*.cedar")) else house.policies.text
    return Policies(text, reference)


def _read(folder: Path) -> PolicyText:
    files = {one.name: one.read_text(encoding="utf-8") for one in sorted(folder.glob("*.cedar"))}
    if not files:
        raise BadSetting(f"In {folder} staan geen regels (*.cedar).")
    schema = folder / SCHEMA
    files[SCHEMA] = schema.read_text(encoding="utf-8") if schema.exists() else PolicyText.packaged().schema
    return PolicyText(files)
