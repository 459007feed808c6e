"""The structure tree of what was set."""
