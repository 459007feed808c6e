"""Disclosure: what is handed to whoever may see it of one college, text, pack and period, held to the chain."""
