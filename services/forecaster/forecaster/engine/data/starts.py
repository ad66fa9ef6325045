"""Products that are held back, and places that close: nothing is forecast before a first day or while it is closed, and
a part of the period that either lies in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from forecaster.engine.data.panel import Panel


def apply(panel: Panel, starts: Mapping[str, date], openings: Mapping[str, Sequence[float]]) -> None:
    """Set the exposure of the periods ahead of the series that begin, or begin again, after the panel's last period;
    and of those that are closed in some, told by their share that is open."""
    _close(panel, openings)
    for number, name in enumerate(panel.ids):
        if name not in starts:
            continue
        day = np.array([starts[name]], dtype="datetime64[ns]")
        period = panel.index.holding(day)
        step = int(period[0]) - panel.start - panel.size
        if step < 0:
            continue
        if panel.held is None:
            panel.held = np.ones((len(panel.ids), panel.horizon), dtype=np.float32)
        panel.held[number, :step] = 0.0
        if step < panel.horizon:
            first, following = panel.index.labels(np.array([period[0], period[0] + 1]))
            panel.held[number, step] = float((following - day[0]) / (following - first))
    if panel.held is not None:
        panel.exposure = panel.held if panel.exposure is None else panel.exposure * panel.held


def _close(panel: Panel, openings: Mapping[str, Sequence[float]]) -> None:
    if not openings:
        return
    found = np.ones((len(panel.ids), panel.horizon), dtype=np.float32)
    for number, name in enumerate(panel.ids):
        if name in openings:
            found[number] = openings[name]
    panel.exposure = found if panel.exposure is None else panel.exposure * found
    panel.opening = found if panel.opening is None else panel.opening * found
