"""How the house does, in lines that an operator can act on: what, how it is, and what to do. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.audit.findings import advice
from services.audit.fsck import TAIL, Checked

MOST_WAITING = 5_000
"""Facts that may wait for the relay, the overviews or the messages before it is called a fault."""
CLOCK_LITTLE, CLOCK_MUCH = timedelta(seconds=2), timedelta(minutes=1)
"""How far two clocks may be apart."""
DISK_LITTLE, DISK_MUCH = 0.05, 0.15
"""Part of a disk that must be free: less is a fault, or worth a look."""
GIGABYTE = 1_000_000_000


class State(StrEnum):
    """How something is."""

    GOOD = "goed"
    LOOK = "let op"
    WRONG = "fout"


@dataclass(frozen=True)
class Line:
    """One thing that was looked at."""

    what: str
    state: State
    says: str
    do: str = ""
    """What to do; empty when nothing has to be done."""


def healthy(lines: Iterable[Line]) -> bool:
    """Say whether nothing is wrong; what is worth a look is not wrong."""
    return all(one.state is not State.WRONG for one in lines)


def document(lines: Iterable[Line]) -> dict[str, object]:
    """Return the lines as JSON."""
    told = list(lines)
    return {
        "healthy": healthy(told),
        "lines": [{"what": one.what, "state": one.state.value, "says": one.says, "do": one.do} for one in told],
    }


def checked_lines(checked: Checked) -> list[Line]:
    """Return what the check of the bytes found, one line per kind."""
    if checked.sound:
        how = "alle" if checked.whole else f"de laatste {checked.facts} (van meer dan {TAIL})"
        more = "" if checked.whole else "Draai `zvh audit fsck` op een rustig moment: die bekijkt alles."
        says = f"{how} {checked.facts} feiten" if checked.whole else f"{how} feiten"
        return [Line("feiten, logboek en overzichten", State.GOOD, f"{says} nagekeken, geen verschil", more)]
    first = {one.kind: one for one in reversed(list(checked.findings))}
    return [
        Line(
            f"verschil: {kind}",
            State.WRONG,
            f"{count} keer, het eerst bij {first[kind].where}. {first[kind].says}",
            advice(kind),
        )
        for kind, count in checked.findings.counts.items()
    ]


def waiting_line(what: str, count: int, unit: str, do: str) -> Line:
    """Return a line about facts that have not arrived somewhere yet."""
    if count <= 0:
        return Line(what, State.GOOD, "bij")
    return Line(what, State.WRONG if count > MOST_WAITING else State.LOOK, f"{count} {unit}", do)


def clock_line(own: datetime, database: datetime) -> Line:
    """Return a line about the clocks of this machine and of the database."""
    apart = abs(own - database)
    says = f"{apart.total_seconds():.1f} s verschil met de database"
    if apart <= CLOCK_LITTLE:
        return Line("klok", State.GOOD, says)
    state = State.WRONG if apart > CLOCK_MUCH else State.LOOK
    return Line("klok", state, says, "Zet op beide machines de tijd gelijk met NTP; termijnen hangen ervan af.")


def disk_line(what: str, free: int, total: int) -> Line:
    """Return a line about the room on a disk, in bytes."""
    part = free / total if total else 0.0
    says = f"{free / GIGABYTE:.1f} GB vrij van {total / GIGABYTE:.1f} GB"
    if part >= DISK_MUCH:
        return Line(what, State.GOOD, says)
    return Line(what, State.WRONG if part < DISK_LITTLE else State.LOOK, says, "Maak ruimte of vergroot de schijf.")


def checkpoint_line(signed: int | None, numbered: int, signed_at: datetime | None, now: datetime) -> Line:
    """Return a line about the newest checkpoint."""
    what = "nieuwste controlepunt"
    if signed is None or signed_at is None:
        if not numbered:
            return Line(what, State.GOOD, "er zijn nog geen feiten")
        return Line(what, State.WRONG, "er is geen controlepunt", "Start de doorgever met de sleutel van het logboek.")
    hours = (now - signed_at).total_seconds() / 3600
    says = f"over {signed} van {numbered} feiten, {max(hours, 0):.1f} uur oud"
    if signed == numbered and signed_at - now > CLOCK_MUCH:
        said = f"over {signed} feiten, gedateerd in de toekomst"
        return Line(what, State.LOOK, said, "De klok stond verkeerd toen het werd ondertekend; de volgorde klopt wel.")
    if signed == numbered:
        return Line(what, State.GOOD, says)
    return Line(
        what, State.WRONG, says, "Het controlepunt en de nummering horen gelijk te zijn: draai `zvh audit fsck`."
    )


def witness_line(needed: int, witnessed: int | None, numbered: int) -> Line:
    """Return a line about the witnesses of the log."""
    what = "getuigen"
    if not needed:
        return Line(
            what,
            State.LOOK,
            "er zijn geen getuigen",
            "Vraag deelnemers om getuige te zijn (docs/log.md) en zet ze in ZVH_LOG_POLICY_FILE.",
        )
    if witnessed is None:
        return Line(what, State.WRONG, f"nog geen controlepunt met {needed} getuigen", "Draai `zvh log cosign`.")
    behind = numbered - witnessed
    says = f"{needed} nodig; medeondertekend tot en met {witnessed} feiten, {behind} daarna"
    return Line(
        what,
        State.LOOK if behind > MOST_WAITING else State.GOOD,
        says,
        "" if behind <= MOST_WAITING else "Draai `zvh log cosign`.",
    )
