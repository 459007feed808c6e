"""A pack of which every copy has a number, prepared for colleges."""

from pathlib import Path

from tests.support import libraries
from tests.support.project import Said

COLLEGES = """north:
  {name: Northmoor Learning Unit, type: force-learning-unit, licence_basis: licensed, copies: 2, formats: [screen]}
south: {name: "South Tor & Łódź, O'Hara’s <College>", type: university, licence_basis: licensed}
"""
PACK = """title: Nights
edition: Spring 2027
marking: {sensitive: true, instruction: Recipients only}
front: [cover, contents, how-to-use]
briefings: [foot-patrol]
recipients: [north, south]
formats: [screen, print, booklet, epub, html]
"""


def prepare(project: Path, day: str, *more: str) -> Said:
    """Prepare the copies of the pack."""
    return libraries.here(project, "copies", "nights", "--jobs", "1", "--date", day, *more)
