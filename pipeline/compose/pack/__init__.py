"""Front and back matter of a pack: contents, index and the sections made from its briefings."""
