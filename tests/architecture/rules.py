"""The walls that import-linter cannot see: what a room's code may say. Each rule answers its findings, a line each."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

import grimp

from tests.architecture.house import PACKAGES, File

DATABASE_WORDS = {"Connection", "Database", "is_transient"}  # of chassis.database, for rooms without SQL
SQL_LIBRARIES = ("sqlalchemy", "psycopg2", "alembic")
SQL = re.compile(
    r"\bSELECT\b.+|\bINSERT INTO\b|\bUPDATE \w+ SET\b|\bDELETE FROM\b|\b(LEFT |INNER |^)JOIN \w+|\bORDER BY \w"
    r"|\bGROUP BY \w|\bRETURNING \w|\b(AND|WHERE|SET) [\w.]+ ?(=|<|>|IS\b|IN\b|NOT\b|LIKE\b|ILIKE\b)"
    r"|\bON CONFLICT\b|\bFOR UPDATE\b",
    re.DOTALL,
)
HTTP_LIBRARIES = ("fastapi", "starlette", "uvicorn", "httpx", "httpx2")
HTTP_OF_CHASSIS = {
    f"chassis.{name}"
    for name in ("api", "problems", "problem_responses", "pagination", "parameters", "security", "dead_letter_api")
}
CALLER = {"Principal", "Role"}  # who calls is known in a use case, not how they were recognised
MOST_LINES, MOST_STATEMENT_LINES = 300, 40


def sql(file: File) -> Iterator[str]:
    """SQL, its libraries, or the chassis' functions that take it: `storage` alone has them."""
    for line, module, name in file.imports():
        foreign = module.split(".")[0] in SQL_LIBRARIES
        if foreign or (module == "chassis.database" and name and name not in DATABASE_WORDS):
            yield f"{file.place}:{line}: imports {name or module} of {module}"
    documentation = _documentation(file.tree)
    for node in ast.walk(file.tree):
        text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation
        if text and SQL.search(node.value):  # type: ignore[attr-defined]
            yield f"{file.place}:{node.lineno}: SQL: {node.value.strip()[:60]!r}"  # type: ignore[attr-defined]


def http(file: File) -> Iterator[str]:
    """HTTP, or what the chassis knows of it: `api` alone has it."""
    for line, module, name in file.imports():
        if module == "chassis.security" and name in CALLER:
            continue
        if module.split(".")[0] in HTTP_LIBRARIES or {module, f"{module}.{name}"} & HTTP_OF_CHASSIS:
            yield f"{file.place}:{line}: imports {name or module} of {module}"


def transactions(file: File) -> Iterator[str]:
    """Units of work: a use case begins and ends them, nobody else."""
    yield from (
        f"{file.place}:{line}: begins a transaction" for line, called in file.calls() if called == "transaction"
    )


def length(file: File) -> Iterator[str]:
    """A file or function too long to be read at once (a function's statements, without its head and documentation)."""
    lines = len(file.text.splitlines())
    if lines > MOST_LINES:
        yield f"{file.place}: {lines} lines"
    for node in ast.walk(file.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1
            if lines > MOST_STATEMENT_LINES:
                yield f"{file.place}: {node.name}: {lines} lines"


def homonyms(files: Iterable[File]) -> Iterator[str]:
    """Classes of one name. Only the settings of each service are called alike, in the one module that is for them."""
    places = defaultdict(list)
    for file in files:
        for node in file.tree.body:
            if isinstance(node, ast.ClassDef) and (file.room, node.name) != ("settings", "Settings"):
                places[node.name].append(f"{file.place}:{node.lineno}")
    yield from (f"{name}: {', '.join(found)}" for name, found in sorted(places.items()) if len(found) > 1)


def circles() -> list[list[str]]:
    """Modules that import each other in a loop, over the whole project; also imports inside functions."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    imports = {module: sorted(graph.find_modules_directly_imported_by(module)) for module in sorted(graph.modules)}
    return _loops(imports)


def _documentation(tree: ast.Module) -> set[int]:
    """The ids of the strings that are documentation: a string that is a statement of its own."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def _loops(imports: dict[str, list[str]]) -> list[list[str]]:
    """What remains when modules without an import left, or without an importer left, are taken off, again and again."""
    left = {module: set(imported) for module, imported in imports.items()}
    while True:
        imported = set().union(*left.values()) if left else set()
        free = {module for module, on in left.items() if not on & left.keys() or module not in imported}
        if not free:
            return sorted([module, *sorted(on & left.keys())] for module, on in left.items())
        left = {module: on & (left.keys() - free) for module, on in left.items() if module not in free}
