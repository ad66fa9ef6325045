"""The test command's verdict: red when anything fails, and red when nothing ran."""

import json
import subprocess
from pathlib import Path

import pytest

from infra.launcher import frontend, testing
from infra.launcher.paths import PYTHON
from infra.launcher.testing import PartOutcome

TESTS = """
import pytest
def test_good(): pass
def test_bad(): assert False
@pytest.fixture
def broken(): raise RuntimeError
def test_error(broken): pass
@pytest.mark.skip(reason="because")
def test_skipped(): pass
"""


@pytest.mark.parametrize(
    ("outcomes", "code", "line"),
    [
        ([PartOutcome("a", passed=3), PartOutcome("b", passed=2, skipped=1)], 0, "5 passed, 0 failed, 1 skipped"),
        ([PartOutcome("a", passed=3), PartOutcome("b", failed=1)], 1, "3 passed, 1 failed, 0 skipped"),
        ([PartOutcome("a", skipped=4)], 1, "0 passed, 0 failed, 4 skipped"),
        ([], 1, "0 passed, 0 failed, 0 skipped"),
    ],
)
def test_the_last_line_and_the_exit_code_tell_the_same(
    outcomes: list[PartOutcome], code: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert testing._summary(outcomes) == code
    assert capsys.readouterr().out.splitlines()[-1] == line


def test_failures_errors_and_skips_are_counted_from_a_real_run(tmp_path: Path) -> None:
    (tmp_path / "test_four.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [str(PYTHON), "-m", "pytest", "-q", "-c", "pytest.ini", "--junit-xml=report.xml", "test_four.py"]
    subprocess.run(command, cwd=tmp_path, capture_output=True)
    outcome = testing._read_junit(tmp_path / "report.xml")
    assert (outcome.passed, outcome.failed, outcome.skipped) == (1, 2, 1)


def test_types_and_lint_of_both_languages_are_part_of_the_unit_run() -> None:
    checks = {"ruff", "walls", "types", "dashboard lint", "dashboard types", "dashboard tests"}
    for kind in (None, "unit"):
        assert checks <= {name for name, _ in testing._parts(kind, [])}
    assert not checks & {name for name, _ in testing._parts("unit", ["-k", "one"])}, "arguments are for pytest alone"


@pytest.mark.parametrize(("line", "passes"), [("port: int = 1", 1), ("port: int = 'one'", 0), ("def f(x): ...", 0)])
def test_a_type_error_is_red_and_so_is_a_function_without_types(line: str, passes: int, tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(line)
    outcome = testing._check(["-m", "mypy", "--no-incremental", str(tmp_path / "module.py")])
    assert (outcome.passed, outcome.failed) == (passes, 1 - passes)


def test_a_check_of_the_dashboard_that_fails_is_red_and_says_what_it_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(frontend, "FOLDER", tmp_path)
    monkeypatch.setattr(frontend, "install", frontend._node_environment)
    scripts = {"good": "true", "bad": "echo not assignable to number && false"}
    (tmp_path / "package.json").write_text(json.dumps({"scripts": scripts}))
    assert testing._npm_script("good") == PartOutcome("", passed=1)
    assert testing._npm_script("bad") == PartOutcome("", failed=1)
    assert "not assignable to number" in capsys.readouterr().out


def test_a_change_of_the_dashboards_sources_is_seen_and_a_build_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frontend, "FOLDER", tmp_path)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.ts").write_text("one")
    first = frontend.fingerprint()
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "index.html").write_text("built")
    (tmp_path / "src" / "routeTree.gen.ts").write_text("written by the build")
    assert frontend.fingerprint() == first
    (tmp_path / "src" / "main.ts").write_text("two")
    assert frontend.fingerprint() != first
