"""Where the services are, and where the built dashboard lies."""

from pathlib import Path

from chassis.settings import CommonSettings


class Settings(CommonSettings):
    """The gateway has no database."""

    auth_url: str = "http://127.0.0.1:8001"
    catalog_url: str = "http://127.0.0.1:8002"
    sales_url: str = "http://127.0.0.1:8003"
    forecaster_url: str = "http://127.0.0.1:8004"
    frontend_dir: Path = Path("frontend/dist")

    @property
    def upstreams(self) -> dict[str, str]:
        """Service to its address."""
        return {
            "auth": self.auth_url, "catalog": self.catalog_url, "sales": self.sales_url,
            "forecaster": self.forecaster_url,
        }  # fmt: skip
