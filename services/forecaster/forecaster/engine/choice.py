"""Which method, or blend of methods, serves which series: decided by the backtest, by segment and horizon, with
shrinkage so that noise does not decide.

An option is w x pooled model + (1 - w) x a local method. A segment's scores are shrunk to those of all series, and a
departure from the usual weight must earn more than its penalty: weights fitted freely on one backtest are noise. For
the same reason a segment's blend is not the one best option but the mean of all, the better the heavier.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from forecaster.engine.types import Floats

Ints = NDArray[np.int64]
WEIGHTS = (1.0, 0.8, 0.6, 0.4, 0.2, 0.0)
SEGMENTS = ("sparse sellers", "irregular sellers", "steady sellers")
_SHARES = (0.35, 0.75)  # share of recent periods with sales that parts the segments
_SHRINK = 150.0  # series that all series together count for in a segment's score
_MARGIN = 0.012  # what any blend must save against the pooled model alone
MIXES = ((1 / 3, 1 / 3, 1 / 3), (0.25, 0.25, 0.5), (0.0, 0.5, 0.5), (0.1, 0.2, 0.7))  # of the pooled model's losses
_MIX_MARGIN = 0.005  # what another mix than equal parts must save
LEARNING = 0.2  # the final pooled model's errors are expected to be smaller than the backtest's by so much of the share
# of the history that only the final one learned from
ANCHORED = 0.5  # the anchored model's share in the pooled one before any evidence
_ANCHOR_PENALTY = 0.3  # another share must earn its squared distance: the backtest's model saw fewer years
_TILT = 0.5  # price of a mix's departure from the total of equal parts: absolute errors alone under-forecast
_PENALTY = 0.2  # the backtest's model saw less than the final one, so a lesser weight than usual must earn it,
_FEW = 20.0  # by half as much with so many series: they teach a pooled model less
_TRUST = 10.0  # series that the blend before any evidence counts for
_SHARP = 0.03  # an option that is so much worse than the best, as a share, weighs 1/e of it
_LEAST = 0.03  # of a blend; parts that weigh less are left out
POOLED = "pooled gradient boosting"


@dataclass
class Blend:
    """Weights by method, which sum to 1, and what the backtest said of their best (error relative to it)."""

    parts: dict[str, float]
    gain: float = 0.0  # error saved against the moving average, as a share
    origins: int = 0

    @property
    def weight(self) -> float:
        """Of the pooled model."""
        return self.parts.get(POOLED, 0.0)

    @property
    def method(self) -> str:
        """As a planner reads it."""
        ordered = sorted(self.parts.items(), key=lambda part: -part[1])
        if len(ordered) == 1:
            return ordered[0][0]
        return ", ".join(f"{name} {weight:.0%}" for name, weight in ordered)

    def of(self, pooled: Floats | None, local: dict[str, Floats], cells: tuple[Ints, ...]) -> Floats:
        """The blend in some cells of the pooled model's and the local methods' forecasts."""
        total = sum(weight for name, weight in self.parts.items() if name != POOLED or pooled is not None)
        if total <= 0:
            return local["moving average"][cells]
        found = np.zeros_like(local["moving average"][cells])
        for name, weight in self.parts.items():
            if name != POOLED:
                found += np.float32(weight / total) * local[name][cells]
            elif pooled is not None:
                found += np.float32(weight / total) * pooled[cells]
        return found


@dataclass
class Choice:
    """A blend for every segment and horizon half: (segment, half)."""

    blends: dict[tuple[int, int], Blend]
    halfway: int  # horizons up to it are the first half
    mix: tuple[float, ...] = MIXES[0]  # of the pooled model's losses
    anchored: float = ANCHORED  # share of the anchored model in the pooled one, where there is one
    scores: dict[str, dict[str, float]] = field(
        default_factory=dict
    )  # segment: method: error relative to moving average

    def mixed(self, pooled: Floats | None, local: dict[str, Floats], segment: Ints) -> Floats:
        """The forecasts (n, H) that the choice makes of the pooled model's and the local methods' (n, H)."""
        known = {name: np.where(np.isnan(f), local["moving average"], f) for name, f in local.items()}
        out = np.empty_like(known["moving average"])
        far = np.arange(out.shape[1]) >= self.halfway
        for (s, half), blend in self.blends.items():
            cells = np.ix_(segment == s, far == bool(half))
            out[cells] = blend.of(pooled, known, cells)
        return out

    def weights(self, segment: Ints, horizon: int) -> Floats:
        """The pooled model's part (n, H) of the forecasts of series of these segments."""
        out = np.empty((len(segment), horizon), dtype=np.float32)
        far = np.arange(horizon) >= self.halfway
        for (s, half), blend in self.blends.items():
            out[np.ix_(segment == s, far == bool(half))] = blend.weight
        return out


