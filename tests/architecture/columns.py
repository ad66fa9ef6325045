"""What becomes of a service's stored columns: those that its SQL never asks for, or only hands to code that does not.

Read from the source, file by file: within a file that names a table, a column counts as asked for when a statement
names it beyond the list of an INSERT and the target of a SET. Where columns come by `*` or by a list that a record
gives, the name must stand somewhere outside `storage`: a field that is shown, an attribute that is used.
"""

import ast
import re
from collections.abc import Iterable

from tests.architecture import house
from tests.architecture.house import File

WORD = re.compile(r"[a-z_][a-z0-9_]*")
WRITTEN = re.compile(r"\bINSERT INTO \w+( AS \w+)? ?\([^)]*\)|\bON CONFLICT \([^)]*\)")
SET = re.compile(r"\bSET\b(.*?)(?=\bWHERE\b|\bRETURNING\b|\bFROM\b|$)", re.DOTALL)


def unread(service: str, columns: Iterable[tuple[str, str]]) -> list[str]:
    """The (table, column)s, as `table.column`, that nothing reads."""
    own, chassis = house.files(service), house.files("chassis")
    storage = [file for file in own if file.room == "storage"] + chassis
    outside = set().union(*(_names(file) for file in [*own, *chassis] if file.room != "storage"))
    asked = {file: _asked(file) for file in storage}
    listed = {file: _listed(file) for file in storage}
    found = []
    for table, column in columns:
        near = [file for file in storage if re.search(rf"\b{table}\b", file.text)]
        by_statement = any(column in asked[file] for file in near)
        by_list = any("*" in asked[file] or column in listed[file] or derives(file) for file in near)
        if not by_statement and not (by_list and column in outside):
            found.append(f"{table}.{column}")
    return found


def derives(file: File) -> bool:
    """Whether the file takes its columns from a record's fields."""
    return re.search(r"\bfields\(|_fields__", file.text) is not None


def _strings(file: File) -> set[str]:
    constants = (node.value for node in ast.walk(file.tree) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str)}


def _listed(file: File) -> set[str]:
    """The names of lists that statements are made from, each name a string or all of them one."""
    lists = (text for text in _strings(file) if re.fullmatch(r"[a-z0-9_., ]+", text))
    return {name for text in lists for name in WORD.findall(text)}


def _statements(file: File) -> set[str]:
    """Every string; one that values are put into is one string, with a ? for each."""
    whole = [node for node in ast.walk(file.tree) if isinstance(node, ast.JoinedStr)]
    joined = {
        "".join(str(part.value) if isinstance(part, ast.Constant) else "?" for part in text.values) for text in whole
    }
    return joined | _strings(file)


def _asked(file: File) -> set[str]:
    """The words of the statements, without those that are only written to; `*` for a statement that takes all."""
    words = set[str]()
    for text in _statements(file):
        if " " in text.strip() and re.search(r"[A-Z]{2,}", text):
            read = SET.sub(lambda found: re.sub(r"\b\w+ = ", " ", found[1]), WRITTEN.sub(" ", text))
            words |= set(WORD.findall(read)) | ({"*"} if re.search(r"SELECT \*|\.\*", read) else set())
    return words


def _names(file: File) -> set[str]:
    """Every attribute, field and string of a file."""
    nodes = list(ast.walk(file.tree))
    names = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    names |= {node.arg for node in nodes if isinstance(node, ast.keyword) and node.arg}
    names |= {node.target.id for node in nodes if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)}
    return names | _strings(file)
