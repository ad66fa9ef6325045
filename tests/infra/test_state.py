"""What a data folder remembers: ports that stay, secrets that only their owner reads, damage that does no harm."""

import os
import socket
import stat
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from infra.launcher import databases, state
from infra.launcher.paths import open_to_all, private


def test_ports_stay_the_same_until_another_program_takes_one() -> None:
    names = ["kafka", "sales-api", "auth-api"]
    first = state.choose_ports({}, names)
    assert len(set(first.values())) == 3
    assert state.choose_ports(first, names) == first
    with socket.socket() as intruder:
        intruder.bind(("127.0.0.1", first["kafka"]))
        intruder.listen()
        second = state.choose_ports(first, names)
    assert second["kafka"] not in first.values()
    assert {name: second[name] for name in names[1:]} == {name: first[name] for name in names[1:]}


def test_a_secret_is_random_stays_and_is_its_owners_alone(tmp_path: Path) -> None:
    one, other = state.secret(tmp_path, "one"), state.secret(tmp_path, "other")
    assert one != other
    assert len(one) >= 32
    assert state.secret(tmp_path, "one") == one
    assert stat.S_IMODE((tmp_path / "secrets" / "one").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_what_is_kept_of_a_system_and_its_folders_are_their_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        state.save(tmp_path, {"ports": {}})
        folder = private(tmp_path / "logs")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "state.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_damaged_state_counts_as_none(tmp_path: Path) -> None:
    for damage in ("", "{", "[1]", "\x00"):
        (tmp_path / "state.json").write_text(damage)
        assert state.load(tmp_path) == {}


def test_a_folder_behind_a_closed_one_is_not_open_to_others(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert not open_to_all(tmp_path / "inner")


@given(st.text(min_size=1, max_size=40).filter(lambda text: "\x00" not in text))
def test_any_password_survives_the_way_into_an_address_and_back(password: str) -> None:
    from urllib.parse import unquote, urlsplit

    dsn = databases.service_dsn("postgresql://postgres:x@127.0.0.1:5432/postgres", "sales", password)
    parts = urlsplit(dsn)
    assert (parts.username, unquote(str(parts.password)), parts.port, parts.path) == (
        "sales",
        password,
        5432,
        "/almanac",
    )
    assert databases.without_sign_in(dsn) == "postgresql://127.0.0.1:5432/almanac"
