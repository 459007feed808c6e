"""Word documents taken in: what is put right, what is read, and what is written of it."""
