"""Auth's tables and queries."""
