"""Forecasts of LightGBM's boosters, an order of magnitude faster than its own `predict` and equal to the last bit.

Every split of a tree is asked of a block of rows at once, so that the processor compares eight rows an instruction: a
row keeps a bit for each leaf, a split that sends it to the right clears the bits of the leaves to the left, and the
lowest bit left is the row's leaf. Source: QuickScorer (Lucchese et al. 2015). Training is LightGBM's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from forecaster.engine.arrays import Doubles, Floats, Ints
from forecaster.engine.jit import compiled

Words = NDArray[np.uint32]
MOST_LEAVES = 32  # a row's leaves are bits of a word
_BLOCK = 512  # rows whose words and columns stay in the processor's nearest memory
_CATEGORICAL, _DEFAULT_LEFT, _MISSING_IS_NAN = 1, 2, 2  # LightGBM's decision_type: bits 0, 1, and 2 to 3
_ISOLATED = np.zeros(32, dtype=np.uint8)  # number of the lowest bit by a product's highest five (de Bruijn)
for _number in range(32):
    _ISOLATED[((1 << _number) * 0x077CB531 & 0xFFFFFFFF) >> 27] = _number


@dataclass(frozen=True)
class Forest:
    """A booster's trees in flat arrays; `begins` and `leaves` hold where a tree's splits and leaf values start."""

    features: Ints
    thresholds: Floats
    kinds: NDArray[np.uint8]  # 0: unknown goes right, 1: unknown goes left, 2: categories
    kept: Words  # the leaves that remain when a row goes right
    sets: Ints  # of categories: where a split's masks begin, and past their end
    masks: Words  # the leaves that remain, by category; a split's last is for all other values
    begins: Ints
    leaves: Ints
    values: Doubles

    def predict(self, x: Floats) -> Doubles:
        """(rows,) from features (rows, columns)."""
        out = np.zeros(len(x))
        _walk(x, self.features, self.thresholds, self.kinds, self.kept, self.sets, self.masks, self.begins,
              self.leaves, self.values, _ISOLATED, out)  # fmt: skip
        return out


def forest(booster: lgb.Booster) -> Forest | None:
    """A booster's trees; None when one has more than MOST_LEAVES leaves."""
    trees = [_parsed(text) for text in booster.model_to_string(num_iteration=-1).split("\nTree=")[1:]]
    if any(int(tree["num_leaves"]) > MOST_LEAVES for tree in trees):
        return None
    found = _Lists()
    for tree in trees:
        found.add(tree)
    return found.forest()


def predict(booster: lgb.Booster, held: Forest | None, x: Floats) -> Doubles:
    """(rows,) by the forest, or by LightGBM where there is none."""
    if held is not None:
        return held.predict(x)
    return np.asarray(booster.predict(x, num_threads=1), dtype=np.float64)


