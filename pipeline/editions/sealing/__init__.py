"""Parcels that anybody can check: their manifest, its signatures, and the page that checks them."""
