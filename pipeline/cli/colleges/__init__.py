"""The verbs of colleges: what goes to them, what they hold, and the ledger of it."""