def _parsed(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


@dataclass
class _Lists:
    """A Forest that grows tree by tree."""

    features: list[int] = field(default_factory=list)
    thresholds: list[float] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    sets: list[tuple[int, int]] = field(default_factory=list)
    masks: list[int] = field(default_factory=list)
    begins: list[int] = field(default_factory=lambda: [0])
    leaves: list[int] = field(default_factory=lambda: [0])
    values: list[float] = field(default_factory=list)

    def add(self, tree: dict[str, str]) -> None:
        """One more tree, as LightGBM writes it."""
        values, order = [float(text) for text in tree["leaf_value"].split()], [0]
        if len(values) > 1:
            order = self._splits(tree)
        self.values.extend(values[leaf] for leaf in order)
        self.begins.append(len(self.features))
        self.leaves.append(len(self.values))

    def _splits(self, tree: dict[str, str]) -> list[int]:
        """Add a tree's splits; its leaves from left to right."""
        decisions, left, right = (
            [int(text) for text in tree[name].split()] for name in ("decision_type", "left_child", "right_child")
        )
        limits = np.array(tree["threshold"].split(), dtype=np.float64)
        order: list[int] = []
        words = _words(tree)
        for number, kept in enumerate(_kept(left, right, order)):
            kind = _kind(decisions[number], limits[number])
            masks = _masks(words[int(limits[number])], kept) if kind == 2 else []
            self.kinds.append(kind)
            self.kept.append(kept)
            self.sets.append((len(self.masks), len(self.masks) + len(masks)))
            self.masks.extend(masks)
        self.features.extend(int(text) for text in tree["split_feature"].split())
        self.thresholds.extend(_below(limits))
        return order

    def forest(self) -> Forest:
        """What has grown."""
        return Forest(
            np.array(self.features, dtype=np.int64), np.array(self.thresholds, dtype=np.float32),
            np.array(self.kinds, dtype=np.uint8), np.array(self.kept, dtype=np.uint32),
            np.array(self.sets, dtype=np.int64).reshape(-1, 2), np.array(self.masks, dtype=np.uint32),
            np.array(self.begins), np.array(self.leaves), np.array(self.values),
        )  # fmt: skip


def _words(tree: dict[str, str]) -> list[list[int]]:
    """The sets of categories that go left, as words of bits."""
    if tree["num_cat"] == "0":
        return []
    bounds = [int(text) for text in tree["cat_boundaries"].split()]
    bits = [int(text) for text in tree["cat_threshold"].split()]
    return [bits[begin:end] for begin, end in pairwise(bounds)]


def _masks(words: list[int], kept: int) -> list[int]:
    """By category, all leaves where it goes left, else those kept."""
    inside = [word >> bit & 1 for word in words for bit in range(32)]
    return [0xFFFFFFFF if one else kept for one in (*inside, 0)]


def _kind(decision: int, limit: float) -> int:
    if decision & _CATEGORICAL:
        return 2
    missing = decision >> 2 & 3
    if missing not in (0, _MISSING_IS_NAN):
        raise ValueError("a booster that takes zero for unknown")
    # Where training saw nothing unknown, LightGBM takes an unknown value for zero.
    return int(bool(decision & _DEFAULT_LEFT) if missing else limit >= 0)


def _below(limits: Doubles) -> Floats:
    """The largest float32 not above each limit: a float32 compares with both alike."""
    with np.errstate(over="ignore"):
        near = limits.astype(np.float32)
    near[near > limits] = np.nextafter(near[near > limits], np.float32(-np.inf))
    return near


def _kept(left: list[int], right: list[int], order: list[int]) -> list[int]:
    """Of each split the bits of all leaves but those to its left; fills `order` with the leaves from left to right."""
    cleared = [0] * len(left)

    def visit(node: int) -> int:
        if node < 0:
            order.append(~node)
            return 1 << len(order) - 1
        cleared[node] = visit(left[node])
        return cleared[node] | visit(right[node])

    visit(0)
    return [0xFFFFFFFF & ~bits for bits in cleared]


@compiled
def _unknown_right(row: Floats, limit: float, kept: int, state: Words) -> None:
    """Keep `kept` of the rows above the limit; by itself, for only then does the compiler compare rows side by side."""
    for r in range(_BLOCK):
        state[r] &= np.uint32(0xFFFFFFFF) if row[r] <= limit else kept


@compiled
def _unknown_left(row: Floats, limit: float, kept: int, state: Words) -> None:
    for r in range(_BLOCK):
        state[r] &= kept if row[r] > limit else np.uint32(0xFFFFFFFF)


@compiled
def _categories(row: Floats, masks: Words, state: Words) -> None:
    """Keep the mask of each row's category; the last one is for those without."""
    other = np.int32(len(masks) - 1)
    for r in range(_BLOCK):
        state[r] &= masks[np.int32(row[r]) if row[r] >= 0 and row[r] < other else other]


@compiled
def _add(state: Words, values: Doubles, isolated: NDArray[np.uint8], out: Doubles) -> None:
    """Add to each row the value of its leaf: the lowest bit left."""
    for r in range(len(out)):
        lowest = np.uint32(state[r] & (~state[r] + np.uint32(1)))
        out[r] += values[isolated[np.uint32(lowest * np.uint32(0x077CB531)) >> np.uint32(27)]]


@compiled
def _walk(
    x: Floats, features: Ints, thresholds: Floats, kinds: NDArray[np.uint8], kept: Words, sets: Ints, masks: Words,
    begins: Ints, leaves: Ints, values: Doubles, isolated: NDArray[np.uint8], out: Doubles,
) -> None:  # fmt: skip
    columns = np.zeros((x.shape[1], _BLOCK), dtype=np.float32)
    state = np.empty(_BLOCK, dtype=np.uint32)
    for begin in range(0, len(x), _BLOCK):
        part = x[begin : begin + _BLOCK]
        for r in range(len(part)):
            for column in range(x.shape[1]):
                columns[column, r] = part[r, column]
        for tree in range(len(begins) - 1):
            state[:] = np.uint32(0xFFFFFFFF)
            for node in range(begins[tree], begins[tree + 1]):
                row = columns[features[node]]
                if kinds[node] == 0:
                    _unknown_right(row, thresholds[node], kept[node], state)
                elif kinds[node] == 1:
                    _unknown_left(row, thresholds[node], kept[node], state)
                else:
                    _categories(row, masks[sets[node, 0] : sets[node, 1]], state)
            _add(state, values[leaves[tree] : leaves[tree + 1]], isolated, out[begin : begin + _BLOCK])
