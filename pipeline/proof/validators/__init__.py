"""Validators of others, where they are on this machine."""
