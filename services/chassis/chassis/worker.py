"""A worker process: consumer loops, relay and other threads, with health over HTTP.

If any thread ends, the process exits non-zero and its supervisor starts it again; on SIGTERM or SIGINT every
thread finishes its batch and the process exits 0, within ten seconds. If threads do not get to run for a minute
(chassis.watchdog), it ends at once.
"""

import faulthandler
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
from contracts.topics import Topic
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis import jobs, log_identity, metrics, republish, watchdog
from chassis.consumer import ConsumerLoop, Handler, LoopOptions
from chassis.database import Database, is_transient
from chassis.event_log import LogUnavailable
from chassis.health import Health, recent, room
from chassis.kafka import KafkaConsumer, KafkaProducer
from chassis.logs import logger
from chassis.relay import Relay
from chassis.republish import Republication, TopicSource
from chassis.retention import COMMON_SWEEPS, Retention, Sweep, inboxes
from chassis.settings import ServiceSettings

log = logger(__name__)

STUCK_SECONDS = 30
STOP_SECONDS = 8
GARBAGE = 200_000
SWITCH_SECONDS = 0.03

Runnable = Callable[[threading.Event], None]


class Worker:
    """Collects the threads of one process and runs them."""

    def __init__(self, service: str, role: str, settings: ServiceSettings, database: Database) -> None:
        self.service, self.settings, self.database = service, settings, database
        self.health = Health(service, role)
        self.health.add("database", database.ping)
        self.health.add("disk", room(settings.files_dir))
        self._threads: dict[str, Runnable] = {}
        self._loops: list[ConsumerLoop] = []
        self._consumed: dict[str, Sequence[Topic]] = {}
        self.health.describe("consumers", self._consumers)

    def run_thread(self, name: str, function: Runnable) -> None:
        """Add a thread; `function(stop)` returns soon after `stop` is set."""
        self._threads[name] = function

    def consume(self, handler: Handler, options: LoopOptions = LoopOptions(), *, loops: int = 1) -> None:
        """Add a consumer of the group `<service>.<handler.name>`.

        `loops` share its partitions: one reads and judges while another's batch is with PostgreSQL.
        """
        self._consumed[handler.name] = handler.topics
        for number in range(1, loops + 1):
            self._loop(handler, options, handler.name if loops == 1 else f"{handler.name} {number}")
        mine = self._loops[-loops:]
        metrics.CONSUMER_AGE.labels(handler.name).set_function(lambda: max(loop.age() for loop in mine))

    def _loop(self, handler: Handler, options: LoopOptions, label: str) -> None:
        settings, topics = self.settings, [topic.name for topic in handler.topics]

        def connect() -> KafkaConsumer:
            consumer = KafkaConsumer(
                settings.kafka_bootstrap_servers, f"{self.service}.{handler.name}", topics,
                protocol=settings.kafka_group_protocol, queue_kb=settings.consumer_queue_kb,
                linger=options.linger,
            )  # fmt: skip
            if options.keep_offsets:
                self._same_log(consumer)
            return consumer

        loop = ConsumerLoop(self.database, connect, handler, options)
        self._loops.append(loop)
        self.health.add(f"consumer {label}", recent(lambda: loop.last_poll, STUCK_SECONDS, "the poll loop"))
        self.health.add(f"consumer {label} allowed", lambda: _raise(loop.stopped))
        self.run_thread(f"consumer-{label}", loop.run)

    def _same_log(self, consumer: KafkaConsumer) -> None:
        """Before the first poll: offsets of another log are forgotten. A database that is away is waited for."""
        try:
            log_identity.follow(self.database, consumer.cluster_id())
        except Exception as error:
            consumer.close()
            if is_transient(error):
                raise LogUnavailable(str(error).splitlines()[0]) from error
            raise

    def _consumers(self) -> dict[str, Any]:
        names = dict.fromkeys(loop.name for loop in self._loops)
        return {name: _describe([loop for loop in self._loops if loop.name == name]) for name in names}

    def relay(self) -> None:
        """Add the outbox relay."""
        relay = Relay(self.database, KafkaProducer(self.settings.kafka_bootstrap_servers, f"{self.service}-relay"))
        self.health.add("relay", recent(lambda: relay.last_round, 60, "the relay"))
        self.run_thread("relay", relay.run)

    def republish(self, sources: Sequence[TopicSource]) -> None:
        """Add the work of making topics again from what this service keeps."""

        def run(stop: threading.Event) -> None:
            work = Republication(
                self.database, self.settings.kafka_bootstrap_servers, {one.topic.name: one for one in sources}
            )  # fmt: skip
            jobs.work(self.database, {republish.KIND: work}, stop)

        self.run_thread("republish", run)

    def retain(self, *sweeps: Sweep) -> None:
        """Add bounded retention: of the tables that every service has, of this worker's inboxes, and of these."""

        def run(stop: threading.Event) -> None:
            Retention(self.database, [*COMMON_SWEEPS, *inboxes(self._consumed.items()), *sweeps]).run(stop)

        self.run_thread("retention", run)

    def run(self) -> int:
        """Run until a signal or until a thread ends; the process's exit code."""
        # Threads that all have work take the interpreter from each other; less often costs a worker 8 % less of a core.
        sys.setswitchinterval(SWITCH_SECONDS)
        # A batch makes tens of thousands of objects without cycles; the usual threshold walks the heap for each batch.
        gc.freeze()
        gc.set_threshold(GARBAGE, 20, 50)
        stop, failed = threading.Event(), threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        server = serve_health(self.health, self.settings.http_host, self.settings.health_port)
        threads = [
            threading.Thread(target=_guard, args=(name, function, stop, failed), name=name, daemon=True)
            for name, function in self._threads.items()
        ]
        watchdog.tell(self.database, self.settings.files_dir)  # before any job is taken up again
        watch = watchdog.Watchdog(self.settings.files_dir)
        for thread in threads:
            thread.start()
        log.info("worker_started", threads=list(self._threads))
        while not stop.wait(1.0):
            watch.tick()
            if self._some_loop_hangs():
                failed.set()
                stop.set()
        deadline = time.monotonic() + STOP_SECONDS
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        server.shutdown()
        watch.end()
        log.info("worker_stopped", failed=failed.is_set())
        return 1 if failed.is_set() else 0

    def _some_loop_hangs(self) -> bool:
        """Look at every loop: one that is stuck is written down where it stands, before its client is given up."""
        hangs = False
        for loop in self._loops:
            if STUCK_SECONDS < time.monotonic() - loop.last_poll < STUCK_SECONDS + 1.5:
                log.error("poll_loop_stuck", consumer=loop.name)
                faulthandler.dump_traceback(file=sys.stderr)
            if loop.hangs():
                log.error("log_client_hangs", consumer=loop.name)
                hangs = True
        return hangs


