"""A fitted engine on disk, in formats that cannot run code: LightGBM's text, npz without objects, a JSON manifest.

save(fitted, folder); fitted = load(folder); update(fitted, history, …)
"""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from forecaster.engine.ensemble.blend import Blend, Ensemble
from forecaster.engine.ensemble.candidates import Taken
from forecaster.engine.ensemble.own_level import OwnLevels
from forecaster.engine.fitted import Fitted
from forecaster.engine.methods.base import Trained
from forecaster.engine.methods.pooled.boosting import PooledModel
from forecaster.engine.methods.pooled.quantile_model import QuantileModel
from forecaster.engine.options import Malformed
from forecaster.engine.uncertainty.conformal import ConformalTable
from forecaster.engine.uncertainty.error_scale import ErrorScale, SizeModel
from forecaster.engine.uncertainty.stretch import Stretch
from forecaster.engine.uncertainty.width import Groups, Widths
from forecaster.engine.versions import versions

FORMAT = 10
_NETWORK = "network.npz"
_GROUPS = ("variability", "volume")


def save(fitted: Fitted, folder: Path, *, about: dict[str, Any] | None = None) -> None:
    """Write a fitted engine into an existing or new folder. `about`: what the caller keeps with it, such as offsets."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = {
        "pooled": fitted.pooled.boosters if fitted.pooled is not None else [],
        "anchored": fitted.pooled.anchored if fitted.pooled is not None else [],
        "quantile": fitted.quantiles.boosters if fitted.quantiles is not None else [],
    }
    for kind, boosters in kept.items():
        for number, booster in enumerate(boosters):
            booster.save_model(folder / f"{kind}-{number}.txt")
    for block, model in enumerate(fitted.scale.models):
        for side, booster in model.boosters().items():
            booster.save_model(folder / f"scale-{block}-{side}.txt")
    np.savez(folder / "arrays.npz", edges=fitted.table.edges, quantiles=fitted.table.quantiles,
             correlation=fitted.correlation, chosen=fitted.chosen, **_flat(fitted))  # fmt: skip
    manifest = {
        "format": FORMAT, "names": fitted.names, "categories": fitted.categories,
        "boosters": {kind: len(boosters) for kind, boosters in kept.items()},
        "taught_by": fitted.quantiles.series if fitted.quantiles is not None else 0,
        "blocks": len(fitted.scale.models), "longest": fitted.table.longest, "periods": fitted.table.periods,
        "own_widths": fitted.widths.own, "levels": asdict(fitted.levels),
        "deviation": fitted.deviation, "seed": fitted.seed, "ensemble": _told(fitted.ensemble),
        "report": fitted.report, "taken": [asdict(one) for one in fitted.taken],
        "network": _save_network(fitted, folder),
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
            return _fitted(folder, manifest, dict(arrays))
    except (OSError, KeyError, TypeError, ValueError, lgb.basic.LightGBMError) as error:
        if isinstance(error, Malformed):
            raise
        raise Malformed(f"{folder}: not a saved engine ({error})"[:300]) from error


def _fitted(folder: Path, manifest: dict[str, Any], held: dict[str, NDArray[Any]]) -> Fitted:
    kept = {
        kind: [_booster(folder / f"{kind}-{number}.txt") for number in range(count)]
        for kind, count in manifest["boosters"].items()
    }
    models = [
        SizeModel(*(_booster(folder / f"scale-{block}-{side}.txt") for side in ("all", "up", "down")))
        for block in range(manifest["blocks"])
    ]
    return Fitted(
        names=manifest["names"], categories=manifest["categories"],
        pooled=PooledModel(kept["pooled"], kept["anchored"]) if kept["pooled"] else None,
        ensemble=_ensemble(manifest["ensemble"]), scale=ErrorScale(models),
        table=ConformalTable(held["edges"], held["quantiles"], manifest["longest"], manifest["periods"]),
        correlation=held["correlation"], chosen=held["chosen"], deviation=manifest["deviation"],
        seed=manifest["seed"], report=manifest["report"],
        taken=[_taken(one) for one in manifest["taken"]], network=_network(manifest.get("network"), folder),
        quantiles=QuantileModel(kept["quantile"], manifest["taught_by"]) if kept["quantile"] else None,
        stretch=Stretch(held["stretch_edges"], held["stretch_values"]),
        widths=Widths(
            **{name: Groups(held[f"{name}_edges"], held[f"{name}_ratio"]) for name in _GROUPS},
            own=manifest["own_widths"],
        ),
        levels=OwnLevels(**{name: tuple(values) for name, values in manifest["levels"].items()}),
    )  # fmt: skip


def _save_network(fitted: Fitted, folder: Path) -> dict[str, str] | None:
    """Write the network that was taken, if one was: its file, and the hash that the file must have."""
    if fitted.network is None:
        return None
    np.savez(folder / _NETWORK, **fitted.network)  # type: ignore[arg-type]
    return {"file": _NETWORK, "sha256": sha256((folder / _NETWORK).read_bytes()).hexdigest()}


def _network(told: dict[str, str] | None, folder: Path) -> Trained | None:
    """Read it. Raises Malformed when the file is not what was written."""
    if told is None:
        return None
    content = (folder / _NETWORK).read_bytes()
    if sha256(content).hexdigest() != told["sha256"]:
        raise Malformed(f"{folder}: {_NETWORK} is damaged")
    with np.load(BytesIO(content), allow_pickle=False) as arrays:
        return dict(arrays)


def _taken(told: dict[str, Any]) -> Taken:
    kinds = told.get("kinds")
    return Taken(**{**told, "kinds": None if kinds is None else tuple(kinds)})


def _flat(fitted: Fitted) -> dict[str, Any]:
    """The arrays of the stretch and of the widths, by name."""
    found: dict[str, Any] = {"stretch_edges": fitted.stretch.edges, "stretch_values": fitted.stretch.values}
    for name in _GROUPS:
        groups: Groups = getattr(fitted.widths, name)
        found |= {f"{name}_edges": groups.edges, f"{name}_ratio": groups.ratio}
    return found


def _told(ensemble: Ensemble) -> dict[str, Any]:
    blends = [[segment, half, asdict(blend)] for (segment, half), blend in ensemble.blends.items()]
    return {**{name: value for name, value in vars(ensemble).items() if name != "blends"}, "blends": blends}


def _ensemble(told: dict[str, Any]) -> Ensemble:
    blends = {(int(segment), int(half)): Blend(**blend) for segment, half, blend in told["blends"]}
    return Ensemble(**{**told, "blends": blends, "mix": tuple(told["mix"])})


def _booster(path: Path) -> lgb.Booster:
    return lgb.Booster(model_str=path.read_text())
