"""Parcels that anybody can check: the verb key, the seal of a library, and answers on what it sealed."""
