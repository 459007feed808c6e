"""Processes that run the rules of a build: of this machine, or of a cluster."""
