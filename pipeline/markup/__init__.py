"""XHTML as trees, and the roles of elements, for all rooms that read or write them."""
