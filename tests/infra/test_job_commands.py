"""The commands that start long work and watch it: what they ask for, what they say, their exit codes, and Ctrl-C."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from contracts.events import TrainingCompleted

from infra import dead_letters, replay, reproduce
from infra.launcher import cli, demo, processes, watch
from infra.launcher.client import ApiError, Client, NoAnswer
from infra.launcher.errors import LauncherError
from infra.launcher.paths import PYTHON, ROOT

SUMS = {"weeks": 2, "entries": 3, "units": "4.000", "revenue": "5.0000", "checksum": "6"}
REBUILT = {
    "live": SUMS, "shadow": SUMS, "equal": True, "changed": 0, "added": 0, "removed": 0, "records": 3,
    "events_per_second": 3, "duplicates": 0, "unreadable": 0, "inbox_repaired": 0, "run_id": None,
}  # fmt: skip
IDENTICAL = {
    "identical": True, "series": 9, "different": 0, "missing_or_new": 0, "largest_difference": 0.0, "examples": [],
    "other_versions": {},
}  # fmt: skip


class Api:
    """Answers as the API does: each look at the job is the next state; a cancelled job ends as cancelled."""

    def __init__(self, *states: dict[str, Any] | BaseException) -> None:
        self.states: Iterator[dict[str, Any] | BaseException] = iter(states)
        self.posted: list[tuple[str, Any]] = []

    def get(self, _: str) -> dict[str, Any]:
        """The job's next state."""
        if any(path.endswith("/cancel") for path, _ in self.posted):
            return {"status": "cancelled", "message": "cancelled on request"}
        state = next(self.states)
        if isinstance(state, BaseException):
            raise state
        return state

    def post(self, path: str, body: Any = None) -> dict[str, Any]:
        """Remembers what was asked."""
        self.posted.append((path, body))
        scope = {"first_week": None, "last_week": None, "recorded_from": None, "skus": None}
        return {"id": "R", "run_id": "R", "scope": scope}


def follow(api: Api) -> dict[str, Any]:
    """Watch the job as the commands do."""
    return watch.job(api, "/replays/R", "Rebuilding", lambda told: "done")  # type: ignore[arg-type]


