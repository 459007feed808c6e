"""The engine kept to the house's fonts and pictures, and its faults worked around."""
