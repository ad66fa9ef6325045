"""What an event makes stale: the table of contracts.topics, and what no event tells of, each with its reason.

A resource is a path of the API without `/api` and parameters; it covers all below it.
"""

from contracts.topics import TOPICS

STALE: dict[str, tuple[str, ...]] = {name: topic.stale for name, topic in TOPICS.items() if topic.stale}

NOT_LIVE: dict[str, str] = {
    ".well-known": "signing keys: services ask, no screen does",
    "auth": "the own account: asked at sign-in",
    "config": "changes with a restart only",
    "digest": "a mail a week, and what it would say now: shown to whoever sets it up",
    "orders.csv": "a file, made when asked for",
    "stream": "is what tells",
    "table.csv": "a file, made when asked for",
}


def covers(resource: str, path: str) -> bool:
    """Whether a path, given as a resource is, is the resource or below it."""
    return f"{path}/".startswith(f"{resource}/")
