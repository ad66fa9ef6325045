"""Attacks on the real parts: every service and the gateway on sockets, on a real PostgreSQL."""
