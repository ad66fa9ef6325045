"""Downloads: whole and with the right sums, or not there at all."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from infra.launcher import maven
from infra.launcher.errors import LauncherError
from infra.launcher.maven import OutOfReach, Part

GOOD = b"the jar's bytes"


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder without a line for every request."""

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A Maven repository on loopback, as a company's mirror would be."""
    folder = tmp_path / "mirror"
    (folder / "g" / "a" / "1").mkdir(parents=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("ALMANAC_MAVEN_URL", f"http://127.0.0.1:{server.server_address[1]}")
    yield folder / "g" / "a" / "1" / "a-1.jar"
    server.shutdown()
    server.server_close()


def part() -> Part:
    """The part the mirror holds."""
    return Part("g", "a", "1", hashlib.sha256(GOOD).hexdigest())


def test_a_part_is_fetched_checked_and_kept(mirror: Path, tmp_path: Path) -> None:
    mirror.write_bytes(GOOD)
    folder = maven.fetch([part()], tmp_path / "cache" / "parts", "a part")
    assert (folder / "a-1.jar").read_bytes() == GOOD
    mirror.unlink()
    assert maven.fetch([part()], folder, "a part") == folder, "what is whole in the cache is not asked for again"


def test_a_download_with_another_sum_is_refused_and_leaves_nothing(mirror: Path, tmp_path: Path) -> None:
    mirror.write_bytes(GOOD + b" and a little more")
    with pytest.raises(LauncherError, match=r"a-1\.jar as downloaded has another SHA-256"):
        maven.fetch([part()], tmp_path / "cache" / "parts", "a part")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_jar_damaged_in_the_cache_is_fetched_again(mirror: Path, tmp_path: Path) -> None:
    mirror.write_bytes(GOOD)
    folder = maven.fetch([part()], tmp_path / "cache" / "parts", "a part")
    (folder / "a-1.jar").write_bytes(GOOD[:-1])
    maven.fetch([part()], folder, "a part")
    assert (folder / "a-1.jar").read_bytes() == GOOD


def test_an_unreachable_mirror_is_told_from_a_damaged_file(
    mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OutOfReach):
        maven.fetch([part()], tmp_path / "cache" / "parts", "a part")
    monkeypatch.setenv("ALMANAC_MAVEN_URL", "http://127.0.0.1:1")
    with pytest.raises(OutOfReach):
        maven.fetch([part()], tmp_path / "cache" / "parts", "a part")
    assert list((tmp_path / "cache").iterdir()) == []


def test_the_shipped_lists_name_every_part_once() -> None:
    kafka, postgres = maven.read_parts("kafka-4.3.1.txt"), maven.read_parts("postgresql-18.6.txt")
    assert len({p.file_name for p in kafka}) == len(kafka) == 46
    assert {p.artifact.rpartition("binaries-")[2] for p in postgres} == {
        "linux-amd64", "linux-arm64v8", "darwin-amd64", "darwin-arm64v8",
    }  # fmt: skip
    assert all(len(p.sha256) == 64 for p in kafka + postgres)
