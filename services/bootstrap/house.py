"""One instance of the house, wired: whoever needs it opens it here; tests do so too."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from uuid import UUID, uuid4

from events.errors import BadSetting, Unavailable
from events.receipt import Effect, Numbered
from events.vocabulary import CaseId, FactId, Room, Stage, SubjectId
from infra import logs
from infra.clock import SystemClock
from infra.erasing import KeyEraser
from infra.erasure_check import ErasureCheck
from infra.event_store import PostgresFactStore
from infra.events_topic import EventsTopic
from infra.feed_position import FeedPosition
from infra.kafka_client import KafkaAccess
from infra.kafka_log import KafkaLog, source_of
from infra.keys import KeyRing
from infra.local.issuer import LocalIssuer
from infra.local.postgres import LocalPostgres
from infra.migrate import migrate, missing
from infra.numbered_log import NumberedLog
from infra.numbering import Numbering
from infra.outbox import EmbeddedOutbox, KafkaOutbox
from infra.pseudonyms import KeyedPseudonyms
from infra.rebuild import Rebuild, Rebuilt
from infra.rotation import Rotation
from infra.sealing import AesSealer
from infra.settings import Settings, load
from infra.tokens import JwtTokens
from infra.transparency.store import LogWriter
from infra.views import Position, Views
from policies.engine import Policies
from policies.reference import Reference
from projections.standards.names import Names
from services.acting import Acting
from services.attempts import Attempts
from services.bootstrap.key_store import Keks, erasure_ledger, kek_id_of, keks_of, pseudonyms_of
from services.bootstrap.log_key import log_signer
from services.bootstrap.public_log import PublicLog
from services.bootstrap.witnessing import public_log
from services.command_content import content_of
from services.desk import Desk
from services.destruction import Destruction
from services.erasure import Erasure
from services.evaluation import Evaluating
from services.governance import Governance, governance_stream
from services.handling import Handling, Order
from services.intake import Intake
from services.ledger_desk import LedgerDesk
from services.ledger_questions import OfSubject
from services.originals import Originals
from services.oversight import Oversight
from services.policy_sets import PolicySets
from services.ports import Clock, OtherCase
from services.projecting import SOURCE, catch_up
from services.relay import Relay
from services.renewing import Renewing
from services.repeating import Repeating
from services.rights.carrying import CarryThrough
from services.rights.contact_point import OF_A_REQUEST, ContactPoint, LogState, Made
from services.rights.copy_wording import CopiedItem
from services.rights.copying import SUBJECT_RIGHTS, copy_of
from services.rights.deciding import DestroyRequest
from services.scheduling import Scheduler, Timed
from services.standards.sight import Sights
from services.telling import Telling
from services.workflow.engine import Workflow
from services.workflow.retention import DestroyCase
from services.workflow.scene import Command

SETTLE_SECONDS, SETTLE_LOOK_SECONDS, CATCH_UP_SECONDS = 30, 0.05, 5
CLOCK = "scheduler"
"""Name and task of the clock, as its facts say."""


@dataclass(frozen=True)
class House:
    """One instance, wired: stories on top, adapters below. Open it with ``open_house``."""

    settings: Settings
    dsn: str
    reference: Reference
    policies: Policies
    clock: Clock
    store: PostgresFactStore
    pseudonyms: KeyedPseudonyms
    sealer: AesSealer
    desk: Desk
    views: Views
    log: NumberedLog
    handling: Handling
    """Carries out commands, by the rules of the day."""
    policy_sets: PolicySets
    folder: Path | None
    """Where the embedded instance lives; None for one that is elsewhere."""
    erasures: ErasureCheck
    """What the erasure ledger says of the key store."""
    _keks: Keks
    _ring: KeyRing
    _eraser: KeyEraser
    _renewing: Renewing
    _stack: ExitStack
    stopped: dict[str, str] = field(default_factory=dict)
    """What should run in the background of this process and has stopped, with the reason in a sentence."""

    @cached_property
    def workflow(self) -> Workflow:
        """Takes every command of the case."""
        return Workflow(
            self.handling, self.sealer, self.policies, self.reference, self.policy_sets.ensure, self._elsewhere
        )

    @cached_property
    def evaluating(self) -> Evaluating:
        """Says what may be seen, and shows nothing."""
        return Evaluating(self.handling, self.policies, self.reference, self.policy_sets)

    @cached_property
    def governance(self) -> Governance:
        """Takes decisions about the rules."""
        return Governance(self.handling, self.reference, self.settings.house_oin)

    @cached_property
    def contact_point(self) -> ContactPoint:
        """Takes requests of persons about their rights, and makes the account for them."""
        return ContactPoint(
            self.handling,
            self.workflow,
            self.views,
            self.order,
            self._clock_acting,
            self._log_state,
            self._look_for_person,
        )

    def _look_for_person(self, acting: Acting, subject: SubjectId, command_id: UUID) -> FactId:
        return self.ledger_desk.record(acting, OfSubject(subject=subject), SUBJECT_RIGHTS, command_id)

    def copy_for(self, made: Made, acting: Acting, command_id: UUID) -> list[CopiedItem]:
        """Return the data that go with an account, each written down as given before it is opened.

        Raises: Refusal with LOG_UNAVAILABLE; Conflict; Corrupt.
        """
        return copy_of(self.desk, self.order, acting, made.subject_id, made.items, command_id)

    @cached_property
    def oversight(self) -> Oversight:
        """Takes what account is given of beside the cases."""
        return Oversight(self.handling, self.reference, self.settings.house_oin)

    @cached_property
    def attempts(self) -> Attempts:
        """Writes down what somebody asked for and had no business with."""
        return Attempts(self.store, self.clock, self.reference, self.order, self.settings.house_oin)

    @cached_property
    def destruction(self) -> Destruction:
        """Destroys cases that are due."""
        return Destruction(self.workflow, self._eraser, self.store, self.clock)

    @cached_property
    def erasure(self) -> Erasure:
        """Erases persons by a decision of the controllers."""
        return Erasure(self.handling, self.destruction, self._eraser, self.reference, self.order)

    @cached_property
    def ledger_desk(self) -> LedgerDesk:
        """Answers who saw what, after writing down who asks."""
        return LedgerDesk(
            self.store,
            self.clock,
            self.reference,
            self.policies,
            self.views.ledger,
            self.log,
            self.complete,
            self.settings.house_oin,
            self._renewing,
            self.policy_sets.ensure,
        )

    @cached_property
    def sights(self) -> Sights:
        """Shows who saw what in the words of others, through the ledger's desk."""
        return Sights(self.ledger_desk, self.log, self.store, self.reference.staff.code)

    @cached_property
    def names(self) -> Names:
        """Names organisations and purposes for others."""
        return Names(self.reference, self.settings.house_oin)

    @cached_property
    def scheduler(self) -> Scheduler:
        """Reminds, marks what is late, destroys what is due."""
        originals = Originals(
            self.handling, self.destruction, self._eraser, self.reference, self.order, self._clock_acting
        )
        return Scheduler(
            self.views,
            self._by_the_clock,
            self.clock,
            self.reference,
            self.destruction.finish,
            originals.destroy_due,
        )

    @cached_property
    def issuer(self) -> LocalIssuer | None:
        """Issues tokens for the embedded instance; None where people sign in elsewhere."""
        if self.settings.oidc_issuer is not None or self.folder is None:
            return None
        return LocalIssuer(self.folder / "aanmelding", self.settings.audience)

    @cached_property
    def tokens(self) -> JwtTokens:
        """Reads the tokens with which people and systems sign in. Raises: BadSetting."""
        local = self.issuer
        if local is None:
            return JwtTokens.from_settings(self.settings)
        known = {"oidc_issuer": local.issuer, "jwks_file": local.jwks_file}
        return JwtTokens.from_settings(self.settings.model_copy(update=known))

    def carry_out(
        self,
        command: Command,
        acting: Acting,
        case_id: CaseId,
        command_id: UUID | None = None,
        expected: int | None = None,
    ) -> Effect:
        """Carry out one command, when asked only if the case still has the *expected* sequence.

        Raises: Refusal; Conflict; Unavailable.
        """
        order = replace(self.order(type(command).__name__, acting, case_id, command, command_id), expected=expected)
        if isinstance(command, DestroyCase):
            return self.destruction.destroy(order, command)
        return self.workflow.carry_out(order, command)

    def _elsewhere(self, subject_id: SubjectId, but: CaseId) -> list[OtherCase]:
        return [OtherCase(Stage(stage), Room(room) if room else None) for stage, room in self.views.of(subject_id, but)]

    def _by_the_clock(self, command: Timed, case_id: CaseId, command_id: UUID) -> object:
        clock = self._clock_acting
        if isinstance(command, CarryThrough):
            self.contact_point.carry_through(case_id)
            return None
        order = self.order(type(command).__name__, clock, case_id, command, command_id)
        if isinstance(command, DestroyRequest):
            wanted = command
            return self.destruction.whole(case_id, lambda named: self.contact_point.carry_out(order, wanted, named))
        if not isinstance(command, DestroyCase) and command.kind in OF_A_REQUEST:
            return self.contact_point.carry_out(order, command)
        return self.carry_out(command, clock, case_id, command_id)

    @property
    def _clock_acting(self) -> Acting:
        return Acting(CLOCK, self.reference.staff.code, self.settings.house_oin, CLOCK)

    @cached_property
    def repeating(self) -> Repeating:
        """Destroys again what an old backup brought back."""
        return Repeating(self.handling, self.erasures, self.order, self._clock_acting)

    @cached_property
    def rotation(self) -> Rotation:
        """Changes the key-encryption key."""
        return Rotation(self._ring)

    def kek_id(self, which: str) -> str:
        """Return the name of the key-encryption key that a setting gives: key, next or transit. Raises: BadSetting."""
        return kek_id_of(self._keks, which)

    def _log_state(self) -> LogState:
        """Let the overviews catch up for a moment, for an account that misses a case is worse than one that waits."""
        with suppress(Unavailable):
            self.settle()
        until = time.monotonic() + CATCH_UP_SECONDS
        while not (complete := self.complete()) and time.monotonic() < until:
            time.sleep(SETTLE_LOOK_SECONDS)
        return LogState(self.log.size(), complete)

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
            self.workflow,
        )

    @cached_property
    def relay(self) -> Relay:
        """Numbers the facts, lets the log grow, and tells Kafka when there is one. Raises: BadSetting."""
        tree = LogWriter(lambda: log_signer(self.settings, self.folder, self.transparency.reader), self.clock.now)
        numbering = self._stack.enter_context(Numbering(self.dsn, tree))
        topic = None if self.embedded else EventsTopic(self.kafka_access(), self.settings.house_oin)
        return Relay(numbering, topic)

    @cached_property
    def transparency(self) -> PublicLog:
        """The log as others see it: checkpoints, tiles, proofs. Raises: BadSetting; Unproven."""
        opened = public_log(self.settings, self.dsn, self.clock.now)
        self._stack.callback(opened.close)
        return opened

    @cached_property
    def telling(self) -> Telling:
        """Tells participants on their feeds. Raises: Unavailable; BadSetting."""
        position = self._stack.enter_context(FeedPosition(self.dsn))
        return Telling(self.store, self.log, self.outbox, self.reference, position, self.settings.house_oin)

    def published(self, after: int) -> list[tuple[int, str, bytes]]:
        """Return what the embedded instance told its partners after a place: (place, topic, message), in order.

        Raises: BadSetting where Kafka carries it; Unavailable.
        """
        if not isinstance(self.outbox, EmbeddedOutbox):
            raise BadSetting("Deze instantie vertelt over Kafka. Lees de topics van de deelnemers.")
        return self.outbox.read(after)

    @cached_property
    def topic(self) -> KafkaLog:
        """Reads the topic of facts. Raises: BadSetting."""
        opened = KafkaLog(self.kafka_access())
        self._stack.callback(opened.close)
        return opened

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
        """Number, project and tell all facts in the embedded instance; elsewhere workers do so. Raises: Unavailable."""
        if not self.embedded:
            return
        if self.relay.lock() is None:
            while self.relay.step():
                pass
            catch_up(self.log, self.views)
            while self.telling.lock() and self.telling.step():
                pass
            return
        # Another process, such as a running `zvh serve`, numbers and projects: it only has to get there.
        until = time.monotonic() + SETTLE_SECONDS
        while not self.complete():
            if time.monotonic() > until:
                raise Unavailable(
                    "Een ander proces werkt de overzichten bij en is nog niet klaar. Probeer het zo opnieuw."
                )
            time.sleep(SETTLE_LOOK_SECONDS)

    def missing_migrations(self) -> list[str]:
        """Return the changes of the database's shape that this program needs and does not find. Raises: Unavailable."""
        return missing(self.dsn)

    def replay(self, *, swap: bool = False) -> Rebuilt:
        """Build all answers anew from the log and compare them with the live ones. Raises: Unavailable; Corrupt."""
        read = self._read_numbered if self.embedded else self.topic.read
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
        ends = self.topic.ends()
        if ends is None:
            return False
        wanted = [Position(source_of(partition), end, -1) for partition, end in ends.items()]
        return not self.topic.holds_more(taken, wanted)

    def _read_numbered(self, known: Sequence[Position], wanted: Sequence[Position]) -> Iterator[Numbered]:
        first = next((one.next_place for one in known if one.source == SOURCE), 0)
        stop = next((one.next_place for one in wanted if one.source == SOURCE), 0)
        return self.log.read(first, stop)


