"""Training as a job: snapshot, engine, run, publication."""
