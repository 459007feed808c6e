"""Formulas set apart, with their numbers: one for the whole, or one beside each row that has one."""

from markupsafe import Markup

from pipeline.compose.page.galley import Galley, anchor
from pipeline.compose.page.inlines import equation_label, inlines
from pipeline.compose.page.tables import captioned
from pipeline.model.body import Equation, EquationLabel, Formula
from pipeline.text.formulas import row_heights

_LOWEST, _HIGHEST = 3, 9
"""Half ems of a row."""


def equation(node: Equation, galley: Galley) -> Markup:
    """A formula in a paragraph of its own, its number behind it."""
    identity = galley.claim(anchor(node.id)) if node.id else ""
    label = Markup(" ") + captioned("equation", node.number, Markup(""), galley) if node.number else Markup("")
    rows = tuple(child for child in node.children if isinstance(child, EquationLabel))
    if rows:
        label += Markup(" ") + _beside(node, rows, galley)
    return Markup('<p class="equation"{}>{}{}</p>').format(
        Markup(' id="{}"').format(identity) if identity else "",
        inlines(node.children[: len(node.children) - len(rows)], galley),
        label,
    )


def _beside(node: Equation, rows: tuple[EquationLabel, ...], galley: Galley) -> Markup:
    """The names of the rows of a formula, each as high as its row: style sheets know heights in half ems."""
    first = node.children[0]
    heights = row_heights(first.tex) if len(rows) > 1 and isinstance(first, Formula) else ()
    steps = [min(max(round(2 * height), _LOWEST), _HIGHEST) for height in heights]
    classes = [f"label high-{step}" for step in steps] if len(steps) == len(rows) else ["label"] * len(rows)
    labels = (equation_label(row, galley, names) for row, names in zip(rows, classes, strict=True))
    return Markup('<span class="rows">{}</span>').format(Markup(" ").join(labels))
