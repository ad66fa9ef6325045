"""Users, sessions, roles, API keys, the audit trail."""
