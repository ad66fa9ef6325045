"""Arrays of numbers as texts, parsed together: a driver makes an object of each number by itself, which takes longer
than all the rest of reading ten thousands of them, and so does a parser that is called for each array."""

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
import orjson
from numpy.typing import NDArray


def written(array: str) -> str:
    """SQL of an array's numbers as text."""
    return f"array_to_string({array}, ',')"


def read(texts: Sequence[str | None]) -> list[NDArray[np.float32]]:
    """The numbers of each text; none of nothing."""
    together = np.array(orjson.loads(f"[{','.join(filter(None, texts))}]"), dtype=np.float32)
    ends = list(accumulate(text.count(",") + 1 if text else 0 for text in texts))
    return [together[start:end] for start, end in zip([0, *ends], ends, strict=False)]
