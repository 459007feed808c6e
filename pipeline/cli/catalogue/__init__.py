"""The verbs of the catalogue, and of the report on the accessibility of an edition."""
