"""The walls of docs/architecture.md that .importlinter cannot hold, held over every service's syntax."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture import house, rules
from tests.architecture.house import File


@dataclass(frozen=True)
class Applies:
    """A rule and the rooms it holds in: those named, or all but those named."""

    rule: Callable[[File], Iterator[str]]
    rooms: tuple[str, ...] = ()
    but: tuple[str, ...] = ()

    def findings(self, service: str) -> list[str]:
        """What breaks the rule in a service."""
        held = [file for file in house.files(service, *self.rooms) if file.room not in self.but]
        return [line for file in held for line in self.rule(file)]


APPLIES = (
    Applies(rules.sql, but=("storage",)),
    Applies(rules.http, rooms=("application", "storage", "domain", "events")),
    Applies(rules.transactions, but=("application",)),
)


@pytest.mark.parametrize("service", [*house.SERVICES, "gateway"])
@pytest.mark.parametrize("held", APPLIES, ids=lambda held: held.rule.__name__)
def test_no_room_says_what_belongs_to_another(held: Applies, service: str) -> None:
    assert held.findings(service) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert rules.circles() == []


def test_a_class_name_means_one_thing_in_the_whole_project() -> None:
    assert list(rules.homonyms(house.shared_files())) == []


def test_files_and_functions_can_be_read_at_once() -> None:
    assert [line for file in house.all_files() for line in rules.length(file)] == []


PLANTED = {
    rules.sql: [
        "from sqlalchemy import text",
        "def late():\n    import psycopg2",
        "from chassis.database import rows",
        'query = "SELECT 1 FROM product"',
        'query = f"UPDATE product SET name = {name}"',
        'more = " AND sku = :sku"',
        'more = " ORDER BY sku"',
    ],
    rules.http: [
        "from fastapi import Response",
        "import starlette.requests",
        "from chassis.problems import Problem",
        "from chassis import pagination",
        "def late():\n    from chassis.security import require",
    ],
    rules.transactions: ["with database.transaction() as connection:\n    pass"],
    rules.length: ["x = 1\n" * 301, "def long():\n" + "    x = 1\n" * 41],
}
INNOCENT = [
    '"""SELECT is told of here, FROM a document."""',
    "from chassis.database import Connection, Database, is_transient",
    'message = "Select a product and set its price."',
    "from chassis import audit, outbox",
    "from chassis.security import Principal",
    "from chassis.failures import NotFound",
    "with database.snapshot() as connection:\n    pass",
    'def short():\n    """Long told.\n' + "\n" * 50 + '    """\n    return 1',
]


@pytest.mark.parametrize(
    ("rule", "code"),
    [(rule, code) for rule, codes in PLANTED.items() for code in codes],
    ids=lambda value: value[:40] if isinstance(value, str) else value.__name__,
)
def test_each_rule_finds_what_it_forbids(
    rule: Callable[[File], Iterator[str]], code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(list(rule(planted(code, tmp_path, monkeypatch)))) == 1


@pytest.mark.parametrize("code", INNOCENT, ids=lambda code: code[:40])
def test_no_rule_finds_what_is_allowed(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = planted(code, tmp_path, monkeypatch)
    assert [line for rule in PLANTED for line in rule(file)] == []


def test_a_circle_is_found_and_what_only_hangs_on_it_is_not() -> None:
    imports = {"a": ["b"], "b": ["c"], "c": ["b", "d"], "d": []}
    assert rules._loops(imports) == [["b", "c"], ["c", "b"]]


def test_two_classes_of_one_name_are_found_but_each_service_has_its_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "ROOT", tmp_path)
    written = {
        ("sales", "domain"): "class Entry: ...\nclass Sale: ...", ("chassis", "jobs"): "class Entry: ...",
        ("sales", "settings"): "class Settings: ...", ("auth", "settings"): "class Settings: ...",
        ("sales", "api"): "class Settings: ...", ("catalog", "api"): "class Settings: ...",
    }  # fmt: skip
    files = []
    for (package, room), code in written.items():
        files.append(File(tmp_path / f"{package}_{room}.py", package, room))
        files[-1].path.write_text(code)
    assert list(rules.homonyms(files)) == [
        "Entry: sales_domain.py:1, chassis_jobs.py:1", "Settings: sales_api.py:1, catalog_api.py:1",
    ]  # fmt: skip


def planted(code: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> File:
    """A file of that code somewhere."""
    monkeypatch.setattr(house, "ROOT", folder)
    path = folder / "planted.py"
    path.write_text(code)
    return File(path, "sales", "domain")
