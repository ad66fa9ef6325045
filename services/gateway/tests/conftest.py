"""The gateway before small real services."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """What the gateway runs on."""
    return "asyncio"
