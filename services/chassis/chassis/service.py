"""A service as a set of processes: api, worker, migrate, and what it has beside them, each built from its parts.

Every `app.py` declares one `Service` and gives it functions that take settings and database; every `__main__.py` runs
it. What is imported when is left to those functions: a worker that was killed is back a second sooner without the HTTP
framework, and long work without data frames until it begins.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from chassis import business
from chassis.database import Connection, Database
from chassis.runner import Process, run, wait_for
from chassis.settings import ServiceSettings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from chassis.worker import Worker

Settings = TypeVar("Settings", bound=ServiceSettings)


@dataclass(frozen=True)
class Service(Generic[Settings]):
    """A service with a schema of its own.

    `workers`: the processes that are no API, by name. `prepare`: what must be there before the API answers.
    `commands`: what is run once, by name. `rewrite`: makes the service's data right again once the business's settings
    (chassis.business) are others; it is given what was kept before, of those that change. `beside`: a thread of the
    API, until the event.
    """

    name: str
    settings: type[Settings]
    migrations: Path
    build_api: Callable[[Settings, Database], "FastAPI"]
    workers: Mapping[str, Callable[[Settings, Database], "Worker"]]
    prepare: Callable[[Settings, Database], None] = lambda _, database: database.ping()
    commands: Mapping[str, Callable[[Settings, Database], None]] = field(default_factory=dict)
    rewrite: Callable[[Connection, Settings, Mapping[str, Any]], None] = lambda *_: None
    beside: Callable[[Settings, Database, threading.Event], None] | None = None

    def connect(self, settings: Settings, role: str) -> Database:
        """The service's own schema, under a name that shows in pg_stat_activity."""
        url = settings.database_url.get_secret_value()
        return Database(url, pool=settings.database_pool, application=f"almanac-{self.name}-{role}")

    def main(self, arguments: list[str] | None = None) -> int:
        """`python -m SERVICE ROLE`; the process's exit code."""
        roles: dict[str, Process] = {"api": self._api, "migrate": self._migrate, "adopt-settings": self._adopt}
        roles |= {role: self._worker(role) for role in self.workers}
        roles |= {name: self._command(name) for name in self.commands}
        return run(self.name, roles, arguments)

    def _opened(self, role: str) -> tuple[Settings, Database]:
        settings = self.settings()
        database = self.connect(settings, role)
        wait_for("PostgreSQL", database.ping)
        return settings, database

    def _api(self) -> int:
        from chassis.api import serve

        settings, database = self._opened("api")
        business.require_same(database, settings, self.name)
        wait_for("PostgreSQL", lambda: self.prepare(settings, database))
        app, stop = self.build_api(settings, database), threading.Event()
        if self.beside is not None:
            threading.Thread(target=self.beside, args=(settings, database, stop), name="beside", daemon=True).start()
        try:
            return serve(app, settings)
        finally:
            stop.set()

    def _migrate(self) -> None:
        from chassis import migrations

        migrations.upgrade(self._opened("migrate")[1], self.migrations)

    def _adopt(self) -> None:
        settings, database = self._opened("adopt-settings")
        with database.transaction() as connection:
            changed = business.adopt(connection, settings)
            if changed:
                self.rewrite(connection, settings, changed)

    def _worker(self, role: str) -> Process:
        def work() -> int:
            settings, database = self._opened(role)
            business.require_same(database, settings, self.name)
            return self.workers[role](settings, database).run()

        return work

    def _command(self, name: str) -> Process:
        return lambda: self.commands[name](*self._opened(name))
