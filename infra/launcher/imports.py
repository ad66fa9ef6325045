"""`./almanac import [KIND] FILE`: a file is looked at, or brought in and followed to its end."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from infra.launcher.client import ApiError, Client
from infra.launcher.console import say, step
from infra.launcher.errors import LauncherError
from infra.launcher.watch import SUCCEEDED, follow

SALES = "sales"
# By the setting of the mapping that a question asks for, the options that answer it.
ANSWERED_BY = {
    "day_first": {True: "--day-first", False: "--month-first"},
    "decimal_comma": {True: "--decimal-comma", False: "--decimal-point"},
}


def import_file(
    client: Client, file: Path, mapping: Path | None, kind: str = SALES, said: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Uploads a file and follows it to its end; answers the import's final state.

    `said`: settings of the mapping that were given as options. What has to be asked first is asked, and nothing stored.
    """
    path = _path(kind)
    with step(f"Importing {file.name}") as progress:
        try:
            started = _send(client, path, file, mapping, said)
        except ApiError as refused:
            raise _asking(refused) from None
        home = "/imports" if kind == SALES else "/shop-imports"
        told = follow(lambda: client.get(f"{home}/{started['id']}"), progress)
        if told["status"] != SUCCEEDED:
            why = told.get("message") or told.get("error")
            raise LauncherError(f"The import of {file.name} {told['status']}: {why}")
        progress.result = summary(told)
    for warning in told.get("warnings") or ():
        say(f"    {warning}")
    left = int(told.get("rejected") or told.get("refused") or 0)
    if left:
        say(f"    `./almanac import --failed {started['id']} --out failed.csv` writes the lines that failed.")
    if kind != SALES and told["refused"]:
        for line in client.get(f"{home}/{started['id']}/errors", limit=20)["items"]:
            say_faults(line["errors"])
    return told


def _asking(refused: ApiError) -> LauncherError:
    """A question as one: with the options that answer it."""
    for error in refused.problem.get("errors") or ():
        setting = str(error.get("field", "")).removeprefix("mapping.")
        if error.get("code") == "ambiguous" and setting in ANSWERED_BY:
            options = " or ".join(ANSWERED_BY[setting].values())
            return LauncherError(f"Nothing was imported: {error['message']}. Answer with {options}.")
    return refused


def preview_file(
    client: Client, file: Path, mapping: Path | None, kind: str, said: dict[str, Any] | None = None
) -> int:  # fmt: skip
    """Shows how a file would be read; 1 when something must be asked or is missing first."""
    told = _send(client, f"{_path(kind)}/preview", file, mapping, said)
    found = ", ".join(f"{target} = {column!r}" for target, column in told["mapping"].items())
    say(f"  {file.name}: {told['format']}, {told.get('encoding') or ''} {told.get('delimiter') or ''}".rstrip())
    say(f"    {found or 'no column was understood'}")
    say(f"    {summary(told)}")
    for warning in told["warnings"]:
        say(f"    {warning}")
    for line in told["lines"] if kind != SALES else told["rows"]:
        say_faults([{"line": line["line"], **error} for error in line["errors"]])
    for question in told["asked"]:
        say(f"  To be answered first: {question['message']}")
        for answer in question["answers"]:
            option = ANSWERED_BY.get(question["setting"], {}).get(answer["value"])
            say(f"    {option or repr(answer['value'])}: {answer['means']}")
    for name in told["missing"]:
        say(f"  To be answered in the mapping: no column was found for {name}")
    return 1 if told["questions"] or told["missing"] else 0


def summary(told: dict[str, Any]) -> str:
    """What became, or would become, of every line."""
    total = told.get("lines") if isinstance(told.get("lines"), int) else told.get("total")
    outcomes = ("recorded", "duplicates", "quarantined", "created", "changed", "unchanged", "rejected", "refused")
    counts = [f"{int(told[name]):,} {name}" for name in outcomes if told.get(name) is not None]
    reasons = ", ".join(f"{code} {count:,}" for code, count in sorted((told.get("reasons") or {}).items()))
    return f"{int(total or 0):,} lines: {', '.join(counts)}{f' ({reasons})' if reasons else ''}"


def _path(kind: str) -> str:
    return "/imports" if kind == SALES else f"/shop-imports/{kind}"


def _send(client: Client, path: str, file: Path, mapping: Path | None, said: dict[str, Any] | None) -> Any:
    query = f"?name={quote(file.name)}"
    answers = {setting: value for setting, value in (said or {}).items() if value is not None}
    if mapping or answers:
        query += f"&mapping={quote(_mapping(mapping, answers))}"
    headers = {"Content-Type": "application/octet-stream", "Content-Length": str(file.stat().st_size)}
    with file.open("rb") as content:
        return client.request("POST", f"{path}{query}", content, headers)


def _mapping(file: Path | None, answers: dict[str, Any]) -> str:
    text = file.read_text() if file else "{}"
    try:
        return json.dumps(json.loads(text) | answers) if answers else text
    except (ValueError, TypeError) as fault:
        raise LauncherError(f"{file} is no mapping: {fault}") from None


def say_faults(errors: list[dict[str, Any]]) -> None:
    """Each fault with its line and column."""
    for error in errors:
        cell = f" {error['cell']!r}" if error.get("cell") else ""
        say(f"    line {error['line']}, {error['column']}{cell}: {error['message']} ({error['code']})")
