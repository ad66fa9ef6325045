"""HTTP routes of sales."""
