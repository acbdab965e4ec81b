"""The order of the demo, and how it is told: in plain Dutch, with a progress bar."""

import io
import secrets
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from pydantic import SecretStr

from events.errors import Unavailable
from events.vocabulary import Stage
from services.bootstrap import House, Settings, open_house
from services.bootstrap.own_kafka import OwnKafka, own_kafka
from services.cli.ledger import say_rows
from services.cli.output import console, emit, progress, table
from services.demo import over_kafka, story
from services.demo.proof import Proof, prove
from services.intake import ingest
from services.simulate import sample_week
from services.simulation.staff import Staff

SETTLE_SECONDS = 60
OUTCOMES = {
    "received": "aanmelding ontvangen",
    "duplicate": "dubbel, één keer verwerkt",
    "supplemented": "aangevuld",
    "withdrawn": "ingetrokken",
    "broken_json": "geweigerd: onleesbaar bericht",
    "missing_field": "geweigerd: verplicht veld ontbreekt",
    "unknown_channel": "geweigerd: onbekend kanaal",
    "not_participant": "geweigerd: geen deelnemer",
    "wrong_sender": "geweigerd: spreekt namens een ander",
    "bad_bsn": "geweigerd: BSN klopt niet",
    "oversized": "geweigerd: bericht te groot",
}
CRITERIA = {
    "C1": "plaats: problemen bij de persoon of diens gezin",
    "C2": "breedte: meer leefgebieden",
    "C3": "schade: overlast, criminaliteit of onveiligheid",
    "C4": "samen: meer domeinen nodig",
}


def play(settings: Settings, *, with_kafka: bool, as_json: bool) -> None:
    """Play the demo. Raises: Unavailable; BadSetting."""
    started = time.monotonic()
    with ExitStack() as stack:
        key_hex = secrets.token_hex(32)
        if with_kafka and not as_json:
            console.print("Een eigen Kafka starten (de eerste keer wordt die opgehaald) …")
        kafka = stack.enter_context(own_kafka()) if with_kafka else None
        house = stack.enter_context(_house(settings, key_hex, kafka))
        document = _play(house, kafka, key_hex, as_json, stack)
        document["seconds"] = round(time.monotonic() - started, 1)
        emit(as_json, document, lambda: _where_next(settings, kafka, time.monotonic() - started))


@contextmanager
def _house(settings: Settings, key_hex: str, kafka: OwnKafka | None) -> Iterator[House]:
    if kafka is None:
        with open_house(settings, temporary=True) as house:
            yield house
        return
    # The embedded database with Kafka in front of it: the same instance, met in another way.
    with open_house(settings.model_copy(update={"key": SecretStr(key_hex)}), temporary=True) as database:
        own = kafka.settings("zvh-projections", database.dsn, key_hex)
        with open_house(own) as house:
            yield house


def _play(house: House, kafka: OwnKafka | None, key_hex: str, as_json: bool, stack: ExitStack) -> dict[str, object]:
    week, _ = sample_week()
    staff, told = Staff(house), story.Told()
    counted = _take(house, kafka, key_hex, week, as_json, stack)
    settled(house)
    waiting = [UUID(row.case_id) for row in house.views.cases(stage=Stage.REFERRED.value)]
    with progress("Wegen", len(waiting), quiet=as_json) as one_more:
        story.triage(house, staff, waiting, told, one_more)
    settled(house)
    story.disclosures(house, staff, told)
    settled(house)
    case_id = next(iter(told.escalated), told.attempts[0].case_id if told.attempts else None)
    person = story.most_seen_person(house, staff, told)
    seen = story.who_saw(house, person) if person is not None else []
    settled(house)
    rebuilt = house.replay()
    if not as_json:
        _tell(house, told, len(waiting), case_id, person, seen)
        table(
            f"8. Opnieuw opgebouwd uit het logboek: {rebuilt.facts} feiten",
            ("overzicht", "rijen", "sha-256 van alle rijen", "gelijk aan het huidige"),
            [(o.name, o.rows, o.digest[:16] + "…", "nee" if o.first_difference else "ja") for o in rebuilt.projections],
        )
    proof = prove(house, case_id) if case_id is not None else None
    if not as_json:
        if proof is not None:
            _tell_proof(proof)
        if kafka is not None:
            _tell_kafka(kafka)
    return {
        "intake": counted,
        "accepted": {room.value: number for room, number in told.accepted.items()},
        "failed": told.failed,
        "escalated": [str(one) for one in told.escalated],
        "disclosures": [
            {"org": a.who, "asked": a.asked, "case_id": str(a.case_id), "decision": a.decision, "reason": a.reason}
            for a in told.attempts
        ],
        "replay": {"facts": rebuilt.facts, "equal": rebuilt.equal},
        "proof": asdict(proof) if proof is not None else None,
        "case_id": str(case_id) if case_id else None,
        "subject": str(person) if person else None,
    }


