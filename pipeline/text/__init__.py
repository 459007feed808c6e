"""Pure helpers on text: typography, spaces that hold, formulas, fonts."""
