"""Deliveries: what goes to whom, by which way, and never twice."""
