"""The Markdown that readers may have holds nothing that is not printed."""

import pytest

from pipeline.load.briefing import parse_briefing, published_body
from pipeline.load.library import load_library

HEAD = "---\ntitle: T\nsummary: S\n---\n"
PATH = "source/briefings/x.md"


def published(body: str) -> str:
    """What is left of a body."""
    content = (HEAD + body).encode()
    return published_body(PATH, content, parse_briefing(PATH, content).remarks)


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("Words.", "Words.\n"),
        ("One <!-- secret --> two.", "One  two.\n"),
        ("<!-- secret\n\nsecret --> kept\n\nWords.", " kept\n\nWords.\n"),
        ("Words.\n\n<!-- secret that nobody closes\n\nsecret", "Words.\n"),
        ("- one\n- <!-- secret -->\n- two", "- one\n- \n- two\n"),
        ("> a <!-- secret\n> secret --> b", "> a  b\n"),
        ("| a | b |\n|---|---|\n| x <!-- secret --> | y |", "| a | b |\n|---|---|\n| x  | y |\n"),
        ("`<!-- printed -->` and <!-- secret -->.", "`<!-- printed -->` and .\n"),
        ("```\n<!-- printed -->\n[x]: printed\n```", "```\n<!-- printed -->\n[x]: printed\n```\n"),
        ("[//]: # (secret)\n\nWords.", "Words.\n"),
        ("[a]: https://a.example\n\nA [word][a].", "[a]: https://a.example\n\nA [word][a].\n"),
        ("Words.\n\n[^n]: secret\n    secret\n\n    secret\n\nMore.", "Words.\n\n\nMore.\n"),
        ("Words[^n].\n\n[^n]: said\n", "Words[^n].\n\n[^n]: said\n"),
        ("Words[^m].\n\n[^n]: secret\n[^m]: said\n", "Words[^m].\n\n[^m]: said\n"),
        ("Words.\n\n[a\\[b]: secret\n", "Words.\n"),
        ("\u0130 <script>secret</SCRIPT> words.", "\u0130  words.\n"),
        ("Words.\n\n<script>\nsecret\n</script>\n\nMore.", "Words.\n\n\n\nMore.\n"),
    ],
)
def test_what_is_not_printed_goes(body: str, left: str) -> None:
    assert published(body) == left


def test_bodies_are_kept_only_where_a_file_is_to_hold_them() -> None:
    files = {PATH: (HEAD + "Words.").encode(), "source/library.yaml": b"title: L\npublisher: P\n"}
    assert load_library(files)[0].sources == {}
    asked = files | {"source/library.yaml": b"title: L\npublisher: P\npdf: {attach: [source]}\n"}
    assert load_library(asked)[0].sources == {"x": "Words.\n"}
    packed = files | {"source/packs/p.yaml": b"title: P\nbriefings: [x]\nattach: [source, references]\n"}
    assert load_library(packed)[0].sources == {"x": "Words.\n"}


def test_what_cannot_be_attached_is_told() -> None:
    _, remarks = load_library({"source/library.yaml": b"title: L\npublisher: P\npdf: {attach: [notes]}\n"})
    assert [remark.hint for remark in remarks] == ["One of: source, references."]
