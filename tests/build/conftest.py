"""The shelves of the acceptance tests, for these tests too."""

from __future__ import annotations

from tests.acceptance.conftest import build, built, built_once, built_pair, own, session_folder, small

__all__ = ["build", "built", "built_once", "built_pair", "own", "session_folder", "small"]
