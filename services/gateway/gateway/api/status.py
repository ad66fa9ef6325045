"""What the whole system is doing: aggregated from the services; what does not answer is named in `degraded`."""

import asyncio
import time
from typing import Annotated, Any

from chassis.parameters import Operator, Viewer
from chassis.security import bearer, public
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from gateway.application.lag import ConsumerStatus
from gateway.domain.routing import SERVICES
from gateway.upstreams.client import Upstreams

router = APIRouter(tags=["system"])


class Config(BaseModel):
    """How the business counts."""

    currency: str
    timezone: str
    week_start: str
    train_hour: int
    profile: str


class ServiceStatus(BaseModel):
    """One service: whether it is ready, and what is not."""

    name: str
    ready: bool
    checks: dict[str, str]


class Status(BaseModel):
    """The system now. `measured_at` is Unix time; `consumers` is null while the log does not tell.

    `weekly_training`: what became of the last, and when the next is due or tried again; null when nobody tells.
    """

    measured_at: float
    services: list[ServiceStatus]
    consumers: list[ConsumerStatus] | None
    last_training: dict[str, Any] | None
    weekly_training: dict[str, Any] | None
    last_week: str | None
    degraded: list[str]


class Overview(BaseModel):
    """The figures of the first page; a part is null when its service does not answer."""

    ledger: dict[str, Any] | None
    history: dict[str, Any] | None
    last_training: dict[str, Any] | None
    last_success: dict[str, Any] | None
    degraded: list[str]


class DeadLetterGroups(BaseModel):
    """Open dead letters by service, consumer, topic and reason."""

    items: list[dict[str, Any]]
    degraded: list[str]


@router.get("/api/config", dependencies=[Depends(public)])
def get_config(request: Request) -> Config:
    """Currency, time zone, first day of the week, profile."""
    given = request.app.state.settings
    return Config(
        currency=given.currency, timezone=given.timezone, week_start=given.week_start,
        train_hour=given.train_hour, profile=given.profile,
    )  # fmt: skip


async def _ready(upstreams: Upstreams, name: str) -> ServiceStatus:
    told = await upstreams.get(name, "/readyz", seconds=2)
    if not isinstance(told, dict):
        return ServiceStatus(name=name, ready=False, checks={"api": "does not answer"})
    return ServiceStatus(name=name, ready=bool(told.get("ready")), checks=told.get("checks", {}))


def _newest(page: Any) -> dict[str, Any] | None:
    return page["items"][0] if page and page.get("items") else None


@router.get("/api/status")
async def get_status(request: Request, _: Viewer) -> Status:
    """All services, how far consumers are behind, the last training, how old the data is."""
    upstreams: Upstreams = request.app.state.upstreams
    token = bearer(request)
    *services, consumers, runs, schedule, history = await asyncio.gather(
        *(_ready(upstreams, name) for name in SERVICES),
        request.app.state.lag.consumers(),
        upstreams.get("forecaster", "/forecast/runs?limit=1", token),
        upstreams.get("forecaster", "/forecast/schedule", token),
        upstreams.get("forecaster", "/forecast/history/totals", token),
    )
    degraded = [service.name for service in services if not service.ready] + (["kafka"] if consumers is None else [])
    return Status(
        measured_at=time.time(), services=services, consumers=consumers, last_training=_newest(runs),
        weekly_training=schedule, last_week=(history or {}).get("last_week"), degraded=degraded,
    )  # fmt: skip


@router.get("/api/overview")
async def get_overview(request: Request, _: Viewer) -> Overview:
    """The figures of the first page."""
    upstreams: Upstreams = request.app.state.upstreams
    token = bearer(request)
    ledger, history, runs = await asyncio.gather(
        upstreams.get("sales", "/sales/totals", token),
        upstreams.get("forecaster", "/forecast/history/totals", token),
        upstreams.get("forecaster", "/forecast/runs?limit=20", token),
    )
    succeeded = [run for run in (runs or {}).get("items", []) if run["status"] == "succeeded"]
    degraded = ([] if ledger else ["sales"]) + ([] if history and runs else ["forecaster"])
    return Overview(
        ledger=ledger, history=history, last_training=_newest(runs), last_success=succeeded[0] if succeeded else None,
        degraded=degraded,
    )  # fmt: skip


@router.get("/api/dead-letters")
async def list_all_dead_letters(
    request: Request, _: Operator, service: Annotated[str | None, Query(max_length=20)] = None
) -> DeadLetterGroups:
    """Open dead letters of all services, grouped; settle them at /api/dead-letters/{service}/redrive or discard."""
    upstreams: Upstreams = request.app.state.upstreams
    asked = [name for name in SERVICES if service in (None, name)]
    answers = await asyncio.gather(
        *(upstreams.get(name, "/dead-letters/groups", bearer(request)) for name in asked)
    )  # fmt: skip
    items = [
        {"service": name, **group} for name, found in zip(asked, answers, strict=True) for group in found or []
    ]  # fmt: skip
    degraded = [name for name, found in zip(asked, answers, strict=True) if found is None]
    return DeadLetterGroups(items=sorted(items, key=lambda item: str(item["last_at"]), reverse=True), degraded=degraded)
