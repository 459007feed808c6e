"""From texts that were read to publications: citations, numbers, links, names filled in."""
