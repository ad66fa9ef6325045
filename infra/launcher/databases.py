"""Who may do what in PostgreSQL: one database, a login role and a schema it owns for each service.

The same statements serve the local run, the tests and docker-compose's `setup` job. Idempotent: a second run changes
nothing but the passwords, which become the ones given.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - the driver's class has a lower-case name

DATABASE = "almanac"
SERVICES = ("auth", "catalog", "sales", "forecaster")
LOCK = 0x616C6D616E6163


def create_databases(admin_dsn: str, passwords: Mapping[str, str], database: str = DATABASE) -> dict[str, str]:
    """Makes the database, roles and schemas; answers each service's own address."""
    with _session(admin_dsn) as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", (LOCK,))  # roles are the whole server's: one maker at a time
        _make_roles(cursor, passwords)
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        with _session(with_database(admin_dsn, database)) as inside:
            _make_schemas(inside, passwords, database)
    return {service: service_dsn(admin_dsn, service, password, database) for service, password in passwords.items()}


def _make_roles(cursor: Cursor, passwords: Mapping[str, str]) -> None:
    for service, password in passwords.items():
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (service,))
        verb = sql.SQL("ALTER" if cursor.fetchone() else "CREATE")
        statement = sql.SQL("{} ROLE {} LOGIN PASSWORD {}")
        cursor.execute(statement.format(verb, sql.Identifier(service), sql.Literal(password)))
        cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(service)))


def _make_schemas(cursor: Cursor, services: Iterable[str], database: str) -> None:
    name = sql.Identifier(database)
    cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    cursor.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    for service in services:
        role = sql.Identifier(service)
        cursor.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(name, role))
        cursor.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}").format(role, role))
        cursor.execute(sql.SQL("ALTER ROLE {} IN DATABASE {} SET search_path = {}").format(role, name, role))


def drop_database(admin_dsn: str, database: str) -> None:
    """Removes a database with everybody's sessions in it (the roles stay: they are the server's)."""
    with _session(admin_dsn) as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def service_dsn(admin_dsn: str, service: str, password: str, database: str = DATABASE) -> str:
    """The address a service signs in with."""
    parts = urlsplit(admin_dsn)
    host = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
    return urlunsplit(("postgresql", f"{service}:{quote(password, safe='')}@{host}", f"/{database}", parts.query, ""))


def without_sign_in(dsn: str) -> str:
    """The server's address without user and password, fit to be written down."""
    parts = urlsplit(dsn)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def with_database(dsn: str, database: str) -> str:
    """The same address for another database."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{database}"))


@contextmanager
def _session(dsn: str) -> Iterator[Cursor]:
    connection = psycopg2.connect(dsn)
    connection.autocommit = True  # CREATE DATABASE runs in no transaction
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