def segments(y: Floats, first: Ints, series: Ints, origins: Ints, window: int) -> Ints:
    """0, 1, 2: sparse, irregular, steady, by the share of the recent periods with sales, for rows (series, origin)."""

    def sums(cells: NDArray[np.bool_]) -> NDArray[np.int32]:
        return np.concatenate([np.zeros((len(y), 1), np.int32), np.cumsum(cells, axis=1, dtype=np.int32)], axis=1)

    begin = np.minimum(np.maximum(np.maximum(origins - window + 1, first[series]), 0), origins)
    sold, known = (part[series, origins + 1] - part[series, begin] for part in (sums(y > 0), sums(~np.isnan(y))))
    share = sold / np.maximum(known, 1)
    found: Ints = np.searchsorted(np.array(_SHARES), share, side="right").astype(np.int64)
    return found


def with_means(local: dict[str, Floats]) -> dict[str, Floats]:
    """The local methods and the plain means of some of them, which often beat each."""
    found = dict(local)
    found["mean of smoothing, TSB and IMAPA"] = (
        local["exponential smoothing"] + local["TSB"] + local["IMAPA"]
    ) / np.float32(3)
    found["mean of smoothing and last value"] = (local["exponential smoothing"] + local["last value"]) / np.float32(2)
    found["mean of seasonal naive, seasonal smoothing and smoothing"] = (
        local["seasonal naive"] + local["seasonal smoothing"] + local["exponential smoothing"]
    ) / np.float32(3)
    return found


def usual(history: int, year: int, has_pooled: bool) -> Blend:
    """The blend before any evidence; `year`: periods after which last year can be told with its growth, 0 for none."""
    if not has_pooled:
        return Blend({"mean of smoothing, TSB and IMAPA" if history >= 12 else "mean of smoothing and last value": 1.0})
    beside = "last year with half its growth" if 0 < year < history else "mean of smoothing, TSB and IMAPA"
    return Blend({POOLED: 0.7, beside: 0.3})


def mixed_losses(mix: tuple[float, ...], pooled: Floats, anchored: float = 0.0) -> Floats:
    """One forecast of the pooled model from those of its losses (losses, …) and, with its share, of the anchored
    model that may follow them."""
    plain = np.tensordot(np.array(mix, dtype=np.float32), pooled[: len(mix)], 1)
    if len(pooled) == len(mix) or anchored <= 0:
        return plain
    found: Floats = np.float32(1 - anchored) * plain + np.float32(anchored) * pooled[len(mix)]
    return found


@dataclass
class Judge:
    """Errors of forecasts as they are judged afterwards: by series first (RMSSE), and by volume (WAPE)."""

    y: Floats
    msd: Floats  # squared step that scales a row's errors
    pair: Ints  # of series and origin, by row
    half: Ints
    volume: float = field(init=False)
    scale: Floats = field(init=False)
    count: Floats = field(init=False)  # (pairs, 2)

    def __post_init__(self) -> None:
        self.volume = max(float(np.abs(self.y).mean()), 1e-9)
        self.scale = np.maximum(self.msd, np.nanmedian(self.msd) * 0.02 + 1e-9)
        self._place = self.pair * 2 + self.half
        self.count = self._sums(np.ones(len(self.y), dtype=np.float32))

    def _sums(self, values: Floats) -> Floats:
        size = int(self.pair.max()) * 2 + 2
        found: Floats = np.bincount(self._place, weights=values, minlength=size).reshape(-1, 2).astype(np.float32)
        return found

    def losses(self, f: Floats) -> tuple[Floats, Floats]:
        """(pairs, 2 halves): root of the mean scaled square, and absolute error; of an empty one 0."""
        error = self.y - f
        squares = self._sums(np.minimum(error * error / self.scale, 100.0))
        return np.sqrt(squares / np.maximum(self.count, 1)), self._sums(np.abs(error) / self.volume)


def mixture(judge: Judge, pooled: Floats) -> tuple[float, ...]:
    """The mix of the pooled model's losses (losses, rows) that the backtest prefers; equal parts unless another saves
    more than it is priced."""

    def score(mix: tuple[float, ...]) -> tuple[float, float, float]:
        f = mixed_losses(mix, pooled)
        root, absolute = judge.losses(f)
        return float(root.sum()), float(absolute.sum()), max(float(f.sum(dtype=np.float64)), 1e-9)

    base = score(MIXES[0])

    def priced(mix: tuple[float, ...]) -> float:
        root, absolute, total = score(mix)
        relative = (root / max(base[0], 1e-9) + absolute / max(base[1], 1e-9)) / 2
        return relative * (1 + _TILT * abs(float(np.log(total / base[2]))) + (_MIX_MARGIN if mix != MIXES[0] else 0.0))

    return min(MIXES, key=priced)


def anchored_share(judge: Judge, mix: tuple[float, ...], pooled: Floats) -> float:
    """The share of the anchored model that the backtest prefers."""

    def losses(share: float) -> NDArray[np.float64]:
        root, absolute = judge.losses(mixed_losses(mix, pooled, share))
        return np.maximum(np.array([root.sum(), absolute.sum()], dtype=np.float64), 1e-9)

    base = losses(ANCHORED)

    def priced(share: float) -> float:
        return float((losses(share) / base).mean()) * (1 + _ANCHOR_PENALTY * (share - ANCHORED) ** 2)

    shares: list[float] = np.linspace(0, 1, 9).tolist()
    return min(shares, key=priced)


