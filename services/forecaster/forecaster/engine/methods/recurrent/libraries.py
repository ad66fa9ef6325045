"""Keras on JAX, imported where it is first used: nobody pays for it who does not ask for a network.

One thread a computation: two busy cores make more threads slower, and sums of many threads are added in chance's order.
"""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec
from typing import Any, NamedTuple

from forecaster.engine.options import Malformed


class Libraries(NamedTuple):
    """The modules keras and jax."""

    keras: Any
    jax: Any


def installed() -> bool:
    """Whether both are there; neither is imported."""
    return all(find_spec(name) is not None for name in ("keras", "jax", "jaxlib"))


@cache
def libraries() -> Libraries:
    """Both, Keras on JAX, on the processor. Raises Malformed when another part of the process has Keras elsewhere."""
    os.environ["KERAS_BACKEND"] = "jax"
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} --xla_cpu_multi_thread_eigen=false".strip()
    import jax
    import keras

    if keras.backend.backend() != "jax":
        raise Malformed(f"Keras runs on {keras.backend.backend()} in this process; the LSTM needs it on JAX")
    return Libraries(keras, jax)
