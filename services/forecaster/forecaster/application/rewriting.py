"""The forecaster's data made right for other settings of the business: weeks begin and end elsewhere.

One transaction with the settings: plans move to the week that holds the middle of theirs, what is under way by the old
weeks is stopped, and a replay of everything is asked for, which swaps in the history of the new weeks and asks for a
training. Until then nothing is trained: half of the history would be of other weeks.
"""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from chassis import audit, jobs
from chassis.database import Connection

from forecaster.application.replay.requests import REPLAY
from forecaster.application.training.runs import TRAIN, UPDATE, end_without_forecasts
from forecaster.domain.scope import Scope
from forecaster.settings import SERVICE, Settings
from forecaster.storage import plans, replays, runs

WEEKS = {"timezone", "week_start"}


def rewrite(connection: Connection, settings: Settings, before: Mapping[str, Any]) -> None:
    """Follow other settings; `before` are those that were kept, of those that change."""
    audit.record(connection, SERVICE, "settings", "settings-changed", ", ".join(before), before=dict(before))
    if not WEEKS & before.keys():
        return
    for kind in (REPLAY, TRAIN, UPDATE):
        for job in jobs.open_of(connection, kind):
            _stop(connection, job["id"])
    if "week_start" in before:
        plans.move_weeks(connection, settings.first_weekday)
    replay_id = uuid4()
    arguments = {"scope": Scope().document(), "retrain": True, "requested_by": "settings", "rewriting": True}
    jobs.submit(connection, REPLAY, arguments, "settings", id=replay_id)
    replays.create(connection, replay_id, Scope(), True, "settings")


def _stop(connection: Connection, job_id: Any) -> None:
    jobs.cancel(connection, job_id)
    run, job = runs.get(connection, job_id), jobs.get(connection, job_id)
    if run is not None and job is not None and job["status"] == "cancelled":
        end_without_forecasts(connection, run, "cancelled", "the business's settings changed")