def choose(
    y: Floats, pooled: Floats | None, local: dict[str, Floats], msd: Floats, segment: Ints, series: Ints,
    origins: Ints, steps: Ints, horizon: int, prior: Blend, unseen: float = 0.0,
) -> Choice:  # fmt: skip
    """Blends from a backtest's rows: actual y, forecasts (pooled: by loss), squared step that scales errors. `unseen`:
    the share of the history that the backtest's pooled model had not learned from."""
    halfway = max(horizon // 2, 1)
    cells = [(s, half) for s in range(len(SEGMENTS)) for half in (0, 1)]
    if len(y) < 100:
        return Choice(dict.fromkeys(cells, prior), halfway)
    pairs, first_row, pair = np.unique(series * 100_000 + origins, return_index=True, return_inverse=True)
    judge = Judge(y, msd, pair, (steps > halfway).astype(np.int64))
    mix = MIXES[0] if pooled is None else mixture(judge, pooled)
    share = ANCHORED if pooled is None or len(pooled) == len(mix) else anchored_share(judge, mix, pooled)
    expected = None
    if pooled is not None:
        expected = mixed_losses(mix, pooled, share)
        expected += np.float32(LEARNING * unseen) * (y - expected)
    options = _options(expected, local)
    losses = {key: judge.losses(f) for key, f in options.items()}
    blends: dict[tuple[int, int], Blend] = {}
    told: dict[str, dict[str, float]] = {}
    count, teachers = len(np.unique(origins)), len(np.unique(series))
    penalty, trust = _PENALTY * teachers / (teachers + _FEW), teachers / (teachers + _TRUST)
    for s, half in cells:
        across = judge.count[:, half] > 0
        if not across.any():
            blends[s, half] = blends.get((s, 0), prior)
            continue
        inside = across & (segment[first_row] == s)
        n = len(np.unique(pairs[inside] // 100_000))
        own = n / (n + _SHRINK)
        scores = {key: _score(loss, half, inside, across, own) for key, loss in losses.items()}
        base = scores[0.0, "moving average"]
        relative = {
            key: (score[0] / base[0] + score[1] / base[1]) / 2 * (1 + _price(key[0], prior.weight, penalty))
            for key, score in scores.items()
        }  # fmt: skip
        blends[s, half] = Blend(_averaged(relative, prior, trust), 1 - min(relative.values()), count)
        told[f"{SEGMENTS[s]}, {'far' if half else 'near'}"] = {
            POOLED if key[0] else key[1]: round(value, 4) for key, value in relative.items() if key[0] in (0.0, 1.0)
        }
    return Choice(blends, halfway, mix, share, told)


def _price(weight: float, usual: float, penalty: float) -> float:
    """What a blend has to earn: the backtest's pooled model saw less than the final one."""
    return penalty * max(usual - weight, 0.0) ** 2 + (_MARGIN if weight < 1 else 0.0)


def _averaged(relative: dict[tuple[float, str], float], prior: Blend, trust: float) -> dict[str, float]:
    """Weights by method of the mean of all options, the better the heavier; the rest of `trust` is the prior's."""
    best = min(relative.values())
    parts: dict[str, float] = {}
    for (weight, name), value in relative.items():
        heavy = float(np.exp((1 - value / best) / _SHARP))
        for part, share in ((POOLED, weight), (name, 1 - weight)):
            parts[part] = parts.get(part, 0.0) + heavy * share
    total = sum(parts.values())
    shares = {
        name: trust * parts.get(name, 0.0) / total + (1 - trust) * prior.parts.get(name, 0.0)
        for name in {**parts, **prior.parts}
    }
    kept = {name: weight for name, weight in shares.items() if weight >= _LEAST}
    total = sum(kept.values())
    return {name: weight / total for name, weight in kept.items()}


def _options(pooled: Floats | None, local: dict[str, Floats]) -> dict[tuple[float, str], Floats]:
    found: dict[tuple[float, str], Floats] = {}
    for name, values in local.items():
        if np.isnan(values).any():
            continue
        found[0.0, name] = values
        if pooled is not None:
            for weight in WEIGHTS[1:-1]:
                found[weight, name] = np.float32(weight) * pooled + np.float32(1 - weight) * values
    if pooled is not None:
        found[1.0, "moving average"] = pooled
    return found


def _score(
    loss: tuple[Floats, Floats], half: int, inside: NDArray[np.bool_], across: NDArray[np.bool_], share: float
) -> tuple[float, float]:  # fmt: skip
    def of(mask: NDArray[np.bool_]) -> tuple[float, float]:
        return max(float(loss[0][mask, half].mean()), 1e-9), max(float(loss[1][mask, half].mean()), 1e-9)

    whole = of(across)
    own = of(inside) if inside.any() else whole
    # Segments differ in level, so a segment's own score is first brought to the level of all.
    return own[0] ** share * whole[0] ** (1 - share), own[1] ** share * whole[1] ** (1 - share)
