"""A server of Open-Meteo's API shape on loopback: it answers as the real one does, or as badly as a test wants."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

Asked = dict[str, str]
Weather = Callable[[Asked, date], tuple[float | None, float | None, float | None]]


def mild(asked: Asked, day: date) -> tuple[float, float, float]:
    """Mean and highest temperature and rain of a day, by the calendar."""
    mean = 10 - 9 * math.cos(2 * math.pi * day.timetuple().tm_yday / 365) + float(asked["latitude"]) / 100
    return round(mean, 1), round(mean + 4, 1), day.day % 3


class WeatherServer:
    """What was asked, and what is answered: the `weather` of `today` and the days asked for, or what `behaves` does."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.weather: Weather = mild
        self.today: date = datetime.now(UTC).date()
        self.behaves: Callable[[BaseHTTPRequestHandler, Asked], bool] = lambda *_: False  # whether it answered
        self.url = ""

    def document(self, asked: Asked) -> dict[str, Any]:
        """The answer to a question."""
        first = self.today - timedelta(days=int(asked["past_days"]))
        count = int(asked["past_days"]) + int(asked["forecast_days"])
        days = [first + timedelta(days=number) for number in range(count)]
        columns = zip(*(self.weather(asked, day) for day in days), strict=True)
        names = ("temperature_2m_mean", "temperature_2m_max", "precipitation_sum")
        assert asked["daily"] == ",".join(names)
        return {
            "latitude": round(float(asked["latitude"]) * 8) / 8, "longitude": round(float(asked["longitude"]) * 8) / 8,
            "generationtime_ms": 0.07, "utc_offset_seconds": 0, "timezone": asked["timezone"],
            "timezone_abbreviation": "GMT", "elevation": 38.0,
            "daily_units": {"time": "iso8601", names[0]: "°C", names[1]: "°C", names[2]: "mm"},
            "daily": {"time": [day.isoformat() for day in days]}
            | {name: list(column) for name, column in zip(names, columns, strict=True)},
        }  # fmt: skip


def answer(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> bool:
    """Answer with a body that may be anything."""
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)
    return True


@contextmanager
def serving() -> Iterator[WeatherServer]:
    """A server that runs."""
    server = WeatherServer()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = dict(parse_qsl(urlsplit(self.path).query))
            server.asked.append(asked)
            if not server.behaves(self, asked):
                answer(self, 200, orjson.dumps(server.document(asked)))

        def log_message(self, *_: Any) -> None:
            """Its log is `asked`."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    http.daemon_threads = True
    Thread(target=http.serve_forever, args=(0.05,), daemon=True).start()
    server.url = f"http://127.0.0.1:{http.server_port}/v1/forecast"
    yield server
    http.shutdown()
    http.server_close()
