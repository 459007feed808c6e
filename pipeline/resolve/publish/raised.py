"""Words with a role of which readers are told more than their looks: figures raised or lowered, short forms."""

from pipeline.model.body import Marked, Text, TextRole
from pipeline.resolve.rules.characters import Coverage, mark_missing
from pipeline.resolve.tree import rebuild

_PLAIN = "0123456789+-=()"
_DASHES = str.maketrans("–−", "--")
_SIGNS = {
    TextRole.SUPERSCRIPT: str.maketrans(_PLAIN, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾"),
    TextRole.SUBSCRIPT: str.maketrans(_PLAIN, "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}


def as_signs(node: Marked, coverage: Coverage) -> tuple[Text, ...] | None:
    """Raised or lowered figures as the signs that Unicode has for them, where the fonts have these.

    So 10 to the sixth is copied, searched and heard as that in every format, and not as 106.
    """
    signs = _SIGNS.get(node.role)
    if signs is None or node.title or not all(isinstance(child, Text) for child in node.children):
        return None
    words = "".join(child.text for child in node.children if isinstance(child, Text)).translate(_DASHES)
    made = words.translate(signs)
    if not words or not set(words) <= set(_PLAIN) or not coverage.issuperset(map(ord, made)):
        return None
    return (Text(made, node.children[0].place),) if isinstance(node.children[0], Text) else None


def long_form(node: Marked, coverage: Coverage) -> tuple[Marked, ...] | None:
    """A short form that says itself what it is short for: the list of abbreviations adds nothing to it."""
    if node.role is not TextRole.SHORT_FORM or not node.title:
        return None
    words = rebuild(node.children, lambda child: mark_missing(child, coverage) if isinstance(child, Text) else None)
    return (Marked(node.role, words, node.title, node.language),)
