"""Kills under load on the real system, checked against a ledger of what clients were told was accepted."""