def _take(
    house: House, kafka: OwnKafka | None, key_hex: str, week: bytes, as_json: bool, stack: ExitStack
) -> Mapping[str, object]:
    lines = week.splitlines()
    if kafka is None:
        with progress("Aannemen", len(lines), quiet=as_json) as one_more:
            counted = ingest(io.BytesIO(week), house.intake, lambda *_: one_more())
    else:
        heard = over_kafka.Heard()
        stack.enter_context(over_kafka.working(kafka, house, key_hex, heard))
        over_kafka.send(kafka, house.reference, house, lines)
        with progress("Aannemen", len(lines), quiet=as_json) as one_more:
            if not heard.wait_for(len(lines), one_more):
                raise Unavailable("De intake hoort niets meer van Kafka. Probeer de demo opnieuw.")
        counted = {"lines": heard.lines, "outcomes": dict(sorted(heard.outcomes.items()))}
    if not as_json:
        outcomes = counted["outcomes"]
        rows = outcomes.items() if isinstance(outcomes, dict) else []
        way = "over Kafka, elk op het eigen topic" if kafka else "als bestand"
        title = f"1. Een week berichten van partners, {way}: {counted['lines']} regels"
        told = sorted(rows, key=lambda row: list(OUTCOMES).index(row[0]) if row[0] in OUTCOMES else len(OUTCOMES))
        table(title, ("uitkomst", "aantal"), [(OUTCOMES.get(name, name), number) for name, number in told])
    return counted


def settled(house: House) -> None:
    """Wait until the answers hold every fact."""
    house.settle()
    until = time.monotonic() + SETTLE_SECONDS
    while not house.complete():
        if time.monotonic() > until:
            raise Unavailable("De overzichten lopen achter en halen het niet in. Probeer de demo opnieuw.")
        time.sleep(0.1)


def _tell(
    house: House,
    told: story.Told,
    weighed: int,
    case_id: UUID | None,
    person: UUID | None,
    seen: Sequence[Mapping[str, object]],
) -> None:
    rejected = weighed - sum(told.accepted.values())
    table(
        f"2. Gewogen aan de vier criteria (BGS 2.20): {weighed} aanmeldingen, {rejected} niet aangenomen",
        ("criterium dat niet houdt", "keer"),
        [(f"{code} {CRITERIA[code]}", number) for code, number in sorted(told.failed.items())],
    )
    rooms = {"LOCAL_CHAMBER": "lokale kamer", "HOUSE": "Zorg- en Veiligheidshuis, rechtstreeks"}
    table(
        "3. Aangenomen",
        ("kamer", "zaken"),
        [(rooms[room.value], number) for room, number in told.accepted.items()],
    )
    table(
        "4. Daarna opgeschaald naar het ZVH-MDO, elk met een vastgelegde doorbraak",
        ("zaak",),
        [(one,) for one in told.escalated],
    )
    table(
        "5. Gegevens gevraagd aan het loket",
        ("wie", "wat", "besluit", "uitleg"),
        [(one.who, one.asked, one.decision, one.reason) for one in told.attempts],
    )
    if case_id is not None:
        history = story.telling_history(house, case_id)
        table(f"6. De geschiedenis van zaak {case_id}", ("nr", "feit", "namens", "grond"), history)
    if person is not None:
        say_rows(f"7. Wie zag gegevens van persoon {person}, en waarvoor", seen)


def _tell_proof(proof: Proof) -> None:
    console.print(
        f"9. Opnieuw uitgevoerd: {proof.equal} van {proof.decisions} besluiten komen gelijk uit\n", style="bold"
    )
    console.print(
        "10. Een bundel van de zaak, gecontroleerd door een los programma zonder iets van ons\n", style="bold"
    )
    for line in proof.verdict:
        console.print(f" {line}", markup=False, soft_wrap=True)
    console.print()


def _tell_kafka(kafka: OwnKafka) -> None:
    console.print(
        f"Kafka draait nu op {kafka.bootstrap} (SASL_PLAINTEXT, SCRAM-SHA-256). Lees de feiten mee als controleur:\n"
        f"  gebruiker  zvh-auditor\n  wachtwoord {kafka.passwords['zvh-auditor']}\n"
        f"  topic      zvh.events ({kafka.counts()['zvh.events']} plaatsen, sleutel is de zaak)\n"
    )
    if sys.stdin.isatty():
        console.input("Druk op Enter om Kafka te stoppen. ")


def _where_next(settings: Settings, kafka: OwnKafka | None, seconds: float) -> None:
    console.print(f"Klaar in {seconds:.0f} s. Alle personen zijn verzonnen.\n")
    console.print("Hoe verder", style="bold")
    zvh = Path(sys.argv[0])
    shown = zvh.relative_to(Path.cwd()) if zvh.is_absolute() and zvh.is_relative_to(Path.cwd()) else zvh
    if settings.embedded is None:
        console.print(
            f"  Bewaar een eigen instantie:    ZVH_EMBEDDED=/tmp/zvh {shown} demo\n"
            f"  Kijk erin rond:                ZVH_EMBEDDED=/tmp/zvh {shown} case list"
        )
    else:
        console.print(
            f"  De zaken:                      {shown} case list\n"
            f"  Een zaak:                      {shown} case history ZAAK"
        )
    if kafka is None:
        console.print("  Hetzelfde over een echte Kafka: make demo KAFKA=1")
    console.print("  Lees:                          README.md, docs/architecture.md, docs/guides/")
