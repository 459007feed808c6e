"""Addresses of folders in a store, as fsspec knows them. No secret stands in one."""

import re
from typing import Annotated

from pydantic import BeforeValidator

from pipeline.model.source.record import Line


def has_password(url: str) -> bool:
    """True if a URL may have a password in it."""
    return "@" in url.partition("://")[2].partition(":")[2]


def _store(value: object) -> object:
    """A URL of a store; what is refused is not repeated, as it may hold a password."""
    if isinstance(value, str):
        if has_password(value) or re.search(r"[?#]", value):
            raise ValueError("a password does not belong in a file: the environment has what the store asks for")
        if not re.fullmatch(r"[a-z][a-z0-9+.-]*://[^\s]+", value.strip()) or "::" in value:
            raise ValueError("the address is no URL such as s3://fellbrook-in/briefings")
        kind = value.strip().partition(":")[0]
        if kind in ("sftp", "ssh"):
            raise ValueError("use 'sftp:', which knows the server by its key")
        if kind == "memory":
            raise ValueError("nothing stays behind memory:// when the command ends: name a store such as s3://")
        if kind in ("http", "https"):
            raise ValueError("a web address takes no files: name a store such as s3://fellbrook-in/briefings")
    return value


StoreAddress = Annotated[Line, BeforeValidator(_store)]
"""The URL of a folder in a store, without a password."""
