"""Asking the services, exchanging keys, giving events to open streams."""
