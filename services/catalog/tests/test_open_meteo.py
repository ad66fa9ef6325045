"""Asking a server of Open-Meteo's shape: an answer is taken whole, and whatever else comes is one clear fault."""

import copy
import socket
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from typing import Any

import orjson
import pytest
from catalog.application import fetching
from catalog.application.open_meteo import OpenMeteo
from catalog.domain import open_meteo
from catalog.domain.weather_feed import AHEAD, NotTold, WeatherQuestion
from catalog.settings import Settings
from hypothesis import given, settings
from hypothesis import strategies as some
from pydantic import ValidationError

from services.catalog.tests.weather_server import Asked, WeatherServer, answer, mild, serving

TODAY = date(2026, 11, 27)
QUESTION = WeatherQuestion("north", 52.52, 13.41, TODAY, 3)
MEAN = "temperature_2m_mean"


@pytest.fixture
def server() -> Iterator[WeatherServer]:
    with serving() as running:
        running.today = TODAY
        yield running


def whole() -> dict[str, Any]:
    told = WeatherServer()
    told.today = TODAY
    return told.document(open_meteo.parameters(QUESTION, "UTC"))


def fault_of(server: WeatherServer, seconds: float = 5.0) -> NotTold:
    with pytest.raises(NotTold) as fault:
        OpenMeteo(server.url, "UTC", seconds).ask(QUESTION)
    return fault.value


def test_the_days_that_were_and_those_to_come_are_asked_for_and_told_as_of_today(server: WeatherServer) -> None:
    told = OpenMeteo(f"{server.url}?apikey=secret", "Europe/Berlin").ask(QUESTION)
    (asked,) = server.asked
    assert (asked["apikey"], asked["timezone"], asked["past_days"], asked["forecast_days"]) == (
        "secret", "Europe/Berlin", "3", "16",
    )  # fmt: skip
    assert [word.day for word in told] == [TODAY + timedelta(days=n) for n in range(-3, AHEAD)]
    assert {(word.location, word.issued_on) for word in told} == {("north", TODAY)}
    mean, most, rain = mild(asked, TODAY)
    said = (told[3].temperature, told[3].temperature_max, told[3].precipitation)
    assert said == tuple(Decimal(f"{value:.2f}") for value in (mean, most, rain))


def test_a_day_of_which_nothing_is_known_is_left_out_and_a_value_that_is_not_known_is_none(
    server: WeatherServer,
) -> None:
    def gaps(asked: Asked, day: date) -> tuple[float | None, float | None, float | None]:
        return (None, None, None) if day < TODAY else (None if day == TODAY else 4.0, 5.0, None)

    server.weather = gaps
    told = OpenMeteo(server.url, "UTC").ask(QUESTION)
    assert [word.day for word in told][:2] == [TODAY, TODAY + timedelta(days=1)]
    assert [word.temperature for word in told][:2] == [None, Decimal("4.00")]


def test_a_provider_that_looks_less_far_ahead_is_believed_as_far() -> None:
    told = whole()
    told["daily"] = {name: values[:10] for name, values in told["daily"].items()}
    assert len(open_meteo.words(told, QUESTION)) == 10


@pytest.mark.parametrize(("path", "value", "code"), [
    ("daily", None, "missing"), ("daily_units", [], "missing"), ("daily.time", None, "missing"),
    (f"daily.{MEAN}", None, "missing"), (f"daily.{MEAN}", [1.0], "missing"), ("latitude", None, "missing"),
    ("latitude", True, "missing"), ("latitude", 40.0, "another_place"), ("longitude", -13.41, "another_place"),
    (f"daily_units.{MEAN}", "°F", "wrong_unit"), (f"daily_units.{MEAN}", None, "wrong_unit"),
    ("daily_units.precipitation_sum", "inch", "wrong_unit"),
    (f"daily.{MEAN}.4", 300, "bad_value"), (f"daily.{MEAN}.4", -120.5, "bad_value"),
    (f"daily.{MEAN}.4", 1e300, "bad_value"), (f"daily.{MEAN}.4", "7", "bad_value"),
    (f"daily.{MEAN}.4", True, "bad_value"), (f"daily.{MEAN}.4", [1], "bad_value"),
    ("daily.precipitation_sum.0", -1, "bad_value"), ("daily.precipitation_sum.0", 9000, "bad_value"),
    ("daily.time.1", "2026-11-24", "bad_day"), ("daily.time.1", "yesterday", "bad_day"), ("daily.time.1", 5, "bad_day"),
])  # fmt: skip
def test_what_is_not_as_it_was_asked_for_is_refused_whole(path: str, value: Any, code: str) -> None:
    told = whole()
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = told
    for part in parents:
        place = place[part]
    place[last] = value
    with pytest.raises(NotTold) as fault:
        open_meteo.words(told, QUESTION)
    assert fault.value.code == code


def test_an_answer_of_yesterday_is_not_taken_for_one_of_today() -> None:
    stale = WeatherServer()
    stale.today = TODAY - timedelta(days=1)
    with pytest.raises(NotTold, match="not of the days from 2026-11-24 on") as fault:
        open_meteo.words(stale.document(open_meteo.parameters(QUESTION, "UTC")), QUESTION)
    assert fault.value.code == "other_days"


