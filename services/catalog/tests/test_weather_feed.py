"""The weather feed: each location's weather is asked for in turn, kept as issued and told; what fails is flagged, stops
nobody else and ends by itself."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from catalog import app
from catalog.application.open_meteo import OpenMeteo
from catalog.application.weather_feed import TAKEN, WeatherFeed
from catalog.domain.weather import WeatherWord
from catalog.domain.weather_feed import MOST_BACK, STILL_CHANGING, WeatherQuestion
from catalog.settings import Settings
from chassis.database import Database, rows
from chassis.security import Principal, Role, current_principal
from fastapi.testclient import TestClient

from services.catalog.tests.weather_server import WeatherServer, answer, serving

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
Told = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def server() -> Iterator[WeatherServer]:
    with serving() as running:
        running.today = NOON.date()
        yield running


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(database_url: str, server: WeatherServer) -> Settings:
    return Settings(database_url=database_url, weather_url=f"{server.url}?apikey=s3cret")  # type: ignore[arg-type]


@pytest.fixture
def feed(database: Database, settings: Settings, clock: Clock) -> WeatherFeed:
    provider = OpenMeteo(settings.weather_url.get_secret_value(), "UTC", seconds=5)
    return WeatherFeed(database, settings, provider, clock)


@pytest.fixture
def shops(database: Database, settings: Settings) -> TestClient:
    """The API, called by a planner, with two locations that say where they lie and one (`main`) that does not."""
    api = app.build_api(settings, database)
    api.dependency_overrides[current_principal] = lambda: Principal("p1", "ann", Role.PLANNER)
    client = TestClient(api, raise_server_exceptions=False)
    for code, latitude in (("north", "54.3"), ("south", "47.9")):
        place = {"code": code, "name": code, "latitude": latitude, "longitude": "10.1"}
        assert client.post("/locations", json=place).status_code == 201
    return client


def ask_all(feed: WeatherFeed) -> int:
    """Let the feed look until nothing is due; how many locations it asked for."""
    count = 0
    while feed.look():
        count += 1
        assert count < 50
    return count


def standing(shops: TestClient) -> dict[str, Any]:
    found = shops.get("/weather/feed")
    assert found.status_code == 200
    return dict(found.json())


def words(database: Database) -> list[dict[str, Any]]:
    with database.snapshot() as connection:
        return rows(connection, "SELECT * FROM weather ORDER BY location, day, issued_on")


def north_fails(server: WeatherServer) -> None:
    server.behaves = lambda handler, asked: asked["latitude"] == "54.30000" and answer(handler, 503, b"")


def test_every_location_that_says_where_it_lies_is_asked_for_and_told_once(
    feed: WeatherFeed, shops: TestClient, database: Database, told: Told, server: WeatherServer, clock: Clock
) -> None:
    assert ask_all(feed) == 2
    assert [asked["latitude"] for asked in server.asked] == ["54.30000", "47.90000"]
    kept = words(database)
    assert len(kept) == 2 * (MOST_BACK + 16)
    assert {(row["issued_on"], row["source"]) for row in kept} == {(NOON.date(), "weather feed")}
    assert len(told("weather-issued")) == len(kept)
    clock.now += timedelta(hours=6)
    assert ask_all(feed) == 2
    assert words(database) == kept and len(told("weather-issued")) == len(kept)  # the first word of a day stays


def test_the_next_day_has_a_word_of_its_own_and_asks_back_to_the_last_answer_only(
    feed: WeatherFeed, shops: TestClient, database: Database, server: WeatherServer, clock: Clock
) -> None:
    ask_all(feed)
    before = words(database)
    clock.now += timedelta(days=3)
    server.today += timedelta(days=3)
    server.weather = lambda asked, day: (1.0, 2.0, 0.0)
    ask_all(feed)
    assert {asked["past_days"] for asked in server.asked[2:]} == {str(3 + STILL_CHANGING)}
    after = words(database)
    assert [row for row in after if row["issued_on"] == NOON.date()] == before
    assert len(after) == len(before) + 2 * (3 + STILL_CHANGING + 16)


def test_it_is_asked_again_after_the_hours_that_are_set_and_not_before(
    feed: WeatherFeed, shops: TestClient, clock: Clock
) -> None:
    ask_all(feed)
    clock.now += timedelta(hours=5, minutes=59)
    assert ask_all(feed) == 0
    clock.now += timedelta(minutes=1)
    assert ask_all(feed) == 2


def test_one_location_s_fault_stops_no_other_and_is_told_with_since_when_and_why(
    feed: WeatherFeed, shops: TestClient, database: Database, server: WeatherServer, clock: Clock
) -> None:
    north_fails(server)
    assert ask_all(feed) == 2
    assert {row["location"] for row in words(database)} == {"south"}
    found = standing(shops)
    assert (found["host"], found["hours"], found["locations"], found["told"], found["failing"]) == (
        "127.0.0.1", 6, 2, 1, 1,
    )  # fmt: skip
    (fault,) = found["faults"]
    assert (fault["location"], fault["code"], fault["fault"]) == ("north", "http_503", "127.0.0.1 answered 503")
    assert fault["since"] == found["since"] == "2026-11-27T12:00:00Z"
    assert "s3cret" not in str(found)


def test_a_location_that_fails_is_asked_again_after_growing_pauses(
    feed: WeatherFeed, shops: TestClient, server: WeatherServer, clock: Clock
) -> None:
    north_fails(server)
    ask_all(feed)
    pauses = []
    for _ in range(9):
        fault = standing(shops)["faults"][0]
        pauses.append((datetime.fromisoformat(fault["next_at"]) - clock.now) / timedelta(minutes=1))
        clock.now = datetime.fromisoformat(fault["next_at"])
        ask_all(feed)
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 360, 360]
    assert standing(shops)["faults"][0]["since"] == "2026-11-27T12:00:00Z"


def test_a_feed_that_stays_away_is_one_entry_of_the_attention_list_that_ends_by_itself(
    feed: WeatherFeed, shops: TestClient, server: WeatherServer, clock: Clock, told: Told
) -> None:
    server.behaves = lambda handler, _: answer(handler, 429, b'{"error": true, "reason": "Limit exceeded"}')
    for tries in range(3):
        assert shops.get("/attention").json()["items"] == [], tries
        ask_all(feed)
        clock.now += timedelta(minutes=20)
    (entry,) = shops.get("/attention").json()["items"]
    assert (entry["kind"], entry["root"], entry["location"]) == ("late-data", "weather-feed", None)
    assert entry["title"] == (
        "No weather of 2 of 2 locations since 2026-11-27 12:00: 127.0.0.1 answered 429: Limit exceeded"
    )
    assert shops.get("/attention/news").json()["items"][0]["title"] == entry["title"]
    server.behaves = lambda *_: False
    clock.now += timedelta(hours=1)
    ask_all(feed)
    assert shops.get("/attention").json()["items"] == []
    assert standing(shops)["failing"] == 0
    trail = [deed["action"] for deed in told("audit-recorded") if deed["subject"] == "weather feed"]
    assert trail == ["weather-feed-down", "weather-feed-back"]


def test_a_location_that_is_put_right_is_asked_for_at_once_as_a_new_one(
    feed: WeatherFeed, shops: TestClient, server: WeatherServer
) -> None:
    north_fails(server)
    ask_all(feed)
    place = {"name": "north", "latitude": "54.4", "longitude": "10.1"}
    assert shops.put("/locations/north", json=place).status_code == 200
    assert ask_all(feed) == 1
    assert (server.asked[-1]["latitude"], server.asked[-1]["past_days"]) == ("54.40000", str(MOST_BACK))
    assert standing(shops)["failing"] == 0


@pytest.mark.parametrize("gone", ["archived", "nowhere", "off"])
def test_what_is_not_asked_for_any_more_fails_no_more(
    feed: WeatherFeed, shops: TestClient, database: Database, settings: Settings, server: WeatherServer, clock: Clock,
    gone: str,
) -> None:  # fmt: skip
    north_fails(server)
    for _ in range(3):
        ask_all(feed)
        clock.now += timedelta(minutes=20)
    (entry,) = shops.get("/attention").json()["items"]
    assert entry["title"].startswith("No weather of north since 2026-11-27 12:00: ")
    place = {"name": "north", "latitude": "54.3", "longitude": "10.1", "archived": True}
    if gone != "off":
        shops.put("/locations/north", json=place if gone == "archived" else {"name": "north"})
    (feed if gone != "off" else WeatherFeed(database, settings, None, clock)).look()
    assert shops.get("/attention").json()["items"] == []
    assert standing(shops)["failing"] == 0


def test_two_workers_ask_once_and_what_one_that_died_has_taken_is_asked_again(
    feed: WeatherFeed, shops: TestClient, database: Database, settings: Settings, server: WeatherServer, clock: Clock
) -> None:
    class Dies:
        """While it asks, another worker asks for whatever is due."""

        def ask(self, question: WeatherQuestion) -> list[WeatherWord]:
            assert ask_all(feed) == 1
            raise SystemExit

    with pytest.raises(SystemExit):
        WeatherFeed(database, settings, Dies(), clock).look()
    assert [asked["latitude"] for asked in server.asked] == ["47.90000"] and not ask_all(feed)
    clock.now += TAKEN
    assert ask_all(feed) == 1
    assert [asked["latitude"] for asked in server.asked] == ["47.90000", "54.30000"]


def test_it_is_off_without_an_address(client: TestClient) -> None:
    found = standing(client)
    assert (found["host"], found["locations"], found["faults"]) == (None, 0, [])
