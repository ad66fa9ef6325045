"""Products that begin: which they are, whose sales they start from, and which take over another's history.

- A product begins where it is told of (a first day, a like-item, a predecessor) and has sold nothing yet, or only since
  a few weeks. Whose sales it starts from: the chosen like-item, else the products of its place that are most alike by
  category, price, words of the name and attributes.
- How far off such guesses are is to be learned from those that began within the last year: they are told of as they
  would have been then.
- A product that replaces another has that one's history for its own: one chain, one forecast. From its first day on its
  predecessor is forecast as nothing.
- What is told of a first day long ago says nothing new: a product that has not sold for `FRESH` weeks after it is none
  that begins.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from contracts.keys import series_key

Records = Sequence[Mapping[str, Any]]
Key = tuple[str, str]
FRESH = 13  # weeks in which a product is new; the engine mixes its own sales in over as many
PEERS, RECENT = 40, 13  # most products that one starts from; weeks of a product's level
PRICE, ANY_PRICE = 0.4, 0.05  # how far in its logarithm a price is near; what one at any other counts, of one near
QUARTERS, MOST_LAUNCHED = 4, 30  # before now, whose launches are learned from; so many of each at most
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Beginner:
    """A product that begins at a place: whose sales it starts from, with weights and levels, and from which day on."""

    sku: str
    location: str
    peers: tuple[tuple[str, float, float], ...]  # id, weight, units a week
    times: float
    begins: date
    why: str
    earlier: bool = False  # it has begun long ago: how it went is learned from, and that is all

    @property
    def unique_id(self) -> str:
        """As the frames name it."""
        return series_key(self.sku, self.location)


def day_of(value: Any) -> date | None:
    """A day as the inputs hold it."""
    return None if not value else date.fromisoformat(str(value))


def replaced(products: Records) -> dict[str, str]:
    """By predecessor the product that replaces it. Of several the first by code; none of a circle."""
    pairs: dict[str, str] = {}
    for row in products:
        old = row.get("replaces_sku")
        if old and old != row["sku"]:
            pairs.setdefault(old, row["sku"])
    return {old: new for old, new in pairs.items() if old not in _after(new, pairs)}


def _after(sku: str, pairs: Mapping[str, str]) -> list[str]:
    found = [sku]
    while (following := pairs.get(found[-1])) and following not in found:
        found.append(following)
    return found


def chained(sales: pd.DataFrame, products: Records) -> pd.DataFrame:
    """The sales with those of predecessors counted to the products that replace them, too."""
    pairs = replaced(products)
    own = sales[sales["sku"].isin(pairs)]
    if not len(own):
        return sales
    parts = [sales]
    for sku, rows in own.groupby("sku", observed=True):
        parts += [rows.assign(sku=later) for later in _after(pairs[str(sku)], pairs)]
    return pd.concat(parts).groupby(["sku", "location", "week"], as_index=False, sort=True, observed=True).sum()


@dataclass(frozen=True)
class Lives:
    """From and until when products are on sale, as they say themselves and as those say that replace them."""

    begins: Mapping[str, date]
    until: Mapping[str, date]
    predecessor: Mapping[str, str]  # by product the one whose history it has
    successor: Mapping[str, str]
    waiting: frozenset[str]  # of those with a predecessor: without a first day, and nothing sold

    @classmethod
    def of(cls, products: Records, sales: pd.DataFrame) -> "Lives":
        """`sales`: as they were, not chained. A successor without a first day begins when it first sold."""
        begins = {row["sku"]: day for row in products if (day := day_of(row.get("on_sale_from"))) is not None}
        until = {row["sku"]: min(days) for row in products if (days := _ends(row))}
        pairs = replaced(products)
        first = sales[sales["sku"].isin(set(pairs.values()))].groupby("sku", observed=True)["week"].min()
        waiting = set()
        for old, new in pairs.items():
            day = begins.get(new) or (first[new].date() if new in first.index else None)
            if day is None:
                waiting.add(new)
            else:
                until[old] = min(until.get(old, date.max), day - timedelta(days=1))
        return cls(begins, until, {new: old for old, new in pairs.items()}, pairs, frozenset(waiting))

    def over(self, sku: str, as_of: date) -> str | None:
        """Why nothing is to be forecast of a product; None where something is."""
        if sku in self.waiting:
            return f"it replaces {self.predecessor[sku]}, which is sold until this one has a first day, or sells"
        if (until := self.until.get(sku)) is None or until > as_of:
            return None
        new = self.successor.get(sku)
        by = f", replaced by {new}" if new and new not in self.waiting else ""
        return f"left the range on {until.isoformat()}{by}"

    def note(self, sku: str, as_of: date) -> str:
        """What is to be said of a product's forecast."""
        old, new = self.predecessor.get(sku), self.successor.get(sku)
        found = [f"it has the history of {old}, which it replaces"] if old else []
        if (begins := self.begins.get(sku)) and begins > as_of:
            found.append(f"on sale from {begins.isoformat()}")
        if until := self.until.get(sku):
            by = f", then replaced by {new}" if new and new not in self.waiting else ""
            found.append(f"on sale until {until.isoformat()}{by}")
        return "; ".join(found)


