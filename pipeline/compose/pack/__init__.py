"""What a pack says beside its briefings: contents, index, sections made of them."""
