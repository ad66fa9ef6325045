"""Silences: a till or a location of which nothing comes is told within hours, once for its cause, and chance is not."""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from chassis.database import Database
from contracts.events import EventChanged, LocationChanged
from forecaster.application.planning.findings import Watch, look
from forecaster.application.planning.quiet import listen
from forecaster.domain.findings import findings
from forecaster.domain.silences import Heard, Quiet, Silence, silences
from forecaster.settings import Settings
from forecaster.storage import catalog, heard

from services.forecaster.tests.helpers import sale
from services.forecaster.tests.test_findings import said
from services.forecaster.tests.test_training import published

START = datetime.combine(date(2026, 1, 5), time())  # a Monday
WEEKS = 20
ENDED = date(2026, 4, 20)  # the last week that has ended on the first of May
# entries an hour while open (9 to 19, Sunday closed), how unevenly from day to day (a gamma's shape)
TILLS = {"busy": (30.0, 4.0), "usual": (3.0, 4.0), "even": (3.0, 1e6), "slow": (0.4, 4.0), "seldom": (0.05, 1e6)}


def drawn(rng: np.random.Generator, rate: float, shape: float, weeks: int = WEEKS) -> np.ndarray:
    """Entries by hour."""
    hours = np.arange(weeks * 168)
    opened = (hours % 24 >= 9) & (hours % 24 < 19) & (hours // 24 % 7 < 6)
    return rng.poisson(rate * opened * np.repeat(rng.gamma(shape, 1 / shape, weeks * 7), 24))


def came(entries: np.ndarray, source: str = "till-1", location: str = "shop") -> list[Heard]:
    return [
        Heard(source, location, START + timedelta(hours=int(hour)), int(entries[hour]), 5.0 * int(entries[hour]))
        for hour in np.flatnonzero(entries)
    ]


def at(hours: int) -> datetime:
    return START + timedelta(hours=hours, minutes=7)


def named(found: list[Silence]) -> list[tuple[str | None, str | None]]:
    return [(one.source, one.location) for one in found]


@pytest.mark.parametrize("kind", TILLS)
def test_a_rhythm_gives_no_more_than_one_false_alert_in_a_hundred_weeks(kind: str) -> None:
    rng, alerts, tills = np.random.default_rng(3), 0, 14
    for _ in range(tills):
        entries = drawn(rng, *TILLS[kind])
        sent = came(entries)
        for last, following in pairwise(np.flatnonzero(entries).tolist()):
            waited = sum(9 <= hour % 24 < 19 and hour // 24 % 7 < 6 for hour in range(last + 1, following))
            if following >= 13 * 168 and waited >= 2:  # at its longest, just before the next one comes
                alerts += bool(silences(sent[: _before(sent, following)], at(following), {}))
    assert alerts <= 0.01 * tills * (WEEKS - 13)


def _before(heard: list[Heard], hour: int) -> int:
    return bisect_left(heard, START + timedelta(hours=hour), key=lambda one: one.hour)


@pytest.mark.parametrize(("kind", "within"), [("busy", 14), ("usual", 14), ("even", 10), ("slow", 50), ("seldom", 300)])
def test_nine_in_ten_silences_are_told_within_open_hours_that_fit_the_rhythm(kind: str, within: int) -> None:
    """`within`: open hours of the till; told by the business's clock they hold the nights and Sundays between."""
    rng, found, tills = np.random.default_rng(5), 0, 30
    for _ in range(tills):
        entries = drawn(rng, *TILLS[kind], weeks=28)
        cut = 15 * 168 + int(rng.integers(0, 168))
        heard, waited, hour = came(entries[:cut]), 0, cut
        while waited < within:
            hour += 1
            waited += (hour - 1) % 24 in range(9, 19) and (hour - 1) // 24 % 7 < 6
        found += named(silences(heard, at(hour), {})) == [(None, "shop")]
    assert found >= 0.9 * tills


def test_a_till_that_is_heard_every_hour_is_told_after_three_with_what_usually_comes_and_its_money() -> None:
    entries = drawn(np.random.default_rng(1), 30, 1e6)
    cut = 15 * 168 + 24 + 10  # a Tuesday, from ten o'clock on
    heard = came(entries[:cut])
    assert silences(heard, at(cut + 2), {}) == []
    [one] = silences(heard, at(cut + 3), {})
    assert one.since == START + timedelta(hours=cut)
    assert one.usual[0] < 90 < one.usual[2]
    assert one.usual[1] == pytest.approx(90, rel=0.15)
    assert one.money == pytest.approx(5 * one.usual[1])
    assert silences([*heard, Heard("till-1", "shop", at(cut + 2).replace(minute=0), 1, 5.0)], at(cut + 3), {}) == []


def test_nights_sundays_closings_and_days_that_are_not_over_are_no_silence() -> None:
    entries = drawn(np.random.default_rng(1), 30, 1e6)
    sunday_night, wednesday = 15 * 168 + 6 * 24 + 23, 15 * 168 + 2 * 24
    assert silences(came(entries[:sunday_night]), at(sunday_night), {}) == []
    closed = {"shop": {(START + timedelta(days=15 * 7 + 2)).date()}}
    heard = came(entries[:wednesday])
    assert silences(heard, at(wednesday + 20), closed) == []
    assert named(silences(heard, at(wednesday + 20), {})) == [(None, "shop")]
    assert named(silences(heard, at(wednesday + 24 + 13), closed)) == [(None, "shop")], "the day after is told again"
    assert silences(came(entries[: 2 * 168]), at(3 * 168), {}) == [], "no rhythm is known after two weeks"


def test_a_silence_of_before_does_not_make_the_next_one_usual() -> None:
    entries = drawn(np.random.default_rng(1), 30, 1e6)
    entries[15 * 168 : 15 * 168 + 72] = 0
    cut = 16 * 168 + 24 + 10
    assert named(silences(came(entries[:cut]), at(cut + 3), {})) == [(None, "shop")]


def test_one_cause_is_one_silence() -> None:
    rng, cut = np.random.default_rng(2), 15 * 168 + 24 + 12
    till = {name: drawn(rng, 30, 1e6) for name in ("1", "2", "3", "web-a", "web-b", "web-c")}

    def heard(*silent: str) -> list[Heard]:
        where = {"1": ("till-1", "north"), "2": ("till-2", "north"), "3": ("till-3", "south"),
                 "web-a": ("web", "north"), "web-b": ("web", "east"), "web-c": ("web", "west")}  # fmt: skip
        return [one for name, entries in till.items()
                for one in came(entries[: cut if name in silent else None], *where[name])
                if one.hour < START + timedelta(hours=cut + 4)]  # fmt: skip

    def found(*silent: str) -> list[tuple[str | None, str | None]]:
        return named(silences(heard(*silent), at(cut + 4), {}))

    assert found() == []
    assert found("1") == [("till-1", "north")], "a till of a place that others sell at"
    assert found("3") == [(None, "south")], "all of a place"
    assert found("web-a", "web-b", "web-c") == [("web", None)], "a source of several places"
    assert found("web-a", "1", "2") == [(None, "north")], "a place, whatever sells there"
    assert found(*till) == [(None, None)], "all of them"
    assert found("web-a") == [("web", "north")], "a source at one of its locations, which go on"
    [one] = silences(heard("web-a"), at(cut + 4), {})
    [told] = findings({}, (), (), (), ENDED, quiet=Quiet((one,)))
    assert (told.root, told.location) == ("silent-source:web:north", "north")
    assert told.title.startswith("No sales of the source web at north since")


def test_what_was_imported_in_one_go_is_no_rhythm() -> None:
    assert silences([Heard("file:import", "shop", START, 300_000, 1e6)], at(900), {}) == []


def test_the_hours_of_entries_are_kept_each_once(database: Database, project: Any, settings: Settings) -> None:
    entry = _came_at(sale("A", location="shop", quantity="2"), datetime(2026, 3, 2, 9, 59, 59, tzinfo=UTC))
    other = _came_at(sale("B", location="shop", kind="return", quantity="-1"), datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    project(entry, other)
    project(entry, offset=0)
    with database.transaction() as connection:
        kept = heard.recent(connection, datetime(2026, 3, 3, tzinfo=UTC), timedelta(days=7), settings.zone)
    assert [(one.source, one.location, one.entries, one.amount) for one in kept] == [("till", "shop", 2, 5.0)]


def _came_at(entry: Any, moment: datetime) -> Any:
    return entry.model_copy(update={"recorded_at": moment, "sold_at": moment})


@pytest.fixture
def heard_daily(project: Any, database: Database) -> datetime:
    """Two places that are heard every hour of every day for five weeks, until one is silent for half a day."""
    now, sold = datetime(2026, 5, 1, 12, 5, tzinfo=UTC), []
    for hour in range(5 * 168):
        moment = now - timedelta(hours=hour)
        there = ("north", "south") if hour > 11 else ("north",)
        sold += [_came_at(sale("A", location=place), moment) for place in there]
    project(*sold)
    return now


def test_a_silent_location_is_told_once_and_ends_when_sales_come_again(
    database: Database, settings: Settings, project: Any, heard_daily: datetime
) -> None:
    now = heard_daily

    def looked(*, listened: bool = True) -> list[tuple[str, str, bool]]:
        with database.transaction() as connection:
            look(connection, ENDED, listen(connection, settings, now, ENDED) if listened else None)
        return [(one["root"], one["kind"], one["open"]) for one in said(database)]

    assert looked() == [("silent:south", "late-data", True)]
    assert looked() == []
    assert looked(listened=False) == [], "who has not listened does not say that it is over"
    [event] = published(database, "anomaly-detected")
    assert (event["kind"], event["location"], event.get("sku"), event["actual"]) == ("silence", "south", None, 0.0)
    assert event["expected"] == pytest.approx(11, abs=1)
    assert event["money"] == pytest.approx(2.5 * event["expected"])
    project(_came_at(sale("A", location="south"), now - timedelta(minutes=3)))
    assert looked() == [("silent:south", "late-data", False)]
    assert len(published(database, "anomaly-detected")) == 1


@pytest.mark.parametrize("cause", ["closing", "holiday"])
def test_a_closing_or_a_holiday_is_no_silence(
    database: Database, settings: Settings, heard_daily: datetime, cause: str
) -> None:
    day = heard_daily.date()
    closing = EventChanged(
        event_id=uuid4(), name="Works", kind="closure", starts=day, ends=day, locations=["south"], revision=1
    )
    with database.transaction() as connection:
        if cause == "closing":
            catalog.keep_calendar_event(connection, closing)
        else:
            catalog.keep_location(connection, LocationChanged(code="south", name="South", country="DE", revision=1))
        quiet = listen(connection, settings, heard_daily, ENDED)
        assert quiet.silences == ()


def test_a_worker_listens_only_after_it_has_caught_up(
    database: Database, settings: Settings, heard_daily: datetime
) -> None:
    watch = Watch(database, settings, lambda: heard_daily)
    assert watch.once()
    assert said(database) == []
    assert watch.once(every=0.0)
    assert [one["root"] for one in said(database)] == ["silent:south"]
