"""The macros of a CSL style: whether they call themselves, and how often they are carried out for one work."""

from graphlib import CycleError, TopologicalSorter

from lxml import etree

from pipeline.cite.csl import nearest
from pipeline.cite.style_faults import StyleFault, line_of

MOST_STEPS = 50_000
"""So many elements of a style may be carried out for a work. Of the 2,858 published styles none has five thousand."""


def refuse_endless_macros(root: etree._Element, namespace: str) -> None:
    """Raise `StyleFault` where the macros of a style cannot be carried out."""
    macros = {macro.get("name", ""): macro for macro in root.iter(f"{{{namespace}}}macro")}
    calls = {name: [e.get("macro", "") for e in macro.iter() if e.get("macro")] for name, macro in macros.items()}
    for element in root.iter(etree.Element):
        name = element.get("macro", "")
        if name and name not in calls:
            sentence = f"It calls the macro '{name}', which it does not define."
            raise StyleFault(sentence, line_of(element), nearest(name, calls))
    steps: dict[str, int] = {}
    try:
        for name in TopologicalSorter(calls).static_order():
            steps[name] = _steps(macros[name], steps)
    except CycleError as circle:
        name = min(circle.args[1])
        sentence = f"Its macro '{name}' calls itself, by way of others or directly."
        raise StyleFault(sentence, line_of(macros[name])) from None
    most = max((_steps(part, steps) for part in root if isinstance(part.tag, str)), default=0)
    if most > MOST_STEPS:
        said = f"{min(most, 10**9):,} steps or more are taken for one work"
        raise StyleFault(f"Its macros call each other so often that {said}.")


def _steps(element: etree._Element, macros: dict[str, int]) -> int:
    """Number of elements that the engine executes for an element; for a choice that of its longest branch."""
    parts = [_steps(part, macros) for part in element.iterchildren(etree.Element)]
    is_choice = etree.QName(element).localname == "choose"
    inner = max(parts, default=0) + len(parts) if is_choice else sum(parts)
    return 1 + inner + macros.get(element.get("macro", ""), 0)
