"""How an instance does, part by part: each is asked, and what does not answer is one line and no stop."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from events.errors import BadSetting, NotFound, Unavailable, ZvhError
from infra.audited_health import DatabaseState, database_state, last_told
from infra.audited_store import AuditedStore
from infra.audited_topic import ReadTopic
from infra.kafka_client import KafkaAccess
from infra.migrate import missing
from infra.settings import LOOPBACK, Settings
from infra.transparency.reader import LogReader
from services.audit.doctor import (
    Line,
    State,
    checked_lines,
    checkpoint_line,
    clock_line,
    disk_line,
    waiting_line,
    witness_line,
)
from services.audit.fsck import EMBEDDED, Progress, fsck
from services.bootstrap import kafka_admin
from services.bootstrap.auditing import database, trust
from services.bootstrap.key_store import opening_keys
from services.bootstrap.log_key import log_signer
from services.bootstrap.witnessing import policy_of

TOPICS = "Kafka: topics, gebruikers en rechten"
Told = Mapping[int, int] | None
"""Index of the last fact on each partition; None where there is no Kafka, or it does not answer."""
TEST_OIN = "00000004003214345900"
"""The number that an instance has when nobody gave it one of its own."""


def examine(settings: Settings, progress: Progress) -> Iterator[Line]:
    """Yield a line for each part, in the order in which an operator would look. Raises: BadSetting."""
    yield from _settings(settings)
    told: Told = None
    if settings.kafka_bootstrap is not None:
        try:
            told = last_told(KafkaAccess.from_settings(settings))
            yield Line("Kafka", State.GOOD, "antwoordt")
            yield from _guarded(TOPICS, lambda: _topics(settings))
        except ZvhError as error:
            yield Line(
                "Kafka", State.WRONG, str(error), "Start Kafka, en kijk naar ZVH_KAFKA_BOOTSTRAP en de gebruiker."
            )
    try:
        with database(settings) as dsn:
            yield from _instance(settings, dsn, told, progress)
    except Unavailable as error:
        yield Line("database", State.WRONG, str(error), "Start PostgreSQL, en kijk naar ZVH_DATABASE.")


def _settings(settings: Settings) -> Iterator[Line]:
    if settings.embedded is None and settings.house_oin == TEST_OIN:
        yield Line(
            "instellingen", State.LOOK, "het OIN is een testnummer", "Zet ZVH_HOUSE_OIN op het OIN van het huis."
        )
        return
    hosts = {one.rpartition(":")[0].strip("[]") for one in (settings.kafka_bootstrap or "").split(",") if one}
    if settings.kafka_security != "SASL_SSL" and not hosts <= set(LOOPBACK):
        yield Line(
            "instellingen",
            State.LOOK,
            "Kafka wordt over het netwerk zonder TLS benaderd",
            "Zet ZVH_KAFKA_SECURITY op SASL_SSL, tenzij het verkeer binnen één afgesloten netwerk blijft.",
        )
        return
    yield Line("instellingen", State.GOOD, "geen bijzonderheden")


def _instance(settings: Settings, dsn: str, told: Told, progress: Progress) -> Iterator[Line]:
    lacking = missing(dsn)
    if lacking:
        yield Line(
            "database",
            State.WRONG,
            f"zij heeft een oudere vorm dan dit programma ({len(lacking)} wijzigingen)",
            "Start een dienst van deze versie (bijvoorbeeld `zvh worker relay`): die werkt de database bij.",
        )
        return
    state = database_state(dsn)
    yield Line("database", State.GOOD, f"PostgreSQL {state.version}, {state.bytes / 1e6:.0f} MB, bijgewerkt")
    yield clock_line(datetime.now(UTC), state.now)
    yield from _disk(settings)
    yield from _guarded("sleutelkast", lambda: _keys(settings, dsn))
    yield from _guarded("sleutel van het logboek", lambda: _log_key(settings, dsn))
    yield checkpoint_line(state.signed, state.numbered, state.signed_at, state.now)
    yield from _guarded("getuigen", lambda: _witnesses(settings, dsn, state))
    yield from _guarded("doorgever", lambda: _relay(settings, state, told))
    yield from _guarded("overzichten", lambda: _overviews(settings, dsn, state, told))
    behind = state.numbered - (state.told if state.told is not None else state.numbered)
    yield waiting_line("berichten aan deelnemers", behind, "feiten achter", "Start `zvh worker feeds`.")
    topic = None if told is None else ReadTopic(KafkaAccess.from_settings(settings))
    with AuditedStore(dsn) as store:
        yield from checked_lines(fsck(store, topic, trust(settings), progress, quick=True))


def _guarded(what: str, ask: Callable[[], Iterator[Line]]) -> Iterator[Line]:
    """Yield what *ask* finds; a part that fails is a line by itself."""
    try:
        yield from ask()
    except BadSetting as error:
        yield Line(what, State.WRONG, str(error), "Herstel de instelling en start opnieuw.")
    except ZvhError as error:
        yield Line(what, State.WRONG, str(error), "Kijk of dit onderdeel draait, en zie docs/guides/operator.md.")


def _disk(settings: Settings) -> Iterator[Line]:
    if settings.embedded is None:
        yield Line("schijf", State.GOOD, "de ruimte bij de database is van hier niet te zien: kijk daar zelf")
        return
    found = shutil.disk_usage(settings.embedded.expanduser())
    yield disk_line("schijf", found.free, found.total)


def _keys(settings: Settings, dsn: str) -> Iterator[Line]:
    count = opening_keys(settings, dsn)
    yield Line("sleutelkast", State.GOOD, f"{count} sleutels; de hoofdsleutel past")


def _log_key(settings: Settings, dsn: str) -> Iterator[Line]:
    what, reader = "sleutel van het logboek", LogReader(dsn)
    try:
        try:
            key = reader.key()
        except NotFound:
            yield Line(what, State.GOOD, "er is nog geen logboek")
            return
        if settings.log_key is None and settings.log_key_file is None and settings.embedded is None:
            yield Line(what, State.GOOD, "niet bij dit proces; alleen de doorgever heeft haar nodig")
            return
        folder = None if settings.embedded is None else Path(settings.embedded).expanduser().absolute()
        if log_signer(settings, folder, reader).key == key:
            yield Line(what, State.GOOD, f"past bij {key.name}")
        else:
            yield Line(
                what, State.WRONG, f"is niet die van {key.name}", "Zet de sleutel terug waarmee het logboek begon."
            )
    finally:
        reader.close()


def _witnesses(settings: Settings, dsn: str, state: DatabaseState) -> Iterator[Line]:
    policy, reader = policy_of(settings), LogReader(dsn)
    try:
        found = reader.witnessed(policy.quorum) if policy.quorum.needed else None
    finally:
        reader.close()
    yield witness_line(policy.quorum.needed, None if found is None else found[0], state.numbered)


def _relay(settings: Settings, state: DatabaseState, on_kafka: Told) -> Iterator[Line]:
    do = "Start `zvh worker relay`, of kijk waarom zij stilstaat." if settings.embedded is None else _WORK
    if settings.embedded is None and not state.relayed:
        yield Line("doorgever", State.LOOK, "er draait geen doorgever", "Start `zvh worker relay`.")
    yield waiting_line("nummeren", state.stored - state.numbered, "feiten wachten op een nummer", do)
    if on_kafka is not None:
        told = max(on_kafka.values(), default=-1) + 1
        if told > state.numbered:
            yield Line(
                "doorgeven aan Kafka",
                State.WRONG,
                f"Kafka kent {told} feiten, de database nummerde er {state.numbered}",
                "Is er een oude back-up teruggezet? Zet een volledige back-up van later terug.",
            )
        else:
            yield waiting_line("doorgeven aan Kafka", state.numbered - told, "feiten achter", do)


_WORK = "Voer een opdracht uit, bijvoorbeeld `zvh case list`: die werkt alles bij."


def _overviews(settings: Settings, dsn: str, state: DatabaseState, told: Told) -> Iterator[Line]:
    with AuditedStore(dsn) as store:
        last = dict(store.positions())
    if settings.kafka_bootstrap is None:
        behind = state.numbered - 1 - last.get(EMBEDDED, -1)
        yield waiting_line("overzichten", behind, "feiten achter", _WORK)
        return
    if told is None:
        return
    behind = sum(last.get(f"zvh.events:{partition}", -1) < index for partition, index in told.items())
    do = "Start `zvh worker projections`, of kijk waarom zij stilstaat."
    yield waiting_line("overzichten", behind, f"van {len(told)} partities niet bij", do)


def _topics(settings: Settings) -> Iterator[Line]:
    what = TOPICS
    try:
        found = kafka_admin.difference(settings)
    except Unavailable as error:
        yield Line(
            what,
            State.LOOK,
            str(error),
            "Alleen een beheerder van Kafka ziet dit: draai `zvh infra diff` als beheerder.",
        )
        return
    if not found:
        yield Line(what, State.GOOD, "zoals afgesproken")
        return
    first = f"{found[0].what}: {found[0].problem}"
    yield Line(what, State.WRONG, f"{len(found)} verschillen, het eerst {first}", "Herstel met `zvh infra apply`.")
