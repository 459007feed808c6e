"""Builds by a code host: its workflow files, and the account of a proposed change."""