@contextmanager
def open_house(
    settings: Settings | None = None,
    *,
    temporary: bool = False,
    keeps_running: bool = False,
    clock: Clock | None = None,
    restored: bool = False,
) -> Iterator[House]:
    """Open the instance that *settings* name (those of the environment when None), and bring it to today's shape.

    Args:
        temporary: without any instance in the settings, make one that disappears at the end.
        keeps_running: a service or worker, which tells more in its log than a single command.
        clock: another clock than the machine's, for a simulated year.
        restored: open it although keys are back that must be dead: only for whoever destroys them again.
    Raises: BadSetting; Unavailable; Corrupt when an old backup brought back what was destroyed.
    """
    settings = settings or load()
    logs.configure(settings.log_level or ("INFO" if keeps_running else "WARNING"))
    with ExitStack() as stack:
        dsn, folder = _foundation(settings, stack, temporary=temporary)
        keks, ledger = keks_of(settings, folder, stack), erasure_ledger(settings, folder, needed=keeps_running)
        migrate(dsn)
        reference, clock = Reference.load(), clock or SystemClock()
        store = stack.enter_context(PostgresFactStore(dsn, settings.house_oin))
        ring = KeyRing(dsn, list(keks.values()), ledger)
        stack.callback(ring.close)
        erasures = ErasureCheck(ring, ledger)
        if not restored:
            erasures.hold()
        views = Views(dsn)
        stack.callback(views.close)
        sealer, policies = AesSealer(ring), Policies.load(reference)
        renewing = Renewing(reference, store, governance_stream(settings.house_oin))
        renewing(clock.now())
        handling = Handling(store, clock, renewing)
        sets = PolicySets(handling, policies.text, reference, governance_stream(settings.house_oin), settings.house_oin)
        house = House(
            settings=settings,
            dsn=dsn,
            reference=reference,
            policies=policies,
            clock=clock,
            store=store,
            pseudonyms=pseudonyms_of(ring),
            sealer=sealer,
            desk=Desk(handling, sealer, ring, policies, reference, sets.ensure),
            views=views,
            log=NumberedLog(dsn),
            handling=handling,
            policy_sets=sets,
            folder=folder,
            erasures=erasures,
            _keks=keks,
            _ring=ring,
            _eraser=KeyEraser(ring, ledger),
            _renewing=renewing,
            _stack=stack,
        )
        house.destruction.adopt(erasures.destroyed_before())
        yield house


def _foundation(settings: Settings, stack: ExitStack, *, temporary: bool) -> tuple[str, Path | None]:
    """Return the database and, when it is embedded, the folder of the instance."""
    if settings.database is not None:
        password = settings.database_password
        return settings.database + (f" password={_quoted(password.get_secret_value())}" if password else ""), None
    if settings.embedded is None and not temporary:
        raise BadSetting(
            "Er is nog geen instantie gekozen. Zet ZVH_EMBEDDED op een map voor een eigen instantie op deze machine, "
            "of ZVH_DATABASE op uw PostgreSQL."
        )
    if settings.embedded is None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zvh-")))
        # It disappears with this process, so nothing that a power cut could cost is kept.
        return stack.enter_context(LocalPostgres(durable=False)).dsn, folder
    folder = settings.embedded.expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        raise BadSetting(
            f"ZVH_EMBEDDED: {folder} is geen map en kan er geen worden. Kies een map die u mag schrijven."
        ) from None
    return stack.enter_context(LocalPostgres(folder / "postgres")).dsn, folder


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
