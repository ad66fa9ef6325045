"""The project's Python files as rooms of the house (docs/architecture.md): which service and room each stands in."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from infra.launcher.paths import ROOT

SERVICES = ("auth", "catalog", "sales", "forecaster")  # those with rooms; the gateway has no database
PACKAGES = ("contracts", "chassis", *SERVICES, "gateway", "infra", "tests")
GENERATED = ("migrations", "alembic")


@dataclass(frozen=True)
class File:
    """One file. Its room is the folder below its package that it stands in, or its own name: `app`, `settings`."""

    path: Path
    package: str
    room: str

    @property
    def place(self) -> str:
        """As it is named in findings."""
        return str(self.path.relative_to(ROOT))

    @cached_property
    def text(self) -> str:
        """Its source."""
        return self.path.read_text()

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return ast.parse(self.text)

    def imports(self) -> Iterator[tuple[int, str, str]]:
        """Line, module and name of everything imported, also inside functions; `import a.b` gives ("a.b", "")."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, name.name, "") for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node.lineno, node.module or "", name.name) for name in node.names)

    def calls(self) -> Iterator[tuple[int, str]]:
        """Line and last name of everything called: `database.transaction()` gives "transaction"."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
                yield node.lineno, node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id


def folder(package: str) -> Path:
    """The package's code, without a service's tests."""
    return ROOT / package if package in ("infra", "tests") else ROOT / "services" / package / package


def files(package: str, *rooms: str) -> list[File]:
    """Every file of a package, or of some of its rooms; written by hand, so without migrations."""
    home = folder(package)
    found = []
    for path in sorted(home.rglob("*.py")):
        inner = path.relative_to(home).parts
        room = inner[0] if len(inner) > 1 else path.stem
        if not set(GENERATED) & set(inner) and (not rooms or room in rooms):
            found.append(File(path, package, room))
    return found


def shared_files() -> list[File]:
    """Every file that others can import: all but the test modules, whose stand-ins are theirs alone."""
    return [file for file in all_files() if not file.path.name.startswith("test_")]


def all_files() -> list[File]:
    """Every file of the project, the services' tests among them."""
    tests = [
        File(path, f"{package}.tests", "tests")
        for package in PACKAGES
        for path in sorted((ROOT / "services" / package / "tests").rglob("*.py"))
    ]
    return [file for package in PACKAGES for file in files(package)] + tests
