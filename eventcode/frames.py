"""The tables as pandas frames, and their check, for notebooks and scripts."""
