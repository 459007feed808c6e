"""Evidence as tables and drawings."""
