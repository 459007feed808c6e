"""Notes as compose writes them."""

FOOT = """
@page { @footnote { margin-top: 17pt } }
.footnote { float: footnote; footnote-policy: line } ::footnote-call, ::footnote-marker { content: none }
"""


def call(number: int, identity: bool = True) -> str:
    """The call of a note."""
    anchor = f' id="fnref-{number}"' if identity else ""
    return f'<a role="doc-noteref" class="noteref"{anchor} href="#fn-{number}">{number}</a>'


def note(number: int, words: str) -> str:
    """A note as compose writes it."""
    back = f'<a role="doc-backlink" href="#fnref-{number}" aria-label="Back to note {number}">{number}</a>'
    return f'<aside role="doc-footnote" class="footnote" id="fn-{number}"><p id="n{number}">{back} {words}</p></aside>'


def ended(*notes: str) -> str:
    """The section of notes at the end of a text."""
    return f'<section class="notes" id="notes"><h2 id="notes-heading">Notes</h2>{"".join(notes)}</section>'
