"""Field types shared by all events: bounded, so that whatever passes validation also fits its column."""

from collections.abc import Sized
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from contracts.bounds import MOST_PRICE, MOST_UNITS

MAIN_LOCATION = "main"

# PostgreSQL stores no NUL; other control characters break files and terminals. JSON itself excludes lone surrogates.
_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=_PRINTABLE)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_PRINTABLE)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=_PRINTABLE)]


def _fits(sku: str) -> str:
    # Upper case can be longer (ß becomes SS), and pydantic measures before it.
    if len(sku) > 64:
        raise ValueError("String should have at most 64 characters in upper case")
    return sku


Sku = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=64, to_upper=True, pattern=_PRINTABLE),
    AfterValidator(_fits),
]
Country = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z]{2}$")]
Region = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z0-9]{1,4}$")]
EventId = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PRINTABLE)]

Quantity = Annotated[
    Decimal,
    Field(gt=Decimal("-1e9"), lt=Decimal("1e9"), decimal_places=3, allow_inf_nan=False),
]
PlannedQuantity = Annotated[Decimal, Field(gt=0, le=MOST_UNITS, decimal_places=3, allow_inf_nan=False)]
SoldQuantity = Annotated[Decimal, Field(ge=-MOST_UNITS, le=MOST_UNITS, decimal_places=3, allow_inf_nan=False)]
# What somebody claims, before it is judged: any number that can be written out.
ClaimedNumber = Annotated[Decimal, Field(max_digits=40, allow_inf_nan=False)]
# A level, or a sum of very many quantities.
Level = Annotated[Decimal, Field(gt=Decimal("-1e15"), lt=Decimal("1e15"), decimal_places=3, allow_inf_nan=False)]
KitUnits = Annotated[Decimal, Field(gt=0, le=10_000, decimal_places=3, allow_inf_nan=False)]  # of a kit
Price = Annotated[Decimal, Field(ge=0, lt=MOST_PRICE, decimal_places=4, allow_inf_nan=False)]
Money = Annotated[
    Decimal,
    Field(gt=Decimal("-1e15"), lt=Decimal("1e15"), decimal_places=4, allow_inf_nan=False),
]
Celsius = Annotated[Decimal, Field(ge=-95, le=65, decimal_places=2, allow_inf_nan=False)]
Millimetres = Annotated[Decimal, Field(ge=0, le=3000, decimal_places=2, allow_inf_nan=False)]
Latitude = Annotated[Decimal, Field(ge=-90, le=90, decimal_places=5, allow_inf_nan=False)]
Longitude = Annotated[Decimal, Field(ge=-180, le=180, decimal_places=5, allow_inf_nan=False)]
Line = Annotated[int, Field(ge=0, lt=2**31)]


def at_most(count: int) -> BeforeValidator:
    """So many items, judged before what is in them: of a million wrong ones it is told that there are too many."""

    def judged(value: object) -> object:
        if isinstance(value, Sized) and not isinstance(value, str | bytes) and len(value) > count:
            said = {"count": len(value), "most": count}
            raise PydanticCustomError("too_long", "has {count} items; at most {most} are taken", said)
        return value

    return BeforeValidator(judged)


def _written_out(value: object) -> object:
    # Pydantic takes a number for the seconds, or milliseconds, since 1970: 20260301 is a day in August of that year.
    digits = value.strip().lstrip("+-").replace(".", "", 1) if isinstance(value, str) else ""
    if isinstance(value, int | float) or digits.isdecimal():
        raise ValueError("must be written out, as 2026-03-01 or 2026-03-01T12:00:00Z; a number is neither")
    return value


WRITTEN_OUT = BeforeValidator(_written_out)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)  # offsets of up to a day are legal, and no database takes them
    except OverflowError:
        raise ValueError("lies outside the years 1 to 9999") from None


Instant = Annotated[AwareDatetime, WRITTEN_OUT, AfterValidator(_in_utc)]


def _day_at_noon(value: object) -> object:
    # Pydantic reads a day alone as its first moment, which another time zone takes for the day before.
    return f"{value}T12:00:00" if isinstance(value, str) and len(value) == 10 else value


# Naive means: in the business's time zone. A day alone is its noon there.
BusinessInstant = Annotated[datetime, BeforeValidator(_day_at_noon, json_schema_input_type=datetime | date)]


def _storable(day: date) -> date:
    if not 1970 <= day.year <= 2200:
        raise ValueError("must be between 1970 and 2200")
    return day


Day = Annotated[date, WRITTEN_OUT, AfterValidator(_storable)]
Segment = Annotated[str, StringConstraints(pattern="^[ABC][XYZ]$")]  # a class, such as AX
# By what a promotion draws: each may lift sales otherwise. `other`: something else, or not said.
PromotionKind = Literal["price_cut", "multibuy", "display", "leaflet", "coupon", "loyalty", "other"]
