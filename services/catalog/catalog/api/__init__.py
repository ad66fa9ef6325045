"""HTTP routes of catalog."""
