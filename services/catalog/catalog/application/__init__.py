"""The use cases of catalog: what a user or the system does, each whole or not at all."""
