"""The weeks that people's plans name: all of them, since a plan of a week that is none any more would be lost."""

from chassis.database import Connection
from sqlalchemy import text

_OF_WEEKS = {"override_set": ("first_week", "last_week"), "override_cell": ("week",),
             "exclusion": ("first_week", "last_week")}  # fmt: skip


def move_weeks(connection: Connection, first_weekday: int) -> None:
    """Let every override, and every week left out of training, be of the week that holds the middle of its own, as
    weeks begin now."""
    moved = "({0} + 3 - CAST(mod(CAST(extract(isodow FROM {0} + 3) AS integer) + 6 - :first, 7) AS integer))"
    for table, columns in _OF_WEEKS.items():
        changes = ", ".join(f"{column} = {moved.format(column)}" for column in columns)
        connection.execute(text(f"UPDATE {table} SET {changes}"), {"first": first_weekday})
