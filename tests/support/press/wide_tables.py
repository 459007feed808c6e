"""Tables that are wider than a page."""

HEAD = '<thead><tr><th id="h1" scope="col">District</th><th id="h2" scope="col">Lamps</th></tr></thead>'


def table(*rows: str) -> str:
    """A table with a head, whose rows say so much."""
    body = "".join(f'<tr><td id="a{n}">{words}</td><td id="b{n}">{n}</td></tr>' for n, words in enumerate(rows))
    return f'<table id="t">{HEAD}<tbody>{body}</tbody></table>'


def wide(columns: int, word: str) -> str:
    """A table of so many columns of one long word each, as compose writes it."""
    heads = "".join(f'<th id="h{n}" scope="col">Head {n}</th>' for n in range(columns))
    cells = "".join(f'<td id="c{n}" data-label="Head {n}">{word}</td>' for n in range(columns))
    table = f'<table id="t"><thead><tr>{heads}</tr></thead><tbody><tr>{cells}</tr></tbody></table>'
    return f'<div class="table" id="d">{table}</div>'


REFLOW = """
[data-reflow] table, [data-reflow] tbody, [data-reflow] thead, [data-reflow] tr, [data-reflow] td { display: block }
[data-reflow] th { display: inline-block } [data-reflow] td::before { content: attr(data-label) ": " }
"""