def answering(monkeypatch: pytest.MonkeyPatch, answer: str | None) -> None:
    """Somebody at the terminal gives this answer; None: there is nobody."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: answer is not None, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: answer)


@pytest.mark.parametrize("answer", ["", "n", None])
def test_ctrl_c_leaves_the_job_running_and_says_how_to_stop_it(
    answer: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(monkeypatch, answer)
    api = Api(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        follow(api)
    assert api.posted == []
    assert "POST /api/replays/R/cancel stops it" in capsys.readouterr().out


def test_ctrl_c_and_yes_cancel_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "y")
    api = Api(KeyboardInterrupt())
    with pytest.raises(LauncherError, match="cancelled on request"):
        follow(api)
    assert api.posted == [("/replays/R/cancel", None)]


def test_a_job_that_ends_while_it_is_asked_to_stop_is_told_as_it_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    class Ended(Api):
        def post(self, path: str, body: Any = None) -> dict[str, Any]:
            raise ApiError(409, {"detail": "The replay has ended."}, f"POST {path}")

    answering(monkeypatch, "y")
    assert follow(Ended(KeyboardInterrupt(), {"status": "succeeded"})) == {"status": "succeeded"}


AWAY = [ApiError(503, {"detail": "The sales service does not answer now."}, "GET /replays/R"), NoAnswer("nobody")]


@pytest.mark.parametrize("away", AWAY)
def test_a_job_is_followed_across_a_restart_of_the_service_that_tells_of_it(away: LauncherError) -> None:
    assert follow(Api({"status": "running"}, away, away, {"status": "succeeded"})) == {"status": "succeeded"}


@pytest.mark.parametrize("away", AWAY)
def test_a_service_that_stays_away_is_not_waited_for_for_ever(
    away: LauncherError, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "PATIENCE", 0.0)
    with pytest.raises(type(away)):
        follow(Api(away))


def test_a_refusal_is_no_absence() -> None:
    with pytest.raises(ApiError, match="not found"):
        follow(Api(ApiError(404, {"detail": "Replay R is not found."}, "GET /replays/R")))


@pytest.mark.parametrize("outcome", get_args(TrainingCompleted.model_fields["outcome"].annotation))
def test_a_training_is_followed_to_each_of_its_outcomes_and_no_further(outcome: str) -> None:
    api = Api({"status": "running"}, {"status": outcome, "error": "because"})  # a third look would fail
    try:
        assert watch.train(api, None)["status"] == outcome  # type: ignore[arg-type]
    except LauncherError as told:
        assert outcome in ("failed", "cancelled")
        assert "because" in str(told)


def test_a_training_that_is_kept_back_says_why_and_exits_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    api = Api({"status": "not-promoted", "error": "WAPE is 9 % worse"})
    monkeypatch.setattr(Client, "connect", lambda _: api)
    monkeypatch.setattr(watch, "wait_for_lag_zero", lambda _: None)
    assert cli.main(["train", "--data", str(tmp_path)], inside=True) == 1
    assert "kept back, the live forecasts stay: WAPE is 9 % worse" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("runs", "asked"),
    [
        ([], ["/forecast/train"]),
        ([{"id": "R", "status": "running", "published_at": None}], []),
        ([{"id": "R", "status": "failed", "published_at": None}], ["/forecast/train"]),
        ([{"id": "R", "status": "succeeded", "published_at": "2026-11-26"}], []),
    ],
)
def test_the_demo_trains_once_and_follows_what_an_earlier_start_left_under_way(
    runs: list[dict[str, Any]], asked: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Demo(Api):
        def get(self, path: str, **_: Any) -> dict[str, Any]:  # type: ignore[override]
            return {"items": runs} if path == "/forecast/runs" else {"status": "succeeded"}

    api = Demo()
    monkeypatch.setattr(Client, "connect", lambda _: api)
    for step in ("_imported", "_categorise", "_generate_stock"):
        monkeypatch.setattr(demo, step, lambda _: True)
    monkeypatch.setattr(demo, "_plan_promotions", lambda *_: None)
    monkeypatch.setattr(watch, "wait_for_lag_zero", lambda _: None)
    demo.load(tmp_path)
    assert [path for path, _ in api.posted] == asked


def test_ctrl_c_under_up_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_shall_be_cancelled", lambda _: pytest.fail("asked"))
    with pytest.raises(KeyboardInterrupt):
        watch.job(Api(KeyboardInterrupt()), "/x", "Training", lambda _: "", ask=False)  # type: ignore[arg-type]


def test_ctrl_c_is_the_programs_alone_and_not_the_launchers() -> None:
    """A launcher above the program would kill it 0.25 s after a Ctrl-C, before it has asked or cleaned up."""
    module = ("timeit", "-n1", "-r1", "import time; time.sleep(60)")
    heard = "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL)"  # a shell's background job would ignore it
    waits = f"{heard}; from infra.launcher import commands; commands.pass_through({module}, [], in_project=True)"
    process = subprocess.Popen([str(PYTHON), "-c", waits], cwd=ROOT, stderr=subprocess.PIPE)
    command = Path(f"/proc/{process.pid}/cmdline")
    try:
        processes.wait_until(lambda: b"-m\0timeit" in command.read_bytes(), 10, "The program in the launcher's place")
    finally:
        os.kill(process.pid, signal.SIGINT)
        process.communicate(timeout=20)


@pytest.mark.parametrize("name", cli.PASS_THROUGH)
def test_every_command_that_the_help_promises_is_there_and_explains_itself(name: str) -> None:
    module = cli.PASS_THROUGH[name].module
    command = [str(PYTHON), "-P", "-m", *module, "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, "usage: " in done.stdout) == (0, True), done.stderr
    assert cli.PASS_THROUGH[name].is_there(), "the command line would leave it out"


def test_the_options_become_the_scope_of_the_request() -> None:
    api = Api()
    given = "sale-recorded --from 2026-01-05 --to 2026-02-01 --recorded-from 2026-02-03T04:05Z --sku A B --retrain"
    assert replay._start(api, replay.parse([*given.split(), "--sku", "C"])) == "R"  # type: ignore[arg-type]
    body = {
        "from": "2026-01-05", "to": "2026-02-01", "recorded_from": "2026-02-03T04:05:00+00:00",
        "skus": ["A", "B", "C"], "retrain": True,
    }  # fmt: skip
    assert api.posted == [("/replays", body)]
    replay._start(api, replay.parse(["sale-recorded"]))  # type: ignore[arg-type]
    assert api.posted[1] == ("/replays", {})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--from", "2026-13-01"], "no day such as"),
        (["--recorded-from", "yesterday"], "no time such as"),
        (["--recorded-from", "2026-02-03T04:05"], "names no time zone"),
    ],
)
def test_a_day_or_time_that_is_none_is_refused_before_anything_starts(
    given: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        replay.parse(["sale-recorded", *given])
    assert refused.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (REBUILT, "nothing was changed"),
        (REBUILT | {"shadow": SUMS | {"units": "5.000"}, "equal": False, "changed": 1}, "mended: 1 weeks changed"),
        (REBUILT | {"live": SUMS | {"weeks": 0}, "shadow": SUMS | {"weeks": 0}}, "Neither the history nor the log"),
        (REBUILT | {"unreadable": 7}, "7 records could not be read"),
        (REBUILT | {"run_id": "T"}, "run T"),
    ],
)
def test_a_replay_says_what_was_compared_and_changed(
    result: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    replay.print_comparison({"result": result})
    out = capsys.readouterr().out
    assert said in out
    assert ("DIFFERS" in out) == (not result["equal"])


@pytest.mark.parametrize(
    ("result", "code", "said"),
    [
        (IDENTICAL, 0, "all forecasts are identical"),
        (IDENTICAL | {"identical": False, "different": 1, "examples": ["A main"]}, 1, "For example: A main"),
        (IDENTICAL | {"other_versions": {"numpy": {"run": "1", "now": "2"}}}, 0, "numpy: the run was made with 1, now"),
    ],
)
def test_reproduce_tells_by_its_exit_code_whether_forecasts_are_identical(
    result: dict[str, Any], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reproduce.print_verdict(result) == code
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("parse", "command"), [(dead_letters.parse, ["list", "sales"]), (replay.parse, ["list"])], ids=["letters", "replay"]
)
def test_the_folder_may_be_named_before_or_after_the_subcommand(parse: Callable[..., Any], command: list[str]) -> None:
    for given in (["--data", "here", *command], [*command, "--data", "here"]):
        assert parse(given).data == Path("here")
    assert parse(command).data == ROOT / ".almanac"
