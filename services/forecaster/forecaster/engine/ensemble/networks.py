"""Networks: tried beside the backtest, and used for those kinds of series only whose blend they make better there.

A network of the backtest has learned from what was known before its first origin, as the backtest's pooled model has.
It is judged on all of the backtest, by kind (sparse, irregular, steady), and must save what any blend must beyond
chance; its quantiles have their part in the bands where its mean has one in the forecast. One that fails costs itself
only, and the report says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from forecaster.engine.arrays import Doubles, Floats, Ints, Mask
from forecaster.engine.backtest import Backtest
from forecaster.engine.data.segments import SEGMENTS
from forecaster.engine.ensemble.candidates import SHARES, SURE, Taken, learned_a_year_since
from forecaster.engine.ensemble.choose import MARGIN
from forecaster.engine.features.builder import Features
from forecaster.engine.features.instances import Instances
from forecaster.engine.methods import registry
from forecaster.engine.methods.base import MeanAndQuantiles, Trained
from forecaster.engine.options import Cancelled, Options

FEWEST = 20  # series of a kind, below which the backtest says nothing of it
_MOST = 10.0  # usual steps that an error counts as at most

Step = Callable[[], None]


def steps(features: Features, back: int, options: Options) -> int:
    """How often `backtested` calls its step."""
    last = features.last - back
    if back < 1 or not _worth_trying(features, last):
        return 0
    return sum(one.steps(features, last, _seconds(options)) for one in registry.networks(options))


def backtested(features: Features, seen: Backtest, last: int, options: Options, seed: int, step: Step) -> None:
    """Put what each network, trained on targets up to column `last`, says of a backtest's rows into it."""
    if not len(seen.y) or not _worth_trying(features, last):
        return
    rows = seen.instances
    _, first, pair = np.unique(rows.pairs, return_index=True, return_inverse=True)
    for network in registry.networks(options):
        try:
            trained = network.train(features, last, _seconds(options), seed, step)
            if trained is None:
                seen.failed[network.name] = "too little history, or time, to learn from"
                continue
            told = network.forecast(trained, features, rows.series[first], rows.origins[first])
        except Cancelled:
            raise
        except Exception as error:  # one network's crash costs that network only
            seen.failed[network.name] = f"{type(error).__name__}: {error}"[:300]
            continue
        if not all(np.isfinite(one).all() for one in told):
            seen.failed[network.name] = "it gave no number"
            continue
        seen.networks[network.name] = MeanAndQuantiles(*(one[pair, rows.steps - 1] for one in told))


def _seconds(options: Options) -> float:
    """Nominal ones of a training: a network that is taken is trained twice."""
    return options.candidate_seconds / 2


def _worth_trying(features: Features, last: int) -> bool:
    return not learned_a_year_since(features.frequency, features.last + 1, features.horizon, last)


def judged(seen: Backtest, blend: Floats) -> tuple[list[Taken], dict[str, Any]]:
    """Which networks make the blend (rows,) of a backtest better, best first; and what was found out about each."""
    told: dict[str, Any] = {name: {"failed": why} for name, why in seen.failed.items()}
    taken: list[Taken] = []
    for name, network in seen.networks.items():
        best = max((_verdict(seen, blend, network.mean, share) for share in SHARES), key=lambda one: one.order)
        told[name] = {"gain": best.gain, "share": best.share if best.kinds else 0.0, "kinds": best.gains}
        if best.kinds:
            taken.append(Taken(name, best.share, best.worth, best.kinds))
    return sorted(taken, key=lambda one: -one.gain), told


@dataclass(frozen=True)
class _Judgement:
    """What a share of a network saves: over all series, by kind, and over the kinds that it serves."""

    share: float
    gain: float
    gains: dict[str, float]
    kinds: tuple[int, ...]
    worth: float

    @property
    def order(self) -> tuple[float, float]:
        """The higher the better."""
        return self.worth, self.gain


