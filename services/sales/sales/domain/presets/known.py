"""The presets that there are, and which one a file is of. Those that ask for more columns are asked first."""

from collections.abc import Sequence

from sales.domain.presets import lightspeed, odoo, shopify, square, tills, woocommerce
from sales.domain.presets.preset import Preset

NONE = "none"
PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        shopify.PRESET, woocommerce.PRESET, square.PRESET, odoo.PRESET, lightspeed.PRESET, tills.GERMAN, tills.FRENCH,
        tills.SPANISH,
    )
}  # fmt: skip


def recognised(headers: Sequence[str]) -> Preset | None:
    """The preset whose columns the file has; of several the one that asks for most."""
    fitting = [preset for preset in PRESETS.values() if preset.known_by(headers)]
    return max(fitting, key=lambda preset: len(preset.needs)) if fitting else None
