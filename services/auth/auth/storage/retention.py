"""What auth's schema may forget, and when.

The audit trail is kept for ever, users and API keys too: there are as many as administrators made. Attempts to sign in
are counted in memory, for a quarter of an hour.
"""

from datetime import timedelta

from chassis.retention import Sweep

DAY = timedelta(days=1)
SWEEPS: tuple[Sweep, ...] = (
    Sweep("refresh_token", "expires_at", DAY, "a token that has expired continues no session, used twice or not"),
    Sweep(
        "session_family", "created_at", DAY, "a session whose last token is gone cannot be continued",
        "NOT EXISTS (SELECT FROM refresh_token t WHERE t.family_id = session_family.id)",
    ),
)  # fmt: skip
