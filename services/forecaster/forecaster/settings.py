"""The forecaster's settings."""

from chassis.settings import ServiceSettings
from pydantic import Field

SERVICE = "forecaster"


class Settings(ServiceSettings):
    """`train_hour` (of all): when, on the first day of a week, the weekly training is due, in the business's time zone.
    `dask_address`: of the scheduler of a Dask cluster that shares the engine's work; empty: none."""

    horizon: int = Field(default=13, ge=1, le=26)
    weekly_training: bool = True
    seed: int = 0
    replay_processes: int = Field(default=2, ge=1, le=32)
    dask_address: str = ""
