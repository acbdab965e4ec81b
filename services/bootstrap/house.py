"""One instance of the house, wired: whoever needs it opens it here; tests do so too."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from uuid import UUID, uuid4

from events.errors import BadSetting, Unavailable
from events.receipt import Numbered
from events.vocabulary import CaseId
from infra import logs
from infra.clock import SystemClock
from infra.event_store import PostgresFactStore
from infra.events_topic import EventsTopic
from infra.kafka_client import KafkaAccess
from infra.kafka_log import KafkaLog, source_of
from infra.keys import KeyRing, load_master_key, make_master_key
from infra.local.postgres import LocalPostgres
from infra.migrate import migrate
from infra.numbered_log import NumberedLog
from infra.numbering import Numbering
from infra.outbox import EmbeddedOutbox, KafkaOutbox
from infra.pseudonyms import KeyedPseudonyms
from infra.rebuild import Rebuild, Rebuilt
from infra.sealing import AesSealer
from infra.settings import Settings, load
from infra.views import Position, Views
from policies.engine import Policies
from policies.reference import Reference
from services.acting import Acting
from services.command_content import content_of
from services.desk import Desk
from services.escalation import Escalation
from services.handling import Handling, Order
from services.intake import Intake
from services.projecting import SOURCE, catch_up
from services.relay import Relay
from services.start import Start
from services.triage import Triage

SETTLE_SECONDS, SETTLE_LOOK_SECONDS = 30, 0.05
MASTER_KEY = "hoofdsleutel"
"""File in the embedded instance's folder."""


@dataclass(frozen=True)
class House:
    """One instance, wired: stories on top, adapters below. Open it with ``open_house``."""

    settings: Settings
    dsn: str
    reference: Reference
    policies: Policies
    clock: SystemClock
    store: PostgresFactStore
    pseudonyms: KeyedPseudonyms
    sealer: AesSealer
    desk: Desk
    views: Views
    log: NumberedLog
    _stack: ExitStack

    @cached_property
    def handling(self) -> Handling:
        """Carries out commands."""
        return Handling(self.store, self.clock)

    @cached_property
    def triage(self) -> Triage:
        """The story of triage."""
        return Triage(self.handling, self.sealer, self.reference)

    @cached_property
    def start(self) -> Start:
        """The story of starting a case."""
        return Start(self.handling, self.reference)

    @cached_property
    def escalation(self) -> Escalation:
        """The story of escalation."""
        return Escalation(self.handling, self.sealer, self.reference)

    @property
    def embedded(self) -> bool:
        """Whether this instance works without Kafka."""
        return self.settings.kafka_bootstrap is None

    @cached_property
    def outbox(self) -> EmbeddedOutbox | KafkaOutbox:
        """Carries answers to partners. Raises: Unavailable; BadSetting."""
        outbox = EmbeddedOutbox(self.dsn) if self.embedded else KafkaOutbox(self.kafka_access())
        self._stack.callback(outbox.close)
        return outbox

    @cached_property
    def intake(self) -> Intake:
        """Takes what partners send."""
        return Intake(
            self.store,
            self.clock,
            self.pseudonyms,
            self.sealer,
            self.outbox,
            self.reference,
            self.settings.house_oin,
        )

    @cached_property
    def relay(self) -> Relay:
        """Numbers the facts, and tells them to Kafka when there is one. Raises: BadSetting."""
        numbering = self._stack.enter_context(Numbering(self.dsn))
        topic = None if self.embedded else EventsTopic(self.kafka_access(), self.settings.house_oin)
        return Relay(numbering, topic)

    def kafka_access(self) -> KafkaAccess:
        """Return how to reach Kafka. Raises: BadSetting."""
        return KafkaAccess.from_settings(self.settings)

    def order(
        self, name: str, acting: Acting, case_id: CaseId, content: object, command_id: UUID | None = None
    ) -> Order:
        """Return what a command carries around its content.

        Args:
            content: the command; a command with the same id and other content is refused.
        """
        command_id = command_id or uuid4()
        digest = self.pseudonyms.digest(f"{name}|{case_id}|{content_of(content)}".encode())
        return Order(command_id, case_id, acting, name, f"command:{command_id}", digest, command_id)

    def settle(self) -> None:
        """Number and project all facts, in the embedded instance; elsewhere workers do so. Raises: Unavailable."""
        if not self.embedded:
            return
        if self.relay.lock() is None:
            while self.relay.step():
                pass
            catch_up(self.log, self.views)
            return
        # Another process, such as a running `zvh serve`, numbers and projects: it only has to get there.
        until = time.monotonic() + SETTLE_SECONDS
        while not self.complete():
            if time.monotonic() > until:
                raise Unavailable(
                    "Een ander proces werkt de overzichten bij en is nog niet klaar. Probeer het zo opnieuw."
                )
            time.sleep(SETTLE_LOOK_SECONDS)

    def replay(self, *, swap: bool = False) -> Rebuilt:
        """Build all answers anew from the log and compare them with the live ones. Raises: Unavailable; Corrupt."""
        read = self._read_numbered if self.embedded else KafkaLog(self.kafka_access()).read
        return Rebuild(self.dsn).run(read, swap=swap)

    def complete(self) -> bool:
        """Say whether the answers hold every fact of the store at this moment. Raises: Unavailable."""
        if self.relay.lag().unnumbered:
            return False
        taken = self.views.positions()
        if max((one.last_index for one in taken), default=-1) + 1 != self.log.size():
            return False
        if self.embedded:
            return True
        topic = KafkaLog(self.kafka_access())
        ends = topic.ends()
        if ends is None:
            return False
        wanted = [Position(source_of(partition), end, -1) for partition, end in ends.items()]
        return next(topic.read(taken, wanted), None) is None

    def _read_numbered(self, known: Sequence[Position], wanted: Sequence[Position]) -> Iterator[Numbered]:
        first = next((one.next_place for one in known if one.source == SOURCE), 0)
        stop = next((one.next_place for one in wanted if one.source == SOURCE), 0)
        return self.log.read(first, stop)


