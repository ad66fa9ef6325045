"""The rules of catalog: pure."""
