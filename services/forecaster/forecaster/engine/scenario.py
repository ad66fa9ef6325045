"""Forecasts under other plans: what the models of a forecast say when what is known ahead is changed.

Guarantee: nothing is learned anew and nothing of the working is changed; a series whose plans are as they were keeps
its forecast to the last bit. The forecast as it was is made again first: where it is not the one that was given, within
a thousandth, Malformed is raised, for a difference to another number says nothing. What an update would say once the
plans were so, this says without it: features, states and uplifts are those of the changed plans.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from forecaster.engine import blended
from forecaster.engine.arrays import Doubles, Floats, Ints
from forecaster.engine.data import uplift
from forecaster.engine.data.conditions import factor
from forecaster.engine.data.prices import factor as priced
from forecaster.engine.data.segments import segments
from forecaster.engine.features.builder import Features
from forecaster.engine.features.inputs import Inputs
from forecaster.engine.fitted import Fitted
from forecaster.engine.options import Malformed, Options
from forecaster.engine.parallel import Workers
from forecaster.engine.shards import Question, ask
from forecaster.engine.working import Working

EXACT = 1e-3  # how far the forecast made again may be from the one that was given


def scenario(
    fitted: Fitted, working: Working, names: Sequence[str], plans: Mapping[str, Floats],
    further: Mapping[str, Floats] | None = None,
) -> Floats:  # fmt: skip
    """The means (n, H) of series under changed plans: by column (n, H) its values ahead, NaN where they stay as they
    are; `further`: by condition how much further off it is than expected. Raises KeyError for a series that is not in
    the working, Malformed for a column that nothing was learned of, and as above."""
    further = further or {}
    if working.plans is None:
        raise Malformed("the forecast was made before forecasts of other plans were")
    learned = {*working.known, *kinds(working), *prices(working)}
    if strange := sorted((plans.keys() - learned) | (further.keys() - conditions(working).keys())):
        raise Malformed(f"nothing was learned of {', '.join(strange)}")
    rows = np.array([working.places[name] for name in names], dtype=np.int64)
    found = np.array(working.arrays["given"][rows])
    touched = np.zeros(len(rows), dtype=bool)
    for values in (*plans.values(), *further.values()):
        touched |= ~np.isnan(values).all(axis=1)
    moved = np.flatnonzero(touched & (working.arrays["blend"][rows] > 0).any(axis=1))
    for part in _alike(working, moved, plans):
        own, off = ({name: values[part] for name, values in given.items()} for given in (plans, further))
        found[part] = _changed(fitted, working, rows[part], own, off)
    return found


def conditions(working: Working) -> dict[str, float]:
    """The conditions whose effect was measured, by name how far off they usually are."""
    every = working.plans["uplifts"] if working.plans is not None else []
    return {name: one["deviation"] for name, one in zip(working.uplifts, every, strict=False)
            if one.get("deviation") is not None}  # fmt: skip


def kinds(working: Working) -> list[str]:
    """The kinds of what is planned that are told apart, each as `column: kind`; as a column of plans its values are the
    column's own where it is of the kind, and none elsewhere."""
    every = working.plans["uplifts"] if working.plans is not None else []
    return [name for name, one in zip(working.uplifts, every, strict=False) if one.get("of")]


def prices(working: Working) -> list[str]:
    """The column of products' own prices, where what they do was measured."""
    every = working.plans["uplifts"] if working.plans is not None else []
    return [name for name, one in zip(working.uplifts, every, strict=False) if one.get("elastic")]


def _alike(working: Working, moved: Ints, plans: Mapping[str, Floats]) -> list[Ints]:
    """The series in parts, each of one mind about the columns that all series of the working share."""
    common = working.known[working.by_series :]
    shared = [values for name, values in sorted(plans.items()) if name in common]
    parts: dict[bytes, list[int]] = {}
    for place in moved.tolist():
        parts.setdefault(b"".join(values[place].tobytes() for values in shared), []).append(place)
    return [np.array(places, dtype=np.int64) for places in parts.values()]


