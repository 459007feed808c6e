"""A pack with its texts, for what is asked about its copies. Pure."""

from datetime import date

from pipeline.model.library import Library
from pipeline.model.source.pack import Pack
from pipeline.resolve.reading import PackReading, read_library, read_pack
from pipeline.resolve.versions import pinned_readings


def read_with_texts(library: Library, pack: Pack, day: date) -> PackReading:
    """A pack as the rules read it, with its present texts and the kept versions that it asks for."""
    environment, readings = read_library(library, day)
    pinned = pinned_readings(environment, (pack.id,), day)
    return read_pack(environment, pack, {**readings, **pinned}, day)
