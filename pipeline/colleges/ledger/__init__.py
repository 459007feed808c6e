"""The ledger: a table of events that are only added, each with the hash of the one before, and its CSV."""
