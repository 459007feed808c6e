"""Files, processes, cache and messages, for every room. It knows nothing of briefings."""
