"""Rebuilding the history from the log, beside the live projection and without disturbing it."""
