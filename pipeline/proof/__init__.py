"""Proof: whether what is made is what it claims to be."""
