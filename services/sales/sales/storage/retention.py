"""What the ledger's schema may forget, and when.

Never: sales, and claims that wait, since what they wait for may still come.
"""

from datetime import timedelta

from chassis.retention import Sweep, finished_jobs

YEAR = timedelta(days=400)
_ENDED = "EXISTS (SELECT FROM job WHERE job.id = {} AND job.status IN ('succeeded', 'failed', 'cancelled'))"

SWEEPS: tuple[Sweep, ...] = (
    Sweep(
        "rejected_sale", "rejected_at", YEAR,
        "its producer was told at once; one that comes again is refused and told again",
    ),
    Sweep(
        "import_line", "noted_at", YEAR,
        "an import's lines are looked up for a year; whether a sale was there is asked of the ledger",
    ),
    Sweep(
        "import_cells", "kept_at", YEAR, "failed lines can be mended as long as they are looked up"
    ),
    Sweep("repeated_sale", "last_at", YEAR, "how often an event came again is of use to who mends its producer"),
    Sweep("named_code", "named_at", YEAR, "what files say of a code that nobody has decided on in a year is old"),
    Sweep("saved_mapping", "used_at", YEAR, "a mapping that no file has been read by in a year is given anew"),
    Sweep("import", "created_at", YEAR, "an import is looked up for a year", _ENDED.format("import.id")),
    Sweep(
        "import_chunk", "(SELECT created_at FROM import WHERE import.id = import_id)", timedelta(days=30),
        "the file of an import that failed or was cancelled is of use while somebody looks into it",
        _ENDED.format("import_id"), batch=100,
    ),
    # An import's status is its job's, and so is that of its mending and undoing.
    finished_jobs(unless="EXISTS (SELECT FROM import WHERE job.id IN (import.id, mend_job, undo_job))"),
)  # fmt: skip
