"""Weather from a file: a location's day a line, as it was observed, or as it was forecast on the day of `issued`.

Nothing is overwritten: what was said of a day on a day stays said, and a file that says it otherwise is refused there.
"""

from collections.abc import Sequence

from chassis.database import Connection
from contracts.types import Celsius, Day, Millimetres

from catalog.application import known
from catalog.application.imports.kind import Context, Kind, LineFate, unknown_places
from catalog.application.weather import keep_weather
from catalog.domain.imports.columns import LOCATION, FileColumn
from catalog.domain.imports.lines import KnownAs, Line
from catalog.domain.weather import VALUES, WeatherWord, issued_on
from catalog.storage import weather

COLUMNS = (
    LOCATION,
    FileColumn("day", Day, "whole_day", (
        "day", "date", "valid", "valid day", "time", "datum", "tag", "jour", "date", "fecha", "día"), required=True),
    FileColumn("issued", Day, "day", (
        "issued", "issued on", "forecast date", "forecast made", "run date", "ausgegeben", "stand", "vorhersage vom",
        "émis le", "emitido", "emitido el")),
    FileColumn("temperature", Celsius, "celsius", (
        "temperature", "mean temperature", "temperature mean", "temperature 2m mean", "avg temperature", "temp", "tavg",
        "temperatur", "mittlere temperatur", "température", "température moyenne", "temperatura", "temperatura media")),
    FileColumn("temperature_max", Celsius, "celsius", (
        "temperature max", "max temperature", "maximum temperature", "temperature 2m max", "tmax", "high",
        "höchsttemperatur", "maximaltemperatur", "température maximale", "temperatura máxima")),
    FileColumn("precipitation", Millimetres, "millimetres", (
        "precipitation", "precipitation sum", "rain", "rainfall", "prcp", "niederschlag", "regen", "précipitations",
        "pluie", "precipitación", "lluvia")),
)  # fmt: skip


def judge(connection: Connection, lines: Sequence[Line], context: Context) -> list[LineFate]:
    """New, or said already; said otherwise on the same day, or on a day to come, is a fault."""
    placeless = unknown_places(connection, lines, context)
    words = {line.number: _word(line, context) for line in lines}
    there = weather.said(connection, [word.key for word in words.values()])
    fates = []
    for line in lines:
        word, fault = words[line.number], placeless.get(line.number)
        before = there.get(word.key)
        if fault is None and word.issued_on > context.today:
            fault = context.reader.fault("issued", "in_the_future", "lies in the future", word.issued_on)
        elif fault is None and all(word.told[name] is None for name in VALUES):
            fault = context.reader.fault("temperature", "missing", "the line says nothing of the weather")
        elif fault is None and before is not None and before != word:
            message = f"something else was said of it on {word.issued_on}; give what is known later a later `issued`"
            fault = context.reader.fault("day", "said_otherwise", message, word.day)
        if fault is not None:
            fates.append(LineFate.rejected(line, fault))
        else:
            fates.append(LineFate(line, "created" if before is None else "unchanged", word))
    return fates


def _word(line: Line, context: Context) -> WeatherWord:
    day = line.values["day"]
    said = line.values.get("issued") or issued_on(day, context.today)
    return WeatherWord(context.location(line), day, said, **{name: line.values.get(name) for name in VALUES})


def write(connection: Connection, fates: Sequence[LineFate], context: Context) -> None:
    """Keep and tell."""
    known.ensure_locations(connection, {fate.content.location for fate in fates})
    keep_weather(connection, [fate.content for fate in fates], f"file of {context.actor}")


def _identify(line: Line, context: Context) -> KnownAs:
    of = _word(line, context).key
    return KnownAs([of], [of])


KIND = Kind(
    "weather", COLUMNS, judge, write, key=("location", "day", "issued"), identify=_identify,
    filled=("location", "issued"), either=VALUES, past=("issued",),
    final="what was said of the weather stays said: a later word takes its place",
)  # fmt: skip
