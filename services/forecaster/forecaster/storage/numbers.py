"""Arrays of numbers as one text, parsed at once: a driver makes an object of each number by itself, which takes longer
than all the rest of reading ten thousands of them."""

import numpy as np
import orjson
from numpy.typing import NDArray


def written(array: str) -> str:
    """SQL of an array's numbers as text."""
    return f"array_to_string({array}, ',')"


def read(text: str | None) -> NDArray[np.float32]:
    """The numbers of a text, which may be of many arrays with commas between; none of nothing."""
    return np.array(orjson.loads(f"[{text or ''}]"), dtype=np.float32)
