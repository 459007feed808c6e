"""The releases of the engine that our quicker functions were written for. Nothing is loaded to know them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

WRITTEN_FOR: Mapping[str, str] = MappingProxyType({"weasyprint": "70.0", "pydyf": "0.13.0"})
"""In any other the engine keeps its own functions, and takes about twice as long."""
