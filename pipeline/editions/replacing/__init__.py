"""Leaves of a printed pack that are replaced, so that the folder of one edition becomes that of another."""
