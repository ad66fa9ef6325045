"""Which method, or blend of methods, serves which series: decided by the backtest, by segment and horizon, with
shrinkage so that noise does not decide.

An option is w x pooled model + (1 - w) x a local method. A segment's scores are shrunk to those of all series, and a
departure from the usual weight must earn more than its penalty: weights fitted freely on one backtest are noise. For
the same reason a segment's blend is not the one best option but the mean of all, the better the heavier.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecaster.engine.arrays import Floats, Ints, Mask
from forecaster.engine.backtest import Backtest
from forecaster.engine.data.segments import SEGMENTS
from forecaster.engine.ensemble.blend import ANCHORED, BASE, HALVES, POOLED, Blend, Ensemble, cells
from forecaster.engine.ensemble.judge import Judge, Losses
from forecaster.engine.ensemble.mixture import anchored_share, best_mix
from forecaster.engine.methods.pooled.losses import EQUAL

WEIGHTS = (0.8, 0.6, 0.4, 0.2)  # of the pooled model beside a local method; each is also an option alone
FEWEST = 100  # rows of a backtest, below which it says nothing
LEARNING = 0.2  # the final pooled model's errors are expected to be smaller than the backtest's by so much of the share
# of the history that only the final one learned from
_SHRINK = 150.0  # series that all series together count for in a segment's score
MARGIN = 0.012  # what any blend must save against the pooled model alone
_PENALTY = 0.2  # the backtest's model saw less than the final one, so a lesser weight than usual must earn it,
_FEW = 20.0  # by half as much with so many series: they teach a pooled model less
_TRUST = 10.0  # series that the blend before any evidence counts for
_SHARP = 0.03  # an option that is so much worse than the best, as a share, weighs 1/e of it
_LEAST = 0.03  # of a blend; parts that weigh less are left out

Option = tuple[float, str]  # the pooled model's weight, and the local method beside it


@dataclass(frozen=True)
class _Evidence:
    """Losses of every option by pair, and what they are read with."""

    losses: dict[Option, Losses]
    count: Floats  # (pairs, 2) rows
    segment: Ints  # (pairs,)
    series: Ints  # (pairs,)
    origins: int
    penalty: float
    trust: float


def choose(seen: Backtest, horizon: int, prior: Blend, unseen: float = 0.0) -> Ensemble:
    """Blends from a backtest. `prior`: the blend before any evidence. `unseen`: the share of the history that the
    backtest's pooled model had not learned from."""
    if len(seen.y) < FEWEST:
        return Ensemble.usual(prior, horizon)
    halfway = max(horizon // 2, 1)
    rows = seen.instances
    _, first_row, pair = np.unique(rows.pairs, return_index=True, return_inverse=True)
    judge = Judge(seen.y, seen.design.squared_step, pair, (rows.steps > halfway).astype(np.int64))
    mix: tuple[float, ...] = EQUAL
    share, expected = ANCHORED, None
    if seen.pooled is not None:
        mix = best_mix(judge, seen.pooled)
        share = anchored_share(judge, mix, seen.pooled)
        expected = seen.pooled.mixed(mix, share)
        expected += np.float32(LEARNING * unseen) * (seen.y - expected)
    teachers = len(np.unique(rows.series))
    evidence = _Evidence(
        {key: judge.losses(f) for key, f in _options(expected, seen.local).items()}, judge.count,
        seen.segment[first_row], rows.series[first_row], len(np.unique(rows.origins)),
        penalty=_PENALTY * teachers / (teachers + _FEW), trust=teachers / (teachers + _TRUST),
    )  # fmt: skip
    blends: dict[tuple[int, int], Blend] = {}
    told: dict[str, dict[str, float]] = {}
    for s, half in cells():
        relative = _relative(evidence, s, half, prior)
        if relative is None:
            blends[s, half] = blends.get((s, 0), prior)
            continue
        parts = _averaged(relative, prior, evidence.trust)
        blends[s, half] = Blend(parts, 1 - min(relative.values()), evidence.origins)
        told[f"{SEGMENTS[s]}, {HALVES[half]}"] = {
            POOLED if weight else name: round(value, 4) for (weight, name), value in relative.items()
            if weight in (0.0, 1.0)
        }  # fmt: skip
    return Ensemble(blends, halfway, mix, share, told)


def _options(pooled: Floats | None, local: dict[str, Floats]) -> dict[Option, Floats]:
    """Forecasts (rows,) of every option; a method that is not known everywhere is none."""
    found: dict[Option, Floats] = {}
    for name, values in local.items():
        if np.isnan(values).any():
            continue
        found[0.0, name] = values
        if pooled is not None:
            for weight in WEIGHTS:
                found[weight, name] = np.float32(weight) * pooled + np.float32(1 - weight) * values
    if pooled is not None:
        found[1.0, BASE] = pooled
    return found


def _relative(evidence: _Evidence, segment: int, half: int, prior: Blend) -> dict[Option, float] | None:
    """Each option's error in a segment and half, priced, relative to the moving average's; None without evidence."""
    across: Mask = evidence.count[:, half] > 0
    if not across.any():
        return None
    inside = across & (evidence.segment == segment)
    n = len(np.unique(evidence.series[inside]))
    own = n / (n + _SHRINK)
    scores = {key: loss.shrunk(half, inside, across, own) for key, loss in evidence.losses.items()}
    base_root, base_absolute = scores[0.0, BASE]
    return {
        (weight, name): (root / base_root + absolute / base_absolute) / 2
        * (1 + _price(weight, prior.weight, evidence.penalty))
        for (weight, name), (root, absolute) in scores.items()
    }  # fmt: skip


def _price(weight: float, usual: float, penalty: float) -> float:
    """What a blend has to earn: the backtest's pooled model saw less than the final one."""
    return penalty * max(usual - weight, 0.0) ** 2 + (MARGIN if weight < 1 else 0.0)


def _averaged(relative: dict[Option, float], prior: Blend, trust: float) -> dict[str, float]:
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
