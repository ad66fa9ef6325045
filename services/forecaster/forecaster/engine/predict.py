"""The forecasts that a fitted engine makes of a panel."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecaster.engine import blended
from forecaster.engine.arrays import Floats, Ints
from forecaster.engine.bands import Bands, Spread
from forecaster.engine.data import ended
from forecaster.engine.data.panel import Panel
from forecaster.engine.data.segments import segments
from forecaster.engine.ensemble import candidates, networks
from forecaster.engine.features.builder import Features
from forecaster.engine.fitted import Fitted
from forecaster.engine.forecasts import DEMAND, Forecasts
from forecaster.engine.labels import labels
from forecaster.engine.methods.pooled import totals
from forecaster.engine.options import Options
from forecaster.engine.parallel import Workers
from forecaster.engine.progress import Tick
from forecaster.engine.quantiles import LEVELS
from forecaster.engine.shards import Answer, Question, ask, slices
from forecaster.engine.uncertainty import error_scale, paths
from forecaster.engine.uncertainty.bound import OwnPast
from forecaster.engine.working import Working


def predict(fitted: Fitted, panel: Panel, features: Features, options: Options, tick: Tick) -> Forecasts:
    """Forecasts of every series of the panel at its last column. A series that never sold, or has ended, is
    forecast as zero."""
    n, horizon = len(panel.ids), panel.horizon
    fates = ended.judged(panel)
    live = np.flatnonzero((panel.first <= panel.last) & ~fates.over)
    mean = np.zeros((n, horizon), dtype=np.float32)
    found = np.zeros((n, horizon, len(LEVELS)), dtype=np.float32)
    sums = np.zeros((n, horizon if options.sums else 0, len(LEVELS)), dtype=np.float32)
    blend, candidate = np.zeros_like(mean), np.zeros_like(mean)
    segment, mixed, total = np.zeros(n, dtype=np.int64), np.zeros(0, dtype=np.int64), 1.0
    if len(live):
        origins, workers = np.full(len(live), panel.last), Workers.of(options)
        segment[live] = segments(panel.y, panel.first, live, origins, panel.frequency.level_window)
        told = ask(
            features, live, origins, _question(fitted), workers, lambda done, of: tick("forecasting", done, of)
        )  # fmt: skip
        total = _total(features, live, told)
        own = blended.means(fitted, segment[live], told, total)
        blend[live] = own
        places, share = _mixed_in(fitted, panel, features, own, live, segment[live], told, options)
        mixed, candidate[live] = live[places], own
        tasks = _bands(fitted, panel, live, own, fates.left[live], share, told, options)
        parts = workers.run(tasks, lambda done, of: tick("quantiles and sums", done, of))
        mean[live], found[live], sums[live] = map(np.concatenate, zip(*parts, strict=True))
    stages = {"blend": blend, "own": candidate, "mean": mean, "left": fates.left}
    method, reason = labels(fitted, panel, segment, mixed, fates)
    cutoff = panel.index.labels(panel.numbers[panel.last : panel.size])
    return Forecasts(
        ids=panel.ids, cutoffs=np.repeat(cutoff, n), labels=np.repeat(panel.future_labels[None, :], n, axis=0),
        mean=mean, quantiles=found, sum_quantiles=sums, method=method, reason=reason, demand=_demand(panel),
        report={**fitted.report, "told": [one.entry for one in panel.told], "columns": panel.columns,
                "uplifts": [one.entry for one in panel.uplifts]}, fitted=fitted,
        working=Working.of(panel, features, stages, total),
    )  # fmt: skip


def _demand(panel: Panel) -> pd.DataFrame:
    """See Forecasts.demand."""
    cells = panel.censored
    if cells is None:
        return pd.DataFrame(columns=list(DEMAND))
    begun = cells.columns >= panel.first[cells.series]
    labels = panel.index.labels(panel.numbers[cells.columns[begun]])
    values = (np.asarray(panel.ids, dtype=object)[cells.series[begun]], labels, cells.share[begun], cells.sold[begun],
              cells.demand[begun])  # fmt: skip
    return pd.DataFrame(dict(zip(DEMAND, values, strict=True)))


def _question(fitted: Fitted) -> Question:
    """The pooled model is asked only where it has a part; the bands need but a few columns of the design."""
    return Question(
        fitted.pooled if fitted.ensemble.uses_pooled else None, fitted.quantiles, columns=fitted.chosen
    )  # fmt: skip


def _total(features: Features, live: Ints, told: Answer) -> float:
    """What the totals of all series multiply the pooled model's forecasts by."""
    if told.pooled is None or not totals.applies(features):
        return 1.0
    return totals.factor(features, live, features.last, told.pooled.values.mean(axis=0))


def _mixed_in(
    fitted: Fitted, panel: Panel, features: Features, own: Floats, live: Ints, segment: Ints, told: Answer,
    options: Options,
) -> tuple[Ints, Floats]:  # fmt: skip
    """Mix the candidate or network that was taken into the means `own` (n, H) of series `live`: the places that it has
    a part in, and the part (n, H) that learned quantiles have in the bands."""
    weight = fitted.ensemble.weights(segment, panel.horizon)
    if fitted.network is None:
        places = np.array(candidates.added(panel, fitted.taken, own, live, options), dtype=np.int64)
        return places, _learned_share(fitted, weight, told, None)
    network = networks.added(fitted.taken[0], fitted.network, features, own, live, segment)
    return network[0], _learned_share(fitted, weight, told, network)


def _learned_share(fitted: Fitted, weight: Floats, told: Answer, network: tuple[Ints, Floats] | None) -> Floats:
    """The part (n, H) of learned quantiles in the bands, from the pooled model's `weight`; those of a network are put
    among the ones that were told."""
    if fitted.quantiles is None or told.learned is None:
        return np.zeros_like(weight)
    if network is not None:
        places, quantiles = network
        horizon = weight.shape[1]
        learned = told.learned.reshape(len(weight), horizon, -1)
        count = len(places) * horizon
        part, both = networks.bands(
            learned[places].reshape(count, -1), weight[places].reshape(-1), quantiles.reshape(count, -1),
            np.full(count, fitted.taken[0].share, dtype=np.float32),
        )  # fmt: skip
        learned[places], weight[places] = part.reshape(len(places), horizon, -1), both.reshape(-1, horizon)
    return weight * np.float32(fitted.quantiles.share)


def _bands(
    fitted: Fitted, panel: Panel, live: Ints, mean: Floats, left: Floats, share: Floats, told: Answer, options: Options
) -> list[Bands]:  # fmt: skip
    """The bands of all series that sold, shard by shard."""
    horizon = panel.horizon
    draws = paths.draws(fitted.correlation, options.draws, fitted.seed) if options.sums else None
    column = blended.column_of_deviation(fitted)
    spread = Spread(fitted.scale, fitted.table, fitted.stretch, fitted.widths, column, draws)
    past = OwnPast.of(panel.y, live, panel.frequency.deviation_windows[-1])
    ratio = fitted.widths.of_series([panel.ids[number] for number in live.tolist()])
    others = error_scale.plainer(told.local)
    found = []
    for part in slices(len(live), horizon):
        rows = slice(part.start * horizon, part.stop * horizon)
        found.append(Bands(
            spread, mean[part], share[part], others[rows], told.design.part(rows),
            None if told.learned is None else told.learned[rows],
            None if panel.exposure is None else panel.exposure[live[part]],
            None if panel.doubt is None else panel.doubt[live[part]], panel.whole[live[part]],
            past.part(part), ratio[part], left[part],
        ))  # fmt: skip
    return found
