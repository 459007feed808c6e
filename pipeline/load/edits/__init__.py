"""Changes of single values in a source: no other character of it is touched."""
