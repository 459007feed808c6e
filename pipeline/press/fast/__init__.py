"""Functions of the engine exchanged for quicker ones of the same effect."""
