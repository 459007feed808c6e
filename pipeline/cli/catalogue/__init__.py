"""The verb of the catalogue."""
