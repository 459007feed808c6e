"""Colleges: the ledger of what left the house, and what each of them holds."""
