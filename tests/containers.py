"""Kafka and PostgreSQL through testcontainers, where a Docker engine answers and already holds the image.

Nothing is pulled: a test run must not wait for a registry that may not be there.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager


def _has_image(image: str) -> bool:
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")  # Ryuk is an image of its own, rarely there
    import docker

    try:
        client = docker.from_env(timeout=5)
        client.images.get(image)
    except docker.errors.DockerException:
        return False
    return True


@contextmanager
def kafka(image: str | None) -> Iterator[str | None]:
    """A Kafka's bootstrap address, or None."""
    if image is None or not _has_image(image):
        yield None
        return
    from testcontainers.kafka import KafkaContainer

    with KafkaContainer(image).with_kraft() as container:
        yield container.get_bootstrap_server()


@contextmanager
def postgres(image: str | None) -> Iterator[str | None]:
    """A PostgreSQL superuser's address, or None."""
    if image is None or not _has_image(image):
        yield None
        return
    from testcontainers.community.postgres import PostgresContainer

    with PostgresContainer(image, driver=None) as container:
        yield container.get_connection_url()
