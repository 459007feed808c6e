"""The press: one manuscript becomes tagged sheets with empty margins. Decides nothing."""
