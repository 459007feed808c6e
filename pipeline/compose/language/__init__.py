"""Words around a text, its direction, its typography, and how signs are called."""
