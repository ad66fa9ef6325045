"""Weekly demand is the exact sum of what counts, in whatever order and however often entries arrive."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from contracts.envelope import MalformedEvent, decode, encode, new_event
from contracts.events import SaleRecorded
from contracts.lean import decode_sale
from forecaster.domain.history import SeriesWeek, Total, WeekClock, WeeklySum, scaled
from hypothesis import given
from hypothesis import strategies as st

from services.forecaster.tests.helpers import CLOCK, sale

QUANTITIES = st.decimals(min_value=-1000, max_value=1000, places=3)
MOMENTS = st.integers(1_577_836_800, 1_798_761_600).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def lean(entry: SaleRecorded):  # type: ignore[no-untyped-def]
    _, headers, value = encode(new_event(entry, "sales"))
    return decode_sale(headers, value)


def summed(entries: list[SaleRecorded], clock: WeekClock = CLOCK) -> dict[SeriesWeek, Total]:
    weekly = WeeklySum(clock)
    for entry in entries:
        weekly.add(lean(entry))
    return dict(weekly.cells())


@st.composite
def ledgers(draw: st.DrawFn) -> list[SaleRecorded]:
    entries: list[SaleRecorded] = []
    for _ in range(draw(st.integers(1, 12))):
        kind = draw(st.sampled_from(["sale", "return", "correction", "void"]))
        original = draw(st.sampled_from(entries)) if entries and kind in ("correction", "void") else None
        if original is None and kind in ("correction", "void"):
            kind = "sale"
        entries.append(
            sale(
                draw(st.sampled_from(["A", "B:%"])), draw(MOMENTS), str(draw(QUANTITIES)), "1.2345",
                location=draw(st.sampled_from(["main", "shop"])), kind=kind, replaces=original,
            )
        )  # fmt: skip
    return entries


@given(ledgers())
def test_the_fast_reader_and_the_contract_agree_on_every_effect(entries: list[SaleRecorded]) -> None:
    expected: dict[SeriesWeek, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for entry in entries:
        _, headers, value = encode(new_event(entry, "sales"))
        for effect in decode(headers, value).payload.effects():  # type: ignore[attr-defined]
            cell = SeriesWeek(effect.sku, effect.location, CLOCK.week(effect.sold_at.isoformat()))
            expected[cell][0] += effect.units
            expected[cell][1] += effect.amount
    assert {cell: [total.units, total.revenue] for cell, total in summed(entries).items()} == dict(expected)


@given(ledgers(), st.randoms())
def test_order_does_not_matter(entries: list[SaleRecorded], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert summed(entries) == summed(shuffled)


def test_a_void_takes_away_exactly_what_was_sold() -> None:
    first = sale(quantity="3", price="0.10")
    total = summed([first, sale(kind="void", replaces=first)])
    assert list(total.values()) == [Total(Decimal("0.000"), Decimal("0.0000"), 0)]


def test_a_correction_moves_a_sale_to_another_product_and_week() -> None:
    first = sale("A", "2026-01-05", "3")
    total = summed([first, sale("B", "2026-01-12", "4", kind="correction", replaces=first)])
    assert {(cell.sku, cell.week): value.units for cell, value in total.items()} == {
        ("A", date(2026, 1, 5)): 0,
        ("B", date(2026, 1, 12)): 4,
    }


@pytest.mark.parametrize(
    ("instant", "zone", "start", "week"),
    [
        ("2026-01-05T00:30:00Z", "UTC", 0, date(2026, 1, 5)),
        ("2026-01-05T00:30:00Z", "America/New_York", 0, date(2025, 12, 29)),  # still Sunday there
        ("2026-01-04T23:30:00Z", "Europe/Paris", 0, date(2026, 1, 5)),  # already Monday there
        ("2026-01-04T12:00:00Z", "UTC", 6, date(2026, 1, 4)),  # weeks that start on Sunday
        ("2020-12-31T12:00:00Z", "UTC", 0, date(2020, 12, 28)),  # ISO week 53
        ("2026-12-31T12:00:00Z", "UTC", 0, date(2026, 12, 28)),  # ISO week 53
        ("2026-03-29T01:30:00+01:00", "Europe/Paris", 0, date(2026, 3, 23)),  # the clock change
    ],
)
def test_weeks_are_the_businesss_own(instant: str, zone: str, start: int, week: date) -> None:
    assert WeekClock(ZoneInfo(zone), start).week(instant) == week


ZONES = st.sampled_from(["UTC", "Europe/Paris", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "Africa/Cairo"])


@given(
    ZONES, st.integers(0, 6),
    # Newfoundland's clocks went back at a minute past midnight on Sundays; Apia had no 30 December 2011.
    st.sampled_from(["2010-11-07T02:00:00", "2011-12-30T10:00:00", "2026-03-29T01:00:00", "2026-04-24T22:00:00"]),
    st.lists(st.tuples(st.integers(-7200, 7200), st.sampled_from(["", ".5", ".999999"])), min_size=1, max_size=30),
)  # fmt: skip
def test_a_week_is_the_same_whatever_was_asked_before(
    zone: str, first: int, near: str, moments: list[tuple[int, str]]
) -> None:
    clock = WeekClock(ZoneInfo(zone), first)
    for seconds, fraction in moments:
        instant = f"{(datetime.fromisoformat(near) + timedelta(seconds=seconds)).isoformat()}{fraction}Z"
        day = datetime.fromisoformat(instant).astimezone(ZoneInfo(zone)).date()
        assert clock.week(instant) == day - timedelta(days=(day.weekday() - first) % 7)


@pytest.mark.parametrize(
    "text", ["2026-01-05T00:60:00Z", "2026-01-05T00:00:60Z", "2026-01-05T00:00:00", "2026-01-05T0", "2026-01-05T00Z"]
)
def test_what_is_no_instant_is_none_also_in_an_hour_that_is_known(text: str) -> None:
    clock, plain = WeekClock(ZoneInfo("UTC"), 0), WeekClock(ZoneInfo("UTC"), 0)
    clock.week("2026-01-05T00:00:00Z")
    try:
        expected = plain.week(text)
    except ValueError:
        with pytest.raises(ValueError):
            clock.week(text)
    else:
        assert clock.week(text) == expected


def test_the_fast_reader_refuses_what_is_no_sale() -> None:
    _, headers, value = encode(new_event(sale(), "sales"))
    for bad_value in (None, b"", b"{}", b"[1]", b"\xff", value[:-5], b'{"sale_id": 1}'):
        with pytest.raises(MalformedEvent):
            decode_sale(headers, bad_value)
    with pytest.raises(MalformedEvent):
        decode_sale(headers, value.replace(b'"kind":"sale"', b'"kind":"imagined"'))


@pytest.mark.parametrize("text", ["", "x", "NaN", "Infinity", "1.0001", "1e400"])
def test_a_number_that_cannot_be_kept_exactly_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"number|decimal"):
        scaled(text, 3)
