"""The shared fixtures give a real broker and a database where a service sees only its own schema."""

import psycopg2
import pytest

from tests.fixtures import Postgres


def test_a_service_cannot_read_the_schema_of_another(postgres: Postgres) -> None:
    sales = postgres.fresh_database("sales", "auth")
    auth = sales.replace("//sales:", "//auth:")
    with psycopg2.connect(auth) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE credential (secret text)")
        cursor.execute("SELECT 1 FROM auth.credential")
    with psycopg2.connect(sales) as connection, connection.cursor() as cursor:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="schema auth"):
            cursor.execute("SELECT 1 FROM auth.credential")
        connection.rollback()
        with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="schema public"):
            cursor.execute("CREATE TABLE public.anything (x int)")


def test_a_service_works_in_its_own_schema_without_naming_it(database_url: str) -> None:
    with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE ledger (id int)")
        cursor.execute("SELECT schemaname FROM pg_tables WHERE tablename = 'ledger'")
        assert cursor.fetchall() == [("sales",)]


def test_the_broker_answers(kafka: str) -> None:
    from infra.launcher.kafka import answers

    assert answers(kafka)