def _changed(
    fitted: Fitted, working: Working, rows: Ints, plans: Mapping[str, Floats], further: Mapping[str, Floats]
) -> Floats:  # fmt: skip
    """The means (n, H) of some series."""
    arrays = working.arrays
    blend, own, mean, given = (
        np.array(arrays[name][rows], dtype=np.float64) for name in ("blend", "own", "mean", "given")
    )
    features = working.of_series(rows)
    again = _means(fitted, features, working.total)
    if (np.abs(again - blend) > EXACT * np.maximum(np.abs(blend), 1e-3)).any():
        raise Malformed("the forecast made again is not the one that was given")
    under = _means(fitted, _planned(features, working, plans), working.total)
    # With a candidate's, which knows of no plans; a network knows of them, and is taken to move as the blend does.
    alone = fitted.taken[0].share if fitted.taken and fitted.taken[0].kinds is None else 0.0
    share = np.where((own != blend).any(axis=1, keepdims=True), 1 - alone, 1.0)
    before = np.maximum(own, 1e-9)
    ratio = np.maximum(own + share * (under - again), 0) / before * _uplifted(working, rows, plans)
    ratio *= _further_off(working, rows, further)
    peers = np.array(arrays["own_share"][rows], dtype=np.float64)[:, None]
    found: Floats = np.maximum(given + peers * mean * (ratio - 1), 0).astype(np.float32)
    return found


def _means(fitted: Fitted, features: Features, total: float) -> Floats:
    every = np.arange(len(features.inputs.sales))
    origins = np.full(len(every), features.last)
    pooled = fitted.pooled if fitted.ensemble.uses_pooled else None
    told = ask(features, every, origins, Question(pooled, None, columns=fitted.chosen), Workers.of(Options()))
    segment = segments(features.inputs.sales, features.inputs.first, every, origins, features.frequency.level_window)
    return blended.means(fitted, segment, told, total)


def _planned(features: Features, working: Working, plans: Mapping[str, Floats]) -> Features:
    """The features with the plans in them."""
    inputs, horizon = features.inputs, features.horizon
    known, common, states = inputs.known.copy(), inputs.known_common.copy(), inputs.states.copy()
    if states.shape[1] and len(states) == 1:
        states = np.repeat(states, len(inputs.sales), axis=0)
    for name, values in plans.items():
        if name not in working.known:  # a kind or a price, which moves an uplift and no feature
            continue
        place, there = working.known.index(name), ~np.isnan(values)
        if place < working.by_series:
            known[place, :, -horizon:][there] = values[there]
        else:
            common[place - working.by_series, -horizon:][there[0]] = values[0][there[0]]
        if states.shape[1]:
            _restate(states[:, -horizon:], working, name, values)
    return replace(features, inputs=Inputs(**{**inputs._asdict(), "known": known, "known_common": common,
                                             "states": np.ascontiguousarray(states)}))  # fmt: skip


def _restate(states: np.ndarray, working: Working, name: str, values: Floats) -> None:
    """Put a column's new values (n, H) into the codes of states, where it is a part of them; see features/states.py."""
    assert working.plans is not None
    every = working.plans["states"]
    stride = 1
    for flag, kinds in reversed(every):
        if flag == name:
            there = ~np.isnan(values)
            wanted = np.rint(values[there])
            part = np.abs(wanted[:, None] - np.array(kinds)[None, :]).argmin(axis=1)
            states[there] += ((part - states[there] // stride % len(kinds)) * stride).astype(states.dtype)
        stride *= len(kinds)


def _uplifted(working: Working, rows: Ints, plans: Mapping[str, Floats]) -> Doubles:
    """(n, H): what uplifts make of sales under the plans, against what they make of them as planned before."""
    assert working.plans is not None
    found = np.ones((len(rows), working.horizon))
    for place, one in enumerate(working.plans["uplifts"]):
        if (one["usual"] is None and not one.get("elastic")) or working.uplifts[place] not in plans:
            continue
        values = plans[working.uplifts[place]]
        slopes = np.array(working.arrays["slopes"][one["first"] : one["first"] + one["levels"]])[:, rows]
        if one.get("elastic"):
            multiple = priced(values, np.array(working.arrays["standing"][rows]), slopes[0])
        else:
            dose = ((np.nan_to_num(values, nan=one["usual"]) - one["usual"]) / one["largest"]).astype(np.float32)
            multiple = np.ones_like(dose)
            for slope in slopes:
                multiple *= uplift.multiple(dose, slope[:, None])
        before = np.array(working.arrays["uplifts"][place, rows])
        there = ~np.isnan(values) & (before > 0)
        found[there] *= multiple[there] / before[there]
    return found


def _further_off(working: Working, rows: Ints, further: Mapping[str, Floats]) -> Doubles:
    """(n, H): what conditions make of sales that are so much further off than expected; the slopes stay what they are,
    a straight line in logarithms, also beyond what was seen."""
    assert working.plans is not None
    found = np.ones((len(rows), working.horizon))
    for name, values in further.items():
        slope = np.array(working.arrays["slopes"][working.plans["uplifts"][working.uplifts.index(name)]["first"], rows])
        found *= factor(np.nan_to_num(values), slope[:, None])
    return found
