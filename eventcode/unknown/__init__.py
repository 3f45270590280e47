"""What no table knows, listed for whoever wants to add it."""
