"""What a data folder remembers: ports, choices, processes (state.json), and secrets, each in a file of mode 0600."""

import errno
import json
import os
import secrets
import shutil
import time
from pathlib import Path
from typing import Any

from infra.launcher import processes
from infra.launcher.errors import LauncherError
from infra.launcher.processes import Identity

RESERVED = 32 * 1024  # of state.json, so that what runs can be written down also when nothing else can


def make_folder(data: Path) -> None:
    """Makes the data folder. Others see nothing in it; where PostgreSQL cannot run as us, its user may pass through."""
    try:
        if data.is_dir():
            return
        data.mkdir(parents=True)
        data.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except OSError as fault:
        said = fault.strerror or fault
        raise LauncherError(f"{data} cannot be made ({said}): name another folder with --data DIR.") from None


def load(data: Path) -> dict[str, Any]:
    """state.json; empty when there is none, or when it is damaged (everything in it can be found anew)."""
    for attempt in (1, 2, 3):  # on a full disk it is written in its place, and may be read in between
        try:
            content = json.loads((data / "state.json").read_text())
        except OSError:
            return {}
        except ValueError:
            time.sleep(0.02 * attempt)
        else:
            return content if isinstance(content, dict) else {}
    return {}


def save(data: Path, content: dict[str, Any]) -> None:
    """Writes state.json whole or not at all; on a full disk into the room that it has, which is kept for that."""
    file, part = data / "state.json", data / f"state.{os.getpid()}.part"
    written = json.dumps(content, indent=1)
    try:
        part.touch(mode=0o600)
        part.write_text(written.ljust(RESERVED))
        part.replace(file)
    except OSError as fault:
        part.unlink(missing_ok=True)
        if fault.errno not in (errno.ENOSPC, errno.EDQUOT) or not file.exists() or len(written) > file.stat().st_size:
            raise
        with file.open("r+") as held:
            held.write(written.ljust(file.stat().st_size))


def secret(data: Path, name: str, *, renew: bool = False) -> str:
    """A random secret of that name, made when it is first asked for; with `renew` another one takes its place."""
    folder = data / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / name
    if renew or not file.exists():
        part = folder / f"{name}.{os.getpid()}.part"
        part.touch(mode=0o600)
        part.write_text(secrets.token_urlsafe(24))
        part.replace(file)
    return file.read_text().strip()


def choose_ports(remembered: dict[str, int], names: list[str]) -> dict[str, int]:
    """A port for every name: the remembered one while it is free, else another."""
    ports: dict[str, int] = {}
    for name in names:
        known = remembered.get(name)
        usable = isinstance(known, int) and known not in ports.values() and processes.port_is_free(known)
        ports[name] = known if usable and known else processes.free_port([*ports.values(), *remembered.values()])
    return ports


def supervisor_of(content: dict[str, Any]) -> Identity | None:
    """The supervisor that wrote the state, if it still runs."""
    told = content.get("supervisor") or {}
    if "pid" not in told:
        return None
    identity = Identity(int(told["pid"]), str(told["mark"]))
    return identity if identity.alive else None


def recorded(content: dict[str, Any]) -> list[Identity]:
    """Every process written down that still runs."""
    told = [unit for unit in content.get("processes", []) if unit.get("pid") and unit.get("mark")]
    found = [Identity(int(unit["pid"]), str(unit["mark"])) for unit in told]
    return [identity for identity in found if identity.alive]


def still_running(content: dict[str, Any], others: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was written down, runs, and is not among `others`: what a run before this one left behind."""
    known = {(unit["pid"], unit["mark"]) for unit in others}
    left = {(identity.pid, identity.started) for identity in recorded(content)} - known
    return [unit for unit in content.get("processes", []) if (unit.get("pid"), unit.get("mark")) in left]


def remove(data: Path) -> None:
    """Deletes a data folder, with what PostgreSQL keeps of it elsewhere."""
    from infra.launcher import postgres

    shutil.rmtree(postgres.data_folder(data / "postgres").parent, ignore_errors=True)
    shutil.rmtree(data, ignore_errors=True)
