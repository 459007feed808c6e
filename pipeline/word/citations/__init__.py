"""Citations: what reference managers left in a document, and what was typed."""