@contextmanager
def open_house(
    settings: Settings | None = None, *, temporary: bool = False, keeps_running: bool = False
) -> Iterator[House]:
    """Open the instance that *settings* name (those of the environment when None), and bring it to today's shape.

    Args:
        temporary: without any instance in the settings, make one that disappears at the end.
        keeps_running: a service or worker, which tells more in its log than a single command.
    Raises: BadSetting; Unavailable.
    """
    settings = settings or load()
    logs.configure(settings.log_level or ("INFO" if keeps_running else "WARNING"))
    with ExitStack() as stack:
        dsn, master = _foundation(settings, stack, temporary=temporary)
        migrate(dsn)
        reference, clock = Reference.load(), SystemClock()
        store = stack.enter_context(PostgresFactStore(dsn, settings.house_oin))
        ring = KeyRing(dsn, master)
        stack.callback(ring.close)
        views = Views(dsn)
        stack.callback(views.close)
        sealer, policies = AesSealer(ring), Policies.load(reference)
        yield House(
            settings=settings,
            dsn=dsn,
            reference=reference,
            policies=policies,
            clock=clock,
            store=store,
            pseudonyms=KeyedPseudonyms(ring, master),
            sealer=sealer,
            desk=Desk(Handling(store, clock), sealer, ring, policies, reference),
            views=views,
            log=NumberedLog(dsn),
            _stack=stack,
        )


def _foundation(settings: Settings, stack: ExitStack, *, temporary: bool) -> tuple[str, bytes]:
    """Return the database and the key-encryption key of the instance."""
    if settings.database is not None:
        password = settings.database_password
        dsn = settings.database + (f" password={_quoted(password.get_secret_value())}" if password else "")
        return dsn, load_master_key(settings.key.get_secret_value() if settings.key else None, settings.key_file)
    if settings.embedded is None and not temporary:
        raise BadSetting(
            "Er is nog geen instantie gekozen. Zet ZVH_EMBEDDED op een map voor een eigen instantie op deze machine, "
            "of ZVH_DATABASE op uw PostgreSQL."
        )
    if settings.embedded is None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zvh-")))
        server = stack.enter_context(LocalPostgres())
    else:
        folder = settings.embedded.expanduser().absolute()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        server = stack.enter_context(LocalPostgres(folder / "postgres"))
    key_file = settings.key_file or folder / MASTER_KEY
    if settings.key is None and settings.key_file is None and not key_file.exists():
        make_master_key(key_file)
    return server.dsn, load_master_key(settings.key.get_secret_value() if settings.key else None, key_file)


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
