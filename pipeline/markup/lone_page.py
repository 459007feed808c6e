"""Lone pages: HTML in one file, to be read anywhere without a network. Pure.

Such a page has no script and fetches nothing, and its policy makes a browser hold it to that.
"""

from markupsafe import Markup

_PAGE = Markup("""<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<main>
{main}
</main>
<footer>
<p>{foot}</p>
</footer>
</body>
</html>
""")


def lone_page(title: str, style: str, main: Markup, foot: str | Markup) -> str:
    """The page, in British English; `style` is our own CSS, which goes in as it is."""
    return str(_PAGE.format(title=title, style=Markup(style), main=main, foot=foot))
