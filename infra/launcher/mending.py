"""`./almanac import --undo ID`, `--failed ID`, `--mend ID FILE`: what can be done of an import that has ended.

Failed lines are written as a CSV with their number and what is wrong before the file's own columns. Corrected in a
spreadsheet, it comes back by `--mend`: cells that differ from what they were are changed, lines without one are left.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from infra.launcher.client import ApiError, Client
from infra.launcher.console import say, step
from infra.launcher.errors import LauncherError
from infra.launcher.imports import say_faults, summary
from infra.launcher.watch import SUCCEEDED, follow

LINE, WHY = "line", "what is wrong"
AT_ONCE = 500  # lines in a request


def home_of(client: Client, import_id: str) -> str:
    """Whether it is an import of sales or of what else a shop has: its path."""
    for home in ("/imports", "/shop-imports"):
        try:
            client.get(f"{home}/{import_id}")
        except ApiError as refused:
            if refused.status not in (404, 422):
                raise
        else:
            return f"{home}/{import_id}"
    raise LauncherError(f"There is no import {import_id}: its id stands in the dashboard, and where it was begun.")


def undo(client: Client, import_id: str) -> None:
    """Takes a whole import back, and follows that to its end."""
    home = home_of(client, import_id)
    with step(f"Taking back import {import_id}") as progress:
        told = client.post(f"{home}/undo")
        if "undo" in told:
            after = follow(lambda: _undo_of(client.get(home)), progress)
            if after["status"] != SUCCEEDED:
                raise LauncherError(f"It was not taken back whole: {after.get('message') or after['status']}")
            told = client.get(home)
            progress.result = (
                f"{told['undone']:,} sales voided, {told['withdrawn']:,} lines wait no more, {told['kept']:,} stay"
                f" since"
                " somebody has corrected them"
            )
        else:
            kept = ", ".join(f"{count:,} stay: {why}" for why, count in told["undone"]["kept"].items())
            progress.result = f"{told['undone']['lines']:,} lines taken back{f'; {kept}' if kept else ''}"


def _undo_of(told: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = told["undo"]
    return found


def write_failed(client: Client, import_id: str, out: Path | None) -> None:
    """Writes the failed lines as a CSV, to a file or the terminal."""
    home = home_of(client, import_id)
    failed = list(client.items(f"{home}/errors", limit=500))
    if out is None:
        _write(sys.stdout, failed)
        return
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        _write(file, failed)
    say(
        f"{len(failed):,} failed lines are in {out}: correct the cells, and `./almanac import --mend {import_id}"
        " {out}`."
    )


def _write(file: TextIO, failed: list[dict[str, Any]]) -> None:
    columns = list(dict.fromkeys(column for line in failed for column in line["cells"] or {}))
    writer = csv.writer(file)
    writer.writerow([LINE, WHY, *columns])
    for line in failed:
        cells = (line["cells"] or {}) | (line["mended"] or {})
        writer.writerow([line["line"], _why(line), *(cells.get(column, "") for column in columns)])


def _why(line: dict[str, Any]) -> str:
    errors = line.get("errors") or [line]
    return "; ".join(f"{error['column']}: {error['message']} ({error['code']})" for error in errors)


def mend(client: Client, import_id: str, file: Path | None) -> int:
    """Corrects failed lines from a CSV and runs them again, without one all as they are; 1 if faults are left."""
    home = home_of(client, import_id)
    changed = list(_changed(client, home, file)) if file else []
    if file and not changed:
        raise LauncherError(f"{file} changes no cell of a failed line of import {import_id}.")
    faults = []
    with step(f"Mending {f'{len(changed):,} lines' if changed else 'failed lines'}") as progress:
        for first in range(0, max(1, len(changed)), AT_ONCE):
            told = client.post(f"{home}/mend", {"lines": changed[first : first + AT_ONCE]})
            faults += told["faults"]
        if home.startswith("/imports"):
            follow(lambda: client.get(home)["mend"], progress)
        progress.result = summary(client.get(home))
    say_faults(faults)
    return 1 if faults else 0


def _changed(client: Client, home: str, file: Path) -> Iterator[dict[str, Any]]:
    """Lines of which the CSV says something else than they are."""
    lines = {line["line"]: line for line in client.items(f"{home}/errors", limit=500)}
    with file.open(encoding="utf-8-sig", newline="") as opened:
        sample = opened.read(4096)
        opened.seek(0)
        rows = csv.DictReader(opened, delimiter=";" if sample.partition("\n")[0].count(";") else ",")
        if LINE not in (rows.fieldnames or ()):
            raise LauncherError(
                f"{file} has no column {LINE!r}: write the failed lines with `--failed`, and correct them."
            )
        for row in rows:
            number = str(row.pop(LINE) or "")
            line = lines.get(int(number)) if number.isdigit() else None
            if line is None or line["cells"] is None:
                raise LauncherError(f"Line {number or '(none)'} of {file} is no failed line of this import.")
            now = line["cells"] | (line["mended"] or {})
            cells = {name: cell or "" for name, cell in row.items() if name in now and (cell or "") != now[name]}
            if cells:
                yield {"line": line["line"], "cells": cells}
