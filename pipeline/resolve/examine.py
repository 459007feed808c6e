"""All that the rules say of a library: what `check` says beside loading."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from pipeline.core.diagnostics import Diagnostic, ordered
from pipeline.model.library import Library
from pipeline.resolve.chosen import choose
from pipeline.resolve.fault_isolation import isolated
from pipeline.resolve.reading import Examined, read_library
from pipeline.resolve.rules.table import examine_library, examine_packs, examined


@dataclass(frozen=True, slots=True)
class RuleRemarks:
    """Remarks of the rules: on each text, on each pack, and on what all share."""

    texts: Mapping[str, Examined]
    packs: Mapping[str, tuple[Diagnostic, ...]]
    shared: tuple[Diagnostic, ...]

    @property
    def remarks(self) -> tuple[Diagnostic, ...]:
        """All of it, by place."""
        texts = (remark for examined in self.texts.values() for remark in examined.remarks)
        packs = (remark for remarks in self.packs.values() for remark in remarks)
        return ordered((*texts, *packs, *self.shared))


def examine(
    library: Library,
    produced: date,
    coverage: frozenset[int],
    *,
    names: tuple[str, ...] = (),
    styles: Mapping[str, str] | None = None,
) -> tuple[Diagnostic, ...]:
    """Everything the rules remark on: of the whole library, or of the names given and what they rest on.

    `coverage` are the characters that the layout's fonts have (none: not asked); `styles` the citation
    styles that there are, with their text (None: not asked).
    """
    return examine_all(library, produced, coverage, names, styles).remarks


def examine_all(
    library: Library,
    produced: date,
    coverage: frozenset[int],
    names: tuple[str, ...] = (),
    styles: Mapping[str, str] | None = None,
    known: Mapping[str, Examined] = MappingProxyType({}),
) -> RuleRemarks:
    """The same, by what it is said of; `known` has what is said of texts that need not be asked again."""
    anchored = {name: one.anchors for name, one in known.items()}

    def of(library: Library) -> RuleRemarks:
        chosen = choose(library, names)
        environment, readings = read_library(library, produced, anchored)
        return RuleRemarks(
            {name: known[name] if name in known else examined(readings[name], coverage) for name in chosen.needed},
            examine_packs(environment, readings, chosen.packs, produced, coverage),
            examine_library(environment, library.loose, readings, chosen, produced, coverage, styles),
        )

    found, faults = isolated(library, of)
    return replace(found, shared=(*found.shared, *faults))