def _raise(reason: str | None) -> None:
    if reason:
        raise RuntimeError(f"stopped: {reason}")


def _describe(loops: list[ConsumerLoop]) -> dict[str, Any]:
    """What the loops of one consumer are at, together."""
    lag: dict[str, int] = {}
    for loop in loops:
        for (topic, _), behind in loop.lag.items():
            lag[topic] = lag.get(topic, 0) + behind
    last = min(loop.last_poll for loop in loops)
    stopped = next((loop.stopped for loop in loops if loop.stopped), None)
    return {"lag": lag, "stopped": stopped, "last_poll_seconds": round(time.monotonic() - last, 1)}


def _guard(name: str, function: Runnable, stop: threading.Event, failed: threading.Event) -> None:
    try:
        function(stop)
        if not stop.is_set():
            raise RuntimeError("ended without being told to")
    except BaseException as error:
        log.error("thread_died", thread=name, exc_info=error)
        failed.set()
        stop.set()


def serve_health(health: Health, host: str, port: int) -> ThreadingHTTPServer:
    """/livez, /readyz and /metrics of a process without an API, in a daemon thread."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                return self._answer(200, generate_latest(), CONTENT_TYPE_LATEST)
            ready, document = health.report() if self.path == "/readyz" else (True, {"pid": os.getpid()})
            if self.path not in ("/readyz", "/livez"):
                return self._answer(404, b"{}", "application/json")
            return self._answer(200 if ready else 503, orjson.dumps(document), "application/json")

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Health calls are not worth a log line."""

    server = ThreadingHTTPServer((host, port), Answers)
    threading.Thread(target=server.serve_forever, daemon=True, name="health").start()
    return server
