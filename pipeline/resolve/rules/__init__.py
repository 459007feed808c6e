"""The rules: what may be wrong with a text that is well formed."""
