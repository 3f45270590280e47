"""Panels: one row for each unit and period, counted from a coded folder and filled with zeros where nothing happened."""
