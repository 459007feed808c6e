"""Whether all formats say what their text says."""
