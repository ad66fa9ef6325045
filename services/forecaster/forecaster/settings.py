"""The forecaster's settings."""

from chassis.settings import ServiceSettings
from pydantic import Field

SERVICE = "forecaster"


class Settings(ServiceSettings):
    """`train_hour` (of all): when, on the first day of a week, the weekly training is due, in the business's time zone.
    `dask_address`: of the scheduler of a Dask cluster that shares the engine's work; empty: none.
    `optional_methods`: names of optional forecasting methods that trainings try as well, such as `Prophet`, with commas
    between; the trainer does not begin when one is not installed, and says what to install."""

    horizon: int = Field(default=13, ge=1, le=26)
    weekly_training: bool = True
    seed: int = 0
    replay_processes: int = Field(default=2, ge=1, le=32)
    dask_address: str = ""
    optional_methods: str = ""

    @property
    def optional(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(name.strip() for name in self.optional_methods.split(",") if name.strip())