def _verdict(seen: Backtest, blend: Floats, own: Floats, share: float) -> _Judgement:
    _, first, pair = np.unique(seen.instances.pairs, return_index=True, return_inverse=True)
    pairs, segment = seen.instances.part(first), seen.segment[first]
    size = np.sqrt(np.maximum(seen.design.squared_step, np.nanmedian(seen.design.squared_step) * 0.02 + 1e-9))

    def losses(forecast: Floats) -> Doubles:
        """By pair: root of the mean square plus mean absolute value of scaled errors, as candidates are judged."""
        error = np.minimum(np.abs(seen.y - forecast) / size, _MOST)
        count = np.bincount(pair)
        found: Doubles = np.sqrt(np.bincount(pair, error**2) / count) + np.bincount(pair, error) / count
        return found

    base = losses(blend)
    saved = base - losses((1 - share) * blend + share * own)

    def gain(served: Mask) -> float:
        return round(float(saved[served].sum() / max(base[served].sum(), 1e-12)), 4)

    gains = {name: gain(segment == number) for number, name in enumerate(SEGMENTS) if (segment == number).any()}
    kinds = tuple(
        number for number, name in enumerate(SEGMENTS)
        if gains.get(name, 0.0) >= MARGIN and _beyond_chance(saved, pairs, segment == number)
    )  # fmt: skip
    return _Judgement(share, gain(segment >= 0), gains, kinds, gain(np.isin(segment, kinds)))


def _beyond_chance(saved: Doubles, pairs: Instances, served: Mask) -> bool:
    """Whether enough series of a kind say so, beyond the chance that lies between them, at early and late origins."""
    _, place = np.unique(pairs.series[served], return_inverse=True)
    count = np.bincount(place)
    if len(count) < FEWEST:
        return False
    by_series = np.bincount(place, saved[served]) / count
    late = pairs.origins > np.median(pairs.origins[served])
    parts = [saved[served & part] for part in (late, ~late) if (served & part).any()]
    sure = by_series.mean() > SURE * by_series.std() / np.sqrt(len(by_series))
    return bool(sure and all(part.mean() > 0 for part in parts))


def finished(
    taken: list[Taken], features: Features, options: Options, seed: int, tell: Callable[[int, int], None]
) -> Trained | None:  # fmt: skip
    """The network that was taken, if one was, trained on everything; `tell` hears of the steps done and of all."""
    if not taken or taken[0].kinds is None:
        return None
    network, done = registry.network(taken[0].name), [0]
    of = network.steps(features, features.last, _seconds(options))

    def step() -> None:
        done[0] += 1
        tell(done[0], of)

    return network.train(features, features.last, _seconds(options), seed, step)


def added(
    one: Taken, trained: Trained, features: Features, own: Floats, live: Ints, segment: Ints
) -> tuple[Ints, Floats]:  # fmt: skip
    """Mix a network into the means `own` (n, H) of those series `live` that are of its kinds; their places, and its
    quantiles of them (places, H, 11)."""
    places = np.flatnonzero(np.isin(segment, one.kinds or ()))
    origins = np.full(len(places), features.last)
    told = registry.network(one.name).forecast(trained, features, live[places], origins)
    own[places] = (1 - one.share) * own[places] + np.float32(one.share) * told.mean
    return places, told.quantiles


def bands(learned: Floats, weight: Floats, quantiles: Floats, share: Floats) -> tuple[Floats, Floats]:
    """Learned quantiles (rows, 11) and their weight (rows,) with those of a network, which has such a share (rows,) in
    the forecast."""
    both = (1 - share) * weight + share
    some = np.maximum(both, 1e-9)
    mixed = (((1 - share) * weight / some)[:, None] * learned + (share / some)[:, None] * quantiles).astype(np.float32)
    return np.where((share > 0)[:, None], mixed, learned), both.astype(np.float32)