def test_an_answer_that_says_nothing_of_the_days_to_come_is_a_fault() -> None:
    told = whole()
    for name, values in told["daily"].items():
        if name != "time":
            values[3:] = [None] * (len(values) - 3)
    with pytest.raises(NotTold, match="nothing of the days to come"):
        open_meteo.words(told, QUESTION)


anything = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(deadline=None)  # a machine that is busy is no fault
@given(some.data())
def test_whatever_comes_it_is_weather_or_one_fault(data: some.DataObject) -> None:
    told = data.draw(anything) if data.draw(some.booleans()) else copy.deepcopy(whole())
    for _ in range(data.draw(some.integers(0, 2))):
        place = told
        while isinstance(place, dict | list) and place:
            key = data.draw(some.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
            if not isinstance(place[key], dict | list) or data.draw(some.booleans()):
                place[key] = data.draw(anything)
                break
            place = place[key]
    try:
        words = open_meteo.words(told, QUESTION)
    except NotTold:
        return
    assert words and all(word.issued_on == TODAY for word in words)


def drips(handler: BaseHTTPRequestHandler, asked: Asked) -> bool:
    body = orjson.dumps(whole())
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    return _slowly(handler, body)


def drips_its_head(handler: BaseHTTPRequestHandler, asked: Asked) -> bool:
    return _slowly(handler, b"HTTP/1.1 200 OK\r\n" + b"X-More: 1\r\n" * 90)


def _slowly(handler: BaseHTTPRequestHandler, body: bytes) -> bool:
    for byte in body:
        try:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
        except OSError:
            break
        time.sleep(0.1)
    return True


@pytest.mark.parametrize("behaves", [drips, drips_its_head])
def test_a_server_that_drips_is_hung_up_on(
    server: WeatherServer, behaves: Callable[[BaseHTTPRequestHandler, Asked], bool]
) -> None:
    server.behaves = behaves
    begun = time.monotonic()
    assert fault_of(server, 0.7).code == "too_slow"
    assert time.monotonic() - begun < 1.5


def test_a_server_that_says_nothing_is_hung_up_on(server: WeatherServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server.url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        begun = time.monotonic()
        assert fault_of(server, 0.5).code == "too_slow"
        server.url = server.url.replace("http", "https")  # nor does it shake hands
        assert fault_of(server, 0.5).code == "too_slow"
        assert time.monotonic() - begun < 2.5


@pytest.mark.parametrize(("status", "body", "code", "says"), [
    (400, b'{"error": true, "reason": "Latitude must be in range"}', "http_400", "400: Latitude must be in range"),
    (429, b'{"error": true, "reason": "Daily limit\\n exceeded"}', "http_429", "429: Daily limit exceeded"),
    (503, b"<h1>Unavailable</h1>", "http_503", "answered 503"), (500, b"", "http_500", "answered 500"),
    (200, b"", "no_json", "no JSON"), (200, orjson.dumps(whole())[:-40], "no_json", "cut off"),
    (200, b"<html></html>", "no_json", "no JSON"), (200, b"[" * 100_000, "no_json", "no JSON"),
    (200, b"[]", "no_weather", "no weather"), (204, b"", "http_204", "answered 204"),
    (200, b'{"a": "' + b"x" * fetching.MOST_BYTES + b'"}', "too_large", "more than 256 KiB"),
])  # fmt: skip
def test_what_is_no_answer_is_told_in_words(
    server: WeatherServer, status: int, body: bytes, code: str, says: str
) -> None:
    server.behaves = lambda handler, _: answer(handler, status, body)
    fault = fault_of(server)
    assert (fault.code, says in str(fault)) == (code, True)


def test_a_cut_off_answer_a_hang_up_and_a_closed_door_are_told(server: WeatherServer) -> None:
    body = orjson.dumps(whole())
    server.behaves = lambda handler, _: answer(handler, 200, body[:300], Content_Length=str(len(body)))
    assert fault_of(server).code in ("no_json", "unreachable")
    server.behaves = lambda *_: True
    assert fault_of(server).code == "unreachable"
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    server.url = f"http://127.0.0.1:{port}/"
    assert fault_of(server).code == "unreachable"
    server.url = f"http://{'n' * 70}.example/"
    assert fault_of(server).code == "unreachable"


def test_nobody_is_led_elsewhere(server: WeatherServer) -> None:
    server.behaves = lambda handler, _: answer(handler, 302, b"", Location=f"{server.url}/elsewhere")
    fault = fault_of(server)
    assert (fault.code, len(server.asked)) == ("redirect", 1)


def test_a_key_in_the_address_is_in_no_fault(server: WeatherServer) -> None:
    refusal = b'{"error": true, "reason": "the key s3cret is unknown"}'
    server.behaves = lambda handler, _: answer(handler, 401, refusal)
    server.url += "?apikey=s3cret"
    assert str(fault_of(server)) == "127.0.0.1 answered 401: the key … is unknown"


@pytest.mark.parametrize("url", [
    "ftp://weather.example/", "weather.example", "http://", "http://ann:pw@weather.example/", "http://a:99999/",
    "http://[half/", "http://weather.example/a b", "http://weather.example/\n",
])  # fmt: skip
def test_an_address_that_is_none_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValidationError, match="weather_url must be"):
        Settings(database_url="postgresql://x", weather_url=url)  # type: ignore[arg-type]
