"""Exports of shop systems and tills, known by their columns: one declarative file a system."""
