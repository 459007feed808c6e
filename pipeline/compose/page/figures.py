"""Figures: the picture, its caption with credit and licence, and the way to its long description and back."""

from markupsafe import Markup, escape

from pipeline.compose.page.galley import BlockWriter, Described, Galley, anchor, legal
from pipeline.compose.page.inlines import inlines
from pipeline.compose.page.picture_height import picture_height
from pipeline.compose.page.tables import CAPTION_WORD, captioned
from pipeline.model.body import Body, Figure
from pipeline.model.words import PLACE
from pipeline.text.filling import columns

LINE, LEADING = 21, 14.5
"""Letters of a line of a caption in the side column, and its height in points."""


def figure(node: Figure, galley: Galley) -> Markup:
    """A figure. Its long description stands in the matter behind the text, because every format has room there."""
    identity = galley.claim(anchor(node.id)) if node.id else ""
    described = _described(node, identity, galley)
    details = Markup(' aria-details="{}"').format(described.anchor) if described else Markup("")
    picture = Markup('<img src="{}" alt="{}"{}/>').format(
        node.source, "" if node.decorative else legal(node.alt), details
    )
    lines = [captioned("figure", node.number, inlines(node.caption, galley), galley)]
    lines += [_credits(node, galley), _way(described, galley) if described else Markup("")]
    lines = [line for line in lines if line]
    caption = Markup("<br/>\n").join(lines)
    hangs = "hangs" if _hangs(node, [line.striptags() for line in lines], galley) else ""
    names = " ".join(filter(None, (hangs, f"width-{node.width}" if node.width else "")))
    return Markup("<figure{}{}>\n{}{}\n</figure>").format(
        Markup(' class="{}"').format(names) if names else "",
        Markup(' id="{}"').format(escape(identity)) if identity else "",
        picture,
        Markup("\n<figcaption>{}</figcaption>").format(caption) if caption else "",
    )


def _hangs(node: Figure, lines: list[str], galley: Galley) -> bool:
    """Whether a caption hangs beside its picture: one no higher than that, give or take a line. Others stand below."""
    if not lines or max(len(word) for line in lines for word in line.split()) > CAPTION_WORD:
        return False
    picture = galley.pictures.get(node.source)
    height = picture_height(picture, node.width) if picture else 0.0
    return LEADING * (sum(-(-columns(line) // LINE) for line in lines) - 1) <= height


def _credits(node: Figure, galley: Galley) -> Markup:
    """'Source: Office for National Statistics. Licence: Open Government Licence 3.0.'."""
    said = [
        _credit(key, words.strip().rstrip("."), galley)
        for key, words in (("credit", node.credit), ("licensed", node.licence))
        if words
    ]
    return Markup('<span class="credit">{}</span>').format(Markup(" ").join(said)) if said else Markup("")


def _credit(key: str, words: str, galley: Galley) -> Markup:
    """A label of the house and the author's words behind it, each in its language."""
    label, end = PLACE.split(galley.words.phrases[key][0])[::2]
    return Markup("{} {}{}").format(galley.said(label.rstrip()), legal(words), end)


def _described(node: Figure, identity: str, galley: Galley) -> Described | None:
    """The long description that a figure leads to. A second figure of the same record leads to the same."""
    if not node.described or node.described not in galley.descriptions or galley.elsewhere:
        return None
    numbered, words = node.number is not None, galley.words
    name = words.say("figure", number=node.number) if numbered else words.say("this-figure")
    known = galley.described.setdefault(
        node.described, Described(f"description-{node.described}", identity, name if numbered else "")
    )
    return Described(known.anchor, identity, name)


def _way(described: Described, galley: Galley) -> Markup:
    description = galley.words.say("see-description-of", figure=described.name)
    link = Markup('<a class="xref" href="#{}">{}</a>').format(described.anchor, description)
    return Markup('<span class="way"{}>{}</span>').format(galley.house, galley.put("see-description", description=link))


def descriptions(galley: Galley, blocks: BlockWriter) -> Markup:
    """The long descriptions of the figures that the text has shown, each with the way back to its figure."""
    several = len(galley.described) > 1
    head = Markup('<h2 id="descriptions-heading"{}>{}</h2>\n').format(galley.house, galley.words.say("descriptions"))
    label = Markup(' aria-labelledby="descriptions-heading"') if several else Markup("")
    told = Markup("\n").join(
        _description(galley.descriptions[record], described, 3 if several else 2, galley, blocks)
        for record, described in galley.described.items()
    )
    if not told:
        return Markup("")
    return Markup('<section class="descriptions" id="descriptions"{}>\n{}{}\n</section>').format(
        label, head if several else "", told
    )


def _description(text: Body, described: Described, level: int, galley: Galley, blocks: BlockWriter) -> Markup:
    back: Markup | str = described.name or galley.words.say("a-figure")
    if described.figure:
        back = Markup('<a class="xref" href="#{}">{}</a>').format(described.figure, back)
    galley.level = level
    return Markup('<div class="description" id="{0}">\n<h{1}{2}>{3}</h{1}>\n{4}\n</div>').format(
        described.anchor,
        level,
        galley.house,
        galley.put("description-of", figure=back),
        blocks(text.blocks, galley),
    )
