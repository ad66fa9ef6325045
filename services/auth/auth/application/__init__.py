"""What users, administrators and the system do with accounts, sessions, keys and the trail: one transaction each."""
