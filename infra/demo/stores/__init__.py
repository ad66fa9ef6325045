"""Four shops that do not exist: generated with a fixed seed, so that everything that happens in them is known.

    world = stores.build(last_day)        # two years to that day, 400 products, four shops
    world.truth.promotions                # what was planted (`infra.demo.stores.truth`)
    for line in world.lines(): ...        # what their tills recorded

The same seed, day and size give the same bytes. Of a smaller size everything is there, only less of it.
"""

from infra.demo.stores.truth import PlantedTruth
from infra.demo.stores.world import FULL, SEED, GeneratedShops, Size, TillLine, build

__all__ = ["FULL", "SEED", "GeneratedShops", "PlantedTruth", "Size", "TillLine", "build"]
