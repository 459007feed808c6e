"""The text of a briefing is held as bytes where nobody reads it, and is the same text."""

import pickle
from dataclasses import replace

from pipeline.core.digests import digest
from pipeline.load.briefing import parse_briefing
from pipeline.model.body import Body, Paragraph, is_packed, pack_body, unpack_body, walk_nodes

TEXT = (
    b"---\ntitle: Lamps\nsummary: Of lamps.\n---\n\nLamps help.[^one]\n\n## Where\n\nOn quays.\n\n[^one]: At night.\n"
)


def body() -> Body:
    """A text with a heading and a note."""
    briefing = parse_briefing("source/briefings/lamps.md", TEXT).briefing
    assert briefing
    return briefing.body


def test_a_packed_body_is_the_same_to_everybody() -> None:
    plain, held = body(), pack_body(body())
    assert is_packed(held)
    assert held
    assert (held.blocks, held.footnotes) == (plain.blocks, plain.footnotes)
    assert held == plain
    assert hash(held) == hash(plain)
    assert digest(held) == digest(plain)
    assert list(walk_nodes(held)) == list(walk_nodes(plain))
    assert replace(held, footnotes=()) == Body(plain.blocks)


def test_it_is_put_away_as_it_is_held() -> None:
    plain, held = body(), pack_body(body())
    assert is_packed(pickle.loads(pickle.dumps(held)))
    assert pickle.loads(pickle.dumps(held)) == plain
    assert not is_packed(pickle.loads(pickle.dumps(plain)))
    assert pickle.loads(pickle.dumps(plain)) == plain


def test_an_unpacked_body_gives_the_same_parts_each_time() -> None:
    held = pack_body(body())
    other, at_hand = pack_body(Body((Paragraph(()),))), unpack_body(held)
    for text, same in ((held, False), (at_hand, True)):
        before = text.blocks
        assert other.blocks  # of packed bodies the last one asked is remembered
        assert (text.blocks is before) == same
    assert not is_packed(at_hand)
    assert unpack_body(at_hand) is at_hand
    assert pack_body(held) is held
