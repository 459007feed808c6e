"""Words of the standards: roles (WAI-ARIA 1.2, DPUB-ARIA 1.1), where they may stand (ARIA in HTML), EPUB's types."""

from collections.abc import Mapping

_WIDGETS = (
    "alert alertdialog application button checkbox combobox dialog grid gridcell link listbox menu menubar menuitem "
    "menuitemcheckbox menuitemradio option progressbar radio radiogroup scrollbar searchbox slider spinbutton status "
    "switch tab tablist tabpanel textbox timer toolbar tooltip tree treegrid treeitem"
)
_STRUCTURE = (
    "article blockquote caption cell code columnheader definition deletion document emphasis feed figure generic "
    "group heading img insertion list listitem log marquee math meter none note paragraph presentation row rowgroup "
    "rowheader separator strong subscript superscript table term time"
)
_REGIONS = "banner complementary contentinfo form main navigation region search"
_PARTS = (
    "doc-abstract doc-acknowledgments doc-afterword doc-appendix doc-bibliography doc-chapter doc-colophon "
    "doc-conclusion doc-credit doc-credits doc-dedication doc-endnotes doc-epigraph doc-epilogue doc-errata "
    "doc-example doc-foreword doc-glossary doc-index doc-introduction doc-notice doc-pagelist doc-part doc-preface "
    "doc-prologue doc-pullquote doc-qna doc-toc"
)
_SPOTS = (
    "doc-backlink doc-biblioref doc-cover doc-footnote doc-glossref doc-noteref doc-pagebreak doc-pagefooter "
    "doc-pageheader doc-subtitle doc-tip"
)

ROLES = frozenset(f"{_WIDGETS} {_STRUCTURE} {_REGIONS} {_PARTS} {_SPOTS}".split())
"""Roles that are known and not deprecated."""

DEPRECATED_ROLES = frozenset({"directory", "doc-biblioentry", "doc-endnote"})

_OLD_TYPES = (
    "annoref annotation biblioentry bridgehead endnote help marginalia note rearnote rearnotes sidebar subchapter "
    "warning"
)
DEPRECATED_TYPES = frozenset(_OLD_TYPES.split())
"""Of EPUB's own vocabulary for structure (1.1)."""

_SILENT = "none presentation"
_LINK = (
    "button checkbox link menuitem menuitemcheckbox menuitemradio option radio switch tab treeitem doc-backlink "
    "doc-biblioref doc-glossref doc-noteref"
)
_HEADING = frozenset(f"{_SILENT} tab doc-subtitle heading".split())
FITS: Mapping[str, frozenset[str]] = {
    "a": frozenset(_LINK.split()),
    "aside": frozenset(
        f"{_SILENT} complementary feed note region search doc-dedication doc-example doc-footnote doc-glossary "
        "doc-pullquote doc-tip".split()
    ),
    "h1": _HEADING,
    "h2": _HEADING,
    "h3": _HEADING,
    "h4": _HEADING,
    "h5": _HEADING,
    "h6": _HEADING,
    "hr": frozenset(f"{_SILENT} separator doc-pagebreak".split()),
    "img": frozenset(f"{_SILENT} button img link math meter progressbar separator doc-cover".split()),
    "li": frozenset(
        f"{_SILENT} listitem menuitem menuitemcheckbox menuitemradio option radio separator tab treeitem".split()
    ),
    "nav": frozenset(f"{_SILENT} menu menubar navigation tablist doc-index doc-pagelist doc-toc".split()),
    "section": frozenset(
        f"{_SILENT} {_PARTS} alert alertdialog application banner complementary contentinfo dialog document feed group "
        "log main marquee navigation note region search status tabpanel".split()
    ),
}
"""The roles that an element may have, for those that may not have every one."""

ONLY_ON: Mapping[str, frozenset[str]] = {"doc-cover": frozenset({"img"})}
"""Elements that alone may have a role."""
