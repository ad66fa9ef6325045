"""What the ledger's schema may forget, and when. Sales are kept for ever."""

from chassis.retention import Sweep, finished_jobs

# An import reads its status from its job.
SWEEPS: tuple[Sweep, ...] = (finished_jobs(unless="EXISTS (SELECT FROM import WHERE import.id = job.id)"),)
