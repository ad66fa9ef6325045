"""Sales' tables and queries."""