def _ends(row: Mapping[str, Any]) -> list[date]:
    return [day for name in ("on_sale_until", "archived_on") if (day := day_of(row.get(name))) is not None]


def beginners(products: Records, sales: pd.DataFrame, as_of: date) -> list[Beginner]:
    """The products that begin, by place. Those that have a predecessor's history are none of them."""
    pairs, there = replaced(products), set(sales["sku"])
    heirs = {new for old, new in pairs.items() if old in there}
    wanted = [row for row in products if row["sku"] not in heirs and _told_of(row, as_of)]
    if not wanted or not len(sales):
        return []
    known = _Sold(sales, {row["sku"]: row for row in products}, as_of)
    return [one for row in wanted for one in known.begun(row)]


def launched(products: Records, sales: pd.DataFrame, as_of: date) -> list[Beginner]:
    """The products that began in the last year and have sold for a quarter, as they would have been told of on the
    last day of the quarter before."""
    by_sku = {row["sku"]: row for row in products}
    found: list[Beginner] = []
    if not len(sales):
        return []
    first = sales.groupby("sku", observed=True)["week"].min()
    for number in range(2, QUARTERS + 2):
        then = as_of - number * FRESH * _WEEK
        past = sales[sales["week"] <= pd.Timestamp(then)]
        if not len(past) or (then - past["week"].min().date()) < FRESH * _WEEK:
            break
        began = first[(first > pd.Timestamp(then)) & (first <= pd.Timestamp(then + FRESH * _WEEK))]
        known = _Sold(past, by_sku, then)
        for sku in began.index[:: max(-(-len(began) // MOST_LAUNCHED), 1)]:
            if (row := by_sku.get(sku)) is not None and not row.get("replaces_sku"):
                places = set(sales.loc[sales["sku"] == sku, "location"])
                told = {**row, "on_sale_from": began[sku].date()}
                found += [replace(one, earlier=True) for one in known.begun(told, places)]
    return found


def _told_of(row: Mapping[str, Any], as_of: date) -> bool:
    begins, ends = day_of(row.get("on_sale_from")), day_of(row.get("on_sale_until"))
    if row.get("archived_on") or (ends and ends <= as_of) or not (begins or row.get("like_sku")):
        return False
    return begins is None or begins > as_of - FRESH * _WEEK


class _Sold:
    """What was sold of each product at each place: its first week, and its level in its latest weeks."""

    def __init__(self, sales: pd.DataFrame, products: Mapping[str, Mapping[str, Any]], as_of: date) -> None:
        self._products, self._as_of = products, as_of
        weeks = sales.groupby(["sku", "location"], observed=True)["week"]
        self._first = weeks.min()
        last = weeks.transform("max")
        recent = sales[sales["week"] > last - pd.Timedelta(weeks=RECENT)]
        total = recent.groupby(["sku", "location"], observed=True)["units"].sum()
        life = ((weeks.max() - self._first).dt.days // 7 + 1).clip(upper=RECENT)
        self._level = (total / life).clip(lower=0)
        alive = weeks.max() > pd.Timestamp(as_of) - pd.Timedelta(weeks=2 * RECENT)
        self._places: dict[str, list[str]] = {}
        self._selling: dict[str, list[Key]] = {}  # by location what has sold there lately
        for sku, location in self._first.index:
            self._places.setdefault(sku, []).append(location)
        for sku, location in self._level.index[alive.reindex(self._level.index).to_numpy()]:
            self._selling.setdefault(location, []).append((sku, location))

    def begun(self, row: Mapping[str, Any], only: Collection[str] | None = None) -> Iterator[Beginner]:
        """The product wherever it begins, or at some places only: where its like-item sells or it does itself, else
        where any product does."""
        sku, like = row["sku"], row.get("like_sku")
        like = like if like in self._places and like != sku else None
        own = self._places.get(sku, [])
        there = self._places[like] if like else sorted({place for _, place in self._first.index})
        if own and row.get("on_sale_from") is None:
            there = own
        near = {other: _alike(row, self._products.get(other, {})) for other in self._places if other != sku}
        for location in sorted({*there, *own} if only is None else {*there, *own}.intersection(only)):
            begins = self._begins(row, location)
            if begins > self._as_of - FRESH * _WEEK:
                found = self._from_like(row, like, location, begins) if like else None
                yield found or self._from_alike(row, near, location, begins)

    def _begins(self, row: Mapping[str, Any], location: str) -> date:
        told, key = day_of(row.get("on_sale_from")), (row["sku"], location)
        sold = self._first[key].date() if key in self._first.index else None
        if told is None or (sold is not None and told <= self._as_of):
            return min(filter(None, (told, sold)), default=self._as_of + timedelta(days=1))
        return told

    def _from_like(self, row: Mapping[str, Any], like: str, location: str, begins: date) -> Beginner | None:
        key = (like, location)
        if key not in self._level.index:
            return None
        times = float(row.get("like_multiplier") or 1)
        factor = "" if times == 1 else f" times {times:g}"
        return Beginner(
            row["sku"], location, ((series_key(like, location), 1.0, float(self._level[key])),), times, begins,
            f"as the chosen {like} sells{factor}, from {begins.isoformat()} on",
        )  # fmt: skip

    def _from_alike(
        self, row: Mapping[str, Any], near: Mapping[str, float], location: str, begins: date
    ) -> Beginner:  # fmt: skip
        keys = [key for key in self._selling.get(location, ()) if key[0] in near]
        alike = np.array([near[sku] for sku, _ in keys])
        order = np.argsort(-alike, kind="stable")[:PEERS]
        chosen = order[alike[order] > 0] if len(order) else order
        weights = alike[chosen] if len(chosen) else np.ones(len(keys))
        picked = [keys[number] for number in chosen] or keys
        peers = tuple(
            (series_key(*key), float(weight), float(self._level[key]))
            for key, weight in zip(picked, weights, strict=True)
        )
        kind = f"the {len(picked)} products most alike" if len(chosen) else f"all {len(picked)} products of its place"
        return Beginner(
            row["sku"], location, peers, 1.0, begins,
            f"as {kind} sell (by category, price, name and attributes), from {begins.isoformat()} on",
        )  # fmt: skip


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """How alike two products are, as a weight: 0 for nothing in common. One at another price weighs the less."""
    found: float = 2.0 * bool(one.get("category") and one.get("category") == other.get("category"))
    words, theirs = _words(str(one.get("name") or "")), _words(str(other.get("name") or ""))
    if words and theirs:
        found += 2.0 * len(words & theirs) / len(words | theirs)
    mine, its_own = one.get("attributes") or {}, other.get("attributes") or {}
    found += sum(its_own.get(name) == value for name, value in mine.items())
    price, its = float(one.get("price") or 0), float(other.get("price") or 0)
    near = math.exp(-((math.log(price / its) / PRICE) ** 2) / 2) if price > 0 and its > 0 else 1.0
    return float(found**2 * (near + ANY_PRICE))


@lru_cache(maxsize=50_000)  # the same products are compared again and again
def _words(name: str) -> frozenset[str]:
    return frozenset(word for word in re.split(r"\W+", name.lower()) if len(word) > 2)


def frame(found: Sequence[Beginner]) -> pd.DataFrame | None:
    """As the engine reads it, a row a product and peer; None without any."""
    rows = [
        (one.unique_id, peer, weight, level, one.times, pd.Timestamp(one.begins), one.why, one.earlier)
        for one in found for peer, weight, level in one.peers
    ]  # fmt: skip
    names = ["unique_id", "peer", "weight", "level", "times", "begins", "why", "earlier"]
    return pd.DataFrame(rows, columns=names) if rows else None
