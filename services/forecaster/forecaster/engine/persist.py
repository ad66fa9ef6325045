"""A fitted engine on disk, in formats that cannot run code: LightGBM's text, npz without objects, a JSON manifest.

save(fitted, folder); fitted = load(folder); update(fitted, history, …)
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np

from forecaster.engine.choice import Blend, Choice
from forecaster.engine.extras import Taken
from forecaster.engine.fitted import Fitted
from forecaster.engine.intervals import Scale, Table
from forecaster.engine.pooled import Pooled
from forecaster.engine.quantile_model import QuantileModel
from forecaster.engine.report import versions
from forecaster.engine.types import Malformed

FORMAT = 4


def save(fitted: Fitted, folder: Path, *, about: dict[str, Any] | None = None) -> None:
    """Write a fitted engine into an existing or new folder. `about`: what the caller keeps with it, such as offsets."""
    folder.mkdir(parents=True, exist_ok=True)
    plain, anchored = (fitted.booster.boosters, fitted.booster.anchored) if fitted.booster is not None else ([], [])
    for number, booster in enumerate([*plain, *anchored]):
        booster.save_model(folder / f"pooled-{number}.txt")
    learned = fitted.quantiles.boosters if fitted.quantiles is not None else []
    for number, booster in enumerate(learned):
        booster.save_model(folder / f"quantile-{number}.txt")
    for block, models in enumerate(fitted.scale.boosters):
        for number, booster in enumerate(models):
            booster.save_model(folder / f"scale-{block}-{number}.txt")
    np.savez(folder / "arrays.npz", edges=fitted.table.edges, cells=fitted.table.cells, correlation=fitted.correlation,
             chosen=fitted.chosen, stretch=fitted.stretch)  # fmt: skip
    manifest = {
        "format": FORMAT, "names": fitted.names, "kinds": fitted.kinds, "boosters": len(plain),
        "quantile_boosters": len(learned), "taught_by": fitted.quantiles.series if fitted.quantiles is not None else 0,
        "anchored": len(anchored), "anchor_share": fitted.choice.anchored,
        "blocks": len(fitted.scale.boosters), "longest": fitted.table.longest,
        "periods": fitted.table.periods, "deviation": fitted.deviation,
        "seed": fitted.seed, "halfway": fitted.choice.halfway, "scores": fitted.choice.scores,
        "mix": fitted.choice.mix,
        "blends": [[*cell, asdict(blend)] for cell, blend in fitted.choice.blends.items()],
        "report": fitted.report, "taken": [asdict(one) for one in fitted.taken],
        "versions": versions(), "about": about or {},
    }  # fmt: skip
    text = json.dumps(manifest, indent=1, default=float)
    (folder / "manifest.json").write_text(text)


def load(folder: Path) -> Fitted:
    """Read what `save` wrote. Raises Malformed when it is incomplete or of another format."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
        if manifest["format"] != FORMAT:
            raise Malformed(f"{folder}: written in format {manifest['format']}, this version reads {FORMAT}")
        with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
            held = dict(arrays)
        plain, count = manifest["boosters"], manifest["boosters"] + manifest["anchored"]
        pooled = [_booster(folder / f"pooled-{number}.txt") for number in range(count)]
        learned = [_booster(folder / f"quantile-{number}.txt") for number in range(manifest["quantile_boosters"])]
        blocks = [[_booster(folder / f"scale-{block}-{number}.txt") for number in range(3)]
                  for block in range(manifest["blocks"])]  # fmt: skip
    except (OSError, KeyError, ValueError, lgb.basic.LightGBMError) as error:
        if isinstance(error, Malformed):
            raise
        raise Malformed(f"{folder}: not a saved engine ({error})"[:300]) from error
    blends = {(int(s), int(half)): Blend(**blend) for s, half, blend in manifest["blends"]}
    return Fitted(
        names=manifest["names"], kinds=manifest["kinds"],
        booster=Pooled(pooled[:plain], pooled[plain:]) if pooled else None,
        choice=Choice(
            blends, manifest["halfway"], tuple(manifest["mix"]), manifest["anchor_share"], manifest["scores"]
        ),
        scale=Scale([(one, two, three) for one, two, three in blocks]),
        table=Table(held["edges"], held["cells"], manifest["longest"], manifest["periods"]),
        correlation=held["correlation"], chosen=held["chosen"], deviation=manifest["deviation"],
        seed=manifest["seed"], report=manifest["report"],
        taken=[Taken(**one) for one in manifest["taken"]],
        quantiles=QuantileModel(learned, manifest["taught_by"]) if learned else None, stretch=held["stretch"],
    )  # fmt: skip


def _booster(path: Path) -> lgb.Booster:
    return lgb.Booster(model_str=path.read_text())
