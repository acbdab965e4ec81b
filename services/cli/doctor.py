"""``zvh doctor`` and ``zvh audit fsck``: how the house does, and whether every byte still is what it was."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated

import typer

from services.audit import doctor as health
from services.audit import fsck as checks
from services.audit.findings import advice
from services.bootstrap import load
from services.bootstrap.auditing import check
from services.bootstrap.health import examine
from services.cli.output import JsonFlag, console, emit, fail, progress, table

NAMES = {
    "unnumbered": "wachten op hun nummer",
    "unprojected": "staan nog niet in de overzichten",
    "untold": "staan nog niet op Kafka",
}


def doctor(json: JsonFlag = False) -> None:
    """Zeg in hoogstens een minuut hoe het huis ervoor staat, en wat er te doen is.

    Eindigt met 1 als er iets fout is; «let op» is niet fout. Bij heel veel feiten worden alleen de nieuwste nagekeken;
    `zvh audit fsck` bekijkt alles.
    """
    lines = list(examine(load(), _bars(quiet=json or not sys.stderr.isatty())))
    rows = [(one.what, one.state.value, one.says, one.do) for one in lines]
    emit(
        json,
        health.document(lines),
        lambda: table("Hoe het huis ervoor staat", ("wat", "stand", "uitleg", "doen"), rows),
    )
    wrong = sum(one.state is health.State.WRONG for one in lines)
    if wrong:
        fail(f"Er {'is' if wrong == 1 else 'zijn'} {wrong} fout{'' if wrong == 1 else 'en'}. Zie de laatste kolom.", 1)


def fsck(
    key: Annotated[
        str | None, typer.Option(help="Sleutel die het logboek moet hebben (uit `zvh log key` van toen).")
    ] = None,
    known: Annotated[
        list[Path] | None,
        typer.Option(
            help="Bestand met een controlepunt dat een ander van dit logboek bewaarde. Mag vaker.", exists=True
        ),
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Kijk alles na vanaf de bytes: opslag, nummers, logboek, handtekeningen, opdrachten, tellers, overzichten, Kafka.

    Verandert niets. Eindigt met 1 bij elk verschil, en noemt ze. Wat nog onderweg is, is geen verschil, maar dan is het
    antwoord niet volledig.
    """
    checked = check(load(), _bars(quiet=json), key=key, known=known or ())
    emit(json, checks.document(checked), lambda: _say(checked))
    if not checked.sound:
        count = sum(checked.findings.counts.values())
        fail(f"Er {'is 1 verschil' if count == 1 else f'zijn {count} verschillen'} gevonden. Verander niets.", 1)


def _say(checked: checks.Checked) -> None:
    console.print(f"{checked.facts} feiten nagekeken.")
    for name, count in checked.waiting.items():
        if count:
            console.print(f"{count} feiten {NAMES[name]}: het antwoord is nog niet volledig.")
    if checked.told.get("before_decisions"):
        console.print(f"{checked.told['before_decisions']} verstrekkingen en weigeringen zijn van vóór de besluiten.")
    if checked.told.get("before_numbers"):
        console.print(f"{checked.told['before_numbers']} verstrekkingen en weigeringen zijn van vóór de tellers.")
    if checked.sound:
        console.print("Geen verschil.")
        return
    rows = [(one.kind, one.where, one.says) for one in checked.findings]
    table("Verschillen", ("soort", "waar", "uitleg"), rows)
    for kind, count in checked.findings.more.items():
        console.print(f"En nog {count} van de soort {kind}.")
    table("Wat te doen", ("soort", "doen"), [(kind, advice(kind)) for kind in checked.findings.counts])


def _bars(*, quiet: bool) -> Callable[[str, int], AbstractContextManager[Callable[[], None]]]:
    return lambda label, total: progress(label, total, quiet)
