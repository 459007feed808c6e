"""The press: one manuscript becomes tagged sheets with empty margins. Decides nothing."""

from pipeline.press.shared_libraries import find_by_soname

find_by_soname()
