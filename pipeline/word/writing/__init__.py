"""The dialect of briefings, written from what was read."""
