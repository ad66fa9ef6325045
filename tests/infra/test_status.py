"""`./almanac status` says what became of the weekly training, and when the next one comes."""

from typing import Any

import pytest

from infra.launcher import commands, watch

NEXT = "2026-11-30T02:00:00+01:00"
RUN = {"status": "failed", "as_of": "2026-11-22", "series": 0, "error": "a fault in the model", "seed": 7}


class Forecaster:
    """Answers what its schedule says."""

    def __init__(self, **told: Any) -> None:
        self.told = told

    def get(self, path: str) -> dict[str, Any]:
        """The schedule."""
        assert path == "/forecast/schedule"
        return self.told


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"enabled": True, "next_at": NEXT, "last": None}, "none yet; next 2026-11-30 02:00+01:00"),
        ({"enabled": True, "next_at": NEXT, "last": RUN},
         "failed, as of 2026-11-22 (a fault in the model); next 2026-11-30 02:00+01:00"),
        ({"enabled": True, "next_at": NEXT, "last": RUN | {"status": "cancelled", "error": None}},
         "cancelled, as of 2026-11-22; next 2026-11-30 02:00+01:00"),
        ({"enabled": False, "next_at": None, "last": RUN | {"status": "succeeded", "error": None}},
         "succeeded, as of 2026-11-22; switched off"),
    ],
)  # fmt: skip
def test_the_weekly_training_is_told_with_its_end_and_the_next(
    told: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    weekly = watch.weekly_training(Forecaster(**told))  # type: ignore[arg-type]
    document = {"url": "http://x", "kafka": {"kind": "real"}, "logs": "logs", "processes": [], "lag": None,
                "disk_free": None, "last_training": None, "weekly_training": weekly}  # fmt: skip
    commands._print_status(document)
    assert f"  Weekly training: {said}\n" in capsys.readouterr().out
