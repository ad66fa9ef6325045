"""Where things are: the project, its environment, the cache of downloads, and who may reach a folder."""

import os
import stat
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
PARTS = Path(__file__).resolve().parent / "parts"
SHARED = Path("/var/lib/almanac")


def cache_dir() -> Path:
    """The folder of downloads that every clone of this user shares."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "almanac"


def private(folder: Path) -> Path:
    """The folder, made if need be, whose content nobody but its owner reaches."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def open_to_all(folder: Path) -> bool:
    """Whether another user may pass through every parent down to `folder` (which need not exist yet)."""
    folder = folder.resolve()
    existing = [part for part in (folder, *folder.parents) if part.exists()]
    return all(stat.S_IMODE(part.stat().st_mode) & stat.S_IXOTH for part in existing)
