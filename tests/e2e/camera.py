"""Pictures that journeys take on their way: light, dark and on a phone, into the folder that `ALMANAC_PICTURES` names.

Those of docs/screens/days: `ALMANAC_PICTURES=docs/screens/days ./almanac test e2e tests/e2e/test_days.py
tests/e2e/test_start.py`.
"""

import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SETTLED_MS = 300


class Camera:
    """Takes a journey's pictures in order. Without a folder it only looks: then each look must still be drawn."""

    def __init__(self, journey: str) -> None:
        self._journey, self._taken = journey, 0
        named = os.environ.get("ALMANAC_PICTURES")
        self._folder = Path(named) if named else None

    def take(self, page: Page, what: str) -> None:
        """Three pictures of what the page shows; it is left as it was."""
        self._taken += 1
        for look, size in (("light", DESK), ("dark", DESK), ("phone", PHONE)):
            page.emulate_media(color_scheme="dark" if look == "dark" else "light", reduced_motion="reduce")
            page.set_viewport_size(size)  # type: ignore[arg-type]
            expect(page.locator("html")).to_have_attribute("data-theme", "dark" if look == "dark" else "light")
            page.wait_for_timeout(SETTLED_MS)
            picture = Image.open(io.BytesIO(page.screenshot()))
            assert len(picture.convert("L").getcolors() or [0]) > 2, f"{self._journey}: {what} is blank ({look})"
            if self._folder:
                name = f"{self._journey}-{self._taken}-{what}-{look}.webp"
                picture.save(self._folder / name, quality=72, method=6)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
