"""The records of source files: their fields as authors write them."""
