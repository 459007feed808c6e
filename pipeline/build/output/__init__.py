"""Files in their places under `output/`, and the record of them."""
