"""A real Apache Kafka on loopback, fetched with Maven: one KRaft broker with SCRAM and ACLs, as partners meet it.

For tests, demos and benches. It listens on free ports, keeps its data in a temporary folder, and dies with us.
"""

import base64
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from contextlib import ExitStack
from importlib import resources
from pathlib import Path
from types import TracebackType

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from events.errors import Unavailable
from infra.kafka_client import MECHANISM, KafkaAccess
from infra.local.processes import die_with_parent, free_port, stop

START_SECONDS, STOP_SECONDS, FETCH_SECONDS = 60, 20, 600
COMPLETE = ".complete"
JVM = (
    "-Xms128m",
    "-Xmx384m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Djava.awt.headless=true",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
)
PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners=CLIENT://127.0.0.1:{client},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=CLIENT://127.0.0.1:{client},CONTROLLER://127.0.0.1:{controller}
inter.broker.listener.name=CLIENT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT
sasl.mechanism.inter.broker.protocol={mechanism}
sasl.mechanism.controller.protocol=PLAIN
listener.name.client.sasl.enabled.mechanisms={mechanism}
listener.name.client.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \
username="{user}" password="{password}";
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
username="{user}" password="{password}" user_{user}="{password}";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:{user}
allow.everyone.if.no.acl.found=false
log.dirs={data}
auto.create.topics.enable=false
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
log.retention.ms=-1
log.cleaner.dedupe.buffer.size=10485760
log.cleaner.threads=1
"""


class LocalKafka:
    """One broker. A context manager; entering it fetches Kafka when needed, and starts it.

    Raises: Unavailable when Java or Maven is missing, or Kafka does not start.
    """

    admin_username = "admin"

    def __init__(self) -> None:
        self.admin_password = secrets.token_urlsafe(24)
        self._port, self._controller_port = free_port(), free_port()
        self.passwords: dict[str, str] = {}
        """Passwords of the users that were made on this broker, for whoever plays them."""
        self.bootstrap = f"127.0.0.1:{self._port}"
        self._stack = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder, self._jars = Path(), Path()

    def __enter__(self) -> "LocalKafka":
        with ExitStack() as stack:
            self._jars = fetch()
            self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zvh-kafka-")))
            text = PROPERTIES.format(
                client=self._port,
                controller=self._controller_port,
                mechanism=MECHANISM,
                user=self.admin_username,
                password=self.admin_password,
                data=self._folder / "data",
            )
            (self._folder / "server.properties").write_text(text)
            self._format()
            stack.callback(self.stop)
            self.start()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def start(self) -> None:
        """Start the broker on its data and ports, and wait until it answers. Raises: Unavailable."""
        with (self._folder / "kafka.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                self._java("kafka.Kafka", "server.properties"),
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise Unavailable(f"Kafka start niet. Lees {self._folder / 'kafka.log'} voor de reden.")
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop the broker; its data stay until the context ends."""
        if self._process is not None:
            stop(self._process, signal.SIGTERM, STOP_SECONDS)
            self._process = None

    def restart(self) -> None:
        """Start the broker again after ``stop``, or stop and start it: same data, same ports."""
        self.stop()
        self.start()

    def access(self, username: str | None = None, password: str | None = None) -> KafkaAccess:
        """Return how to reach this broker, as its administrator or as another user."""
        return KafkaAccess.of(self, username, password)

    def _format(self) -> None:
        cluster = "z" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")[1:]
        scram = f"{MECHANISM}=[name={self.admin_username},password={self.admin_password}]"
        words = ("format", "--standalone", "-t", cluster, "-c", "server.properties", "--add-scram", scram)
        done = subprocess.run(  # noqa: S603 - our own program
            self._java("kafka.tools.StorageTool", *words), cwd=self._folder, capture_output=True, check=False
        )
        if done.returncode:
            raise Unavailable("Kafka kan zijn gegevensmap niet inrichten. Is er ruimte in de tijdelijke map?")

    def _java(self, program: str, *words: str) -> list[str]:
        return ["java", *JVM, "-cp", f"{self._jars}/*", program, *words]

    def _answers(self) -> bool:
        try:
            admin = KafkaAdminClient(**self.access().options(), bootstrap_timeout_ms=1000)
        except (KafkaError, OSError):
            return False
        try:
            return bool(admin.describe_cluster())
        except (KafkaError, OSError):
            return False
        finally:
            admin.close()


def fetch() -> Path:
    """Return the folder with Kafka's jars; fetches them with Maven the first time. Raises: Unavailable."""
    missing = [f"{name} (Debian: {package})" for name, package in NEEDED.items() if shutil.which(name) is None]
    if missing:
        raise Unavailable(
            f"Voor een eigen Kafka ontbreekt: {', '.join(missing)}. Installeer dit en probeer het opnieuw."
        )
    pom = resources.files("infra.local.kafka_jars").joinpath("pom.xml").read_bytes()
    version = pom.decode().split("<artifactId>kafka_2.13</artifactId>")[1].split("<version>")[1].split("<")[0]
    cache = Path(os.environ.get("ZVH_CACHE", "") or Path.home() / ".cache" / "zvh")
    jars = cache / f"kafka-{version}"
    if (jars / COMPLETE).exists():
        return jars
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kafka-", dir=cache) as fresh:
        folder = Path(fresh)
        (folder / "pom.xml").write_bytes(pom)
        done = subprocess.run(  # noqa: S603 - our own words, on the machine's own Maven
            [
                shutil.which("mvn") or "mvn",
                "-q",
                "-B",
                COPY,
                "-DincludeScope=runtime",
                f"-DoutputDirectory={folder / 'jars'}",
            ],
            cwd=folder,
            capture_output=True,
            check=False,
            timeout=FETCH_SECONDS,
        )
        if done.returncode or not list((folder / "jars").glob(f"kafka_2.13-{version}.jar")):
            raise Unavailable("Maven kan Kafka niet ophalen. Controleer de verbinding en de instellingen van Maven.")
        (folder / "jars" / COMPLETE).touch()
        try:
            (folder / "jars").rename(jars)  # whole or not at all, also when two of us fetch at once
        except OSError:
            if not (jars / COMPLETE).exists():
                raise
    return jars


NEEDED = {"java": "default-jre-headless", "mvn": "maven"}
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
