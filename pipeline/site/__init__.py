"""The catalogue: a site of what was built, for colleges and whoever looks for a text. Files come in as values."""
