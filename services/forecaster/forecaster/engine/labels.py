"""How a forecast was made and why, as a planner reads it."""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Ints
from forecaster.engine.data import told
from forecaster.engine.data.ended import Fates
from forecaster.engine.data.panel import Panel, Uplift
from forecaster.engine.data.segments import SEGMENTS
from forecaster.engine.data.told import Told
from forecaster.engine.fitted import Fitted

_MOST = 4  # periods of a kind that a reason names
_IN_SEASON = 0.5  # the share of the years before in which a period was in season, from which it is said to be
_WORTH_TELLING = 0.05  # the change by an uplift from which a reason tells of it


def notes(panel: Panel) -> dict[int, str]:
    """What is told of each series' input, by its number in the panel."""
    by_series: dict[str, list[Told]] = {}
    for one in panel.told:
        by_series.setdefault(one.series, []).append(one)
    return {number: told.notes(by_series[name]) for number, name in enumerate(panel.ids) if name in by_series}


def shut(panel: Panel) -> dict[int, list[str]]:
    """The periods ahead that are shut as they were in the years before, by series."""
    if panel.shut is None:
        return {}
    return {
        number: [panel.label(panel.size + step) for step in np.flatnonzero(panel.shut[number]).tolist()]
        for number in np.flatnonzero(panel.shut.any(axis=1)).tolist()
    }


def resting(panel: Panel) -> dict[int, str]:
    """Of products that pause each year, and do ahead: when."""
    if panel.in_season is None:
        return {}
    found = {}
    for number in np.flatnonzero((panel.in_season < 1).any(axis=1)).tolist():
        off = panel.in_season[number] < _IN_SEASON
        turns = [step for step in range(1, panel.horizon) if off[step] != off[step - 1]]
        when = [f"{'from' if off[step] else 'until'} {panel.label(panel.size + step)}" for step in turns]
        if off[0] or when:
            found[number] = f"off season {', '.join(when) or 'in all of it'}, as in the years before"
    return found


def lifted(panel: Panel) -> dict[int, list[str]]:
    """The periods ahead that count more or less than usual ones, by series: when, how much, and by what. What a kind
    does otherwise is told with what all kinds do."""
    found: dict[int, list[str]] = {}
    for name, kinds in _with_kinds(panel.uplifts).items():
        factor = np.prod([one.factor for one in kinds], axis=0)
        for number, step in np.argwhere(np.abs(factor - 1) >= _WORTH_TELLING).tolist():
            own = [one.name for one in kinds if one.of and one.factor[number, step] != 1]
            times = f"{panel.label(panel.size + step)} counts {factor[number, step]:.2g} times ({(own or [name])[0]})"
            found.setdefault(number, []).append(times)
    return found


def _with_kinds(uplifts: list[Uplift]) -> dict[str, list[Uplift]]:
    """By occasion its uplift and those of its kinds."""
    found: dict[str, list[Uplift]] = {}
    for one in uplifts:
        found.setdefault(one.of or one.name, []).append(one)
    return found


def unseen(panel: Panel) -> dict[int, list[str]]:
    """By series which kinds of what is planned for it there were none of so far."""
    found: dict[int, list[str]] = {}
    for one in panel.uplifts:
        if one.unseen is not None:
            kind = one.name.removeprefix(f"{one.of}: ").replace("_", " ")
            text = f"no {kind} was seen so far: it is expected to do what all kinds did, with a wider band"
            for number in np.flatnonzero(one.unseen.any(axis=1)).tolist():
                if text not in found.setdefault(number, []):
                    found[number].append(text)
    return found


def reached(panel: Panel) -> dict[int, list[str]]:
    """By series up to which period each condition that moves its sales was told, and what the others are taken for."""
    found: dict[int, list[str]] = {}
    for one in panel.uplifts:
        if one.reach is None:
            continue
        for number in np.flatnonzero((one.slopes != 0).any(axis=0)).tolist():
            reach = int(one.reach[number])
            found.setdefault(number, []).append(_told_up_to(panel, one.name, reach))
    return found


def _told_up_to(panel: Panel, name: str, reach: int) -> str:
    if not reach:
        return f"no {name} is told of the time ahead, as usual at the time of the year, with a wider band"
    until = panel.label(panel.size + reach - 1)
    if reach < panel.horizon:
        return f"{name} is told up to {until}, then as usual at the time of the year, with a wider band"
    return f"{name} is told up to {until}"


def labels(fitted: Fitted, panel: Panel, segment: Ints, mixed: Ints, fates: Fates) -> tuple[list[str], list[str]]:
    """Method and reason of each series. `mixed`: those whose forecast a candidate has a part in."""
    never = panel.first >= panel.size
    by_segment = [_of_segment(fitted, s, name) for s, name in enumerate(SEGMENTS)]
    method, reason = [], []
    for i, s in enumerate(segment.tolist()):
        how, why = by_segment[s]
        method.append("no sales yet" if never[i] else how)
        reason.append("it never sold up to the cutoff, so nothing can be learned from it" if never[i] else why)
    gone = fates.gone
    for number, why in gone.items():
        method[number], reason[number] = "ended", why
    for number, why in fates.fading.items():
        reason[number] += f"; {why}"
    for number, when in shut(panel).items():
        reason[number] += f"; nothing on {', '.join(when[:_MOST])}, as in the years before"
    for number, text in resting(panel).items():
        reason[number] += f"; {text}"
    for number, periods in lifted(panel).items():
        if number not in gone and not never[number]:
            reason[number] += "; " + ", ".join(periods[:_MOST])
    for said in (unseen(panel), reached(panel)):
        for number, texts in said.items():
            if number not in gone and not never[number]:
                reason[number] += "; " + "; ".join(texts)
    for number, note in notes(panel).items():
        reason[number] += f" ({note})"
    for number in mixed.tolist():
        one = fitted.taken[0]
        method[number] += f", with {one.share:.0%} {one.name}"
        reason[number] += f"; {one.name} saved another {one.gain:.0%} in the backtest"
    return method, reason


def _of_segment(fitted: Fitted, segment: int, name: str) -> tuple[str, str]:
    near, far = fitted.ensemble.blends[segment, 0], fitted.ensemble.blends[segment, 1]
    how = near.method if near.method == far.method else f"{near.method}; later {far.method}"
    if near.origins:
        return how, (f"{name}: least error over {near.origins} backtest origins, "
                     f"{max(near.gain, 0):.0%} less than a moving average")  # fmt: skip
    return how, f"{name}: the history is too short for a backtest, so the usual blend"
