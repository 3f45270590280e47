"""Joining: which reports of different articles tell of one happening (docs/incidents.md)."""
